"""Programs for other array libraries: the numbers of the NumPy module, and what is special to each library."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from model_samples import FOLDER, fitting, length, widths

from codegen.programs import build_program
from codegen.programs.checks.numerical import check_gradient
from codegen.programs.compile import load
from codegen.programs.targets import TARGETS
from derive import MLP, Model, backpropagate
from derive.backward.depth import induction
from derive.errors import InputError
from derive.forward.any_depth import any_depth

ROOT = Path(__file__).resolve().parent.parent
OTHERS = [name for name in TARGETS if name not in ("numpy", "python")]
"""All but NumPy, and plain Python, which takes the numbers of one record in lists: see test_python_target."""

NETWORKS = {
    "softmax": lambda: MLP([4, 3, 5]),
    "relu and L2": lambda: MLP([3, 4, 2], hidden="relu", l2="lambda"),
    "tanh and half-sse": lambda: MLP([3, 4, 2], hidden="tanh", output="identity", cost="half-sse"),
    "names of widths": lambda: MLP(["n0", "n1", "n2"], hidden="elu"),
    "gelu": lambda: MLP([3, 4, 2], hidden="gelu"),
    "L1": lambda: MLP([3, 2], l1="mu"),
    "convolution and pooling": lambda: Model.parse(
        "z[c,t] = sum(d, sum(s < 3, W[c,d,s]*x[d,t+s])) + b[c]\na[c,t] = relu(z[c,t])\n"
        "h[c,u] = max(s < 2, a[c,2*u+s])\nC = 1/2*sum(c, sum(u, (h[c,u] - y[c,u])^2))\nbatch x, y"
    ),
    "diagonal": lambda: Model.parse("param A\nC = sum(i, A[i,i]^2)*sum(j, x[j])"),
    "literal indices": lambda: Model.parse("C = x[0]*W[1,0] + W[0,2]^2*x[1]"),
    "three factors": lambda: Model.parse(
        "param T\nz[k] = sum(i, sum(j, T[k,i,j]*x[i]*y[j]))\nC = sum(k, z[k]^2)\nbatch x, y"
    ),
    "unused parameter": lambda: Model.parse(
        "param V\nu[j] = sum(i, V[j,i]*x[i])\nC = sum(i, (W[i] - x[i])^2)\nbatch x"
    ),
    "scalar parameter": lambda: Model.parse("param s\nz[j] = s*x[j]\nC = sum(j, (z[j] - y[j])^2)\nbatch x, y"),
}
EXAMPLES = (
    "layer_norm",
    "attention",
    "multi_head",
    "rnn3",
    "lstm",
    "conv2d",
    "embedding",
    "huber",
    "kl",
    "hinge",
    "infonce",
)
MODELS = (*NETWORKS, *EXAMPLES)
FEW = ("relu and L2", "attention", "conv2d")

models = pytest.mark.parametrize("name", MODELS)
targets = pytest.mark.parametrize("target", OTHERS)


@cache
def derivation(name, wrt=None):
    text = FOLDER / f"{name}.eq"
    return backpropagate(NETWORKS[name]() if name in NETWORKS else Model.parse(text.read_text(encoding="utf-8")), wrt)


@cache
def source(target, name, wrt=None):
    return TARGETS[target](derivation(name, wrt), "")


@cache
def module(target, name, wrt=None):
    """A module loaded; its test is skipped where a library is missing that it imports."""
    text = source(target, name, wrt)
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for imported in [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]:
                pytest.importorskip(imported, reason=f"needs {imported}")
    with without_compiling(target):
        return load(text, "target")


@contextmanager
def without_compiling(target):
    """Numba's loops run as plain Python but where a test is about compiling them."""
    with pytest.MonkeyPatch.context() as patch:
        if target == "numba":
            patch.setattr(importlib.import_module("numba").config, "DISABLE_JIT", True)
        yield


def doubles(target):
    """Where JAX computes in float64."""
    return importlib.import_module("jax").enable_x64(True) if target == "jax" else nullcontext()


