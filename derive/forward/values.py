"""What a formula gives at a number, to 40 digits: for trying a function out, not for proofs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from mpmath import mp, mpf
from sympy import Add, Expr, Indexed, Mul, Pow, Product, Sum

from ..errors import UnknownNode
from ..records import Formula
from ..terms import Named, indices_of, maximum, minimum, name_of, range_of, step

DIGITS = 40

_APPLY: dict[type, Callable[..., Any]] = {
    Pow: mp.power,
    sympy.exp: mp.exp,
    sympy.log: mp.log,
    sympy.Abs: abs,
    sympy.sign: mp.sign,
    sympy.sin: mp.sin,
    sympy.cos: mp.cos,
    sympy.tan: mp.tan,
    sympy.erf: mp.erf,
    step: lambda u: mpf(u > 0),
    maximum: max,
    minimum: min,
}


def value(node: Expr, at: Mapping[Any, Any], formulas: Callable[[str], Formula | None]) -> Any:
    """The number `node` stands for. `at` gives numbers for symbols, dimensions and indices, and
    for an array entry by (name, index numbers). Raises UnknownNode."""
    with mp.workdps(DIGITS):
        return _value(node, at, formulas)


def apply(formula: Formula, number: object, formulas: Callable[[str], Formula | None]) -> Any:
    """The value of a function of one number."""
    return value(formula.expression, {formula.variable: mpf(number)}, formulas)


def apply_vector(formula: Formula, numbers: list[object], formulas: Callable[[str], Formula | None]) -> list[Any]:
    """The values of a function of a vector."""
    entries: dict[Any, Any] = {(formula.variable.name, (i,)): mpf(number) for i, number in enumerate(numbers)}
    at: dict[Any, Any] = {**entries, formula.size: len(numbers)}
    return [value(formula.expression, {**at, formula.axis: i}, formulas) for i in range(len(numbers))]


def _value(node: Expr, at: Mapping[Any, Any], formulas: Callable[[str], Formula | None]) -> Any:
    if node in at:
        return mpf(at[node])
    if isinstance(node, Indexed):
        return at[name_of(node), tuple(int(_value(i, at, formulas)) for i in indices_of(node))]
    if isinstance(node, (Sum, Product)):
        letter, size = range_of(node)
        terms = (_value(node.args[0], {**at, letter: i}, formulas) for i in range(int(_value(size, at, formulas))))
        return mp.fsum(terms) if isinstance(node, Sum) else mp.fprod(terms)
    if node.is_number and not node.args:
        return mpf(node.p) / node.q if node.is_Rational else node._to_mpmath(mp.prec)
    arguments = [_value(argument, at, formulas) for argument in node.args]
    if isinstance(node, Add):
        return mp.fsum(arguments)
    if isinstance(node, Mul):
        return mp.fprod(arguments)
    if isinstance(node, Named) and node.order == 0 and (known := formulas(node.label)) is not None:
        return _value(known.expression, {known.variable: arguments[0]}, formulas)
    if type(node) in _APPLY:
        return _APPLY[type(node)](*arguments)
    raise UnknownNode(node, "the evaluation of a function")
