"""The shape of an entry about which a fact is declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sympy import Indexed, Symbol

from ..terms import element, is_dimension, name_of
from .shape import UNIT, NotInClass, Shape, plain_indices

if TYPE_CHECKING:
    from .monomials import Monomials

Scope = Mapping[Symbol, Symbol]


def _normalised(axis: int) -> Callable:
    def shape(reader: Monomials, node: Indexed, scope: Scope) -> Shape:
        letters, fact = plain_indices(node), reader.problem.facts[name_of(node)].facts[0]
        rest = list(letters)
        del rest[axis]
        if any(letter in scope for letter in rest) or not is_dimension(fact.axes[axis]):
            raise NotInClass(f"{node} is normalised along one index while another is summed over")
        whole = element("sum of " + name_of(node), *rest)
        reader.shapes[whole] = Shape(bound={fact.axes[axis]: 1}, degree=1)
        carried = frozenset() if name_of(node) in reader.spoiled else frozenset(letters)
        return Shape(carried=carried, under={whole: 1}, degree=1)

    return shape


def _one_hot(reader: Monomials, node: Indexed, scope: Scope) -> Shape:
    if len(node.args) > 2 or not is_dimension(reader.problem.facts[name_of(node)].facts[0].axes[-1]):
        raise NotInClass(f"{node} has a label for each of its rows")
    return UNIT


def _unit(reader: Monomials, node: Indexed, scope: Scope) -> Shape:
    return reader.local(node, scope, everywhere=True)


FACT_SHAPES = {
    "one-hot": _one_hot,
    "sums-to-one": _normalised(-1),
    "columns-sum-to-one": _normalised(0),
    "unit": _unit,
}
