"""Straight-line code for tiny networks: loops of known size written out, entries of arrays as plain numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .fusing import Access, Line, Loop, Places, Statement, lines_in, mark
from .lowering import START, WHOLE

LONGEST = 300
"""How many statements are written out at most."""
TOGETHER = 8
"""How many entries begin in one line."""

Entries = dict[str, list[Places]]
"""Arrays of which each entry is a number of its own, with the places of these."""


def unrolled(
    first: Iterable[Line], statements: Iterable[Statement], outputs: Iterable[str], records: str | None,
    taken: frozenset[str],
) -> list[Statement] | None:  # fmt: skip
    """The statements written out; None where that would be long, or where more than the number of records is open.

    Entries of `outputs` are stored when they are done. None as well where an entry's name is `taken`.
    """
    statements = list(statements)
    if any(size != records for s in statements for size in _open_sizes(s)) or sum(map(_length, statements)) > LONGEST:
        return None
    written_out = [inner for s in statements for inner in _written_out(s)]
    entries = _entries([line for s in written_out for line in lines_in(s)])
    entries = {name: places for name, places in entries.items() if name not in outputs or not _turns(places)}
    if any(_name(name, where) in taken for name, places in entries.items() for where in places):
        return None
    starts = list(first)
    body: list[Statement] = [_begun(s, starts, entries) for s in written_out]
    body = [*(line for start in starts for line in _started(start, entries)), *body]
    stored = _stored(body, entries, set(outputs))
    readers = Counter(access for s in stored for line in lines_in(s) for access in set(line.read))
    return [_named(s, entries) for s in _summed(stored, readers)]


def _open_sizes(statement: Statement) -> Iterator[str]:
    """The sizes of loops that are not known."""
    if isinstance(statement, Loop):
        if statement.count is None:
            yield statement.size
        for inner in statement.body:
            yield from _open_sizes(inner)


def _length(statement: Statement) -> int:
    """How many lines there will be."""
    if isinstance(statement, Line):
        return 1
    return (1 if statement.count is None else statement.count) * sum(map(_length, statement.body))


def _written_out(statement: Statement) -> Iterator[Statement]:
    """A loop of known size once for every value of its letter; of the others the inside."""
    if isinstance(statement, Line):
        yield statement
        return
    inside = [inner for s in statement.body for inner in _written_out(s)]
    if statement.count is None:
        yield replace(statement, body=inside)
    for value in range(statement.count or 0):
        for inner in inside:
            yield _put(inner, mark(statement.letter), str(value), keep_note=value == 0)


def _put(statement: Statement, old: str, new: str, keep_note: bool) -> Statement:
    if isinstance(statement, Line):
        line = statement.put(old, new)
        return line if keep_note else replace(line, note="")
    return replace(statement, body=[_put(inner, old, new, keep_note) for inner in statement.body])


def _entries(lines: list[Line]) -> Entries:
    """The arrays that are written, where numbers and at most the turn of one loop tell each entry."""
    found: dict[str, dict[Places, None]] = {}
    for line in lines:
        for name, where in (*line.written, *line.read):
            found.setdefault(name, {})[where] = None
    written = {name: None for line in lines for name, where in line.written if where}
    return {name: list(found[name]) for name in written if _are_known(found[name])}


def _are_known(places: Iterable[Places]) -> bool:
    turns = _turns(places)
    return len(turns) <= 1 and all(re.fullmatch("«[^»]*»", turn) for turn in turns)


def _turns(places: Iterable[Places]) -> set[str]:
    return {place for where in places for place in where if not place.isdigit()}


def _name(array: str, where: Places) -> str:
    """The name of an entry."""
    return "_".join([array, *(place for place in where if place.isdigit())]) + "_" * all(not p.isdigit() for p in where)


def _entry(array: str, where: Places) -> str:
    return f"{array}[{', '.join(where)}]"


def _begun(statement: Statement, starts: list[Line], entries: Entries) -> Statement:
    """A loop with the starts of what belongs to one of its turns, which are taken from `starts`."""
    if isinstance(statement, Line):
        return statement
    own = [s for s in starts if _turns(entries.get(s.written[0][0], [])) == {mark(statement.letter)}]
    for start in own:
        starts.remove(start)
    return replace(statement, body=[*(line for s in own for line in _started(s, entries)), *statement.body])


def _started(line: Line, entries: Entries) -> list[Line]:
    """The start of an array as the start of each of its entries."""
    array = line.written[0][0]
    filled = re.search(r"\.fill\((.*)\)", line.text)
    if array not in entries or filled is None:
        return [line]
    names = [_name(array, where) for where in sorted(entries[array])]
    rows = [names[n : n + TOGETHER] for n in range(0, len(names), TOGETHER)]
    return [Line(f"{' = '.join(row)} = {filled[1]}", (), ()) for row in rows]


def _stored(statements: list[Statement], entries: Entries, outputs: set[str]) -> list[Statement]:
    """The statements, the last of each output's entries written into the array, or stored at the end."""
    waiting = {(name, where) for name in outputs & entries.keys() for where in entries[name]}
    result: list[Statement] = []
    for statement in reversed(statements):
        touched = {access for line in lines_in(statement) for access in (*line.written, *line.read)} & waiting
        if isinstance(statement, Line) and len(touched) == 1 and {*statement.written} == touched:
            entry, _, value = statement.text.partition(" = ")
            if value:
                statement = replace(statement, text=f"{entry.replace('[', '«[»', 1)} = {value}")
                waiting -= touched
                touched = set()
        result += [
            Line(f"{_entry(*access).replace('[', '«[»', 1)} = {_name(*access)}", (), ())
            for access in sorted(touched, reverse=True)
        ]
        waiting -= touched
        result.append(statement)
    return result[::-1]


def _summed(statements: list[Statement], readers: Mapping[Access, int]) -> list[Statement]:
    """A number that starts at 0 and is added to in the lines right below becomes one sum.

    `readers` says how many lines read each number: one that only the next line copies gets the copy's name.
    """
    result: list[Statement] = []
    for statement in statements:
        if isinstance(statement, Loop):
            statement = replace(statement, body=_summed(statement.body, readers))
        last = result[-1] if result else None
        if isinstance(statement, Line) and isinstance(last, Line) and statement.read == last.written:
            target, _, value = statement.text.partition(" = ")
            total, _, terms = last.text.partition(" = ")
            if value == total and all(readers[access] == 1 for access in last.written):
                result[-1] = replace(last, text=f"{target} = {terms}", written=statement.written)
                continue
        if isinstance(statement, Line) and isinstance(last, Line) and last.written == statement.written:
            value = last.text.partition(" = ")[2]
            target, added, term = statement.text.partition(" += ")
            if added and last.text.startswith(f"{target} = "):
                term = f"({term})" if term.startswith("-") else term
                text = f"{target} = {term}" if value in (WHOLE["sum"], START["sum"]) else f"{last.text} + {term}"
                read = (*last.read, *(r for r in statement.read if r not in statement.written))
                result[-1] = replace(last, text=text, read=read, note=last.note or statement.note)
                continue
        result.append(statement)
    return result


def _named(statement: Statement, entries: Entries) -> Statement:
    """A statement with numbers in place of the entries of arrays."""
    if isinstance(statement, Loop):
        return replace(statement, body=[_named(inner, entries) for inner in statement.body])
    text = statement.text
    for name, where in {*statement.written, *statement.read}:
        if name in entries and where:
            text = re.sub(rf"\b{re.escape(_entry(name, where))}", _name(name, where), text)
    return replace(statement, text=text.replace("«[»", "["))
