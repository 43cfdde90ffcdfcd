"""What follows correctly from an author's own wrong result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from sympy import Expr, Indexed, Symbol

from ...errors import BackproofError
from ...proof.nodes import names_in
from ...records import Equation
from ...terms import indices_of, name_of
from ..batched import result_with_records
from ..judging import judged
from ..records import PROVED, REFUTED, Question, Verdict
from ..verify import Judge

MOST = 4
"""So many wrong results are tried together."""


@dataclass(frozen=True)
class Wrong:
    """A result that an author got wrong: what it says, what it is called, the derivatives it may be written in."""

    equation: Equation
    title: str
    derivatives: Mapping[str, Equation]


@dataclass
class Own:
    """The results an author got wrong, by name: those for one record, and those for all records at once."""

    judge: Judge
    wrong: tuple[dict[str, Wrong], dict[str, Wrong]] = field(default_factory=lambda: ({}, {}))

    def take(self, verdict: Verdict) -> None:
        """Remember a refuted result; one for a single record says something of all of them too."""
        question = self._question(verdict)
        if verdict.status != REFUTED or question is None:
            return
        equation, title = _solved(question), _title(verdict.reading)
        if equation is None or equation.name not in question.derivatives:
            return
        self.wrong[verdict.records][equation.name] = Wrong(equation, title, question.derivatives)
        lifted = None if verdict.records else result_with_records(equation, self.judge.model)
        if lifted is not None:
            known = self.judge.for_records.derivatives.equations(names_in(lifted.right) | {lifted.name})
            self.wrong[True][lifted.name] = Wrong(lifted, title, known)

    def explains(self, verdict: Verdict) -> tuple[str, ...]:
        """The wrong results from which a refuted formula follows; none where it does not."""
        wrong = self.wrong[verdict.records]
        question = self._question(verdict) if wrong and verdict.status == REFUTED else None
        if question is None:
            return ()
        asked = _solved(question)
        usable = [name for name in reversed(wrong) if asked is None or name != asked.name]
        for names in _choices(usable):
            definitions = _with(question, [wrong[name] for name in names])
            if definitions and _follows(replace(question, derivatives=definitions)):
                return tuple(wrong[name].title for name in names)
        return ()

    def _question(self, verdict: Verdict) -> Question | None:
        try:
            judge = self.judge.for_records if verdict.records else self.judge
            return judge.question(verdict.reading)
        except BackproofError:
            return None


def _with(question: Question, wrong: Sequence[Wrong]) -> dict[str, Equation] | None:
    """The derivatives with the author's own in their place; None where one would rest on itself."""
    found = dict(question.derivatives)
    for one in wrong:
        found = {**one.derivatives, **found}
    found |= {one.equation.name: one.equation for one in wrong}
    return None if _circular(found) else found


def _choices(names: list[str]) -> Iterator[tuple[str, ...]]:
    """One wrong result, then several together."""
    for count in range(1, min(len(names), MOST) + 1):
        yield from combinations(names[:MOST], count)


def _follows(question: Question) -> bool:
    try:
        return judged(replace(question, facts=())).status == PROVED or (
            bool(question.facts) and judged(question).status == PROVED
        )
    except BackproofError:
        return False


def _solved(question: Question) -> Equation | None:
    """A claim as an equation for the derivative on its left; None where that stands not alone."""
    left, right = question.left, question.right
    negative, entry = _signed(left)
    if entry is None:
        return None
    indices = indices_of(entry) if isinstance(entry, Indexed) else ()
    if len(set(indices)) < len(indices) or not all(isinstance(i, Symbol) and i in question.ranges for i in indices):
        return None
    name = name_of(entry)
    if name in names_in(right):
        return None
    return Equation(name, tuple(indices), -right if negative else right, dict(question.ranges))


def _signed(left: Expr) -> tuple[bool, Expr | None]:
    for negative, entry in ((False, left), (True, -left)):
        if isinstance(entry, Indexed | Symbol):
            return negative, entry
    return False, None


def _title(reading: str) -> str:
    """What a result is called: the left side without its sign and indices."""
    left = reading.partition("=")[0].strip().removeprefix("-").strip()
    kept, depth = "", 0
    for sign in left:
        depth += (sign == "[") - (sign == "]")
        kept += sign if depth == 0 and sign != "]" else ""
    return kept


def _circular(equations: Mapping[str, Equation]) -> bool:
    """Whether a name is defined by itself, through others."""
    needs = {name: names_in(equation.right) & set(equations) for name, equation in equations.items()}
    while needs:
        free = [name for name, others in needs.items() if not others & set(needs)]
        if not free:
            return True
        for name in free:
            del needs[name]
    return False
