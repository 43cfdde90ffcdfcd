"""Every activation with every cost it fits: the derivation against SymPy's own derivative."""

from __future__ import annotations

from itertools import product

import pytest
from counting import work
from small_nets import SmallNet
from sympy import Heaviside, Max, Min, Sum, Symbol

from derive.backward.backprop import backpropagate
from derive.errors import InputError
from derive.forward.activations import ACTIVATIONS, activation
from derive.forward.costs import COSTS
from derive.forward.network import MLP
from derive.proof.identity import decide
from derive.records import Model
from derive.terms import free_indices, index, maximum, minimum, range_of, scalar, step

WIDTHS = {"n0": 2, "n1": 3, "n2": 2}
HIDDEN = [name for name in ACTIVATIONS if activation(name).axis is None]


def fitting():
    """Every (output, cost) that the tables allow together."""
    for output, cost in product(ACTIVATIONS, COSTS):
        try:
            yield output, cost, MLP([2, 3, 2], hidden="identity", output=output, cost=cost)
        except InputError:
            continue


def maximum_of(*arguments):
    number, other = sorted(arguments, key=lambda e: not e.is_number)
    return maximum(other, number)


def minimum_of(*arguments):
    number, other = sorted(arguments, key=lambda e: not e.is_number)
    return minimum(other, number)


def exact(left, right):
    """Whether two scalar expressions are equal, decided exactly."""
    plain = [left, right]
    for theirs, ours in ((Heaviside, lambda u, *_: step(u)), (Max, maximum_of), (Min, minimum_of)):
        plain = [e.replace(theirs, ours) for e in plain]
    symbols = {s: scalar(s.name) for s in plain[0].free_symbols | plain[1].free_symbols if isinstance(s, Symbol)}
    return decide(*(e.xreplace(symbols) for e in plain)).status == "proved"


def assert_gradients_are_sympys(model: Model, derivation=None) -> None:
    """One entry of every gradient, by SymPy's diff of the cost written out."""
    derivation = derivation or backpropagate(model)
    net = SmallNet(model, {name: WIDTHS.get(name, 2) for name in map(str, model.widths)})
    cost = net.value(model.cost, ())
    found = {r.name: r for r in derivation.results}
    for result in derivation.results:
        for here in net.positions(result.array):
            letters = dict(zip(result.left.indices, here, strict=True)) if here else {}
            net.values[result.name, here] = net.expand(result.right, letters)
    for name in model.parameters:
        here = net.positions(name)[-1]
        ours = net.values[f"dC/d{name}", here]
        assert exact(ours, cost.diff(net.value(name, here))), f"{name}{here} of {model.title}"
    assert found


@pytest.mark.parametrize("output, cost", [(o, c) for o, c, _ in fitting()])
def test_output_and_cost(output, cost):
    assert_gradients_are_sympys(MLP([2, 2], output=output, cost=cost))


@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_activation(hidden):
    model = MLP([2, 3, 2], hidden=hidden, output="identity", cost="half-sse")
    assert_gradients_are_sympys(model)


def test_the_textbook_results():
    derivation = backpropagate(MLP([4, 3, 5]))
    assert [r.name for r in derivation.results if r.kind != "cotangent"] == [
        "delta2", "dC/dW2", "dC/db2", "delta1", "dC/dW1", "dC/db1",
    ]  # fmt: skip
    assert str(derivation.delta["delta2"]) == "a2[k] - y[k]"
    assert str(derivation.gradients["W1"]) == "delta1[j]*x[i]"
    assert str(derivation.gradients["b2"]) == "delta2[k]"


def test_without_the_fact_the_sum_of_the_targets_stays():
    derivation = backpropagate(MLP([4, 3, 5], facts=False))
    assert "Sum(y[" in str(derivation.delta["delta2"])


def test_every_step_is_proved_for_all_widths():
    derivation = backpropagate(MLP(["n0", "n1", "n2"]))
    assert all(step.proof.status == "proved" for step in derivation.steps)
    assert all(step.proof.widths == "all" for step in derivation.steps if step.rule not in ("chain-rule", "upstream"))
    assert all(r.matrix.proof.widths == "all" and r.batch.proof.widths == "all" for r in derivation.results)


def test_concrete_widths_give_the_same_derivation_as_names():
    numbers, names = backpropagate(MLP([4, 3, 5])), backpropagate(MLP(["n0", "n1", "n2"]))
    assert numbers.delta == names.delta and numbers.gradients == names.gradients


@pytest.mark.parametrize("depth", [1, 2, 5, 30])
def test_depth(depth):
    derivation = backpropagate(MLP([3 + n % 2 for n in range(depth + 1)], hidden="tanh"))
    assert len(derivation.delta) == depth and len(derivation.gradients) == 2 * depth


def test_a_penalty_enters_the_weights_and_spares_the_biases():
    derivation = backpropagate(MLP([3, 2, 2], output="identity", l2="lambda"))
    assert "lambda" in str(derivation.gradients["W1"]) and "lambda" not in str(derivation.gradients["b1"])
    assert_gradients_are_sympys(MLP([2, 3, 2], output="identity", l2="lambda", l1="mu"))


GELU_LAYER = """
z[j] = sum(i, W[j,i]*x[i]) + b[j]
h[j] = gelu(z[j])
output h
"""


