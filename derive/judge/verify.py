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
from ..proof.signs import CERTAINTY
from ..records import Fact, Model, Proof
from ..renaming import found_in
from ..terms import name_of
from .batched import with_records
from .conventions import words_of
from .derivatives import Derivatives
from .diagnosis import diagnose
from .judging import judged, ratio_of
from .meaning import NOTATIONS, Reading, Setting, ShapeError, guess, readings
from .reading import kind_of, read_latex, read_matrix, read_numpy
from .reading.sketch import Name, Sketch, Statement, rebuilt, walk
from .records import PROVED, REFUTED, UNDECIDED, Diagnosis, Question, Verdict
from .squared import squared

RATES = ("eta", "alpha", "gamma", "epsilon", "mu", "lr", "rate", "η", "α")
"""Numbers that a claim may speak of though the model does not: learning rates."""
OTHER, TRANSPOSED = "other", "wrong-transpose-or-index"
BY_SHAPES = "the dimensions of the indices"


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
        if notation is not None and notation not in NOTATIONS:
            raise InputError(f"{notation} is not a known notation; known are {', '.join(NOTATIONS)}")
        if delta is not None and delta not in CONVENTIONS:
            raise InputError(f"{delta} is no meaning of delta; accepted are {', '.join(CONVENTIONS)}")
        self.model, self.delta = model, delta
        self.notation = NOTATIONS[notation] if notation is not None else None
        self.assume, self.symbols = tuple(assume), dict(symbols or {})
        self.facts: tuple[Fact, ...] = (*model.facts, *(parse_fact(text, model) for text in self.assume))
        self._derivatives = Derivatives(replace(model, facts=self.facts))
        self._scalars = tuple(name for name in RATES if name not in model.axes)

    def judge(self, claim: str) -> Verdict:
        """The verdict on one claim, which may hold several statements. Raises InputError."""
        text = claim.strip()
        kind = kind_of(text)
        if kind == "plain":
            try:
                return self.plain(text)
            except InputError:
                if "[" in text:
                    raise
            kind = "matrix"
        return together(claim, self.statements(_statements(text, kind), kind != "latex"))

    def statements(self, statements: Sequence[Statement], typed: bool = False) -> list[Verdict]:
        """The verdicts on statements of one formula; one that says what a symbol stands for is put into the others.

        Raises InputError. `typed` if the symbols are the model's own, so that shapes that do not fit are a mistake.
        """
        verdicts: dict[int, Verdict] = {}
        failures: dict[int, InputError] = {}
        for number, statement in enumerate(statements):
            try:
                verdicts[number] = self.statement(statement, typed)
            except InputError as problem:
                failures[number] = problem
        meant = {one.sides[0]: n for n, one in enumerate(statements) if _says_what_it_is(one)}
        for number, failure in failures.items():
            others = {name: statements[n].sides[-1] for name, n in meant.items() if n != number}
            filled = _filled(statements[number], others)
            if filled != statements[number]:
                verdicts[number] = self.statement(filled, typed)
            elif len(statements) == 1 or not _is_used(statements[number].sides[0], statements):
                raise failure
        if not verdicts:
            raise next(iter(failures.values()))
        return [verdicts[number] for number in sorted(verdicts)]

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
        verdict = _of_readings(statement.text, [self.of_reading(statement.text, one) for one in found])
        said = (f"the notation is taken to be {guessed.name}",) if guessed else ()
        return replace(verdict, notes=(*said, *verdict.notes))

    def _misshapen(self, statement: Statement, reason: str, typed: bool) -> Verdict:
        """The verdict on a formula whose shapes fit in no way: refuted if it is sure what the symbols stand for."""
        reason = reason.partition(": ")[2] or reason
        try:
            setting = Setting(squared(self.model), self.notation, self.symbols, self.delta, typed)
            found = self.same_widths.of_reading(statement.text, readings(statement, setting)[0]).diagnosis
        except InputError:
            found = None
        if typed or self.notation is not None or found and found.kind not in (OTHER, TRANSPOSED):
            return _by_shapes(statement.text, reason, found)
        said = f"as far as it can be read, its shapes do not fit: {reason}"
        return Verdict(statement.text, statement.text, UNDECIDED, said)

    def plain(self, text: str, scalars: Iterable[str] = ()) -> Verdict:
        """The verdict on a claim in the plain language; `scalars` are numbers that the model does not have.

        Raises InputError.
        """
        try:
            return self._judged(text, self.question(text, scalars))
        except DimensionClash as clash:
            return self._clashing(text, str(clash))

    def question(self, text: str, scalars: Iterable[str] = ()) -> Question:
        """What a claim in the plain language asks. Raises InputError."""
        convention = self.delta or (self.notation.delta if self.notation else CONVENTIONS[0])
        known = dict.fromkeys((*self._scalars, *scalars))
        left, right, ranges = parse_equation(text, self.model, delta=convention, scalars=known)
        names = {name_of(node) for side in (left, right) for node in found_in(side, (Indexed, Symbol))}
        asked = sorted(name for name in names if name not in self.model.axes)
        equations = self._derivatives.equations(asked)
        derivation = self._derivatives.derivation(asked)
        own = tuple(name for name in known if name in names)
        words = words_of(text, self.model, convention)
        return Question(left, right, ranges, self.model, equations, derivation, self.facts, own, words)

    def proportional(self, text: str) -> Verdict:
        """The verdict on a claim that two sides are the same but for one positive number. Raises InputError."""
        question = self.question(text)
        ratio = ratio_of(question)
        if ratio is None or ratio <= 0:
            return self._judged(text, question)
        return self._judged(text, replace(question, right=question.right / ratio))

    def _judged(self, text: str, question: Question) -> Verdict:
        proof = judged(replace(question, facts=()))
        if proof.status != PROVED and self.facts:
            proof = fewest(question, judged(question))
        diagnosis = diagnose(question) if proof.status == REFUTED else None
        return Verdict(
            text,
            text,
            proof.status,
            proof.reason,
            (),
            proof.assuming if proof.status == PROVED else (),
            proof.widths,
            proof.method,
            proof.error_bits,
            proof.witness,
            diagnosis,
        )

    def _clashing(self, text: str, clash: str) -> Verdict:
        """The verdict where an index runs over two widths: nothing of the kind is true, whatever the widths are."""
        if len({axis for axes in self.model.axes.values() for axis in axes}) == 1:
            raise InputError(clash)
        try:
            found = self.same_widths.plain(text).diagnosis
        except InputError:
            found = None
        return _by_shapes(text, clash.removeprefix(f"{shortened(text)}: "), found)

    @cached_property
    def same_widths(self) -> Judge:
        """The judge of the same network with one width everywhere."""
        return Judge(squared(self.model), None, self.delta, self.assume, self.symbols)

    def of_reading(self, claim: str, reading: Reading) -> Verdict:
        """The verdict on a claim as it is read. Raises InputError."""
        judge = self._for_records if reading.records else self
        if reading.relation == "~":
            verdicts = [judge.proportional(text) for text in reading.claims]
        else:
            verdicts = [judge.plain(text, reading.scalars) for text in reading.claims]
        found = replace(together(claim, verdicts), notes=reading.notes)
        return _doubted(found, reading.doubts) if reading.doubts and found.status == PROVED else found

    @cached_property
    def _for_records(self) -> Judge:
        """The judge of claims about all records at once."""
        facts = [text for text in self.assume if text not in {fact.text for fact in self.model.facts}]
        model = with_records(replace(self.model, facts=self.facts) if facts else self.model)
        return Judge(model, None, None, (), self.symbols)


