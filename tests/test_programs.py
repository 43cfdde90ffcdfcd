"""Generated modules: run, compared with numbers, misused, and read."""

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from sympy import exp, log

from codegen import check_gradient, compile_numpy, numpy_source
from codegen.programs import build_program
from codegen.programs.compile import load
from codegen.programs.decaying import decaying
from codegen.programs.functions import OWN, PRECISE, SPELLED, STABLE, z
from codegen.programs.identifiers import Names, identifier
from codegen.programs.stable import Stabiliser, sigmoid, softplus, stable_scalar
from codegen.programs.stable_rows import FAR
from derive import MLP, Model, backpropagate, depth
from derive.errors import InputError
from derive.forward import ACTIVATIONS, COSTS, activation
from derive.proof import decide
from derive.records import Equation
from derive.terms import dimension, element, index, maximum, minimum, named, scalar, total

J, K, M = map(index, "jkm")
N2 = dimension("n2")

EQUATIONS = {
    "skip connection": "z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]\na1[j] = tanh(z1[j]) + x[j]\n"
    "C = 1/2*sum(j, (a1[j] - y[j])^2)\nbatch x, y",
    "no batch": "z[j] = sum(i, W[j,i]*x[i])\nC = log(sum(j, exp(z[j]))) - sum(j, z[j]*y[j])",
    "scalar parameter": "param s\nz[j] = s*sum(i, W[j,i]*x[i])\nC = sum(j, (z[j] - y[j])^2)\nbatch x, y",
    "shared weight": "param U\ndata x, y, h0\nh1[j] = tanh(sum(i, W[j,i]*x[i]) + sum(k, U[j,k]*h0[k]))\n"
    "h2[j] = tanh(sum(i, W[j,i]*x[i]) + sum(k, U[j,k]*h1[k]))\nC = sum(j, (h2[j] - y[j])^2)\nbatch x, y",
    "layer norm": "data X\nparam g, b\nm[p] = sum(i, X[p,i])/size(i)\nv[p] = sum(i, (X[p,i] - m[p])^2)/size(i)\n"
    "h[p,i] = g[i]*(X[p,i] - m[p])/sqrt(v[p] + 1/1000) + b[i]\noutput h",
    "attention": "data X\nq[s,e] = sum(d, X[s,d]*Wq[d,e])\nk[s,e] = sum(d, X[s,d]*Wk[d,e])\n"
    "v[s,e] = sum(d, X[s,d]*Wv[d,e])\nu[s,t] = sum(e, q[s,e]*k[t,e])/sqrt(size(e))\na[s,t] = softmax(u)[s,t]\n"
    "h[s,e] = sum(t, a[s,t]*v[t,e])\noutput h\nbatch X",
    "convolution": "data x\nh[t] = sum(s, w[s]*x[t+s])\nC = sum(t, (h[t] - y[t])^2)",
    "diagonal": "param A\nC = sum(i, A[i,i]^2)*sum(j, x[j])",
    "three-way": "param T\nz[k] = sum(i, sum(j, T[k,i,j]*x[i]*y[j]))\nC = sum(k, z[k]^2)\nbatch x, y",
    "penalty inside": "z[j] = sum(i, W[j,i]*x[i])\n"
    "C = 1/2*(sum(j, (z[j] - y[j])^2) + 1/10*sum(j, sum(i, W[j,i]^2)))\nbatch x, y",
    "weight normalisation": "param V, g\nn[j] = sqrt(sum(i, V[j,i]^2))\nW[j,i] = g[j]*V[j,i]/n[j]\n"
    "z[j] = sum(i, W[j,i]*x[i])\nC = sum(j, (z[j] - y[j])^2)\nbatch x, y",
    "absolute values": "z[j] = sum(i, W[j,i]*x[i])\nC = sum(j, abs(z[j] - y[j]))\nbatch x, y",
    "letters p and N": "z[p] = sum(q, W[p,q]*x[q]) + b[p]\nC = sum(p, (z[p] - y[p])^2)\nbatch x, y",
    "two outputs": "z[j] = sum(i, W[j,i]*x[i])\nh[j] = tanh(z[j])\ng[j] = h[j]*h[j]\noutput h\noutput g\nbatch x",
    "Python's words": "data lambda\nparam class\nz[j] = sum(i, class[j,i]*x[i])\nnp[j] = relu(z[j])\n"
    "C = lambda*sum(j, (np[j] - y[j])^2)\nbatch x, y",
    "one output": "param v\ndata lambda, x, y\nz1[j] = sum(i, W1[j,i]*x[i]) + b1[j]\na1[j] = tanh(z1[j])\n"
    "s = sum(j, v[j]*a1[j])\nC = (s - y)^2 + lambda*sum(j, v[j]^2)\nbatch x, y",
    "unused parameter": "param V\nz[j] = sum(i, W[j,i]*x[i])\nu[j] = sum(i, V[j,i]*x[i])\n"
    "C = sum(j, (z[j] - y[j])^2)\nbatch x, y",
    "positive numbers": "C = sum(i, W[i]*log(x[i]))",
    "powers": "C = sum(i, x[i]^W[i])\nassume x[i] > 0",
    "softmax in place": "C = -sum(k, y[k]*log(softmax(b)[k]))",
    "literal indices": "C = x[0]*W[1,0] + W[0,2]^2*x[1]",
    "one-hot labels": "z[j] = sum(i, W[j,i]*x[i])\na[j] = softmax(z)[j]\nC = -sum(j, y[j]*log(a[j]))\n"
    "batch x, y\nassume onehot(y)",
    "repeated": "z[j,i] = b[j]\nC = sum(j, sum(i, z[j,i]*x[i]))\nbatch x",
    "two-dimensional convolution": "data x\nh[c,t] = sum(d, sum(s, w[c,d,s]*x[d,t+s]))\na[c,t] = relu(h[c,t])\n"
    "C = sum(c, sum(t, (a[c,t] - y[c,t])^2))\nbatch x, y",
    "scalar function of data": "data lam\nz[j] = sum(i, W[j,i]*x[i])\n"
    "C = sum(j, (z[j] - y[j])^2) + exp(lam)*sum(j, sum(i, W[j,i]^2))\nbatch x, y",
}


