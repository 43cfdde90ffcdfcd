"""Values of formulas at a few random points, in floating point: a fast sieve before the exact test."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from random import Random
from typing import Any

from sympy import Expr, Symbol

from ..errors import UnknownNode
from ..proof.assignments import size_of
from ..proof.nodes import Env, Offence
from ..proof.points import OutsideDomain
from ..proof.problem import Problem, declared
from ..proof.reals import TERMS, RealPoint, coefficient
from ..records import Equation
from ..terms import dimensions_in
from .judging import functions_of
from .records import Question

WIDTHS = (3, 4, 5)
POINTS = 8
MOST_POINTS = 60
"""So many points are tried where the sides are the same at the first ones: a kink is met now and then only."""
SITES = 3
CLOSE = 1e-9
FAILURES = (Offence, OutsideDomain, UnknownNode, ArithmeticError, LookupError, ValueError, TypeError, RecursionError)
"""What evaluating a formula that nobody promised to be sensible may end in."""


class FloatPoint(RealPoint):
    """A point over the reals at the speed of Python's own numbers."""

    def number(self, value: Any, level: int) -> float:
        return float(value)

    def whole_power(self, value: float, exponent: int, level: int) -> float:
        found = value**exponent
        if value and not found:
            raise ArithmeticError("a power too small for a floating-point number")
        return found

    def exp(self, value: float, level: int) -> float:
        return math.exp(value)

    def log(self, node: Expr, env: Env, level: int) -> float:
        return math.log(self.positive(node, env, level))

    def raw(self, name: Any, indices: tuple[int, ...], level: int, positive: bool) -> float:
        if not isinstance(name, str):
            return math.pi
        key = (name, indices, 0)
        if key not in self.drawn:
            self.drawn[key] = self.raw_sign(name, indices, positive) * self.random.uniform(0.2, 1.6)
        return self.drawn[key]

    def sign(self, node: Expr, env: Env, level: int, chosen: bool = True) -> int:
        return self.sign_of_number(self.value(node, env, level), level)

    def sign_of_number(self, value: float, level: int) -> int:
        return 0 if abs(value) < 1e-13 else 1 if value > 0 else -1

    def function(self, label: str, order: int, value: float, level: int) -> float:
        if label in ("erf", "sin", "cos", "tan"):
            return getattr(math, label)(value)
        result = 0.0
        for power in reversed(range(TERMS)):
            result = result * value / (power + 1) + coefficient(label, power + order)
        return result


class Sieve:
    """Both sides of a question at a few points where they have values other than 0, and any other formula there.

    With `apart`, points are preferred at which the sides differ; without, those at which one of them is not 0.
    """

    def __init__(self, question: Question, sites: int = SITES, apart: bool = True) -> None:
        self.question = question
        self.definitions = question.definitions
        self.problem = Problem(
            question.left,
            question.right,
            question.ranges,
            self.definitions,
            declared(tuple(f for f in question.facts if f.array not in self.definitions)),
            functions_of(question),
        )
        said = [question.left, question.right, *question.ranges.values()]
        said += [part for e in self.definitions.values() for part in (e.right, *e.ranges.values())]
        self.dimensions = sorted(dimensions_in(said), key=str)
        self.sites: list[tuple[FloatPoint, Env]] = []
        self._find_sites(sites, apart)
        self.left = self.values(question.left)
        self.right = self.values(question.right)

    def value(self, formula: Expr, site: int = 0) -> float | None:
        """The value at one site; None where there is none."""
        point, env = self.sites[site]
        return self._at(point, env, formula)

    def values(self, formula: Expr) -> tuple[float | None, ...]:
        """The values at all sites."""
        return tuple(self.value(formula, site) for site in range(len(self.sites)))

    def under(self, equation: Equation, formula: Expr, site: int = 0) -> float | None:
        """The value of `formula` at a site where `equation` takes the place of the one of the same name."""
        point, env = self.sites[site]
        definitions, memo = point.definitions, point.memo
        point.definitions, point.memo = {**definitions, equation.name: equation}, {}
        try:
            return self._at(point, env, formula)
        finally:
            point.definitions, point.memo = definitions, memo

    @staticmethod
    def _at(point: FloatPoint, env: Env, formula: Expr) -> float | None:
        try:
            value = point.value(formula, env, 0)
        except FAILURES:
            return None
        return value if isinstance(value, float) and math.isfinite(value) else None

    def _find_sites(self, wanted: int, apart: bool) -> None:
        """Points of the domain, those first where neither side is 0 and the sides differ."""
        found: list[tuple[bool, bool, bool, int, tuple[FloatPoint, Env]]] = []
        for number in range(MOST_POINTS if apart else POINTS):
            if number >= POINTS and sum(f[2] for f in found) >= wanted:
                break
            random = Random(number)
            count = len(WIDTHS)
            widths = {d: WIDTHS[(n + number) % count] + n // count for n, d in enumerate(self.dimensions)}
            point = FloatPoint(self.problem, widths, random)
            env = _spread(self.question.ranges, widths, random)
            try:
                left, right = point.evaluate([self.question.left, self.question.right], env, 0)
            except FAILURES:
                continue
            found.append((left != 0, right != 0, not close(left, right), -number, (point, env)))
            if len([f for f in found if all(f[:3]) or not apart and any(f[:2])]) == wanted:
                break
        found.sort(key=lambda f: f[:4], reverse=True)
        rest = sorted(found[1:], key=lambda f: f[2], reverse=apart)
        self.sites = [f[-1] for f in (*found[:1], *rest[: wanted - 1])]


def _spread(ranges: Mapping[Symbol, Expr], widths: Mapping[Symbol, int], random: Random) -> Env:
    """Values of the free indices, different from one another where there is room."""
    sizes = [max(1, size_of(size, widths)) for size in ranges.values()]
    choices = list(product(*map(range, sizes)))
    random.shuffle(choices)
    return dict(zip(ranges, max(choices, key=lambda values: len(set(values))), strict=True))


def close(one: float | None, other: float | None) -> bool:
    """Whether two values are the same but for rounding."""
    if one is None or other is None:
        return False
    return abs(one - other) <= CLOSE * max(abs(one), abs(other), 1e-3)
