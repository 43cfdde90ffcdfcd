"""The table of layers: every row alone and in networks, checked; a row is all that a new kind needs."""

from __future__ import annotations

import numpy as np
import pytest

import backproof as bp
from backproof.listing import listing
from derive.errors import InputError
from derive.forward import ACTIVATIONS, COSTS, LAYERS, layer_model, plain_equation
from derive.forward.chain import chain_from
from derive.forward.elements import sizes_of
from derive.forward.layers import Layer, shapes, states
from derive.forward.rewriting import lifted
from derive.forward.unrolling import unrolled

ROWS = list(LAYERS.values())
GATED = Layer(
    "tanh gate",
    """u[k] = sum(j, V[k,j]*a[j])
    s[k] = sum(j, W[k,j]*a[j]) + b[k]
    h[k] = u[k]*tanh(s[k])""",
    "V[units,inputs], W[units,inputs], b[units]",
)
SIZES = {"heads": 2, "keys": 3}
INPUTS = {"inputs": "4", "words": "4", "steps": "6"}


def names(row: Layer) -> list[str]:
    """What goes into a row, but for the records."""
    return [name for name in row.takes.split(",") if name != "records"]


def written(row: Layer) -> str:
    """The row with every size and a smooth function, as it is written in a network."""
    width = ["5"] if "units" in sizes_of(row) else []
    smooth = ["tanh"] if row.activation else []
    return " ".join([row.name, *width, *smooth, *(f"{n}={SIZES[n]}" for n in sizes_of(row) if n in SIZES)])


def network(row: Layer) -> str:
    """A small network with the row in the middle."""
    first = "*".join(INPUTS[name] for name in names(row))
    above = ["mean over positions"] if row.gives.startswith(("steps", "-")) else []
    between = [] if len(names(row)) > 1 else ["dense 4 tanh"]
    return ", ".join([first, *between, written(row), *above, "dense 3 softmax"])


def derived(model: bp.Model):
    """The derivation by all parameters and the input; every line of it is checked."""
    return bp.backpropagate(model, [*model.parameters, "a"])


def given(module, first: str) -> list:
    """Random data for a network with three outputs, in the order in which the program takes them."""
    rng = np.random.default_rng(2)
    labels = rng.random((2, 3)) + 0.1
    known = {"x": rng.standard_normal((2, *map(int, first.split("*")))), "y": labels / labels.sum(1, keepdims=True)}
    drawn = []
    for name, axes in module.SHAPES.items():
        if name not in module.PARAMETERS:
            shape = [module.SIZES.get(axis, 2) for axis in axes if name.lower() not in known]
            drawn.append(known.get(name.lower(), rng.random(shape) + 0.5))
    return drawn


def assert_gradients(model: bp.Model, first: str) -> None:
    """The program's gradient against numbers, with parameters that are not zero."""
    module = bp.compile_numpy(bp.backpropagate(model))
    rng, free = np.random.default_rng(1), {} if model.batch else {"N": 2}
    params = {name: w + 0.5 * rng.standard_normal(w.shape) for name, w in module.init(seed=1, **free).items()}
    report = bp.check_gradient(module.cost, module.gradient, params, *given(module, first))
    assert report.ok and {row.name for row in report.rows} == set(model.parameters), str(report)
    assert max(module.self_check(seed=5).values()) < 1e-10


@pytest.mark.parametrize("row", ROWS, ids=list(LAYERS))
def test_every_row_stands_alone(row):
    model = layer_model(written(row), "*".join(INPUTS[name] for name in names(row)))
    assert model.outputs[0] == "h" and set(model.parameters) == set(shapes(row.learnt))
    derivation = derived(model)
    assert set(derivation.gradients) == {*model.parameters, "a"}
    assert max(bp.compile_numpy(derivation).self_check(seed=3).values()) < 1e-10


@pytest.mark.parametrize("row", ROWS, ids=list(LAYERS))
def test_every_row_is_read_with_widths_that_are_names(row):
    model = layer_model(row.name)
    assert {str(size) for size in model.sizes} <= {"n_s", "n_r"}
    assert bp.Model.parse(model.text).equations == model.equations
    found = {str(size) for axes in model.axes.values() for size in axes}
    assert row.usual or set(sizes_of(row)) <= found


