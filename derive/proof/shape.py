"""How large the monomials of an expression are, counted in indices of each dimension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr, Indexed, Rational, Symbol

Counts = dict[Symbol, int]


class NotInClass(Exception):
    """The theorem does not cover this expression; the message says why."""


@dataclass(frozen=True)
class Shape:
    """Bounds for every term of an expression written as (sum of terms) / (denominators).

    `bound`: bound indices of each dimension; `loose`: those that no vanishing factor carries;
    `powers`: lowest and highest power of each explicit width; `carried`: the letters that a
    vanishing factor carries in every term; `under`: the denominators with their multiplicity.
    """

    bound: Counts = field(default_factory=dict)
    loose: Counts = field(default_factory=dict)
    powers: dict[Symbol, tuple[Rational, Rational]] = field(default_factory=dict)
    carried: frozenset[Symbol] = frozenset()
    under: dict[Expr, int] = field(default_factory=dict)
    degree: int = 0


UNIT = Shape()


def add_counts(left: Mapping, right: Mapping, times: int = 1) -> Counts:
    """left + times * right."""
    if not right:
        return dict(left)
    return {d: left.get(d, 0) + times * right.get(d, 0) for d in (*left, *(d for d in right if d not in left))}


def larger(left: Mapping, right: Mapping) -> Counts:
    """The larger of two counts, dimension by dimension."""
    return {d: max(left.get(d, 0), right.get(d, 0)) for d in (*left, *(d for d in right if d not in left))}


def times(left: Shape, right: Shape) -> Shape:
    """The shape of a product."""
    if right is UNIT or left is UNIT:
        return left if right is UNIT else right
    powers = dict(left.powers)
    for d, (low, high) in right.powers.items():
        below, above = powers.get(d, (0, 0))
        powers[d] = (below + low, above + high)
    return Shape(
        add_counts(left.bound, right.bound),
        add_counts(left.loose, right.loose),
        powers,
        left.carried | right.carried,
        add_counts(left.under, right.under),
        left.degree + right.degree,
    )


def plus(left: Shape, right: Shape, shapes: Mapping[Expr, Shape]) -> Shape:
    """The shape of a sum over the common denominator; `shapes` holds the denominators' own."""
    under = larger(left.under, right.under)
    left, right = over(left, under, shapes), over(right, under, shapes)
    powers = {}
    for d in {**left.powers, **right.powers}:
        first, second = left.powers.get(d, (0, 0)), right.powers.get(d, (0, 0))
        powers[d] = (min(first[0], second[0]), max(first[1], second[1]))
    return Shape(
        larger(left.bound, right.bound),
        larger(left.loose, right.loose),
        powers,
        left.carried & right.carried,
        under,
        max(left.degree, right.degree),
    )


def over(shape: Shape, under: Mapping[Expr, int], shapes: Mapping[Expr, Shape]) -> Shape:
    """`shape` brought over the denominators `under`."""
    result = shape
    for denominator, often in under.items():
        for _ in range(often - shape.under.get(denominator, 0)):
            result = times(result, shapes[denominator])
    return result


def raised(shape: Shape, exponent: int) -> Shape:
    """The shape of a whole power."""
    result = UNIT
    for _ in range(exponent):
        result = times(result, shape)
    return result


def summed(shape: Shape, letter: Symbol, dimension: Symbol) -> Shape:
    """The shape of the sum over `letter`."""
    loose = shape.loose if letter in shape.carried else add_counts(shape.loose, {dimension: 1})
    bound = add_counts(shape.bound, {dimension: 1})
    return Shape(bound, loose, shape.powers, shape.carried - {letter}, shape.under, shape.degree)


def plain_indices(node: Indexed) -> tuple[Symbol, ...]:
    """The index letters of an entry; raises NotInClass for literal indices and shifts."""
    if not all(isinstance(i, Symbol) for i in node.args[1:]):
        raise NotInClass(f"{node} has a literal or shifted index")
    return tuple(node.args[1:])
