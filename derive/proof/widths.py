"""The theorem of finite widths (docs/identity.md): which widths stand for all widths."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations_with_replacement, product

from sympy import Symbol

from ..terms import is_dimension
from .axes import require_axes
from .monomials import Monomials
from .nodes import widths_in
from .problem import Problem, atoms_in
from .shape import Counts, NotInClass, Shape, add_counts, larger, over
from .some_widths import three_widths

GRID = 48
REPEATED = 3
BEYOND = 3
"""Widths in denominators start higher, where n - 1 and n - 2 are not 0."""


@dataclass(frozen=True)
class Plan:
    """The widths to test; `complete` if they stand for all widths, else `reason` says why not."""

    widths: tuple[dict[Symbol, int], ...]
    complete: bool
    reason: str = ""


def plan(problem: Problem) -> Plan:
    """Which widths to test; raises UnknownNode."""
    atoms = frozenset(atoms_in(problem))
    dimensions = dimensions_of(problem, atoms)
    free = _free_counts(problem, atoms)
    if not dimensions:
        return Plan(({},), complete=True)
    try:
        require_axes(problem, atoms)
        return Plan(_grid(dimensions, *_bounds(problem, free)), complete=True)
    except NotInClass as outside:
        return Plan(three_widths(problem, dimensions, free), complete=False, reason=str(outside))


def _bounds(problem: Problem, free: Counts) -> tuple[Counts, Counts]:
    """The least width of each dimension, and the degree of the coefficients in it."""
    if any(not is_dimension(size) for size in problem.ranges.values()):
        raise NotInClass("an index ranges over a width that is not a name")
    reader = Monomials(problem)
    whole = reader.read(problem.left, problem.right)
    needed = add_counts(whole.bound, _arguments(reader))
    degrees = dict(whole.loose)
    for d, (low, high) in whole.powers.items():
        unit = reader.unit
        degrees[d] = degrees.get(d, 0) * unit + int((high - low) * unit)
    divided = {d: BEYOND for shape in reader.shapes.values() for d in shape.powers}
    return add_counts(add_counts(free, needed), divided), degrees


def _arguments(reader: Monomials) -> Counts:
    """The widths from which on arguments of functions that hold sums are equal or related for good."""
    needed: Counts = {}
    linear, multiplicative = reader.arguments["linear"], reader.arguments["multiplicative"]
    shapes = {u: _whole(reader, shape) for u, shape in {**linear, **multiplicative}.items()}
    for u, shape in shapes.items():
        if any(shape.loose.values()) or shape.powers:
            raise NotInClass(f"the width enters {u}, the argument of a function")
    together = reader.nested or any(shape.under for shape in (*linear.values(), *multiplicative.values()))
    for u in shapes:
        needed = add_counts(needed, shapes[u].bound) if together else larger(needed, shapes[u].bound)
    if len(multiplicative) > 2:
        raise NotInClass("more than two sums stand under log, roots or signs")
    for first, second in combinations_with_replacement(multiplicative, 2):
        one, two = shapes[first], shapes[second]
        weights = (max(two.degree, 2), max(one.degree, 2))
        related = add_counts({d: n * weights[0] for d, n in one.bound.items()}, two.bound, weights[1])
        needed = larger(needed, related if first != second else {d: 2 * n for d, n in one.bound.items()})
    return needed


def _whole(reader: Monomials, shape: Shape) -> Shape:
    """Numerator and denominators together: what a difference of two arguments multiplies out to."""
    return over(replace(shape, under={}), shape.under, reader.shapes)


def _grid(dimensions: list[Symbol], least: Counts, degrees: Counts) -> tuple[dict[Symbol, int], ...]:
    """All combinations of degree + 1 widths a dimension, pairwise different where that is cheap."""
    starts: Counts = {}
    for d in dimensions:
        start = max(least.get(d, 0), 1)
        while start in starts.values() and start < least.get(d, 0) + REPEATED:
            start += 1
        starts[d] = start
    ranges = [range(starts[d], starts[d] + degrees.get(d, 0) + 1) for d in dimensions]
    grid = tuple(dict(zip(dimensions, chosen, strict=True)) for chosen in product(*ranges))
    if len(grid) <= GRID:
        return grid
    raise NotInClass("too many widths would have to be tested")


def dimensions_of(problem: Problem, atoms: frozenset[str]) -> list[Symbol]:
    """The names of all widths that occur, through the definitions and facts."""
    found = widths_in(problem.left, problem.right, *problem.ranges.values())
    for name in atoms & set(problem.definitions):
        equation = problem.definitions[name]
        found |= widths_in(equation.right, *equation.ranges.values())
    for name in atoms & set(problem.facts):
        found |= widths_in(*problem.facts[name].facts[0].axes)
    return sorted(found, key=str)


def _free_counts(problem: Problem, atoms: frozenset[str]) -> Counts:
    """Free indices by dimension, the labels of one-hot arrays included."""
    counts: Counts = {}
    for size in problem.ranges.values():
        counts = add_counts(counts, {size: 1})
    for name in atoms & set(problem.facts):
        known = problem.facts[name]
        if "one-hot" in known.kinds:
            counts = add_counts(counts, {known.facts[0].axes[-1]: 1})
    return counts
