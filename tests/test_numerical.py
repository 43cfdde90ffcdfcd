"""Numerical checks are exact and take few calls; kinks, and functions complex steps do not go through, are seen."""

from __future__ import annotations

import numpy as np
import pytest

from codegen import check_gradient, compile_numpy
from codegen.programs.checks import many_steps
from codegen.programs.checks.directional import check_direction
from codegen.programs.checks.many_steps import steps_of
from codegen.programs.checks.slopes import TINY
from derive import MLP, backpropagate
from derive.forward.activations import ACTIVATIONS

RNG = np.random.default_rng(8)
P = {
    "W": RNG.standard_normal((4, 3)),
    "V": RNG.standard_normal((5, 4)),
    "b": RNG.standard_normal(4),
    "s": np.array(0.7),
    "T": RNG.standard_normal((2, 3, 4)),
}
X, R = RNG.standard_normal((40, 3)), RNG.standard_normal((40, 4))


def layer(p):
    return np.tanh(X @ p["W"].T + p["b"])


COSTS = {
    "a network": lambda p: np.sum(np.log(1 + np.exp(layer(p) @ p["V"].T))) / 40,
    "softmax by the maximum": lambda p: np.log(np.sum(np.exp(layer(p) - layer(p).max(axis=1)[:, None]), axis=1)).mean(),
    "relu, where, minimum": lambda p: np.sum(
        np.where(X @ p["W"].T > 0, np.maximum(layer(p), 0.1), np.minimum(p["b"] * 2, 0.3)) ** 2
    ),
    "sums with axes kept": lambda p: np.sum((layer(p) - layer(p).mean(axis=1, keepdims=True)) ** 2) ** 0.5,
    "products of many matrices": lambda p: np.sum(np.sin(p["T"] @ (p["V"].T @ p["V"]) @ np.swapaxes(p["T"], 1, 2))),
    "vectors in products": lambda p: np.dot(p["b"], p["W"] @ X[0]) + (p["b"] @ p["W"]).dot(X[1]) + p["b"] @ p["b"],
    "einsum": lambda p: np.einsum("pj,kj,kj->", np.exp(0.1 * R), p["V"], np.einsum("kj,j->kj", p["V"], p["b"])),
    "views": lambda p: np.sum(
        p["W"].reshape(2, 6)[:, 1:5:2].ravel() * p["b"][[3, 1, 1, 0]] ** 3 / p["W"][..., -1]
        + p["T"].transpose(2, 0, 1)[0, 1, 1] ** 2
    ),
    "joined": lambda p: np.sum(
        np.cos(np.concatenate([p["W"], np.broadcast_to(p["b"][:, None] * 2, (4, 3)), X[:2] * p["s"]], axis=0))
    ),
    "stacked": lambda p: np.sum(np.stack([p["b"], p["b"] ** 2, R[0]]).T.squeeze() @ np.arange(1.0, 4)),
    "an entry alone": lambda p: p["b"][1] * p["s"] / p["W"][0, 2] - p["s"],
    "many terms": lambda p: np.sum(
        (lambda z: np.exp(z - z.max(axis=0) * 0.1 - z.sum(axis=1)[:, None] * 0.01 - z * z[:, :1] + p["b"]))(layer(p))
    ),
    "sums along single axes": lambda p: np.sum(np.sum(p["T"] * p["b"], axis=(0, 2)) * np.sum(p["W"] ** 2, axis=0)),
}  # fmt: skip


def by_one(cost, name, place):
    """The slope along one entry, by a complex step of its own."""
    moved = {n: a.astype(complex) for n, a in P.items()}
    moved[name].reshape(-1)[place] += 1j * TINY
    return np.imag(cost(moved)) / TINY


@pytest.mark.parametrize("numbers", [many_steps.NUMBERS, 100])
@pytest.mark.parametrize("told", COSTS)
def test_steps_together_are_steps_one_by_one(told, numbers, monkeypatch):
    monkeypatch.setattr(many_steps, "NUMBERS", numbers)
    monkeypatch.setattr(many_steps, "FEW", 2)
    cost = COSTS[told]
    steps = steps_of(cost, P)
    assert steps is not None and np.isclose(steps.value, cost(P), rtol=1e-14)
    for name, array in P.items():
        wanted = np.array([by_one(cost, name, place) for place in range(array.size)])
        found = steps.slopes(name, np.arange(array.size))
        assert np.max(np.abs(found - wanted)) <= 1e-14 * max(np.max(np.abs(wanted)), 1.0), name


