"""Entries that are read again right after they were written: held as numbers, which no store in between can change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from .fusing import Access, Line, Statement

Name = Callable[[str], str]


def held(statements: Iterable[Statement], name: Name) -> list[Statement]:
    """The statements, in every loop each entry stored once, after all that is made of it in between."""
    result: list[Statement] = []
    run: list[Line] = []
    for statement in statements:
        if isinstance(statement, Line):
            run.append(statement)
            continue
        result += [*_held_lines(run, name), replace(statement, body=held(statement.body, name))]
        run = []
    return [*result, *_held_lines(run, name)]


def _held_lines(lines: Sequence[Line], name: Name) -> list[Line]:
    """Lines that follow one another, an entry that is read again as a number."""
    rest = list(lines)
    done: list[Line] = []
    while rest:
        line = rest.pop(0)
        entry = _entry(line)
        again = [n for n, other in enumerate(rest) if entry in other.read]
        if entry is None or not again or _is_seen_otherwise(entry, rest):
            done.append(line)
            continue
        number = name(entry[0])
        done.append(_storing(line, entry, number))
        over = next((n for n, other in enumerate(rest) if entry in other.written), None)
        last = len(rest) if over is None else over + 1
        rest[:last] = [_reading(other, entry, number) for other in rest[:last]]
        if over is None:
            rest.insert(0, Line(f"{_text(entry)} = {number}", (entry,), ((number, ()),)))
    return done


def _entry(line: Line) -> Access | None:
    """The entry of an array that a line sets."""
    (access,) = line.written if len(line.written) == 1 else (("", ()),)
    return access if access[1] and line.text.startswith(f"{_text(access)} = ") else None


def _is_seen_otherwise(entry: Access, lines: Iterable[Line]) -> bool:
    """Whether the array is also read or written at another place, or the entry added to."""
    name, where = entry
    others = {access for line in lines for access in (*line.written, *line.read) if access[0] == name}
    return others != {entry} or any(line.text.startswith(f"{_text(entry)} += ") for line in lines)


def _text(entry: Access) -> str:
    return f"{entry[0]}[{', '.join(entry[1])}]"


def _storing(line: Line, entry: Access, number: str) -> Line:
    text = f"{number}{line.text.removeprefix(_text(entry))}"
    return replace(line, text=text, written=((number, ()),))


def _reading(line: Line, entry: Access, number: str) -> Line:
    """The line with the number where it reads the entry."""
    target, equals, value = line.text.partition(" = ")
    if not equals:
        target, equals, value = line.text.partition(" += ")
    value = re.sub(rf"(?<!\w){re.escape(_text(entry))}", number, value)
    read = tuple((number, ()) if access == entry else access for access in line.read)
    return replace(line, text=f"{target}{equals}{value}", read=read)
