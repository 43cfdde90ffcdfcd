"""An equation to decide, with everything that gives it a meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sympy import Expr, Symbol

from ..records import Equation, Fact, Formula
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


def declared(facts: Sequence[Fact]) -> dict[str, Declared]:
    """The facts by array."""
    by_array: dict[str, list[Fact]] = {}
    for fact in facts:
        by_array.setdefault(fact.array, []).append(fact)
    return {name: Declared(tuple(group)) for name, group in by_array.items()}
