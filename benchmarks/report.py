"""A measurement as tables in Markdown: ``python -m benchmarks.report`` writes them anew from the numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from .cases import CASES, KERNELS, Setting
from .contenders import CONTENDERS, REFERENCE
from .goals import GOALS, goal_of, met
from .plot import written
from .results import Results, Row

FOLDER = Path(__file__).parent / "results"
MISSED, DISTURBED, NONE = " ✗", " ~", ""


def main() -> int:
    """Read results/speed.json; write results/speed.md and results/speed.svg."""
    return save(Results.loads((FOLDER / "speed.json").read_text(encoding="utf-8")), FOLDER)


def save(results: Results, folder: Path) -> int:
    """Write the numbers, the tables and the plot; say where the plot's library is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "speed.json").write_text(results.dumps(), encoding="utf-8")
    drawn = written(results, folder / "speed.svg")
    (folder / "speed.md").write_text(report(results, drawn), encoding="utf-8")
    print(f"written: {folder / 'speed.md'}, speed.json{', speed.svg' if drawn else ''}")
    if not drawn:
        print("no plot: matplotlib is missing")
    return 0


def report(results: Results, plot: bool) -> str:
    """The whole page."""
    lines = [
        "# Speed of generated gradients",
        "",
        "`make bench`: how long the cost and all its derivatives take, as a multiple of the bare matrix products of",
        "the same network. Each call is timed right after the products, in one process, all contenders in turn; a",
        "figure is the median over these pairs. All contenders are seen to compute the same numbers first. PyTorch",
        "multiplies with a library of its own, whose bare products have a column of theirs.",
        "",
        f"Machine: {results.machine}.",
        *([f"The machine was busy ({results.busy}): these figures mean little."] if results.busy else []),
        "",
        *(["![How long gradients take beside their matrix products](speed.svg)", ""] if plot else []),
        *(line for setting in results.settings for line in section(results, setting)),
        *threads(results),
        *memory(results),
        *goals(results),
    ]
    if results.absent:
        lines += ["## Not measured", "", *(f"* {name}: {why}" for name, why in results.absent.items()), ""]
    return "\n".join(lines)


def section(results: Results, setting: Setting) -> list[str]:
    """What was measured in one setting."""
    found = results.found(setting)
    large = {place: rows for place, rows in found.items() if not CASES[place[0]].tiny}
    lines = [f"## {setting.name}", ""]
    if large:
        names = _measured(large.values())
        goal = any(goal_of(row) for rows in large.values() for row in rows.values())
        lines += table(
            ["network", "type", "products", *names, *(["goal"] if goal else [])],
            [[*place, *_ratios(rows, names), *([_goals(rows)] if goal else [])] for place, rows in large.items()],
        )
    for network in dict.fromkeys(network for network, _ in found.keys() - large.keys()):
        lines += tiny(network, {dtype: rows for (name, dtype), rows in found.items() if name == network})
    by: dict[str, list[str]] = {}
    for name, said in results.products.get(setting.name, {}).items():
        by.setdefault(said, []).append(name)
    return [
        *lines,
        "Matrix products (only OpenBLAS heeds OPENBLAS_CORETYPE):",
        "",
        *(f"* {'; '.join(names)}: {said}" for said, names in by.items()),
        "",
    ]


def _measured(found: Iterable[dict[str, Row]]) -> list[str]:
    """Contenders with a row, in the order of their table."""
    some = {name for rows in found for name in rows}
    return [name for name in CONTENDERS if name in some]


def _ratios(rows: dict[str, Row], names: list[str]) -> list[str]:
    """The time of the products, and each contender as a multiple of it."""
    first = rows.get(REFERENCE) or next(iter(rows.values()))
    return [duration(first.bare), *(marked(rows[n], f"{rows[n].ratio:.2f}") if n in rows else NONE for n in names)]


def _goals(rows: dict[str, Row]) -> str:
    """The figures that contenders are held to."""
    return ", ".join(f"{name} {goal_of(row):.2f}" for name, row in rows.items() if goal_of(row))


