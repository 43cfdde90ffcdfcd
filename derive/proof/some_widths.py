"""Widths for what the theorem does not cover: a few, which stand for themselves only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import count

from sympy import Expr, Indexed, Integer, KroneckerDelta, Product, Sum, Symbol, Tuple

from ..renaming import found_in
from ..terms import is_dimension, name_of, range_of
from .nodes import affine
from .problem import Problem, atoms_in
from .shape import Counts

STRETCH = 40
LEAST = 3
TESTS = 3


def three_widths(problem: Problem, dimensions: list[Symbol], free: Counts) -> tuple[dict[Symbol, int], ...]:
    """Three tests beyond the count of indices, as far as that is affordable; no two widths are equal in all of them."""
    floor = max([1, *(literals(side) + 1 for side in _sides(problem))])
    nested = max(_depth(side) for side in _sides(problem))
    start = max(floor, min(max(free.values(), default=0) + nested + 2, 4))
    sizes = dict.fromkeys(_composite(problem), max(floor, LEAST))
    base = next(n for n in count(TESTS) if n**TESTS >= len(dimensions))
    chosen = [
        {d: start + _mixed(place, base, test) % base for place, d in enumerate(dimensions)} for test in range(TESTS)
    ]
    return tuple(stretched(widths, sizes) for widths in chosen)


def _mixed(place: int, base: int, test: int) -> int:
    """What tells a dimension from others in a test; places with one last digit differ in a later test."""
    first, second, third = place % base, place // base % base, place // base**2
    return (first, first + second + 1, first + 2 * second + third + 2)[test]


def _composite(problem: Problem) -> set[Expr]:
    """The widths such as T - S + 1 over which indices run."""
    reached = atoms_in(problem)
    scopes = [problem.ranges, *(e.ranges for name, e in problem.definitions.items() if name in reached)]
    sums = found_in(Tuple(*_sides(problem)), (Sum, Product))
    sizes = {size for scope in scopes for size in scope.values()} | {range_of(node)[1] for node in sums}
    return {size for size in sizes if size.free_symbols and not is_dimension(size)}


def stretched(widths: dict[Symbol, int], least: Mapping[Expr, int]) -> dict[Symbol, int]:
    """Enlarged until every size, such as T - S + 1, is a whole number and at least what is asked of it."""
    for _ in range(STRETCH):
        values = {size: size.xreplace({d: Integer(n) for d, n in widths.items()}) for size in least}
        short = next((s for s in sorted(least, key=str) if not values[s].is_Integer or values[s] < least[s]), None)
        if short is None:
            break
        widths = {d: n + bool(short.coeff(d) > 0) for d, n in widths.items()}
    return widths


def sizes_asked(
    node: Expr, scope: Mapping[Symbol, Expr], axes: Mapping[str, tuple[Expr, ...]]
) -> list[tuple[Expr, int]]:
    """Which widths literal indices and shifts ask for, so that what they speak of is there."""
    if isinstance(node, Indexed):
        sizes = zip(axes.get(name_of(node), ()), node.args[1:], strict=False)
        return [(size, abs(int(place)) + 1) for size, place in sizes if place.is_Integer]
    if isinstance(node, KroneckerDelta):
        letters, constant = affine(node.args[0] - node.args[1]) or ((), 0)
        return [(scope[letter], abs(constant) + 1) for letter, _ in letters if letter in scope]
    if isinstance(node, (Sum, Product)):
        letter, size = range_of(node)
        return [(size, 1), *sizes_asked(node.args[0], {**scope, letter: size}, axes)]
    return [asked for argument in node.args for asked in sizes_asked(argument, scope, axes)]


def _sides(problem: Problem) -> list[Expr]:
    reached = atoms_in(problem)
    return [problem.left, problem.right, *(e.right for name, e in problem.definitions.items() if name in reached)]


@lru_cache(maxsize=1 << 14)
def literals(node: Expr) -> int:
    """The largest literal index in `node`."""
    places = node.args[1:] if isinstance(node, Indexed) else node.args if isinstance(node, KroneckerDelta) else ()
    here = [abs(int(n)) for i in places for n in i.atoms() if n.is_Integer]
    return max([0, *here, *(literals(a) for a in node.args)])


def _depth(node: Expr) -> int:
    inner = max([0, *(_depth(a) for a in node.args)])
    return inner + isinstance(node, (Sum, Product))