@cache
def numbers(name, wrt=None, seed=0):
    """Parameters and the other arguments of a module, at widths that all differ."""
    made, model = module("numpy", name, wrt), derivation(name, wrt).model
    arguments = [*inspect.signature(made.gradient if model.cost else made.backward).parameters][1:]
    told, rng = dict(zip(arguments, model.data, strict=False)), np.random.default_rng(seed)
    sizes = widths(made, model, told)
    records = {made.SHAPES[a][0]: sizes["batch"] for a, array in told.items() if array in model.batch}
    by_axis = {**made.SIZES, **sizes, **records}
    arrays = {n: rng.standard_normal([length(axis, by_axis) for axis in axes]) for n, axes in made.SHAPES.items()}
    arrays = {n: array if array.shape else np.asarray(0.5) for n, array in arrays.items()}
    facts = {a: {f.kind for f in model.facts if f.array == told.get(a)} for a in arguments}
    return {n: arrays[n] for n in made.PARAMETERS}, [fitting(arrays[a], facts[a]) for a in arguments]


def returned(made, params, given, dtype=np.float64, asarray=None):
    """The cost (None without one) and the derivatives by name, as NumPy arrays; from JAX through one compilation."""
    asarray = asarray or getattr(made, "asarray", np.asarray)
    params = {name: asarray(array.astype(dtype)) for name, array in params.items()}
    function = made.gradient if hasattr(made, "gradient") else made.backward
    function = made.jax.jit(function) if hasattr(made, "jax") else function
    found = function(params, *(asarray(array.astype(dtype)) for array in given))
    cost, grads = found if isinstance(found, tuple) else (None, found)
    return None if cost is None else float(cost), {name: np.asarray(grad) for name, grad in grads.items()}


def agree(found, wanted, tolerance):
    """The same names and shapes, and numbers that differ by the tolerance at most, relative to the largest."""
    (cost, grads), (right, others) = found, wanted
    assert (cost is None) == (right is None) and grads.keys() == others.keys()
    assert cost is None or abs(cost - right) <= tolerance * abs(right)
    for name, grad in grads.items():
        assert grad.shape == others[name].shape, name
        assert np.abs(grad - others[name]).max() <= tolerance * np.abs(others[name]).max(), name


@targets
@models
def test_every_target_computes_what_numpy_computes(target, name):
    made, given = module(target, name), numbers(name)
    wanted = returned(module("numpy", name), *given)
    with doubles(target):
        agree(returned(made, *given), wanted, 1e-12)


@targets
@pytest.mark.parametrize("name", FEW)
def test_float32_in_float32(target, name):
    made, given = module(target, name), numbers(name)
    cost, grads = returned(made, *given, dtype=np.float32)
    assert {grad.dtype for grad in grads.values()} == {np.dtype(np.float32)}
    agree((cost, grads), returned(module("numpy", name), *given), 1e-5)


@targets
@pytest.mark.parametrize("name", ["tanh and half-sse", "layer_norm"])
def test_the_module_checks_itself(target, name, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["gradient.py"])
    made = module(target, name)
    with doubles(target):
        assert made.main() == 0, capsys.readouterr().out


@targets
def test_a_planted_error_is_found(target, monkeypatch, capsys):
    module(target, "softmax")
    monkeypatch.setattr(sys, "argv", ["gradient.py"])
    text, count = re.subn(r"(Delta2\S* = \(?A2\S*) - Y", r"\1 + Y", source(target, "softmax"))
    assert count
    with without_compiling(target), doubles(target):
        assert load(text, "planted").main() == 1
    assert "WRONG" in capsys.readouterr().out


@targets
@models
def test_every_line_stands_beside_its_equation(target, name):
    said = re.sub(r"[\s#]+", " ", source(target, name))
    program = build_program(derivation(name))
    for line in program.needed([*([program.cost] if program.cost else []), *program.gradients.values()]):
        assert line.equation in said


