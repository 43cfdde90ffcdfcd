"""NumPy formulas mean what NumPy computes for records as rows: verdicts against NumPy itself, at several widths."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from random import Random

import numpy as np
import pytest
from sympy import Integer

from derive import MLP, Judge, Model
from derive.errors import InputError
from derive.judge import answers
from derive.judge.notes import judge_notes, loose
from derive.proof.problem import Problem
from derive.proof.some_widths import three_widths
from derive.terms import dimension

WIDTHS = ((6, 4, 3, 5), (7, 2, 5, 3), (2, 5, 4, 3), (4, 3, 2, 6))
AXES = ("", "axis=0", "axis=1", "axis=-1", "axis=-2", "0", "axis=2", "axis=None", "keepdims=True")
AXES += ("axis=0, keepdims=True", "axis=1, keepdims=True", "axis=-1, keepdims=True")
COUNTS = ("N", "N", "len(X)", "X.shape[0]", "A2.shape[-2]", "Y.shape[1]", "A1.shape[-1]", "len(W2)", "W2.shape[1]")
COUNTS += ("A2.size", "1", "len(b2)", "X.shape[1]")
OUTPUTS = ("(A2 - Y)", "(A2 - Y)", "(A2 - Y)", "A2", "(Y - A2)", "(A2 - Y.T)")
SLOPES = ("A1 * (1 - A1)", "A1 * (1 - A1)", "(A1 - A1**2)", "A1", "b1")
BACK = ("@ W2", "@ W2", "@ W2.T", "* W2", "@ (W2 * b1)")


@cache
def judge() -> Judge:
    return Judge(MLP([4, 3, 5]))


def reduced(random: Random, of: str) -> str:
    """A sum or a mean of an array, along any axis or none."""
    kind, axis = random.choice(("sum", "mean")), random.choice(AXES)
    return f"{of}.{kind}({axis})" if random.random() < 0.5 else f"np.{kind}({of}{', ' * bool(axis)}{axis})"


def weights(random: Random) -> str:
    out, hidden, count = random.choice(OUTPUTS), random.choice(("A1", "A1", "X", "Z1")), random.choice(COUNTS)
    many = f"({out}[:, :, None] * {hidden}[:, None, :])"
    product = (f"{out}.T @ {hidden}", f"{hidden}.T @ {out}", f"({hidden}.T @ {out}).T", f"np.dot({out}.T, {hidden})")
    forms = (*product, *product, f"{out} @ {hidden}.T", reduced(random, many), f"np.outer({out}, {hidden})")
    return f"dW2 = {random.choice(forms)} / {count}"


def biases(random: Random) -> str:
    out, count = random.choice(OUTPUTS), random.choice((*COUNTS, "1", "1", "1"))
    if random.random() < 0.5:
        back = f"(({out} {random.choice(BACK)}) * {random.choice(SLOPES)})"
        return f"db1 = {reduced(random, back)} / {count}"
    return f"db2 = {reduced(random, random.choice((out, f'{out}.T')))} / {count}"


def outputs(random: Random) -> str:
    exp = "np.exp(Z2)"
    plain = f"{exp} / {reduced(random, exp)}"
    turned = f"({exp}.T / {reduced(random, exp)}).T"
    linear = random.choice(("A1 @ W2.T", "A1 @ W2", "W2 @ A1", "W2 @ A1.T", "(W2 @ A1.T).T", "np.dot(A1, W2.T)"))
    shifted = f"Z2 = {linear} + {random.choice(('b2', 'b2.T', 'b2[:, None]', 'b2[None, :]', 'b1'))}"
    return random.choice((f"A2 = {plain}", f"A2 = {turned}", f"A2 = {plain}", shifted))


def costs(random: Random) -> str:
    inner = reduced(random, random.choice(("(Y*np.log(A2))", "(Y*np.log(A2))", "(A2*np.log(Y))")))
    outer = random.choice((inner, reduced(random, inner), reduced(random, inner)))
    return f"C = -{outer} / {random.choice((*COUNTS, '1', '1', '1'))}"


KINDS = (weights, biases, outputs, costs)


def arrays(widths: tuple[int, ...]) -> dict[str, object]:
    """All arrays of the network at some widths, and their true gradients."""
    N, n0, n1, n2 = widths
    draw = np.random.default_rng(sum(widths)).normal
    X, W1, b1, W2, b2 = draw(size=(N, n0)), draw(size=(n1, n0)), draw(size=n1), draw(size=(n2, n1)), draw(size=n2)
    Y = np.exp(draw(size=(N, n2)))
    Y /= Y.sum(axis=1, keepdims=True)
    Z1 = X @ W1.T + b1
    A1 = 1 / (1 + np.exp(-Z1))
    Z2 = A1 @ W2.T + b2
    A2 = np.exp(Z2) / np.exp(Z2).sum(axis=1, keepdims=True)
    back = (A2 - Y) @ W2 * A1 * (1 - A1)
    truth = {"dW2": (A2 - Y).T @ A1 / N, "db2": (A2 - Y).mean(axis=0), "db1": back.mean(axis=0)}
    names = {"X": X, "Y": Y, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "N": N}
    return {**names, **truth, "C": -np.mean(np.sum(Y * np.log(A2), axis=1)), "np": np, "len": len}


def is_true(claim: str) -> bool:
    """Whether both sides are the same in NumPy at all widths; a first axis of length 1 makes no difference."""
    left, _, right = claim.partition(" = ")
    for widths in WIDTHS:
        names = arrays(widths)
        try:
            given, true = np.asarray(eval(right, {}, names)), np.asarray(names[left])
        except (ValueError, IndexError):
            return False
        given = given.reshape(given.shape[next((n for n, size in enumerate(given.shape) if size > 1), given.ndim) :])
        if given.shape != true.shape or not np.allclose(given, true):
            return False
    return True


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_verdict_contradicts_numpy(kind, seed, monkeypatch):
    monkeypatch.setattr(answers, "diagnose", lambda question: None, raising=False)
    random = Random(seed)
    for claim in {kind(random): 0 for _ in range(6)}:
        try:
            status = judge().judge(claim).status
        except InputError:
            continue
        assert status == "undecided" or (status == "proved") == is_true(claim), (claim, status)


EXACT = {
    "dW2 = (A2 - Y).T @ A1 / Y.shape[1]": "refuted",
    "db2 = (A2-Y).sum(axis=0) / Y.shape[1]": "refuted",
    "db2 = np.mean(A2 - Y)": "refuted",
    "db2 = (A2-Y).mean()": "refuted",
    "db1 = np.mean(dZ1)": "refuted",
    "A2 = np.exp(Z2)/np.sum(np.exp(Z2), axis=0)": "refuted",
    "A2 = np.exp(Z2)/np.sum(np.exp(Z2))": "refuted",
    "dW1 = np.outer(dZ1, X)": "refuted",
    "A2 = np.exp(Z2)/np.sum(np.exp(Z2), axis=1, keepdims=True)": "proved",
    "A2 = (np.exp(Z2).T/np.sum(np.exp(Z2), axis=-1)).T": "proved",
    "C = -np.mean(np.sum(Y*np.log(A2), axis=1))": "proved",
    "C = -np.sum(Y*np.log(A2)) / len(X)": "proved",
    "dW2 = np.mean((A2 - Y)[:, :, None] * A1[:, None, :], axis=0)": "proved",
    "db2 = (A2 - Y).mean(0, keepdims=True)": "proved",
    "db2 = (A2 - Y).sum(0) / X.shape[-2]": "proved",
    "db2 = np.sum(sum(A2 - Y), axis=-1) / N": "refuted",
    "db2 = np.multiply(sum(A2 - Y), 1/N)": "proved",
    "Z2 = A1 @ W2.T + b2": "proved",
}
AS_COLUMNS = (
    "db2 = (A2-Y).mean(axis=1)",
    "db2 = np.mean(A2-Y, axis=-1)",
    "db2 = np.sum(A2 - Y, axis=1) / N",
    "db2 = np.sum(A2 - Y, axis=1, keepdims=True) / N",
    "dW2 = (A2 - Y) @ A1.T / N",
    "Z2 = W2 @ A1 + b2",
    "db1 = np.mean(dZ1, axis=1)",
    "db1 = dZ1.sum(axis=1)",
)
HALF_SSE = {
    "C = np.mean(np.sum((A2-Y)**2, axis=1))/2": "proved",
    "C = np.mean((A2-Y)**2)/2": "refuted",
    "C = np.mean(np.sum((A2-Y)**2, axis=0))/2": "refuted",
}


@pytest.mark.parametrize("claim", EXACT)
def test_axes_shapes_and_broadcasting_are_those_of_numpy(claim):
    assert judge().judge(claim).status == EXACT[claim]


@pytest.mark.parametrize("claim", HALF_SSE)
def test_a_cost_is_the_mean_over_the_records(claim):
    net = MLP([4, 3, 5], output="identity", cost="half-sse")
    assert Judge(net).judge(claim).status == HALF_SSE[claim]


@pytest.mark.parametrize("claim", AS_COLUMNS)
def test_what_holds_only_with_records_as_columns_is_left_open_and_says_so(claim):
    verdict = judge().judge(claim)
    assert verdict.status == "undecided"
    assert "true only if records are columns" in verdict.reason
    (marked,) = judge_notes(loose([claim]), judge().model)
    assert marked.status == "undecided"


def test_a_notation_says_how_records_lie():
    net = MLP([4, 3, 5])
    assert Judge(net, "ng").judge(AS_COLUMNS[2]).status == "proved"
    assert Judge(net, "ng").judge("db2 = np.sum(A2 - Y, axis=0) / N").status == "refuted"
    assert Judge(net, "d2l").judge(AS_COLUMNS[2]).status == "refuted"


def test_guesses_are_settled_by_no_other_formula():
    """Two readings, each with weights turned: neither is proved, and a file does not take one of them as such."""
    (marked,) = judge_notes(loose(["dZ1 = (dZ2 @ W2.T) * A1 * (1 - A1)"]), judge().model)
    assert marked.status == "undecided"


def test_one_record_is_a_vector_as_before():
    assert judge().judge("dW1 = np.outer(delta1, x)").status == "proved"
    assert judge().judge("delta1 = W2.T @ delta2 * a1 * (1 - a1)").status == "proved"


SPELLED_OUT = {
    "dW = 2*(S - Y).T @ X / len(X)": "proved",
    "dW = 2*(S - Y).T @ X / X.shape[1]": "refuted",
    "C = np.sum((S - Y)**2) / P": "proved",
    "C = np.mean((S - Y)**2)": "refuted",
    "db = 2*np.mean(S - Y, axis=0)": "proved",
    "db = 2*np.mean(S - Y)": "refuted",
    "db = 2*np.mean(S - Y, axis=1)": "refuted",
    "S = X @ W.T + b": "proved",
}


@pytest.mark.parametrize("claim", SPELLED_OUT)
def test_a_model_whose_records_are_spelled_out(claim):
    sums = "S[p,k] = sum(j, X[p,j]*W[k,j]) + b[k]\nC = 1/size(p)*sum(p, sum(k, (S[p,k]-Y[p,k])^2))"
    net = Model.parse(f"data X[P,D], Y[P,K]\nparam W[K,D], b[K]\n{sums}")
    assert Judge(net).judge(claim).status == SPELLED_OUT[claim]


@pytest.mark.parametrize("count", [2, 3, 4, 9, 12, 30])
def test_any_two_widths_differ_in_a_test(count):
    sizes = [dimension(f"n{place}") for place in range(count)]
    plan = three_widths(Problem(Integer(0), Integer(0), {}, {}, {}, {}), sizes, {})
    assert all(any(widths[a] != widths[b] for widths in plan) for a, b in combinations(sizes, 2))
