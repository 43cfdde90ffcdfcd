"""What a matrix form means: its shape, and its entries as index expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sympy import Abs, Add, Expr, Mul, Pow, S, Symbol, cos, erf, exp, log, sin
from sympy import sign as sympy_sign

from ..errors import BackproofError
from ..renaming import fresh
from ..terms import element, maximum, minimum, named, step, total
from . import matrix as m

Shape = tuple[Expr | None, Expr | None]
FUNCTIONS = {f.__name__: f for f in (exp, log, sin, cos, erf, Abs, step, maximum, minimum)} | {"sign": sympy_sign}


def function_named(name: str) -> Callable[..., Expr]:
    """The function an Apply node names: exp, step, sigmoid'."""
    return FUNCTIONS.get(name) or named(name.rstrip("'"), len(name) - len(name.rstrip("'")))


def shape(node: m.Node, axes: Mapping[str, tuple[Expr, ...]]) -> Shape:
    """(rows, columns) of `node`; None for an axis it does not have. Raises where shapes differ."""
    match node:
        case m.Array(name):
            rows, columns = (*axes[name], None, None)[:2]
            return rows, columns
        case m.Number():
            return (None, None)
        case m.Ones(size):
            return (size, None)
        case m.Transpose(of):
            rows, columns = shape(of, axes)
            return columns, rows
        case m.Product(factors):
            return _product_shape(node, [shape(f, axes) for f in factors])
        case m.Hadamard(parts) | m.Plus(parts) | m.Apply(_, parts):
            return _common_shape(node, [shape(p, axes) for p in parts])
        case m.Scale(_, of) | m.Power(of, _):
            return shape(of, axes)
    raise BackproofError(f"{type(node).__name__} has no rows and columns")


def _product_shape(node: m.Node, shapes: list[Shape]) -> Shape:
    for (_, inner), (outer, _) in zip(shapes, shapes[1:], strict=False):
        if inner != outer:
            raise BackproofError(f"inner sizes {inner} and {outer} of {node} differ")
    return shapes[0][0], shapes[-1][1]


def _common_shape(node: m.Node, shapes: list[Shape]) -> Shape:
    full = {s for s in shapes if s != (None, None)}
    if len(full) > 1:
        raise BackproofError(f"shapes {sorted(map(str, full))} in {node} differ")
    return full.pop() if full else (None, None)


def meaning(node: m.Node, row: Symbol | None, column: Symbol | None, axes: Mapping[str, tuple[Expr, ...]]) -> Expr:
    """The entry of `node` at (row, column) as an index expression."""
    match node:
        case m.Array(name):
            return element(name, *(i for i in (row, column) if i is not None))
        case m.Number(value):
            return value
        case m.Ones():
            return S.One
        case m.Transpose(of):
            return meaning(of, column, row, axes)
        case m.Product(factors):
            height, width = shape(node, axes)
            return _product(factors, row if height is not None else None, column if width is not None else None, axes)
        case m.Hadamard(factors):
            return Mul(*(meaning(f, row, column, axes) for f in factors))
        case m.Plus(terms):
            return Add(*(meaning(t, row, column, axes) for t in terms))
        case m.Scale(coefficient, of):
            return meaning(coefficient, None, None, axes) * meaning(of, row, column, axes)
        case m.Power(of, exponent):
            return Pow(meaning(of, row, column, axes), exponent)
        case m.Apply(function, arguments):
            return function_named(function)(*(meaning(a, row, column, axes) for a in arguments))
    raise BackproofError(f"{type(node).__name__} has no rows and columns")


def _product(
    factors: tuple[m.Node, ...], row: Symbol | None, column: Symbol | None, axes: Mapping[str, tuple[Expr, ...]]
) -> Expr:
    if len(factors) == 1:
        return meaning(factors[0], row, column, axes)
    first, rest = factors[0], factors[1:]
    inner = shape(first, axes)[1]
    if inner is None:
        return meaning(first, row, None, axes) * _product(rest, None, column, axes)
    taken = [i for i in (row, column) if i is not None]
    letter = fresh(taken, prefer=("k", "m", "q"))
    later = _product(rest, letter, column, axes)
    return total(meaning(first, row, letter, axes) * later, (letter, inner))