def agree(module, tolerance=1e-12):
    """The module's own check, in `gradient` and `make_gradient` both."""
    errors = module.self_check(seed=4)
    assert errors and all(error < tolerance for error in errors.values()), errors


@pytest.mark.parametrize("hidden", [name for name in ACTIVATIONS if name != "softmax"])
def test_every_activation(hidden):
    agree(compile_numpy(backpropagate(MLP([4, 3, 5], hidden=hidden))), 1e-7 if hidden == "gelu" else 1e-12)


def fitting():
    for cost in COSTS:
        for output in ("identity", "sigmoid", "softmax"):
            try:
                MLP([4, 3, 5], output=output, cost=cost)
            except InputError:
                continue
            yield cost, output


@pytest.mark.parametrize(("cost", "output"), list(fitting()))
def test_every_cost(cost, output):
    for widths in ([3, 2], [4, 3, 5], [2, 5, 3, 4]):
        agree(compile_numpy(backpropagate(MLP(widths, output=output, cost=cost, hidden="tanh"))))


@pytest.mark.parametrize("penalty", [{"l2": "lambda"}, {"l2": "1/10"}, {"l1": "mu"}])
def test_penalties(penalty):
    agree(compile_numpy(backpropagate(MLP([4, 3, 5], **penalty))))


@pytest.mark.parametrize("name", EQUATIONS)
def test_equations(name):
    agree(compile_numpy(backpropagate(Model.parse(EQUATIONS[name]))))


@pytest.mark.parametrize("wrt", [("x",), ("x", "W1"), ("y", "b2")])
def test_derivatives_by_data(wrt):
    module = compile_numpy(backpropagate(MLP([4, 3, 5], output="sigmoid"), wrt))
    assert set(module.gradient(module.init(), *sample(module))[1]) == {{"x": "X", "y": "Y"}.get(n, n) for n in wrt}
    agree(module)


def test_layer_without_a_cost_gives_the_derivatives_asked_for():
    model = Model.parse("data x\nz[j] = sum(i, W[j,i]*x[i]) + b[j]\nh[j] = gelu(z[j])\noutput h\nbatch x")
    module = compile_numpy(backpropagate(model, ("x", "W", "b")))
    agree(module, 1e-7)
    rng = np.random.default_rng(0)
    params, X, upstream = module.init(n_i=4, n_j=3), rng.random((6, 4)), rng.random((6, 3))
    grads = module.backward(params, X, upstream)
    assert {n: g.shape for n, g in grads.items()} == {"W": (3, 4), "b": (3,), "X": (6, 4)}
    assert module.forward(params, X).shape == (6, 3)


def sample(module, batch=7, dtype=float, seed=0, scale=1.0):
    rng = np.random.default_rng(seed)
    X = scale * rng.standard_normal((batch, module.SIZES["n0"]))
    Y = rng.random((batch, list(module.SIZES.values())[-1])) + 0.1
    return X.astype(dtype), (Y / Y.sum(axis=1, keepdims=True)).astype(dtype)


