"""Generated modules against the same equations with many digits, at logits up to 1e4 and labels of exactly 0 and 1."""

import os
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp
from stability import Exact, Pair, digits_for, gap, logit_vectors, pairs, target_vectors
from sympy import log

from codegen import compile_numpy
from codegen.programs.poles import times, without_poles
from derive import Model, backpropagate
from derive.proof import decide
from derive.terms import dimension, element, index, scalar, total

PAIRS = list(pairs())
TOLERANCE = {np.float64: 1e-12, np.float32: 1e-6}

LOST = {
    ("softplus", "cross-entropy"): "softplus(z) is 0 in floats below z = -745 (float32: -104), and its logarithm -inf",
    ("softplus", "kl"): "softplus(z) is 0 in floats below z = -745 (float32: -104), and its logarithm -inf",
    ("softplus", "label-smoothing"): "softplus(z) is 0 in floats below z = -745 (float32: -104), its logarithm -inf",
    ("softmax", "binary-cross-entropy"): "1 - a is 0 in floats where one logit leads by 37 (float32: 17)",
}
"""Pairs whose cost or gradient is not finite, or has no right digit, somewhere."""

HUBER = "the square far from the target is taken off again: digits of the cost are lost, in float32 at 1e4"
LOST32 = {
    (activation, "huber"): HUBER
    for activation in ("identity", "relu", "leaky_relu", "elu", "selu", "softplus", "silu", "gelu", "gelu_tanh", "mish")
} | {("softmax", "kl"): "the largest logit is added before the logit is taken off: ties at 1e4 lose digits of the cost"}
"""Pairs that lose digits in float32 alone."""

AGAINST_ONE = {
    "sigmoid": "its slope is computed from an output rounded to 1",
    "tanh": "its slope is computed from an output rounded to 1",
    "elu": "its slope is computed from an output rounded to -1",
    "selu": "its slope is computed from an output rounded to its limit",
    "gelu": "1 + erf(z/sqrt(2)) is computed from an erf rounded to -1",
    "gelu_tanh": "1 + tanh(...) is computed from a tanh rounded to -1",
    "silu": "its sigmoid is computed from a tanh rounded to -1",
    "mish": "its sigmoid is computed from a tanh rounded to -1",
    "softmax": "1 - a is computed from an output rounded to 1",
    "softsign": "a - y is computed from an output rounded near 1",
    "log-cosh": "log(2) is taken off",
}
"""Activations and costs of which digits are lost where a number much smaller than 1 is left of numbers near 1: their
errors are measured against 1."""


def wrong(pair, activation, dtype, rng, count, edges=()):
    """The first error beyond the tolerance; None where there is none."""
    logits = [*edges, *logit_vectors(rng, 2 * count - len(edges))]
    targets = list(target_vectors(pair.cost, rng, 2 * count))
    for n in range(0, 2 * count, 2):
        for what, (relative, absolute) in pair.errors(logits[n : n + 2], targets[n : n + 2], dtype):
            error = absolute if {activation, pair.cost} & AGAINST_ONE.keys() else relative
            if error > TOLERANCE[dtype]:
                return what, error, logits[n : n + 2], targets[n : n + 2]
    return None


def known(pair, dtype):
    """The mark of a pair that is known to fail."""
    reason = LOST.get(pair) or (LOST32.get(pair) if dtype is np.float32 else None)
    return [pytest.mark.xfail(reason=reason, strict=True)] if reason else []


made = lru_cache(maxsize=2)(Pair)

CASES = [
    pytest.param(pair, dtype, marks=known(pair, dtype), id=f"{'-'.join(pair)}-{dtype.__name__}")
    for pair, dtype in product(PAIRS, TOLERANCE)
]


QUICK = ((1e4, -1e4, 0.0), (-40.0, 20.0, 1e-8), (1e4, 1e4, 1e4), (-1e-8, -1.0, 1e-300))
"""Logits of the quick test: far ones, ties, steps from zero."""


@pytest.mark.parametrize(("pair", "dtype"), CASES)
def test_pairs(pair, dtype):
    assert wrong(made(*pair), pair[0], dtype, np.random.default_rng(0), 2, QUICK) is None


