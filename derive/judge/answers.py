"""The answer to one question: proved with as few facts as it needs, or refuted with the mistake that was made."""

from __future__ import annotations

from dataclasses import replace

from ..records import Proof
from .diagnosis import diagnose
from .judging import judged, ratio_of
from .records import PROVED, REFUTED, Question, Verdict


def answered(text: str, question: Question) -> Verdict:
    """The verdict on a claim in the plain language, by what it asks."""
    proof = judged(replace(question, facts=()))
    if proof.status != PROVED and question.facts:
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


def up_to_a_factor(question: Question) -> Question:
    """The same question with the right side divided by the positive number that it is too large by, if it is one."""
    ratio = ratio_of(question)
    return question if ratio is None or ratio <= 0 else replace(question, right=question.right / ratio)


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
