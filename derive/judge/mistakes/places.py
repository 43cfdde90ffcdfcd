"""Places in a formula: what stands there, which letters are in scope, and the formula with something else there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sympy import Add, Expr, Indexed, IndexedBase, KroneckerDelta, Mul, Product, Sum, Symbol, sign

from ...renaming import rebuild
from ...terms import Partial, is_index, range_of, step

Scope = Mapping[Symbol, Expr]
"""The letters that have a meaning at a place, with their dimensions."""


@dataclass(frozen=True)
class Place:
    """A node of a formula: `path` leads to it, `scope` holds the letters in scope, `binder` the innermost bound one.

    `is_term`: the node is the whole formula, a term of a sum of terms, or what a sum runs over. `decides`: only its
    sign counts, as in ``step(z - 1)``.
    """

    formula: Expr
    node: Expr
    path: tuple[int, ...]
    scope: Scope
    binder: Symbol | None
    is_term: bool
    decides: bool = False

    def put(self, new: Expr) -> Expr:
        """The formula with `new` in this place."""
        return _put(self.formula, self.path, new)


def places(formula: Expr, scope: Scope) -> Iterator[Place]:
    """Every place of the formula, outermost first; indices, whole exponents and dimensions are no places."""

    def visit(
        node: Expr, path: tuple[int, ...], scope: Scope, binder: Symbol | None, is_term: bool, decides: bool
    ) -> Iterator[Place]:
        yield Place(formula, node, path, scope, binder, is_term, decides)
        if isinstance(node, (Indexed, IndexedBase, KroneckerDelta, Partial)):
            return
        if isinstance(node, (Sum, Product)):
            letter, size = range_of(node)
            yield from visit(node.args[0], (*path, 0), {**scope, letter: size}, letter, True, decides)
            return
        inner = node.args[:1] if node.is_Pow and node.args[1].is_number else node.args
        deciding = decides or isinstance(node, (step, sign))
        for number, argument in enumerate(inner):
            yield from visit(argument, (*path, number), scope, binder, isinstance(node, Add), deciding)

    yield from visit(formula, (), scope, None, True, False)


def terms(formula: Expr, scope: Scope) -> Iterator[Place]:
    """The places where a term stands whose value counts."""
    return (place for place in places(formula, scope) if place.is_term and not place.decides)


def entries(formula: Expr, scope: Scope) -> Iterator[Place]:
    """The places where an entry of an array or a scalar stands."""
    for place in places(formula, scope):
        node = place.node
        if isinstance(node, Indexed) or (isinstance(node, Symbol) and not node.is_integer):
            yield place


def factors(formula: Expr, scope: Scope) -> Iterator[tuple[Place, tuple[Expr, ...]]]:
    """Every product in the formula with its factors; a term that is no product is a product of one factor."""
    for place in places(formula, scope):
        if place.decides:
            continue
        if isinstance(place.node, Mul) or place.is_term and not isinstance(place.node, Add):
            yield place, Mul.make_args(place.node)


def _put(node: Expr, path: tuple[int, ...], new: Expr) -> Expr:
    if not path:
        return new
    arguments = list(node.args)
    arguments[path[0]] = _put(arguments[path[0]], path[1:], new)
    return rebuild(node, arguments)


def letters_of(entry: Expr) -> tuple[Expr, ...]:
    """The letters among the indices of an entry."""
    return tuple(i for i in entry.args[1:] if is_index(i)) if isinstance(entry, Indexed) else ()
