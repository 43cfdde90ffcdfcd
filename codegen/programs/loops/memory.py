"""What loops keep: entries that one turn makes and reads are numbers, arrays share memory where lives allow it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from .fusing import Line, Loop, Statement, lines_in, mark

Touched = dict[str, list[tuple[str, ...]]]


def with_starts(first: Iterable[Line], statements: Iterable[Statement]) -> list[Statement]:
    """The statements, each line of `first` right before the first of them that it matters to."""
    waiting = list(first)
    result: list[Statement] = []
    for statement in statements:
        here = touched(statement)
        ready = [line for line in waiting if line.written[0][0] in here]
        waiting = [line for line in waiting if line not in ready]
        result += [*ready, statement]
    return [*result, *waiting]


def touched(statement: Statement) -> Touched:
    """All places at which each array is written or read."""
    found: Touched = {}
    for line in lines_in(statement):
        for name, where in (*line.written, *line.read):
            found.setdefault(name, []).append(where)
    return found


def entries_as_numbers(
    statements: Sequence[Statement], arrays: Iterable[str], fresh: Callable[[str], str]
) -> list[Statement]:
    """An array of which only one turn of some loops knows an entry becomes a number in these loops."""
    result = list(statements)
    for name in arrays:
        users = [n for n, s in enumerate(result) if name in touched(s)]
        if len(users) == 1:
            result[users[0]] = _as_number(result[users[0]], name, (), fresh)
    return result


def _as_number(statement: Statement, name: str, letters: tuple[str, ...], fresh: Callable[[str], str]) -> Statement:
    """The statement with a number for the entry of the array at the letters of the loops around, where it has one."""
    if isinstance(statement, Line):
        return statement
    letters = (*letters, mark(statement.letter))
    places = touched(statement)[name]
    users = [n for n, s in enumerate(statement.body) if name in touched(s)]
    if len(users) == 1 and isinstance(statement.body[users[0]], Loop):
        body = list(statement.body)
        body[users[0]] = _as_number(body[users[0]], name, letters, fresh)
        return replace(statement, body=body)
    (where, *others) = dict.fromkeys(places)
    if others or not where or {*where} != {*letters} or not _begins_written(statement.body[users[0]], name):
        return statement
    number = fresh(f"{name}_")
    return _renamed(statement, f"{name}[{', '.join(where)}]", name, number)


def _begins_written(statement: Statement, name: str) -> bool:
    """Whether the first line about an array writes it without reading it."""
    line = next(line for line in lines_in(statement) if name in {n for n, _ in (*line.written, *line.read)})
    return name in {n for n, _ in line.written} and name not in {n for n, _ in line.read}


def _renamed(statement: Statement, entry: str, name: str, number: str) -> Statement:
    """The statement with a number in place of an entry."""
    if isinstance(statement, Loop):
        return replace(statement, body=[_renamed(s, entry, name, number) for s in statement.body])
    written, read = (
        tuple((number, ()) if n == name else (n, where) for n, where in side)
        for side in (statement.written, statement.read)
    )
    text = re.sub(rf"(?<!\w){re.escape(entry)}", number, statement.text)
    return replace(statement, text=text, written=written, read=read)


def shared_memory(
    statements: Sequence[Statement], shapes: Mapping[str, tuple[str, ...]], kept: set[str]
) -> dict[str, str]:
    """The array in whose memory each array lies: one of its shape that nobody reads any more when it is written."""
    order = [name for s in statements for name in touched(s) if name in shapes and name not in kept]
    memory: dict[str, str] = {}
    holders: dict[str, list[str]] = {}
    for name in dict.fromkeys(order):
        fitting = [place for place, held in holders.items() if shapes[place] == shapes[name]]
        free = [place for place in fitting if all(_is_over(statements, old, name) for old in holders[place])]
        place = free[-1] if free else name
        memory[name] = place
        holders.setdefault(place, []).append(name)
    return memory


def _is_over(statements: Sequence[Statement], old: str, new: str) -> bool:
    """Whether `old` is read for the last time before `new` is written for the first time, entry by entry."""
    last = max(n for n, s in enumerate(statements) if old in touched(s))
    first = min(n for n, s in enumerate(statements) if new in touched(s))
    if last != first:
        return last < first
    statement = statements[last]
    before, after = touched(statement)[old], touched(statement)[new]
    if isinstance(statement, Line):
        return len({*before, *after}) == 1 and before[0] != ()
    at = mark(statement.letter)
    along = any(all(where[axis : axis + 1] == (at,) for where in (*before, *after)) for axis in range(len(before[0])))
    return along and _is_over(statement.body, old, new)


def in_memory(statement: Statement, memory: Mapping[str, str]) -> Statement:
    """The statement with the names of the arrays whose memory is written and read."""
    if isinstance(statement, Loop):
        return replace(statement, body=[in_memory(s, memory) for s in statement.body])
    named = {name: memory.get(name, name) for name, _ in (*statement.written, *statement.read)}
    text = re.sub(r"(?<![\w«.'])[A-Za-z_]\w*", lambda word: named.get(word.group(), word.group()), statement.text)
    written, read = (
        tuple((named[name], where) for name, where in side) for side in (statement.written, statement.read)
    )
    return replace(statement, text=text, written=written, read=read)
