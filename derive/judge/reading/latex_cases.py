"""The rows of ``cases``, and the conditions they hold for."""

from __future__ import annotations

from . import latex_words as words
from .assembling import Piece
from .latex_passes import parse
from .limits import refuse
from .sketch import Cases, Condition, Indicator, Name, Sketch


def cases(pieces: list[Piece], column: int) -> Cases:
    """The rows of ``cases``: a value, then what it holds for."""
    branches: list[tuple[Sketch, Condition | None]] = []
    rows: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.type == "NEWLINE":
            rows.append([])
        else:
            rows[-1].append(piece)
    for row in rows:
        if row:
            branches.append(_branch(row, column))
    if not branches:
        refuse(column, "found cases without a row")
    return Cases(tuple(branches))


def _branch(row: list[Piece], column: int) -> tuple[Sketch, Condition | None]:
    cut = next((place for place, piece in enumerate(row) if piece.type in ("AMP", "TEXT", "GAP")), len(row))
    value = [piece for piece in row[:cut] if piece.type not in ("GAP", "STOP")]
    while value and value[-1].type in ("COMMA", "SEMI"):
        value.pop()
    rest = [piece for piece in row[cut:] if piece.type not in ("AMP", "GAP", "STOP")]
    while rest and rest[-1].type in ("COMMA", "SEMI", "STOP"):
        rest.pop()
    texts = [str(piece).lower().strip(" .,") for piece in rest if piece.type == "TEXT"]
    if not value:
        refuse(column, "found a case without a value")
    if any(text in words.OTHERWISE or text.split()[-1] in words.OTHERWISE for text in texts):
        return parse(value), None
    if not rest:
        refuse(value[0].column, "found a case that does not say when it holds")
    return parse(value), condition_of(rest)


def condition_of(pieces: list[Piece]) -> Condition:
    """What a case says it holds for; words such as "if j is an output unit" become the sign "in"."""
    column = pieces[0].column
    core = [piece for piece in pieces if piece.type != "TEXT"]
    if any(piece.type == "REL" for piece in core):
        condition = parse(core)
        if isinstance(condition, Condition | Indicator):
            return condition if isinstance(condition, Condition) else condition.condition
        refuse(column, "found a condition that is none")
    said = [word for piece in pieces if piece.type == "TEXT" for word in str(piece).split()]
    said = [word for word in said if word.lower() not in words.CASE_WORDS | {"is", "in", "an", "a", "the"}]
    if core and said:
        return Condition((parse(core), Name("_".join(said))), ("in",))
    refuse(column, f'found "{" ".join(map(str, pieces))}" where a condition such as i = j is expected')
