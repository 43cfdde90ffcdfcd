"""A simpler equation that says more: values of functions become entries of arrays about which nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Pow, Sum, Symbol, preorder_traversal

from ..proof.nodes import Along
from ..records import Equation
from ..renaming import found_in, nameless, rebuild
from ..terms import Partial, element, free_indices, index, name_of, range_of, total
from .calculus import arrays_in

Scope = Mapping[Symbol, Expr]


class _Closing:
    """Rewrites expressions; values of functions that hold one of the arrays `moving` stay what they are."""

    def __init__(self, moving: set[str]) -> None:
        self.moving = moving
        self.names: dict[tuple[Expr, tuple[Expr, ...]], str] = {}

    def expression(self, node: Expr, scope: Scope) -> Expr:
        if not node.args or isinstance(node, (Indexed, Partial, Along, KroneckerDelta)):
            return node
        if isinstance(node, Sum):
            letter, size = range_of(node)
            return total(self.expression(node.function, {**scope, letter: size}), (letter, size))
        if isinstance(node, (Add, Mul)) or isinstance(node, Pow) and node.exp.is_Integer or not arrays_in(node):
            return self._inside(node, scope)
        if arrays_in(node) & self.moving:
            return self._inside(node, scope)
        if isinstance(node, Pow) and node.exp.is_Rational:
            return self._entry(Pow(node.base, 1 / node.exp.q), scope) ** node.exp.p
        return self._entry(node, scope)

    def _inside(self, node: Expr, scope: Scope) -> Expr:
        new = [self.expression(argument, scope) for argument in node.args]
        return node if all(a is b for a, b in zip(new, node.args, strict=True)) else rebuild(node, new)

    def _entry(self, node: Expr, scope: Scope) -> Expr:
        """The entry that stands for `node`, the same array wherever only the letters are others."""
        free = free_indices(node)
        letters = dict.fromkeys(s for s in preorder_traversal(node) if s in free)
        numbered = node.xreplace({letter: index(f"letter {n}") for n, letter in enumerate(letters)})
        key = nameless(numbered), tuple(scope[letter] for letter in letters)
        return element(self.names.setdefault(key, f"value {len(self.names)}"), *letters)


def closed(
    left: Expr, right: Expr, ranges: Scope, definitions: Mapping[str, Equation]
) -> tuple[Expr, Expr, dict[str, Equation]] | None:
    """Both sides and the definitions with closed functions; None where that changes neither side."""
    derivatives = [node for side in (left, right) for node in found_in(side, (Partial, Along))]
    moving = {name_of(entry) for node in derivatives for entry in node.args[1::2]}
    closing = _Closing(moving)
    sides = [closing.expression(side, ranges) for side in (left, right)]
    equations = {n: replace(e, right=closing.expression(e.right, e.ranges)) for n, e in definitions.items()}
    return (*sides, equations) if closing.names else None
