"""A document as text for a terminal."""

from __future__ import annotations

import re

from . import boxes
from .boxes import beside, text
from .display import Node
from .document import (
    Algorithm,
    Block,
    Box,
    Chain,
    Code,
    Display,
    Document,
    Figure,
    Heading,
    Line,
    Paragraph,
    Section,
    Table,
    Words,
)
from .measure import broken
from .terminal import box_of
from .terminal_drawing import terminal_drawing

MARGIN = "    "
TICK = "✓"
CLOSING = (".", ",", ";", ":")
CJK, STOPS = "⺀-鿿　-〿＀-￯", "，。；：、！？）"
PIECE = re.compile(rf" |[^ {CJK}]+|（?[{CJK}][{STOPS}]*")


def terminal_document(document: Document, width: int = 100, numbered: bool = True) -> str:
    """The whole document as text of at most `width` columns where formulas can be broken to it.

    Without numbers for parts of a document, whose lines nothing refers to.
    """
    title = document.title
    parts = [f"{title}\n{'═' * boxes.columns(title)}"]
    parts.extend([flowed(document.subtitle, width)] if document.subtitle else [])
    parts.extend(_section(section, n, width, numbered) for n, section in enumerate(document.sections, 1))
    return "\n\n".join(parts) + "\n"


def _section(section: Section, number: int, width: int, numbered: bool) -> str:
    title = f"{number}  {section.title}"
    shown = [_block(block, width, numbered) for block in section.blocks]
    return "\n\n".join([f"{title}\n{'─' * boxes.columns(title)}", *shown])


def _block(block: Block, width: int, numbered: bool) -> str:
    match block:
        case Paragraph(words):
            return flowed(words, width)
        case Heading(words):
            return flowed(words, width)
        case Display(formula, number):
            return _display(formula, number if numbered else None, width)
        case Chain(left, lines):
            return "\n\n".join(_chain_line(left, line, n == 0, width, numbered) for n, line in enumerate(lines))
        case Box(title, formulas):
            return f"{flowed(title, width)}\n\n{framed(formulas, width)}"
        case Table(headers, rows):
            return _table((headers, *rows))
        case Algorithm(title, lines):
            body = [_step(n, depth, words, width) for n, (depth, words) in enumerate(lines, 1)]
            return "\n".join((flowed(title, width), *body))
        case Code(source, _):
            return source.rstrip()
        case Figure(drawing, caption):
            return f"{terminal_drawing(drawing)}\n\n{flowed(caption, width)}"
    raise TypeError(f"{type(block).__name__} is not known to the terminal writer")


def flowed(words: Words, width: int) -> str:
    """Running text, broken at spaces, formulas of several lines standing in their line."""
    return "\n".join(map(str, _flow(words, width)))


def _flow(words: Words, width: int) -> list[boxes.Box]:
    pieces: list[boxes.Box] = []
    for word in words:
        pieces.extend(map(text, _split(word)) if isinstance(word, str) else (box_of(word),))
    lines: list[boxes.Box] = [text("")]
    for piece in pieces:
        stop = piece.lines[0] in CLOSING
        if lines[-1].width + piece.width > width and lines[-1].width and not stop:
            lines.append(text(""))
        if lines[-1].width or piece.lines != (" ",):
            lines[-1] = beside((lines[-1], piece))
    return lines


def _split(words: str) -> list[str]:
    """Words and the spaces between them, each by itself; Chinese signs alone, stops with the sign before them."""
    return PIECE.findall(words)


def _columns(node: Node) -> float:
    return float(box_of(node).width)


def _display(formula: Node, number: int | None, width: int) -> str:
    lines = broken(formula, width - 12, _columns, 4)
    label = text(f"   ({number})") if number is not None else text("")
    rows = [beside((text(MARGIN + MARGIN * (n > 0)), box_of(line))) for n, line in enumerate(lines)]
    rows[-1] = beside((rows[-1], label))
    return "\n".join(map(str, rows))


def _chain_line(left: Node, line: Line, first: bool, width: int, numbered: bool) -> str:
    """A line of a derivation, its tick and number, and its reason at the right or below."""
    lead = beside((box_of(left), text(" = ")))
    lead = lead if first else text(" " * (lead.width - 3) + " = ")
    number = f" ({line.number})" if numbered else ""
    mark = text(f"   {TICK if line.checked else ' '}{number}")
    room = width - lead.width - len(MARGIN)
    lines = broken(line.right, room - 12, _columns, 4)
    rows = [
        beside((text(MARGIN), lead if n == 0 else text(" " * (lead.width + 4)), box_of(p))) for n, p in enumerate(lines)
    ]
    rows[-1] = beside((rows[-1], mark))
    reason = beside(box_of(word) if not isinstance(word, str) else text(word) for word in line.reason)
    if rows[-1].width + reason.width + 3 <= width:
        rows[-1] = beside((rows[-1], text("   "), reason))
        return "\n".join(map(str, rows))
    below = flowed(line.reason, room)
    return "\n".join((*map(str, rows), *(MARGIN + " " * lead.width + row for row in below.splitlines())))


def framed(formulas: tuple[Node, ...], width: int) -> str:
    """Formulas below each other in a frame."""
    lines: list[str] = []
    for formula in formulas:
        for n, part in enumerate(broken(formula, width - 8, _columns, 4)):
            lines.extend("    " * (n > 0) + line for line in box_of(part).lines)
        lines.append("")
    lines.pop()
    wide = max(boxes.columns(line) for line in lines)
    body = [f"│ {line}{' ' * (wide - boxes.columns(line))} │" for line in lines]
    return "\n".join(("┌" + "─" * (wide + 2) + "┐", *body, "└" + "─" * (wide + 2) + "┘"))


def _table(rows: tuple[tuple[Words, ...], ...]) -> str:
    cells = [[_cell(words) for words in line] for line in rows]
    widths = [max(line[n].width for line in cells) for n in range(len(rows[0]))]
    out = []
    for line in cells:
        parts = [
            p for cell, wide in zip(line, widths, strict=True) for p in (cell, text(" " * (wide - cell.width + 3)))
        ]
        out.append(str(beside((text(MARGIN), *parts))))
    return "\n".join((out[0], MARGIN + "─" * (sum(widths) + 3 * len(widths) - 3), *out[1:]))


def _cell(words: Words) -> boxes.Box:
    return beside(text(word) if isinstance(word, str) else box_of(word) for word in words)


def _step(number: int, depth: int, words: Words, width: int) -> str:
    lead = f"{number:>3}  " + "   " * depth
    first, *rest = _flow(words, width - len(lead))
    rows = [beside((text(lead), first)), *(beside((text(" " * len(lead)), line)) for line in rest)]
    return "\n".join(map(str, rows))
