"""Which outputs a cost accepts, derived from its logarithms and powers, and whether an activation stays there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from mpmath import mpf, nstr
from sympy import Expr, Indexed, S

from ..errors import InputError
from ..records import Formula
from ..terms import name_of
from .activations import ACTIVATIONS, activation, table_formula
from .costs import cost_for
from .values import apply, apply_vector

# Points at which an activation is tried, the simplest first.
SAMPLES = sorted((Fraction(n, 2) for n in range(-60, 61)), key=lambda z: (z.denominator, abs(z), z))


def accepted(cost: Expr, output: str) -> tuple[Expr, Expr]:
    """The open interval in which `cost` takes logarithms and broken powers of positive numbers only, for `output`."""
    lower, upper = S.NegativeInfinity, S.Infinity
    for node in sympy.preorder_traversal(cost):
        if isinstance(node, sympy.log) or isinstance(node, sympy.Pow) and not node.exp.is_Integer:
            for entry in node.atoms(Indexed):
                if name_of(entry) == output and (line := node.args[0].as_poly(entry)) and line.degree() == 1:
                    slope, constant = line.all_coeffs()
                    bound = -constant / slope
                    if slope.is_positive and bound.is_number:
                        lower = max(lower, bound)
                    elif slope.is_negative and bound.is_number:
                        upper = min(upper, bound)
    return lower, upper


def require_inside(
    formula: Formula, interval: tuple[Expr, Expr], cost: str, formulas: Callable[[str], Formula | None] = table_formula
) -> None:
    """InputError, with a witness and another activation, where a function leaves the interval."""
    found = _witness(formula, interval, formulas)
    if found is None:
        return
    point, number = found
    fitting = [name for name in ACTIVATIONS if fits(name, interval)]
    best = next((name for name in fitting if cost_for(name).name == cost), fitting[0] if fitting else None)
    lower, upper = ("inf" if bound is S.Infinity else str(bound) for bound in interval)
    advice = f" (use {best})" if best else ""
    raise InputError(
        f"{cost} needs outputs in ({lower}, {upper}); {formula.name} gives {number} at z = {point}{advice}"
    )


@cache
def fits(name: str, interval: tuple[Expr, Expr]) -> bool:
    """Whether an activation of the table stays in the interval at every sample."""
    return _witness(activation(name), interval, table_formula) is None


def _witness(
    formula: Formula, interval: tuple[Expr, Expr], formulas: Callable[[str], Formula | None]
) -> tuple[Fraction, str] | None:
    """A point at which the function is outside, else one at which it is on the boundary."""
    lower, upper = (float(bound) for bound in interval)
    if (lower, upper) == (float("-inf"), float("inf")):
        return None
    boundary = None
    for point, number in _values(formula, formulas):
        if number is None:
            return point, "no number"
        if number < lower or number > upper:
            return point, nstr(number, 4).removesuffix(".0")
        if number in (lower, upper) and boundary is None:
            boundary = point, nstr(number, 4).removesuffix(".0")
    return boundary


def _values(formula: Formula, formulas: Callable[[str], Formula | None]) -> Iterator[tuple[Fraction, Any]]:
    """Points and what the function gives there, None where that is no real number."""
    for point in SAMPLES if formula.axis is None else SAMPLES[::8]:
        z = float(point)
        try:
            if formula.axis is None:
                numbers = [apply(formula, z, formulas)]
            else:
                numbers = apply_vector(formula, [z, 0, -z], formulas)
        except (ZeroDivisionError, ValueError):
            numbers = [None]
        yield from ((point, number if isinstance(number, mpf) else None) for number in numbers)