@pytest.fixture(scope="module")
def digits():
    return compile_numpy(backpropagate(MLP([4, 3, 5], hidden="relu")))


def test_gradients_agree_with_the_independent_check(digits):
    params = digits.init(seed=2)
    report = check_gradient(digits.cost, digits.gradient, params, *sample(digits))
    assert report.ok, str(report)


@pytest.mark.parametrize("hidden", [name for name in ACTIVATIONS if name != "softmax"])
def test_the_workspace_computes_the_same_numbers(hidden):
    module = compile_numpy(backpropagate(MLP([4, 3, 5], hidden=hidden)))
    for dtype in (np.float64, np.float32):
        params, data = module.init(seed=3, dtype=dtype), sample(module, dtype=dtype, scale=3)
        cost, grads = module.gradient(params, *data)
        again, others = module.make_gradient(7, dtype=dtype)(params, *data)
        assert cost == module.cost(params, *data)
        limit = 8 * np.finfo(dtype).eps
        assert abs(again - cost) <= limit * max(1, abs(cost))
        for name, grad in grads.items():
            assert np.max(abs(others[name] - grad)) <= limit * max(1, np.max(abs(grad))), name


@pytest.mark.parametrize("hidden", [name for name in ACTIVATIONS if name != "softmax"])
@pytest.mark.parametrize("l2", [None, "lambda"])
def test_float32_in_float32_all_through(hidden, l2):
    source = numpy_source(backpropagate(MLP([4, 3, 5], hidden=hidden, l2=l2)))
    module = load(source, "checked")
    params, data = module.init(seed=3, dtype=np.float32), sample(module, dtype=np.float32)
    extra = (0.1,) if l2 else ()
    made = re.sub(
        r"^    (return (?:A2|C)\b.*)$",
        r"    types.update({n: v.dtype for n, v in locals().items() "
        r"if isinstance(v, (np.ndarray, np.generic))})\n    \1",
        source,
        flags=re.M,
    )
    spied = load(made.replace("import numpy as np", "import numpy as np\n\ntypes = {}", 1), "spied")
    spied.forward(params, data[0])
    spied.gradient(params, *data, *extra)
    assert spied.types and set(spied.types.values()) == {np.dtype(np.float32)}, spied.types
    assert module.forward(params, data[0]).dtype == np.float32


def test_fresh_arrays_and_overwritten_ones(digits):
    params, (X, Y) = digits.init(), sample(digits)
    _, first = digits.gradient(params, X, Y)
    kept = {n: g.copy() for n, g in first.items()}
    digits.gradient(params, 2 * X, Y)
    assert all(np.array_equal(first[n], kept[n]) for n in kept)
    arrays = [*first.values(), *params.values(), X, Y]
    assert not any(np.shares_memory(a, b) for n, a in enumerate(arrays) for b in arrays[n + 1 :])
    gradient = digits.make_gradient(7)
    _, one = gradient(params, X, Y)
    _, two = gradient(params, 2 * X, Y)
    assert one["W1"] is two["W1"]


def test_step_goes_downhill_in_place(digits):
    params, data = digits.init(), sample(digits)
    before, W1 = digits.cost(params, *data), params["W1"]
    for _ in range(20):
        assert digits.step(params, digits.gradient(params, *data)[1], 0.5) is params
    assert params["W1"] is W1 and digits.cost(params, *data) < before


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_finite_for_enormous_logits(output):
    module = compile_numpy(backpropagate(MLP([4, 3, 5], output=output, hidden="identity")))
    params, (X, Y) = module.init(seed=1), sample(module)
    params["W2"] *= 1e4 / np.abs(module.forward(params, X) * 0 + X @ params["W1"].T @ params["W2"].T).max()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        cost, grads = module.gradient(params, X, Y)
        assert np.isfinite(cost) and cost > 100 and all(np.isfinite(g).all() for g in grads.values())
        assert np.isfinite(module.cost(params, X, Y))


@pytest.mark.parametrize("hidden", [name for name in ACTIVATIONS if name != "softmax"])
def test_activations_neither_overflow_nor_warn(hidden):
    module = compile_numpy(backpropagate(MLP([4, 3, 5], hidden=hidden)))
    params, (X, Y) = module.init(seed=1), sample(module)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        cost, grads = module.gradient(params, 1e4 * X, Y)
    assert np.isfinite(cost) and all(np.isfinite(g).all() for g in grads.values())