REFUSED = {
    "a float": lambda p: float(np.sum(p["W"] ** 2)),
    "absolute values": lambda p: np.sum(np.abs(p["W"])),
    "entries assigned": lambda p: (p["W"].__setitem__((0, 0), 1.0), np.sum(p["W"]))[1],
    "an array": lambda p: p["W"],
    "another precision": lambda p: np.sum(p["W"].astype(np.float32)),
    "in place": lambda p: np.sum(np.multiply(p["W"], 2.0, out=p["W"])),
}


@pytest.mark.parametrize("told", REFUSED)
def test_what_steps_do_not_go_through_is_refused(told):
    before = P["W"].copy()
    assert steps_of(REFUSED[told], P) is None
    assert np.array_equal(P["W"], before)


def test_a_cost_that_writes_into_its_parameters_does_no_harm():
    before = P["W"].copy()
    steps_of(lambda p: np.copyto(p["W"], 0.0) or np.sum(p["W"]), P)
    assert np.array_equal(P["W"], before)


def network(widths, hidden="sigmoid", records=16, **options):
    module = compile_numpy(backpropagate(MLP(widths, hidden=hidden, **options)))
    rng = np.random.default_rng(2)
    Y = rng.random((records, widths[-1])) + 0.1
    return module, module.init(seed=1), rng.standard_normal((records, widths[0])), Y / Y.sum(axis=1, keepdims=True)


def counted(function):
    def counting(*given):
        counting.calls += 1
        return function(*given)

    counting.calls = 0
    return counting


@pytest.mark.parametrize("records", [1, 8, 64])
def test_every_parameter_of_a_network_in_few_calls(records):
    module, *given = network([20, 30, 10], records=records)
    for gradient in (module.gradient, module.make_gradient(records)):
        cost = counted(module.cost)
        report = check_gradient(cost, gradient, *given, tolerance=1e-13)
        assert report.ok and cost.calls <= 40, str(report)
        assert all(row.error <= 1e-14 and not np.any(np.isnan(row.true)) for row in report.rows), str(report)
        cost, gradient = counted(module.cost), counted(gradient)
        report = check_direction(cost, gradient, *given, tolerance=1e-13)
        assert report.ok and cost.calls + gradient.calls <= 4 and report.rows[0].error <= 1e-14, str(report)


@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_right_gradients_pass_at_kinks_and_near_them(hidden):
    """Records of zeros sit on the kink of every unit; of many records some are near one."""
    module, params, X, Y = network([5, 7, 6, 4], hidden, 300)
    for zeros in (0, 30):
        X[:zeros] = 0
        assert check_gradient(module.cost, module.gradient, params, X, Y).ok
        assert check_direction(module.cost, module.gradient, params, X, Y).ok


def planted(gradient, name, change):
    def wrong(params, *data):
        cost, grads = gradient(params, *data)
        return cost, {**grads, name: change(grads[name])}

    return wrong