@pytest.mark.parametrize("row", ROWS, ids=list(LAYERS))
def test_every_row_works_in_a_network(row):
    text = network(row)
    assert_gradients(bp.Network(text), text.partition(",")[0])


def test_a_network_is_written_as_one_would_write_it():
    model = bp.Network(["4", "dense 6 relu", "layer norm", "glu 5", "dense 3 softmax"])
    assert model.text.splitlines() == [
        "data x[n0], y[n4], epsilon",
        "batch x, y",
        "param W1[n1,n0], b1[n1]",
        "param g2[n1], b2[n1]",
        "param V3[n3,n1], c3[n3], W3[n3,n1], b3[n3]",
        "param W4[n4,n3], b4[n4]",
        "size n0 = 4, n1 = 6, n3 = 5, n4 = 3",
        "z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]",
        "a1[j] = relu(z1[j])",
        "mu2 = sum(j, a1[j])/size(j)",
        "v2 = sum(j, (a1[j] - mu2)^2)/size(j)",
        "a2[j] = g2[j]*(a1[j] - mu2)/sqrt(v2 + epsilon) + b2[j]",
        "u3[j] = sum(i, V3[j,i]*a2[i]) + c3[j]",
        "s3[j] = sum(i, W3[j,i]*a2[i]) + b3[j]",
        "a3[j] = u3[j]*sigmoid(s3[j])",
        "z4[k] = sum(j, W4[k,j]*a3[j]) + b4[k]",
        "a4[k] = softmax(z4)[k]",
        "C = -sum(k, y[k]*log(a4[k]))",
        "assume sum(k, y[k]) = 1",
        "assume epsilon > 0",
    ]
    assert model.title == "4, dense 6 relu, layer norm, glu 5, dense 3 softmax, cross-entropy"
    assert bp.Network("4, dense 6 relu, layer norm, glu 5, dense 3 softmax").text == model.text


@pytest.mark.parametrize("hidden", ["tanh", "f", "max(z, 0)^2"])
@pytest.mark.parametrize("output", ["softmax", "identity"])
def test_dense_layers_make_the_same_network_as_their_widths(hidden, output):
    chain = bp.Network(f"4, dense m {hidden}, dense 3 {output}", l2="lambda", l1=0.5)
    widths = bp.MLP([4, "m", 3], hidden, output, l2="lambda", l1=0.5)
    assert chain.text == widths.text and chain.widths == widths.widths
    assert bp.Network("4, dense 3").equations == bp.MLP([4, 3], output="identity").equations


def test_numbers_and_functions_are_put_in():
    text = "5, dense 4 max(z, 0)^2, dropout keep=0.8, layer norm relu epsilon=1e-3, rms norm epsilon=eta, dense 2"
    model = bp.Network(text, cost="huber kappa=2")
    assert "a2[j] = m2[j]*a1[j]/0.8" in model.text and "epsilon" not in model.text
    assert "z3[j] = g3[j]*(a2[j] - mu3)/sqrt(v3 + (1e-3)) + b3[j]\na3[j] = relu(z3[j])" in model.text
    assert model.data == ("x", "y", "m2", "eta") and [fact.text for fact in model.facts] == ["eta > 0"]
    assert layer_model("glu relu").text.endswith("h[k] = u[k]*relu(s[k])\noutput h")


def test_layers_apply_at_every_position():
    model = bp.Network("7*4, dense 6 relu, layer norm, dense 3 softmax")
    lines = [plain_equation(equation) for equation in model.equations]
    assert lines[0] == "z1[t,j] = sum(i, W1[j,i]*x[t,i]) + b1[j]"
    assert "mu2[t] = sum(j, a1[t,j])/size(j)" in model.text and "softmax(z3)[t,k]" in model.text
    assert "C = 1/size(t)*sum(t, -sum(k, y[t,k]*log(a3[t,k])))" in model.text
    assert "assume sum(k, y[t,k]) = 1" in model.text