def test_symbolic_widths_are_read_from_the_arrays():
    module = compile_numpy(backpropagate(MLP(["n0", "n1", "n2"])))
    agree(module)
    for widths in ({"n0": 2, "n1": 6, "n2": 3}, {"n0": 5, "n1": 1, "n2": 2}):
        params = module.init(seed=1, **widths)
        X, Y = np.ones((4, widths["n0"])), np.full((4, widths["n2"]), 1 / widths["n2"])
        cost, grads = module.gradient(params, X, Y)
        assert grads["W1"].shape == (widths["n1"], widths["n0"])
        assert module.make_gradient(4, **widths)(params, X, Y)[0] == cost
    with pytest.raises(ValueError, match="the size n1 is missing: give n0=..., n1=..., n2=..."):
        module.init(n0=2)
    with pytest.raises(ValueError, match="n3 = 2: the sizes to give are n0, n1, n2"):
        module.init(n0=2, n1=2, n2=2, n3=2)
    with pytest.raises(ValueError, match="n1 = 0: a size is a positive whole number"):
        module.init(n0=2, n1=0, n2=2)


MISUSE = {
    "X of another width": (lambda p, X, Y: (p, X[:, :3], Y), r"X has shape \(7, 3\), expected .* \(N, n0 = 4\)"),
    "records as columns": (lambda p, X, Y: (p, X.T, Y), r"X has shape \(4, 7\), expected"),
    "one record": (lambda p, X, Y: (p, X[0], Y), r"X has shape \(4,\), expected an array of float.* of shape \(N, n0"),
    "fewer targets": (lambda p, X, Y: (p, X, Y[:5]), r"Y has shape \(5, 5\), expected .* \(N = 7, n2 = 5\)"),
    "no records": (lambda p, X, Y: (p, X[:0], Y[:0]), r"X has shape \(0, 4\)"),
    "a list": (lambda p, X, Y: (p, X.tolist(), Y), "X is list, expected"),
    "objects": (lambda p, X, Y: (p, X.astype(object), Y), "X has dtype object, expected"),
    "whole numbers": (lambda p, X, Y: ({**p, "W1": np.ones((3, 4), int)}, X, Y), "W1 has dtype int64, expected"),
    "a transposed weight": (lambda p, X, Y: ({**p, "W1": p["W1"].T}, X, Y), r"W1 has shape \(4, 3\), expected"),
    "a missing bias": (lambda p, X, Y: ({"W1": p["W1"]}, X, Y), "params is a dictionary of W1, b1, W2, b2"),
    "no dictionary": (lambda p, X, Y: ([p["W1"]], X, Y), "params is a dictionary of W1, b1, W2, b2"),
}


@pytest.mark.parametrize("case", MISUSE)
def test_misuse_is_said_in_one_line(case, digits):
    change, message = MISUSE[case]
    params, (X, Y) = digits.init(), sample(digits)
    for function in (digits.gradient, digits.cost, digits.make_gradient(7)):
        with pytest.raises(ValueError, match=message.replace(r"\(N, ", r"\(N(?: = 7)?, ")) as caught:
            function(*change(params, X, Y))
        assert "\n" not in str(caught.value)


def test_a_workspace_holds_to_its_type_and_size(digits):
    params, (X, Y) = digits.init(), sample(digits)
    with pytest.raises(ValueError, match="dtype float64, expected an array of float32"):
        digits.make_gradient(7, dtype=np.float32)(params, X, Y)
    with pytest.raises(ValueError, match=r"X has shape \(7, 4\), expected .* \(N = 6"):
        digits.make_gradient(6)(params, X, Y)
    with pytest.raises(ValueError, match="batch = 0"):
        digits.make_gradient(0)


def test_run_as_a_program_it_checks_itself(tmp_path):
    source = numpy_source(backpropagate(MLP([4, 3, 5], l2="lambda")), "backproof derive 4-3-5 --l2 lambda")
    assert source.startswith("# made by: backproof derive 4-3-5 --l2 lambda\n")
    plants = {
        "right": ("", "", 0),
        "a lost factor": (" * (1 - A1)", "", 1),
        "a sign": ("A2 - Y", "A2 + Y", 1),
        "a sign in the workspace": ("subtract(A2, Y, Delta2)", "add(A2, Y, Delta2)", 1),
        "a sign for one record": ("subtract(a2, y, delta2)", "add(a2, y, delta2)", 1),
        "a lost mean": ("(Delta1.T @ X) / N", "(Delta1.T @ X)", 1),
        "a lost penalty": (" + lambda_ * W1", "", 1),
        "a lost mean of the cost": ("axis=None) / N", "axis=None)", 1),
    }
    for name, (old, new, status) in plants.items():
        path = tmp_path / "gradient.py"
        assert old in source, name
        path.write_text(source.replace(old, new) if old else source)
        done = subprocess.run([sys.executable, "-I", path], capture_output=True, text=True)
        assert done.returncode == status, (name, done.stdout, done.stderr)
        assert ("WRONG" in done.stdout) == bool(status) and not done.stderr


