"""What is known across the equations of one text: ranks, letters, and which index runs where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..errors import InputError
from .names import Names
from .ranges import Ranges
from .scan import Scan, count
from .shifts import Key
from .syntax import Call, Entry, Node

MOST_INDICES = 12


@dataclass
class Surveyor:
    """What is known across the equations of one text.

    `call` is asked whether a function call is in order; `ranks` holds the number of indices of
    each array and where it was first seen; `letters` how its subscripts were first written;
    `binders` and `extents` the dimension of each sum and of each ``size(p)``.
    """

    names: Names
    ranges: Ranges
    call: Callable[[Call, str], None]
    ranks: dict[str, tuple[int, str]] = field(default_factory=dict)
    letters: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    binders: dict[Node, Key] = field(default_factory=dict)
    extents: dict[Node, tuple[tuple[Key, ...], str]] = field(default_factory=dict)

    def equation(self, left: Entry, right: Node, where: str) -> tuple[Key, ...]:
        """Survey ``left = right``; the keys of the indices on the left. Raises InputError."""
        return Scan(self, where).equation(left, right)

    def expression(self, node: Node, letters: tuple[str, ...], where: str) -> tuple[Key, ...]:
        """Survey an expression in these free indices; their keys. Raises InputError."""
        return Scan(self, where).expression(node, letters)

    def rank(self, name: str, rank: int, where: str) -> None:
        """Note with how many indices an array is used; InputError where that differs."""
        if rank > MOST_INDICES:
            raise InputError(f"{where}: {name} has {rank} indices; at most {MOST_INDICES} are read")
        known, first = self.ranks.setdefault(name, (rank, where))
        if known != rank:
            raise InputError(f"{where}: {name} has {count(rank)} here and {count(known)} in {first}")

    def require_ranges(self) -> None:
        """InputError where nothing determines the dimension of an index."""
        determined = self.ranges.determined()
        for key in self.ranges.indices():
            if self.ranges.find(key) not in determined:
                raise InputError(f"{key[1]}: index {key[3]} stands in no array, so nothing says how many values it has")
