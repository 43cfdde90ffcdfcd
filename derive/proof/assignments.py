"""Values for the free indices: one for each pattern of equal ones, or all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from sympy import Expr, Symbol

from ..terms import is_dimension
from .nodes import Env, rational
from .problem import Problem

MOST = 600


class TooMany(Exception):
    """More assignments than can be tried one by one."""


def size_of(size: Expr, widths: Mapping[Symbol, int]) -> int:
    """The number of values of an index, at these widths."""
    return int(rational(size, {}, widths))


def assignments(
    problem: Problem, widths: Mapping[Symbol, int], atoms: set[str], complete: bool
) -> Iterator[tuple[Env, Mapping[Any, int]]]:
    """Values of the free indices and the labels of one-hot rows.

    With `complete`, the theorem holds: one representative of each pattern of equal indices. Otherwise,
    and where an index runs over a number of values, every value; raises TooMany where they are too many to try.
    """
    slots: list[tuple[Any, Expr]] = list(problem.ranges.items())
    for name in sorted(atoms & set(problem.facts)):
        fact = problem.facts[name].facts[0]
        if fact.kind == "one-hot" and len(fact.axes) == 1:
            slots.append(((name, ()), fact.axes[-1]))
    sizes = [size_of(size, widths) for _, size in slots]
    alike = complete and all(is_dimension(size) for _, size in slots)
    values = (_apart(slots, sizes, chosen) for chosen in _patterns(slots)) if alike else _values(sizes)
    for chosen in values:
        places = dict(zip((slot for slot, _ in slots), chosen, strict=True))
        env = {s: n for s, n in places.items() if isinstance(s, Symbol)}
        yield env, {s: n for s, n in places.items() if not isinstance(s, Symbol)}


def _patterns(slots: Sequence[tuple[Any, Expr]]) -> Iterator[tuple[int, ...]]:
    """Each pattern of equal values among the slots of one dimension, numbered from 0."""

    def extend(done: tuple[int, ...], rest: Sequence[tuple[Any, Expr]]) -> Iterator[tuple[int, ...]]:
        if not rest:
            yield done
            return
        used = {value for value, (_, size) in zip(done, slots, strict=False) if size == rest[0][1]}
        for value in range(len(used) + 1):
            yield from extend((*done, value), rest[1:])

    return extend((), slots)


def _apart(slots: Sequence[tuple[Any, Expr]], sizes: Sequence[int], chosen: tuple[int, ...]) -> tuple[int, ...]:
    """The values of each dimension moved on, so that indices of different dimensions are rarely the same number."""
    places = {size: place for place, size in enumerate(dict.fromkeys(size for _, size in slots))}
    return tuple((n + places[size]) % width for n, (_, size), width in zip(chosen, slots, sizes, strict=True))


def _values(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if prod(sizes) > MOST:
        raise TooMany(f"the free indices take {prod(sizes)} values together; too many to try them all")
    return product(*map(range, sizes))
