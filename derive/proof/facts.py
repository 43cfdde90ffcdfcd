"""The table of facts: for each kind, how an entry of such an array is drawn.

A row works over the field and over the reals alike: it asks the point for free numbers
(`raw`), bits and labels, and combines them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..records import Fact

if TYPE_CHECKING:
    from .points import Point


def _quotient(point: Point, part: Any, whole: Any, name: str, level: int) -> Any:
    if whole == 0:
        raise point.offence(name, level)
    return point.fold(part * point.inverse(whole, level), level)


def _normalised(axis: int) -> Callable:
    def draw(point: Point, fact: Fact, indices: tuple[int, ...], level: int, positive: bool) -> Any:
        def raw(place: int) -> Any:
            moved = list(indices)
            moved[axis] = place
            return point.raw(fact.array, tuple(moved), level, positive)

        whole = point.fold(sum([raw(k) for k in range(point.size(fact.axes[axis]))]), level)
        return _quotient(point, raw(indices[axis]), whole, fact.array, level)

    return draw


def _one_hot(point: Point, fact: Fact, indices: tuple[int, ...], level: int, positive: bool) -> Any:
    label = point.hot(fact.array, indices[:-1], point.size(fact.axes[-1]))
    return point.number(int(indices[-1] == label), level)


def _binary(point: Point, fact: Fact, indices: tuple[int, ...], level: int, positive: bool) -> Any:
    return point.number(point.bit(fact.array, indices), level)


def _unit(point: Point, fact: Fact, indices: tuple[int, ...], level: int, positive: bool) -> Any:
    """u/(u + v) with u, v and u + v positive, so that 1 - u/(u + v) is positive too."""
    part = point.raw(fact.array, indices, level, True)
    for attempt in count(1):
        whole = point.fold(part + point.raw(fact.array, (*indices, -attempt), level, True), level)
        if whole != 0 and (level == 0 or point.sign_of_number(whole, level) > 0):
            return _quotient(point, part, whole, fact.array, level)
    raise AssertionError("unreachable: half of all numbers are positive")


def _plain(point: Point, fact: Fact, indices: tuple[int, ...], level: int, positive: bool) -> Any:
    return point.raw(fact.array, indices, level, positive)


@dataclass(frozen=True)
class Row:
    """How an array with this fact is drawn; of several facts the first row in the table draws.

    `positive`: every entry is; `symmetric`: two equal axes may be exchanged.
    """

    draw: Callable[..., Any]
    positive: bool = False
    symmetric: bool = False


FACTS: dict[str, Row] = {
    "one-hot": Row(_one_hot),
    "binary": Row(_binary),
    "sums-to-one": Row(_normalised(-1)),
    "columns-sum-to-one": Row(_normalised(0)),
    "unit": Row(_unit, positive=True),
    "positive": Row(_plain, positive=True),
    "symmetric": Row(_plain, symmetric=True),
}

DRAWING = tuple(FACTS)


class Declared:
    """What is declared of one array: its first fact draws, the others restrict."""

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            if fact.kind not in FACTS:
                raise InputError(f"assume {fact.text}: {fact.kind} is not known; known are {', '.join(FACTS)}")
        facts = tuple(sorted(facts, key=lambda fact: DRAWING.index(fact.kind)))
        rows = [FACTS[fact.kind] for fact in facts]
        self.facts, self.row = facts, rows[0]
        self.kinds = frozenset(fact.kind for fact in facts)
        self.positive = any(row.positive for row in rows)
        self.symmetric = any(row.symmetric for row in rows)
        drawing = [row for row in rows if row.draw is not _plain]
        if len(drawing) > 1 and self.kinds != {"one-hot", "sums-to-one"} or (self.symmetric and drawing):
            texts = " and ".join(fact.text for fact in facts)
            raise InputError(f"assume {texts}: these facts about {facts[0].array} cannot be drawn together")

    def draw(self, point: Point, indices: tuple[int, ...], level: int) -> Any:
        """The entry at `indices`, at `level`."""
        if self.symmetric:
            indices = tuple(sorted(indices))
        return self.row.draw(point, self.facts[0], indices, level, self.positive)