def test_reads_like_the_derivation():
    source = numpy_source(backpropagate(MLP([4, 3, 5])))
    assert source == numpy_source(backpropagate(MLP([4, 3, 5])))
    for line in (
        "Z1 = X @ W1.T + b1  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]",
        "Delta2 = A2 - Y  # delta2[k] = a2[k] - y[k]",
        "Delta1 = (Delta2 @ W2) * A1 * (1 - A1)  # delta1[j] = sum(k, W2[k,j]*delta2[k])*a1[j]*(1 - a1[j])",
        "dW1 = (Delta1.T @ X) / N  # dC/dW1[j,i] = delta1[j]*x[i], mean over the records",
        "Delta1.T.dot(X, dW1)  # dC/dW1[j,i] = delta1[j]*x[i], mean over the records",
    ):
        assert f"    {line}\n" in source
    imported = set(re.findall(r"^(?:from|import) (\w+)", source, flags=re.M))
    assert imported == {"concurrent", "contextvars", "functools", "math", "sys", "numpy"}
    assert max(map(len, source.splitlines())) <= 120


def test_the_hot_path_allocates_nothing_and_uses_no_where():
    source = numpy_source(backpropagate(MLP([7, 6, 5, 4], hidden="relu")))
    inner = source[source.index("        X.dot(W1.T, out=Z1)") : source.index("        return C, grads")]
    statements = [line.split("#")[0].strip() for line in inner.splitlines()]
    plain = ("C = ", "return", "np.copyto(")
    assert all("out=" in s or s.startswith(plain) or not s for s in statements), statements
    assert "np.where" not in source and "einsum" not in source


def test_program_has_only_what_is_needed():
    program = build_program(backpropagate(MLP([4, 3, 5])))
    assert [a.name for a in program.needed(["A2"])] == ["Z1", "A1", "Z2", "max2", "exp2", "sum2", "A2"]
    assert program.gradients == {n: f"dC/d{n}" for n in ("W1", "b1", "W2", "b2")}
    assert program.outputs == ("A2",)


def test_an_unknown_function_has_no_program():
    with pytest.raises(InputError, match="f has no formula"):
        numpy_source(backpropagate(MLP([4, 3, 5], hidden="f")))


FORMULAS = {name: activation(name) for name in ("sigmoid", "softplus")}
u, v = element("u", K), scalar("v")
STABLE_FORMS = [
    1 / (1 + exp(-v)),
    1 / (1 + exp(v)) ** 2,
    exp(v) / (1 + exp(v)),
    v * exp(-v) / (1 + exp(-v)) ** 2,
    exp(2 * v) / (1 + exp(v)) ** 3,
    log(1 + exp(v)),
    log(sigmoid(v)),
    log(1 - sigmoid(v)),
    log(1 / (1 + exp(-v))),
    v * named("tanh")(log(1 + exp(v))),
]


@pytest.mark.parametrize("formula", STABLE_FORMS, ids=str)
def test_stable_scalars_are_proved_equal(formula):
    stable = stable_scalar(formula)
    assert stable != formula
    functions = {**FORMULAS, "tanh": activation("tanh")}
    assert decide(formula, stable, functions=functions).status == "proved"


FRACTIONS = [
    3 / (2 + exp(-2 * v)),
    6 * exp(-2 * v) / (2 + exp(-2 * v)) ** 2,
    3 / (2 + exp(-2 * v)) - maximum(v, 0) / 7,
    (exp(v) - exp(-v)) / (exp(v) + exp(-v)),
    v * exp(v / 2) / (1 + exp(v / 3) + exp(v)),
]


@pytest.mark.parametrize("formula", FRACTIONS, ids=str)
def test_fractions_in_decaying_exponentials_are_proved_equal(formula):
    stable = decaying(formula, v)
    assert stable != formula and decide(formula, stable).status == "proved"


@pytest.mark.parametrize("formula", [exp(v), 1 / (1 - exp(v)), log(2 + exp(v))], ids=str)
def test_what_has_no_bound_is_left_as_it_is(formula):
    assert decaying(formula, v) == formula