def test_records_are_counted_where_they_are_taken_together():
    model = bp.Network("4, dense 5 tanh, batch norm, dropout, dense 3 softmax")
    assert model.batch == () and "data x[N,n0], y[N,n4], m3[N,n1], epsilon, keep" in model.text
    assert "z1[p,j] = sum(i, W1[j,i]*x[p,i]) + b1[j]" in model.text
    assert "C = 1/size(p)*sum(p, -sum(k, y[p,k]*log(a4[p,k])))" in model.text


def test_a_state_is_passed_on_from_step_to_step():
    row = unrolled(LAYERS["rnn"], 3)
    assert row.equations.splitlines()[2:4] == [
        "z_2[k] = sum(j, W[k,j]*a[1,j]) + sum(l, U[k,l]*h_1[l]) + b[k]",
        "h_2[k] = f(z_2[k])",
    ]
    assert states(LAYERS["lstm"]) == {"h0": "h", "c0": "c"} and layer_model("lstm").outputs == ("h", "c_out")
    model = layer_model("gru 3", "2*4")
    assert max(bp.compile_numpy(derived(model)).self_check().values()) < 1e-10
    assert_gradients(bp.Network("2*4, rnn 5, dense 3 softmax"), "2*4")


def test_penalties_are_on_everything_learnt_with_two_indices():
    model = bp.Network("3*4, multi-head attention 5 heads=2 keys=3, layer norm, dense 2", l2="lambda")
    last = model.text.splitlines()[-2]
    assert [f"{name}[" in last for name in ("W_Q1", "W_O1", "W3", "g2", "b3")] == [True, True, True, False, False]
    assert "sum(q, 1/2*lambda*sum(j, sum(i, W_Q1[q,j,i]^2)))" in last
    assert_gradients(bp.Network("4, glu 3, dense 3 softmax", l2=0.1, l1="mu"), "4")


def test_one_row_is_all_that_a_new_kind_needs(monkeypatch):
    monkeypatch.setitem(LAYERS, GATED.name, GATED)
    assert "h[k] = u[k]*tanh(s[k])" in listing("layers")
    assert_gradients(bp.Network("4, tanh gate 5, layer norm, tanh gate 3 softmax"), "4")
    assert max(bp.compile_numpy(derived(layer_model("tanh gate"))).self_check().values()) < 1e-10
    assert "u1[t,j]" in bp.Network("7*4, tanh gate 5").text.replace("[t,k]", "[t,j]")
    with pytest.raises(InputError, match="did you mean tanh gate"):
        bp.Network("4, tanh gat 5")


def test_a_planted_error_is_found():
    module = bp.compile_numpy(bp.backpropagate(bp.Network("4, glu 5 tanh, dense 3 softmax")))
    right, data = module.gradient, given(module, "4")

    def wrong(params, *data):
        cost, grads = right(params, *data)
        return cost, {**grads, "V1": grads["V1"] * (1 + 1e-6)}

    report = bp.check_gradient(module.cost, wrong, module.init(seed=1), *data)
    assert [row.name for row in report.rows if row.verdict == "wrong"] == ["V1"]


def test_lifting_puts_indices_in_front():
    row = "h[k] = g[k]*(a[k] - mu)/sqrt(v + 1.5e-3) + softmax(a)[k]"
    assert lifted(row, ["h", "a", "mu", "v"], ["p", "t"]) == (
        "h[p,t,k] = g[k]*(a[p,t,k] - mu[p,t])/sqrt(v[p,t] + 1.5e-3) + softmax(a)[p,t,k]"
    )
    assert lifted(row, ["a"], []) == row
    assert chain_from("x", (7, 4)).outer(1, "t + u") == ("v",)


LABELS = {"hinge": "signs", "squared-hinge": "signs"}


