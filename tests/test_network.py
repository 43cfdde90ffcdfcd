"""Networks from their widths: the equations one would write, at any depth, fast, and refused in one line."""

from __future__ import annotations

import pytest
from counting import work

from derive import MLP, Model
from derive.errors import InputError
from derive.forward import ACTIVATIONS, COSTS, parse_widths, plain_equation
from derive.terms import dimension


def equations(model: Model) -> list[str]:
    return [plain_equation(equation) for equation in model.equations]


def test_the_example_of_the_documentation():
    model = MLP([4, 3, 5])
    assert model.text.splitlines()[-6:] == [
        "z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]",
        "a1[j] = sigmoid(z1[j])",
        "z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]",
        "a2[k] = softmax(z2)[k]",
        "C = -sum(k, y[k]*log(a2[k]))",
        "assume sum(k, y[k]) = 1",
    ]
    assert model.widths == tuple(map(dimension, ("n0", "n1", "n2")))
    assert [model.sizes[width] for width in model.widths] == [4, 3, 5]
    assert model.batch == model.data == ("x", "y")
    assert model.parameters == ("W1", "b1", "W2", "b2")
    assert set(model.functions) == {"sigmoid", "softmax"}
    assert model.title == "4-3-5, sigmoid, softmax, cross-entropy"


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
@pytest.mark.parametrize("bias", [True, False])
def test_shapes_at_any_depth(depth, bias):
    model = MLP(list(range(2, depth + 3)), "tanh", bias=bias)
    widths = model.widths
    assert len(model.equations) == 2 * depth + 1 and len(widths) == depth + 1
    for layer in range(1, depth + 1):
        assert model.axes[f"W{layer}"] == (widths[layer], widths[layer - 1])
        assert model.axes[f"a{layer}"] == model.axes[f"z{layer}"] == (widths[layer],)
        assert (f"b{layer}" in model.axes) is bias
    assert model.axes["x"] == widths[:1] and model.axes["y"] == widths[-1:]
    assert Model.parse(model.text).equations == model.equations


def test_one_activation_a_layer():
    lines = equations(MLP([2, 3, 4, 2], ["tanh", "relu"], "identity"))
    assert lines[1] == "a1[j] = tanh(z1[j])" and lines[3] == "a2[j] = relu(z2[j])" and lines[5] == "a3[k] = z3[k]"
    assert lines[6] == "C = 1/2*sum(k, (a3[k] - y[k])^2)"


def test_names_as_widths():
    model = MLP(["n", 3, "m"])
    assert model.widths == tuple(map(dimension, ("n", "n1", "m"))) and model.sizes == {dimension("n1"): 3}
    assert MLP(parse_widths("n0-n1-n2")).sizes == {}
    assert MLP([3, "n0", 2]).widths[0] != MLP([3, "n0", 2]).widths[1]


def test_an_expression_of_ones_own():
    model = MLP([2, 3, 2], "z*sigmoid(1.7*z)", "f", "sum(k, abs(a[k] - y[k]))")
    assert "f1(z) = z*sigmoid(1.7*z)" in model.text and set(model.functions) == {"f1", "sigmoid"}
    assert equations(model)[1::2] == ["a1[j] = f1(z1[j])", "a2[k] = f(z2[k])"]
    assert equations(model)[-1] == "C = sum(k, abs(a2[k] - y[k]))"
    assert "f" in MLP([2, 3, 2], "max(z, 0)^2").functions
    assert {"f1", "f2"} <= set(MLP([2, 3, 4, 2], ["max(z, 0)^2", "z^3"]).functions)


def test_penalties_spare_the_biases():
    for rate, shown in [(0.5, "1/4"), ("0.5", "1/4"), (1, "1/2"), ("λ", "1/2*lambda")]:
        model = MLP([2, 3, 2], l2=rate)
        assert f"{shown}*sum(j, sum(i, W1[j,i]^2))" in equations(model)[-1]
        assert "b1" not in equations(model)[-1]
    assert MLP([2, 3, 2], l2="lambda").data == ("x", "y", "lambda")
    both = MLP([2, 2], l2="lambda", l1=1e-3)
    assert "1/1000*sum(k, sum(j, abs(W1[k,j])))" in equations(both)[-1] and both.batch == ("x", "y")