def test_an_activation_of_ones_own_neither_overflows_nor_warns():
    model = MLP([4, 3, 5], hidden="3/(2 + exp(-2*z)) - max(z, 0)/7")
    module = compile_numpy(backpropagate(model))
    params, (X, Y) = module.init(seed=1), sample(module)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        cost, grads = module.gradient(params, 1e4 * X, Y)
    assert np.isfinite(cost) and all(np.isfinite(g).all() for g in grads.values())


@pytest.mark.parametrize("name", STABLE)
def test_stable_ways_to_compute_functions_are_proved_equal(name):
    formula = activation("sigmoid" if name == PRECISE else name)
    usual = formula.expression.xreplace({formula.variable: z})
    below, tanh = STABLE[name].xreplace({minimum(z, FAR): z}), activation("tanh")
    assert decide(usual, below, functions={"tanh": tanh}).status == "proved"
    assert decide(usual + z, below, functions={"tanh": tanh}).status == "refuted"


def test_a_sigmoid_of_a_far_number_is_off_by_less_than_floats_see():
    """Above u = 60 it is sigmoid(60), which lies exp(-60) below 1."""
    assert 0 < 1 - 1 / (1 + exp(-FAR).evalf(60)) < exp(-FAR) < sys.float_info.epsilon * 1e-9


@pytest.mark.parametrize("name", OWN)
def test_a_function_that_modules_have_themselves_is_no_name_for_another(name):
    text = f"""{name}(u) = 2*u
        a[k] = {name}(w[k]*x[k])
        C = sum(k, (a[k] - y[k])^2)
        batch x, y"""
    with pytest.raises(InputError, match=f"{name} is a function of every module; take another name"):
        numpy_source(backpropagate(Model.parse(text)))


def test_spelled_functions_are_proved_equal():
    for function, formula in SPELLED.items():
        assert decide(function(z), formula).status == "proved"


QUOTIENT = exp(u) / total(exp(element("u", M)), (M, N2))


@pytest.mark.parametrize(
    "formula",
    [QUOTIENT, log(QUOTIENT), element("t", K) * log(QUOTIENT), log(total(exp(2 * element("u", M)), (M, N2)))],
    ids=["softmax", "log-softmax", "cross-entropy", "log-sum-exp"],
)
def test_shifted_softmax_is_proved_equal_whatever_the_shift(formula):
    helpers, stable = Stabiliser().rewrite(formula, {K: N2}, "2")
    assert [h.name for h in helpers] == ["max2", "exp2", "sum2"] and helpers[0].over is not None
    definitions = {h.name: Equation(h.name, h.indices, h.right, h.ranges) for h in helpers if h.over is None}
    proof = decide(formula, stable, ranges={K: N2} if K in formula.free_symbols else {}, definitions=definitions)
    assert proof.status == "proved"


def test_the_log_is_taken_through_what_defines_the_array():
    stabiliser = Stabiliser()
    helpers, _ = stabiliser.equation(Equation("a2", (K,), QUOTIENT, {K: N2}))
    more, right = stabiliser.equation(Equation("C", (), -total(element("y", K) * log(element("a2", K)), (K, N2))))
    assert len(helpers) == 3 and not more and "a2" not in str(right)
    stabiliser.equation(Equation("a1", (J,), sigmoid(element("z1", J)), {J: N2}))
    _, right = stabiliser.equation(Equation("D", (), total(log(1 - element("a1", J)), (J, N2))))
    assert right == -total(softplus(element("z1", J)), (J, N2)) or right == total(-softplus(element("z1", J)), (J, N2))


def test_identifiers():
    assert identifier("dC/da1") == "da1" and identifier("lambda") == "lambda_" and identifier("δ1") == "δ1"
    assert identifier("np") == "np_" and identifier("sum") == "sum_"
    names = Names({"relu"})
    assert names["relu"] == "relu_" and names["da1"] == "da1" and names["dC/da1"] == "da1_" and names["da1"] == "da1"
    assert names.fresh("T") == "T1" and names.fresh("T") == "T2"


def test_arrays_called_like_functions_do_not_clash():
    model = Model.parse(
        "sigmoid1[j] = sum(i, W[j,i]*x[i])\nsigmoid_slope[j] = silu(sigmoid1[j])\n"
        "C = sum(j, (sigmoid_slope[j] - y[j])^2)\nbatch x, y"
    )
    agree(compile_numpy(backpropagate(model)))


