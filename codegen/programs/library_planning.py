"""Plans for array libraries other than NumPy: numbers known from arrays, whole numbers counted by the library."""

from __future__ import annotations

import re

from sympy import Expr

from derive.backward import arrays as a
from derive.terms import is_dimension, is_index

from .numbers import number
from .planning import Planner
from .program import Assignment
from .trees import Axes, Number, Tree, Value, affine_step, permuted


class LibraryPlanner(Planner):
    """A planner whose texts belong to `library`; it tells plain numbers from arrays without axes."""

    library = "np"

    def plan(self, assignment: Assignment) -> Tree:
        return self.rewritten(super().plan(assignment))

    def rewritten(self, tree: Tree) -> Tree:
        """The expression of an assignment in what the library has."""
        return tree

    def size(self, expression: Expr) -> Value:
        value = super().size(expression)
        if all(map(is_dimension, expression.free_symbols)):
            return Number(value.text, (), value.strength)
        return Value(re.sub(r"\bnp\.", f"{self.library}.", value.text), (), value.strength)

    def counted(self, size: str) -> str:
        """The whole numbers 0, 1, ... below `size`."""
        return f"{self.library}.arange({size})"

    def _grid(self, index: Expr, order: Axes) -> str:
        def values(letter: Expr) -> str:
            behind = len(order) - 1 - order.index(letter)
            numbers = self.counted(self.size(self._ranges[letter]).text)
            return f"{numbers}[:{', None' * behind}]" if behind else numbers

        return number(index, lambda s: values(s) if s in order else self.name(s.name)).text

    def slices(self, node: a.Gather) -> list[tuple[Axes, str] | None]:
        """For each axis its letter and its places as a slice or a number; None where they have to be computed."""
        letters = [s for index in node.indices for s in index.free_symbols if is_index(s)]
        found: list[tuple[Axes, str] | None] = []
        for step in map(affine_step, node.indices):
            plain = step is not None and (step[0] is None or letters.count(step[0]) == 1)
            found.append((step[:1] if step[0] else (), self._slice(*step, node.cut)) if step and plain else None)
        return found

    def _gather(self, node: a.Gather, axes: Axes) -> Tree:
        """Slices where they do, beside them computed places for axes next to each other."""
        slices, order = self.slices(node), tuple(x for x in axes if x in node.axes)
        computed = [n for n, found in enumerate(slices) if found is None]
        if (
            not computed
            or computed[-1] - computed[0] >= len(computed)
            or any(found and not found[0] for found in slices)
        ):
            return super()._gather(node, axes)
        letters = tuple(x for x in axes if any(x in node.indices[n].free_symbols for n in computed))
        places = [found[1] if found else self._grid(i, letters) for i, found in zip(node.indices, slices, strict=True)]
        before, after = (
            [x for found in part if found for x in found[0]] for part in (slices[: computed[0]], slices[computed[-1] :])
        )
        return permuted(Value(f"{self.name(node.name)}[{', '.join(places)}]", (*before, *letters, *after)), order)
