"""The numerical check finds small planted errors, and does not cry wolf at kinks and rounding."""

import numpy as np
import pytest

from codegen import check_gradient, compile_numpy
from codegen.programs.checks.slopes import difference_slopes
from derive import MLP, backpropagate
from derive.errors import InputError

RNG = np.random.default_rng(5)


def network(hidden):
    module = compile_numpy(backpropagate(MLP([4, 3, 5], hidden=hidden)))
    params = {n: w + RNG.standard_normal(w.shape) for n, w in module.init(seed=1).items()}
    X, Y = RNG.standard_normal((6, 4)), RNG.random((6, 5)) + 0.1
    return module, params, X, Y / Y.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("hidden", ["tanh", "relu", "gelu", "softsign"])
def test_right_gradients_pass(hidden):
    module, *given = network(hidden)
    report = check_gradient(module.cost, module.gradient, *given)
    assert report.ok, str(report)
    assert all(
        row.method == ("central differences" if hidden == "gelu" and row.name[1] == "1" else "complex step")
        for row in report.rows
    )
    assert all(row.error < (1e-7 if row.method[1] == "e" else 1e-12) for row in report.rows)


def planted(gradient, name, change):
    def wrong(params, *data):
        cost, grads = gradient(params, *data)
        return cost, {**grads, name: change(grads[name], params)}

    return wrong


PLANTS = {
    "a small factor": lambda g, p: g * (1 + 1e-6),
    "one entry off by a millionth": lambda g, p: (
        g + 1e-6 * np.max(np.abs(g)) * (np.arange(g.size).reshape(g.shape) == 2)
    ),
    "a sign": lambda g, p: -g,
    "a lost row": lambda g, p: g * (np.arange(len(g)) > 0).reshape(-1, *(1,) * (g.ndim - 1)),
    "a forgotten penalty": lambda g, p: g - 1e-5 * np.ones_like(g),
    "not a number": lambda g, p: g * np.nan,
    "nothing": lambda g, p: g * 0,
}


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("name", ["W1", "b2"])
@pytest.mark.parametrize("hidden", ["sigmoid", "relu", "gelu"])
def test_planted_errors_are_found(plant, name, hidden):
    module, *given = network(hidden)
    report = check_gradient(module.cost, planted(module.gradient, name, PLANTS[plant]), *given)
    assert not report.ok
    assert [row.name for row in report.rows if row.verdict == "wrong"] == [name]


def test_scale_does_not_hide_errors():
    """A tiny cost has tiny derivatives, which an absolute tolerance would pass."""

    def cost(p):
        return 1e-12 * np.sum(p["w"] ** 3)

    right = {"w": lambda p: 3e-12 * p["w"] ** 2, "wrong": lambda p: 3.001e-12 * p["w"] ** 2}
    params = {"w": RNG.random(7) + 0.5}
    assert check_gradient(cost, lambda p: {"w": right["w"](p)}, params).ok
    assert not check_gradient(cost, lambda p: {"w": right["wrong"](p)}, params).ok


def test_functions_that_refuse_or_misuse_complex_numbers_fall_back():
    def cost(p):
        return float(np.sum(np.abs(p["w"] - 3) ** 3)) if np.isrealobj(p["w"]) else np.sum(np.abs(p["w"])) + 0j

    def gradient(p):
        return {"w": 3 * np.abs(p["w"] - 3) ** 2 * np.sign(p["w"] - 3)}

    report = check_gradient(cost, gradient, {"w": RNG.random(5)})
    assert report.ok and report.rows[0].method == "central differences"


def test_kinks_are_said_not_failed():
    params = {"w": np.array([0.0, 1.0, -2.0])}

    def cost(p):
        return np.sum(np.maximum(p["w"], -p["w"])) + np.sum(p["w"] ** 2)

    def gradient(p):
        return {"w": np.sign(p["w"]) + 2 * p["w"]}

    report = check_gradient(cost, gradient, params)
    assert report.ok and report.rows[0].kinks
    assert not check_gradient(cost, lambda p: {"w": gradient(p)["w"] + np.array([0, 0, 1e-4])}, params).ok
    only = check_gradient(lambda p: np.abs(p["w"]).sum(), lambda p: {"w": np.zeros(2)}, {"w": np.zeros(2)})
    assert only.ok and only.rows[0].verdict == "kinks"


def test_kinks_of_lines():
    assert difference_slopes(lambda t: abs(t)).kink
    assert difference_slopes(lambda t: abs(t - 2e-5)).kink
    assert not difference_slopes(lambda t: np.exp(50 * t)).kink
    assert not difference_slopes(lambda t: 1e-9 * t).kink
    assert not difference_slopes(lambda t: 5.0).kink


def test_orders():
    right = check_gradient(lambda p: np.exp(p["w"]).sum(), lambda p: {"w": np.exp(p["w"])}, {"w": np.ones(3)})
    assert abs(right.rows[0].order - 2) < 0.1
    wrong = check_gradient(lambda p: np.exp(p["w"]).sum(), lambda p: {"w": 2 * np.exp(p["w"])}, {"w": np.ones(3)})
    assert abs(wrong.rows[0].order - 1) < 0.1
    linear = check_gradient(lambda p: p["w"].sum(), lambda p: {"w": np.ones(3)}, {"w": np.ones(3)})
    assert linear.ok and linear.rows[0].order is None


def test_report_prints_a_table():
    module, *given = network("tanh")
    text = str(check_gradient(module.cost, module.gradient, *given))
    assert text.splitlines()[0].split() == ["array", "method", "error", "order", "kinks", "verdict"]
    assert len(text.splitlines()) == 5


@pytest.mark.parametrize(
    ("gradient", "message"),
    [
        (lambda p: 3.0, "gradient gave float"),
        (lambda p: {"v": np.ones(2)}, "gradient gave v; the parameters are w"),
        (lambda p: {}, "gradient gave nothing"),
        (lambda p: {"w": np.ones(2), "v": np.ones(2)}, "gradient gave v; the parameters are w"),
        (lambda p: {"w": np.ones(3)}, r"the derivative by w has shape \(3,\), expected \(2,\)"),
    ],
)
def test_bad_gradients(gradient, message):
    with pytest.raises(InputError, match=message):
        check_gradient(lambda p: p["w"].sum(), gradient, {"w": np.ones(2)})
    with pytest.raises(InputError, match="cost gave an array"):
        check_gradient(lambda p: p["w"], lambda p: {"w": np.ones(2)}, {"w": np.ones(2)})
    with pytest.raises(InputError, match="is not an array of numbers"):
        check_gradient(lambda p: 0.0, gradient, {"w": "text"})


def test_a_derivative_left_out_is_said():
    params = {"w": np.ones(2), "v": np.ones(2)}
    with pytest.raises(InputError, match="gradient gave no derivative by v; one by every parameter is expected"):
        check_gradient(lambda p: p["w"].sum() + p["v"].sum(), lambda p: {"w": np.ones(2)}, params)


def test_a_report_is_true_if_it_is_ok():
    params = {"w": np.ones(2)}
    assert check_gradient(lambda p: p["w"].sum(), lambda p: {"w": np.ones(2)}, params)
    assert not check_gradient(lambda p: p["w"].sum(), lambda p: {"w": np.zeros(2)}, params)
