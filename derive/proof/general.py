"""A more general equation, of which the one to decide is a special case, and which the theorem covers.

Shifted and literal entries (``x[t+s]``, ``x[0,i]``) become entries of arrays of their own, indicators such as
``kron(u, t+s)`` become atoms, widths such as T - S + 1 become widths of their own, and arrays
with an equation become atoms, except in partial derivatives, which speak of that equation. What holds
for all values of these holds for those they stand for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr, Indexed, KroneckerDelta, Mul, Product, Sum, Symbol

from ..records import Equation
from ..renaming import rebuild
from ..terms import (
    Partial,
    dimension,
    element,
    index,
    indices_of,
    is_dimension,
    is_index,
    kron,
    name_of,
    range_of,
    total,
)
from .nodes import Along
from .problem import Problem

Scope = Mapping[Symbol, Expr]


@dataclass(frozen=True)
class _Place:
    """An entry of an array of its own: its name, its letters and their dimensions, what it stands for."""

    name: str
    letters: tuple[Symbol, ...]
    sizes: tuple[Expr, ...]
    indices: tuple[Expr, ...]


@dataclass
class _General:
    """Rewrites the sides of a problem; `by` is the array a partial derivative is taken by."""

    problem: Problem
    widths: dict[Expr, Symbol] = field(default_factory=dict)
    definitions: dict[str, Equation] = field(default_factory=dict)
    found: dict[str, dict[str, _Place]] = field(default_factory=dict)
    native: set[str] = field(default_factory=set)

    def size(self, size: Expr) -> Expr:
        if is_dimension(size):
            return size
        return self.widths.setdefault(size, dimension(f"width {len(self.widths)}"))

    def ranges(self, ranges: Scope) -> dict[Symbol, Expr]:
        return {letter: self.size(size) for letter, size in ranges.items()}

    def expression(self, node: Expr, scope: Scope, by: str = "") -> Expr:
        if isinstance(node, Indexed):
            return self._entry(node, scope, by)
        if isinstance(node, KroneckerDelta):
            return self._indicator(node.args[0], node.args[1], scope)
        if isinstance(node, (Sum, Product)):
            letter, size = range_of(node)
            body = self.expression(node.args[0], {**scope, letter: self.size(size)}, by)
            limits = (letter, self.size(size))
            return total(body, limits) if isinstance(node, Sum) else Product(body, (letter, 0, limits[1] - 1))
        if isinstance(node, Partial):
            return self._partial(node, scope)
        if by and isinstance(node, Symbol) and node.name == by:
            self.native.add(by)
        return rebuild(node, [self.expression(a, scope, by) for a in node.args]) if node.args else node

    def _entry(self, node: Indexed, scope: Scope, by: str) -> Expr:
        name, indices = name_of(node), indices_of(node)
        if all(map(is_index, indices)):
            self.native.add(name)
            return node
        place = _place(name, indices, scope)
        if name == by:
            self.found.setdefault(by, {})[place.name] = place
        return element(place.name, *place.letters)

    def _indicator(self, left: Expr, right: Expr, scope: Scope) -> Expr:
        if is_index(left) and is_index(right) and scope.get(left) == scope.get(right):
            return kron(left, right)
        ways = [_place("equal", (left - right,), scope), _place("equal", (right - left,), scope)]
        place = min(ways, key=lambda way: way.name)
        return element(place.name, *place.letters)

    def _partial(self, node: Partial, scope: Scope) -> Expr:
        """By the chain rule through the arrays that stand for what the equation takes of an array."""
        equation, by = self.problem.definitions[name_of(node.of)], name_of(node.by)
        name = f"{equation.name} by {by}"
        self.found[by] = {}
        self.native.discard(by)
        ranges = self.ranges(equation.ranges)
        right = self.expression(equation.right, ranges, by)
        self.definitions[name] = Equation(name, equation.indices, right, ranges)
        of = element(name, *indices_of(node.of))
        if not self.found[by]:
            return Partial(of, node.by)
        moving: list[Expr] = []
        if by in self.native:
            letters = tuple(index(f"moving {n}") for n in range(len(indices_of(node.by))))
            axes = {new: scope[old] for new, old in zip(letters, indices_of(node.by), strict=True)}
            moving += [element(by, *letters), self._meets(letters, node.by, {**scope, **axes})]
        for place in self.found[by].values():
            new = {letter: index(f"moving {n}") for n, letter in enumerate(place.letters)}
            inner = {**scope, **{new[letter]: size for letter, size in zip(place.letters, place.sizes, strict=True)}}
            places = tuple(i.xreplace(new) for i in place.indices)
            moving += [element(place.name, *new.values()), self._meets(places, node.by, inner)]
        return Along(of, *moving)

    def _meets(self, places: tuple[Expr, ...], by: Expr, scope: Scope) -> Expr:
        """1 where an entry at these places is the one to differentiate by."""
        return Mul(*(self._indicator(here, there, scope) for here, there in zip(places, indices_of(by), strict=True)))

def _place(name: str, indices: tuple[Expr, ...], scope: Scope) -> _Place:
    """The array that stands for an array at these index expressions."""
    letters = dict.fromkeys(s for i in indices for s in sorted(_letters(i), key=lambda s: _order(i, s, scope)))
    numbers = {letter: index(f"{place}") for place, letter in enumerate(letters)}
    pattern = ",".join(str(i.xreplace(numbers)) for i in indices)
    return _Place(f"{name} at {pattern}", tuple(letters), tuple(scope[s] for s in letters), indices)


def _letters(place: Expr) -> list[Symbol]:
    return [s for s in place.free_symbols if is_index(s)]


def _order(place: Expr, letter: Symbol, scope: Scope) -> tuple[str, str, str]:
    return str(place.coeff(letter)), str(scope.get(letter)), letter.name


def generalised(problem: Problem) -> Problem | None:
    """The more general equation; None where there is none, or a partial derivative has no equation."""
    general = _General(problem)
    ranges = general.ranges(problem.ranges)
    try:
        left, right = (general.expression(side, ranges) for side in (problem.left, problem.right))
    except KeyError:
        return None
    if (left, right, ranges, general.definitions) == (problem.left, problem.right, problem.ranges, problem.definitions):
        return None
    plain = {name: known for name, known in problem.facts.items() if name not in general.found}
    return Problem(left, right, ranges, general.definitions, plain, problem.functions)
