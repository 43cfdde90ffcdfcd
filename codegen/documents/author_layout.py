"""Matrix forms with their arrays lying otherwise: weights in x out, records as columns, vectors as rows.

Where an array is written as the transpose of the one in a form, the form is transposed with
it; where it is a multiple (a derivative of the mean of all records), the number comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sympy import Expr, S

from derive.backward import matrix as m
from derive.errors import UnknownNode


@dataclass(frozen=True)
class Layout:
    """How arrays are written, by name: whether as the transpose, and what number of times they stand for the array."""

    is_turned: Callable[[str], bool]
    times: Callable[[str], Expr] = lambda name: S.One

    def form(self, form: m.MatrixForm) -> m.MatrixForm | None:
        """The form in this layout; None where a part of it is no matrix algebra."""
        assert isinstance(form.left, m.Array)
        try:
            number, node = self.node(form.right, self.is_turned(form.left.name))
        except UnknownNode:
            return None
        return replace(form, right=_scaled(number / self.times(form.left.name), node))

    def node(self, node: m.Node, turn: bool) -> tuple[Expr, m.Node]:
        """A number and an array whose product is `node`, or its transpose. Raises UnknownNode."""
        match node:
            case m.Array(name):
                return self.times(name), m.Transpose(node) if turn != self.is_turned(name) else node
            case m.Number():
                return S.One, node
            case m.Ones():
                return S.One, m.Transpose(node) if turn else node
            case m.Transpose(of):
                return self.node(of, not turn)
            case m.Scale(coefficient, of):
                factor, inner = self.node(coefficient, False)
                number, body = self.node(of, turn)
                if isinstance(inner, m.Number):
                    return factor * inner.value * number, body
                return factor * number, m.Scale(inner, body)
            case m.Product(factors) | m.Hadamard(factors):
                is_product = isinstance(node, m.Product)
                numbers, parts = self._all(factors[::-1] if turn and is_product else factors, turn)
                number = S.One
                for one in numbers:
                    number *= one
                return number, type(node)(parts)
            case m.Plus(terms):
                numbers, parts = self._all(terms, turn)
                return S.One, m.Plus(tuple(map(_scaled, numbers, parts)))
            case m.Apply(function, arguments):
                numbers, parts = self._all(arguments, turn)
                return S.One, m.Apply(function, tuple(map(_scaled, numbers, parts)))
            case m.Power(of, exponent) if exponent == 2:
                return self.node(m.Hadamard((of, of)), turn)
            case m.Power(of, exponent):
                return S.One, m.Power(_scaled(*self.node(of, turn)), exponent)
        raise UnknownNode(node, "the layout of matrix forms")

    def _all(self, nodes: tuple[m.Node, ...], turn: bool) -> tuple[list[Expr], tuple[m.Node, ...]]:
        found = [self.node(node, turn) for node in nodes]
        return [number for number, _ in found], tuple(part for _, part in found)


def _scaled(number: Expr, node: m.Node) -> m.Node:
    """A number times an array; -1 goes into the terms of a bracket."""
    if number == 1:
        return node
    if number == -1 and isinstance(node, m.Plus):
        return m.Plus(tuple(_negative(term) for term in node.terms))
    return m.Scale(m.Number(number), node)


def _negative(term: m.Node) -> m.Node:
    if isinstance(term, m.Scale) and isinstance(term.coefficient, m.Number):
        return _scaled(-term.coefficient.value, term.of)
    return m.Number(-term.value) if isinstance(term, m.Number) else m.Scale(m.Number(-S.One), term)
