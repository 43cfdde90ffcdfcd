"""A drawing as SVG within a page: its colours are those of the page, in light and in dark."""

from __future__ import annotations

from math import hypot
from typing import assert_never

from .drawing import Arrow, Disc, Drawing, Item, Label
from .figure_pieces import box
from .markup import element, escaped
from .mathml import mathml
from .words import Words

EM = 16
"""Units of the drawing in one em."""
HEAD_LENGTH, HEAD_HALF = 6.5, 2.3


def svg(drawing: Drawing, alt: str) -> str:
    """The drawing; `alt` is what is told of it to those who do not see it."""
    wide, high = drawing.width * EM, drawing.height * EM
    title = element("title", escaped(alt))
    items = "\n".join(_item(item) for item in drawing.items)
    box = f"0 0 {_number(wide)} {_number(high)}"
    style = f"width: {_number(drawing.width)}em"
    return element("svg", f"\n{title}\n{items}\n", viewBox=box, role="img", aria_label=alt, style=style)


def _item(item: Item) -> str:
    match item:
        case Disc(x, y, radius, words, tone):
            circle = element("circle", "", cx=_scaled(x), cy=_scaled(y), r=_scaled(radius))
            return element("g", circle + _words(words, x, y, "middle"), class_=f"disc {tone}")
        case Arrow():
            return _arrow(item)
        case Label(x, y, words, anchor, tone):
            return element("g", _words(words, x, y, anchor), class_=f"label {tone}")
        case _:
            assert_never(item)


def _arrow(arrow: Arrow) -> str:
    """A line, its head as a triangle of its own, and its words on a patch that parts the line."""
    (x, y), (u, v) = arrow.start, arrow.end
    length = hypot(u - x, v - y) or 1.0
    along = ((u - x) / length, (v - y) / length)
    tip = (u * EM, v * EM)
    foot = tip if arrow.bare else (tip[0] - HEAD_LENGTH * along[0], tip[1] - HEAD_LENGTH * along[1])
    line = element("line", "", x1=_scaled(x), y1=_scaled(y), x2=_number(foot[0]), y2=_number(foot[1]))
    head = "" if arrow.bare else _head(tip, foot, along)
    words = _words(arrow.words, x + (u - x) * arrow.at, y + (v - y) * arrow.at, "middle", patch=True)
    return element("g", line + head + words, class_=f"arrow {arrow.tone}")


def _head(tip: tuple[float, float], foot: tuple[float, float], along: tuple[float, float]) -> str:
    across = (-HEAD_HALF * along[1], HEAD_HALF * along[0])
    corners = (tip, (foot[0] + across[0], foot[1] + across[1]), (foot[0] - across[0], foot[1] - across[1]))
    return element("polygon", "", points=" ".join(f"{_number(a)},{_number(b)}" for a, b in corners))


def _words(words: Words, x: float, y: float, anchor: str, patch: bool = False) -> str:
    """Words at a place: text where there is no formula, else a box of HTML, as wide as they are, with MathML in it."""
    if not words:
        return ""
    if all(isinstance(word, str) for word in words) and not patch:
        text = escaped("".join(map(str, words)))
        return element("text", text, x=_scaled(x), y=_scaled(y), text_anchor=anchor, dominant_baseline="central")
    content = "".join(escaped(word) if isinstance(word, str) else mathml(word) for word in words)
    left, top, right, bottom = box(Label(x, y, words, anchor))
    inner = element("div", element("span", content, class_="patch" if patch else None), class_=f"words {anchor}")
    return element(
        "foreignObject",
        inner,
        x=_scaled(left),
        y=_scaled(top),
        width=_scaled(right - left),
        height=_scaled(bottom - top),
    )


def _scaled(length: float) -> str:
    return _number(length * EM)


def _number(value: float) -> str:
    return f"{round(value, 2):g}"