def test_derivation_is_left_as_it_is():
    derivation = backpropagate(MLP([4, 3, 5]))
    numpy_source(derivation)
    assert replace(derivation) == derivation


def test_a_model_is_no_derivation():
    with pytest.raises(InputError, match="compile_numpy got Model; a Derivation is expected: call backpropagate first"):
        compile_numpy(MLP([4, 3, 5]))


SLIDING = {
    "one channel": ("h[t] = sum(s, w[s]*x[t+s])\noutput h\ndata x", (3,), (7,), (5,)),
    "channels": ("h[c,t] = sum(d, sum(s, W[c,d,s]*x[d,t+s]))\noutput h\ndata x", (2, 4, 3), (4, 7), (2, 5)),
}


@pytest.mark.parametrize("batch", [1, 2, 7])
@pytest.mark.parametrize(
    ("output", "cost", "width"), [("softmax", "cross-entropy", 2), ("softmax", "mse", 5), ("mish", "huber", 3)]
)
def test_tiny_networks_of_one_record_and_of_more(output, cost, width, batch):
    """A single row is not spread over: it is one vector beside another."""
    module = compile_numpy(backpropagate(MLP([2, 3, width], output=output, cost=cost)))
    params, (X, Y), constants = module.init(seed=3), sample(module, batch), [0.5] * (cost == "huber")
    cost_, grads = module.gradient(params, X, Y, *constants)
    gradient = module.make_gradient(batch)
    for found in (gradient(params, X, Y, *constants), gradient.bind(params, X, Y, *constants)()):
        assert found[0] == pytest.approx(cost_, rel=1e-14)
        for name, grad in grads.items():
            assert found[1][name] == pytest.approx(grad, rel=1e-12, abs=1e-15), name


