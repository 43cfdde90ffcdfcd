"""Plain tables for the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table, columns two spaces apart, each as wide as its widest cell.

    A row of one cell is a heading within the table and may be as long as it likes.
    """
    lines = [tuple(header), *map(tuple, rows)]
    widths = [max(map(columns, column)) for column in zip(*(r for r in lines if len(r) > 1), strict=True)]
    return ["  ".join(map(_padded, line, widths)).rstrip() for line in lines]


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(not unicodedata.combining(character) for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))
