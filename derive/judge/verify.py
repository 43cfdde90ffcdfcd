"""A claim in any notation, read and judged: the verdict, with its readings and the name of the mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from sympy import Indexed, Symbol

from ..errors import DimensionClash, InputError
from ..forward.claims import CONVENTIONS, parse_equation
from ..forward.facts import parse_fact
from ..forward.reading import shortened
from ..records import Fact, Model
from ..renaming import found_in
from ..terms import name_of
from .answers import answered, up_to_a_factor
from .batched import with_records
from .conventions import free_number, mixed_layers, words_of
from .derivatives import Derivatives
from .meaning import NOTATIONS, Reading, Setting, ShapeError, guess, readings
from .notations import unknown_notation
from .reading import kind_of
from .reading.sketch import Statement
from .records import PROVED, REFUTED, UNDECIDED, Question, Verdict
from .squared import mistake_in, squared
from .statements import each, statements_of
from .verdicts import OTHER, TRANSPOSED, by_shapes, doubted, of_readings, together

RATES = ("eta", "alpha", "gamma", "epsilon", "mu", "lr", "rate", "η", "α")
"""Numbers that a claim may speak of though the model does not: learning rates."""


def verify(
    claim: str,
    model: Model,
    notation: str | None = None,
    delta: str | None = None,
    assume: Iterable[str] = (),
    symbols: Mapping[str, str] | None = None,
) -> Verdict:
    """Whether a formula about `model` holds: proved, refuted with a counterexample and the mistake, or undecided.

    The claim may be in the plain language, in LaTeX, in matrix form, or a NumPy expression. `notation` is a row of
    the table of notations; `delta` says what deltaN means, by default as the notation does, else dC/dz. `assume`
    declares facts such as ``sum(k, y[k]) = 1``; `symbols` says what single symbols mean, ``{"o_j": "a1[j]"}``.
    Raises InputError for what cannot be read.
    """
    return Judge(model, notation, delta, assume, symbols).judge(claim)


class Judge:
    """Judges claims about one model; what was derived for one claim serves the next."""

    def __init__(
        self,
        model: Model,
        notation: str | None = None,
        delta: str | None = None,
        assume: Iterable[str] = (),
        symbols: Mapping[str, str] | None = None,
    ) -> None:
        if not isinstance(model, Model):
            raise InputError(f"formulas are judged about a Model, such as MLP([4, 3, 5]), not {type(model).__name__}")
        if notation is not None and notation not in NOTATIONS:
            raise unknown_notation(notation)
        if delta is not None and delta not in CONVENTIONS:
            raise InputError(f"{delta} is no meaning of delta; accepted are {', '.join(CONVENTIONS)}")
        self.model, self.delta = model, delta
        self.notation = NOTATIONS[notation] if notation is not None else None
        self.assume, self.symbols = tuple(assume), dict(symbols or {})
        self.facts: tuple[Fact, ...] = (*model.facts, *(parse_fact(text, model) for text in self.assume))
        self.derivatives = Derivatives(replace(model, facts=self.facts))
        self._scalars = tuple(name for name in RATES if name not in model.axes)

    def judge(self, claim: str) -> Verdict:
        """The verdict on one claim, which may hold several statements. Raises InputError."""
        text = claim.strip()
        kind = kind_of(text)
        if kind == "plain":
            try:
                return self.plain(text, free_number(text, self.model))
            except InputError:
                if "[" in text:
                    raise
            kind = "matrix"
        return together(claim, self.statements(statements_of(text, kind), kind != "latex"))

    def statements(self, statements: Sequence[Statement], typed: bool = False) -> list[Verdict]:
        """The verdicts on statements of one formula; one that says what a symbol stands for is put into the others.

        Raises InputError. `typed` if the symbols are the model's own, so that shapes that do not fit are a mistake.
        """
        return each(statements, lambda statement: self.statement(statement, typed))

    def statement(self, statement: Statement, typed: bool = False) -> Verdict:
        """The verdict on one statement in a notation, over all its readings. Raises InputError.

        Where it is `typed`, layers are numbered as the model numbers them, whatever the notation does in print.
        """
        guessed = guess((statement,), self.model) if self.notation is None and not typed else None
        notation = self.notation or guessed
        try:
            found = readings(statement, Setting(self.model, notation, self.symbols, self.delta, typed))
        except ShapeError as misfit:
            return self._misshapen(statement, str(misfit), typed)
        verdict = of_readings(statement.text, [self.of_reading(statement.text, one) for one in found])
        said = (f"the notation is taken to be {guessed.name}",) if guessed else ()
        return replace(verdict, notes=(*said, *verdict.notes))

    def _misshapen(self, statement: Statement, reason: str, typed: bool) -> Verdict:
        """The verdict on a formula whose shapes fit in no way: refuted if it is sure what the symbols stand for."""
        reason = reason.partition(": ")[2] or reason
        try:
            setting = Setting(squared(self.model), self.notation, self.symbols, self.delta, typed)
            found = mistake_in(self.same_widths.of_reading(statement.text, readings(statement, setting)[0]))
        except InputError:
            found = None
        if typed or self.notation is not None or found and found.kind not in (OTHER, TRANSPOSED):
            return by_shapes(statement.text, reason, found)
        said = f"as far as it can be read, its shapes do not fit: {reason}"
        return Verdict(statement.text, statement.text, UNDECIDED, said)

    def plain(self, text: str, scalars: Iterable[str] = ()) -> Verdict:
        """The verdict on a claim in the plain language; `scalars` are numbers that the model does not have.

        Raises InputError.
        """
        try:
            return answered(text, self.question(text, scalars))
        except DimensionClash as clash:
            return self._clashing(text, str(clash))

    def question(self, text: str, scalars: Iterable[str] = ()) -> Question:
        """What a claim in the plain language asks. Raises InputError."""
        convention = self.delta or (self.notation.delta if self.notation else CONVENTIONS[0])
        known = dict.fromkeys((*self._scalars, *scalars))
        left, right, ranges = parse_equation(text, self.model, delta=convention, scalars=known)
        names = {name_of(node) for side in (left, right) for node in found_in(side, (Indexed, Symbol))}
        asked = sorted(name for name in names if name not in self.model.axes)
        equations = self.derivatives.equations(asked)
        derivation = self.derivatives.derivation(asked)
        own = tuple(name for name in known if name in names)
        words = words_of(text, self.model, convention)
        return Question(left, right, ranges, self.model, equations, derivation, self.facts, own, words)

    def proportional(self, text: str) -> Verdict:
        """The verdict on a claim that two sides are the same but for one positive number. Raises InputError."""
        return answered(text, up_to_a_factor(self.question(text)))

    def _clashing(self, text: str, clash: str) -> Verdict:
        """The verdict where an index runs over two widths: nothing of the kind is true, whatever the widths are."""
        if len({axis for axes in self.model.axes.values() for axis in axes}) == 1:
            raise InputError(clash)
        try:
            found = mistake_in(self.same_widths.plain(text))
        except InputError:
            found = None
        return by_shapes(text, clash.removeprefix(f"{shortened(text)}: "), found)

    @cached_property
    def same_widths(self) -> Judge:
        """The judge of the same network with one width everywhere."""
        return Judge(squared(self.model), None, self.delta, self.assume, self.symbols)

    def of_reading(self, claim: str, reading: Reading) -> Verdict:
        """The verdict on a claim as it is read. Raises InputError."""
        judge = self.for_records if reading.records else self
        if reading.relation == "~":
            verdicts = [judge.proportional(text) for text in reading.claims]
        else:
            verdicts = [judge.plain(text, reading.scalars) for text in reading.claims]
        found = replace(together(claim, verdicts), notes=reading.notes, records=reading.records)
        if found.status == REFUTED and self.notation is None and (why := mixed_layers(found.reading, reading.notes)):
            reason = f"{why}; a notation or a symbol's meaning can say so"
            return replace(found, status=UNDECIDED, reason=reason, witness=None, diagnosis=None)
        return doubted(found, reading.doubts) if reading.doubts and found.status == PROVED else found

    @cached_property
    def for_records(self) -> Judge:
        """The judge of claims about all records at once."""
        facts = [text for text in self.assume if text not in {fact.text for fact in self.model.facts}]
        model = with_records(replace(self.model, facts=self.facts) if facts else self.model)
        return Judge(model, None, None, (), self.symbols)
