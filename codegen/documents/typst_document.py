"""A document as Typst; it compiles with the fonts that come with the compiler, for Chinese with one more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import zip_longest
from math import ceil

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
    Words,
    lemmas_of,
)
from .measure import INDENT, broken, width
from .typst import quoted, typst_math
from .typst_drawing import DRAWING, typst_drawing
from .typst_template import CHINESE_FONT, TEMPLATE, TEXT_WIDTH
from .typst_text import escape, formula, spoken, typst_words

NUMBER_COLUMN = 4.2
REASON_COLUMN = 14.0
LONGEST_LEFT = 10.0
SPARE = 1.06
"""How much wider than its estimate a formula that fills a line may come out."""
LINE = TEXT_WIDTH / SPARE
BOX_ROWS = 12
LED_TO = Display | Chain | Box | Table | Figure | Heading | Algorithm
HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
"""Chinese characters and their punctuation."""


def typst_document(document: Document) -> str:
    """The whole Typst source of a document."""
    language = getattr(document, "language", "en")
    body = Writer(document).body()
    fonts = f'("{CHINESE_FONT}",)' if language == "zh" or HAN.search(repr(document)) else "()"
    subtitle = f"subtitle: [{typst_words(document.subtitle)}], " if document.subtitle else ""
    setting = f"page-of.with({quoted(document.title)}, {subtitle}lang: {quoted(language)}, fonts: {fonts})"
    return f"{TEMPLATE}{DRAWING}\n#show: {setting}\n\n{body}"


class Writer:
    """The blocks of one document."""

    def __init__(self, document: Document) -> None:
        self.sections, self.lemmas = document.sections, lemmas_of(document)
        counts = Counter(_numbers(document))
        self.numbers: Collection[int] = {number for number, times in counts.items() if times == 1}

    def body(self) -> str:
        return "\n\n".join(map(self._section, self.sections)) + "\n"

    def _section(self, section: Section) -> str:
        """The blocks below their title; a paragraph stays on one page with the block it leads to."""
        parts = [f"#heading(level: 1)[{escape(section.title)}]"]
        for block, after in zip_longest(section.blocks, section.blocks[1:]):
            leads = isinstance(block, Paragraph) and isinstance(after, LED_TO)
            parts.append(f"#leading[{self._block(block)}]" if leads else self._block(block))
        return "\n\n".join(parts)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(words):
                return self._words(words)
            case Heading(words, lemma):
                name = f" <lemma-{lemma}>" if lemma in self.lemmas else ""
                return f"#heading(level: 2)[{self._words(words)}]{name}"
            case Display(shown, number):
                return f"#display({_aligned((shown,), LINE - 2 * NUMBER_COLUMN)}, {self._mark(number)})"
            case Chain(left, lines):
                return self._chain(left, lines)
            case Box(title, formulas):
                return self._box(title, formulas)
            case Table(headers, rows):
                return self._table(headers, rows)
            case Algorithm(title, lines):
                steps = [f"  ({depth}, [{self._words(words)}]),\n" for depth, words in lines]
                return f"#algorithm([{self._words(title)}],\n{''.join(steps)})"
            case Figure(drawing, caption, alt):
                said = f"alt: {quoted(alt)}, caption: [{self._words(caption)}]"
                return f"#figure({said}, {typst_drawing(drawing)})"
            case Code(text, language):
                return f"#code({quoted(language)}, {_lines(text)})"
        raise TypeError(f"{type(block).__name__} is not known to the Typst writer")

    def _words(self, words: Words) -> str:
        return typst_words(words, self.numbers, lemmas=self.lemmas)

    def _mark(self, number: int | None, checked: bool = False) -> str:
        """The number at the end of a line, and the name by which links find it."""
        if number is None:
            return "none"
        name = f", name: [#metadata({number})<line-{number}>]" if number in self.numbers else ""
        return f"mark({number}{', checked: true' if checked else ''}{name})"

    def _chain(self, left: Node, lines: tuple[Line, ...]) -> str:
        """A derivation; each right side in pieces that each fit on a line."""
        shift = INDENT if width(left) > LONGEST_LEFT else width(left)
        steps = []
        for position, line in enumerate(lines):
            pieces = broken(line.right, LINE - NUMBER_COLUMN - (shift if position else width(left)) - 1.5)
            reason = typst_words(line.reason, self.numbers, REASON_COLUMN, self.lemmas)
            parts = f"[{reason}]", self._mark(line.number, line.checked), *map(formula, pieces)
            steps.append(f"  step({', '.join(parts)}),\n")
        return f"#derivation({formula(left)},\n{''.join(steps)})"

    def _box(self, title: Words, formulas: tuple[Node, ...]) -> str:
        """Formulas in frames of about equal length."""
        rows = ceil(len(formulas) / ceil(len(formulas) / BOX_ROWS))
        parts = [formulas[n : n + rows] for n in range(0, len(formulas), rows)]
        heading = f"#caption[{self._words(title)}]"
        return "\n".join((heading, *(f"#results({_aligned(part, LINE - 3)})" for part in parts)))

    def _table(self, headers: tuple[Words, ...], rows: tuple[tuple[Words, ...], ...]) -> str:
        head = "".join(f"[{self._words(words)}], " for words in headers)
        lines = ["  " + "".join(f"[{self._words(words)}], " for words in cells) + "\n" for cells in rows]
        return f"#listing({len(headers)}, ({head}),\n{''.join(lines)})"


def _aligned(formulas: tuple[Node, ...], room: float) -> str:
    """Formulas below each other, lined up at their first equals signs, as one."""
    pairs = [_split(shown, room) for shown in formulas]
    lead = max(width(left) if left else 0.0 for left, _ in pairs)
    source = " \\\n  ".join(row for left, right in pairs for row in _rows(left, right, room - lead))
    return f"m({quoted(', '.join(map(spoken, formulas)))},\n  ${source}$)"


def _split(shown: Node, room: float) -> tuple[Node | None, Node]:
    """The sides of an equation; what has a left side too long to line up anything stays in one."""
    left, right = split_relation(shown)
    return (None, shown) if left and width(left) > room / 2 else (left, right)


def _rows(left: Node | None, right: Node, room: float) -> Iterator[str]:
    """The lines of one formula, each with the place at which it is lined up."""
    first, *rest = broken(right, room)
    yield f"{typst_math(left) if left else ''} &{typst_math(first)}"
    yield from (f"&quad quad #nothing {typst_math(piece)}" for piece in rest)


def _lines(text: str) -> str:
    """Program text as a string literal, line breaks kept."""
    lines = r"\n".join(quoted(line.expandtabs(4))[1:-1] for line in text.rstrip().splitlines())
    return f'"{lines}"'


def _numbers(document: Document) -> Iterator[int]:
    """All numbers of lines, in order."""
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Display) and block.number is not None:
                yield block.number
            elif isinstance(block, Chain):
                yield from (line.number for line in block.lines)
