"""A document as plain Markdown with formulas in LaTeX, as notebooks and the sites that host code show them."""

from __future__ import annotations

from collections.abc import Callable

from .display import Node, split_relation
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
)
from .latex import latex_math
from .markdown_text import displayed, flowed, safe_math, safe_text, within_text
from .measure import broken
from .words import Words

ROOM = 42.0
"""The width in em up to which a formula stays on one line."""
ROW_END = r" \cr" + "\n"
"""Two backslashes would be read by some as one that is escaped."""


def markdown_document(document: Document) -> str:
    """The whole document; every formula in it is LaTeX between dollar signs."""
    head = [f"# {safe_text(document.title)}"]
    head.extend([flowed(document.subtitle)] if document.subtitle else [])
    return "\n\n".join((*head, *map(_section, document.sections))) + "\n"


def _section(section: Section) -> str:
    return "\n\n".join((f"## {safe_text(section.title)}", *map(_block, section.blocks)))


def _block(block: Block) -> str:
    match block:
        case Paragraph(words):
            return flowed(words)
        case Heading(words):
            return f"### {flowed(words)}"
        case Display(formula, number):
            return _display(formula, number)
        case Chain(left, lines):
            return _aligned([row for n, line in enumerate(lines) for row in _chain_rows(left, line, n == 0)])
        case Box(title, formulas):
            return f"### {flowed(title)}\n\n{_aligned([row for formula in formulas for row in _rows(formula)])}"
        case Table(headers, rows):
            return _table(headers, rows)
        case Algorithm(title, lines):
            return _algorithm(title, lines)
        case Figure(_, caption, alt):
            below = f"\n\n{flowed(caption)}" if caption else ""
            return f"*{safe_text(alt)}*{below}" if alt.strip() else below.strip()
        case Code(text, language):
            return _code(text, language)
    raise TypeError(f"{type(block).__name__} is not known to the Markdown writer")


def _display(formula: Node, number: int | None) -> str:
    if len(broken(formula, ROOM)) > 1:
        rows = _rows(formula)
        return _aligned([*rows[:-1], rows[-1] + (rf" && ({number})" if number is not None else "")])
    tag = rf" \qquad ({number})" if number is not None else ""
    return displayed(safe_math(latex_math(formula)) + tag)


def _rows(formula: Node, tex: Callable[[Node], str] = latex_math) -> list[str]:
    """The lines of one formula, with marks at its first equals sign and before each line that goes on."""
    first, *others = broken(formula, ROOM)
    left, right = split_relation(first)
    start = f"{safe_math(tex(left))} &{safe_math(tex(right))}" if left else f"&{safe_math(tex(first))}"
    return [start, *(rf"&\qquad {safe_math(tex(line))}" for line in others)]


def _chain_rows(left: Node, line: Line, first: bool) -> list[str]:
    """A line of a derivation: its right side, its reason, its tick and its number."""
    start, *others = broken(line.right, ROOM)
    lead = safe_math(latex_math(left)) + " " if first else ""
    rows = [f"{lead}&= {safe_math(latex_math(start))}", *(rf"&\qquad {safe_math(latex_math(p))}" for p in others)]
    tick = r"\checkmark " if line.checked else ""
    rows[-1] += rf" && {within_text(line.reason)} && {tick}({line.number})"
    return rows


def _aligned(rows: list[str]) -> str:
    return displayed(f"\\begin{{aligned}}\n{ROW_END.join(rows)}\n\\end{{aligned}}")


def _table(headers: tuple[Words, ...], rows: tuple[tuple[Words, ...], ...]) -> str:
    lines = (headers, *rows)
    cells = ["| " + " | ".join(map(flowed, line)) + " |" for line in lines]
    return "\n".join((cells[0], "|" + " --- |" * len(headers), *cells[1:]))


def _algorithm(title: Words, lines: tuple[tuple[int, Words], ...]) -> str:
    """Numbered lines; deeper ones begin with wide spaces, as a list within a list would number them anew."""
    steps = [f"{n}. {'&emsp;' * depth}{flowed(words)}" for n, (depth, words) in enumerate(lines, 1)]
    return "\n".join((f"### {flowed(title)}", "", *steps))


def _code(text: str, language: str) -> str:
    """Program text behind a fence longer than any in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    name = language if language.isalnum() else ""
    return f"{fence}{name}\n{text.rstrip()}\n{fence}"
