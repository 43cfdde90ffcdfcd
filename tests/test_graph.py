"""The computational graph: the rule of every node, and its numbers against derivations and differences."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import pytest

import backproof as bp
from backproof.command import run
from backproof.graph import drawn_graph, read_at
from codegen.documents.graph_text import rows, written
from derive.backward.inputs import input_axes
from derive.backward.numbers import Numbers, places, read_numbers
from derive.backward.tape import computational_graph
from derive.forward import ACTIVATIONS
from derive.forward.plain import plain

EXAMPLES = Path(__file__).parent.parent / "examples"
PRICE = {"price": 20, "count": 2, "tax": "0.1"}
STEP = Fraction(1, 10**12)


def example(name):
    return bp.Model.parse((EXAMPLES / name).read_text(encoding="utf-8"))


def random_numbers(random, *shape):
    """Rational numbers of both signs, none of them 0."""
    drawn = ((random.choice((-1, 1)) * random.randrange(1, 60), random.randrange(1, 9)) for _ in places(shape))
    return Numbers(shape, tuple(Fraction(*pair) for pair in drawn))


def as_array(numbers):
    return np.array([float(entry) for entry in numbers.entries]).reshape(numbers.shape)


def quotients(graph, *path):
    """What the quotients of the values along a path multiply to."""
    result = Fraction(1)
    for before, after in zip(path, path[1:], strict=False):
        result *= graph.node(after).forward.entries[0] / graph.node(before).forward.entries[0]
    return result


def test_the_price_of_one_piece_counts_2_2_times():
    graph = computational_graph(example("price.eq"), PRICE)
    assert graph.node("C").forward.entries == (44,)
    assert graph.node("price").backward.entries == (Fraction(22, 10),)
    assert quotients(graph, "price", "goods", "C") == Fraction(22, 10)


def test_a_fee_changes_no_derivative_though_it_changes_the_quotients_of_values():
    graph = computational_graph(example("price-fee.eq"), {**PRICE, "fee": 5})
    assert graph.node("C").forward.entries == (49,)
    assert graph.node("price").backward.entries == (Fraction(22, 10),)
    assert quotients(graph, "price", "goods", "taxed", "C") == Fraction(49, 20)


def outward(formula, shapes, seed):
    """The graph of ``h[...] = formula`` with random rationals for its inputs and for the derivative by h."""
    left = "h" + formula.partition("=")[0].strip()
    model = bp.Model.parse(f"data {', '.join(shapes)}\n{left} = {formula.partition('=')[2]}\noutput h")
    random = Random(seed)
    axes = input_axes(model)
    given = {name: random_numbers(random, *shape) for name, shape in shapes.items()}
    known = {axis: n for name, shape in shapes.items() for axis, n in zip(axes[name], shape, strict=True)}
    given["dC/dh"] = random_numbers(random, *(known[axis] for axis in axes["dC/dh"]))
    return computational_graph(model, given), given


# formula, shapes of the inputs, kind of the node, and for each input what is passed back.
NODES = {
    "add": ("[j] = x[j] + y[j]", {"x": (3,), "y": (3,)}, {"x": lambda g, v: g, "y": lambda g, v: g}),
    "subtract": ("[j] = x[j] - y[j]", {"x": (3,), "y": (3,)}, {"x": lambda g, v: g, "y": lambda g, v: -g}),
    "multiply": (
        "[j] = x[j]*y[j]", {"x": (3,), "y": (3,)}, {"x": lambda g, v: g * v["y"], "y": lambda g, v: g * v["x"]},
    ),
    "divide": (
        "[j] = x[j]/y[j]", {"x": (3,), "y": (3,)},
        {"x": lambda g, v: g / v["y"], "y": lambda g, v: -g * v["x"] / v["y"] ** 2},
    ),
    "power": ("[j] = x[j]^3", {"x": (3,)}, {"x": lambda g, v: 3 * g * v["x"] ** 2}),
    "sum": ("[p] = sum(j, x[p,j])", {"x": (2, 3)}, {"x": lambda g, v: np.outer(g, [1, 1, 1])}),
    "affine": (
        "[p,j] = sum(i, x[p,i]*W[i,j]) + b[j]", {"x": (2, 3), "W": (3, 4), "b": (4,)},
        {"x": lambda g, v: g @ v["W"].T, "W": lambda g, v: v["x"].T @ g, "b": lambda g, v: g.sum(axis=0)},
    ),
    "product": (
        "[j] = sum(i, W[j,i]*x[i])", {"W": (2, 3), "x": (3,)},
        {"W": lambda g, v: np.outer(g, v["x"]), "x": lambda g, v: v["W"].T @ g},
    ),
    "relu": ("[j] = relu(x[j])", {"x": (9,)}, {"x": lambda g, v: g * (v["x"] > 0)}),
    "max": ("[j] = max(x[j], y[j])", {"x": (9,), "y": (9,)}, {"x": lambda g, v: g * (v["x"] > v["y"])}),
    "abs": ("[j] = abs(x[j])", {"x": (9,)}, {"x": lambda g, v: g * np.sign(v["x"])}),
}  # fmt: skip


def exact_array(numbers):
    return np.array(numbers.entries, dtype=object).reshape(numbers.shape)


@pytest.mark.parametrize("kind", NODES)
@pytest.mark.parametrize("seed", range(2))
def test_rule_of_a_node_in_exact_numbers(kind, seed):
    formula, shapes, rules = NODES[kind]
    graph, given = outward(formula, shapes, seed)
    assert [node.kind for node in graph.nodes] == ["data"] * len(shapes) + [kind]
    values = {name: exact_array(given[name]) for name in shapes}
    for name, rule in rules.items():
        (edge,) = graph.out_of(name)
        wanted = rule(exact_array(given["dC/dh"]), values)
        assert exact_array(edge.backward).tolist() == (wanted + Fraction(0)).tolist()
        assert edge.backward == graph.node(name).backward and edge.forward == given[name]


@pytest.mark.parametrize("formula", ["[j] = x[j]*y[j]", "[j] = x[j] + y[j]"])
def test_local_derivatives_are_formulas(formula):
    graph, _ = outward(formula, {"x": (2,), "y": (2,)}, 0)
    said = {edge.source: plain(edge.rule.local) for edge in graph.edges}
    assert said == ({"x": "y[j]", "y": "x[j]"} if "*" in formula else {"x": "1", "y": "1"})


def test_local_derivatives_of_an_affine_node():
    graph, _ = outward("[j] = sum(i, W[j,i]*x[i]) + b[j]", {"W": (2, 3), "x": (3,), "b": (2,)}, 0)
    rules = {e.source: (plain(e.rule.of), plain(e.rule.by), plain(e.rule.local)) for e in graph.edges}
    assert rules == {
        "W": ("h[j]", "W[j,i]", "x[i]"),
        "x": ("h[j]", "x[i]", "W[j,i]"),
        "b": ("h[j]", "b[j]", "1"),
    }


def test_relu_stops_the_gradient_at_zero():
    model = bp.Model.parse("data x\nh[j] = relu(x[j])\noutput h")
    graph = computational_graph(model, {"x": [-1, 0, 2], "dC/dh": [5, 5, 5]})
    assert graph.node("x").backward.entries == (0, 0, 5)


def test_softmax_with_loss_passes_y_minus_t():
    text = "data s, t\nY[k] = softmax(s)[k]\nL = -sum(k, t[k]*log(Y[k]))\nassume sum(k, t[k]) = 1"
    graph = computational_graph(bp.Model.parse(text), {"s": ["1/2", -1, 2], "t": ["1/5", "3/5", "1/5"]})
    node = graph.node("L")
    assert [n.kind for n in graph.nodes] == ["data", "data", "softmax-with-loss"]
    assert plain(graph.out_of("s")[0].rule.local) == "Y[k] - t[k]"
    scores, labels = (as_array(graph.node(name).forward) for name in "st")
    softmax = np.exp(scores) / np.exp(scores).sum()
    assert np.allclose(as_array(node.inner[0].forward), softmax, rtol=1e-14, atol=0)
    assert np.allclose(as_array(graph.node("s").backward), softmax - labels, rtol=1e-14, atol=0)


SOFTMAXES = {
    "labels of any sum": ("a[k] = softmax(s)[k]\nC = -sum(k, y[k]*log(a[k]))", True),
    "no name between": ("C = -sum(k, y[k]*log(softmax(s)[k]))", True),
    "records as rows": ("data Y\na[p,k] = softmax(S)[p,k]\nC = -1/size(p)*sum(p, sum(k, Y[p,k]*log(a[p,k])))", True),
    "a penalty beside": ("a[k] = softmax(s)[k]\nC = -2*sum(k, y[k]*log(a[k])) + sum(k, s[k]^2)", True),
    "used twice": ("a[k] = softmax(s)[k]\nC = -sum(k, y[k]*log(a[k])) + sum(k, a[k]^2)", False),
    "other axis": ("a[k,p] = softmax(S)[k,p]\nC = -sum(p, sum(k, Y[k,p]*log(a[k,p])))", False),
}


@pytest.mark.parametrize("name", SOFTMAXES)
def test_softmax_meets_cross_entropy(name):
    text, together = SOFTMAXES[name]
    model = bp.Model.parse("\n".join(("data s" if "(s)" in text else "data S", text)))
    graph, _ = drawn_graph(model, {}, 3)
    assert ("softmax-with-loss" in [node.kind for node in graph.nodes]) is together
    agrees_with_differences(model, graph)


def differences(model, at, name):
    """Central differences of the cost in exact numbers or 40 digits."""
    numbers = at[name]
    for place in range(len(numbers.entries)):
        ends = []
        for way in (1, -1):
            moved = [x + way * STEP if n == place else x for n, x in enumerate(numbers.entries)]
            graph = computational_graph(model, {**at, name: Numbers(numbers.shape, tuple(moved))})
            ends.append(graph.node(model.cost).forward.entries[0])
        yield (ends[0] + -1 * ends[1]) * (1 / (2 * STEP))


def agrees_with_differences(model, graph):
    at = {name: graph.node(name).forward for name in (*model.data, *model.parameters)}
    for name in at:
        wanted = [float(number) for number in differences(model, at, name)]
        assert np.allclose(as_array(graph.node(name).backward).ravel(), wanted, rtol=1e-9, atol=1e-12), name


COSTS = {
    "polynomial": "z[j] = sum(i, W[j,i]*x[i]) + b[j]\nC = 1/2*sum(j, (z[j]^2 - y[j])^2)",
    "shared weight": "h[j] = sum(i, W[j,i]*x[i])\nr[i] = sum(j, W[j,i]*h[j])\nC = sum(i, (r[i] - x[i])^2)",
    "shifted": "z[t] = sum(s, w[s]*x[t+s])\nC = sum(t, z[t]*y[t])",
    "entries": "C = x[0]*x[1]^2 + sum(i, W[i,i]*x[i])",
    "functions": "v[j] = exp(x[j])/(1 + exp(x[j]))\nC = sum(j, sqrt(1 + v[j]^2)*sin(x[j])/size(j))",
    "exponent": "C = sum(j, (1 + x[j]^2)^w)",
}


@pytest.mark.parametrize("name", COSTS)
def test_numbers_against_central_differences(name):
    model = bp.Model.parse(COSTS[name])
    graph, _ = drawn_graph(model, {}, 1)
    agrees_with_differences(model, graph)


def test_polynomials_are_exact():
    model = bp.Model.parse("C = sum(j, (w[j]*x[j] - 1/3)^2)")
    graph = computational_graph(model, {"w": ["1/7", 2], "x": [3, "-1/5"]})
    assert graph.node("w").backward.entries == (2 * 3 * (Fraction(3, 7) - Fraction(1, 3)), Fraction(22, 75))


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name not in ("softmax", "identity")])
def test_every_activation_is_a_node(activation):
    model = bp.Model.parse(f"data x\nC = sum(j, {activation}(x[j])*x[j])")
    graph, _ = drawn_graph(model, {}, 2)
    assert graph.node("v1").kind == activation
    agrees_with_differences(model, graph)


def test_mlp_agrees_with_the_generated_program():
    model = bp.MLP([3, 4, 2], hidden="relu")
    graph, drawn = drawn_graph(model, {}, 7)
    assert set(drawn) == {"x", "y", "W1", "b1", "W2", "b2"}
    kinds = [node.kind for node in graph.nodes if node.equation]
    assert kinds == ["affine", "relu", "affine", "softmax-with-loss"]
    numbers = {name: as_array(graph.node(name).forward) for name in drawn}
    params = {name: numbers[name] for name in model.parameters}
    module = bp.compile_numpy(bp.backpropagate(model))
    cost, gradients = module.gradient(params, numbers["x"][None], numbers["y"][None])
    assert np.isclose(float(graph.node("C").forward.entries[0]), cost, rtol=1e-12)
    for name, gradient in gradients.items():
        assert np.allclose(as_array(graph.node(name).backward), gradient, rtol=1e-11, atol=1e-14), name
    assert 0 < np.count_nonzero(as_array(graph.node("a1").forward)) < 4


def test_contributions_of_a_value_used_twice_add():
    model = bp.Model.parse("data x, y\na = x*y\nb = x + y\nC = a*b")
    graph = computational_graph(model, {"x": 3, "y": 5})
    edges = {edge.target: edge.backward.entries[0] for edge in graph.out_of("x")}
    assert edges == {"a": 5 * 8, "b": 15}
    assert graph.node("x").backward.entries == (55,)


def test_equal_values_are_computed_once():
    model = bp.Model.parse("data x\nC = sum(j, exp(x[j])/(1 + exp(x[j]))) + sum(i, exp(x[i]))")
    graph, _ = drawn_graph(model, {}, 0)
    assert [node.kind for node in graph.nodes].count("exp") == 1
    agrees_with_differences(model, graph)


def test_what_leads_nowhere_has_derivative_zero():
    model = bp.Model.parse("data x, u\na = x*u\nC = x^2")
    graph = computational_graph(model, {"x": 3, "u": 5})
    assert (graph.node("u").backward.entries, graph.node("x").backward.entries) == ((0,), (6,))


# What is given for the network 2-3-2, and what is said of it.
REFUSED = {
    "W7=1": "W7 is no input of the model; did you mean W2?; it has x, y, W1, b1, W2, b2, n0, n2, n1",
    "x=1": "x: 1 along an axis where n0 is 2",
    "x=1,2;3,4": "x: a row of numbers is needed, not 2 by 2",
    "W1=1,2;3": "W1: row 2 is 1 number, row 1 2 numbers",
    "W1=1,2;3,4": "W1: 2 along an axis where n1 is 3",
    "b1=1,2,k": "b1: 'k' is not a number; accepted are numbers such as 2, -0.5 and 1/3",
    "b1=1,2,1e999999999": "b1: '1e999999999' is not a number; accepted are numbers such as 2, -0.5 and 1/3",
    "b1=1,2,1/0": "b1: '1/0' is not a number; accepted are numbers such as 2, -0.5 and 1/3",
    "y=1,1": "y: the numbers given for it are not as in: assume sum(k, y[k]) = 1",
    "x": "--at x: accepted are names with numbers, as in price=20,count=2 or W=1,2;3,4",
    "x=1,2,x=1,2": "--at x: given twice",
}


@pytest.mark.parametrize("at", REFUSED)
def test_wrong_numbers_are_one_line(at, capsys):
    assert run(["graph", "2-3-2", "--at", at]) == 2
    assert capsys.readouterr() == ("", f"error     {REFUSED[at]}\n")


def test_wrt_is_refused(capsys):
    assert run(["graph", "2-3-2", "--wrt", "x"]) == 2
    said = "--wrt goes with derive and code; a graph shows the derivative by every value"
    assert capsys.readouterr() == ("", f"error     {said}\n")


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("C = 1 + log(x)", "x=-2", "v1 = log(x): x is -2; logarithms and roots are taken of positive numbers, "
         "quotients by any but 0"),
        ("C = f(x)", "x=2", "f has no formula; give it one, as in f(z) = z^2, to compute with numbers"),
        ("C = log(-x^2)", "", "C = log(v2): v2 is -"),
    ],
)  # fmt: skip
def test_formulas_without_a_value_are_one_line(text, at, said, capsys, tmp_path):
    file = tmp_path / "net.eq"
    file.write_text(text)
    assert run(["graph", str(file), *(("--at", at) if at else ())]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"error     {said}") and err.count("\n") == 1


def test_numbers_are_drawn_where_formulas_have_values():
    for seed in range(8):
        graph, _ = drawn_graph(bp.Model.parse("C = log(x) + sqrt(w)"), {}, seed)
        assert all(graph.node(name).forward.entries[0] > 0 for name in "xw")


def test_command_prints_nodes_and_edges_with_both_numbers(capsys):
    typed = ["graph", str(EXAMPLES / "price.eq"), "--at", "price=20,count=2", "--at", "tax=0.1"]
    assert run(typed) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["price", "parameter", "20", "2.2"] in lines
    assert ["C", "multiply", "C", "=", "goods*v1", "44", "1"] in lines
    edge = "price → goods dgoods/dprice = count dC/dprice = count*dC/dgoods 20 2.2"
    assert edge.split() in lines


def test_command_says_what_it_has_drawn_and_shows_long_arrays_whole(capsys):
    assert run(["graph", "n0-n1-n2", "--at", "x=1,2,3", "--seed", "4"]) == 0
    first = capsys.readouterr().out
    assert "n0" not in first.splitlines()[1] and "n1 = 3" in first and "--seed 4" in first
    assert "dW₁ = dz₁ xᵀ" in first and "dx = W₁ᵀ dz₁" in first and "... (3×3)" in first
    assert "\nW1\n  forward\n" in first
    assert run(["graph", "n0-n1-n2", "--at", "x=1,2,3", "--seed", "4"]) == 0
    assert capsys.readouterr().out == first
    assert run(["graph", "n0-n1-n2", "--at", "x=1,2,3", "--seed", "5"]) == 0
    assert capsys.readouterr().out != first


def test_a_value_used_twice_has_a_line_for_its_sum(capsys, tmp_path):
    file = tmp_path / "twice.eq"
    file.write_text("data x\nC = x^2 + exp(x)")
    assert run(["graph", str(file), "--at", "x=0"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert "x, 2 edges their sum 1".split() in lines


@pytest.mark.parametrize(
    ("number", "text"),
    [(Fraction(11, 5), "2.2"), (Fraction(1, 3), "1/3"), (Fraction(-44), "-44"), (Fraction(10**9 + 1, 10**9), "1.0"),
     (Fraction(12345, 67891), "0.181836")],
)  # fmt: skip
def test_numbers_as_they_are_written(number, text):
    assert written(number) == text.removesuffix(".0")


def test_arrays_are_written_as_they_are_typed():
    cube = read_numbers("T", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
    assert rows(cube) == "1,2;3,4;;5,6;7,8"
    model = bp.Model.parse("data T\nC = sum(i, sum(j, sum(k, T[i,j,k])))")
    assert computational_graph(model, read_at([f"T={rows(cube)}"], model)).node("T").forward == cube
