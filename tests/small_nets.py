"""Small networks written out in scalars: the oracle that symbolic results are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from sympy import Add, Expr, Heaviside, Indexed, Integer, KroneckerDelta, Max, Min, Sum, Symbol

from derive.records import Model
from derive.terms import Named, dimension, indices_of, is_dimension, maximum, minimum, name_of, range_of, step


class SmallNet:
    """A model at given widths, every array entry a plain symbol or its expansion in them."""

    def __init__(self, model: Model, widths: Mapping[str, int]) -> None:
        self.model = model
        self.widths = {dimension(name): value for name, value in widths.items()}
        self.values: dict[tuple, Expr] = {}
        for fact in model.facts:
            if fact.kind in ("positive", "unit"):
                continue
            assert fact.kind == "sums-to-one", fact
            *rest, last = self.positions(fact.array)
            self.values[fact.array, last] = 1 - Add(*(self.value(fact.array, here) for here in rest))
        for equation in model.equations:
            for here in self.positions(equation.name):
                letters = dict(zip(equation.indices, here, strict=True))
                self.values[equation.name, here] = self.expand(equation.right, letters)

    def positions(self, name: str) -> list[tuple[int, ...]]:
        """Every index of an array."""
        return list(product(*(range(self.widths[size]) for size in self.model.axes[name])))

    def value(self, name: str, here: tuple[int, ...]) -> Expr:
        """An entry: its expansion, or the symbol that stands for it."""
        known = self.values.get((name, here))
        return known if known is not None else Symbol("_".join((name, *map(str, here))), real=True)

    def expand(self, node: Expr, letters: Mapping[Symbol, int]) -> Expr:
        """`node` at fixed indices, sums written out and functions by their formulas."""
        if node in letters:
            return Integer(letters[node])
        if is_dimension(node):
            return Integer(self.widths[node])
        if isinstance(node, Indexed):
            return self.value(name_of(node), tuple(int(self.expand(i, letters)) for i in indices_of(node)))
        if isinstance(node, Symbol):
            return self.value(node.name, ())
        if isinstance(node, Sum):
            letter, size = range_of(node)
            count = int(self.expand(size, letters))
            return Add(*(self.expand(node.function, {**letters, letter: n}) for n in range(count)))
        if isinstance(node, KroneckerDelta):
            first, second = (self.expand(a, letters) for a in node.args)
            return Integer(int(first == second))
        if not node.args:
            return node
        arguments = [self.expand(a, letters) for a in node.args]
        return self._applied(node, arguments)

    def _applied(self, node: Expr, arguments: list[Expr]) -> Expr:
        """SymPy's own functions in place of ours, so that its `diff` is what differentiates."""
        own = {maximum: Max, minimum: Min, step: lambda u: Heaviside(u, 0)}
        if isinstance(node, Named):
            formula = self.model.functions[node.label]
            inner = formula.expression
            for _ in range(node.order):
                inner = self.expand(inner, {}).diff(formula.variable)
            return self.expand(inner, {}).xreplace({formula.variable: arguments[0]})
        return own.get(node.func, node.func)(*arguments)
