"""Second order: products with the Hessian and the Gauss-Newton matrix, blocks, Jacobians, against numbers."""

from __future__ import annotations

import numpy as np
import pytest

from codegen import compile_numpy, numpy_source
from codegen.programs.extension import ExtensionWriter
from derive import MLP, Model, backpropagate, gauss_newton_vector, hessian, hessian_vector, jacobian
from derive.backward import tangents
from derive.errors import CheckFailed, InputError
from derive.terms import scalar

NORMED = """
    data x, y, eps
    batch x, y
    z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
    m = 1/size(j)*sum(j, z1[j])
    v = 1/size(j)*sum(j, (z1[j] - m)^2)
    u[j] = (z1[j] - m)/sqrt(v + eps)
    a1[j] = tanh(u[j])
    z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
    C = log(sum(k, exp(z2[k]))) - sum(k, y[k]*z2[k])
    assume eps > 0
"""
MODELS = {
    "tanh": lambda: MLP([4, 3, 5, 2], "tanh"),
    "relu with l2": lambda: MLP([3, 5, 4, 2], "relu", l2=0.3),
    "sigmoid": lambda: MLP([2, 4, 3], "sigmoid", "sigmoid"),
    "softplus, mse": lambda: MLP([3, 2, 4], "softplus", "identity", "mse"),
    "own function": lambda: MLP([3, 2, 4], "z*sigmoid(1.7*z)"),
    "layer norm": lambda: Model.parse(NORMED),
}


def arrays(module, seed: int = 0):
    """Random parameters, a direction, and data for five records."""
    rng = np.random.default_rng(seed)
    sizes = {**{name: 2 + n for n, name in enumerate(("n_j", "n_i", "n_k", "n_x", "n_y"))}, **module.SIZES, "N": 5}
    shapes = {name: [sizes[axis] for axis in axes] for name, axes in module.SHAPES.items()}
    given = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    data = [given[n] for n in ("X", "Y") if n in given] + [np.float64(0.1) for n in ("eps",) if n in given]
    params = {name: given[name] for name in module.PARAMETERS}
    return params, {name: rng.standard_normal(array.shape) for name, array in params.items()}, data


def along(function, params, direction, step=1e-20):
    """The derivative of what `function` gives along a direction of the parameters, by a complex step."""
    moved = function({name: params[name] + 1j * step * direction[name] for name in params})
    return {name: array.imag / step for name, array in moved.items()}


def close(found, wanted, tolerance=1e-11):
    scale = max(float(np.max(np.abs(array))) for array in wanted.values())
    return all(np.max(np.abs(found[name] - wanted[name])) < tolerance * scale for name in wanted)


@pytest.mark.parametrize("name", MODELS)
def test_hessian_times_vector_is_the_derivative_of_the_gradient(name):
    derivation = backpropagate(MODELS[name]())
    extension = hessian_vector(derivation)
    assert all(step.proof.status == "proved" for step in extension.steps) and extension.audit.status == "proved"
    module = compile_numpy(extension)
    params, direction, data = arrays(module)
    found = module.hessian_vector(params, direction, *data)
    assert close(found, along(lambda p: module.gradient(p, *data)[1], params, direction))


def test_the_hessian_is_never_formed():
    """No array has more indices than those of a layer's activations or weights, whatever is computed."""
    writer = ExtensionWriter(hessian_vector(backpropagate(MLP([4, 3, 5, 2], "tanh"))))
    second = [line for line in writer.program.assignments if line.part == "second"]
    assert second and max(len(line.axes) for line in second) == 2
    assert "einsum" not in numpy_source(writer.extension)


def test_the_hessian_is_symmetric():
    module = compile_numpy(hessian_vector(backpropagate(MLP([4, 3, 5, 2], "tanh"))))
    params, one, data = arrays(module)
    other = {name: np.cos(3 * array) for name, array in one.items()}
    first, second = (module.hessian_vector(params, v, *data) for v in (one, other))
    products = [sum(np.sum(a[n] * b[n]) for n in params) for a, b in ((first, other), (second, one))]
    assert products[0] == pytest.approx(products[1], rel=1e-12)


def basis(params, name, place):
    """The direction in which one entry moves."""
    direction = {other: np.zeros_like(array) for other, array in params.items()}
    direction[name][place] = 1
    return direction


