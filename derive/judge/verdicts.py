"""What several findings say together: one verdict on all statements of a claim, and on all its readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..proof.signs import CERTAINTY
from .records import PROVED, REFUTED, UNDECIDED, Diagnosis, Verdict

OTHER, TRANSPOSED = "other", "wrong-transpose-or-index"
ONLY_IF = "true only if "
BY_SHAPES = "the dimensions of the indices"


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


def of_readings(claim: str, verdicts: list[Verdict]) -> Verdict:
    """The verdict where several readings remain: what they have in common, else undecided."""
    guesses = [verdict for verdict in verdicts if verdict.reason.startswith(ONLY_IF)]
    if len({verdict.status for verdict in verdicts}) == 1:
        if guesses and len(verdicts) > 1:
            return replace(guesses[0], alternatives=_of_guesses(verdicts, guesses))
        return replace(verdicts[0], alternatives=(*verdicts[0].alternatives, *verdicts[1:]))
    reason = f"it can be read in {len(verdicts)} ways, and their verdicts differ"
    if guesses and all(verdict.status != PROVED for verdict in verdicts):
        reason = f"{reason}; one is {guesses[0].reason}"
    return Verdict(claim, verdicts[0].reading, UNDECIDED, reason, alternatives=tuple(verdicts))


def _of_guesses(verdicts: Sequence[Verdict], guesses: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """What is shown of readings that are all undecided, so that none of them looks like the one that holds."""
    if len(guesses) < len(verdicts):
        return tuple(verdicts)
    return tuple(one for verdict in guesses for one in verdict.alternatives)


def doubted(found: Verdict, doubts: Sequence[str]) -> Verdict:
    """Undecided where only a guess makes a formula true: what was guessed could be the author's mistake."""
    reason = f"{ONLY_IF}{' and '.join(doubts)}; a notation or a symbol's meaning can say so"
    return replace(found, status=UNDECIDED, reason=reason, alternatives=(found,))


def by_shapes(text: str, reason: str, found: Diagnosis | None) -> Verdict:
    """Refuted by dimensions alone; `found` is what is wrong where all widths are the same."""
    if found is None or found.kind == OTHER:
        diagnosis = Diagnosis(TRANSPOSED, reason, found.correct if found else "")
    else:
        diagnosis = replace(found, text=f"{found.text}; {reason}")
    return Verdict(text, text, REFUTED, reason, method=BY_SHAPES, error_bits=CERTAINTY, diagnosis=diagnosis)
