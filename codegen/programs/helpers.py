"""Arrays that are computed on the way to the right side of an equation, each made when first needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sympy import Expr, Symbol

from derive.renaming import substitute
from derive.terms import element, free_indices

Scope = Mapping[Symbol, Expr]
"""The letters that have a meaning where something stands, and their dimensions; the outer before the inner."""


@dataclass(frozen=True)
class Helper:
    """An array computed on the way: name[indices] = right, or the largest of it along `over`."""

    name: str
    indices: tuple[Symbol, ...]
    right: Expr
    ranges: Mapping[Symbol, Expr]
    over: Symbol | None = None


class Helpers:
    """Makes and names helpers; `new` are those of the equation at hand, whose names end in `suffix`."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._known: list[Helper] = []
        self.new: list[Helper] = []
        self.suffix = ""

    def begin(self, suffix: str) -> None:
        """From here on the helpers are those of another equation."""
        self.new, self.suffix = [], suffix

    def array(
        self, word: str, indices: tuple[Symbol, ...], right: Expr, scope: Scope, over: Symbol | None = None
    ) -> Expr:
        """The entry of a new helper at its `indices`."""
        letters = indices if over is None else (*indices, over)
        made = Helper(self.name(word), indices, right, {s: scope[s] for s in letters}, over)
        self.new.append(made)
        self._known.append(made)
        return element(made.name, *indices)

    def number(self, word: str, right: Expr, scope: Scope) -> Expr:
        """The entry of a helper for a number with letters, of the same one where it is met again."""
        free = ordered(right, scope)
        if not free:
            return right
        for known in self._known:
            letters = dict(zip(known.indices, free, strict=False))
            if known.over is None and len(known.indices) == len(free) and substitute(known.right, letters) == right:
                return element(known.name, *free)
        return self.array(word, free, right, scope)

    def name(self, word: str) -> str:
        """A name for a helper that nothing else has."""
        name = f"{word}{self.suffix}"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def ordered(expression: Expr, scope: Scope) -> tuple[Symbol, ...]:
    """The free letters of an expression, the outer before the inner."""
    places = {letter: place for place, letter in enumerate(scope)}
    return tuple(sorted(free_indices(expression), key=lambda s: (places.get(s, len(places)), s.name)))