@pytest.mark.parametrize("cost", [row.name for row in COSTS.values()])
def test_every_cost_ends_a_network(cost):
    output = next(o for o in ("tanh", "sigmoid", "softmax") if _accepts(cost, o))
    model = bp.Network(f"4, dense 5 tanh, rms norm epsilon=0.01, dense 3 {output}", cost=cost)
    module = bp.compile_numpy(bp.backpropagate(model))
    params = {name: w + 0.3 for name, w in module.init(seed=1).items()}
    data = given(module, "4")
    if cost in LABELS:
        data[1] = np.where(data[1] > 0.3, 1.0, -1.0)
    report = bp.check_gradient(lambda p, *d: float(np.real(module.cost(p, *d))), module.gradient, params, *data)
    assert report.ok and {row.method for row in report.rows} == {"central differences"}, str(report)
    assert all(constant in model.data for constant in COSTS[cost].constants)


def _accepts(cost: str, output: str) -> bool:
    try:
        return bp.MLP([2, 2], output=output, cost=cost).cost == "C"
    except InputError:
        return False


def test_what_powers_and_logarithms_accept():
    with pytest.raises(InputError, match=r"focal needs outputs in \(0, 1\); tanh gives -0.7616 at z = -1"):
        bp.MLP([2, 2], output="tanh", cost="focal")
    with pytest.raises(InputError, match=r"kl needs outputs in \(0, inf\)"):
        bp.MLP([2, 2], output="identity", cost="kl")


KNOWN = ", ".join(LAYERS)
REFUSED = {
    "4, dens 6 relu, dense 3": f"dens is not a known layer; did you mean dense? (known: {KNOWN})",
    "4, layer nrm": f"layer nrm is not a known layer; did you mean layer norm? (known: {KNOWN})",
    "4, , dense 3": f"no text is not a known layer (known: {KNOWN})",
    "4, dense relu, dense 3": "dense relu: the width is missing; write dense 6",
    "4, dense": "dense: the width is missing; write dense 6",
    "4, dense 0": "dense 0: a width is a positive whole number or a name, as in 4-3-5 or n0-n1-n2",
    "4, dense 2.5": "dense 2.5: a width is a positive whole number or a name, as in 4-3-5 or n0-n1-n2",
    "4, layer norm 6": "layer norm 6: layer norm takes no width",
    "4, dense 6 relus": f"relus is not a known activation; did you mean relu? (known: {', '.join(ACTIVATIONS)})",
    "4, residual 6 softmax": "residual 6 softmax: residual takes a function of one number, not softmax",
    "4, dense 1 softmax": "softmax over the one unit of layer 1 is always 1 (use sigmoid)",
    "4, self-attention 3": "self-attention 3: self-attention takes an array of steps and inputs, not one of 1 indices",
    "3*4, batch norm": "batch norm: batch norm takes an array of inputs, not one of 2 indices",
    "T*4, rnn 3": "rnn 3: rnn runs over a known number of steps; begin with 7*4",
    "3*4, multi-head attention 5 heads=2": "multi-head attention 5 heads=2: keys is missing; write keys=2",
    "4, dropout kep=0.5": "dropout kep=0.5: dropout has no number kep; did you mean keep? (it takes keep)",
    "4, dense 3 keep=0.5": "dense 3 keep=0.5: dense has no number keep (it takes none)",
    "4, dropout keep=1/x": "dropout keep=1/x: dropout: keep: 1/x is neither a number nor a name",
    "4, dense x": "x: this name has another meaning in the network; take another",
    "4, glu u1": "u1: this name has another meaning in the network; take another",
    "-4, dense 3": "-4: a width is a positive whole number or a name, as in 4-3-5 or n0-n1-n2",
    "4": "4: a network has an input and layers, as in 4, dense 6 relu, dense 3 softmax",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refused_in_one_line(text):
    with pytest.raises(InputError) as caught:
        bp.Network(text)
    assert str(caught.value) == REFUSED[text]


def test_a_number_is_not_shared_by_chance():
    with pytest.raises(InputError, match="epsilon: this name has another meaning"):
        bp.Network("4, layer norm, dense 3 softmax", cost="label-smoothing")
    assert bp.Network("4, layer norm, dense 3 softmax", cost="label-smoothing epsilon=0.1").data[2:] == ("epsilon",)
    with pytest.raises(InputError, match=r"focal has no number gama; did you mean gamma\? \(it takes gamma\)"):
        bp.Network("4, dense 3 softmax", cost="focal gama=2")
