"""Programs of networks that are hard to write down: names that are taken, sums read twice, kinks, rounding alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from codegen import compile_numpy, numpy_source
from codegen.programs.compile import load
from codegen.programs.targets import TARGETS
from derive import MLP, Model, backpropagate, depth

LIBRARY = {"numpy": "numpy", "numba": "numba", "array-api": "array_api_compat", "torch": "torch"}
NAMED = {
    "a parameter": "param Delta, b\nz[k] = sum(i, Delta[k,i]*x[i]) + b[k]\nC = sum(k, (z[k] - y[k])^2)\nbatch x, y",
    "data": "data x, y, Delta\nz[k] = sum(i, W[k,i]*x[i])*Delta[k]\nC = sum(k, (z[k] - y[k])^2)\nbatch x, y, Delta",
    "a number": "data x, y, Delta\nz[k] = sum(i, W[k,i]*x[i])\nC = Delta*sum(k, (z[k] - y[k])^2)\nbatch x, y",
    "on the way": "z[k] = sum(i, W[k,i]*x[i])\nDelta[k] = tanh(z[k])\nC = sum(k, (Delta[k] - y[k])^2)\nbatch x, y",
}


def right(module, tolerance=1e-10):
    errors = module.self_check()
    return bool(errors) and all(error < tolerance for error in errors.values())


@pytest.mark.parametrize("target", LIBRARY)
@pytest.mark.parametrize("what", NAMED)
def test_an_array_may_be_called_delta(what, target):
    pytest.importorskip(LIBRARY[target], reason=f"{LIBRARY[target]} is not installed")
    model = Model.parse(NAMED[what])
    derivation = backpropagate(model, [*model.parameters, *(["x"] if what == "a parameter" else [])])
    module = load(TARGETS[target](derivation, ""), "delta")
    assert right(module, 1e-10 if target in ("numpy", "numba") else 1e-7)


@pytest.mark.parametrize("cost", ["focal", "label-smoothing", "binary-cross-entropy"])
def test_stable_forms_at_any_depth(cost):
    module = compile_numpy(depth(cost=cost))
    assert all(error < 1e-9 for layers in (1, 3) for error in module.self_check(layers).values())


@pytest.mark.parametrize("wrt", [["x"], ["x", "W1"], ["kappa", "x"]])
def test_a_number_read_twice_keeps_its_name_in_loops(wrt):
    pytest.importorskip("numba", reason="numba is not installed")
    derivation = backpropagate(MLP([4, 3, 2], output="identity", cost="huber"), wrt)
    assert right(load(TARGETS["numba"](derivation, ""), "clipped"))


@pytest.mark.parametrize("name", ["e", "exp", "log", "sin"])
def test_an_array_called_like_a_function_is_no_number(name):
    pytest.importorskip("numba", reason="numba is not installed")
    text = f"param w, {name}\nz[k] = sum(i, w[k,i]*x[i])\nC = {name}^2*sum(k, (z[k] - y[k])^2)\nbatch x, y"
    if name != "e":
        text = text.replace(f"{name}^2*", f"sum(k, {name}[k]^2)*")
    try:
        model = Model.parse(text)
    except Exception as refused:  # names of functions may be refused, in one line
        assert "\n" not in str(refused).strip()
        return
    assert right(load(TARGETS["numba"](backpropagate(model), ""), "named"))


def test_the_ridge_example_runs_in_loops():
    pytest.importorskip("numba", reason="numba is not installed")
    text = (Path(__file__).parent.parent / "examples" / "models" / "ridge.eq").read_text(encoding="utf-8")
    assert right(load(TARGETS["numba"](backpropagate(Model.parse(text)), ""), "ridge"))


def test_kinks_of_penalties_are_no_mistakes():
    module = compile_numpy(backpropagate(MLP([10, 30, 30, 10], hidden="gelu", l1="mu")))
    assert all(right(module, 1e-7) for _ in range(2))
    assert all(error < 1e-7 for seed in range(3) for error in module.self_check(seed).values())
    planted = numpy_source(backpropagate(MLP([10, 30, 30, 10], hidden="gelu", l1="mu")))
    wrong = load(planted.replace("np.sign(W2.real)", "1.01 * np.sign(W2.real)"), "planted")
    assert planted != planted.replace("np.sign(W2.real)", "1.01 * np.sign(W2.real)") and not right(wrong, 1e-7)


def test_a_derivative_by_a_reserved_name_is_there():
    assert right(compile_numpy(backpropagate(MLP([4, 3, 2], l2="lambda"), ["lambda", "W1"])))


def test_rounding_alone_is_no_mistake():
    module = compile_numpy(backpropagate(MLP([2, 2], cost="mae")))
    assert all(error < 1e-10 for seed in range(8) for error in module.self_check(seed).values())


def test_threads_keep_the_settings_of_the_caller():
    module = compile_numpy(backpropagate(MLP([4, 3, 2], output="identity", cost="half-sse")))
    params, X, Y = module.init(), np.full((6, 4), 1e200), np.zeros((6, 2))
    params["W2"] *= 1e200
    function = module.make_gradient(6, threads=2)
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        function(params, X, Y)
