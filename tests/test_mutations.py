"""Thousands of formulas, wrong and right, made from the derivations of many models: each verdict has to be right."""

import pytest
from mutations import EQUAL, MODELS, gap, made_by, question, rewritten, spoiled

from derive.judge.diagnosis import diagnose
from derive.judge.judging import judged

SAMPLE, NAMING, SWEEP = 5, 2, 105
"""Formulas of each sort for each model: judged and named in an ordinary run, and in the long one."""
NAMED = 0.95
"""In so many of the wrong formulas at least the right mistake is named."""


@pytest.mark.parametrize("name", MODELS)
def test_wrong_formulas(name):
    judge_wrong(name, 1, SAMPLE)


@pytest.mark.parametrize("name", MODELS)
def test_right_formulas(name):
    judge_right(name, 1, SAMPLE)


def test_mistakes_are_named():
    found = [said for name in MODELS for said in judge_wrong(name, 3, NAMING, naming=True)]
    missed = [said for said in found if said]
    assert len(found) > len(MODELS)
    assert len(missed) <= (1 - NAMED) * len(found) + 1, missed


@pytest.mark.sweep
@pytest.mark.parametrize("name", MODELS)
def test_many(name):
    found = judge_wrong(name, 2, SWEEP, naming=True)
    judge_right(name, 2, SWEEP)
    assert sum(said is None for said in found) >= (NAMED - 0.1) * len(found), [said for said in found if said]


def judge_wrong(name, seed, count, naming=False):
    """No formula with a mistake in it is proved, unless floats say that it happens to be right.

    With `naming`, an entry for each refuted formula: None, or what was said where another mistake was named.
    """
    found = []
    for claim in spoiled(name, seed, count):
        asked = question(name, claim.text)
        far, proof = gap(asked), judged(asked)
        if proof.status == "proved":
            assert far is None or far < EQUAL, claim
        elif proof.status == "refuted":
            assert far is None or far > EQUAL / 1000, claim
            if naming:
                said = diagnose(asked)
                named = said.kind == claim.mistake.kind or made_by(said.kind, asked)
                found.append(None if named else (claim.text, claim.mistake.name, said))
    return found


def judge_right(name, seed, count):
    """No rewritten right formula is refuted, and nearly all are proved."""
    undecided = []
    for claim in rewritten(name, seed, count):
        asked = question(name, claim.text)
        status = judged(asked).status
        assert status != "refuted", claim
        if status != "proved":
            undecided.append(claim)
    assert len(undecided) <= count // 4, undecided
