"""Generated modules against the same equations with proven digits: logits up to 1e4, labels of exactly 0 and 1."""

import importlib
import os
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from exact_values import Exact
from mpmath import mp, mpf
from stability import Pair, gaps, logit_vectors, pairs, target_vectors
from sympy import erf, exp, log, sqrt

from codegen import compile_numpy, numpy_source
from codegen.programs.clipping import clipped, without_step
from codegen.programs.compile import load
from codegen.programs.poles import times, times_rest, without_poles
from codegen.programs.special import normal
from codegen.programs.stable import Stabiliser, sigmoid, softplus
from codegen.programs.stable_rows import (
    LEAST,
    at_least,
    centred,
    entropy,
    exponential_quotient,
    log_softplus,
    normal_distribution,
    tanh_as_sigmoid,
    tanh_of_softplus,
)
from codegen.programs.targets import TARGETS
from derive import MLP, Model, backpropagate
from derive.forward.activations import activation
from derive.proof import decide
from derive.records import Equation, Fact
from derive.terms import dimension, element, index, maximum, minimum, named, scalar, step, total

PAIRS = list(pairs())
TOLERANCE = {np.float64: 1e-12, np.float32: 1e-6}

ROUNDED = {
    "sigmoid": "an output rounded to 1",
    "tanh": "an output rounded to 1",
    "elu": "an output rounded to -1",
    "selu": "an output rounded to its limit",
    "softmax": "an output rounded to 1",
    "softsign": "an output rounded near 1",
    "softplus": "an output rounded near its label",
}
"""Activations whose slope, or distance from a label, is a small difference of numbers near 1, and which is rounded.

The slope is computed from the output, which costs nothing; where it is much smaller than 1 it has the error of the
output, 1e-16 in float64, whatever its size. What is promised of these activations: the cost and its derivatives by the
logits are off by 1e-12 in float64 and by 1e-6 in float32, times their largest entry or 1, whichever is larger.
Of all others: by 1e-12 and 1e-6 times the largest entry of a record, however small it is, down to the smallest float.
"""

UNDERFLOWN = {
    "gelu": "the polynomial before the exponential, which is off by a thousandth where that is small",
    "silu": "the exponential, before it is multiplied by z",
    "mish": "the exponential, before it is multiplied by z",
    "gelu_tanh": "the exponential, before it is multiplied by z^3",
}
"""Activations of which a factor is rounded to a few bits near the smallest number of float32: as above in that type."""

AGAINST_ONE = {"log-cosh": "log(2) is taken off"}
"""Costs that are themselves a small difference of numbers near 1; their derivatives are not."""


def allowed(what, activation, cost, dtype):
    """The tolerance for a number, and whether it holds against 1 where that is larger than the largest entry."""
    rounded = activation in ROUNDED or (activation in UNDERFLOWN and dtype is np.float32)
    return TOLERANCE[dtype], rounded or (what.endswith(" C") and cost in AGAINST_ONE)


def wrong(pair, activation, logits, targets):
    """The first error beyond the tolerance; None where there is none."""
    for dtype in TOLERANCE:
        for what, errors in pair.errors(logits, targets, dtype):
            tolerance, absolute = allowed(what, activation, pair.cost, dtype)
            error = errors[int(absolute)]
            place = int(np.argmax(error))
            if not error[place] <= tolerance:
                return dtype.__name__, what, error[place], logits[place], targets[place]
    return None


QUICK = [[1e4, -1e4, 0.0], [-40.0, 20.0, 1e-8], [1e4, 1e4, 1e4], [-1e-8, -1.0, 1e-300], [-1e4, -1e4, -1e4]]
"""Logits of the quick test: far ones, ties, steps from zero."""


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_pairs(pair):
    rng = np.random.default_rng(0)
    logits = [*QUICK, *logit_vectors(rng, 7)]
    assert wrong(Pair(*pair), pair[0], logits, list(target_vectors(pair[1], rng, len(logits)))) is None


MANY = int(os.environ.get("INPUTS", "10000"))
"""Inputs for each pair in the sweep: ten thousand take ten minutes for all pairs."""


@pytest.mark.sweep
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_pairs_many(pair):
    rng = np.random.default_rng(1)
    logits = list(logit_vectors(rng, MANY))
    assert wrong(Pair(*pair), pair[0], logits, list(target_vectors(pair[1], rng, MANY))) is None