@targets
def test_wrong_arrays_are_refused_in_one_line(target):
    made, (params, (X, Y)) = module(target, "softmax"), numbers("softmax")
    asarray = getattr(made, "asarray", np.asarray)
    with doubles(target):
        right = {name: asarray(array) for name, array in params.items()}
        wrong = {
            r"X has shape \(8, 3\), expected .* \(N = 8, n0 = 4\)$": (right, asarray(X[:, :3]), asarray(Y)),
            r"Y has shape \(5, 5\), expected .* \(N = 8, n2 = 5\)$": (right, asarray(X), asarray(Y[:5])),
            r"W1 has shape \(3,\), expected": ({**right, "W1": asarray(params["W1"][:, 0])}, asarray(X), asarray(Y)),
            r"X has dtype .*int64, expected": (right, asarray(X.astype(int)), asarray(Y)),
            r"X is list, expected": (right, X.tolist(), asarray(Y)),
            r"params is a dictionary of W1, b1, W2, b2$": ({"W1": right["W1"]}, asarray(X), asarray(Y)),
        }
        for said, arguments in wrong.items():
            with pytest.raises(ValueError, match=said):
                made.gradient(*arguments)


@targets
def test_what_is_given_is_left_as_it_was(target):
    made, (params, given) = module(target, "attention"), numbers("attention")
    kept = [array.copy() for array in (*params.values(), *given)]
    with doubles(target):
        returned(made, params, given)
    assert all(np.array_equal(one, other) for one, other in zip(kept, (*params.values(), *given), strict=True))


@targets
def test_networks_of_any_depth_are_refused_in_one_line(target):
    with pytest.raises(InputError, match="any depth is written for numpy only") as raised:
        TARGETS[target](induction(any_depth()), "")
    assert "\n" not in str(raised.value)


# ---- the array API standard

LIBRARIES = ("array_api_strict", "torch", "jax.numpy", "dask.array")


@pytest.fixture
def library(request):
    """A library in float64, the strict one at the version of the standard that modules are written for."""
    xp = pytest.importorskip(request.param, reason=f"needs {request.param}")
    if request.param == "array_api_strict":
        with xp.ArrayAPIStrictFlags(api_version="2023.12"):
            yield xp
    elif request.param == "jax.numpy":
        with doubles("jax"):
            yield xp
    else:
        yield xp


FOR_LIBRARIES = {
    "array_api_strict": [name for name in MODELS if name != "gelu"],
    "torch": MODELS,
    "jax.numpy": ("relu and L2", "gelu"),
    "dask.array": ("relu and L2", "gelu", "layer_norm"),
}


@pytest.mark.parametrize(
    ("library", "name"), [(x, name) for x in LIBRARIES for name in FOR_LIBRARIES[x]], indirect=["library"]
)
def test_one_module_for_every_array_library(library, name):
    made, given = module("array-api", name), numbers(name)
    agree(returned(made, *given, asarray=library.asarray), returned(module("numpy", name), *given), 1e-12)


@models
def test_nothing_but_the_standard_is_called(name):
    strict = pytest.importorskip("array_api_strict", reason="needs array-api-strict")
    called = set(re.findall(r"\bxp\.(\w+)", source("array-api", name)))
    assert called and called <= set(dir(strict)), called - set(dir(strict))


@pytest.mark.parametrize("library", ["array_api_strict"], indirect=True)
def test_an_array_library_without_the_error_function_is_named(library):
    with pytest.raises(TypeError, match="no error function is known for the arrays of array_api_strict"):
        returned(module("array-api", "gelu"), *numbers("gelu"), asarray=library.asarray)


@pytest.mark.parametrize("library", ["array_api_strict"], indirect=True)
@pytest.mark.parametrize("name", ["relu and L2", "conv2d", "diagonal", "L1", "unused parameter"])
def test_arrays_stay_on_their_device(library, name):
    there = library.Device("device1")
    made, (params, given) = module("array-api", name), numbers(name)
    params = {n: library.asarray(a, device=there) for n, a in params.items()}
    found = (made.gradient if hasattr(made, "gradient") else made.backward)(
        params, *(library.asarray(a, device=there) if a.shape else float(a) for a in given)
    )
    grads = found[1] if isinstance(found, tuple) else found
    assert {grad.device for grad in grads.values()} == {there}


