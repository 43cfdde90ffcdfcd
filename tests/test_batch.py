"""Records as rows: names, which arrays have them, means."""

import numpy as np
from brute import brute

from derive import Model
from derive.backward.batch import batch_names, batched_arrays, lift, mean_over_records
from derive.terms import dimension, element, index, scalar, total

I, J, K, P = map(index, "ijkp")
N0, N1, N = map(dimension, ("n0", "n1", "N"))
W, x, z = element("W", J, I), element("x", I), element("z", J)

MODEL = Model.parse(
    """
param v
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = tanh(z1[j])
s     = sum(j, v[j]*a1[j])
C     = (s - y)^2 + lambda*sum(j, v[j]^2)
n[j]  = v[j]^2
data lambda, x, y
batch x, y
""".replace("n[j]  = v[j]^2\n", "")
)


def test_what_comes_from_a_record_has_records():
    assert batched_arrays(MODEL) == {"x", "y", "z1", "a1", "s"}


def test_names_are_capitals_unless_taken():
    names = batch_names(MODEL, ("delta1", "dC/da1", "dC/dW1"))
    assert {n: names[n] for n in ("x", "y", "z1", "a1", "s")} == {"x": "X", "y": "Y", "z1": "Z1", "a1": "A1", "s": "S"}
    assert names["delta1"] == "Delta1" and names["dC/da1"] == "dC/dA1" and names["dC/dW1"] == "dC/dW1"
    taken = Model.parse("data x\nparam X\nC = sum(i, X[i]*x[i])\nbatch x")
    assert batch_names(taken)["x"] != "X"


def test_lifting_leads_with_the_record():
    assert lift(total(W * x, (I, N0)), {"x"}, P, {"x": "X"}) == total(W * element("X", P, I), (I, N0))
    assert lift(scalar("s") * z, {"s"}, P, {"s": "S"}) == element("S", P) * z
    assert lift(z, {"x"}, P, {}) == z


def test_an_array_called_like_an_index_letter_is_not_taken_for_it():
    expression = total(element("k", J) * element("u", K), (K, N1))
    lifted = lift(expression, {"k"}, P, {"k": "K"})
    assert lifted == total(element("K", P, J) * element("u", K), (K, N1))


def test_means_spare_what_has_no_record():
    expression = element("delta", J) * x + scalar("lambda") * W
    mean = mean_over_records(expression, {"delta", "x"}, P, N, {"delta": "D", "x": "X"})
    rng = np.random.default_rng(0)
    arrays = {"D": rng.random((4, 3)), "X": rng.random((4, 2)), "W": rng.random((3, 2)), "lambda": np.array(0.7)}
    outer = [np.outer(d, r) for d, r in zip(arrays["D"], arrays["X"], strict=True)]
    wanted = np.mean(outer, axis=0) + 0.7 * arrays["W"]
    for j in range(3):
        for i in range(2):
            assert np.isclose(brute(mean, arrays, {"N": 4}, {J: j, I: i}), wanted[j, i], rtol=1e-14, atol=0)
    assert mean_over_records(W, {"x"}, P, N, {}) == W