def test_a_lost_cost_and_a_wrong_gradient_are_found():
    pair = Pair("softplus", "cross-entropy")
    text = numpy_source(backpropagate(MLP(["n0", 3], output="softplus", cost="cross-entropy")))
    targets = [[0.25, 0.25, 0.5]] * len(QUICK)
    for right, planted in (("np.maximum(A1, math.exp(-60)))", "A1)"), ("Delta1 = Y", "Delta1 = 1.00001 * Y")):
        assert right in text
        pair.module = load(text.replace(right, planted), "planted")
        assert wrong(pair, "softplus", QUICK, targets) is not None


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
    cost, grads = Exact(derivation, sizes).mean(arrays, len(rows) if model.batch else 1)
    found, others = module.gradient(params, *(arrays[n] for n in arrays if n not in params))
    assert gaps(np.array([[cost]]), np.array([[found]]), dtype).min() < TOLERANCE[dtype]
    for n, array in others.items():
        exact = np.array([[grads[n][here] for here in np.ndindex(array.shape)]])
        assert gaps(exact, array.reshape(1, -1), dtype).min() < 4 * TOLERANCE[dtype], n


STABLE = [
    ("softmax", "binary-cross-entropy"),
    ("softmax", "kl"),
    ("softplus", "kl"),
    ("relu", "huber"),
    ("tanh", "log-cosh"),
]
"""Networks with every stable form that is more than a function."""


@pytest.mark.parametrize("pair", STABLE, ids="-".join)
@pytest.mark.parametrize("target", [name for name in TARGETS if name not in ("numpy", "python")])
def test_every_target_has_the_stable_forms(target, pair, monkeypatch):
    pytest.importorskip({"array-api": "array_api_compat"}.get(target, target))
    if target == "numba":
        monkeypatch.setattr(importlib.import_module("numba").config, "DISABLE_JIT", True)
    derivation = backpropagate(MLP([3, 3], output=pair[0], cost=pair[1]))
    made, module = load(TARGETS[target](derivation, ""), "target"), compile_numpy(derivation)
    params = {"W1": 1e3 * np.array([[9.0, -9, 0], [1, 2, -4], [-8, 3, 0]]), "b1": np.zeros(3)}
    given = [np.eye(3), np.array([[0.25, 0.5, 0.25]] * 3), *([1.0] if pair[1] == "huber" else [])]
    cost, grads = module.gradient(params, *given)
    with importlib.import_module("jax").enable_x64(True) if target == "jax" else nullcontext():
        asarray = getattr(made, "asarray", np.asarray)
        found, others = made.gradient({n: asarray(p) for n, p in params.items()}, *map(asarray, map(np.asarray, given)))
        assert abs(float(found) - cost) <= 1e-12 * abs(cost)
        for name, grad in grads.items():
            assert np.abs(np.asarray(others[name]) - grad).max() <= 1e-12 * np.abs(grad).max()


PROBIT = """z[k] = sum(j, W[k,j]*x[j])
f(u) = 1/2 + erf(u/sqrt(2))/2
C = -sum(k, log(f((2*y[k] - 1)*z[k])))
batch x, y
"""


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "python"])
def test_probits_have_their_digits_far_out(target):
    """-log of the normal distribution at -30 is 454.3; as (1 + erf)/2 that is log(0)."""
    pytest.importorskip({"array-api": "array_api_compat"}.get(target, target))
    made = load(TARGETS[target](backpropagate(Model.parse(PROBIT)), ""), "target")
    z, labels = [[-30.0, 2], [20, -0.5], [9, 37]], [[1.0, 1], [0, 1], [0, 0]]
    with mp.workdps(40):
        signed = [[(2 * y - 1) * mpf(u) for u, y in zip(*row, strict=True)] for row in zip(z, labels, strict=True)]
        wanted = -sum(mp.log(mp.ncdf(u)) for row in signed for u in row) / 3
        slopes = [[(1 - 2 * y) * mp.npdf(u) / mp.ncdf(u) / 3 for u, y in zip(*row, strict=True)]
                  for row in zip(signed, labels, strict=True)]  # fmt: skip
    with importlib.import_module("jax").enable_x64(True) if target == "jax" else nullcontext():
        asarray = getattr(made, "asarray", np.asarray)
        params, X, Y = {"W": asarray(np.array(z).T)}, asarray(np.eye(3)), asarray(np.array(labels))
        for gradient in [
            made.gradient,
            *([made.make_gradient(3, n_j=3, n_k=2)] if target in ("numpy", "numba") else []),
        ]:
            found, grads = gradient(params, X, Y)
            assert abs(float(found) / wanted - 1) < 1e-12
            assert np.abs(np.asarray(grads["W"]) / np.array(slopes, float).T - 1).max() < 1e-12


