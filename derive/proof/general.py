"""A more general equation, of which the one to decide is a special case, and which the theorem covers.

Shifted and literal entries (``x[t+s]``, ``x[0,i]``) become entries of arrays of their own, indicators such as
``kron(u, t+s)`` become atoms, widths such as T - S + 1 become widths of their own, and arrays
with an equation become atoms, except in partial derivatives, which speak of that equation. What holds
for all values of these holds for those they stand for. A sum over an indicator is its one term, where that
is among its terms at all widths.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr, Indexed, KroneckerDelta, Mul, Product, Sum, Symbol

from ..records import Equation
from ..renaming import rebuild, substitute
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
from .index_forms import Pattern, Place, Scope, place, stays_inside
from .nodes import Along, unlike
from .problem import Problem, atoms_in
from .rules import only_place
from .widths import dimensions_of


@dataclass
class _General:
    """Rewrites the sides of a problem; `by` is the array a partial derivative is taken by.

    A scope has the widths as they are. `home` says over which widths the axes of an array run; its entries with
    other ones are entries of another array.
    """

    problem: Problem
    widths: dict[Expr, Symbol] = field(default_factory=dict)
    definitions: dict[str, Equation] = field(default_factory=dict)
    names: dict[tuple[str, Pattern], str] = field(default_factory=dict)
    found: dict[str, dict[str, Place]] = field(default_factory=dict)
    native: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        atoms = atoms_in(self.problem)
        self.taken = {*atoms, *map(str, dimensions_of(self.problem, frozenset(atoms)))}
        self.home = {name: known.facts[0].axes for name, known in self.problem.facts.items()}

    def size(self, size: Expr) -> Expr:
        if is_dimension(size):
            return size
        return self.widths.setdefault(size, dimension(unlike(f"width {len(self.widths)}", self.taken)))

    def ranges(self, ranges: Scope) -> dict[Symbol, Expr]:
        return {letter: self.size(size) for letter, size in ranges.items()}

    def expression(self, node: Expr, scope: Scope, by: str = "") -> Expr:
        if isinstance(node, Indexed):
            return self._entry(node, scope, by)
        if isinstance(node, KroneckerDelta):
            return self._indicator(node.args[0], node.args[1], scope)
        if isinstance(node, (Sum, Product)):
            return self._sum(node, scope, by)
        if isinstance(node, Partial):
            return self._partial(node, scope)
        if isinstance(node, Along):
            raise KeyError(node)
        if by and isinstance(node, Symbol) and node.name == by:
            self.native.add(by)
        return rebuild(node, [self.expression(a, scope, by) for a in node.args]) if node.args else node

    def _sum(self, node: Expr, scope: Scope, by: str) -> Expr:
        letter, size = range_of(node)
        only = only_place(node)
        if only is not None and only[1] == 1 and stays_inside(only[0], size, scope):
            return self.expression(substitute(node.args[0], {letter: only[0]}), scope, by)
        body = self.expression(node.args[0], {**scope, letter: size}, by)
        limits = (letter, self.size(size))
        return total(body, limits) if isinstance(node, Sum) else Product(body, (letter, 0, limits[1] - 1))

    def _entry(self, node: Indexed, scope: Scope, by: str) -> Expr:
        name, indices = name_of(node), indices_of(node)
        if all(map(is_index, indices)) and self._at_home(name, indices, scope):
            self.native.add(name)
            return node
        here = place(indices, scope)
        atom = self._atom(f"{name} at", here)
        if name == by:
            self.found[by][name_of(atom)] = here
        return atom

    def _at_home(self, name: str, indices: tuple[Expr, ...], scope: Scope) -> bool:
        sizes = tuple(scope[letter] for letter in indices)
        return self.home.setdefault(name, sizes) == sizes

    def _atom(self, what: str, here: Place) -> Expr:
        """The entry of an array of its own, one for each pattern of indices: ``x[0,i]`` and ``x[i,0]`` have two."""
        name = self.names.setdefault((what, here.pattern), unlike(f"{what} {len(self.names)}", self.taken))
        return element(name, *here.letters)

    def _indicator(self, left: Expr, right: Expr, scope: Scope) -> Expr:
        if is_index(left) and is_index(right) and scope[left] == scope[right]:
            return kron(left, right)
        ways = [place((left - right,), scope), place((right - left,), scope)]
        return self._atom("where equal,", min(ways, key=lambda way: str(way.pattern)))

    def _partial(self, node: Partial, scope: Scope) -> Expr:
        """By the chain rule through the arrays that stand for what the equation takes of an array."""
        equation, by = self.problem.definitions[name_of(node.of)], name_of(node.by)
        name = unlike(f"{equation.name} by {by}", self.taken)
        self.found[by] = {}
        self.native.discard(by)
        right = self.expression(equation.right, equation.ranges, by)
        self.definitions[name] = Equation(name, equation.indices, right, self.ranges(equation.ranges))
        of, places = element(name, *indices_of(node.of)), indices_of(node.by)
        if not self.found[by] and all(map(is_index, places)) and self._at_home(by, places, scope):
            return Partial(of, node.by)
        moving: list[Expr] = []
        if by in self.native:
            letters = tuple(self._moving(n) for n in range(len(places)))
            moving += self._moved(by, Place(letters, letters, tuple(self.home[by])), node.by, scope)
        for atom, here in self.found[by].items():
            moving += self._moved(atom, here, node.by, scope)
        return Along(of, *moving)

    def _moved(self, name: str, here: Place, by: Expr, scope: Scope) -> tuple[Expr, Expr]:
        """An entry of an array, and how fast it moves: 1 where it is the one to differentiate by."""
        new = {letter: self._moving(n) for n, letter in enumerate(here.letters)}
        inner = {**scope, **{new[letter]: size for letter, size in zip(here.letters, here.sizes, strict=True)}}
        places = [i.xreplace(new) for i in here.indices]
        pairs = zip(places, indices_of(by), strict=True)
        return element(name, *new.values()), Mul(*(self._indicator(one, two, inner) for one, two in pairs))

    def _moving(self, number: int) -> Symbol:
        """A letter for the index of an entry that moves."""
        return index(unlike(f"moving {number}", self.taken))


def generalised(problem: Problem) -> Problem | None:
    """The more general equation; None where there is none, or a partial derivative has no equation."""
    general = _General(problem)
    ranges = general.ranges(problem.ranges)
    try:
        left, right = (general.expression(side, problem.ranges) for side in (problem.left, problem.right))
    except KeyError:
        return None
    if (left, right, ranges, general.definitions) == (problem.left, problem.right, problem.ranges, problem.definitions):
        return None
    plain = {name: known for name, known in problem.facts.items() if name not in general.found}
    return Problem(left, right, ranges, general.definitions, plain, problem.functions)