def one_entry(share):
    return lambda g: g + share * np.max(np.abs(g)) * (np.arange(g.size).reshape(g.shape) == g.size // 2)


PLANTS = {
    "one entry, by 1e-12": one_entry(1e-12),
    "one entry, by 1e-9": one_entry(1e-9),
    "transposed": np.transpose,
    "not the mean": lambda g: g * 16,
    "a sign": np.negative,
    "one entry not a number": one_entry(np.nan),
}


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("hidden", ["sigmoid", "relu"])
def test_planted_errors_are_found(plant, hidden):
    module, *given = network([6, 6, 6, 3], hidden)
    for name in ("W1", "W2"):
        wrong = planted(module.gradient, name, PLANTS[plant])
        report = check_gradient(module.cost, wrong, *given, tolerance=1e-13)
        found = {row.name: row for row in report.rows if row.verdict == "wrong"}
        assert [*found] == [name] and not any(row.kinks for row in report.rows), str(report)
        assert not plant.endswith(("1e-12", "1e-9")) or found[name].worst.index == (3, 0)
        assert not check_direction(module.cost, wrong, *given, tolerance=1e-13).ok


def test_errors_are_found_beside_kinks():
    module, params, X, Y = network([5, 7, 6, 4], "relu", 40)
    X[::2] = 0
    right = check_gradient(module.cost, module.gradient, params, X, Y)
    assert right.ok and sum(row.kinks for row in right.rows)
    for name in ("W1", "W3", "b3"):
        report = check_gradient(module.cost, planted(module.gradient, name, one_entry(1e-6)), params, X, Y)
        assert [row.name for row in report.rows if row.verdict == "wrong"] == [name], str(report)


def test_errors_are_found_near_kinks():
    """Differences cross the kink; complex steps do not."""
    params = {"w": np.array([1.0, 3e-5, -2e-5])}

    def cost(p):
        return np.sum(np.maximum(p["w"], 0) + p["w"] ** 3)

    def gradient(p):
        return {"w": (p["w"] > 0) + 3 * p["w"] ** 2}

    for check in (check_gradient, check_direction):
        assert check(cost, gradient, params).ok
        assert not check(cost, planted(lambda p: (0, gradient(p)), "w", one_entry(1e-6)), params).ok


def test_a_part_that_complex_steps_lose_is_found():
    """Neither the complex step nor the gradient sees the second part: only real values tell of it."""
    params = {"w": RNG.random(5) + 0.5}

    def cost(p):
        return np.sum(p["w"] ** 3) + np.sum(np.real(p["w"]) ** 2)

    def half(p):
        return {"w": 3 * p["w"] ** 2}

    def whole(p):
        return {"w": 3 * p["w"] ** 2 + 2 * p["w"]}

    for check in (check_gradient, check_direction):
        assert not check(cost, half, params).ok
        report = check(cost, whole, params)
        assert report.ok and report.rows[0].method == "central differences"


def test_a_part_that_only_steps_together_lose_does_no_harm():
    """A norm made of a plain array: one complex step goes through it, recorded steps do not."""

    def root(array):
        array = np.array(array, copy=True, subok=False)
        return np.sqrt(np.sum(array * array))

    def cost(p):
        return np.sum(p["w"] ** 3) + root(p["w"])

    params = {"w": RNG.random(5) + 0.5}
    report = check_gradient(cost, lambda p: {"w": 3 * p["w"] ** 2 + p["w"] / root(p["w"])}, params)
    assert report.ok and report.rows[0].method == "complex step" and report.rows[0].error < 1e-14
    assert not check_gradient(cost, lambda p: {"w": 3 * p["w"] ** 2}, params).ok


def test_of_a_larger_array_some_entries_are_drawn():
    module, *given = network([20, 30, 10])
    report = check_gradient(module.cost, module.gradient, *given, entries=50)
    assert report.ok and np.sum(~np.isnan(report.rows[0].true)) == 50
    wrong = planted(module.gradient, "W1", one_entry(1e-3))
    assert not check_gradient(module.cost, wrong, *given, entries=5).ok  # along directions through all entries


def test_rounding_is_no_error():
    """A phase of 300 is wrong by some units in its last place, which the cosine shows as it is."""
    params = {"w": RNG.random(6) + 1}

    def cost(p):
        return np.sum(np.sin(300 * p["w"])) / 300

    def gradient(p):
        return {"w": np.cos(p["w"] / 7 * 2100)}

    report = check_gradient(cost, gradient, params, tolerance=1e-14)
    assert report.ok and report.rows[0].error > 1e-14
    wrong = planted(lambda p: (0, gradient(p)), "w", one_entry(1e-9))
    assert not check_gradient(cost, wrong, params, tolerance=1e-14).ok


def test_a_direction_says_what_it_found():
    module, *given = network([4, 3, 5], "gelu")
    report = check_direction(module.cost, module.gradient, *given)
    assert report.ok and report.rows[0].method == "central differences"
    assert str(report).splitlines()[1].split()[:2] == ["all", "arrays"]
    flat = check_direction(lambda p: np.abs(p["w"]).sum(), lambda p: {"w": np.zeros(2)}, {"w": np.zeros(2)})
    assert flat.ok and flat.rows[0].verdict == "kinks"
    zero = check_direction(lambda p: 0 * p["w"].sum(), lambda p: {"w": np.zeros(2)}, {"w": np.ones(2)})
    assert zero.ok
    assert not check_direction(lambda p: p["w"].sum(), lambda p: {"w": np.zeros(2)}, {"w": np.ones(2)}).ok
