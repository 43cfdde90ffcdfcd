"""Symbols that an author makes up, such as ``e_k = a_k - y_k``, put into the formulas that use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...errors import BackproofError, InputError
from ..reading import read_latex
from ..reading.sketch import Apply, Name, Product, Sketch, Statement, rebuilt, walk
from ..verify import Judge
from .chains import of_statements
from .forward import RESULTS
from .records import Marked, Notes


@dataclass(frozen=True)
class _Short:
    """A symbol's meaning, the statement that gives it, and the number of the formula it stands in, if it is one."""

    means: Sketch
    statement: Statement
    number: int | None


class Abbreviations:
    """What the symbols of some notes stand for; `used` are the numbers of the formulas that say so and were used."""

    def __init__(self, notes: Notes) -> None:
        self.used: set[int] = set()
        self._short: dict[Name, _Short] = {}
        texts: list[tuple[str, int | None]] = [(text, None) for text in notes.asides]
        texts += [(one.claim, one.number) for one in notes.formulas if one.latex and not one.problem]
        for text, number in texts:
            for statement in _read(text):
                key = _key(statement)
                if key is not None:
                    self._short.setdefault(key, _Short(statement.sides[1], statement, number))

    def written_out(self, one: Marked, judge: Judge) -> Marked:
        """What is found of an unreadable formula with the author's symbols written out; the same where it has none.

        Only symbols count that mean nothing in the model.
        """
        statements = _read(one.formula.claim) if one.formula.latex and not one.formula.problem else ()
        found = {node for statement in statements for node in walk(*statement.sides) if isinstance(node, Name)}
        defined = {statement.sides[0] for statement in statements}
        keys = [key for key in self._short if key in found - defined and _means_nothing(self._short[key], judge)]
        if not keys:
            return one
        meaning = {key: self._short[key].means for key in keys}
        filled = [replace(s, sides=tuple(_filled(side, meaning) for side in s.sides)) for s in statements]
        try:
            result = of_statements(judge, one.formula.claim, filled)
        except BackproofError:
            return one
        self.used |= {number for key in keys if (number := self._short[key].number) is not None}
        said = ", ".join(self._short[key].statement.text for key in keys)
        verdict = replace(result.verdict, notes=(*result.verdict.notes, f"with your {said}"))
        return Marked(one.formula, verdict, step=result.step)


def _read(text: str) -> tuple[Statement, ...]:
    try:
        return read_latex(text)
    except InputError:
        return ()


def _key(statement: Statement) -> Name | None:
    """The symbol that a statement gives a meaning; None where it is no such statement."""
    left = statement.sides[0]
    if len(statement.sides) != 2 or statement.signs != ("=",) or not isinstance(left, Name):
        return None
    if left.stem in RESULTS or left.order or "d" in left.marks or left in set(walk(statement.sides[1])):
        return None
    return left


def _means_nothing(short: _Short, judge: Judge) -> bool:
    try:
        judge.statement(short.statement)
    except BackproofError:
        return True
    return False


def _filled(node: Sketch, meaning: Mapping[Name, Sketch]) -> Sketch:
    """The formula with symbols written out; a meaning is not written out again."""
    if isinstance(node, Name) and node in meaning:
        return meaning[node]
    if isinstance(node, Apply) and node.head in meaning and len(node.arguments) == 1:
        return Product((_filled(node.head, meaning), _filled(node.arguments[0], meaning)), ("",))
    return rebuilt(node, lambda child: _filled(child, meaning))
