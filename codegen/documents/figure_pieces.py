"""The pieces of figures: how large words are, discs joined by arrows, words beside arrows, dots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import hypot

from .drawing import Arrow, Disc, Drawing, Item, Label
from .measure import width
from .words import Words

SIZE = 0.85
"""The size of the words of a figure, in em of the running text."""
HALF_LINE = 0.6
"""Half the height of a line of words with scripts."""
DOT = 0.09
GAP = 0.12
"""Between an arrow and what it points at, or the words beside it."""
WIDEST = 45.0
"""The width of a page of 16 cm."""

Place = tuple[float, float]


def words_width(words: Words) -> float:
    """The width of the words of a figure; rather too wide than too narrow."""
    return SIZE * sum(0.52 * len(word) if isinstance(word, str) else width(word) for word in words)


def radius_for(labels: Iterable[Words], least: float = 1.15) -> float:
    """The radius of discs that hold these words."""
    return max([least, *(words_width(words) / 2 + 0.25 for words in labels)])


def joined(start: Disc, end: Disc, tone: str = "faint", bare: bool = False) -> Arrow:
    """An arrow from the rim of one disc to the rim of another."""
    length = hypot(end.x - start.x, end.y - start.y)
    ux, uy = (end.x - start.x) / length, (end.y - start.y) / length
    near, far = start.radius, end.radius + (0.0 if bare else GAP)
    return Arrow((start.x + near * ux, start.y + near * uy), (end.x - far * ux, end.y - far * uy), tone=tone, bare=bare)


def beside(arrow: Arrow, words: Words, at: float = 0.5, below: bool = False, tone: str = "strong") -> Label:
    """Words that touch neither side of an arrow: above it, or below."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    length = hypot(x1 - x0, y1 - y0)
    nx, ny = abs(y1 - y0) / length, abs(x1 - x0) / length
    distance = nx * words_width(words) / 2 + ny * HALF_LINE + GAP
    down = 1 if below else -1
    rising = (y1 - y0) * (x1 - x0) < 0
    side = down if rising else -down
    return Label(
        x0 + at * (x1 - x0) + side * nx * distance, y0 + at * (y1 - y0) + down * ny * distance, words, tone=tone
    )


def dots(x: float, y: float, upright: bool = True) -> list[Disc]:
    """Three dots below each other, or side by side: more of the same."""
    return [Disc(x + (0 if upright else 0.5 * n), y + (0.5 * n if upright else 0), DOT) for n in (-1, 0, 1)]


def box(item: Item) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what an item covers."""
    match item:
        case Disc(x, y, radius):
            return x - radius, y - radius, x + radius, y + radius
        case Label(x, y, words, anchor):
            wide = words_width(words)
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            return left, y - HALF_LINE, left + wide, y + HALF_LINE
        case Arrow((x0, y0), (x1, y1)):
            return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    raise TypeError(f"{type(item).__name__} is no item of a drawing")


def crosses(arrow: Arrow, item: Item) -> bool:
    """Whether an arrow runs through the box of an item."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    left, top, right, bottom = box(item)
    first, last = 0.0, 1.0
    for start, way, low, high in ((x0, x1 - x0, left, right), (y0, y1 - y0, top, bottom)):
        if way == 0:
            if not low < start < high:
                return False
        else:
            ends = sorted(((low - start) / way, (high - start) / way))
            first, last = max(first, ends[0]), min(last, ends[1])
    return first < last


def touches(disc: Disc, item: Item) -> bool:
    """Whether a disc reaches into the box of an item."""
    left, top, right, bottom = box(item)
    return hypot(disc.x - min(max(disc.x, left), right), disc.y - min(max(disc.y, top), bottom)) < disc.radius


def drawing(items: Iterable[Item], margin: float = 0.2) -> Drawing:
    """The items in a drawing as large as they need; arrows are painted first, the strong ones last of these."""
    parts = sorted(items, key=lambda item: (not isinstance(item, Arrow), item.tone == "strong"))
    boxes = [box(item) for item in parts]
    left, top = min(b[0] for b in boxes) - margin, min(b[1] for b in boxes) - margin
    right, bottom = max(b[2] for b in boxes) + margin, max(b[3] for b in boxes) + margin
    return Drawing(round(right - left, 3), round(bottom - top, 3), tuple(_moved(i, -left, -top) for i in parts))


def _moved(item: Item, dx: float, dy: float) -> Item:
    if isinstance(item, Arrow):
        start, end = (_rounded(x + dx, y + dy) for x, y in (item.start, item.end))
        return replace(item, start=start, end=end)
    x, y = _rounded(item.x + dx, item.y + dy)
    return replace(item, x=x, y=y)


def _rounded(x: float, y: float) -> Place:
    return round(x, 3), round(y, 3)
