"""One name for all checks that differ in names only.

Two equations equal up to the renaming of arrays, indices and dimensions have the same key, so
the hundred layers of a deep network share one check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Indexed, Product, Sum, Symbol

from ..records import Equation, Fact, Formula
from ..terms import Named, is_dimension, name_of, range_of

DEPTH = Symbol("number of sums around")


class Namer:
    """Numbers names in the order in which they are met."""

    def __init__(
        self,
        definitions: Mapping[str, Equation],
        facts: Mapping[str, tuple[Fact, ...]],
        functions: Mapping[str, Formula],
    ) -> None:
        self.definitions, self.facts, self.functions = definitions, facts, functions
        self.names: dict[Any, int] = {}
        self.extra: list[Any] = []

    def number(self, kind: str, name: Any) -> int:
        """The number of a name; what is known of a new array joins the key."""
        key = (kind, name)
        if key in self.names:
            return self.names[key]
        found = self.names[key] = len(self.names)
        if kind == "array":
            for fact in self.facts.get(name, ()):
                self.extra.append((found, fact.kind, fact.text, tuple([self.key(axis) for axis in fact.axes])))
            if name in self.definitions:
                equation = self.definitions[name]
                letters = {letter: place for place, letter in enumerate(equation.indices)}
                self.extra.append((found, "is", self.key(equation.right, letters)))
        if kind == "label" and name in self.functions:
            formula = self.functions[name]
            self.extra.append((found, "is", self.key(formula.expression, {formula.variable: "variable"})))
        return found

    def key(self, node: Expr, letters: Mapping[Symbol, Any] = {}) -> Any:
        """A nested tuple that is the same for the same form; `letters` are the letters in scope."""
        if not node.args:
            if not isinstance(node, Symbol):
                return node
            if node in letters:
                return ("letter", letters[node])
            kind, name = ("size", node) if is_dimension(node) else ("array", node.name)
            return kind, self.number(kind, name)
        if isinstance(node, Indexed):
            indices = tuple([self.key(i, letters) for i in node.args[1:]])
            return (self.number("array", name_of(node)), *indices)
        if isinstance(node, (Sum, Product)):
            letter, size = range_of(node)
            depth = letters.get(DEPTH, 0)
            inner = {**letters, letter: ~depth, DEPTH: depth + 1}
            return (type(node).__name__, self.key(size), self.key(node.args[0], inner))
        head: Any = type(node).__name__
        if isinstance(node, Named):
            head = ("function", self.number("label", node.label), node.order)
        return (head, *[self.key(a, letters) for a in node.args])


def key_of(
    left: Expr,
    right: Expr,
    ranges: Mapping[Symbol, Expr],
    definitions: Mapping[str, Equation],
    facts: tuple[Fact, ...],
    functions: Mapping[str, Formula],
) -> Any:
    """The key of an equation."""
    by_array: dict[str, tuple[Fact, ...]] = {}
    for fact in facts:
        by_array[fact.array] = (*by_array.get(fact.array, ()), fact)
    namer = Namer(definitions, by_array, functions)
    letters = {letter: place for place, letter in enumerate(ranges)}
    body = (namer.key(left, letters), namer.key(right, letters), *[namer.key(size) for size in ranges.values()])
    return body, tuple(namer.extra)
