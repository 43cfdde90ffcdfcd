"""The judge of formulas in the plain language: what is proved, what is refuted, and on what a proof rests."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive import MLP, Model
from derive.errors import InputError
from derive.judge.batched import with_records
from derive.judge.verify import Judge, verify

NET = MLP([4, 3, 5], hidden="tanh")
REGRESSION = MLP([3, 2, 4], hidden="f", output="identity", l2="lambda")
TWO_COSTS = Model.parse(
    "s[k] = sum(j, x[j]*W[j,k])\nL = sum(k, relu(s[k] - r[k] + 1))\nC = L + lam*sum(j, sum(k, W[j,k]^2))\ndata r, lam"
)

PROVED = [
    (NET, "delta2[k] = a2[k]*sum(m, y[m]) - y[k]"),
    (NET, "delta1[j] = (1 - a1[j]^2)*sum(k, W2[k,j]*delta2[k])"),
    (NET, "delta1[j] = tanh'(z1[j])*sum(k, delta2[k]*W2[k,j])"),
    (NET, "dC/dW1[j,i] = x[i]*(1 - tanh(z1[j])^2)*sum(k, W2[k,j]*dC/dz2[k])"),
    (NET, "dC/db1[j] = delta1[j]"),
    (NET, "da2[k]/dz2[m] = a2[k]*(kron(k,m) - a2[m])"),
    (NET, "dz2[k]/da1[j] = W2[k,j]"),
    (NET, "da2[k]/dy[m] = 0"),
    (NET, "dx[i]/dx[m] = kron(i,m)"),
    (NET, "sum(k, W2[k,j]*delta2[k]) = dC/da1[j]"),
    (NET, "-eta*dC/dW2[k,j] = -eta*delta2[k]*a1[j]"),
    (NET, "dC/dx[i] = sum(j, W1[j,i]*delta1[j])"),
    (REGRESSION, "dC/dW1[j,i] = delta1[j]*x[i] + lambda*W1[j,i]"),
    (REGRESSION, "delta1[j] = f'(z1[j])*sum(k, W2[k,j]*(a2[k] - y[k]))"),
    (TWO_COSTS, "dC/dW[j,k] = dL/dW[j,k] + 2*lam*W[j,k]"),
    (TWO_COSTS, "dL/ds[k] = step(s[k] - r[k] + 1)"),
]
REFUTED = [
    (NET, "delta2[k] = y[k] - a2[k]"),
    (NET, "delta1[j] = sum(k, W2[k,j]*delta2[k])"),
    (NET, "delta1[j] = (1 - a1[j])*sum(k, W2[k,j]*delta2[k])"),
    (NET, "delta1[j] = W2[k,j]*delta2[k]*(1 - a1[j]^2)"),
    (NET, "delta1[j] = (1 - z1[j]^2)*sum(k, W2[k,j]*delta2[k])"),
    (NET, "dC/dz2[k] = dC/da2[k]*a2[k]*(1 - a2[k])"),
    (NET, "dC/db1[j] = delta1[j]/2"),
    (REGRESSION, "dC/dW1[j,i] = delta1[j]*x[i]"),
    (REGRESSION, "dC/dW1[j,i] = delta1[j]*x[i] + 2*lambda*W1[j,i]"),
    (TWO_COSTS, "dC/dW[j,k] = dL/dW[j,k] + lam*W[j,k]"),
]


@pytest.mark.parametrize(("model", "claim"), PROVED, ids=[claim for _, claim in PROVED])
def test_what_is_true_is_proved_for_all_widths(model, claim):
    verdict = verify(claim, model)
    assert (verdict.status, verdict.widths, verdict.assuming) == ("proved", "all", ())
    assert verdict.error_bits >= 60
    assert verdict


@pytest.mark.parametrize(("model", "claim"), REFUTED, ids=[claim for _, claim in REFUTED])
def test_what_is_false_is_refuted_with_a_counterexample_and_the_right_formula(model, claim):
    verdict = verify(claim, model)
    assert verdict.status == "refuted"
    assert verdict.witness["left"] != verdict.witness["right"]
    assert verify(verdict.diagnosis.correct, model)
    assert not verdict


def test_a_counterexample_is_one():
    model = Model.parse("z = w*x\nC = 1/2*(z - y)^2")
    witness = verify("dC/dw = z - y", model).witness
    w, x, y = (Fraction(str(witness[name])) for name in ("w", "x", "y"))
    assert Fraction(str(witness["left"])) == (w * x - y) * x
    assert Fraction(str(witness["right"])) == w * x - y


def test_a_fact_proves_only_where_it_is_declared_and_is_named():
    bare = Model.parse(NET.text.replace("assume sum(k, y[k]) = 1", "")) if "assume" in NET.text else None
    claim = "delta2[k] = a2[k] - y[k]"
    verdict = verify(claim, NET)
    assert (verdict.status, verdict.assuming) == ("proved", ("sum(k, y[k]) = 1",))
    model = bare or Model.parse("a2[k] = softmax(z2)[k]\nC = -sum(k, y[k]*log(a2[k]))\ndata z2")
    assert verify(claim, model).status == "refuted"
    assert verify(claim, model, assume=["onehot(y)"]).assuming == ("onehot(y)",)
    assert verify("dC/dz2[k] = a2[k]*sum(m, y[m]) - y[k]", model, assume=["onehot(y)"]).assuming == ()


def test_only_the_facts_that_are_needed_are_named():
    model = Model.parse("s[k] = softmax(z)[k]\nC = -sum(k, y[k]*log(s[k]))\ndata z, q\nb[k] = q[k]\nD = sum(k, b[k])")
    verdict = verify("dC/dz[k] = s[k] - y[k]", model, assume=["positive(z)", "sum(k, y[k]) = 1", "positive(y)"])
    assert verdict.assuming == ("sum(k, y[k]) = 1",)


@pytest.mark.parametrize(
    ("delta", "claim"),
    [
        ("dC/dz", "delta2[k] = (a2[k] - y[k])*sigmoid'(z2[k])"),
        ("-dC/dz", "delta2[k] = (y[k] - a2[k])*sigmoid'(z2[k])"),
        ("dC/da", "delta2[k] = a2[k] - y[k]"),
        ("-dC/da", "delta2[k] = y[k] - a2[k]"),
        ("-dC/dz", "-eta*dC/dW1[j,i] = eta*delta1[j]*x[i]"),
    ],
)
def test_delta_means_what_is_said_and_nothing_else(delta, claim):
    model = MLP([4, 3, 5], output="sigmoid", cost="half-sse")
    for convention in ("dC/dz", "-dC/dz", "dC/da", "-dC/da"):
        assert bool(verify(claim, model, delta=convention)) == (convention == delta)


@pytest.mark.parametrize("delta", ["dC/dz", "-dC/dz"])
def test_the_right_formula_is_told_in_the_convention_of_the_claim(delta):
    model = MLP([4, 3, 5], output="sigmoid", cost="half-sse")
    verdict = verify("delta1[j] = sum(k, W2[k,j]*delta2[k])", model, delta=delta)
    assert verdict.status == "refuted"
    assert verdict.diagnosis.correct.startswith("delta1[j] = ")
    assert verify(verdict.diagnosis.correct, model, delta=delta)


def test_indices_over_different_widths_are_refuted_by_their_dimensions():
    verdict = verify("dC/dW2[k,j] = delta2[k]*a1[k]", NET)
    assert verdict.status == "refuted"
    assert verdict.diagnosis.kind == "wrong-transpose-or-index"
    assert "index k runs over" in verdict.reason


def test_with_records_the_cost_is_the_mean():
    judge = Judge(with_records(REGRESSION))
    assert judge.plain("dC/dW2[k,j] = 1/N*sum(p, (a2[p,k] - y[p,k])*a1[p,j]) + lambda*W2[k,j]")
    assert judge.plain("dC/db1[j] = sum(p, dC/dz1[p,j])")
    wrong = judge.plain("dC/dW2[k,j] = sum(p, (a2[p,k] - y[p,k])*a1[p,j]) + lambda*W2[k,j]")
    assert wrong.status == "refuted"


def test_what_only_numbers_suggest_is_undecided():
    model = Model.parse("a[k] = tan(z[k])\nC = sum(k, r[k]*a[k])\ndata z, r")
    verdict = verify("dC/dz[k] = r[k]*(1 + tan(z[k])^2)", model)
    assert verdict.status in ("proved", "undecided")
    assert verify("dC/dz[k] = r[k]*(1 - tan(z[k])^2)", model).status == "refuted"
    assert verify("sin(z[k])^2 + cos(z[k])^2 = 1", model).status == "undecided"


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("dC/dW3[j,i] = 1", "W3 is not defined; did you mean"),
        ("delta7[j] = 1", "delta7 is the derivative by z7, which the model does not have"),
        ("dC/dW1[j,i] = q*x[i]", "q is not defined"),
        ("dC/dW1[j] = x[i]", "has 1 index here and 2 indices in the model"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(claim, reason):
    with pytest.raises(InputError, match=".") as caught:
        verify(claim, NET)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_number_too_large_to_be_written_out_is_no_obstacle():
    model = Model.parse("z = w*x\nC = exp(exp(exp(exp(z))))")
    verdict = verify("C = exp(exp(exp(exp(3*z))))", model)
    assert verdict.status == "refuted"


def test_the_right_formula_is_written_with_the_declared_facts():
    model = Model.parse("z[k] = w[k]*x\na[k] = softmax(z)[k]\nC = -sum(k, y[k]*log(a[k]))")
    claim = "dC/dz[k] = y[k] - 2*a[k]"
    without = verify(claim, model).diagnosis
    assert without is not None and "sum(" in without.correct
    told = verify(claim, model, assume=["sum(k, y[k]) = 1"]).diagnosis
    assert told is not None and told.correct == "dC/dz[k] = a[k] - y[k]"


def test_a_formula_with_an_inverse_square_is_diagnosed():
    model = Model.parse("z = w*x\na = 1/(1 + exp(-z))\nC = (a - y)^2")
    for claim in ("da/dz = -exp(-z)/(1 + exp(-z))^2", "da/dz = exp(-z)/(1 + exp(-z))^3", "da/dz = z/(1 + exp(-z))^2"):
        verdict = verify(claim, model)
        assert verdict.status == "refuted" and verdict.diagnosis is not None


@pytest.mark.parametrize(
    ("claim", "kind", "words"),
    [
        ("dC/dw = 2*(z - y)*x", "missing-factor", "the factor pi^2 is missing"),
        ("dC/dw = 2*pi*(z - y)*x", "missing-factor", "the factor pi is missing"),
        ("dC/dw = 2*pi^3*(z - y)*x", "extra-factor", "the factor pi is one too many"),
        ("dC/dw = 2*pi^2*(z - y)*x + pi^2*w", "other", "the term pi^2*w does not belong there"),
        ("dC/dw = 2*(pi^2*z - pi^2*y + w)*x", "other", "the term w does not belong there"),
        ("dC/dw = pi^2*(z - y)*x*x", "extra-factor", "the factor x^2 is one too many; and the factor 2*x is missing"),
    ],
)
def test_powers_of_pi_are_factors_like_any_others(claim, kind, words):
    """In a product by itself and within a sum."""
    found = verify(claim, Model.parse("z = w*x\nC = pi^2*(z - y)^2")).diagnosis
    assert found is not None and (found.kind, found.text) == (kind, words)
    assert verify(found.correct, Model.parse("z = w*x\nC = pi^2*(z - y)^2")).status == "proved"


def test_a_lost_term_is_no_lost_factor():
    """The bracket 1 - y[k] without its y[k] is 0, but nobody loses a factor in that way."""
    model = Model.parse("z[k] = sum(i, W[k,i]*x[i])\nC = sum(k, sum(j, y[k]*(1 - y[j])*max(0, 1 + z[j] - z[k])))")
    found = verify("dC/dz[k] = -sum(j, (1 - y[j])*step(1 + z[j] - z[k]))*y[k]", model).diagnosis
    assert found is not None and found.kind == "other"
    assert found.text == "the term sum(i, y[i]*step(1 + z[k] - z[i]))*(1 - y[k]) is missing"


SLOPES = [
    ("tanh'(z) = 1 - tanh(z)", "the square is missing", "tanh'(z) = 1 - tanh(z)^2"),
    ("relu'(z) = 1", "the factor step(z) is missing", "relu'(z) = step(z)"),
    ("sigmoid'(z) = sigmoid(z)", "the factor 1 - sigmoid(z) is missing", "sigmoid'(z) = (1 - sigmoid(z))*sigmoid(z)"),
]


@pytest.mark.parametrize(("claim", "words", "correct"), SLOPES, ids=[row[0] for row in SLOPES])
def test_a_slope_is_told_in_its_own_letter(claim, words, correct):
    found = verify(claim, MLP([4, 3, 5]))
    assert (found.status, found.reading, found.diagnosis.correct) == ("refuted", claim, correct)
    assert words in found.diagnosis.text and set(found.witness) == {"z", "left", "right"}
    assert verify(correct, MLP([4, 3, 5])).status == "proved"


@pytest.mark.parametrize("claim", [r"\tanh'(z) = 1 - \tanh(z)", "tanh'(z1[j]) = 1 - tanh(z1[j])"])
def test_a_slope_at_an_array_is_written_out(claim):
    assert verify(claim, MLP([4, 3, 5])).diagnosis.correct == "tanh'(z1[j]) = 1 - tanh(z1[j])^2"


def test_the_right_formula_holds_the_factor_that_is_missing():
    found = verify("dW2 = (A2 - Y).T @ A1", MLP([4, 3, 5])).diagnosis
    assert found.text == "the factor 1/N is missing"
    assert found.correct == "dC/dW2[k,j] = sum(p, a1[p,j]*(a2[p,k] - y[p,k])/N)"


@pytest.mark.parametrize(
    "claim", ["delta1 = W2 @ delta2 * sigma'(z1)", "dC/dz1[j] = sum(k, W2[j,k]*dC/dz2[k])*a1[j]*(1 - a1[j])"]
)
def test_weights_that_are_not_square_are_never_symmetric(claim):
    found = verify(claim, MLP([4, 3, 5]))
    assert found.status == "refuted" and found.diagnosis.would_hold_if is None
    assert "would hold" not in found.diagnosis.text


def test_a_network_is_a_model():
    with pytest.raises(InputError, match=r"^formulas are judged about a Model, such as MLP\(\[4, 3, 5\]\), not str$"):
        verify("a1[j] = a1[j]", "4-3-5")


def test_a_reading_that_mixes_layers_refutes_nothing():
    usual = r"\frac{\partial C}{\partial w_{ij}} = \delta_j o_i"
    found = verify(usual, MLP([4, 3, 5]))
    assert (found.status, found.diagnosis) == ("undecided", None)
    assert "the two indices of W2[k,j] in the other order" in found.reason
    assert verify(usual.replace("_j o_i", "_i o_j"), MLP([4, 3, 5])).status == "proved"
    assert verify(usual.replace("\\delta_j o_i", "-\\delta_i o_j"), MLP([4, 3, 5])).status == "refuted"
    assert verify("dC/dW2[k,j] = delta1[j]*a2[k]", MLP([4, 3, 5])).status == "refuted"
