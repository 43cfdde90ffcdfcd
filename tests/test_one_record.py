"""The function for one record alone, which `make_gradient(1)` of tiny networks is."""

from __future__ import annotations

import itertools
import linecache

import numpy as np
import pytest
from mpmath import mp

from codegen import numpy_source
from codegen.programs.compile import load
from codegen.programs.fast.explaining import explain
from derive import MLP, Model, backpropagate
from derive.forward import ACTIVATIONS

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
ENDS = (("softmax", "cross-entropy"), ("sigmoid", "binary-cross-entropy"), ("identity", "half-sse"), ("tanh", "mse"))
TOLERANCE = {"float64": 1e-13, "float32": 2e-5}
SINGLE = "def _of_one_record("
MODELS = {
    "a target of one number": """
        param W[3,2], b[3], v[3]
        data x[2], y
        batch x, y
        a[j] = softplus(sum(i, W[j,i]*x[i]) + b[j])
        p = sum(j, v[j]*a[j])
        C = log(1 + exp(-y*p))""",
    "a norm on the way": """
        param W[3,2], g
        data x[2], y[3]
        batch x, y
        z[j] = sum(i, W[j,i]*x[i])
        m = sum(j, z[j])/3
        s = sqrt(sum(j, (z[j] - m)^2)/3 + 1/10)
        C = 1/2*sum(j, (g*(z[j] - m)/s - y[j])^2) + g^2/7""",
    "one vector twice": """
        param W[2,2], b[2], c[2]
        data x[2], y[2]
        batch x, y
        a[j] = tanh(sum(i, W[j,i]*x[i]) + b[j] + c[j])
        C = sum(j, (a[j] - y[j])^2)""",
    "names of the other functions": """
        param W1[3,2], b1[3], W2[2,3], X[2]
        data x[2], y, compute[2]
        batch x, y, compute
        z[j] = sum(i, W1[j,i]*x[i]) + b1[j]
        Z[j] = tanh(z[j])
        expected[k] = sum(j, W2[k,j]*Z[j]) + X[k]
        C = 1/2*sum(k, (expected[k]-y*compute[k])^2)""",
    "two maxima": """
        param W[2,3], V[3,3]
        data x[3], y[2], t[3]
        batch x, y, t
        z[j] = sum(i, W[j,i]*x[i])
        u[k] = sum(i, V[k,i]*x[i])
        p[j] = exp(z[j])/sum(m, exp(z[m]))
        q[k] = exp(u[k])/sum(m, exp(u[m]))
        C = -sum(j, y[j]*log(p[j])) - sum(k, t[k]*log(q[k]))""",
}


def drawn(made, dtype="float64", seed=0, scale=1.0):
    """Parameters and one record, in the order of the arguments."""
    rng = np.random.default_rng(seed)
    sizes = {**made.SIZES, "N": 1}
    params = {n: (rng.standard_normal([sizes[s] for s in made.SHAPES[n]]) / 2).astype(dtype) for n in made.PARAMETERS}
    data = {n: rng.standard_normal([sizes[s] for s in axes]) for n, axes in made.SHAPES.items() if n not in params}
    for name in ("Y", "T"):
        if len(made.SHAPES.get(name, ())) == 2:
            data[name] = np.exp(data[name]) / np.exp(data[name]).sum(axis=1, keepdims=True)
    first = next(iter(data))
    data[first] = data[first] * scale
    return params, [a.astype(dtype) if a.ndim else float(a) for a in data.values()]


def far(found, wanted):
    """The largest difference, in units of the larger one of 1 and the largest entry."""
    (cost, grads), (other, others) = found, wanted
    assert grads.keys() == others.keys()
    worst = abs(cost - other) / max(1, abs(other))
    for name, grad in others.items():
        assert grads[name].shape == grad.shape and grads[name].dtype == grad.dtype, name
        worst = max(worst, np.max(np.abs(grads[name] - grad)) / max(1, np.max(np.abs(grad))))
    return worst


def compared(made, **how):
    params, data = drawn(made, **how)
    function = made.make_gradient(1, dtype=how.get("dtype", "float64"))
    function(params, *(-a for a in data))
    wanted = made.gradient(params, *data)
    assert type(function(params, *data)[0]) in (np.float64, np.float32, float)
    return max(far(function(params, *data), wanted), far(function.bind(params, *data)(), wanted))


@pytest.mark.parametrize("hidden", HIDDEN)
def test_one_record_alone_has_the_derivatives_of_a_batch_of_one(hidden):
    for (output, cost), wrt in itertools.product(ENDS, (None, ("x", "W1", "b2"))):
        derivation = backpropagate(MLP([4, 2, 3], hidden=hidden, output=output, cost=cost, l2="lambda"), wrt)
        source = numpy_source(derivation)
        assert SINGLE in source
        made = load(source, "single")
        for dtype, scale in (("float64", 1), ("float32", 1), ("float64", 30)):
            assert compared(made, dtype=dtype, scale=scale) < TOLERANCE[dtype], (output, dtype, scale)


