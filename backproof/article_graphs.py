"""Examples for statements of the articles that computational graphs at exact numbers settle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any

from codegen.documents.graph_text import graph_text
from derive import Model
from derive.backward.tape import ComputationalGraph, computational_graph
from derive.judge.articles import delta_rule, error_terms, graph_nodes, two_passes

SHORT = 10
HOLDS, REFUTED, DRAWN, RUN = "holds", "refuted", "drawn", "run"


@dataclass(frozen=True)
class Shown:
    """What an example found, and the lines of Markdown that show it."""

    finding: str
    lines: tuple[str, ...]


def number(value: Any) -> str:
    """A fraction as it is where it is short, else three digits."""
    if isinstance(value, Rational) and len(str(value)) <= SHORT:
        return str(value)
    return f"{float(value):.3g}"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> tuple[str, ...]:
    """A table in Markdown."""
    cells = [head, ["---"] * len(head), *rows]
    return tuple(f"| {' | '.join(map(str, row))} |" for row in cells)


def at(text: str, **numbers: Any) -> ComputationalGraph:
    """The graph of a model at numbers."""
    return computational_graph(Model.parse(text), numbers)


def value(graph: ComputationalGraph, name: str) -> Any:
    """The first entry of a value."""
    return graph.node(name).forward.entries[0]


def slope(graph: ComputationalGraph, name: str) -> Any:
    """The first entry of the derivative of the cost by a value."""
    return graph.node(name).backward.entries[0]


def same_error_other_weights() -> Shown:
    """Outputs of the same error on different weights, and of different errors on the same weights."""
    text = delta_rule.ONE_OUTPUT.replace("f(", "relu(")
    cases = [((2, 0), 3), ((1, 1), 3), ((1, 1), 5)]
    rows, seen = [], []
    for weights, target in cases:
        graph = at(text, x=[1, 1], W1=[[1, 0], [0, 1]], W2=list(weights), y=target)
        delta = -slope(graph, "z2")
        back = [-entry for entry in graph.node("a1").backward.entries]
        rows.append((weights, value(graph, "a2"), target, delta, tuple(map(int, back))))
        seen.append(delta)
    refuted = seen[0] == seen[1] and seen[1] != seen[2]
    lines = table(("weights W", "output", "target", "δ of the output", "contributions W δ"), rows)
    return Shown(REFUTED if refuted else HOLDS, (
        "With f = relu, x = (1, 1) and the identity as w: the same error on other weights, another error on the same.",
        "", *lines,
    ))  # fmt: skip


def neuron_at_numbers() -> Shown:
    """The sum of a neuron as a computational graph: the derivative by each weight is the input it carries."""
    text = "data x1, x2\nparam w1, w2, b\nz = w1*x1 + w2*x2 + b\nC = z"
    graph = at(text, x1=1, x2=-1, w1=1, w2=-2, b=1)
    right = all(slope(graph, f"w{n}") == value(graph, f"x{n}") for n in (1, 2))
    return Shown(DRAWN if right else REFUTED, ("```text", *_lines(graph), "```"))


def _lines(graph: ComputationalGraph) -> list[str]:
    return [line.rstrip() for line in graph_text(graph).splitlines()]


def ridge() -> Shown:
    """The best w of a sum and of a mean, with and without a penalty: the derivative there is zero."""
    data = {"x": [1, 2], "y": [1, 3]}
    plain, summed, mean = Fraction(7, 5), Fraction(7, 6), Fraction(1)
    rows = []
    for name, best in (("sum", plain), ("mean", plain), ("sum with penalty", summed), ("mean with penalty", mean)):
        rate = {"rate": 1} if "penalty" in name else {}
        graph = at(two_passes.ARTICLE.models[name], w=best, **data, **rate)
        if slope(graph, "w") != 0:
            return Shown(HOLDS, (f"{name}: the derivative at {best} is {slope(graph, 'w')}, not 0",))
        rows.append((name, best, slope(graph, "w")))
    lines = table(("cost", "best w", "derivative there"), rows)
    return Shown(REFUTED, ("x = (1, 2), y = (1, 3), strength 1:", "", *lines))


def steps_of_two_lengths() -> Shown:
    """A step against the gradient, short and long."""
    text = "data x, y\nparam w\nz = w*x\nC = 1/2*(z - y)^2"
    return _steps(text, {"x": 2, "y": 2}, (Fraction(1, 10), Fraction(1)))


def rate_one_and_smaller() -> Shown:
    """Updates with the rate 1 and with smaller ones."""
    text = "data x, t\nparam W, b\nH = W*x + b\nC = 1/2*(H - t)^2"
    return _steps(text, {"x": 2, "t": 1}, (Fraction(1), Fraction(1, 10), Fraction(1, 100)))


def _steps(text: str, data: Mapping[str, Any], rates: Sequence[Fraction]) -> Shown:
    model = Model.parse(text)
    start = dict.fromkeys(model.parameters, Fraction(0))
    graph = at(text, **data, **start)
    rows, costs = [], []
    for rate in rates:
        new = {name: start[name] - rate * slope(graph, name) for name in start}
        costs.append(value(at(text, **data, **new), "C"))
        rows.append((rate, *map(number, new.values()), number(costs[-1])))
    before = value(graph, "C")
    cost = model.equation("C").text.partition("=")[2].strip()
    given = ", ".join(f"{name} = {entry}" for name, entry in data.items())
    lines = table(("rate", *(f"{name} after" for name in start), "cost after"), rows)
    right = min(costs) < before < max(costs)
    intro = f"The cost {cost}, {given}, from {', '.join(start)} = 0, where it is {number(before)}:"
    return Shown(RUN if right else REFUTED, (intro, "", *lines))


def price_with_a_fee() -> Shown:
    """Quotients of values beside derivatives, with a fee of 0 and of 5."""
    text = "data count, tax, fee\nparam price\ngoods = price*count\ntaxed = goods*(1 + tax)\nC = taxed + fee"
    rows, results = [], []
    for fee in (0, 5):
        graph = at(text, price=20, count=2, tax="0.1", fee=fee)
        price, goods, taxed, total = (value(graph, name) for name in ("price", "goods", "taxed", "C"))
        quotients = f"{total}/{taxed} · {taxed}/{goods} · {goods}/{price}"
        method, derivative = total / taxed * (taxed / goods) * (goods / price), slope(graph, "price")
        rows.append((fee, total, f"{quotients} = {float(method):g}", f"{float(derivative):g}"))
        results.append(method == derivative)
    lines = table(("fee", "to pay", "quotients of values", "derivative"), rows)
    drawing = _lines(at(text, price=20, count=2, tax="0.1", fee=5))
    finding = REFUTED if results == [True, False] else HOLDS
    return Shown(finding, (*lines, "", "With the fee, as a computational graph:", "", "```text", *drawing, "```"))


def two_penalties() -> Shown:
    """Half the sum of squares of two rows of weights."""
    rows, right = [], []
    third = Fraction(1, 3)
    for weights in ([third] * 3, [Fraction(1), Fraction(0), Fraction(0)]):
        graph = at(graph_nodes.NORM, W=weights)
        gradient = graph.node("W").backward.entries
        rows.append((", ".join(map(str, weights)), value(graph, "C"), ", ".join(map(str, gradient))))
        right.append(list(gradient) == weights)
    spread = rows[0][1] < rows[1][1]
    return Shown(HOLDS if spread and all(right) else REFUTED, table(("W", "½ Σ W²", "its gradient"), rows))


def saturated_units() -> Shown:
    """Derivatives by the sum of an output unit where its sigmoid is close to 0 or 1."""
    costs = {
        "squared error": error_terms.SQUARE.replace("(h - y)^2", "1/2*(h - y)^2"),
        "cross-entropy": error_terms.SQUARE.replace("(h - y)^2", "-(y*log(h) + (1 - y)*log(1 - h))"),
    }
    rows = []
    for z, y in ((20, 0), (20, 1), (-20, 0), (-20, 1)):
        graphs = [at(text, z=z, y=y) for text in costs.values()]
        rows.append((z, number(value(graphs[0], "h")), y, *(number(slope(graph, "z")) for graph in graphs)))
    wrong = float(slope(at(costs["cross-entropy"], z=20, y=0), "z")) > 0.9
    lines = table(("z", "σ(z)", "y", *(f"∂E/∂z, {name}" for name in costs)), rows)
    return Shown(REFUTED if wrong else HOLDS, lines)


def labels_out_of_range() -> Shown:
    """Errors of right and wrong answers with labels -1 and 1, and with 0 and 1."""
    rows, errors = [], {}
    for z, y in ((-2, -1), (2, -1), (2, 1), (-2, 1), (-2, 0), (2, 0)):
        graph = at(error_terms.SQUARE, z=z, y=y)
        right = "right" if (float(value(graph, "h")) > 0.5) == (y == 1) else "wrong"
        errors[y, right] = value(graph, "J")
        rows.append((y, number(value(graph, "h")), right, number(errors[y, right])))
    refuted = errors[-1, "right"] > 1 > errors[0, "wrong"]
    return Shown(REFUTED if refuted else HOLDS, table(("y", "h", "answer", "(h − y)²"), rows))


NUMBERS: dict[str, Any] = {"x": ["1/2", "-1"], "W1": [[1, 2], [-1, 1], ["1/2", 1]], "b1": [0, 1, "1/2"],
           "W2": [[1, "-1/2", 2], [-1, 1, "1/2"]], "b2": ["1/4", 0], "y": [1, 0]}  # fmt: skip
FORWARD = """
data x, y
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = sigmoid(z1[j])
z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
a2[k] = sigmoid(z2[k])
C = 1/2*sum(k, (a2[k] - y[k])^2)
"""
BACKWARD = """
data g, s
param W2
v[j] = sum(k, W2[k,j]*g[k])
e[j] = s[j]*v[j]
C = sum(j, e[j])
"""


def backward_network() -> Shown:
    """A network 2-3-2 and its backward network, drawn with their numbers; run forwards, the second gives δ."""
    graph = at(FORWARD, **NUMBERS)
    slopes = [a * (1 - a) for a in graph.node("a1").forward.entries]
    given = {"g": [str(g) for g in graph.node("z2").backward.entries], "s": [str(s) for s in slopes]}
    second = at(BACKWARD, W2=NUMBERS["W2"], **{n: [Fraction(f"{float(e):.15f}") for e in v] for n, v in given.items()})
    pairs = zip(second.node("e").forward.entries, graph.node("z1").backward.entries, strict=True)
    same = all(abs(float(one) - float(other)) < 1e-12 for one, other in pairs)
    return Shown(DRAWN if same else REFUTED, (
        "Forward, with the values of the activations:", "", *_forward_drawing(graph), "",
        "Backward: in go the ∂C/∂z of the outputs, over the same weights, and each hidden neuron multiplies by its "
        "σ'(z). Run forwards, it gives the ∂C/∂z of the hidden layer:", "", *_backward_drawing(graph, slopes),
    ))  # fmt: skip


def _forward_drawing(graph: ComputationalGraph) -> list[str]:
    inputs, hidden, outputs = (graph.node(name).forward.entries for name in ("x", "a1", "a2"))
    lines = ["```mermaid", "flowchart LR"]
    lines += [f'  x{i}(["x{i + 1} = {number(v)}"])' for i, v in enumerate(inputs)]
    lines += [f'  h{j}(("σ: {number(v)}"))' for j, v in enumerate(hidden)]
    lines += [f'  y{k}(("σ: {number(v)}"))' for k, v in enumerate(outputs)]
    lines += [f'  x{i} -->|"{w}"| h{j}' for j, row in enumerate(NUMBERS["W1"]) for i, w in enumerate(row)]
    lines += [f'  h{j} -->|"{w}"| y{k}' for k, row in enumerate(NUMBERS["W2"]) for j, w in enumerate(row)]
    return [*lines, "```"]


def _backward_drawing(graph: ComputationalGraph, slopes: Sequence[Any]) -> list[str]:
    lines = ["```mermaid", "flowchart LR"]
    lines += [f'  y{k}(["∂C/∂z of output {k + 1} = {number(v)}"])' for k, v in enumerate(_by(graph, "z2"))]
    lines += [f'  h{j}[/"× {number(s)}"\\]' for j, s in enumerate(slopes)]
    lines += [f'  d{j}(["∂C/∂z of hidden {j + 1} = {number(v)}"])' for j, v in enumerate(_by(graph, "z1"))]
    lines += [f'  y{k} -->|"{w}"| h{j}' for k, row in enumerate(NUMBERS["W2"]) for j, w in enumerate(row)]
    lines += [f"  h{j} --> d{j}" for j in range(len(slopes))]
    return [*lines, "```"]


def _by(graph: ComputationalGraph, name: str) -> Sequence[Any]:
    return graph.node(name).backward.entries


GRAPHS: dict[str, Callable[[], Shown]] = {
    "same error, other weights": same_error_other_weights,
    "a neuron at numbers": neuron_at_numbers,
    "the backward network": backward_network,
    "ridge": ridge,
    "steps of two lengths": steps_of_two_lengths,
    "price with a fee": price_with_a_fee,
    "two penalties": two_penalties,
    "rate one and a smaller one": rate_one_and_smaller,
    "saturated units": saturated_units,
    "labels out of range": labels_out_of_range,
}
"""The examples by name."""
