"""Whether every axis has one dimension and indices are places only: what the theorem takes for granted."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Indexed, KroneckerDelta, Product, Sum, Symbol

from ..terms import is_index, name_of, range_of
from .nodes import Along
from .problem import Problem
from .shape import NotInClass

Scope = Mapping[Symbol, Expr]


class _Axes:
    """The dimension of every axis met so far."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int], Expr] = {}

    def put(self, name: str, axis: int, size: Expr) -> None:
        if self.known.setdefault((name, axis), size) != size:
            raise NotInClass(f"an index of {name} runs over {size} here and over {self.known[name, axis]} there")

    def visit(self, node: Expr, scope: Scope) -> None:
        if isinstance(node, Indexed):
            for axis, letter in enumerate(node.args[1:]):
                if letter in scope:
                    self.put(name_of(node), axis, scope[letter])
        elif isinstance(node, KroneckerDelta):
            left, right = (scope.get(letter) for letter in node.args)
            if left != right:
                raise NotInClass(f"{node} compares indices of two dimensions")
        elif isinstance(node, (Sum, Product)):
            letter, size = range_of(node)
            self.visit(node.args[0], {**scope, letter: size})
        elif isinstance(node, Along):
            self.visit(node.of, scope)
        elif is_index(node):
            raise NotInClass(f"the index {node} stands as a number")
        else:
            for argument in node.args:
                self.visit(argument, scope)


def require_axes(problem: Problem, atoms: frozenset[str]) -> None:
    """Every axis of every array among `atoms` has one dimension, equations and facts included; else NotInClass."""
    axes = _Axes()
    for name in sorted(atoms & set(problem.facts)):
        for axis, size in enumerate(problem.facts[name].facts[0].axes):
            axes.put(name, axis, size)
    for name in sorted(atoms & set(problem.definitions)):
        equation = problem.definitions[name]
        for axis, letter in enumerate(equation.indices):
            axes.put(name, axis, equation.ranges[letter])
        axes.visit(equation.right, equation.ranges)
    for side in (problem.left, problem.right):
        axes.visit(side, problem.ranges)