def test_a_layer_without_a_cost_ends_in_the_given_derivative():
    derivation = backpropagate(Model.parse(GELU_LAYER), wrt=["x", "W", "b"])
    assert set(derivation.gradients) == {"x", "W", "b"}
    assert "dC/dh" in str(derivation.delta["delta"])


@pytest.mark.parametrize(
    "text",
    [
        "u[j] = sum(i, W[j,i]*x[i])\nh[j] = tanh(u[j]) + x[j]\nC = 1/2*sum(j, (h[j]-y[j])^2)",
        "h[j] = tanh(sum(i, W[j,i]*x[i]))\ng[k] = sum(j, W[k,j]*h[j])\nC = sum(k, r[k]*g[k]^2)\ndata x, r\nparam W",
        "p[k] = exp(beta*x[k])/sum(m, exp(beta*x[m]))\nC = sum(k, r[k]*p[k]^2)\ndata r\nparam beta, x",
        "m = 1/size(j)*sum(j, x[j])\nv = 1/size(j)*sum(j, (x[j]-m)^2)\nh[j] = (x[j]-m)/sqrt(v+1/100)\n"
        "C = sum(j, r[j]*h[j])\ndata r\nparam x",
    ],
    ids=["skip connection", "shared weight", "softmax with temperature", "normalised vector"],
)
def test_the_mathematics_follows_the_equations(text):
    model = Model.parse(text)
    derivation = backpropagate(model)
    net = SmallNet(model, {str(size): 2 for axes in model.axes.values() for size in axes})
    cost = net.value(model.cost, ())
    for result in derivation.results:
        for here in net.positions(result.array):
            letters = dict(zip(result.left.indices, here, strict=True)) if here else {}
            net.values[result.name, here] = net.expand(result.right, letters)
    for name in model.parameters:
        here = net.positions(name)[-1]
        assert exact(net.values[f"dC/d{name}", here], cost.diff(net.value(name, here)))


def test_an_unknown_name_to_differentiate_by():
    with pytest.raises(InputError, match="W9: not an input to differentiate by; the model has"):
        backpropagate(MLP([4, 3, 5]), wrt=["W9"])


def test_data_can_be_asked_for():
    derivation = backpropagate(MLP([4, 3, 5]), wrt=["x"])
    assert set(derivation.gradients) == {"x"} and index("i") in derivation.result("x").ranges


def test_the_work_grows_with_the_depth_alone():
    backpropagate(MLP([8] * 5, hidden="tanh"))
    models = [MLP([8] * (depth + 1), hidden="tanh") for depth in (40, 160)]
    few, many = (work(lambda model=model: backpropagate(model)) for model in models)
    assert many < 5 * few


def test_a_model_may_use_the_letter_of_the_record_itself():
    derivation = backpropagate(Model.parse("z[p] = sum(q, W[p,q]*x[q])\nC = 1/2*sum(p, (z[p]-y[p])^2)\nbatch x, y"))
    form = derivation.result("W").batch
    assert form is not None and str(form.record) == "r"


def test_the_same_formula_under_other_names_is_proved_even_where_signs_are_too_many():
    derivation = backpropagate(Model.parse("z[j] = max(sum(i, W[j,i]*x[i]), b[j])\nC = sum(j, z[j]^2)\nbatch x"))
    assert all(r.matrix.proof.status == "proved" for r in derivation.results)


def test_no_sum_runs_over_a_letter_that_is_free_beside_it():
    text = "h[j] = tanh(sum(i, W[j,i]*x[i]))\ng[i] = sum(j, W[j,i]*h[j])\nC = sum(i, (g[i]-x[i])^2)\nparam W\ndata x"
    right = backpropagate(Model.parse(text)).gradients["W"]
    bound = {range_of(node)[0] for node in right.atoms(Sum)}
    assert bound and not bound & free_indices(right)


def test_what_cannot_be_differentiated_by_is_said():
    with pytest.raises(InputError, match="the model has no parameters; name what to differentiate by, of x"):
        backpropagate(Model.parse("u[i] = x[i]/sqrt(sum(j, x[j]^2))\noutput u\ndata x"))
    with pytest.raises(InputError, match="a1: not an input to differentiate by"):
        backpropagate(MLP([4, 3, 5]), wrt=["a1"])
    with pytest.raises(InputError, match="backpropagate takes a Model"):
        backpropagate("4-3-5")


def test_a_batch_without_a_cost_is_summed():
    model = Model.parse("z[j] = sum(i, W[j,i]*x[i])\nh[j] = tanh(z[j])\noutput h\nbatch x")
    assert str(backpropagate(model).result("W").batch.right).count("1/N") == 0


def test_a_derivation_is_shown_in_a_few_lines():
    shown = repr(backpropagate(MLP("4-3-5")))
    assert "delta2[k] = a2[k] - y[k]" in shown and len(shown.splitlines()) == 7


def test_scalars_are_arrays_without_indices():
    text = "z = sum(i, w[i]*x[i])\na = sigmoid(z)\nC = 1/2*(a-y)^2\nbatch x, y"
    assert str(backpropagate(Model.parse(text)).delta["delta"]) == "a*(1 - a)*(a - y)"
