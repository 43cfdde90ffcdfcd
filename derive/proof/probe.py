"""What evaluating an expression will need: levels, logarithms, and a bound on its degree.

The probe is an evaluator whose numbers are degrees of quotients of polynomials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from sympy import Expr, Indexed, Product, Sum, Symbol

from ..renaming import found_in
from ..terms import name_of
from . import field
from .evaluate import Evaluator
from .nodes import Closure, Env, free, limits
from .problem import Problem, atoms_in
from .signed import content

HALVED = 2
"""Atoms are drawn among the squares, or among the others: from half the field."""

OPAQUE = ("sin", "cos", "tan")
"""Functions known to the field by their parity alone, so that it cannot refute."""


class Degree:
    """The degrees of a numerator and a denominator."""

    __slots__ = ("over", "under")

    def __init__(self, over: int, under: int = 0) -> None:
        self.over, self.under = over, under

    def __add__(self, other: Any) -> Degree:
        if not isinstance(other, Degree):
            return self
        if self.under == other.under == 0:
            return Degree(max(self.over, other.over))
        return Degree(max(self.over + other.under, self.under + other.over), self.under + other.under)

    __radd__ = __add__

    def __mul__(self, other: Any) -> Degree:
        return Degree(self.over + other.over, self.under + other.under) if isinstance(other, Degree) else self

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Degree:
        return Degree(self.over * exponent, self.under * exponent)

    @property
    def size(self) -> int:
        return max(self.over + self.under, 1)


CONSTANT, LINEAR = Degree(0), Degree(1)


@dataclass(frozen=True)
class Needs:
    """What a problem asks of the field.

    `base` is the level to evaluate at, None where the tower is too low; `bits` the certainty
    one point gives; `logs` says that it takes logarithms, `depth` how many levels it spans.
    """

    base: int | None
    bits: float
    logs: bool
    opaque: tuple[str, ...]
    atoms: frozenset[str]
    depth: int


class Probe(Evaluator):
    """Evaluates to degrees and notes the levels it passes through."""

    all_terms = True

    def __init__(self, problem: Problem, widths: Mapping[Symbol, int]) -> None:
        super().__init__(widths, problem.definitions, problem.functions)
        self.problem = problem
        self.lowest = self.highest = 0
        self.lowest_sign: int | None = None
        self.radicands: dict[Expr, int] = {}
        self.sizes = self._sizes()
        self.logs = False
        self.opaque: dict[str, None] = {}
        self.atoms: set[str] = set()

    def _at(self, level: int) -> int:
        self.lowest, self.highest = min(self.lowest, level), max(self.highest, level)
        return level

    def below(self, level: int) -> int:
        return self._at(level - 1)

    def above(self, level: int) -> int:
        return self._at(level + 1)

    def number(self, value: Any, level: int) -> Degree:
        return CONSTANT

    def fold(self, value: Any, level: int) -> Degree:
        return value if isinstance(value, Degree) else CONSTANT

    def whole_power(self, value: Degree, exponent: int, level: int) -> Degree:
        return value**exponent

    def inverse(self, value: Degree, level: int) -> Degree:
        return Degree(value.under, value.over)

    def atom(self, name: str, indices: tuple[int, ...], level: int) -> Degree:
        self.atoms.add(name)
        known = self.problem.facts.get(name)
        return Degree(1, 1) if known else LINEAR

    def sign(self, node: Expr, env: Env, level: int, chosen: bool = True) -> int:
        self.lowest_sign = level if self.lowest_sign is None else min(level, self.lowest_sign)
        self.value(node, env, level)
        if not chosen and not self._drawn_with_its_sign(node):
            often = prod(self.sizes.get(letter, 1) for letter in self._letters(node, env))
            self.radicands[node] = max(often, self.radicands.get(node, 0))
        return 1

    def _sizes(self) -> dict[Symbol, int]:
        """How many values a letter takes at most, bound or on the left of an equation."""
        equations = [self.problem.definitions[name] for name in atoms_in(self.problem) & set(self.problem.definitions)]
        sides = [self.problem.left, self.problem.right, *(equation.right for equation in equations)]
        ranges = [item for equation in equations for item in equation.ranges.items()]
        found: dict[Symbol, int] = {}
        for letter, size in [*ranges, *(limits(node) for side in sides for node in found_in(side, (Sum, Product)))]:
            found[letter] = max(found.get(letter, 1), int(self.count(size, {})))
        return found

    def _letters(self, node: Expr, env: Env) -> set[Symbol]:
        """The letters that an expression depends on, through the arguments of functions."""
        found: set[Symbol] = set()
        for letter in free(node):
            bound = env.get(letter)
            found |= self._letters(bound.node, bound.env) if isinstance(bound, Closure) else {letter}
        return found

    def _drawn_with_its_sign(self, node: Expr) -> bool:
        """An atom under a logarithm or a root is drawn positive: nothing is left to chance."""
        return isinstance(node, (Indexed, Symbol)) and name_of(node) not in self.problem.definitions

    def exp(self, value: Degree, level: int) -> Degree:
        return Degree(value.size, value.size)

    def log(self, node: Expr, env: Env, level: int) -> Degree:
        value = self.positive(content(node)[1], env, self.above(level))
        self.logs = True
        return Degree(value.size)

    def power(self, base: Degree, exponent: Degree, level: int) -> Degree:
        return Degree(2 * base.size * exponent.size, 2 * base.size)

    def function(self, label: str, order: int, value: Degree, level: int) -> Degree:
        if label in OPAQUE:
            self.opaque[label] = None
        return LINEAR


def needs(problem: Problem, widths: Mapping[Symbol, int]) -> Needs:
    """What deciding `problem` at these widths asks of the field; raises UnknownNode."""
    probe = Probe(problem, widths)
    sides = [probe.value(side, dict.fromkeys(problem.ranges, 0), 0) for side in (problem.left, problem.right)]
    degree = max(1, (sides[0] + sides[1]).size)
    lowest_base = -probe.lowest
    if probe.lowest_sign is not None:
        lowest_base = max(lowest_base, field.FIRST_SIGNED - probe.lowest_sign)
    highest_base = field.TOP - probe.highest
    base = lowest_base if probe.logs else highest_base
    depth = probe.highest - probe.lowest
    if lowest_base > highest_base:
        return Needs(None, 0, probe.logs, tuple(probe.opaque), frozenset(probe.atoms), depth)
    low = field.PRIMES[base + probe.lowest].bit_length() - HALVED
    bits = low - degree.bit_length() - sum(probe.radicands.values())
    return Needs(base, bits, probe.logs, tuple(probe.opaque), frozenset(probe.atoms), depth)