# ---- PyTorch


def tensors(torch, name, wrt=None):
    params, given = numbers(name, wrt)
    return [torch.tensor(array) for array in given], {n: torch.tensor(array) for n, array in params.items()}


@pytest.mark.parametrize("name", ["softmax", "relu and L2", "huber"])
def test_loss_backward_gives_what_autograd_gives(name):
    torch = pytest.importorskip("torch", reason="needs torch")
    made = module("torch", name)
    data, params = tensors(torch, name)
    weights = {n: array.requires_grad_() for n, array in params.items()}
    wanted = torch.autograd.grad(3 * made.cost(weights, *data), [*weights.values()])
    found = torch.autograd.grad(3 * made.Gradient.apply(*data, *weights.values()), [*weights.values()])
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-14)


def test_a_net_is_trained_by_an_optimiser():
    torch = pytest.importorskip("torch", reason="needs torch")
    net = module("torch", "softmax").Net(dtype=torch.float64)
    (X, Y), _ = tensors(torch, "softmax")
    optimiser, losses = torch.optim.Adam(net.parameters(), lr=0.05), []
    for _ in range(30):
        optimiser.zero_grad()
        losses.append(net(X, Y))
        losses[-1].backward()
        optimiser.step()
    assert losses[-1] < losses[0] - 0.1 and [*net.state_dict()] == ["W1", "b1", "W2", "b2"]
    with torch.no_grad():
        assert abs(net(X, Y) - net.outputs(X).log().mul(-Y).sum() / len(X)) < 1e-12


@pytest.mark.parametrize("name", ["lstm", "layer_norm"])
def test_outputs_are_differentiated_inside_a_larger_network(name):
    torch = pytest.importorskip("torch", reason="needs torch")
    wrt = ("x", *derivation(name).model.parameters)
    made = module("torch", name, wrt)
    given, params = tensors(torch, name, wrt)
    weights = [array.requires_grad_() for array in params.values()]
    data = [array.requires_grad_(n == "X") for n, array in zip(made.DATA, given, strict=False)]
    leaves = [data[0], *weights]

    def slopes(outputs):
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        return torch.autograd.grad(sum((n + output.sin()).prod() for n, output in enumerate(outputs)), leaves)

    wanted = slopes(made.forward(params, *data))
    for one, other in zip(slopes(made.Gradient.apply(*data, *weights)), wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-11, atol=1e-13)


def test_derivatives_by_records_are_those_of_the_mean_and_what_was_not_derived_is_said():
    torch = pytest.importorskip("torch", reason="needs torch")
    (X, Y), params = tensors(torch, "softmax")
    made = module("torch", "softmax", ("x", "W1"))
    X.requires_grad_()
    (wanted,) = torch.autograd.grad(made.cost(params, X, Y), [X])
    (found,) = torch.autograd.grad(made.Gradient.apply(X, Y, *params.values()), [X])
    torch.testing.assert_close(found, wanted, rtol=1e-12, atol=1e-14)
    with pytest.raises(ValueError, match="X requires a gradient, but the derivative by X was not derived"):
        module("torch", "softmax").Gradient.apply(X, Y, *params.values())


def test_parameters_may_be_called_like_what_a_module_has():
    torch = pytest.importorskip("torch", reason="needs torch")
    model = Model.parse("param train, half\nz[j] = sum(i, train[j,i]*x[i]) + half[j]\nC = sum(j, z[j]^2)\nbatch x")
    net = load(TARGETS["torch"](backpropagate(model), ""), "named").Net(n_i=3, n_j=2)
    net(torch.ones(4, 3)).backward()
    assert all(p.grad is not None for p in net.parameters()) and callable(net.train)


# ---- JAX


