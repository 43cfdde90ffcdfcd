"""Functions of a number that no record has an axis for, as a single neuron has them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from codegen.programs.compile import load
from codegen.programs.targets import TARGETS
from derive import Model, backpropagate
from derive.forward import ACTIVATIONS

CALLS = [f"{name}(z)" for name in ACTIVATIONS if name != "softmax"]
CALLS += [
    "abs(z)",
    "erf(z)",
    "z + z*erf(z/3)",
    "z*(1 + erf(1/3))",
    "step(z)*z",
    "max(z, y)",
    "min(2*z, 1/3)",
    "sign(z)*z^2",
    "log(2 + sin(z))",
    "(z^2 + 1)^(1/2)",
]
TEXT = """
    param w[3], b
    data x[3], y
    z = sum(i, w[i]*x[i]) + b
    p = {}
    C = (p - y)^2"""
COMPILED = ("sigmoid(z)", "gelu_tanh(z)", "max(z, y)", "log(2 + sin(z))")
"""Compiling takes seconds."""


def checked(target, call, batch=""):
    derivation = backpropagate(Model.parse(TEXT.format(call) + batch), ("w", "b", "x", "y"))
    made = load(TARGETS[target](derivation, ""), re.sub(r"\W", "_", f"{target} {call}"))
    return max(made.self_check(seed=2).values())


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("target", ["numpy", "python", "array-api"])
def test_functions_of_one_number(target, call):
    if target != "array-api":
        assert checked(target, call) < 1e-7
        return
    pytest.importorskip("array_api_compat", reason="array-api-compat is not installed")
    assert checked(target, call) < 1e-6


@pytest.mark.parametrize("call", COMPILED)
def test_functions_of_one_number_compiled(call):
    pytest.importorskip("numba", reason="Numba is not installed")
    assert checked("numba", call) < 1e-7


@pytest.mark.parametrize("call", CALLS)
def test_functions_of_one_number_for_each_record(call):
    assert checked("numpy", call, "\n    batch x, y") < 1e-7


@pytest.mark.parametrize("call", ["erf(k)", "sigmoid(k)", "abs(k)", "sign(k)", "step(k)", "max(k, 0)", "softplus(k)"])
def test_functions_of_a_number_from_outside(call):
    made = load(
        TARGETS["numpy"](backpropagate(Model.parse(f"C = {call}*sum(i, w[i]*x[i])\ndata x, k"), ("w",)), ""), "k"
    )
    params, x = {"w": np.array([0.3, 0.2, 0.5])}, np.array([1.0, 2.0, 3.0])
    cost, grads = made.gradient(params, x, 0.4)
    again, others = made.make_gradient(n_i=3).bind(params, x, 0.4)()
    assert cost == made.cost(params, x, 0.4) and np.isclose(again, cost)
    assert np.allclose(grads["w"] / x, cost / (params["w"] @ x)) and np.allclose(grads["w"], others["w"])
