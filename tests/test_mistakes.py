"""Typical mistakes: planted one by one in right formulas, found again, and told in the formula's own names."""

import pytest
from mutations import MODELS, formulas, made_by, model, question, results, setting_of, shuffled

from derive import Model
from derive.forward import parse_equation, plain
from derive.judge.derivatives import Derivatives
from derive.judge.diagnosis import diagnose
from derive.judge.judging import judged
from derive.judge.mistakes import KINDS, MISTAKES, forms
from derive.judge.records import Question
from derive.judge.spotcheck import Sieve, close

PLANTED = [
    ("sigmoid-softmax", "delta1[j] = sum(k, W2[k,j]*delta2[k])", "missing-derivative", "sigmoid'(z1[j]) is missing"),
    ("sigmoid-softmax", "delta1[j] = sum(k, W2[k,j]*delta2[k])*a1[j]", "missing-derivative", "sigmoid'(z1[j]) belongs"),
    (
        "sigmoid-softmax",
        "delta1[j] = sum(k, W2[k,j]*delta2[k])*sigmoid'(a1[j])",
        "derivative-at-wrong-point",
        "sigmoid'(a1[j]) stands where sigmoid'(z1[j]) belongs",
    ),
    (
        "tanh-identity",
        "delta1[j] = sum(k, W2[k,j]*delta2[k])*(1 - tanh(tanh(z1[j]))^2)",
        "derivative-at-wrong-point",
        "tanh'(z1[j])",
    ),
    ("sigmoid-softmax", "delta1[j] = -sum(k, W2[k,j]*delta2[k])*a1[j]*(1 - a1[j])", "wrong-sign", "the right side"),
    ("sigmoid-sse", "delta2[k] = 2*(a2[k] + y[k])*a2[k]*(1 - a2[k])", "wrong-sign", "y[k]"),
    ("sigmoid-sse", "delta2[k] = (a2[k] - y[k])*a2[k]*(1 - a2[k])", "missing-factor", "the factor 2 is missing"),
    ("tanh-mse", "delta2[k] = 2*(a2[k] - y[k])*(1 - a2[k]^2)", "missing-factor", "the factor 1/n2 is missing"),
    ("tanh-identity", "dC/db2[k] = 2*delta2[k]", "extra-factor", "the factor 2 is one too many"),
    ("square", "delta1[j] = sum(k, W2[j,k]*delta2[k])*(1 - a1[j]^2)", "wrong-transpose-or-index", "W2[k,j] belongs"),
    ("tanh-identity", "delta1[j] = W2[k,j]*delta2[k]*(1 - a1[j]^2)", "missing-sum", "the sum over k is missing"),
    ("tied", "dC/dW[j,i] = delta1[j]*x[i]", "missing-sum", "r is forgotten"),
    ("deep", "dC/dW3[k,j] = delta3[k]*z2[j]", "wrong-layer", "z2[j] stands where a2[j] belongs"),
    ("square", "dC/dW1[j,i] = delta2[j]*x[i]", "wrong-layer", "delta2[j] stands where delta1[j] belongs"),
    ("smoothing", "delta[k] = dC/da[k]*a[k]*(1 - a[k])", "softmax-diagonal-only", "only its diagonal"),
    ("penalty", "dC/dW1[j,i] = delta1[j]*x[i]", "missing-regulariser-factor", "lam*W1[j,i] is missing"),
    ("penalty", "dC/dW1[j,i] = delta1[j]*x[i] + W1[j,i]", "missing-regulariser-factor", "the factor lam"),
    ("penalty", "dC/dW1[j,i] = delta1[j]*x[i] + 2*lam*W1[j,i]", "missing-regulariser-factor", "the factor 1/2"),
    ("sigmoid-softmax", "dC/dW1[j,i] = delta1[j]", "missing-factor", "the factor x[i] is missing"),
    ("sigmoid-softmax", "dC/db1[j] = delta1[j]*a1[j]", "extra-factor", "the factor a1[j] is one too many"),
    (
        "sigmoid-sse",
        "delta1[j] = sum(k, (W2[k,j] - dC/dW2[k,j])*delta2[k])*a1[j]*(1 - a1[j])",
        "other",
        "the weights are those after the update",
    ),
    ("sigmoid-sse", "delta1[j] = sum(k, W2[k,j]*delta2[k])*(1 - a1[j]^2)", "other", "another activation"),
    ("tanh-identity", "delta1[j] = -sum(k, W2[k,j]*delta2[k])*a1[j]^2", "other", "1 is missing"),
    (
        "tanh-identity",
        "delta1[j] = sum(k, W2[k,j]*delta2[k])*(1 - a1[j])",
        "missing-factor",
        "1 - a1[j] stands where 1 - a1[j]^2 belongs: the square is missing",
    ),
    (
        "sigmoid-sse",
        "delta2[k] = 2*(a2[k]^2 - y[k])*a2[k]*(1 - a2[k])",
        "extra-factor",
        "a2[k]^2 - y[k] stands where a2[k] - y[k] belongs: the square is one too many",
    ),
    ("tanh-identity", "delta1[j] = 0", "other", "the right side is zero"),
    ("tanh-mse", "delta2[k] = 2*(a2[k] - y[k])", "missing-derivative", "tanh'(z2[k]) is missing; and "),
]