@pytest.mark.parametrize("name", MODELS)
def test_models_of_one_record(name):
    model = Model.parse(MODELS[name])
    source = numpy_source(backpropagate(model, (*model.parameters, *model.data)))
    assert SINGLE in source
    made = load(source, "single")
    for dtype in TOLERANCE:
        assert compared(made, dtype=dtype) < TOLERANCE[dtype]
    assert max(made.self_check(seed=5).values()) < 1e-12
    source = numpy_source(backpropagate(Model.parse(MODELS[name].replace("batch", "# batch"))))
    assert SINGLE not in source
    assert max(load(source, "alone").self_check(seed=5).values()) < 1e-12


@pytest.mark.parametrize("name", MODELS)
def test_what_is_bound_is_read_again_and_derivatives_share_no_memory(name):
    model = Model.parse(MODELS[name])
    made = load(numpy_source(backpropagate(model, (*model.parameters, *model.data))), "single")
    params, data = drawn(made)
    bound = made.make_gradient(1).bind(params, *data)
    bound()
    for array in (*params.values(), *data):
        array *= 0.5
    cost, grads = bound()
    assert far((cost, grads), made.gradient(params, *data)) < 1e-13
    for one, other in itertools.combinations(grads.values(), 2):
        assert not np.shares_memory(one, other)


def test_logits_as_large_as_can_be():
    made = load(numpy_source(backpropagate(MLP([2, 3, 2], hidden="identity"))), "single")
    params, data = drawn(made, scale=1e4)
    assert far(made.make_gradient(1)(params, *data), made.gradient(params, *data)) < 1e-13
    data[1] = np.array([[0.0, 1.0]])
    with np.errstate(all="raise", under="ignore"):
        cost, grads = made.make_gradient(1)(params, *data)
    assert np.isfinite(cost) and all(np.isfinite(g).all() for g in grads.values())


def test_a_wrong_function_for_one_record_is_seen_by_the_check_of_the_module():
    source = numpy_source(backpropagate(MLP([4, 3, 5], hidden="sigmoid")))
    start, end = source.index(SINGLE), source.index("def make_gradient(")
    for right, wrong in (
        ("subtract(a2, y, delta2)", "subtract(y, a2, delta2)"),
        ("subtract(one, a1, T3)", "add(one, a1, T3)"),
        ("C = -y.dot(T1)", "C = y.dot(T1)"),
        ("delta2.dot(W2, delta1)", "delta2.dot(W2 * W2, delta1)"),
    ):
        single = source[start:end]
        assert single.count(right) == 1, right
        made = load(source[:start] + single.replace(right, wrong) + source[end:], "wrong")
        assert max(made.self_check().values()) > 1e-3, wrong


def test_the_explanation_shows_one_record_alone():
    text = explain(backpropagate(MLP([2, 3, 2])))
    assert "# one record alone" not in explain(backpropagate(MLP(["n0", 3, 2])))
    shown = text.partition("# one record alone")[2]
    assert "nothing to do" not in shown and "# softmax of two: " in shown and "logaddexp" in shown
    assert "logaddexp" not in text.partition("# one record alone")[0]


def test_nothing_is_copied_and_vectors_are_multiplied_by_blas():
    source = numpy_source(backpropagate(MLP([4, 3, 5], "tanh"), ("x", "W1", "b1", "W2", "b2")))
    single = source[source.index(SINGLE) : source.index("def make_gradient(")]
    assert "copyto" not in single and "[:, None] *" not in single and "_column.dot(" in single
    assert single.count(": the same array") == 2 and ".T.dot(" not in single


def test_networks_that_are_not_tiny_have_no_such_function():
    for widths in ((70, 3, 2), ("n0", "n1", "n2")):
        assert SINGLE not in numpy_source(backpropagate(MLP(list(widths))))


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_the_softmax_of_two_keeps_the_digits_of_small_outputs_and_costs(dtype):
    made = load(numpy_source(backpropagate(MLP([2, 2]), ("b1",))), "two")
    assert "logaddexp(" in open_source(made)
    rng = np.random.default_rng(1)
    function = made.make_gradient(1, dtype=dtype)
    for scale, _ in itertools.product((1e-6, 1, 10, 40, 1e4), range(40)):
        b1 = (scale * rng.standard_normal(2)).astype(dtype)
        given = {"W1": np.zeros((2, 2), dtype), "b1": b1}, np.zeros((1, 2), dtype)
        allowed = 4 * np.finfo(dtype).eps * (1 + abs(float(b1[0]) - float(b1[1])))
        with mp.workdps(50):
            above = mp.mpf(float(b1[1])) - mp.mpf(float(b1[0]))
            costs = [mp.log1p(mp.exp(above)), mp.log1p(mp.exp(-above))]
            for target, exact in enumerate(costs):
                cost, _ = function(*given, np.eye(2, dtype=dtype)[target : target + 1])
                assert abs(cost - exact) <= allowed * max(exact, np.finfo(dtype).tiny)
            _, grads = function(*given, np.zeros((1, 2), dtype))
            for found, exact in zip(grads["b1"], costs, strict=True):
                assert abs(found - mp.exp(-exact)) <= allowed * max(mp.exp(-exact), np.finfo(dtype).tiny)


def test_what_is_on_the_way_to_a_softmax_of_two_and_read_again_stays():
    text = MODELS["two maxima"].replace("C = ", "s = sum(m, exp(z[m]))\n        C = log(s)^2 ")
    source = numpy_source(backpropagate(Model.parse(text)))
    made = load(source, "read")
    assert compared(made) < 1e-13


def open_source(made) -> str:
    return "".join(linecache.getlines(made.__file__))
