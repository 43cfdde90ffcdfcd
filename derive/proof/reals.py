"""Points over the reals: exact fractions where possible, else 60 digits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from zlib import crc32

from mpmath import MPContext
from sympy import Expr, integer_nthroot, pi

from .nodes import Env
from .points import Point

DIGITS = 60
SAME = 10**40
DIFFERENT = 10**15
SCALES = tuple(Fraction(2) ** power for power in (0, 0, 0, -1, 1, -2, 2, -3, 3, -4, 4) * 3)
"""How much smaller or larger numbers are drawn, one scale after the other, where some grow too large."""
STEEPEST = 10**6
"""A number of more bits, or the exponential of a larger number, has more digits than there is room for."""
LONGEST = 10_000
"""A power is a fraction up to so many bits; beyond, its first digits say as much."""
TERMS = 14
ELEMENTARY = ("erf", "sin", "cos", "tan")

context = MPContext()
context.dps = DIGITS + 10


class Inexact(Exception):
    """The value is not a fraction."""


class RealPoint(Point):
    """Atoms are small fractions; an unknown function is a fixed polynomial with generic coefficients.

    With `exact`, numbers are fractions and what is none raises Inexact. `small` draws the
    simplest numbers, for counterexamples that people read. `scale` makes all numbers larger or smaller.
    """

    def __init__(
        self, *arguments: Any, exact: bool = False, small: bool = False, scale: Fraction = Point.scale, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.exact, self.small, self.scale = exact, small, scale
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
        if self.exact and bits_of(value) * exponent > LONGEST:
            raise Inexact
        return moderate_power(value, exponent)

    def inverse(self, value: Any, level: int) -> Any:
        return 1 / value

    def exp(self, value: Any, level: int) -> Any:
        return self._real(value, 0, moderate_exp, 1)

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
        return self.whole_power(root if exponent > 0 else 1 / root, abs(exponent.numerator), level)

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
        return self.scale * Fraction(self.random.randrange(150, 1900), 997)

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


def moderate_exp(value: Any) -> Any:
    """The exponential of a number, if there is room for it; raises OverflowError."""
    if abs(value) > STEEPEST:
        raise OverflowError("an exponential too large for any machine")
    return context.exp(value)


def moderate_power(value: Any, exponent: int) -> Any:
    """A number to a whole power, if there is room for it; raises OverflowError."""
    if context.mag(value) * exponent > STEEPEST:
        raise OverflowError("a power too large for any machine")
    return value**exponent


def bits_of(value: Fraction) -> int:
    """How long a fraction is."""
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _root(value: int, order: int) -> int:
    """The exact root of a whole number, else Inexact."""
    root, exact = integer_nthroot(value, order)
    if not exact:
        raise Inexact
    return int(root)
