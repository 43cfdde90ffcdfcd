"""What is wrong with a refuted claim: the mistake that turns the right formula into it, proved to do so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from sympy import Expr, Indexed, Rational, Symbol

from ..backward.calculus import arrays_in
from ..errors import BackproofError
from ..forward.plain import plain
from ..proof.nodes import names_in
from ..records import Equation
from ..renaming import found_in, substitute
from ..terms import Named, indices_of, name_of
from .conventions import in_words
from .judging import judged
from .mistakes.changes import Change
from .mistakes.forms import forms, unfolded, written_out
from .mistakes.setting import Setting
from .mistakes.table import MISTAKES, Mistake
from .records import REFUTED, Diagnosis, Question
from .spotcheck import Sieve, close
from .would_hold import saving_fact

PER_ROW = 400
"""So many formulas are tried for one row and one formula."""
TESTS = 6
"""So often the exact test is asked at most."""
PROOFS = 6
"""So many pairs of mistakes are handed to the exact test."""


@dataclass(frozen=True)
class Found:
    """A change that fits: the mistake, the change, and the right formula it leads to."""

    rank: int
    mistake: Mistake
    change: Change
    correct: Expr


def diagnose(question: Question) -> Diagnosis:
    """What is wrong with a refuted claim, and the right formula near to it.

    A mistake is named only where the exact test agrees that it turns the right formula into the claim; else the
    kind is "other", with how far the sides are apart where that is simple.
    """
    question = replace(question, derivatives=_not_given(question))
    sieve = Sieve(question)
    setting = Setting(question, primes=any(function.order for function in found_in(question.right, Named)))
    found = _Search(question, setting, sieve).found() if sieve.sites else ()
    saving = saving_fact(question, sieve)
    if found:
        text = "; and ".join(dict.fromkeys(one.mistake.told(_in_words(question, one.change)) for one in found))
        return Diagnosis(found[0].mistake.kind, text, _equation(question, found[0].correct), saving)
    text = _apart(question, sieve) if sieve.sites else "no point was found at which both sides have a value"
    if saving is not None:
        text = f"it holds only where {saving}"
    return Diagnosis("other", text, _equation(question, _nearest(question, setting)), saving)


def _not_given(question: Question) -> dict[str, Equation]:
    """The derivatives that have an equation; those given from outside have none."""
    return {name: e for name, e in question.derivatives.items() if name not in arrays_in(e.right)}


class _Search:
    """The search for one mistake, then for two: mended claims on one side, spoiled right formulas on the other."""

    def __init__(self, question: Question, setting: Setting, sieve: Sieve) -> None:
        self.question, self.setting, self.sieve = question, setting, sieve
        self.mended: list[tuple[float, int, Change]] = []
        self.spoiled: list[tuple[float, int, Change, Expr]] = []
        self.forms = self._right_forms()
        self.slopes = written_out(question) is not None
        self.tests = 0

    def found(self) -> tuple[Found, ...]:
        """One mistake that explains the claim, or two; none where no row fits."""
        if not any(self.sieve.right):
            return ()
        for rank, mistake in enumerate(MISTAKES):
            if (one := self._by_mending(rank, mistake) or self._by_spoiling(rank, mistake)) is not None:
                return (one,)
        return self._by_two()

    def _by_mending(self, rank: int, mistake: Mistake) -> Found | None:
        for change in _some(mistake.mend(self.question.right, self.question.ranges, self.setting)):
            value = self.sieve.value(change.formula)
            if value is None or self.slopes and change.formula == self.question.left:
                continue
            if not mistake.alone and value:
                self.mended.append((value, rank, change))
            if close(value, self.sieve.left[0]) and self._equal(self.question.left, change.formula):
                return Found(rank, mistake, change, change.formula)
        return None

    def _by_spoiling(self, rank: int, mistake: Mistake) -> Found | None:
        for form in self.forms:
            for change in _some(mistake.spoil(form, self.question.ranges, self.setting)):
                value = self._value(change)
                if value is None:
                    continue
                if not mistake.alone and value:
                    self.spoiled.append((value, rank, change, form))
                if close(value, self.sieve.right[0]) and self._equal(change.formula, self.question.right, change.line):
                    return Found(rank, mistake, change, self.forms[0])
        return None

    def _by_two(self) -> tuple[Found, ...]:
        """A mended claim that is a right formula spoiled: two mistakes."""
        table: dict[str, list[tuple[float, int, Change, Expr]]] = {}
        for one in self.spoiled:
            table.setdefault(_key(one[0]), []).append(one)
        pairs = []
        for value, rank, change in self.mended:
            for other in table.get(_key(value), ()):
                if close(value, other[0]) and not change.formula.is_number:
                    pairs.append((rank + other[1], rank, change, other))
        pairs.sort(key=lambda pair: pair[0])
        for _, rank, change, (_, second_rank, second, form) in pairs[:PROOFS]:
            if self._equal(second.formula, change.formula, second.line):
                first = Found(rank, MISTAKES[rank], change, form)
                then = Found(second_rank, MISTAKES[second_rank], second, form)
                return (first, then) if rank <= second_rank else (then, first)
        return ()

    def _right_forms(self) -> tuple[Expr, ...]:
        """Those forms of the right formula that have the value of the left side."""
        right = [f for f in forms(self.setting) if close(self.sieve.value(f), self.sieve.left[0])]
        return tuple(sorted(right, key=lambda form: distance(form, self.question.right)))

    def _value(self, change: Change) -> float | None:
        if change.line is None:
            return self.sieve.value(change.formula)
        return self.sieve.under(change.line, change.formula)

    def _equal(self, left: Expr, right: Expr, line: Equation | None = None) -> bool:
        """Whether the exact test proves it; where it can not, whether the values agree everywhere."""
        if self.tests >= TESTS:
            return False
        for site in range(1, len(self.sieve.sites)):
            here = self.sieve.under(line, left, site) if line else self.sieve.value(left, site)
            if not close(here, self.sieve.value(right, site)):
                return False
        self.tests += 1
        derivatives = {**self.question.derivatives, **({line.name: line} if line else {})}
        try:
            proof = judged(replace(self.question, left=left, right=right, derivatives=derivatives))
        except BackproofError:
            return False
        return proof.status != REFUTED


def _some(changes: Iterable[Change]) -> Iterator[Change]:
    for number, change in enumerate(changes):
        if number >= PER_ROW:
            return
        yield change


def _key(value: float) -> str:
    return f"{value:.7e}"


def _equation(question: Question, right: Expr) -> str:
    """The right formula; the left side is written out rather than set equal to itself, empty where it cannot be."""
    if right == question.left:
        right = unfolded(right, question.definitions, question.ranges)
    if right == question.left:
        return ""
    right = _by_facts(question, right)
    left, right = (in_words(side, question.words) for side in (question.left, right))
    return f"{plain(left)} = {plain(right)}"


def _by_facts(question: Question, right: Expr) -> Expr:
    """The right formula as it is derived with the declared facts, where that is nearer to the claim."""
    left, derivation = question.left, question.derivation
    if not question.facts or derivation is None or not isinstance(left, (Indexed, Symbol)):
        return right
    for result in derivation.results:
        if result.name == name_of(left):
            derived = substitute(result.right, dict(zip(indices_of(result.left), indices_of(left), strict=True)))
            others = {r.name: Equation(r.name, indices_of(r.left), r.right, r.ranges) for r in derivation.results}
            deeper = unfolded(derived, others, question.ranges)
            return min((derived, deeper, right), key=lambda form: distance(form, question.right))
    return right


def _in_words(question: Question, change: Change) -> Change:
    """The change with the author's names for derivatives."""
    parts = {
        name: in_words(part, question.words)
        for name, part in (("right", change.right), ("wrong", change.wrong))
        if isinstance(part, Expr)
    }
    return replace(change, **parts)


def _nearest(question: Question, setting: Setting) -> Expr:
    """The form of the right formula that shares most names with the claim."""
    return min(forms(setting), key=lambda form: distance(form, question.right), default=question.left)


def distance(form: Expr, claim: Expr) -> tuple[int, int]:
    """How far a form is from a claim: in the names they do not share, then in length."""
    return len(names_in(form) ^ names_in(claim)), int(form.count_ops())


def _apart(question: Question, sieve: Sieve) -> str:
    """How the sides differ, where that is simple."""
    if all(value == 0 for value in sieve.right):
        return "the right side is zero, the left side is not"
    ratios = [r / l for r, l in zip(sieve.right, sieve.left, strict=True) if l and r is not None]
    if ratios and all(close(ratio, ratios[0]) for ratio in ratios):
        number = Fraction(ratios[0]).limit_denominator(1000)
        if close(float(number), ratios[0]):
            return f"the right side is {plain(Rational(number.numerator, number.denominator))} times the left side"
    return "no single mistake, and no two, lead from the right formula to this one"