MANY = int(os.environ.get("INPUTS", "100"))
"""Inputs for each pair in the sweep; INPUTS=10000 takes hours."""


@pytest.mark.sweep
@pytest.mark.parametrize(("pair", "dtype"), CASES)
def test_pairs_many(pair, dtype):
    assert wrong(made(*pair), pair[0], dtype, np.random.default_rng(1), MANY) is None


MODELS = Path(__file__).parent.parent / "examples" / "models"
ROWS = np.array([[3.0, 3, 3, 3], [0.1, 0.1, 0.1, 0.1], [1e4, -1e4, 1e4, 0], [0, 0, 0, 0], [0.5, -1, 2, 0.25]])
EQUAL = np.ones((3, 2)), np.zeros((3, 2)), np.tile([0.5, -2], (3, 1))
LAYERS = {
    "layer_norm": ("h[j]", ROWS),
    "rms_norm": ("h[j]", ROWS),
    "batch_norm": ("h[p,j]", ROWS.T),
    "attention": ("o[t,e]", np.array([*EQUAL, [[90, -90], [90, 90], [-90, 1]], [[1, 2], [-1, 0.5], [0, 3]]])),
}
"""Layers with rows of variance zero, of zeros, of enormous numbers, of equal and of far scores."""


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", LAYERS)
def test_layers_where_rows_are_equal_or_far(name, dtype):
    output, rows = LAYERS[name]
    body = f"({output} - y{output[1:]})^2"
    for letter in reversed(output[2:-1].split(",")):
        body = f"sum({letter}, {body})"
    text = (MODELS / f"{name}.eq").read_text().replace(f"output {output[0]}", f"C = 1/2*{body}")
    derivation = backpropagate(Model.parse(text.replace("data x", "data y, x").replace("batch x", "batch x, y")))
    model, module, rng = derivation.model, compile_numpy(derivation), np.random.default_rng(0)
    sizes = dict.fromkeys({axis for axes in module.SHAPES.values() for axis in axes}, 2)
    sizes |= dict(zip(module.SHAPES["X" if "X" in module.SHAPES else "x"], rows.shape, strict=True))
    sizes |= {"n_j": rows.shape[-1]} if "n_j" in sizes else {}
    arrays = {n: rng.integers(-8, 8, [sizes[axis] for axis in axes]) / 4 for n, axes in module.SHAPES.items()}
    arrays |= {"X": rows} if "X" in arrays else {"x": rows}
    arrays = {n: np.array(2.0**-10 if n == "eps" else array, dtype) for n, array in arrays.items()}
    params = {n: arrays[n] for n in module.PARAMETERS}
    with mp.workdps(digits_for(model, 1e4)):
        cost, grads = Exact(derivation, sizes).run(arrays, len(rows) if model.batch else 1)
        found, others = module.gradient(params, *(arrays[n] for n in arrays if n not in params))
        assert min(gap({(): cost}, np.asarray(found), dtype)) < TOLERANCE[dtype]
        for n, array in others.items():
            assert min(gap(grads[n], array, dtype)) < 4 * TOLERANCE[dtype], n


A, G, K, N2 = element("a", index("k")), element("g", index("k")), index("k"), dimension("n")


@pytest.mark.parametrize(
    "formula",
    [-(2 + element("y", K)) / A, element("y", K) * (1 - A) ** 3 * (log(A) / (1 - A) - 1 / A), 1 / (1 - A) - 5 / A],
)
def test_products_without_poles_are_proved_equal(formula):
    assert decide(A * formula, times(A, formula), ranges={K: N2}).status == "proved"
    assert decide(A * formula, times(A, formula) + A, ranges={K: N2}).status != "proved"


def test_only_poles_that_cancel_are_taken_out():
    q = index("q")
    softmax = A * (G - total(element("a", q) * element("g", q), (q, N2)))
    taken = without_poles(softmax, "a", "g", "e")
    assert taken == element("e", K) - A * total(element("e", q), (q, N2))
    assert without_poles(softmax + G, "a", "g", "e") is None and times(A, scalar("c") * log(A)) is None
