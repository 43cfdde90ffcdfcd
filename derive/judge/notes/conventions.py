"""Conventions that hold for a whole file: what delta means, and one way of reading what can be read in several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..records import PROVED, UNDECIDED, Verdict
from .records import Marked

_NUMBERED = re.compile(r"_\{?\s*\d|\^\s*\{?\s*[(\[]\s*\d|(?<![\w\\])[A-Za-z]+\d+(?!\w)")
_NUMBERING = re.compile(r"the input is layer|lead to the next")
_DELTA = re.compile(r"(?<![A-Za-z])delta|δ")


def speaks_of_delta(text: str) -> bool:
    """Whether a formula has an error term."""
    return bool(_DELTA.search(text))


def one_reading(marked: Sequence[Marked]) -> tuple[Marked, ...]:
    """Formulas that can be read in several ways, all read as the first of them that then holds.

    Nothing is chosen where a formula elsewhere in the file can only be read otherwise.
    """
    affected = [one for one in marked if one.verdict is not None and _open(one.verdict)]
    for first in affected:
        assert first.verdict is not None
        right = [one for one in first.verdict.alternatives if one.status == PROVED]
        if not right:
            continue
        chosen, rejected = _difference(first.verdict, right[0])
        if not (chosen or rejected) or not _everywhere(marked, rejected):
            continue
        told = ", ".join(sorted(chosen)) or "without " + ", ".join(sorted(rejected))
        note = f"read so in the whole file: {told}, as formula {first.formula.number} holds only so"
        return tuple(_settled(one, rejected, note) for one in marked)
    return tuple(marked)


def one_numbering(marked: Sequence[Marked]) -> tuple[Marked, ...]:
    """The layers numbered as in the first formula that holds; what is read otherwise is left undecided."""
    numbered = [one for one in marked if one.verdict is not None and _NUMBERED.search(one.formula.claim)]
    first = next((one for one in numbered if one.holds), None)
    if first is None:
        return tuple(marked)
    usual = _numbering(first)
    others = {one.formula.number for one in numbered if _numbering(one) != usual}
    how = ", ".join(sorted(usual)) or "the input is layer 0"
    reason = f"it could only be read with the layers numbered otherwise than in formula {first.formula.number}: {how}"
    return tuple(_left_open(one, reason) if one.formula.number in others else one for one in marked)


def _numbering(one: Marked) -> frozenset[str]:
    return frozenset(note for note in (one.verdict.notes if one.verdict is not None else ()) if _NUMBERING.search(note))


def _left_open(one: Marked, reason: str) -> Marked:
    assert one.verdict is not None
    verdict = one.verdict
    other = Verdict(verdict.claim, verdict.reading, UNDECIDED, reason, verdict.notes, alternatives=(verdict,))
    return replace(one, verdict=other, step=None, follows=())


def _open(verdict: Verdict) -> bool:
    """Whether readings differ in their verdicts."""
    return verdict.status == UNDECIDED and len({one.status for one in verdict.alternatives}) > 1


def _difference(verdict: Verdict, chosen: Verdict) -> tuple[frozenset[str], frozenset[str]]:
    """What is said of the chosen reading only, and of the others only."""
    every = [frozenset(one.notes) for one in verdict.alternatives]
    common = frozenset.intersection(*every)
    own = frozenset(chosen.notes) - common
    return own, frozenset().union(*every) - common - own


def _everywhere(marked: Sequence[Marked], rejected: frozenset[str]) -> bool:
    """Whether every formula can be read so."""
    for one in marked:
        if one.verdict is None:
            continue
        ways = one.verdict.alternatives or (one.verdict,)
        if all(rejected & set(way.notes) for way in ways):
            return False
    return True


def _settled(one: Marked, rejected: frozenset[str], note: str) -> Marked:
    if one.verdict is None or not _open(one.verdict):
        return one
    left = [way for way in one.verdict.alternatives if not rejected & set(way.notes)]
    if len({way.status for way in left}) != 1:
        return one
    others = tuple(way for way in one.verdict.alternatives if way not in left)
    verdict = replace(left[0], claim=one.verdict.claim, alternatives=others)
    return replace(one, verdict=verdict, notes=(*one.notes, note))
