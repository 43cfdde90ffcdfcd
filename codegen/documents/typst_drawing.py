"""A drawing as Typst: discs, arrows and labels at their places."""

from __future__ import annotations

from .drawing import Arrow, Disc, Drawing, Item, Label
from .typst_text import typst_words

DRAWING = """
// Drawings, in em of the running text: what kind of piece decides its colours.
#let tones = (
  plain: (fill: white, line: luma(90)), input: (fill: rgb("#eaf1f8"), line: rgb("#4a7196")),
  hidden: (fill: rgb("#f5f2ea"), line: rgb("#8a7640")), output: (fill: rgb("#f7eceb"), line: rgb("#96534a")),
  faint: (fill: white, line: luma(170)), strong: (fill: white, line: rgb("#1f4e79")),
)
#let thickness(tone) = if tone == "strong" { 1.1pt } else { 0.5pt }
#let disc(x, y, radius, tone, words) = place(dx: (x - radius) * 1em, dy: (y - radius) * 1em, circle(
  radius: radius * 1em, inset: 0pt, fill: tones.at(tone).fill, stroke: thickness(tone) + tones.at(tone).line,
  align(center + horizon, text(0.85em, words)),
))
#let words-at(x, y, anchor, tone, words, fill: none) = context {
  let body = box(fill: fill, outset: 0.1em, text(0.85em, fill: if tone == "faint" { ink } else { black }, words))
  let size = measure(body)
  let part = (start: 0%, middle: 50%, end: 100%).at(anchor)
  place(dx: x * 1em - part * size.width, dy: y * 1em - size.height / 2, body)
}
#let arrow(start, end, tone, bare: false, at: 0.5, words: none) = {
  let (x, y) = (end.first() - start.first(), end.last() - start.last())
  let length = calc.max(calc.sqrt(x * x + y * y), 0.001)
  let (x, y) = (x / length, y / length)
  let along(back, side) = ((end.first() - back * x - side * y) * 1em, (end.last() - back * y + side * x) * 1em)
  let colour = tones.at(tone).line
  let head = if tone == "strong" { 0.55 } else { 0.45 }
  place(line(
    start: start.map(place => place * 1em), end: along(if bare { 0 } else { 0.8 * head }, 0),
    stroke: thickness(tone) + colour,
  ))
  if not bare { place(polygon(fill: colour, along(0, 0), along(head, 0.36 * head), along(head, -0.36 * head))) }
  if words != none {
    let (x, y) = (0, 1).map(n => start.at(n) + at * (end.at(n) - start.at(n)))
    words-at(x, y, "middle", tone, words, fill: white)
  }
}
#let drawing(width, height, ..items) = context fit(measured, box(width: width * 1em, height: height * 1em, {
  for item in items.pos() { item }
}))
"""


def typst_drawing(drawing: Drawing) -> str:
    """A call of `drawing` of the template, one argument for each item."""
    items = "".join(f"  {_item(item)},\n" for item in drawing.items)
    return f"drawing({drawing.width:g}, {drawing.height:g},\n{items})"


def _item(item: Item) -> str:
    match item:
        case Disc(x, y, radius, words, tone):
            return f'disc({x:g}, {y:g}, {radius:g}, "{tone}", [{typst_words(words)}])'
        case Arrow((x, y), (u, v), words, at, tone, bare):
            said = f", at: {at:g}, words: [{typst_words(words)}]" if words else ""
            return f'arrow(({x:g}, {y:g}), ({u:g}, {v:g}), "{tone}"{", bare: true" if bare else ""}{said})'
        case Label(x, y, words, anchor, tone):
            return f'words-at({x:g}, {y:g}, "{anchor}", "{tone}", [{typst_words(words)}])'
    raise TypeError(f"{type(item).__name__} is not known to the Typst writer")