def test_jax_grad_uses_our_derivatives():
    jax = pytest.importorskip("jax", reason="needs jax")
    made = module("jax", "relu and L2")
    with doubles("jax"):
        params, given = numbers("relu and L2")
        cost, grads = jax.jit(jax.value_and_grad(lambda p, *data: 3 * made.cost(p, *data)))(params, *given)
        wanted = returned(module("numpy", "relu and L2"), params, given)
        agree((float(cost) / 3, {n: np.asarray(g) / 3 for n, g in grads.items()}), wanted, 1e-12)
        with pytest.raises(ValueError, match="the derivative by X was not derived"):
            jax.grad(made.cost, argnums=1)(params, *given)


def test_jax_derivatives_by_records_and_by_outputs():
    jax = pytest.importorskip("jax", reason="needs jax")
    with doubles("jax"):
        made, (params, given) = module("jax", "softmax", ("x", "W1")), numbers("softmax", ("x", "W1"))
        params, given = jax.tree.map(jax.numpy.asarray, (params, given))
        found = jax.grad(made.cost, argnums=1)(params, *given)
        np.testing.assert_allclose(found, jax.grad(made.cost.fun, argnums=1)(params, *given), rtol=1e-11)
        made, (params, given) = module("jax", "lstm"), numbers("lstm")
        data = [jax.numpy.asarray(array) for array in given[: len(derivation("lstm").model.data)]]
        params = {n: jax.numpy.asarray(array) for n, array in params.items()}
        for pick in (lambda c, h: (h**2).sum(), lambda c, h: (c * h).sum()):
            slopes = [
                jax.jit(jax.grad(lambda p, f=f, pick=pick: pick(*f(p, *data))))(params)
                for f in (made.forward, made.forward.fun)
            ]
            for name in params:
                np.testing.assert_allclose(slopes[0][name], slopes[1][name], rtol=1e-10, atol=1e-12)


# ---- Numba


@pytest.mark.parametrize(
    ("name", "dtype"), [("softmax", np.float64), ("attention", np.float64), ("relu and L2", np.float32)]
)
@pytest.mark.filterwarnings("error")
def test_compiled_loops_compute_the_same(name, dtype):
    pytest.importorskip("numba", reason="needs numba")
    given = numbers(name)
    found = returned(load(source("numba", name), "compiled"), *given, dtype=dtype)
    agree(found, returned(module("numpy", name), *given), 1e-12 if dtype == np.float64 else 1e-5)


def test_what_runs_over_the_same_places_is_one_loop():
    loops = re.search(r"def loops.*?\n\n\n", source("numba", "softmax"), re.S)[0]
    assert re.findall(r"for \w+ in range\((\w+)\)", loops) == ["N"]
    loops = re.search(r"def loops.*?\n\n\n", source("numba", "names of widths"), re.S)[0]
    assert loops.count("\n        for p in range(N)") == 3
    assert source("numba", "names of widths").count(".dot(") == 5


def test_the_arrays_of_a_workspace_are_used_again():
    made, (params, given) = module("numba", "softmax"), numbers("softmax")
    gradient = made.make_gradient(len(given[0]))
    _, one = gradient(params, *given)
    kept = {name: array.copy() for name, array in one.items()}
    _, two = gradient(params, 2 * given[0], given[1])
    assert one["W1"] is two["W1"] and not np.array_equal(kept["W1"], two["W1"])
    gradient(params, *given)
    assert all(np.array_equal(kept[name], array) for name, array in one.items())
    assert check_gradient(made.cost, made.gradient, params, *given).ok


# ---- Dask


def test_two_workers_share_a_batch(tmp_path):
    pytest.importorskip("distributed", reason="needs distributed")
    path = tmp_path / "gradient.py"
    path.write_text(source("array-api", "softmax"), encoding="utf-8")
    command = [sys.executable, str(ROOT / "examples" / "dask_gradient.py"), str(path), "200"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "200 records in 16 chunks on 2 workers" in done.stdout