def test_labels_of_zero_add_nothing_to_the_cost():
    """y*log(y) is 0 where y is."""
    module = compile_numpy(backpropagate(MLP([2, 3], cost="kl")))
    params, X = module.init(seed=1), np.array([[1.0, -2], [0.5, 3]])
    Y = np.array([[0.0, 1, 0], [0.25, 0, 0.75]])
    logits = X @ params["W1"].T
    a = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wanted = sum(y * np.log(y / p) for y, p in zip(Y[Y > 0], a[Y > 0], strict=True)) / 2
    with np.errstate(all="raise"):
        found = [module.cost(params, X, Y), module.gradient(params, X, Y)[0], module.make_gradient(2)(params, X, Y)[0]]
    assert found == pytest.approx([wanted] * 3, rel=1e-14)


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


U, C, V, R, S = map(scalar, ("u", "c", "v", "r", "s"))
tanh = named("tanh")
FORMULAS = {name: activation(name) for name in ("sigmoid", "softplus", "tanh")}
POSITIVE = tuple(Fact("positive", name, (), f"{name} > 0") for name in "crs")


def proved(left, right, **context):
    return decide(left, right, functions=FORMULAS, **context).status == "proved"


@pytest.mark.parametrize(
    "formula", [2 * exp(-softplus(-2 * V)) - 1, 2 * C * exp(-softplus(V)) - C + U, 4 * sigmoid(V) - 2]
)
def test_centred_sigmoids_are_proved_equal(formula):
    assert proved(formula, centred(formula)) and not proved(formula, centred(formula) + V)
    assert centred(formula + sigmoid(U)) == centred(formula) + sigmoid(U) and centred(formula + C / 7 + 1) is None


@pytest.mark.parametrize(
    "formula", [1 + tanh(V), U + C * V * (3 - 3 * tanh(V) ** 2) + C / 2 + C * tanh(V) / 2, V * (tanh(2 * V) + 1)]
)
def test_shifted_tanhs_are_proved_equal(formula):
    found = tanh_as_sigmoid(formula)
    assert not found.has(tanh) and proved(formula, found) and not proved(formula, found + V)
    assert tanh_as_sigmoid(formula - V) != formula - V
    assert tanh_as_sigmoid(2 + tanh(V)) == 2 + tanh(V) and tanh_as_sigmoid(1 - tanh(V) ** 2) == 1 - tanh(V) ** 2


@pytest.mark.parametrize(
    "formula", [1 + erf(V), U + C * V / 2 - C * V * erf(3 * U) / 2, V * erf(U) - V, erf(V) / 7 + R / 7]
)
def test_normal_distributions_are_proved_equal(formula):
    found = normal_distribution(formula)
    if formula.has(R):
        assert found is None and normal_distribution(formula.subs(R, 1)) is not None
        return
    assert not found.has(erf)
    found = found.replace(normal, lambda u: (1 + erf(u / sqrt(2))) / 2)
    assert proved(formula, found) and not proved(formula, found + V)


@pytest.mark.parametrize("formula", [V * log(V), U * V * (C - log(V)), V * log(V) * log(U)])
def test_entropies_are_proved_equal(formula):
    found = entropy(formula)
    least = at_least(V).args[1]
    assert found.has(maximum) and entropy(log(V)) is entropy(V * (2 - 3 * log(U))) is entropy(V * log(C * V)) is None
    assert entropy(V * exp(V)) is None
    assert proved(formula, found.replace(maximum, lambda u, _: u)) and least == exp(-LEAST)


@pytest.mark.parametrize("formula", [V * tanh(softplus(V)), tanh(softplus(V)) + U * (1 - tanh(softplus(V)) ** 2)])
def test_tanhs_of_softplus_are_proved_equal(formula):
    found = tanh_of_softplus(formula)
    assert found.has(minimum) and not found.has(tanh)
    found = found.replace(minimum, lambda u, most: u)
    assert proved(formula, found) and not proved(formula, found + V)


CLIPPED = [
    U - maximum(U - C, 0) + maximum(-U - C, 0),
    3 * maximum(U - C, 0) ** 2 + V - 3 * U**2 + 3 * maximum(-U - C, 0) ** 2,
]


@pytest.mark.parametrize("formula", CLIPPED)
def test_clipped_numbers_are_proved_equal_for_all_numbers(formula):
    """Above the bound, below it and in between: what is positive there is given a name."""
    found = clipped(formula, lambda k: k == C)
    assert found.has(minimum) and clipped(formula, lambda k: False) is None
    assert clipped(formula + maximum(V, 0) - U, lambda k: True) is None or formula.has(U**2)
    for u, c in ((C + R, C), (-C - R, C), ((R - S) / 2, (R + S) / 2)):
        here = {U: u, C: c}
        assert proved(formula.subs(here, simultaneous=True), found.subs(here, simultaneous=True), facts=POSITIVE)
    assert not proved(formula.subs(U, C + R), (found + C).subs(U, C + R), facts=POSITIVE)


