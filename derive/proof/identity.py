"""Whether two expressions are equal: exactly, for all values, at all widths."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from sympy import Expr, Symbol

from ..errors import InputError
from ..records import Equation, Fact, Formula, Proof
from ..renaming import nameless
from ..terms import free_indices
from .any_signs import without_signs
from .assignments import TooMany
from .cache import key_of
from .exact import UNTRIED, Differs, certainty, guard
from .general import generalised
from .points import OutsideDomain
from .probe import Needs, needs
from .problem import Problem, declared
from .reals import DIGITS
from .relevant import relevant
from .signs import CERTAINTY
from .widths import Plan, plan
from .witness import agree, counterexample, sides

FIELD = "exact in a tower of prime fields, guarded by 60-digit reals"
SAME = "the same formula but for the names of bound indices"
LEAST = 60
SEARCH = 40

_known: dict[object, tuple[tuple[Expr, Expr], Proof]] = {}


def decide(
    left: Expr,
    right: Expr,
    *,
    ranges: Mapping[Symbol, Expr] = {},
    definitions: Mapping[str, Equation] = {},
    facts: tuple[Fact, ...] = (),
    functions: Mapping[str, Formula] = {},
    cached: bool = True,
) -> Proof:
    """Whether left = right for all values of the atoms and free indices, at every width.

    `ranges` gives the dimension of each free index, `definitions` the equations of arrays that
    are no atoms, `functions` the formulas of functions known by name; only `facts` are assumed.
    Equality is meant where both sides are defined, off the kinks. Raises UnknownNode for a node
    the checker has no rule for, InputError for a free index without a range.
    """
    for letter in (free_indices(left) | free_indices(right)) - set(ranges):
        raise InputError(f"index {letter} has no range in {left} = {right}")
    facts = tuple(fact for fact in facts if fact.array not in definitions)
    definitions = relevant(left, right, definitions)
    if not cached:
        return _judged(left, right, ranges, definitions, facts, functions)
    key = key_of(left, right, ranges, definitions, facts, functions)
    known = _known.get(key)
    if known is not None and (known[1].status == "proved" and known[1].widths == "all" or known[0] == (left, right)):
        return known[1]
    proof = _judged(left, right, ranges, definitions, facts, functions)
    _known[key] = ((left, right), proof)
    return proof


def _judged(left: Expr, right: Expr, *context: Any) -> Proof:
    """The verdict; one formula under two sets of names is equal whatever it says."""
    if left == right or nameless(left) == nameless(right):
        return Proof("proved", SAME, error_bits=CERTAINTY)
    return _decide(left, right, *context)


def _decide(
    left: Expr,
    right: Expr,
    ranges: Mapping[Symbol, Expr],
    definitions: Mapping[str, Equation],
    facts: tuple[Fact, ...],
    functions: Mapping[str, Formula],
) -> Proof:
    problem = Problem(left, right, ranges, definitions, declared(facts), functions)
    chosen = plan(problem)
    if not chosen.complete and (proof := by_another(generalised(problem), facts, complete=True)):
        return proof
    asked = needs(problem, chosen.widths[-1])
    assuming = _assumed(facts, asked)
    try:
        bits = certainty(problem, chosen)
        if bits < LEAST and (proof := by_another(without_signs(problem), facts)):
            return proof
        bits = bits if bits != UNTRIED else certainty(problem, chosen, sampled=True)
    except Differs as found:
        return _refuted_or_not(problem, chosen, asked, found, assuming)
    except (TooMany, OutsideDomain) as untested:
        return Proof("undecided", FIELD, _widths(chosen), assuming=assuming, reason=str(untested))
    try:
        guard(problem, chosen.widths[-1])
    except Differs as found:
        if bits < LEAST:
            return _refuted_or_not(problem, chosen, asked, found, assuming)
        reason = f"equal in the exact test, but not to {DIGITS} digits at a point: too much cancels there"
        return Proof("undecided", FIELD, _widths(chosen), int(bits), assuming, reason=reason)
    except OutsideDomain as outside:
        return Proof("undecided", FIELD, _widths(chosen), assuming=assuming, reason=str(outside))
    if bits < LEAST:
        return Proof("undecided", FIELD, _widths(chosen), int(bits), assuming, reason=_unsure(asked, bits))
    return Proof("proved", FIELD, _widths(chosen), int(bits), assuming)


def by_another(problem: Problem | None, facts: tuple[Fact, ...], complete: bool = False) -> Proof | None:
    """The proof of a more general equation; None where there is none, or (`complete`) none for all widths."""
    if problem is None:
        return None
    chosen = plan(problem)
    if complete and not chosen.complete:
        return None
    try:
        bits = certainty(problem, chosen)
        if bits < LEAST:
            return by_another(without_signs(problem), facts, complete)
        guard(problem, chosen.widths[-1])
    except (Differs, TooMany, OutsideDomain):
        return None
    asked = needs(problem, chosen.widths[-1])
    return Proof("proved", FIELD, _widths(chosen), int(bits), _assumed(facts, asked))


def attempt(
    left: Expr,
    right: Expr,
    *,
    ranges: Mapping[Symbol, Expr] = {},
    definitions: Mapping[str, Equation] = {},
    facts: tuple[Fact, ...] = (),
    functions: Mapping[str, Formula] = {},
    complete: bool = True,
) -> Proof | None:
    """A proof that left = right, with the arguments of `decide`; None where there is none, whatever that means.

    With `complete`, one for all widths. No counterexample is looked for. Raises UnknownNode.
    """
    if left == right or nameless(left) == nameless(right):
        return Proof("proved", SAME, error_bits=CERTAINTY)
    facts = tuple(fact for fact in facts if fact.array not in definitions)
    problem = Problem(left, right, ranges, relevant(left, right, definitions), declared(facts), functions)
    found = by_another(problem, facts, complete)
    return found or (by_another(generalised(problem), facts, complete=True) if complete else None)


def _assumed(facts: tuple[Fact, ...], asked: Needs) -> tuple[str, ...]:
    return tuple(fact.text for fact in facts if fact.array in asked.atoms)


def _widths(chosen: Plan) -> str | tuple[Mapping[str, int], ...]:
    if chosen.complete:
        return "all"
    return tuple({str(d): n for d, n in widths.items()} for widths in chosen.widths)


def _unsure(asked: Needs, bits: float) -> str:
    if asked.base is None:
        return f"agrees to {DIGITS} digits; exponentials and logarithms are nested too deep for the exact test"
    if asked.bits < 1:
        return f"agrees to {DIGITS} digits; its degree is too high for the exact test"
    return f"agrees wherever it was tested, but an error has a chance of 2^-{int(bits)}: too many signs to try them all"


def _refuted_or_not(problem: Problem, chosen: Plan, asked: Needs, found: Differs, assuming: tuple[str, ...]) -> Proof:
    """A difference in the field counts only if the reals show one too."""
    random = Random(4)
    fixed = {**found.point.drawn_bits, **found.point.bits}
    for attempt in range(SEARCH):
        bits = fixed if attempt % 2 == 0 else {}
        try:
            point, left, right = sides(
                problem, found.widths, found.env, random, bits=bits, labels=found.point.labels if bits else {}
            )
        except (OutsideDomain, OverflowError):
            continue
        if agree(left, right) is False:
            witness = counterexample(problem, list(found.widths), (point, found.widths, found.env))
            return Proof("refuted", FIELD, _widths(chosen), CERTAINTY, assuming, witness)
    reason = f"agrees to {DIGITS} digits at {SEARCH} points; "
    if asked.opaque:
        reason += f"contains {', '.join(asked.opaque)}, for which there is no exact test"
    else:
        reason += "the exact test, which knows no order between sums, cannot confirm it"
    return Proof("undecided", FIELD, _widths(chosen), assuming=assuming, reason=reason)