def fewest(question: Question, proof: Proof) -> Proof:
    """The same proof with as few of the facts as it needs, all of which it names."""
    if proof.status != PROVED:
        return proof
    for fact in question.facts:
        fewer = tuple(other for other in question.facts if other != fact)
        without = judged(replace(question, facts=fewer))
        if without.status == PROVED:
            return fewest(replace(question, facts=fewer), without)
    return replace(proof, assuming=tuple(fact.text for fact in question.facts))


def together(claim: str, verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on statements that are all claimed: the first that is refuted, else undecided, speaks for all."""
    for status in (REFUTED, UNDECIDED):
        for verdict in verdicts:
            if verdict.status == status:
                return replace(verdict, claim=claim)
    first = verdicts[0]
    if len(verdicts) == 1:
        return replace(first, claim=claim)
    tested = tuple(widths for v in verdicts if not isinstance(v.widths, str) for widths in v.widths)
    return replace(
        first,
        claim=claim,
        reading="; ".join(dict.fromkeys(v.reading for v in verdicts)),
        assuming=tuple(dict.fromkeys(fact for v in verdicts for fact in v.assuming)),
        widths=tested or "all",
        error_bits=min(v.error_bits for v in verdicts) - (len(verdicts) - 1).bit_length(),
    )


def _of_readings(claim: str, verdicts: list[Verdict]) -> Verdict:
    """The verdict where several readings remain: what they have in common, else undecided."""
    if len({verdict.status for verdict in verdicts}) == 1:
        return replace(verdicts[0], alternatives=(*verdicts[0].alternatives, *verdicts[1:]))
    reason = f"it can be read in {len(verdicts)} ways, and their verdicts differ"
    return Verdict(claim, verdicts[0].reading, UNDECIDED, reason, alternatives=tuple(verdicts))


def _doubted(found: Verdict, doubts: Sequence[str]) -> Verdict:
    """Undecided where only a guess makes a formula true: what was guessed could be the author's mistake."""
    reason = f"true only if {' and '.join(doubts)}; a notation or a symbol's meaning can say so"
    return replace(found, status=UNDECIDED, reason=reason, alternatives=(found,))


def _by_shapes(text: str, reason: str, found: Diagnosis | None) -> Verdict:
    """Refuted by dimensions alone; `found` is what is wrong where all widths are the same."""
    if found is None or found.kind == OTHER:
        diagnosis = Diagnosis(TRANSPOSED, reason, found.correct if found else "")
    else:
        diagnosis = replace(found, text=f"{found.text}; {reason}")
    return Verdict(text, text, REFUTED, reason, method=BY_SHAPES, error_bits=CERTAINTY, diagnosis=diagnosis)


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


def _statements(text: str, kind: str) -> tuple[Statement, ...]:
    if kind == "latex":
        return read_latex(text)
    return (read_matrix(text) if kind == "matrix" else read_numpy(text),)
