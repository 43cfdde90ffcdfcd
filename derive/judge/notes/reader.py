"""From the text of a file to notes: its formulas in order, and what it declares."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice

from ...errors import InputError
from ...forward.reading import LONGEST_FORMULA
from .annotate import without_marks
from .declared import declared
from .macros import Command, commands, put_in
from .markdown import claim_lines, math_blocks, outside_blocks, plain_lines
from .records import Notes, Written
from .tex import Piece, asides, rows, tex_formulas

KINDS = ("tex", "md", "txt")
"""Kinds of files; the kind "lines" is a text with one formula a line, in any notation."""
LONGEST_TEXT = 1_000_000
MOST_FORMULAS = 2_000


def read_notes(text: str, kind: str, name: str = "") -> Notes:
    """The notes in a text of this kind ("tex", "md", "txt" or "lines"). Raises InputError, which begins with `name`."""
    try:
        if len(text) > LONGEST_TEXT:
            raise InputError(f"a text of {len(text)} characters; at most {LONGEST_TEXT} are read")
        text = without_marks(text.replace("\r\n", "\n"), kind)
        said = declared(text, kind)
        found = sorted(_found(text, kind), key=lambda one: one[0].start)
    except InputError as problem:
        raise InputError(f"{name}: {problem}" if name else str(problem)) from None
    if len(found) > MOST_FORMULAS:
        raise InputError(f"{name}: {len(found)} formulas; at most {MOST_FORMULAS} are judged")
    own = commands(text)
    ends = [match.start() for match in re.finditer("\n", text)]
    formulas = tuple(
        _written(text, number, piece, latex, below, own, ends) for number, (piece, latex, below) in enumerate(found, 1)
    )
    return Notes(name, kind, text, formulas, said, tuple(_asides(text, kind, own)))


def loose(claims: Iterable[str]) -> Notes:
    """Claims that stand in no text, as notes."""
    formulas = tuple(Written(claim.strip(), number) for number, claim in enumerate(claims, 1))
    return Notes("", "", "", formulas)


def _found(text: str, kind: str) -> list[tuple[Piece, bool | None, int]]:
    """Each formula with its notation, and where the block ends that it stands in."""
    if kind == "tex":
        return [(piece, True, piece.end) for piece in tex_formulas(text)]
    if kind == "lines":
        return [(Piece(start, end), None, end) for start, end in claim_lines(text)]
    prose = outside_blocks(text)
    found: list[tuple[Piece, bool | None, int]] = [(piece, True, piece.end) for piece in tex_formulas(prose)]
    displays = list(found)
    for start, end, last in math_blocks(text):
        found += [(piece, True, last) for piece in rows(text, start, end)]
    for start, end, any_notation in plain_lines(text):
        if not any(piece.start <= start < piece.end for piece, _, _ in displays):
            last = _block_end(text, end) if any_notation else end
            latex = None if any_notation else "\\" in text[start:end]
            found.append((Piece(start, end), latex, last))
    return found


def _asides(text: str, kind: str, own: dict[str, Command]) -> Iterator[str]:
    text = outside_blocks(text) if kind != "tex" else text
    for piece in islice(asides(text), MOST_FORMULAS if kind != "lines" else 0):
        try:
            yield put_in(text[piece.start : piece.end].strip(), own)
        except InputError:
            continue


def _block_end(text: str, place: int) -> int:
    """Where the block ends that a line stands in."""
    fence = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*$", re.M).search(text, place)
    return fence.end() if fence else len(text)


def _written(
    text: str, number: int, piece: Piece, latex: bool | None, below: int, own: dict[str, Command], ends: list[int]
) -> Written:
    said, problem, meant = text[piece.start : piece.end].strip(), piece.problem, ""
    if len(said) > LONGEST_FORMULA:
        problem = f"a formula of {len(said)} characters; at most {LONGEST_FORMULA} are read"
    if latex and own and not problem:
        try:
            meant = put_in(said, own)
        except InputError as error:
            problem = str(error)
    line = bisect_right(ends, piece.start - 1) + 1
    above = text.rfind("\n", 0, piece.start) + 1
    last = text.find("\n", max(below - 1, piece.end))
    return Written(said, number, line, above, last + 1 if last >= 0 else len(text), latex, meant, problem)
