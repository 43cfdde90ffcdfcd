"""A layer with a state, run over a known number of steps: its equations once for each step."""

from __future__ import annotations

from dataclasses import replace

from .layers import Layer, defined, states
from .rewriting import lifted, renamed


def unrolled(row: Layer, steps: int) -> Layer:
    """The layer that takes a sequence of this many vectors and gives its last output."""
    made, before = defined(row), states(row)
    equations = []
    for step in range(1, steps + 1):
        names = {name: _at(name, step, steps) for name in made}
        names |= {start: _at(name, step - 1, steps) if step > 1 else start for start, name in before.items()}
        equations.append(renamed(lifted(row.equations, ["a"], [str(step - 1)]), names))
    return replace(row, equations="\n".join(equations), takes=f"steps,{row.takes}")


def _at(name: str, step: int, steps: int) -> str:
    return name if step == steps else f"{name}_{step}"
