"""Blocks of text with a baseline, set side by side and above each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from unicodedata import east_asian_width

TALL = {"(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦", "|": "│││"}


@dataclass(frozen=True)
class Box:
    """Lines of equal width; `baseline` is the line that aligns with the text beside it."""

    lines: tuple[str, ...]
    baseline: int = 0

    @property
    def width(self) -> int:
        return columns(self.lines[0])

    @property
    def above(self) -> int:
        return self.baseline

    @property
    def below(self) -> int:
        return len(self.lines) - self.baseline - 1

    def __str__(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)


def columns(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def text(content: str) -> Box:
    return Box((content,))


def beside(boxes: Iterable[Box]) -> Box:
    """Side by side, baselines aligned."""
    return reduce(_beside, boxes, Box(("",)))


def _beside(left: Box, right: Box) -> Box:
    above, below = max(left.above, right.above), max(left.below, right.below)
    pairs = zip(_padded(left, above, below), _padded(right, above, below), strict=True)
    return Box(tuple(a + b for a, b in pairs), above)


def _padded(box: Box, above: int, below: int) -> list[str]:
    blank = " " * box.width
    return [blank] * (above - box.above) + list(box.lines) + [blank] * (below - box.below)


def stacked(boxes: Iterable[Box], middle: int) -> Box:
    """Above each other, centred; the baseline is that of the box number `middle`."""
    boxes = list(boxes)
    wide = max(box.width for box in boxes)
    lines = [_centred(line, wide) for box in boxes for line in box.lines]
    return Box(tuple(lines), sum(len(b.lines) for b in boxes[:middle]) + boxes[middle].baseline)


def _centred(line: str, wide: int) -> str:
    room = wide - columns(line)
    return " " * (room // 2) + line + " " * (room - room // 2)


def scripts(base: Box, sub: Box | None, sup: Box | None) -> Box:
    """`base` with a subscript below and a superscript above its right side."""
    blank = Box(("",))
    upper, lower = sup or blank, sub or blank
    wide = max(upper.width, lower.width)
    lines = [line + " " * (wide - columns(line)) for line in upper.lines] if sup else []
    lines += [" " * wide] * len(base.lines)
    lines += [line + " " * (wide - columns(line)) for line in lower.lines] if sub else []
    return _beside(base, Box(tuple(lines), (len(upper.lines) if sup else 0) + base.baseline))


def bracketed(body: Box, left: str, right: str, tall: bool) -> Box:
    """`body` between brackets, as tall as it is or of one line on its baseline."""
    if not tall or len(body.lines) == 1:
        return beside((text(left), body, text(right)))
    rows = len(body.lines)
    return beside((_tall(left, rows, body.baseline), body, _tall(right, rows, body.baseline)))


def _tall(bracket: str, rows: int, baseline: int) -> Box:
    top, middle, bottom = tuple(TALL[bracket])
    if rows == 2:
        return Box((top, bottom), baseline)
    return Box((top, *[middle] * (rows - 2), bottom), baseline)


def fraction(over: Box, under: Box) -> Box:
    line = text("─" * (max(over.width, under.width) + 2))
    return stacked((over, line, under), 1)


def rooted(body: Box) -> Box:
    if len(body.lines) == 1 and body.width == 1:
        return _beside(text("√"), body)
    roof = text("_" * body.width)
    signs = [" "] * (len(body.lines)) + ["√"]
    under = Box((*roof.lines, *body.lines), body.baseline + 1)
    return _beside(Box(tuple(signs), under.baseline), under)