@pytest.mark.parametrize(("first", "second"), [("W1", "W2"), ("W2", "W1"), ("b1", "b1"), ("W2", "b2")])
def test_a_block_of_the_hessian_entry_by_entry(first, second):
    derivation = backpropagate(MLP([3, 4, 2], "sigmoid", l2=0.2))
    block = compile_numpy(hessian(derivation, first, second))
    product = compile_numpy(hessian_vector(derivation))
    params, _, data = arrays(block)
    found = block.hessian(params, *data)
    assert found.shape == params[first].shape + params[second].shape
    for place in np.ndindex(params[second].shape):
        column = product.hessian_vector(params, basis(params, second, place), *data)[first]
        assert np.allclose(found[(..., *place)], column, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("wrt", ["x", "W1", "b2"])
def test_jacobians_of_the_output(wrt):
    derivation = backpropagate(MLP([3, 4, 2], "tanh"))
    module = compile_numpy(jacobian(derivation, "a2", wrt))
    params, _, (X, Y) = arrays(module)
    found = module.jacobian(params, X)
    for place in np.ndindex(X.shape[1:] if wrt == "x" else params[wrt].shape):
        if wrt == "x":
            moved = module.forward(params, X + 1e-20j * (np.arange(3) == place))
        else:
            step = basis(params, wrt, place)[wrt]
            moved = module.forward({**params, wrt: params[wrt] + 1e-20j * step}, X)
        assert np.allclose(found[(..., *place)], moved.imag / 1e-20, rtol=1e-12, atol=1e-15)


def test_gauss_newton_is_the_jacobian_on_both_sides_of_the_costs_own_hessian():
    derivation = backpropagate(MLP([3, 4, 2], "tanh"))
    module = compile_numpy(gauss_newton_vector(derivation))
    params, direction, (X, Y) = arrays(module)
    Y = np.abs(Y) / np.sum(np.abs(Y), axis=1, keepdims=True)
    found = module.gauss_newton_vector(params, direction, X, Y)
    jacobians = {n: compile_numpy(jacobian(derivation, "z2", n)).jacobian(params, X) for n in params}
    rates = sum(np.tensordot(jacobians[n], direction[n], axes=direction[n].ndim) for n in params)
    a = module.forward(params, X)
    bent = a * (rates - np.sum(a * rates, axis=1, keepdims=True))  # the Hessian of the cost by z2
    wanted = {n: np.tensordot(bent, jacobians[n], axes=((0, 1), (0, 1))) / len(X) for n in params}
    assert close(found, wanted, 1e-12)
    assert sum(np.sum(found[n] * direction[n]) for n in params) > 0


def test_gauss_newton_of_a_linear_model_is_its_hessian():
    derivation = backpropagate(MLP([3, 2], l2=0.4))
    module, exact = compile_numpy(gauss_newton_vector(derivation)), compile_numpy(hessian_vector(derivation))
    params, direction, data = arrays(module)
    assert close(module.gauss_newton_vector(params, direction, *data), exact.hessian_vector(params, direction, *data))


def test_functions_without_a_formula_get_their_second_derivative():
    extension = hessian_vector(backpropagate(MLP("n0-n1-n2", "f")))
    assert "f''(z1[j])" in str(extension) and extension.audit.status == "proved"
    assert all(step.proof.widths == "all" for step in extension.steps)


@pytest.mark.parametrize("rule", ["partial", "contract", "collect"])
def test_a_planted_error_is_caught(monkeypatch, rule):
    derivation = backpropagate(MLP([4, 3, 5], "tanh"))
    right = getattr(tangents, rule)
    monkeypatch.setattr(tangents, rule, lambda e, *more, **options: 2 * right(e, *more, **options))
    with pytest.raises(CheckFailed):
        hessian_vector(derivation)


def test_a_forgotten_path_is_caught_by_the_second_engine(monkeypatch):
    derivation = backpropagate(MLP([4, 3, 5], "tanh"))
    right = tangents._Tangents._through
    lost = lambda self, e, array: right(self, e, array) if array != "delta2" else scalar("nothing") * 0  # noqa: E731
    monkeypatch.setattr(tangents._Tangents, "_through", lost)
    with pytest.raises(CheckFailed):
        hessian_vector(derivation)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda d: hessian(d, "W1", "W9"), "W9: the derivation has no gradient by it; it has W1, b1, W2, b2"),
        (lambda d: jacobian(d, "q", "x"), "q: no equation defines it; there are z1, a1, z2, a2, C"),
        (lambda d: jacobian(d, "a2", "q"), "q: not an input; the model has W1, b1, W2, b2, x, y"),
        (lambda d: jacobian(d, "a2", "y"), "da2/dy is zero: the one does not depend on the other"),
        (lambda d: gauss_newton_vector(d, "q"), "q: no derivative by this array was derived; there are those by"),
    ],
)
def test_refused_in_one_line(make, reason):
    with pytest.raises(InputError) as caught:
        make(backpropagate(MLP([4, 3, 5])))
    assert str(caught.value).startswith(reason)


def test_a_wrong_direction_is_refused_in_one_line():
    module = compile_numpy(hessian_vector(backpropagate(MLP([4, 3, 5]))))
    params, direction, data = arrays(module)
    with pytest.raises(ValueError, match="direction is a dictionary of W1, b1, W2, b2"):
        module.hessian_vector(params, {"W1": direction["W1"]}, *data)
    with pytest.raises(ValueError, match="W1_dot has shape"):
        module.hessian_vector(params, {**direction, "W1": direction["W1"].T}, *data)
