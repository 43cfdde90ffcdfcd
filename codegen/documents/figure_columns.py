"""Columns of units: which of them are drawn, where, and what is said below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sympy import Expr, Integer

from .context import Context
from .drawing import Disc, Item, Label
from .figure_pieces import HALF_LINE, WIDEST, dots, radius_for, words_width
from .words import Words

MOST_COLUMNS = 7
KEPT_COLUMNS = 3
"""Columns drawn at each end of a deep network."""
LINE = 1.25
MARGINS = 0.5
FARTHEST = 8.0
LEVEL = 0.7
"""How far apart columns stand, where there is room, as a part of the most that an arrow goes up or down."""


Places = tuple[Expr | None, ...]
"""The indices of the units drawn, None where some are left out."""


def most_units(layers: int) -> int:
    """How many units of a layer are drawn: fewer where there are many layers."""
    return max(4, min(6, 9 - layers))


def units_of(context: Context, width: Expr, most: int) -> Places:
    """The indices of all units of a narrow layer, of the first two and the last one of any other."""
    first = context.notation.first
    size = width if width.is_Number else context.model.sizes.get(width)
    if size is not None and size <= most:
        return tuple(Integer(first + n) for n in range(int(size)))
    last = (width if size is None else Integer(size)) - 1 + first
    return (Integer(first), Integer(first + 1), None, last)


@dataclass(frozen=True)
class Column:
    """What a column shows: the words in each of its units (None for dots), and the lines below it."""

    labels: tuple[Words | None, ...]
    caption: tuple[Words, ...]
    tone: str


def column(
    units: Places, label: Callable[[Expr], Words], caption: Sequence[Words], tone: str, room: float = 2.8
) -> Column:
    """A column whose units are labelled by their index, but for labels that no disc has room for."""
    labels = tuple(None if place is None else label(place) for place in units)
    kept = tuple(words if words is None or words_width(words) <= room else () for words in labels)
    return Column(kept, tuple(caption), tone)


def ends(count: int) -> list[int | None]:
    """The columns drawn of so many, None where some are left out."""
    if count <= MOST_COLUMNS:
        return list(range(count))
    return [*range(KEPT_COLUMNS), None, *range(count - KEPT_COLUMNS, count)]


@dataclass(frozen=True)
class Placed:
    """A column at its place: its discs, and the dots among them."""

    x: float
    discs: tuple[Disc, ...]
    dots: tuple[Disc, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return (*self.discs, *self.dots)


def placed(columns: Sequence[Column | None], distance: float, pitch: float) -> list[Placed | None]:
    """The columns beside each other, their middles at height 0; None stays a gap."""
    radius = common_radius(columns)
    return [None if c is None else _placed(c, n * distance, pitch, radius) for n, c in enumerate(columns)]


def common_radius(columns: Sequence[Column | None]) -> float:
    return radius_for(words for c in columns if c for words in c.labels if words)


def pitch_of(columns: Sequence[Column | None], between: float) -> float:
    """How far apart the middles of units stand, with so much left between their discs."""
    return 2 * common_radius(columns) + between


def _placed(column: Column, x: float, pitch: float, radius: float) -> Placed:
    middle = (len(column.labels) - 1) / 2
    discs, gaps = [], []
    for n, words in enumerate(column.labels):
        y = (n - middle) * pitch
        if words is None:
            gaps.extend(dots(x, y))
        else:
            discs.append(Disc(x, y, radius, words, column.tone))
    return Placed(x, tuple(discs), tuple(gaps))


def captions(columns: Sequence[Column | None], places: Sequence[Placed | None], room: float) -> list[Label]:
    """The lines below the columns, on common heights; lines wider than `room` are left out."""
    bottom = max(disc.y + disc.radius for place in places if place for disc in place.discs)
    labels = []
    for column_, place in zip(columns, places, strict=True):
        lines = [] if column_ is None else [words for words in column_.caption if words_width(words) <= room]
        for n, words in enumerate(lines):
            assert place is not None
            labels.append(Label(place.x, bottom + 0.6 + HALF_LINE + n * LINE, words, tone="faint"))
    return labels


def distance_for(columns: Sequence[Column | None], pitch: float, more: int = 0, beyond: float = 0.0) -> float:
    """How far apart columns stand: wide apart where there is room, and no arrow steeper than need be.

    `more` columns follow, and after the last one `beyond` is taken.
    """
    radius = common_radius(columns)
    rims = [max([radius, *(words_width(words) / 2 for words in c.caption)]) for c in (columns[0], columns[-1]) if c]
    right = radius if more else max(rims[-1], radius + beyond)
    room = (WIDEST - MARGINS - rims[0] - right) / max(len(columns) - 1 + more, 1)
    drop = (max(len(c.labels) for c in columns if c) - 1) * pitch
    return min(room, max(FARTHEST, LEVEL * drop))