def test_the_usual_cost_of_an_output():
    for row in COSTS.values():
        for output in row.usual_for:
            assert MLP([2, 2], output=output).title.endswith(row.name)


def test_facts_are_left_out_on_request():
    assert MLP([2, 2]).facts and not MLP([2, 2], facts=False).facts


def test_a_cost_without_labels():
    assert MLP([2, 2], output="tanh", cost="sum(k, a[k]^4)").batch == ("x",)


WIDTHS = "a width is a positive whole number or a name, as in 4-3-5 or n0-n1-n2"


@pytest.mark.parametrize("text", ["4--5", "0", "-3", "", "4-3-", "4-3.5-2", "4 3-2", "n0-...-nL", "4-٣"])
def test_widths_that_are_none(text):
    with pytest.raises(InputError) as caught:
        parse_widths(text)
    assert str(caught.value) == f"{text or 'no text'}: {WIDTHS}"


REFUSED = [
    (([4, 0, 5],), {}, f"[4, 0, 5]: {WIDTHS}"),
    (([4, 2.5],), {}, f"[4, 2.5]: {WIDTHS}"),
    (([True, 2],), {}, f"[True, 2]: {WIDTHS}"),
    (([4],), {}, "[4]: a network has at least two widths, of its input and its output, as in 4-3-5"),
    ((["x", 2],), {}, "x: this name has another meaning in the network; take another"),
    (([4, 3, 1],), {}, "softmax over the one unit of layer 2 is always 1 (use sigmoid)"),
    (([4, 1, 2], "softmax"), {}, "softmax over the one unit of layer 1 is always 1 (use sigmoid)"),
    (([4, 3, 2], ["tanh", "relu"]), {}, "2 hidden activations for 1 hidden layer: give one, or one a layer"),
    (
        ([4, 3, 2], "relus"),
        {},
        f"relus is not a known activation; did you mean relu? (known: {', '.join(ACTIVATIONS)})",
    ),
    (([4, 2],), {"cost": "crossentropy"}, "crossentropy is not a known cost; did you mean cross-entropy? "
     f"(known: {', '.join(COSTS)})"),
    (([4, 2], "sigmoid", "identity", "binary-cross-entropy"), {}, "binary-cross-entropy needs outputs in (0, 1); "
     "identity gives -1 at z = -1 (use sigmoid)"),
    (([4, 2], "sigmoid", "relu", "cross-entropy"), {}, "cross-entropy needs outputs in (0, inf); "
     "relu gives 0 at z = 0 (use softmax)"),
    (([4, 2], "sigmoid", "1/z", "-sum(k, log(a[k]))"), {}, "cost -sum(k, log(a[k])) needs outputs in (0, inf); "
     "f gives no number at z = 0 (use sigmoid)"),
    (([4, 3, 2], "q*z"), {}, "activation q*z: q is not defined; f is a function of z alone"),
    (([4, 3, 2], "sin(z"), {},
     'activation sin(z, column 6: found the end of the line, expected an operator, ")" or ","'),
    (([4, 2],), {"cost": "sum(k, q[k])"}, "cost sum(k, q[k]): q is not defined"),
    (([4, 2],), {"cost": "sum(k, y[k])"}, "cost sum(k, y[k]): a cost is a number made of the outputs a[k] "
     "and the labels y[k]"),
    (([4, 2],), {"l2": -1}, "l2: -1 is neither a number from 0 nor a name such as lambda"),
    (([4, 2],), {"l1": "1 + 2"}, "l1: 1 + 2 is neither a number from 0 nor a name such as lambda"),
    (([4, 2],), {"l2": float("nan")}, "l2: nan is neither a number from 0 nor a name such as lambda"),
    (([4, 2],), {"l2": "W1"}, "W1: this name has another meaning in the network; take another"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "options", "reason"), REFUSED, ids=range(len(REFUSED)))
def test_refused_in_one_line(arguments, options, reason):
    with pytest.raises(InputError) as caught:
        MLP(*arguments, **options)
    assert str(caught.value) == reason


def test_the_work_of_a_deep_network_grows_with_its_depth_alone():
    MLP([8] * 11, "tanh")
    few, many = (work(lambda n=n: MLP([8] * (n + 1), "tanh")) for n in (50, 200))
    assert many < 5 * few
