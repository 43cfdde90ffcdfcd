"""Running text and formulas as HTML: numbers of equations and of lemmas are links, wide formulas can be broken."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .display import Node, Row, Space, row
from .html_words import PageWords
from .markup import element, escaped
from .mathml import mathml
from .measure import broken, width
from .words import Reference, Words

PHONE_ROOM = 15.0
"""Pieces of a formula are at most this wide, in em, where it can be broken so."""
SCROLLS = 17.0
"""From this width on a piece that cannot be broken may have to be scrolled."""
REFERENCE = re.compile(r"\((\d+)\)")


@dataclass(frozen=True)
class Page:
    """What every part of a page needs: its words, and the numbers of the equations and of the lemmas on it."""

    words: PageWords
    numbers: frozenset[int]
    lemmas: frozenset[int] = frozenset()


def running(words: Words, page: Page) -> str:
    """Text with formulas in it; ``(7)`` is a link where an equation has this number, ``Lemma 2`` to that lemma."""
    parts: list[str] = []
    text = ""
    for word in words:
        if isinstance(word, Reference) and word.lemma in page.lemmas:
            parts.extend((_linked(text, page), element("a", escaped(word), href=f"#lemma-{word.lemma}")))
            text = ""
        elif isinstance(word, str):
            text += word
        else:
            beside = bool(parts) and not text
            parts.extend((_linked(text, page), "<wbr>" if beside else "", _inline(word)))
            text = ""
    return "".join((*parts, _linked(text, page)))


def _inline(formula: Node) -> str:
    """A formula within text, in pieces where it is wider than a narrow page."""
    pieces = broken(formula, PHONE_ROOM)
    if len(pieces) == 1:
        return mathml(formula)
    return element("span", _joined(pieces, False), class_="formula")


def _linked(text: str, page: Page) -> str:
    pieces = []
    for position, piece in enumerate(REFERENCE.split(text)):
        if position % 2 == 0:
            pieces.append(escaped(piece))
        elif int(piece) in page.numbers:
            pieces.append(f"({element('a', piece, href=f'#eq-{int(piece)}')})")
        else:
            pieces.append(f"({piece})")
    return "".join(pieces)


def flowing(formula: Node, name: str, page: Page) -> str:
    """A formula in a block of its own, in pieces between which a narrow page may go on a new line.

    Where a piece is wider than a narrow page the block scrolls, and can be reached by keyboard to do so.
    """
    pieces = _pieces(formula)
    wide = any(width(piece) > SCROLLS for piece in pieces)
    reach = {"tabindex": "0", "role": "group", "aria_label": page.words.formula} if wide else {}
    return element("div", _joined(pieces), class_=f"formula {name}", **reach)


def folded(formula: Node) -> str:
    """A formula in pieces, as part of the line that folds something away."""
    return element("span", _joined(_pieces(formula)), class_="formula folded")


def _pieces(formula: Node) -> list[Node]:
    return [piece for part in _clauses(formula) for piece in broken(part, PHONE_ROOM)]


def _joined(pieces: list[Node], display: bool = True) -> str:
    return "<wbr>".join(mathml(piece, display, before) for before, piece in zip((None, *pieces), pieces, strict=False))


def _clauses(formula: Node) -> list[Node]:
    """A formula and what is said of it behind a wide space, such as the layers that it holds for."""
    parts: list[list[Node]] = [[]]
    for item in formula.items if isinstance(formula, Row) else (formula,):
        if item == Space("quad") and parts[-1]:
            parts.append([])
        parts[-1].append(item)
    return [row(*part) for part in parts]


def numbered(number: int, page: Page) -> str:
    """The number of an equation, a link to itself."""
    label = page.words.equation.format(number)
    return element("a", f"({number})", class_="number", href=f"#eq-{number}", aria_label=label)
