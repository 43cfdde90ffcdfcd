"""Points over the reals: exact fractions where possible, else 60 digits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from zlib import crc32

from mpmath import MPContext
from sympy import Expr, pi

from .nodes import Env
from .points import Point

DIGITS = 60
SAME = 10**40
DIFFERENT = 10**15
STEEPEST = 10**9
"""The exponential of a larger number has more digits than there is room for."""
TERMS = 14
ELEMENTARY = ("erf", "sin", "cos", "tan")

context = MPContext()
context.dps = DIGITS + 10


class Inexact(Exception):
    """The value is not a fraction."""


class RealPoint(Point):
    """Atoms are small fractions; an unknown function is a fixed polynomial with generic coefficients.

    With `exact`, numbers are fractions and what is none raises Inexact. `small` draws the
    simplest numbers, for counterexamples that people read.
    """

    def __init__(self, *arguments: Any, exact: bool = False, small: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.exact, self.small = exact, small
        if small:
            self.redraws = 20

    def below(self, level: int) -> int:
        return level

    above = below

    def number(self, value: Any, level: int) -> Any:
        if isinstance(value, int):
            return Fraction(value) if self.exact else context.mpf(value)
        return Fraction(int(value.p), int(value.q)) if self.exact else context.mpf(int(value.p)) / int(value.q)

    def fold(self, value: Any, level: int) -> Any:
        return value

    def whole_power(self, value: Any, exponent: int, level: int) -> Any:
        return value**exponent

    def inverse(self, value: Any, level: int) -> Any:
        return 1 / value

    def exp(self, value: Any, level: int) -> Any:
        if abs(value) > STEEPEST:
            raise OverflowError("an exponential too large for any machine")
        return self._real(value, 0, context.exp, 1)

    def log(self, node: Expr, env: Env, level: int) -> Any:
        return self._real(self.positive(node, env, level), 1, context.log, 0)

    def _real(self, value: Any, easy: int, function: Any, result: int) -> Any:
        """`function` of the value; as a fraction only at `easy`, where it is `result`."""
        if not self.exact:
            return function(value)
        if value != easy:
            raise Inexact
        return Fraction(result)

    def power(self, base: Any, exponent: Any, level: int) -> Any:
        if not self.exact:
            return base**exponent
        root = Fraction(_root(base.numerator, exponent.denominator), _root(base.denominator, exponent.denominator))
        return root**exponent.numerator

    def raw(self, name: str, indices: tuple[int, ...], level: int, positive: bool) -> Any:
        if name is pi:
            if self.exact:
                raise Inexact
            return +context.pi
        key = (name, indices, 0)
        if key not in self.drawn:
            size = self._size()
            self.drawn[key] = size if self.raw_sign(name, indices, positive) > 0 else -size
        value = self.drawn[key]
        return value if self.exact else context.mpf(value.numerator) / value.denominator

    def _size(self) -> Fraction:
        if self.small:
            return Fraction(self.random.choice((1, 1, 2, 2, 3)), self.random.choice((1, 1, 1, 2)))
        return Fraction(self.random.randrange(150, 1900), 997)

    def sign_of_number(self, value: Any, level: int) -> int:
        if not self.exact and abs(value) * SAME < 1:
            return 0
        return (value > 0) - (value < 0)

    def function(self, label: str, order: int, value: Any, level: int) -> Any:
        if label in ELEMENTARY:
            return self._real(value, 0, getattr(context, label), 1 if label == "cos" else 0)
        result = self.number(0, level)
        for power in reversed(range(TERMS)):
            result = result * value / (power + 1) + coefficient(label, power + order)
        return result


def coefficient(label: str, power: int) -> int:
    """The derivative of order `power` at 0 of the polynomial that stands for an unknown function."""
    return (crc32(f"{label}:{power}".encode()) % 9 - 4 or 5) if power < TERMS else 0


def _root(value: int, order: int) -> int:
    """The exact root of a whole number, else Inexact."""
    root = round(value ** (1 / order))
    if root**order != value:
        raise Inexact
    return root
