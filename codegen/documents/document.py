"""A document: what is to be read, before any writer has given it a form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .display import Node
from .drawing import Drawing
from .words import Words


class Block:
    """A piece of a document that stands by itself."""


@dataclass(frozen=True)
class Paragraph(Block):
    words: Words


@dataclass(frozen=True)
class Heading(Block):
    """The title of a derivation within a section; of a lemma it bears the number."""

    words: Words
    lemma: int | None = None


@dataclass(frozen=True)
class Display(Block):
    """A formula on its own line, with its number where it has one."""

    formula: Node
    number: int | None = None


@dataclass(frozen=True)
class Line:
    """One right side of a derivation: why it holds, whether it was checked, its number."""

    right: Node
    reason: Words
    checked: bool
    number: int


@dataclass(frozen=True)
class Chain(Block):
    """A derivation: ``left = right = right ...``, one line each."""

    left: Node
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table(Block):
    headers: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True)
class Box(Block):
    """Results set off from the text: a title and formulas below each other."""

    title: Words
    formulas: tuple[Node, ...]


@dataclass(frozen=True)
class Algorithm(Block):
    """Numbered lines, each with its depth of indentation."""

    title: Words
    lines: tuple[tuple[int, Words], ...]


@dataclass(frozen=True)
class Figure(Block):
    """A drawing with what is said below it; `alt` tells in words what it shows."""

    drawing: Drawing
    caption: Words
    alt: str


@dataclass(frozen=True)
class Code(Block):
    """Program text, word for word."""

    text: str
    language: str = "python"


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """`language` is that of its words, "en" or "zh"."""

    title: str
    subtitle: Words
    sections: tuple[Section, ...]
    language: str = "en"


__all__ = [
    "Algorithm",
    "Block",
    "Box",
    "Chain",
    "Code",
    "Display",
    "Document",
    "Figure",
    "Heading",
    "Line",
    "Numbers",
    "Paragraph",
    "Section",
    "Table",
    "Words",
    "lemmas_of",
    "listed",
]


def lemmas_of(document: Document) -> frozenset[int]:
    """The numbers of the lemmas that a reference can lead to."""
    blocks = [block for section in document.sections for block in section.blocks]
    counts = Counter(block.lemma for block in blocks if isinstance(block, Heading) and block.lemma is not None)
    return frozenset(number for number, times in counts.items() if times == 1)


class Numbers:
    """Equation numbers, each given once."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def listed(parts: Sequence[Words], last: str, comma: str = ", ") -> Words:
    """Words in a row: ``a, b and c``, `last` being the word before the last one."""
    result: list[str | Node] = []
    for position, part in enumerate(parts):
        if position:
            result.append(f" {last} " if position == len(parts) - 1 else comma)
        result.extend(part)
    return tuple(result)