def tiny(network: str, found: dict[str, dict[str, Row]]) -> list[str]:
    """A network whose products are nothing: the time of a call by contender."""
    body = []
    for name in _measured(found.values()):
        rows = [found[dtype].get(name) for dtype in found]
        goal = next(filter(None, (goal_of(row) for row in rows if row)), None)
        said = [marked(row, duration(row.seconds)) if row else NONE for row in rows]
        body.append([name, *said, duration(goal) if goal else NONE])
    return [f"{network}, time of a call:", "", *table(["", *found, "goal"], body)]


def threads(results: Results) -> list[str]:
    """How many times as fast with two threads as with one."""
    lines = []
    for kernels in KERNELS:
        one, two = Setting(kernels, 1), Setting(kernels, 2)
        before, after = results.found(one), results.found(two)
        places = [place for place in before if place in after and not CASES[place[0]].tiny]
        names = _measured(after[place] for place in places)
        body = []
        for place in places:
            pairs = [(before[place].get(name), after[place].get(name)) for name in names]
            first = next(((one, two) for one, two in pairs if one and two), None)
            faster = [f"{one.seconds / two.seconds:.2f}" if one and two else NONE for one, two in pairs]
            body.append([*place, f"{first[0].bare / first[1].bare:.2f}" if first else NONE, *faster])
        if body:
            kind = one.name.partition(",")[0]
            lines += [f"{kind}:", "", *table(["network", "type", "products", *names], body)]
    return ["## Two threads beside one: how many times as fast", "", *lines] if lines else []


def memory(results: Results) -> list[str]:
    """What the generated NumPy code takes of memory."""
    body = [
        [m["network"], m["dtype"], size(m["workspace"]), size(m["least"]), f"{m['workspace'] / m['least']:.3f}"]
        + [f"{m['call']} B"]
        for m in results.memory
    ]
    said = [
        "The workspace of `make_gradient`, beside the activations and error terms that must live together and one set",
        "of parameters; and the most that one call allocates: numbers and tuples of Python, and the buffer of a fixed",
        "size that NumPy takes itself where it adds a vector to each row.",
    ]
    head = ["network", "type", "workspace", "must live", "ratio", "one call"]
    return ["## Memory", "", *said, "", *table(head, body)] if body else []


def goals(results: Results) -> list[str]:
    """How many goals are met, and those that are not."""
    lines = []
    for heading, look in GOALS.items():
        findings = list(look(results))
        if findings:
            lines.append(f"* {heading}: {sum(f.met for f in findings)} of {len(findings)} met")
            lines += [f"  * missed: {f.goal}; {f.place}: {f.measured}" for f in findings if not f.met]
    return ["## Goals", "", *lines, ""] if lines else []


def marked(row: Row, said: str) -> str:
    """A figure, marked where it misses its goal and where other processes loaded the machine meanwhile."""
    return said + (MISSED if not met(row) else NONE) + (DISTURBED if row.disturbed else NONE)


def table(head: list[str], body: list[list[str]]) -> list[str]:
    """A table in Markdown, with what its marks mean."""
    lines = [f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *body]]
    cells = [cell for row in body for cell in row]
    meanings = {MISSED: "misses its goal", DISTURBED: "other processes loaded the machine meanwhile"}
    told = [f"{mark.strip()} {means}" for mark, means in meanings.items() if any(mark in cell for cell in cells)]
    return [*lines, "", *([f"{'; '.join(told)}.", ""] if told else [])]


def duration(seconds: float) -> str:
    """Seconds as people read them."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{1e6 * seconds:.3g} µs"


def size(number: float) -> str:
    """Bytes as people read them."""
    for unit, scale in (("MiB", 2**20), ("KiB", 2**10)):
        if number >= scale:
            return f"{number / scale:.2f} {unit}"
    return f"{number} B"


if __name__ == "__main__":
    sys.exit(main())
