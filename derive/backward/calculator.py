"""Formulas at numbers: an exact fraction where the value is one, else 40 digits."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from mpmath import MPContext
from sympy import Expr, Integer, Symbol, integer_nthroot, pi

from ..errors import InputError
from ..forward.plain import plain
from ..forward.values import DIGITS
from ..proof.evaluate import Evaluator
from ..proof.nodes import Env, Offence
from ..proof.reals import ELEMENTARY, LONGEST, STEEPEST, bits_of, moderate_power
from ..records import Equation, Formula
from ..renaming import substitute
from .numbers import Numbers, places

context = MPContext()
context.dps = DIGITS


class OutsideDomain(InputError):
    """A logarithm, root or quotient has no value at the numbers given."""


class Calculator(Evaluator):
    """Evaluates formulas in arrays; `given` holds numbers by (name, indices) and may grow.

    What has an equation in `definitions` is computed once.
    """

    def __init__(
        self, widths: Mapping[Symbol, int], definitions: Mapping[str, Equation], functions: Mapping[str, Formula]
    ) -> None:
        super().__init__(widths, definitions, functions)
        self.given: dict[tuple[str, tuple[int, ...]], Any] = {}

    def give(self, name: str, numbers: Numbers) -> None:
        """Take in the numbers of an array."""
        self.given.update({(name, place): numbers.at(*place) for place in places(numbers.shape)})

    def array(self, formula: Expr, letters: tuple[Symbol, ...], axes: tuple[Expr, ...]) -> Numbers:
        """The values of `formula` for all values of its letters, whose dimensions are `axes`.

        Raises OutsideDomain, InputError for a function without a formula, UnknownNode.
        """
        shape = tuple(int(self.count(axis, {})) for axis in axes)
        return Numbers(shape, tuple(self.number_at(formula, dict(zip(letters, p, strict=True))) for p in places(shape)))

    def number_at(self, formula: Expr, env: Env) -> Any:
        """The value of `formula` at these values of its letters."""
        try:
            value = self.value(formula, env, 0)
        except Offence as offence:
            node = substitute(offence.node, {s: Integer(n) for s, n in offence.env.items() if isinstance(n, int)})
            value = self.value(offence.node, offence.env, 0)
            shown = context.nstr(context.convert(value), 6).removesuffix(".0")
            raise OutsideDomain(
                f"{plain(node)} is {shown}; logarithms and roots are taken of positive numbers, quotients by any but 0"
            ) from None
        return Fraction(value) if isinstance(value, int) else value

    def below(self, level: int) -> int:
        return level

    above = below

    def number(self, value: Any, level: int) -> Any:
        return Fraction(value) if isinstance(value, int) else Fraction(int(value.p), int(value.q))

    def fold(self, value: Any, level: int) -> Any:
        return value

    def whole_power(self, value: Any, exponent: int, level: int) -> Any:
        if isinstance(value, Fraction) and bits_of(value) * exponent > LONGEST:
            value = context.convert(value)
        return moderate_power(value, exponent)

    def inverse(self, value: Any, level: int) -> Any:
        return 1 / value

    def atom(self, name: str, indices: tuple[int, ...], level: int) -> Any:
        return +context.pi if name is pi else self.given[name, indices]

    def sign(self, node: Expr, env: Env, level: int, chosen: bool = True) -> int:
        value = self.value(node, env, level)
        return (value > 0) - (value < 0)

    def exp(self, value: Any, level: int) -> Any:
        if value > STEEPEST:
            raise OverflowError("an exponential too large for any machine")
        return Fraction(1) if value == 0 else context.exp(value)

    def log(self, node: Expr, env: Env, level: int) -> Any:
        value = self.positive(node, env, level)
        return Fraction(0) if value == 1 else context.log(value)

    def power(self, base: Any, exponent: Any, level: int) -> Any:
        if isinstance(base, Fraction) and isinstance(exponent, Fraction):
            roots = [integer_nthroot(part, exponent.denominator) for part in (base.numerator, base.denominator)]
            if all(exact for _, exact in roots):
                return Fraction(*(int(root) for root, _ in roots)) ** exponent.numerator
        return context.convert(base) ** context.convert(exponent)

    def function(self, label: str, order: int, value: Any, level: int) -> Any:
        if label not in ELEMENTARY:
            raise InputError(f"{label} has no formula; give it one, as in {label}(z) = z^2, to compute with numbers")
        if value == 0:
            return Fraction(int(label == "cos"))
        return getattr(context, label)(value)
