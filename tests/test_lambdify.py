"""Any result of a derivation as a NumPy function."""

import numpy as np
import pytest
from brute import brute_array

from codegen import lambdify
from derive import MLP, Model, backpropagate
from derive.errors import InputError
from derive.terms import element, index, kron, scalar

I, J, K = map(index, "ijk")
SIZES = {"n0": 4, "n1": 3, "n2": 5}


def arrays_for(function, model, rng):
    axes = {**model.axes, **{f"delta{l}": model.axes[f"z{l}"] for l in (1, 2)}}
    return {name: rng.standard_normal([SIZES[str(n)] for n in axes[name]]) for name in function.arguments}


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "silu", "mish"])
def test_every_delta_and_gradient_is_its_formula(hidden):
    model = MLP([4, 3, 5], hidden=hidden)
    derivation = backpropagate(model)
    rng = np.random.default_rng(1)
    for result in derivation.results:
        if result.kind == "cotangent":
            continue
        indices = result.left.indices
        function = lambdify(result.right, indices)
        given = arrays_for(function, model, rng)
        shape = tuple(SIZES[str(n)] for n in model.axes[result.array])
        if hidden in ("silu", "mish") and result.name == "delta1":
            assert function(**given).shape == shape
            continue
        wanted = brute_array(result.right, indices, given, SIZES, shape)
        assert np.allclose(function(**given), wanted, rtol=1e-13, atol=0), result.name


def test_arguments_and_axes_follow_the_text():
    derivation = backpropagate(MLP([4, 3, 5]))
    weights = lambdify(derivation.gradients["W1"])
    assert weights.arguments == ("delta1", "x")
    assert weights(np.ones(3), np.arange(4.0)).shape == (3, 4)
    assert weights(x=np.ones(4), delta1=np.ones(3)).shape == (3, 4)
    assert lambdify(derivation.gradients["W1"], indices="ij")(np.ones(3), np.ones(4)).shape == (4, 3)
    assert lambdify(derivation.delta["delta1"]).arguments == ("W2", "delta2", "a1")
    assert "delta1[j]*x[i]" in weights.__doc__


def test_names_become_identifiers():
    function = lambdify(element("dC/da1", J) * scalar("lambda"))
    assert set(function.arguments) == {"da1", "lambda_"}
    assert np.array_equal(function(lambda_=2.0, da1=np.ones(3)), 2 * np.ones(3))


def test_models_without_cost():
    model = Model.parse("data x\nz[j] = sum(i, W[j,i]*x[i]) + b[j]\nh[j] = gelu(z[j])\noutput h")
    derivation = backpropagate(model)
    function = lambdify(derivation.gradients["W"])
    rng = np.random.default_rng(0)
    assert function(*(rng.random(n) for n in (3, 2))).shape == (3, 2)
    assert lambdify(derivation.delta["delta"]).arguments == ("dh", "z")


def test_bad_requests():
    with pytest.raises(InputError, match="free indices of .* are i, j"):
        lambdify(element("a", J) * element("x", I), "jk")
    with pytest.raises(InputError, match="no array says how many values"):
        lambdify(kron(I, J) * element("x", I))


def test_text_is_no_expression():
    with pytest.raises(InputError, match="lambdify got str; a SymPy expression is expected"):
        lambdify("a*b")


def test_float32_stays_float32():
    derivation = backpropagate(MLP([4, 3, 5], hidden="elu"))
    function = lambdify(derivation.delta["delta1"])
    shapes = {"W2": (5, 3), "delta2": 5, "a1": 3, "z1": 3}
    given = {n: np.ones(shapes[n], np.float32) for n in function.arguments}
    assert function(**given).dtype == np.float32


def test_a_whole_array_is_itself():
    assert lambdify(element("a", K, J)).arguments == ("a",)
    assert lambdify(element("a", K, J))(np.eye(2)).shape == (2, 2)
