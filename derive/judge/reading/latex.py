"""LaTeX formulas as books print them, read as statements."""

from __future__ import annotations

import re
from dataclasses import replace

from ...errors import InputError
from . import latex_words as words
from .assembling import Piece, as_value
from .latex_cases import condition_of
from .latex_groups import Grouping
from .latex_passes import parse
from .latex_tokens import Raw, raw_tokens
from .limits import checked_length, prefix, refuse
from .sketch import Condition, Sketch, Statement

_BETWEEN = re.compile(r"(?:[\s,;&.$]|\\(?:quad|qquad|text\{[^{}]*\}?|[\\,;:!\] ]|end\{[^{}]*\}|Rightarrow|implies))+$")
_LAYOUT = {"AMP", "GAP", "NEWLINE"}
_PARTING = {"COMMA", "SEMI", "GAP", "NEWLINE", "TEXT", "STOP", "DOTS"}
_OPENING = {"LPAR", "LBAR", "LNORM"}
_CLOSING = {"RPAR", "RBAR", "RNORM"}


def read_latex(text: str, where: str = "") -> tuple[Statement, ...]:
    """The statements of a LaTeX formula, in order. Raises InputError, whose line begins with `where`.

    ``a = b = c`` is one statement with three sides; commas, line breaks, ``\\quad`` and words between
    formulas part statements; a line that begins with = goes on with the one above.
    """
    checked_length(text, where)
    try:
        raws = raw_tokens(text)
        if not raws:
            raise InputError("an empty formula; expected something like a = b")
        pieces = Grouping(raws).pieces()
        return _statements(pieces, text, raws)
    except InputError as problem:
        raise InputError(f"{prefix(where)}{problem}") from None


def _statements(pieces: list[Piece], text: str, raws: list[Raw]) -> tuple[Statement, ...]:
    found: list[Statement] = []
    waiting: Condition | None = None
    end = raws[-1].column + len(raws[-1].text) + 1
    chunks = [chunk for chunk in _without_ranges(_chunks(pieces)) if chunk]
    for place, chunk in enumerate(chunks):
        stop = chunks[place + 1][0].column if place + 1 < len(chunks) else end
        words_first = chunk[0].type == "TEXT"
        core = [piece for piece in chunk if piece.type not in ("TEXT", "AMP", "GAP", "NEWLINE")]
        if not core:
            continue
        if words_first and found and _says_when(chunk):
            found[-1] = replace(found[-1], condition=_condition_or_none(chunk))
            continue
        condition, core = _case(core)
        waiting = condition or waiting
        if not core:
            continue
        said = _BETWEEN.sub("", text[core[0].column : stop]).strip()
        statement = _statement(core, said, waiting, found)
        waiting = None
        found.append(statement)
    if not found:
        raise InputError("no formula found; expected something like a = b")
    return tuple(found)


def _chunks(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces of each statement."""
    chunks: list[list[Piece]] = [[]]
    following = _following(pieces)
    depth = 0
    related = False
    for place, piece in enumerate(pieces):
        depth += (piece.type in _OPENING) - (piece.type in _CLOSING)
        later = following[place]
        before = len(chunks)
        if depth or piece.type not in _PARTING:
            chunks[-1].append(piece)
            related = related or piece.type == "REL"
        elif piece.type == "DOTS" and not chunks[-1]:
            chunks += [[piece], []]
        elif piece.type == "DOTS":
            chunks[-1].append(piece)
        elif piece.type == "STOP" and place + 1 == later < len(pieces):
            refuse(piece.column, 'found "." inside a formula')
        elif piece.type == "TEXT":
            chunks.append([piece])
        elif piece.type not in ("GAP", "NEWLINE") or _parts(pieces, later, chunks[-1], related):
            chunks.append([])
        related = related and len(chunks) == before
    return chunks


def _following(pieces: list[Piece]) -> list[int]:
    """For each piece the place of the next one that is more than layout; the length if there is none."""
    found = [len(pieces)] * len(pieces)
    later = len(pieces)
    for place in range(len(pieces) - 1, -1, -1):
        found[place] = later
        if pieces[place].type not in _LAYOUT:
            later = place
    return found


def _parts(pieces: list[Piece], later: int, before: list[Piece], related: bool) -> bool:
    """Whether a gap or a new line parts two statements: not where an equation goes on."""
    if later == len(pieces) or pieces[later].type in ("REL", "TIMES") or not before:
        return False
    if before[-1].type in ("REL", "SIGN", "TIMES"):
        return False
    if pieces[later].type not in ("SIGN", "SLASH"):
        return True
    if not related:
        return False
    for piece in pieces[later:]:
        if piece.type in ("REL", "NEWLINE", "COMMA", "GAP"):
            return piece.type == "REL"
    return False


def _without_ranges(chunks: list[list[Piece]]) -> list[list[Piece]]:
    """``j = 1, ..., n`` says where a letter runs; it is no statement."""
    kept: list[list[Piece]] = []
    place = 0
    while place < len(chunks):
        chunk = chunks[place]
        while kept and not kept[-1]:
            kept.pop()
        if len(chunk) == 1 and chunk[0].type == "DOTS" and kept:
            kept.pop()
            while place + 1 < len(chunks) and not chunks[place + 1]:
                place += 1
            place += 2
            continue
        kept.append(chunk)
        place += 1
    return kept


def _says_when(chunk: list[Piece]) -> bool:
    first = str(chunk[0]).lower().split()[0]
    return first in words.CASE_WORDS - {"where", "with"}


def _condition_or_none(chunk: list[Piece]) -> Condition | None:
    """A condition for a statement, or None where it says only what a letter runs over."""
    said = {word.lower() for piece in chunk if piece.type == "TEXT" for word in str(piece).split()}
    signs = [piece.held or str(piece) for piece in chunk if piece.type == "REL"]
    if said & {"all", "every", "each", "any"} or not signs or "in" in signs:
        return None
    return condition_of(chunk)


def _case(core: list[Piece]) -> tuple[Condition | None, list[Piece]]:
    """``i = j:`` before a formula."""
    depth = 0
    for place, piece in enumerate(core):
        depth += piece.type.startswith("L") - piece.type.startswith("R") + (piece.type == "REL")
        following = core[place + 1].type if place + 1 < len(core) else ""
        if piece.type == "COLON" and not depth and following != "REL":
            if place == 0:
                refuse(piece.column, 'found ":" without a case before it')
            if not any(earlier.type == "REL" for earlier in core[:place]):
                return None, core[place + 1 :]
            condition = parse(core[:place])
            return (condition if isinstance(condition, Condition) else None), core[place + 1 :]
    return None, core


def _statement(core: list[Piece], said: str, condition: Condition | None, before: list[Statement]) -> Statement:
    while core and core[-1].type in ("COLON", "BANG"):
        core = core[:-1]
    read: Sketch = parse(core)
    sides, signs = ((read,), ()) if not isinstance(read, Condition) else (read.sides, read.signs)
    if set(signs) - {"=", "<-", "+=", "-=", "~", "approx"}:
        if set(signs) <= words.COMPARISONS and len(signs) >= 1:
            return Statement((as_value(read),), (), said, condition)
        refuse(core[0].column, f'found "{next(iter(set(signs)))}" in an equation')
    if not signs and condition is not None and before and before[-1].condition is not None:
        sides, signs = (before[-1].sides[0], *sides), ("=",)
    return Statement(sides, signs, said, condition)
