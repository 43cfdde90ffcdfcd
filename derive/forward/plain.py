"""From SymPy back to the plain language, in the order of textbooks."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import sympy
from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Pow, Product, Rational, S, Sum, Symbol

from ..errors import UnknownNode
from ..records import Equation
from ..renaming import found_in
from ..terms import Named, Partial, indices_of, maximum, minimum, name_of, range_of, step


class Level(IntEnum):
    """How tightly a text holds together; a looser one inside a tighter one gets brackets."""

    SUM = 0
    MINUS = 1
    PRODUCT = 2
    POWER = 3
    ATOM = 4


FUNCTIONS: dict[type, str] = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.Abs: "abs",
    sympy.sign: "sign",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tan: "tan",
    sympy.erf: "erf",
    step: "step",
    maximum: "max",
    minimum: "min",
}


def plain(expression: Expr) -> str:
    """The expression in the plain language; reading it gives the expression back.

    Raises UnknownNode.
    """
    return _text(expression)[0]


def plain_equation(equation: Equation) -> str:
    """``z1[j] = ...`` in the plain language."""
    return f"{plain(equation.left)} = {plain(equation.right)}"


def _text(node: Expr) -> tuple[str, Level]:
    if isinstance(node, Add):
        return _sum(node)
    if isinstance(node, (Mul, Rational)):
        negative, text = _product(node)
        return (f"-{text}", Level.MINUS) if negative else (text, Level.ATOM if text.isdigit() else Level.PRODUCT)
    if isinstance(node, Pow):
        if _below(node):
            return f"1/{_bracketed(_power(node.base, -node.exp), Level.POWER)}", Level.PRODUCT
        return _power(node.base, node.exp)
    for kinds, write in WRITERS:
        if isinstance(node, kinds):
            return write(node)
    if type(node) in FUNCTIONS:
        return _call(FUNCTIONS[type(node)], *node.args)
    raise UnknownNode(node, "the plain language")


def _held(node: Expr, level: Level) -> str:
    """The text of `node`, in brackets unless it holds together at least as tightly as `level`."""
    return _bracketed(_text(node), level)


def _bracketed(text: tuple[str, Level], level: Level) -> str:
    return text[0] if text[1] >= level else f"({text[0]})"


def _call(name: str, *arguments: Expr) -> tuple[str, Level]:
    return f"{name}({', '.join(map(plain, arguments))})", Level.ATOM


def _entry(node: Indexed) -> tuple[str, Level]:
    subscripts = ",".join(plain(i).replace(" ", "") for i in indices_of(node))
    name = name_of(node)
    return f"{name}[{subscripts}]", Level.PRODUCT if "/" in name else Level.ATOM


def _symbol(node: Symbol) -> tuple[str, Level]:
    return node.name, Level.PRODUCT if "/" in node.name else Level.ATOM


def _binder(node: Sum | Product) -> tuple[str, Level]:
    """A sum; its range is written where the letter stands alone in no array, which would say it."""
    (letter, size), name = range_of(node), "sum" if isinstance(node, Sum) else "prod"
    said = any(letter in indices_of(entry) for entry in found_in(node.args[0], Indexed))
    run = letter.name if said or not (size.is_Symbol or size.is_Integer) else f"{letter.name} < {plain(size)}"
    return f"{name}({run}, {plain(node.args[0])})", Level.ATOM


def _partial(node: Partial) -> tuple[str, Level]:
    return f"d{plain(node.of)}/d{plain(node.by)}", Level.PRODUCT


def _sum(node: Add) -> tuple[str, Level]:
    terms = []
    for term in node.args:
        negative, text = _product(term)
        terms.append((_term_key(term, negative, text), negative, text))
    terms.sort()
    text = "".join(f" - {text}" if negative else f" + {text}" for _, negative, text in terms)
    return text[3:] if text.startswith(" + ") else f"-{text[3:]}", Level.SUM


def _product(node: Expr) -> tuple[bool, str]:
    """Whether a minus sign stands before the product, and the rest of it."""
    factors = list(Mul.make_args(node))
    number = factors.pop(0) if isinstance(factors[0], Rational) else S.One
    above, below = [], []
    for factor in factors:
        if _below(factor):
            text = _bracketed(_power(factor.base, -factor.exp), Level.POWER)
            below.append((_factor_key(factor.base, text), text))
        else:
            text = _held(factor, Level.PRODUCT)
            above.append((_factor_key(factor, text), text))
    top, bottom = ([text for _, text in sorted(part)] for part in (above, below))
    up, down = abs(number.p), number.q
    if down != 1 and top:
        top.insert(0, f"{up}/{down}")
    else:
        top = [str(up), *top] if up != 1 or not top else top
        bottom = [str(down), *bottom] if down != 1 else bottom
    under = f"/{bottom[0]}" if len(bottom) == 1 else f"/({'*'.join(bottom)})" if bottom else ""
    return number.is_negative, "*".join(top) + under


def _below(node: Expr) -> bool:
    """Whether this factor stands under the fraction line."""
    return isinstance(node, Pow) and node.exp.is_number and bool(node.exp.is_negative)


def _power(base: Expr, exponent: Expr) -> tuple[str, Level]:
    if exponent == 1:
        return _text(base)
    if exponent == S.Half:
        return _call("sqrt", base)
    return f"{_held(base, Level.ATOM)}^{_held(exponent, Level.ATOM)}", Level.POWER


WRITERS: tuple[tuple[Any, Callable[..., tuple[str, Level]]], ...] = (
    (Symbol, _symbol),
    (Indexed, _entry),
    ((Sum, Product), _binder),
    (Named, lambda node: _call(type(node).__name__, *node.args)),
    (KroneckerDelta, lambda node: (f"kron({','.join(plain(a).replace(' ', '') for a in node.args)})", Level.ATOM)),
    (Partial, _partial),
    (type(S.Pi), lambda node: ("pi", Level.ATOM)),
    (type(S.Exp1), lambda node: ("exp(1)", Level.ATOM)),
)

# The order of the factors of a product, by what they are.
_RANKS: tuple[tuple[Callable[[Expr], bool], int], ...] = (
    (lambda node: node.is_number, 0),
    (lambda node: isinstance(node, Symbol), 1),
    (lambda node: isinstance(node, Indexed) and name_of(node)[0] in "WwUV", 2),
    (lambda node: isinstance(node, (Sum, Product)), 3),
    (lambda node: isinstance(node, Indexed) and re.match("d|y", name_of(node)) is not None, 4),
    (lambda node: isinstance(node, Indexed), 5),
    (lambda node: isinstance(node, Add), 6),
)


def _factor_key(node: Expr, text: str) -> tuple[int, str]:
    base = node.base if isinstance(node, Pow) and not node.is_number else node
    return next((rank for test, rank in _RANKS if test(base)), 7), _padded(text)


def _term_key(node: Expr, negative: bool, text: str) -> tuple[bool, int, str]:
    heavy = any(isinstance(factor, (Sum, Product)) for factor in Mul.make_args(node))
    return negative, 0 if node.is_number else 1 if heavy else 2, _padded(text)


def _padded(text: str) -> str:
    """A text to sort by: names in order, layers by number."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(4), text)