def test_a_step_beside_its_maximum_says_nothing():
    formula = V * maximum(U, 0)
    assert without_step(formula) is None
    assert without_step(formula * step(U)) == formula and proved(formula * step(U), formula)
    assert without_step(formula * step(V)) is None


@pytest.mark.parametrize("u", [-1e4, -745.5, -104.25, -61, -60, -59, -1, 0, 3, 1e4])
def test_what_is_kept_from_zero_is_off_by_less_than_floats_see(u):
    """softplus(u) = exp(u)*(1 - exp(u)/2 + ...): below u = -60 its logarithm is u but for exp(-60)/2."""
    with mp.workdps(9000):
        u = mpf(u)
        s, bound = mp.log1p(mp.exp(u)), mp.exp(-int(LEAST))
        form = log_softplus(V, U)
        kept = max(s, bound)
        assert form == log(at_least(V)) + minimum(U + LEAST, 0) and at_least(V) == maximum(V, exp(-LEAST))
        assert abs(mp.log(kept) + min(u + int(LEAST), 0) - mp.log(s)) <= bound
        assert abs(mp.expm1(-kept) / kept - mp.expm1(-s) / s) <= bound


def test_only_quotients_that_are_finite_at_zero_are_kept_from_it():
    assert exponential_quotient((1 - exp(-U)) * V / U) == exponential_quotient((exp(-U) - 1) * (V - C / U)) == U
    assert exponential_quotient((1 - exp(-U)) / V) is exponential_quotient((2 - exp(-U)) / U) is None


Q, M = index("q"), index("m")
SHARE = exp(element("u", K)) / total(exp(element("u", M)), (M, N2))


def softmax_helpers():
    """A stabiliser that knows a[k] as a softmax, and the definitions it makes."""
    stabiliser, definitions = Stabiliser(), {}
    helpers, _ = stabiliser.equation(Equation("a", (K,), SHARE, {K: N2}))
    definitions |= {h.name: Equation(h.name, h.indices, h.right, h.ranges) for h in helpers if h.over is None}
    return stabiliser, definitions | {"a": Equation("a", (K,), SHARE, {K: N2})}


def test_what_is_left_to_one_is_proved_to_be_the_sum_over_the_others():
    stabiliser, definitions = softmax_helpers()
    helpers, right = stabiliser.rewrite(log(1 - A), {K: N2}, "")
    definitions |= {h.name: Equation(h.name, h.indices, h.right, h.ranges) for h in helpers if h.over is None}
    assert [h.name for h in helpers] == ["apart", "max_others", "exp_others", "sum_others"]
    assert proved(log(1 - A), right, ranges={K: N2}, definitions=definitions)
    assert not proved(log(1 - A), right + A, ranges={K: N2}, definitions=definitions)


def test_what_passes_back_through_the_others_is_proved_equal():
    stabiliser, definitions = softmax_helpers()
    y = element("y", K)
    formula = (1 - y) / (1 - A) - y / A
    there = element("a", Q) * element("g", Q)
    right = A * (G - total(there, (Q, N2)))
    helpers, found = stabiliser.through_others(right, "g", A, formula, {K: N2}, "")
    definitions |= {h.name: Equation(h.name, h.indices, h.right, h.ranges) for h in helpers if h.over is None}
    definitions["g"] = Equation("g", (K,), formula, {K: N2})
    assert times_rest(A, formula) == A - y
    assert proved(right, found, ranges={K: N2}, definitions=definitions)
    assert not proved(right, found - A, ranges={K: N2}, definitions=definitions)
    assert stabiliser.through_others(right + G, "g", A, formula, {K: N2}, "") is None
    assert times_rest(A, (1 - A) ** C * formula) is None


OWN = """z[k] = sum(j, W[k,j]*x[j]) + b[k]
f(u) = log(1 + exp(2*u))
a[k] = f(z[k])
C = -sum(k, y[k]*log(a[k]))
batch x, y
"""


def test_forms_are_found_in_functions_of_ones_own():
    module = compile_numpy(backpropagate(Model.parse(OWN)))
    params = {"W": np.array([[-1e4], [-400.0], [3.0]]), "b": np.zeros(3)}
    cost, grads = module.gradient(params, np.ones((1, 1)), np.array([[0.5, 0.25, 0.25]]))
    assert cost == pytest.approx(0.5 * 2e4 + 0.25 * 800 - 0.25 * np.log(np.log1p(np.exp(6.0))), rel=1e-15)
    assert grads["b"][:2] == pytest.approx([-1, -0.5], rel=1e-15)


def test_many_outputs_are_not_summed_over_all_others():
    for width, found in ((60, True), (70, False)):
        text = numpy_source(backpropagate(MLP([2, width], cost="binary-cross-entropy")))
        assert ("sum_others" in text) == found
