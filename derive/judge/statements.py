"""Several statements in one formula: each is judged, and what one says that a symbol stands for is put into others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..errors import InputError
from .reading import read_latex, read_matrix, read_numpy
from .reading.sketch import Name, Sketch, Statement, rebuilt, walk
from .records import Verdict


def statements_of(text: str, kind: str) -> tuple[Statement, ...]:
    """The statements of a formula in a notation; `kind` says in which language it is written. Raises InputError."""
    if kind == "latex":
        return read_latex(text)
    return (read_matrix(text) if kind == "matrix" else read_numpy(text),)


def each(statements: Sequence[Statement], judge: Callable[[Statement], Verdict]) -> list[Verdict]:
    """The verdicts on statements of one formula, by a judge of one statement.

    One that cannot be read is read with the symbols that others explain; one that only explains them may stay
    unread. Raises InputError.
    """
    verdicts: dict[int, Verdict] = {}
    failures: dict[int, InputError] = {}
    for number, statement in enumerate(statements):
        try:
            verdicts[number] = judge(statement)
        except InputError as problem:
            failures[number] = problem
    meant = {one.sides[0]: n for n, one in enumerate(statements) if _says_what_it_is(one)}
    for number, failure in failures.items():
        others = {name: statements[n].sides[-1] for name, n in meant.items() if n != number}
        filled = _filled(statements[number], others)
        if filled != statements[number]:
            verdicts[number] = judge(filled)
        elif len(statements) == 1 or not _is_used(statements[number].sides[0], statements):
            raise failure
    if not verdicts:
        raise next(iter(failures.values()))
    return [verdicts[number] for number in sorted(verdicts)]


def _says_what_it_is(statement: Statement) -> bool:
    """Whether a statement may say what a symbol stands for."""
    return isinstance(statement.sides[0], Name) and statement.signs == ("=",)


def _is_used(symbol: Sketch, statements: Sequence[Statement]) -> bool:
    """Whether a symbol that one statement explains stands in another."""
    return sum(symbol in walk(*one.sides) for one in statements) > 1


def _filled(statement: Statement, meant: Mapping[Sketch, Sketch]) -> Statement:
    """The statement with symbols as what they stand for."""

    def put_in(node: Sketch) -> Sketch:
        return meant[node] if node in meant else rebuilt(node, put_in)

    return replace(statement, sides=tuple(map(put_in, statement.sides)))