WAYS = {
    "4-3-5": (lambda m: m.make_gradient(7), backpropagate(MLP([4, 3, 5]))),
    "in threads": (lambda m: m.make_gradient(7, threads=2), backpropagate(MLP([4, 3, 5]))),
    "any depth": (lambda m: m.make_gradient(7, widths=(4, 3, 5)), depth()),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_bound_gradient_computes_from_what_the_arrays_hold_now(way, digits):
    make, derivation = WAYS[way]
    gradient = make(compile_numpy(derivation))
    params, (X, Y) = digits.init(seed=2), sample(digits)
    bound = gradient.bind(params, X, Y)
    first = bound()[0]
    params["W1"] *= 2
    X += 1
    cost, grads = bound()
    grads = {name: grad.copy() for name, grad in grads.items()}
    assert cost != first and cost == gradient(params, X, Y)[0]
    assert all(np.array_equal(grads[name], grad) for name, grad in gradient(params, X, Y)[1].items())


def test_binding_arrays_that_do_not_fit_is_refused(digits):
    params, (X, Y) = digits.init(), sample(digits)
    for given in ((params, X[:, :3], Y), (params, X, Y[:5]), ({}, X, Y), (params, X.astype(np.float32), Y)):
        with pytest.raises(ValueError, match=r"\A[^\n]+\Z"):
            digits.make_gradient(7).bind(*given)


@pytest.mark.parametrize("name", SLIDING)
def test_sizes_of_no_axis_are_found_from_the_others(name):
    text, weights, data, output = SLIDING[name]
    module = compile_numpy(backpropagate(Model.parse(text)))
    agree(module)
    (key,) = module.PARAMETERS
    params, x = {key: np.ones(weights)}, np.ones(data)
    assert module.forward(params, x).shape == output
    assert module.backward(params, x, np.ones(output))[key].shape == weights
    with pytest.raises(ValueError, match="the size n_t is not a positive number: .* is too small"):
        module.forward(params, x[..., :2])
    with pytest.raises(ValueError, match="the size .* is 7, expected 6"):
        module.backward(params, x, np.ones((*output[:-1], 4)))


def test_sizes_that_no_array_tells():
    model = Model.parse("h[t,s] = x[t+s]\noutput h\ndata x")
    with pytest.raises(InputError, match="no array tells the sizes in"):
        compile_numpy(backpropagate(model, ("x",)))


GROWING = [
    "(exp(2*z)-1)/(exp(2*z)+1)",
    "(exp(2*z)-1)/(exp(2*z)+2)",
    "exp(z)*sigmoid(-z)",
    "z*((1+exp(z))^2-1)/((1+exp(z))^2+1)",
]


@pytest.mark.parametrize("formula", GROWING)
def test_fractions_in_growing_exponentials_stay_finite(formula):
    written = formula.replace("exp(z)", "exp(z1[j])").replace("*z)", "*z1[j])").replace("(-z)", "(-z1[j])")
    written = written.replace("z*(", "z1[j]*(")
    equations = f"z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]\na1[j] = {written}\nC = sum(j, (a1[j] - y[j])^2)\nbatch x, y"
    for model, sizes in ((MLP([4, 3, 5], hidden=formula), {}), (Model.parse(equations), {"n_i": 4, "n_j": 5})):
        module = compile_numpy(backpropagate(model))
        agree(module)
        X, Y = np.random.default_rng(0).standard_normal((6, 4)), np.full((6, 5), 0.2)
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            cost, grads = module.gradient(module.init(seed=1, **sizes), 1e3 * X, Y)
        assert np.isfinite(cost) and all(np.isfinite(g).all() for g in grads.values())


def test_the_facts_that_derivatives_rest_on_are_named():
    assert "\nIt is assumed that sum(k, y[k]) = 1.\n" in numpy_source(backpropagate(MLP([4, 3, 5])))
    assert "assumed" not in numpy_source(backpropagate(MLP([4, 3, 5], output="identity", cost="mse")))


def test_without_a_cost_derivatives_by_parameters_are_sums_over_the_records():
    module = compile_numpy(backpropagate(Model.parse("h[j] = sum(i, W[j,i]*x[i]) + b[j]\noutput h\nbatch x")))
    rng = np.random.default_rng(0)
    params, X, upstream = module.init(n_i=4, n_j=3), rng.random((6, 4)), rng.random((6, 3))
    for backward in (module.backward, module.make_backward(6, n_i=4, n_j=3)):
        grads = backward(params, X, upstream)
        assert np.allclose(grads["W"], upstream.T @ X) and np.allclose(grads["b"], upstream.sum(axis=0))
    assert "sum" in module.backward.__doc__ and "mean" not in module.backward.__doc__


def test_what_depends_on_no_record_is_counted_once():
    model = Model.parse("h[j] = sum(i, W[j,i]*x[i])\ng[j] = sum(i, W[j,i])\noutput h\noutput g\nbatch x")
    agree(compile_numpy(backpropagate(model)))


def test_fixed_sizes_and_no_parameters_are_written_shortly():
    fixed = numpy_source(backpropagate(MLP([4, 3, 5])))
    assert "names = ()" not in fixed
    with pytest.raises(ValueError, match="n1 = 7: the sizes of this network are fixed"):
        load(fixed, "fixed").init(n1=7)
    module = compile_numpy(backpropagate(Model.parse("data x\nh[i] = tanh(x[i])\noutput h"), ("x",)))
    assert module.init(n_i=2) == {}
    agree(module)


def test_one_wrong_derivative_of_many_is_found_and_named():
    source = numpy_source(backpropagate(MLP([2] * 31)))
    module = load(source.replace("def cost(", "CALLS = []\n\n\ndef cost(").replace(
        '    """The mean cost of the records."""', '    CALLS.append(1)'), "counted")  # fmt: skip
    agree(module)
    assert len(module.CALLS) < 60
    wrong = load(source.replace("dW17 = (", "dW17 = (1 + 1e-6) * ("), "wrong").self_check()
    assert [name for name, error in wrong.items() if error > 1e-10] == ["W17"]
    lost = load(source.replace('"b9": db9', '"b9": 0 * db9'), "lost").self_check()
    assert [name for name, error in lost.items() if error > 1e-10] == ["b9"]


SUMMED = [
    MLP([5, 5, 5], l1="0.1", l2="0.2"),
    Model.parse("C = sum(j, (x[j]*w[j])^2) + size(j)*sum(j, w[j]^4)\nbatch x\nsize n = 3\nparam w[n]"),
]


@pytest.mark.parametrize("model", SUMMED, ids=["penalties", "sums"])
def test_the_workspace_gives_the_same_cost_and_the_self_check_looks_at_it(model):
    derivation = backpropagate(model)
    module = compile_numpy(derivation)
    rng = np.random.default_rng(1)
    sizes = {**module.SIZES, "N": 4}
    arrays = {name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in module.SHAPES.items()}
    params = {name: arrays.pop(name) for name in module.PARAMETERS}
    data = arrays.values()
    assert module.make_gradient(4)(params, *data)[0] == module.gradient(params, *data)[0]
    source = numpy_source(derivation)
    planted = re.sub(r"    return C, (grads|\{)", r"    return 2 * C, \1", source)
    assert planted != source and load(source, "right").main() == 0 and load(planted, "planted").main() == 1
