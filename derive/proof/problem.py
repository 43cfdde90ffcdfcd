"""An equation to decide, with everything that gives it a meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sympy import Expr, Indexed, Symbol

from ..records import Equation, Fact, Formula
from ..terms import is_dimension, name_of
from .facts import Declared


@dataclass
class Problem:
    """An equation to decide, with everything that gives it a meaning."""

    left: Expr
    right: Expr
    ranges: Mapping[Symbol, Expr]
    definitions: Mapping[str, Equation]
    facts: Mapping[str, Declared]
    functions: Mapping[str, Formula]
    hints: set[str] = field(default_factory=set)
    """Arrays that were found to stand under log or a root."""
    certain: dict[Expr, int] = field(default_factory=dict)
    """What the forms of expressions say about their signs: 1, -1, or 0 where they say nothing."""


def declared(facts: Sequence[Fact]) -> dict[str, Declared]:
    """The facts by array."""
    by_array: dict[str, list[Fact]] = {}
    for fact in facts:
        by_array.setdefault(fact.array, []).append(fact)
    return {name: Declared(tuple(group)) for name, group in by_array.items()}


def atoms_in(problem: Problem) -> set[str]:
    """The names that occur, through the definitions."""
    found: set[str] = set()
    stack = [problem.left, problem.right]
    while stack:
        node = stack.pop()
        if isinstance(node, Indexed) or (isinstance(node, Symbol) and not is_dimension(node)):
            name = name_of(node)
            if name not in found and name in problem.definitions:
                stack.append(problem.definitions[name].right)
            found.add(name)
        else:
            stack.extend(node.args)
    return found
