"""What a product is made of: its number, the factors above and below the line, the gaps between."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from sympy import Add, Expr, Indexed, Mul, Pow, Rational, S, Sum, Symbol

from derive.renaming import factors_of
from derive.terms import Partial, name_of, range_of, total

from . import display as show
from .display import Node, Space, row
from .notation import DERIVATIVE_NAME
from .order import is_negative

LONGEST_DECIMAL = 8


def split_fraction(expression: Expr) -> tuple[Rational, list[Expr], list[Expr]]:
    """A product as a number, the factors above and the factors below the fraction line."""
    coefficient, over, under = S.One, [], []
    for factor in factors_of(expression):
        if factor.is_Rational:
            coefficient *= factor
        elif isinstance(factor, (Add, Sum)):
            outside, rest = drawn_out(factor)
            coefficient *= outside
            over.append(rest)
        elif isinstance(factor, Pow) and is_negative(factor.exp):
            under.append(Pow(factor.base, -factor.exp))
        else:
            over.append(factor)
    for factor in list(over):
        if isinstance(factor, Pow) and factor.exp == S.Half and factor.base.is_Integer:
            if coefficient.q % factor.base == 0:
                coefficient *= factor.base
                over.remove(factor)
                under.append(factor)
    return coefficient, _one_root(over), _one_root(under)


def _one_root(factors: list[Expr]) -> list[Expr]:
    """Square roots of numbers gathered under one sign."""
    roots = [f for f in factors if isinstance(f, Pow) and f.exp == S.Half and f.base.is_number]
    if len(roots) < 2:
        return factors
    return [Pow(Mul(*(f.base for f in roots)), S.Half, evaluate=False), *(f for f in factors if f not in roots)]


def is_derivative(factor: Expr) -> bool:
    """Whether this entry prints as a fraction, the derivative of the cost by something."""
    named = isinstance(factor, Indexed | Symbol)
    return isinstance(factor, Partial) or (named and DERIVATIVE_NAME.fullmatch(name_of(factor)) is not None)


def stands_before(under: list[Expr], over: list[Expr], big: list[Expr]) -> bool:
    """Whether a denominator stands as one fraction before the factors `over`.

    It does where it is made of numbers and widths, or where all the factors are `big` ones
    (sums and derivatives) and it holds no sum itself.
    """
    numbers = all(symbol.is_integer for f in under for symbol in f.free_symbols)
    if numbers:
        return len(over) > 1 or bool(big)
    return bool(over) and len(big) == len(over) and not any(f.has(Sum) for f in under)


def common_number(expression: Add) -> Rational:
    """The number that every term of a sum has in front, its sign apart; 1 where they differ."""
    numbers = {abs(term.as_coeff_Mul()[0]) for term in expression.args}
    return numbers.pop() if len(numbers) == 1 and not any(t.is_Number for t in expression.args) else S.One


def drawn_out(factor: Expr) -> tuple[Rational, Expr]:
    """A factor as a positive number times the rest, the numbers of the sums inside it drawn out as well."""
    if isinstance(factor, Sum):
        outside, body = drawn_out(factor.args[0])
        return outside, total(body, range_of(factor)) if outside != 1 else factor
    if isinstance(factor, Mul):
        inner = [drawn_out(f) if isinstance(f, (Add, Sum)) else (S.One, f) for f in factor.args]
        number = Mul(*(n for n, _ in inner))
        sign, rest = Mul(*(f for _, f in inner)).as_coeff_Mul()
        return abs(sign) * number, rest if sign > 0 else -rest
    outside = common_number(factor) if isinstance(factor, Add) else S.One
    return outside, Add(*(term / outside for term in factor.args)) if outside != 1 else factor


def decimal_text(value: Rational) -> str:
    """The decimal of a number written with one (17/10 is 1.7), a long one cut; else nothing."""
    odd = value.q
    for prime in (2, 5):
        while odd % prime == 0:
            odd //= prime
    if odd != 1 or value.q < 10:
        return ""
    digits = next(n for n in count(1) if 10**n % value.q == 0)
    text = str(value.p * 10**digits // value.q).rjust(digits + 1, "0")
    whole, rest = text[:-digits], text[-digits:]
    return f"{whole}.{rest}" if digits <= LONGEST_DECIMAL else f"{whole}.{rest[:5]}…"


def spaced(parts: Sequence[Node]) -> Node:
    """Factors with the space between them that keeps them apart."""
    spread: list[Node] = []
    for part in parts:
        spread.extend((Space(_gap(spread[-1], part)), part) if spread else (part,))
    return row(*spread)


def _gap(left: Node, right: Node) -> str:
    """A thin space after a bracketed call and around words; else none that shows."""
    ends = left.items[-1] if isinstance(left, show.Row) else left
    call = isinstance(left, show.Row) and isinstance(ends, show.Group)
    bare = isinstance(left, show.Row) and any(i == Space("function") for i in left.items)
    starts = right.items[0] if isinstance(right, show.Row) else right
    word = isinstance(starts, show.Symbol) and starts.style == "indicator"
    return "thin" if call or bare or word else "product"
