"""At which levels of the tower a model's arrays are evaluated when the model is differentiated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Expr, Symbol

from ..records import Equation
from . import field
from .nodes import Env, widths_in
from .probe import Degree, Probe
from .problem import Problem
from .signed import content

LOWEST = field.FIRST_SIGNED - (field.TOP - 1)


class Reach(Probe):
    """Notes which arrays an equation reads, and at which levels."""

    def __init__(self, problem: Problem, widths: Mapping) -> None:
        super().__init__(problem, widths)
        self.definitions = {}
        self.read: dict[str, set[int]] = {}

    def atom(self, name: str, indices: tuple[int, ...], level: int) -> Degree:
        self.read.setdefault(name, set()).add(level)
        return super().atom(name, indices, level)

    def log(self, node: Expr, env: Env, level: int) -> Degree:
        """The derivative of a logarithm asks for its argument at the same level."""
        return self.value(content(node)[1], env, level)


def levels_needed(
    equations: Sequence[Equation], cotangents: Sequence[Equation], problem: Problem
) -> dict[str, set[int]] | None:
    """The levels of each array's entries, 0 being that of the tangents; None if the tower is too low."""
    needed: dict[str, set[int]] = {}
    for equation in cotangents:
        for name, levels in _read(equation, problem).items():
            needed.setdefault(name, set()).update(levels)
    for equation in reversed(equations):
        for name, levels in _read(equation, problem).items():
            own = needed.get(equation.name, set()) | {0}
            needed.setdefault(name, set()).update(start + level for start in own for level in levels)
    lowest = min((level for levels in needed.values() for level in levels), default=0)
    return None if lowest < LOWEST else needed


def degree_of(formula: Expr, letters: Sequence[Symbol], problem: Problem) -> int:
    """The degree of a formula in the entries it reads, as a quotient of polynomials."""
    probe = Reach(problem, dict.fromkeys(widths_in(formula), 1))
    return int(probe.value(formula, dict.fromkeys(letters, 0), 0).size)


def _read(equation: Equation, problem: Problem) -> dict[str, set[int]]:
    probe = Reach(problem, dict.fromkeys(widths_in(equation.right), 1))
    probe.value(equation.right, dict.fromkeys(equation.indices, 0), 0)
    return probe.read
