"""Finding the formulas of a Markdown or plain text: displays, blocks of formulas, lines in the plain language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import InputError
from ...forward.reading import LONGEST_FORMULA, parse_sides

FORMULAS, MATH, MODEL = "claims", "math", "model"
"""Blocks that are read, by the word behind their fence."""

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*(\w*)")
_SUBSCRIPTS = r"(?:\[[^\]\n]*\])*"
_DIFFERENTIAL = rf"(?:[d∂]\w+{_SUBSCRIPTS}\s*/\s*[d∂]\w+{_SUBSCRIPTS})"
_TITLED = re.compile(
    rf"-?\s*(?:{_DIFFERENTIAL}|(?:delta|δ)\w*{_SUBSCRIPTS}|[^\W\d]\w*\[[^\]\n]*\](?:\[[^\]\n]*\])?)\s*"
    r"(?:[-+:]?=(?!=)|<-|←)\s*\S"
)
_NAMED = re.compile(r"[^\W\d]\w*'*(?:\(\w+\))?\s*=(?!=)\s*\S")
_CONTINUED = re.compile(r"=(?!=)\s*\S")
_NO_FORMULA = r"\\(?:(?:re)?newcommand|def|begin|end|label|tag|item|let)(?![a-z])"
_LATEX_LINE = re.compile(rf"\s*(?!{_NO_FORMULA})\\[A-Za-z]+[^=]*=\s*\S")
_BULLET = re.compile(r"\s*(?:[-*+]\s+|\(?\d+[.)]\s+)?")
_DRAWN = re.compile(r"\s*(?:\||>|#|%|<!--|!\[|//)")


@dataclass(frozen=True)
class Line:
    """A line of a text and its place; `block` is the word behind the fence it stands in, None outside."""

    text: str
    start: int
    end: int
    block: str | None = None
    block_end: int = 0


def lines_of(text: str) -> Iterator[Line]:
    """The lines, each with the block in which it stands; the fences themselves are left out."""
    raw, place = [], 0
    for line in text.split("\n"):
        raw.append((line, place, place + len(line)))
        place += len(line) + 1
    number = 0
    while number < len(raw):
        line, start, end = raw[number]
        fence = _FENCE.match(line)
        if fence is None:
            yield Line(line, start, end)
            number += 1
            continue
        last = number + 1
        while last < len(raw) and not _closes(raw[last][0], fence[1]):
            last += 1
        finish = min(raw[min(last, len(raw) - 1)][2] + 1, len(text))
        for inner, first, past in raw[number + 1 : last]:
            yield Line(inner, first, past, fence[2].lower(), finish)
        number = last + 1


def _closes(line: str, fence: str) -> bool:
    mark = line.strip(" \t>")
    return len(mark) >= len(fence) and not mark.strip(fence[0])


def outside_blocks(text: str) -> str:
    """The text with everything that stands in a block, and every line of code, as spaces."""
    kept = list(" " * len(text))
    for line in lines_of(text):
        if line.block is None:
            kept[line.start : line.end] = line.text
    for place, sign in enumerate(text):
        if sign == "\n":
            kept[place] = "\n"
    return re.sub(r"(?<!`)`[^`\n$][^`\n]*`", lambda m: " " * len(m[0]), "".join(kept))


def math_blocks(text: str) -> Iterator[tuple[int, int, int]]:
    """Where the inside of each ```math block begins and ends, and where the block ends."""
    inside: list[Line] = []
    for line in (*lines_of(text), Line("", len(text), len(text))):
        if inside and (line.block != MATH or line.block_end != inside[0].block_end):
            yield inside[0].start, inside[-1].end, inside[0].block_end
            inside = []
        if line.block == MATH:
            inside.append(line)


def plain_lines(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where lines in the plain language begin and end; a line that begins with = goes on with the one above.

    The last value says whether the line stands in a block of claims, where any notation is read.
    """
    waiting: tuple[int, int, bool] | None = None
    for line in lines_of(text):
        if line.block == FORMULAS and line.text.strip() and not _DRAWN.match(line.text):
            found = (*_trimmed(line.text, line.start), True)
        elif line.block is None and (place := formula_in(line.text)):
            found = (line.start + place[0], line.start + place[1], False)
        elif waiting and line.block is None and _CONTINUED.match(line.text.strip()):
            found = (*_trimmed(line.text, line.start), False)
        else:
            if waiting:
                yield waiting
            waiting = None
            continue
        if waiting and _CONTINUED.match(text[found[0] : found[1]]):
            waiting = (waiting[0], found[1], waiting[2])
            continue
        if waiting:
            yield waiting
        waiting = found
    if waiting:
        yield waiting


def claim_lines(text: str) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends that is neither empty nor a comment; one that begins with = goes on."""
    waiting: tuple[int, int] | None = None
    for line in lines_of(text):
        if not line.text.strip() or _DRAWN.match(line.text):
            continue
        start, end = _trimmed(line.text, line.start)
        if waiting and _CONTINUED.match(text[start:end]):
            waiting = (waiting[0], end)
            continue
        if waiting:
            yield waiting
        waiting = (start, end)
    if waiting:
        yield waiting


def formula_in(line: str) -> tuple[int, int] | None:
    """Where a line of prose holds a formula in the plain language; None where it is none."""
    if _DRAWN.match(line) or "$" in line:
        return None
    if "\\" in line:
        return _trimmed(line, 0) if _LATEX_LINE.match(line) else None
    bullet = _BULLET.match(line)
    start, end = _trimmed(line, 0, bullet.end() if bullet else 0)
    inner = line[start:end]
    if inner[:1] == inner[-1:] == "`":
        start, end = start + 1, end - 1
        inner = line[start:end]
    short = len(inner) <= LONGEST_FORMULA
    if _TITLED.match(inner) or (short and _NAMED.match(inner) and "[" in inner and _parses(inner)):
        return start, end
    return None


def _parses(text: str) -> bool:
    try:
        parse_sides(text, "")
    except InputError:
        return False
    return True


def _trimmed(text: str, start: int, skip: int = 0) -> tuple[int, int]:
    """The line without spaces, and without the comma or full stop that ends it."""
    inner = text[skip:]
    left = len(inner) - len(inner.lstrip())
    return start + skip + left, start + skip + max(left, len(inner.rstrip(" \t\r.,;")))
