"""Expressions without arrays, as Python writes them: numbers, widths, named scalars."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sympy import Add, E, Expr, Mul, Pow, Rational, S, Symbol, pi

from derive.errors import UnknownNode

from .trees import Value

SUM, MATRIX, PRODUCT, UNARY, POWER, ATOM = 1, 2, 3, 4, 5, 9
"""How tightly a text binds; matrix products stand in brackets inside other products."""


def number(expression: Expr, name: Callable[[Symbol], str]) -> Value:
    """The value of an expression without indices; `name` gives each symbol's identifier.

    Numbers stay Python numbers, so that they never widen an array. Raises UnknownNode.
    """
    text, strength = _parts(expression, name)
    return Value(text, (), strength)


def is_decimal(value: Fraction | Rational) -> bool:
    """Whether a decimal of Python's is exactly this number."""
    exact = Fraction(int(value.numerator), int(value.denominator))
    return Fraction(repr(float(exact))) == exact


def _text(node: Expr, name: Callable[[Symbol], str], context: int) -> str:
    text, strength = _parts(node, name)
    return text if strength >= context else f"({text})"


def _parts(node: Expr, name: Callable[[Symbol], str]) -> tuple[str, int]:
    if node.is_Rational:
        return _rational(Fraction(node.p, node.q))
    if isinstance(node, Symbol):
        return name(node), ATOM
    if node == pi or node == E:
        return f"math.{'pi' if node == pi else 'e'}", ATOM
    if isinstance(node, Add):
        return _sum(node, name), SUM
    if isinstance(node, Mul):
        return _product(node, name)
    if isinstance(node, Pow):
        if node.exp == S.Half and node.is_number:
            return f"math.sqrt({_text(node.base, name, SUM)})", ATOM
        if node.exp.is_number and node.exp.is_negative:
            return f"1 / {_text(1 / node, name, UNARY)}", PRODUCT
        return f"{_text(node.base, name, ATOM)}**{_text(node.exp, name, POWER)}", POWER
    called = node.func.__name__ if node.is_Function and len(node.args) == 1 else ""
    if called in ("exp", "log", "sin", "cos", "tan", "erf") and node.is_number:
        return f"math.{called}({_text(node.args[0], name, SUM)})", ATOM
    raise UnknownNode(node, "the NumPy writer")


def _rational(value: Fraction) -> tuple[str, int]:
    if value.denominator == 1:
        return str(value.numerator), ATOM if value >= 0 else UNARY
    if is_decimal(value):
        return repr(float(value)), ATOM if value >= 0 else UNARY
    return f"{value.numerator} / {value.denominator}", PRODUCT


def _sum(node: Add, name: Callable[[Symbol], str]) -> str:
    first, *others = node.args
    text = _text(first, name, SUM)
    for term in others:
        negative = term.could_extract_minus_sign()
        text += f" - {_text(-term, name, PRODUCT)}" if negative else f" + {_text(term, name, SUM)}"
    return text


def _product(node: Mul, name: Callable[[Symbol], str]) -> tuple[str, int]:
    if node.args[0] == -1:
        return f"-{_text(-node, name, PRODUCT)}", UNARY
    above = [f for f in node.args if not (isinstance(f, Pow) and f.exp.is_number and f.exp.is_negative)]
    below = [1 / f for f in node.args if f not in above]
    text = " * ".join(_text(f, name, UNARY) for f in above) or "1"
    return text + "".join(f" / {_text(f, name, UNARY)}" for f in below), PRODUCT
