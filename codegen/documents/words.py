"""Running text with formulas in it, and what in it refers to a lemma."""

from __future__ import annotations

from .display import Node

Words = tuple["str | Node", ...]
"""Running text: plain strings and formulas in turn."""


class Reference(str):
    """Text that names a lemma of the document: a link where a writer has links, text to all others."""

    lemma: int

    def __new__(cls, text: str, lemma: int) -> Reference:
        made = super().__new__(cls, text)
        made.lemma = lemma
        return made
