"""The shape of each kind of node: the table behind the theorem of finite widths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, lcm
from typing import TYPE_CHECKING

from sympy import (
    Abs,
    Add,
    Expr,
    Indexed,
    KroneckerDelta,
    Mul,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    cos,
    erf,
    exp,
    log,
    sin,
    tan,
)
from sympy import sign as sympy_sign
from sympy.core.numbers import Exp1, Pi

from ..errors import UnknownNode
from ..renaming import terms_of
from ..terms import Named, Partial, is_dimension, is_index, maximum, minimum, name_of, range_of, step
from .fact_shapes import FACT_SHAPES
from .nodes import Along, free
from .rules import LOWERED
from .shape import UNIT, NotInClass, Shape, add_counts, plain_indices, plus, raised, summed, times
from .signed import content

if TYPE_CHECKING:
    from .monomials import Monomials

Scope = Mapping[Symbol, Symbol]


def _symbol(reader: Monomials, node: Symbol, scope: Scope) -> Shape:
    if is_dimension(node):
        return Shape(powers={node: (1, 1)})
    if is_index(node):
        raise NotInClass(f"the index {node} stands as a number")
    inner = reader.unfold(node)
    return Shape(degree=1) if inner is None else reader.shape(inner, scope)


def _indexed(reader: Monomials, node: Indexed, scope: Scope) -> Shape:
    letters = plain_indices(node)
    inner = reader.unfold(node)
    if inner is not None:
        return reader.shape(inner, scope)
    name = name_of(node)
    known = reader.problem.facts.get(name)
    if known is None or known.kinds <= {"positive", "binary", "symmetric"}:
        carried = frozenset() if name in reader.spoiled else frozenset(letters)
        return Shape(carried=carried, degree=1)
    return FACT_SHAPES[known.facts[0].kind](reader, node, scope)


def _add(reader: Monomials, node: Expr, scope: Scope) -> Shape:
    result = reader.shape(node.args[0], scope)
    for argument in node.args[1:]:
        result = plus(result, reader.shape(argument, scope), reader.shapes)
    return result


def _mul(reader: Monomials, node: Expr, scope: Scope) -> Shape:
    result = UNIT
    for argument in node.args:
        result = times(result, reader.shape(argument, scope))
    return result


def _pow(reader: Monomials, node: Pow, scope: Scope) -> Shape:
    base, exponent = node.args
    if is_dimension(base) and exponent.is_Rational:
        reader.unit = lcm(reader.unit, int(exponent.q))
        return Shape(powers={base: (exponent, exponent)})
    if exponent.is_Integer and exponent.is_positive:
        return raised(reader.shape(base, scope), int(exponent))
    if not exponent.is_Rational:
        if reader.has_sum(base):
            raise NotInClass(f"{base} stands to a power that is no number")
        return times(_radical(reader, base, scope), _function(reader, exponent, scope, "linear"))
    if not exponent.is_Integer:
        radical = _radical(reader, base, scope)
        return times(radical, _over_or_under(reader, base, exponent)) if reader.has_sum(base) else radical
    if not reader.has_sum(base) and not any(is_dimension(s) for s in base.free_symbols):
        return reader.local(base, scope, everywhere=_is_monomial(base))
    if any(s in scope for s in free(base)):
        raise NotInClass(f"the denominator {base} depends on an index of an outer sum")
    return _over_or_under(reader, base, exponent)


def _over_or_under(reader: Monomials, base: Expr, exponent: Expr) -> Shape:
    """A power that may be multiplied out: roots count as the next whole power."""
    inner = reader.shape(base, {})
    if exponent.is_positive:
        return raised(inner, ceil(exponent))
    if inner.under:
        raise NotInClass(f"the denominator {base} holds a quotient")
    reader.shapes[base] = inner
    return Shape(under={base: ceil(-exponent)})


def _is_monomial(node: Expr) -> bool:
    if isinstance(node, (Mul, Pow)):
        return all(_is_monomial(a) for a in node.args)
    return isinstance(node, (Indexed, exp)) or not node.args


def _radical(reader: Monomials, base: Expr, scope: Scope) -> Shape:
    if reader.has_sum(base):
        return reader.opaque(base, scope, "multiplicative")
    return reader.local(base, scope, everywhere=_is_monomial(base))


def _function(reader: Monomials, argument: Expr, scope: Scope, family: str) -> Shape:
    if reader.has_sum(argument):
        return reader.opaque(argument, scope, family)
    return reader.local(argument, scope, everywhere=True)


def _linear(reader: Monomials, node: Expr, scope: Scope) -> Shape:
    if type(node) in LOWERED:
        return reader.shape(LOWERED[type(node)](node.args[0]), scope)
    inner = reader.unfold(node) if isinstance(node, Named) else None
    if inner is not None:
        return reader.shape(inner, scope)
    return _function(reader, node.args[0], scope, "linear")


def _signed(reader: Monomials, node: Expr, scope: Scope) -> Shape:
    return _function(reader, node.args[0], scope, "multiplicative")


def _larger(reader: Monomials, node: Expr, scope: Scope) -> Shape:
    first, second = node.args
    _function(reader, first - second, scope, "multiplicative")
    return plus(reader.shape(first, scope), reader.shape(second, scope), reader.shapes)


def _exp(reader: Monomials, node: Expr, scope: Scope) -> Shape:
    result = UNIT
    for addend in terms_of(node.args[0]):
        coefficient, rest = content(addend)
        if isinstance(rest, log):
            result = times(result, reader.shape(rest.args[0] ** coefficient, scope))
        elif reader.has_sum(addend):
            result = times(result, reader.opaque(addend, scope, "linear"))
        else:
            result = times(result, _exponential(reader, addend, scope))
    return result


def _exponential(reader: Monomials, addend: Expr, scope: Scope) -> Shape:
    """exp of one entry times a number vanishes formally; of anything else it is some function."""
    coefficient, entry = content(addend)
    if not isinstance(entry, Indexed) or name_of(entry) in {**reader.problem.definitions, **reader.problem.facts}:
        reader.local(addend, scope, everywhere=True)
        return Shape(degree=1)
    name, direction = name_of(entry), 1 if coefficient > 0 else -1
    if reader.exponent_signs.setdefault(name, direction) != direction:
        reader.spoiled.add(name)
    letters = plain_indices(entry)
    carried = frozenset() if name in reader.spoiled else frozenset(letters)
    return Shape(carried=carried, degree=max(1, ceil(abs(coefficient))))


def _kronecker(reader: Monomials, node: Expr, scope: Scope) -> Shape:
    if not all(isinstance(a, Symbol) for a in node.args):
        raise NotInClass(f"{node} has a literal or shifted index")
    return UNIT


def _sum(reader: Monomials, node: Sum, scope: Scope) -> Shape:
    letter, size = range_of(node)
    if not is_dimension(size):
        raise NotInClass(f"a sum runs over {size}, which is not the name of a width")
    return summed(reader.shape(node.args[0], {**scope, letter: size}), letter, size)


def _product(reader: Monomials, node: Product, scope: Scope) -> Shape:
    raise NotInClass("a product runs over an index")


def _along(reader: Monomials, node: Along, scope: Scope) -> Shape:
    """As a partial derivative; a speed is a product of entries and deltas, without sums."""
    for _, speed in node.speeds.values():
        for entry in speed.atoms(Indexed):
            plain_indices(entry)
            reader.spoiled.add(name_of(entry))
    return _derivative(reader, node.of, scope)


def _partial(reader: Monomials, node: Partial, scope: Scope) -> Shape:
    if isinstance(node.by, Indexed):
        plain_indices(node.by)
    return _derivative(reader, node.of, scope)


def _derivative(reader: Monomials, of: Expr, scope: Scope) -> Shape:
    """A derivative has the terms of the equation with one factor replaced: nothing vanishes for sure."""
    right = reader.unfold(of)
    if right is None:
        raise UnknownNode(of, "the theorem of finite widths: no equation")
    before = reader.fresh_arguments()
    inner = reader.shape(right, scope)
    bound, under = inner.bound, {denominator: often + 1 for denominator, often in inner.under.items()}
    for known in reader.arguments.values():
        for shape in known.values():
            bound = add_counts(bound, shape.bound)
    for argument, shape in reader.arguments["multiplicative"].items():
        if shape.under:
            raise NotInClass(f"the derivative of a function of {argument}, which holds a quotient")
        reader.shapes[argument] = shape
        under[argument] = under.get(argument, 0) + 1
    for denominator in inner.under:
        bound = add_counts(bound, reader.shapes[denominator].bound)
    reader.merge(before)
    return Shape(bound, dict(bound), inner.powers, frozenset(), under, inner.degree + 1)


SHAPES: dict[type, Callable] = {
    **dict.fromkeys((Rational, Exp1, Pi), lambda reader, node, scope: UNIT),
    Symbol: _symbol,
    Indexed: _indexed,
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    Sum: _sum,
    Product: _product,
    KroneckerDelta: _kronecker,
    exp: _exp,
    log: lambda reader, node, scope: _radical(reader, node.args[0], scope),
    Abs: lambda reader, node, scope: times(_signed(reader, node, scope), reader.shape(node.args[0], scope)),
    sympy_sign: _signed,
    step: _signed,
    maximum: _larger,
    minimum: _larger,
    **dict.fromkeys((erf, sin, cos, tan, *LOWERED, Named), _linear),
    Partial: _partial,
    Along: _along,
}
