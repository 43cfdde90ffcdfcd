"""What a partial derivative does not depend on, left out of the equation it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from sympy import Add, Expr, Indexed, Mul, Sum, Symbol

from ..records import Equation
from ..renaming import found_in
from ..terms import Partial, name_of, range_of, total
from .nodes import names_in


def relevant(left: Expr, right: Expr, definitions: Mapping[str, Equation]) -> Mapping[str, Equation]:
    """`definitions` with the terms left out whose derivative is 0 because the array does not occur in them.

    An equation whose value is asked for as well stays whole.
    """
    moving: dict[str, set[str]] = {}
    for node in (*found_in(left, Partial), *found_in(right, Partial)):
        if name_of(node.of) in definitions:
            moving.setdefault(name_of(node.of), set()).add(name_of(node.by))
    if not moving:
        return definitions
    shorter = {name: _shortened(definitions[name].right, frozenset(by)) for name, by in moving.items()}
    whole = _values_in([left, right, *shorter.values()], definitions)
    new = {name: replace(definitions[name], right=body) for name, body in shorter.items() if name not in whole}
    return {**definitions, **new}


@lru_cache(maxsize=1 << 10)
def _shortened(node: Expr, moving: frozenset[str]) -> Expr:
    """The terms of `node` in which one of the arrays `moving` occurs."""
    if moving.isdisjoint(names_in(node)):
        return Add()
    if isinstance(node, Add):
        return Add(*(_shortened(term, moving) for term in node.args))
    if isinstance(node, Sum):
        body = _shortened(node.args[0], moving)
        return node if body == node.args[0] else total(body, range_of(node))
    if isinstance(node, Mul):
        holding = [factor for factor in node.args if not moving.isdisjoint(names_in(factor))]
        if len(holding) == 1 and (body := _shortened(holding[0], moving)) != holding[0]:
            return Mul(*(f for f in node.args if f is not holding[0]), body)
    return node


def _values_in(nodes: list[Expr], definitions: Mapping[str, Equation]) -> set[str]:
    """The names whose values are asked for, through the definitions."""
    found: set[str] = set()
    while nodes:
        node = nodes.pop()
        if isinstance(node, (Indexed, Symbol)):
            name = name_of(node)
            if name in definitions and name not in found:
                nodes.append(definitions[name].right)
            found.add(name)
        elif not isinstance(node, Partial):
            nodes.extend(node.args)
    return found
