"""A whole text of notes judged: every formula, in the light of those above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ...errors import BackproofError, InputError
from ...forward.claims import CONVENTIONS
from ...records import Model
from ..guessing import guess
from ..reading import kind_of, read_latex
from ..reading.sketch import Statement
from ..records import REFUTED
from ..verify import Judge
from .abbreviations import Abbreviations
from .chains import judge_formula
from .conventions import one_numbering, one_reading, speaks_of_delta
from .own import Own
from .records import Marked, Notes, Written

LONGEST_FAILURE = 120


@dataclass(frozen=True)
class Choices:
    """What is said from outside about notes; it goes before what they say themselves."""

    notation: str | None = None
    delta: str | None = None
    assume: tuple[str, ...] = ()
    symbols: tuple[tuple[str, str], ...] = ()

    def with_declared(self, notes: Notes) -> Choices:
        """The choices with what the notes declare."""
        said = notes.declared
        return Choices(
            self.notation or said.notation,
            self.delta or said.delta,
            tuple(dict.fromkeys((*self.assume, *said.assume))),
            (*said.symbols.items(), *self.symbols),
        )


def judge_notes(notes: Notes, model: Model, choices: Choices | None = None) -> tuple[Marked, ...]:
    """What is found of every formula of the notes.

    One notation and one meaning of delta hold for all of them. A formula that is wrong only because the author's own
    earlier result is wrong says so. Raises InputError for declarations that cannot be read.
    """
    chosen = (choices or Choices()).with_declared(notes)
    formulas = notes.formulas
    guessed = _guessed(formulas, model) if chosen.notation is None and notes.name else None
    if guessed:
        chosen = replace(chosen, notation=guessed)
    short = Abbreviations(notes)
    marked = _marked(formulas, _judge(model, chosen), short)
    if chosen.delta is None and chosen.notation is None and notes.name:
        marked = _with_sign(marked, model, chosen, short)
    marked = tuple(one for one in marked if not (one.verdict is None and one.formula.number in short.used))
    marked = one_reading(marked)
    if guessed:
        marked = tuple(replace(one, notes=(*one.notes, f"the notation is taken to be {guessed}")) for one in marked)
    return one_numbering(marked) if chosen.notation is None else marked


def _judge(model: Model, chosen: Choices) -> Judge:
    symbols: Mapping[str, str] = dict(chosen.symbols)
    return Judge(model, chosen.notation, chosen.delta, chosen.assume, symbols)


def _marked(formulas: Iterable[Written], judge: Judge, short: Abbreviations) -> tuple[Marked, ...]:
    own = Own(judge)
    found = []
    for formula in formulas:
        one = _one(formula, judge)
        if one.verdict is None:
            one = short.written_out(one, judge)
        found_of = one.verdict
        if found_of is not None and found_of.status == REFUTED:
            one = replace(one, follows=own.explains(found_of))
            own.take(found_of)
        found.append(one)
    return tuple(found)


def _one(formula: Written, judge: Judge) -> Marked:
    if formula.problem:
        return Marked(formula, error=formula.problem)
    try:
        found = judge_formula(judge, formula.claim, formula.latex)
    except BackproofError as problem:
        return Marked(formula, error=str(problem))
    except (RecursionError, OverflowError, MemoryError) as problem:
        return Marked(formula, error=f"the formula is too large to be judged ({type(problem).__name__})")
    except Exception as problem:  # one formula must not cost the verdicts on all others
        seen = " ".join(f"{type(problem).__name__}: {problem}".split())[:LONGEST_FAILURE]
        return Marked(formula, error=f"backproof itself fails on this formula ({seen})")
    return Marked(formula, found.verdict, step=found.step)


def _guessed(formulas: Iterable[Written], model: Model) -> str | None:
    """The notation of all formulas together, by what only one notation has."""
    statements: list[Statement] = []
    for formula in formulas:
        if formula.latex or (formula.latex is None and kind_of(formula.claim) == "latex"):
            try:
                statements += read_latex(formula.claim)
            except InputError:
                continue
    found = guess(statements, model) if statements else None
    return found.name if found else None


def _with_sign(marked: tuple[Marked, ...], model: Model, chosen: Choices, short: Abbreviations) -> tuple[Marked, ...]:
    """The same under another meaning of delta, where the first formula with a delta and more of them hold only so.

    At least two formulas must speak for it, so that a wrong sign in one stays a wrong sign.
    """
    affected = [one for one in marked if one.verdict is not None and speaks_of_delta(one.formula.claim)]
    if len(affected) < 2 or affected[0].status != REFUTED:
        return marked
    for meaning in CONVENTIONS[1:]:
        judge = _judge(model, replace(chosen, delta=meaning))
        first = _one(affected[0].formula, judge)
        if not first.holds:
            continue
        others = _marked((one.formula for one in marked), judge, short)
        held = [one for one in others if one.holds and speaks_of_delta(one.formula.claim)]
        if len(held) >= max(2, 1 + sum(one.holds for one in affected)):
            note = f"delta is read as {meaning} in the whole file, as formula {first.formula.number} holds only so"
            return tuple(
                replace(one, notes=(*one.notes, note)) if speaks_of_delta(one.formula.claim) else one for one in others
            )
    return marked
