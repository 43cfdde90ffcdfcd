"""Arrays of numbers, read as exact fractions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from numbers import Rational, Real
from typing import Any

from ..errors import InputError
from ..forward.building import LONGEST_NUMBER

NUMBER = re.compile(r"[+-]?(\d+/\d+|(\d+\.?\d*|\.\d+)(e[+-]?\d\d?)?)", re.IGNORECASE)


@dataclass(frozen=True)
class Numbers:
    """The entries of an array, its last index running fastest; a scalar has the shape ()."""

    shape: tuple[int, ...]
    entries: tuple[Any, ...]

    def at(self, *place: int) -> Any:
        """The entry at these indices."""
        position = 0
        for index, size in zip(place, self.shape, strict=True):
            position = position * size + index
        return self.entries[position]

    def plus(self, other: Numbers) -> Numbers:
        """Entry by entry; the shapes are the same."""
        return Numbers(self.shape, tuple(a + b for a, b in zip(self.entries, other.entries, strict=True)))


def places(shape: Iterable[int]) -> Iterable[tuple[int, ...]]:
    """Every index of an array of this shape, the last running fastest."""
    return product(*map(range, shape))


def filled(shape: tuple[int, ...], number: int) -> Numbers:
    """An array with the same number everywhere."""
    return Numbers(shape, (Fraction(number),) * prod(shape))


def read_numbers(name: str, given: Any) -> Numbers:
    """A number, or rows of numbers within rows, as an array of exact fractions.

    A float is taken for the shortest decimal that it prints as. Raises InputError.
    """
    if isinstance(given, Numbers):
        return given
    if isinstance(given, (Real, str)):
        return Numbers((), (_exact(name, given),))
    try:
        rows = [read_numbers(name, row) for row in given]
    except TypeError:
        raise InputError(f"{name}: {given!r} is neither a number nor rows of numbers") from None
    if not rows:
        raise InputError(f"{name}: there are no numbers in an empty row")
    for place, row in enumerate(rows, 1):
        if row.shape != rows[0].shape:
            raise InputError(f"{name}: row {place} is {described(row.shape)}, row 1 {described(rows[0].shape)}")
    return Numbers((len(rows), *rows[0].shape), tuple(entry for row in rows for entry in row.entries))


def _exact(name: str, given: Any) -> Fraction:
    try:
        if isinstance(given, bool) or isinstance(given, str) and not _is_number(given.strip()):
            raise ValueError
        return Fraction(given) if isinstance(given, (Rational, str)) else Fraction(repr(float(given)))
    except (ValueError, ZeroDivisionError):
        raise InputError(f"{name}: {given!r} is not a number; accepted are numbers such as 2, -0.5 and 1/3") from None


def _is_number(text: str) -> bool:
    """Whether this is a number of moderate length: ``2``, ``-0.5``, ``1/3``, ``1e-3``."""
    return len(text) <= LONGEST_NUMBER and NUMBER.fullmatch(text) is not None


def described(shape: tuple[int, ...]) -> str:
    """How many numbers: ``3 numbers``, ``2 by 3``."""
    if len(shape) < 2:
        return f"{shape[0] if shape else 1} number{'s' * (shape not in ((), (1,)))}"
    return " by ".join(map(str, shape))
