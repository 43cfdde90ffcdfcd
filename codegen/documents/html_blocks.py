"""The blocks of a document as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from .display import Node, split_relation
from .document import Algorithm, Block, Box, Chain, Code, Display, Figure, Heading, Paragraph, Table
from .html_derivation import derivation
from .html_text import Page, flowing, numbered, running
from .markup import element, escaped
from .mathml import mathml
from .measure import width
from .svg import svg
from .words import Words

LONGEST_LEFT = 9.0


def blocks(items: Sequence[Block], page: Page) -> str:
    """Blocks below each other; a heading goes with the derivation that follows it."""
    parts = []
    for position, block in enumerate(items):
        after = items[position + 1] if position + 1 < len(items) else None
        before = items[position - 1] if position else None
        if isinstance(block, Chain):
            heading = _heading(before.words, page, before.lemma) if isinstance(before, Heading) else ""
            parts.append(derivation(block, heading, page))
        elif not (isinstance(block, Heading) and isinstance(after, Chain)):
            parts.append(_block(block, page))
    return "\n".join(parts)


def _block(block: Block, page: Page) -> str:
    match block:
        case Paragraph(words):
            return element("p", running(words, page))
        case Heading(words, lemma):
            return _heading(words, page, lemma)
        case Display(formula, number):
            return _display(formula, number, page)
        case Chain():
            return derivation(block, "", page)
        case Box(title, formulas):
            return _box(title, formulas, page)
        case Table(headers, rows):
            return _table(headers, rows, page)
        case Algorithm(title, lines):
            return _algorithm(title, lines, page)
        case Figure(drawing, caption, alt):
            below = element("figcaption", running(caption, page)) if caption else ""
            return element("figure", svg(drawing, alt) + below)
        case Code(text, language):
            code = element("code", escaped(text.rstrip("\n")), class_=f"language-{language}")
            return element("pre", code, tabindex=0, role="region", aria_label=page.words.code)
    raise TypeError(f"{type(block).__name__} is not known to the HTML writer")


def _heading(words: Words, page: Page, lemma: int | None = None) -> str:
    return element("h3", running(words, page), id=None if lemma is None else f"lemma-{lemma}")


def _display(formula: Node, number: int | None, page: Page) -> str:
    label = numbered(number, page) if number is not None else ""
    identity = f"eq-{number}" if number is not None else None
    return element("div", flowing(formula, "middle", page) + label, class_="display", id=identity)


def _box(title: Words, formulas: tuple[Node, ...], page: Page) -> str:
    """Results in a frame, lined up at their equals signs unless one of these stands far to the right."""
    parts = [split_relation(formula) for formula in formulas]
    if all(left is not None and width(left) <= LONGEST_LEFT for left, _ in parts):
        name, rows = "results", [_result(left, right, page) for left, right in parts if left is not None]
    else:
        name, rows = "results loose", [element("li", flowing(formula, "alone", page)) for formula in formulas]
    frame = element("ul", "\n" + "\n".join(rows) + "\n", class_=name)
    return element("div", f"{_heading(title, page)}\n{frame}", class_="box")


def _result(left: Node, right: Node, page: Page) -> str:
    return element("li", element("div", mathml(left, display=True), class_="left") + flowing(right, "right", page))


def _table(headers: tuple[Words, ...], rows: tuple[tuple[Words, ...], ...], page: Page) -> str:
    """A table in a frame that scrolls; the first cell of a row is what the row is about."""
    head = element("tr", "".join(element("th", running(cell, page), scope="col") for cell in headers))
    lines = "\n".join(_row(cells, page) for cells in rows)
    table = element("table", f"\n<thead>{head}</thead>\n<tbody>\n{lines}\n</tbody>\n")
    return element("div", table, class_="table", tabindex=0, role="region", aria_label=page.words.table)


def _row(cells: tuple[Words, ...], page: Page) -> str:
    first, *others = (running(cell, page) for cell in cells)
    return element("tr", element("th", first, scope="row") + "".join(element("td", cell) for cell in others))


def _algorithm(title: Words, lines: tuple[tuple[int, Words], ...], page: Page) -> str:
    steps = "\n".join(
        element("li", element("div", running(words, page), class_="step", style=f"--depth: {depth}"))
        for depth, words in lines
    )
    listing = element("ol", f"\n{steps}\n", class_="algorithm")
    return element("div", f"{_heading(title, page)}\n{listing}", class_="box")
