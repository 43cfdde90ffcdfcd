"""The plot of a measurement: how long gradients take beside their matrix products, by network and contender."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .cases import CASES, Setting
from .results import Results

INK = "#7d838c"
"""Grey that can be read on white and on black."""

LOOKS: dict[str, tuple[str, str]] = {
    "numpy": ("#d55e00", "D"),
    "numpy, bound": ("#d55e00", "d"),
    "numba": ("#e69f00", "s"),
    "numba, bound": ("#e69f00", "p"),
    "python": ("#f0a3c8", "h"),
    "textbook NumPy": (INK, "X"),
    "HIPS autograd": (INK, "P"),
    "PyTorch's products": ("#0072b2", "|"),
    "PyTorch": ("#0072b2", "o"),
    "PyTorch compiled": ("#56b4e9", "v"),
    "JAX jit": ("#009e73", "^"),
}
"""Colour and mark by contender: told apart by eyes that see no red or no green, and without colour."""
NARROW = ", AVX2"
"""What ends the name of a contender that is drawn hollow: the same with narrower instructions."""
HEIGHT = 0.7
"""How much of its row a network fills with marks."""
RATIOS = (0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50)
TIMES = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
"""Ticks, of which those in sight are drawn."""


def written(results: Results, path: Path) -> bool:
    """Write the plot, the same bytes for the same numbers; False where matplotlib is missing."""
    try:
        import matplotlib
    except ImportError:
        return False
    with matplotlib.rc_context({"svg.hashsalt": "speed", "svg.fonttype": "path", "font.size": 11, **_inks()}):
        figure = drawn(results)
        figure.savefig(path, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return True


def _inks() -> dict[str, str]:
    """Everything that is not a mark in the same grey."""
    names = ("text.color", "axes.labelcolor", "axes.edgecolor", "axes.titlecolor", "xtick.color", "ytick.color")
    return dict.fromkeys((*names, "grid.color"), INK)


def drawn(results: Results) -> Any:
    """One panel for each setting with one thread, float32, and under them the tiny networks."""
    from matplotlib.figure import Figure

    settings = [s for s in results.settings if s.threads == 1] or results.settings
    figure = Figure(figsize=(11, 7.4), layout="constrained")
    panels = figure.subplots(2, len(settings), sharey="row", sharex="row", squeeze=False, height_ratios=(6, 1.4))
    handles: dict[str, Any] = {}
    for column, setting in enumerate(settings):
        for panel, tiny in zip(panels[:, column], (False, True), strict=True):
            handles |= _panel(panel, results, setting, tiny)
        panels[0, column].set_title(f"{setting.name}, float32", fontsize=11)
    order = [name for name in _names() if name in handles]
    figure.legend([handles[name] for name in order], order, loc="outside lower center", ncols=5, frameon=False)
    return figure


def _names() -> list[str]:
    """Contenders as they are drawn, each followed by itself with narrower instructions."""
    return [name + end for name in LOOKS for end in ("", NARROW)]


def _panel(panel: Any, results: Results, setting: Setting, tiny: bool) -> dict[str, Any]:
    """A row for each network, a mark for each contender; the marks by contender, for the legend."""
    found = {
        network: rows
        for (network, dtype), rows in results.found(setting).items()
        if dtype == "float32" and CASES[network].tiny == tiny
    }
    names = [name for name in _names() if any(name in rows for rows in found.values())]
    marks: dict[str, Any] = {}
    for place, rows in enumerate(found.values()):
        for lane, name in enumerate(names):
            if name in rows:
                colour, mark = LOOKS[name.removesuffix(NARROW)]
                x = 1e6 * rows[name].seconds if tiny else rows[name].ratio
                y = place + HEIGHT * ((lane + 0.5) / len(names) - 0.5)  # so that equal times stand side by side
                inside = "none" if name.endswith(NARROW) else colour
                style = {"marker": mark, "color": colour, "markerfacecolor": inside, "linestyle": "none"}
                marks[name] = panel.plot([x], [y], markersize=7, **style)[0]
    _axes(panel, list(found), tiny)
    return marks


def _axes(panel: Any, networks: list[str], tiny: bool) -> None:
    """Scales, ticks and names; nothing where there are no networks."""
    if not networks:
        panel.set_visible(False)
        return
    panel.set_xscale("log")
    panel.set_yticks(range(len(networks)), networks)
    panel.set_ylim(len(networks) - 0.5, -0.5)
    for edge in range(1, len(networks)):
        panel.axhline(edge - 0.5, color=INK, alpha=0.3, linewidth=0.6)
    panel.grid(axis="x", alpha=0.3, linewidth=0.6)
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.tick_params(axis="y", length=0)
    low, high = panel.get_xlim()
    panel.set_xticks([tick for tick in (TIMES if tiny else RATIOS) if low <= tick <= high])
    panel.minorticks_off()
    panel.xaxis.set_major_formatter("{x:g}")
    if tiny:
        panel.set_xlabel("microseconds a call")
    else:
        panel.axvline(1.0, color=INK, linewidth=1.5)
        panel.set_xlabel("time as a multiple of the bare matrix products")
