"""Loops over arrays, joined where they run over the same places and nothing is read before it is written.

A place in a line is a text in which letters stand in marks, ``x[«p'1», «t'3» + «s'4»]``: every loop has a letter of its
own, and gets a name when it is printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from .. import parts

Places = tuple[str, ...]
Access = tuple[str, Places]
"""An array, and where: fewer places than it has axes stand for all that lies behind them."""


def mark(letter: str) -> str:
    """A letter as it stands in lines."""
    return f"«{letter}»"


@dataclass(frozen=True)
class Line:
    """One statement, with the arrays and numbers it writes and reads; `note` is the equation it belongs to."""

    text: str
    written: tuple[Access, ...]
    read: tuple[Access, ...]
    note: str = ""

    def at(self, old: str, new: str) -> Line:
        """The line with another letter."""
        return self.put(mark(old), mark(new))

    def put(self, old: str, new: str) -> Line:
        """The line with a text in place of another one."""
        written, read = (
            tuple((name, tuple(p.replace(old, new) for p in places)) for name, places in side)
            for side in (self.written, self.read)
        )
        return replace(self, text=self.text.replace(old, new), written=written, read=read)


@dataclass
class Loop:
    """`body` for every value of `letter` below `size`, which is `count` where that is known."""

    letter: str
    size: str
    count: int | None
    body: list[Statement]

    def at(self, old: str, new: str) -> Loop:
        """The loop with another letter inside."""
        return replace(self, body=[statement.at(old, new) for statement in self.body])


Statement = Line | Loop


def nest(letters: Iterable[tuple[str, str, int | None]], body: list[Statement]) -> list[Statement]:
    """Loops over letters with their sizes, the first outermost."""
    for letter, size, count in reversed(list(letters)):
        body = [Loop(letter, size, count, body)]
    return body


def lines_in(statement: Statement) -> Iterator[Line]:
    """All lines, in order."""
    if isinstance(statement, Line):
        yield statement
    else:
        for inner in statement.body:
            yield from lines_in(inner)


def letters_of(statement: Statement) -> Iterator[str]:
    """The letters of all loops, the outermost first."""
    if isinstance(statement, Loop):
        yield statement.letter
        for inner in statement.body:
            yield from letters_of(inner)


def relettered(statement: Statement, old: str, new: str) -> Statement:
    """A statement with another letter, of its loops too."""
    if isinstance(statement, Line):
        return statement.at(old, new)
    letter = new if statement.letter == old else statement.letter
    return replace(statement, letter=letter, body=[relettered(inner, old, new) for inner in statement.body])


def texts_in(statement: Statement) -> Iterator[str]:
    """What stands in a statement, without its notes."""
    if isinstance(statement, Line):
        yield statement.text
    else:
        yield statement.size
        for inner in statement.body:
            yield from texts_in(inner)


def _touched(statement: Statement) -> tuple[dict[str, list[Places]], set[str]]:
    """All places at which each array is written or read, and which arrays are written."""
    places: dict[str, list[Places]] = {}
    for line in lines_in(statement):
        for name, where in (*line.written, *line.read):
            places.setdefault(name, []).append(where)
    return places, {name for line in lines_in(statement) for name, _ in line.written}


def shared(one: Statement, other: Statement) -> set[str]:
    """What one of them writes and the other one writes or reads."""
    (first, written), (second, written_too) = _touched(one), _touched(other)
    return (written & second.keys()) | (written_too & first.keys())


def can_join(one: Loop, other: Loop) -> bool:
    """Whether `other` may run inside `one`: all they share, each turn touches at its own place only."""
    if one.size != other.size:
        return False
    first, second = _touched(one)[0], _touched(other)[0]
    return all(
        any(
            all(where[axis : axis + 1] == (mark(one.letter),) for where in first[name])
            and all(where[axis : axis + 1] == (mark(other.letter),) for where in second[name])
            for axis in range(len(first[name][0]))
        )
        for name in shared(one, other)
    )


def place(statements: list[Statement], new: Statement) -> None:
    """Add a statement at the end, or inside an earlier loop, past statements that share nothing with it.

    An entry is set as early as it can be, so that later loops find nothing between them and those they may join.
    """
    if isinstance(new, Loop):
        for earlier in reversed(statements):
            if isinstance(earlier, Loop) and can_join(earlier, new):
                for inner in new.body:
                    place(earlier.body, inner.at(new.letter, earlier.letter))
                return
            if shared(earlier, new):
                break
    place_of = len(statements)
    if isinstance(new, Line) and (not new.read or all(where for _, where in new.written)):
        while place_of and not shared(statements[place_of - 1], new):
            place_of -= 1
    statements.insert(place_of, new)


def printed(statements: Iterable[Statement], named: Callable[[str], str], indent: int = 4) -> list[str]:
    """The statements as text; `named` gives a free name for a letter, which nested loops do not share."""
    return [f"{' ' * (indent - 4)}{row}" for s in statements for row in _rows(s, named, {}, indent)]


def _rows(statement: Statement, named: Callable[[str], str], scope: dict[str, str], indent: int) -> list[str]:
    if isinstance(statement, Line):
        written = re.sub("«(.*?)»", lambda found: scope[found[1]], statement.text)
        return parts.commented(written, statement.note, indent).split("\n") if statement.note else [written]
    name = named(statement.letter.partition("'")[0])
    while name in scope.values():
        name += "_"
    inner = {**scope, statement.letter: name}
    rows = [row for s in statement.body for row in _rows(s, named, inner, indent + 4)]
    return [f"for {name} in range({statement.size}):", *(f"    {row}" for row in rows)]