def test_rows_are_complete():
    assert len({row.name for row in MISTAKES}) == len(MISTAKES)
    for row in MISTAKES:
        assert row.kind in KINDS and row.says[0] not in " A" and not row.says.endswith(".")
    assert {row.kind for row in MISTAKES} == set(KINDS)


@pytest.mark.parametrize("name, claim, kind, words", PLANTED, ids=[f"{p[2]}: {p[1]}" for p in PLANTED])
def test_mistake_is_named(name, claim, kind, words):
    asked = question(name, claim)
    assert judged(asked).status == "refuted"
    found = diagnose(asked)
    assert found.kind == kind and words in found.text, found
    assert judged(question(name, found.correct)).status == "proved", found


@pytest.mark.parametrize("row", MISTAKES, ids=[row.name for row in MISTAKES])
def test_every_row_is_found_again(row):
    """Somewhere each row spoils a formula, and the spoiled formula is told to be of its kind."""
    if not any(change for name in ("penalty", "skip", "smoothing", "square") for change in _spoiled(row, name)):
        assert any(row.mend(q.right, q.ranges, setting_of("square", e)) for e, q in _questions("square"))
        return
    for name in ("penalty", "skip", "smoothing", "square"):
        for text in _spoiled(row, name)[:1]:
            asked = question(name, text)
            if judged(asked).status == "refuted":
                found = diagnose(asked)
                assert found.kind == row.kind or made_by(found.kind, asked), (text, found)


def _spoiled(row, name):
    import random

    texts = []
    for equation, _ in _questions(name):
        setting = setting_of(name, equation)
        for formula in formulas(row, forms(setting)[0], setting)[:1]:
            texts.append(f"{plain(equation.left)} = {shuffled(formula, random.Random(row.name))}")
    return texts


def _questions(name):
    return [(e, question(name, f"{plain(e.left)} = {plain(e.right)}")) for e in results(name)]


def test_fact_that_would_save_the_claim_is_named():
    bare = Model.parse(model("kl").text.split("\nassume")[0])
    left, right, ranges = parse_equation("delta[k] = a[k] - y[k]", bare)
    made = Derivatives(bare)
    asked = Question(left, right, ranges, bare, made.equations(["delta"]), made.derivation(["delta"]))
    assert diagnose(asked).would_hold_if == "sum(k, y[k]) = 1"


def test_no_fact_saves_a_wrong_sign():
    assert diagnose(question("smoothing", "delta[k] = y[k] - a[k]")).would_hold_if is None


@pytest.mark.parametrize("name", MODELS[::4])
def test_values_tell_forms_from_spoiled_forms(name):
    """All forms have the value of the left side; a formula with another sign has not."""
    for equation, asked in _questions(name)[:3]:
        sieve = Sieve(asked)
        assert sieve.sites
        for form in forms(setting_of(name, equation)):
            assert all(map(close, sieve.values(form), sieve.left))
            assert not any(map(close, sieve.values(-form), sieve.left))
