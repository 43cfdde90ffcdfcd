"""Algorithms of the articles, run with generated programs, and what the tool derives where an article stops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from random import Random
from typing import Any

import numpy as np

from codegen import compile_numpy, latex
from derive import MLP, Model, backpropagate
from derive.backward.rules import RULES
from derive.judge.articles import error_terms, index_notation, two_passes

from .article_graphs import GRAPHS, HOLDS, REFUTED, RUN, Shown, at, table

SUPPLIED = "supplied"
POINTS = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
XOR = np.array([[0.0], [1], [1], [0]])
NEARLY_XOR = np.array([[0.0], [0.9], [0.6], [0.1]])
RATE = 4.0


def _network(widths: list[int], cost: str = "half-sse") -> Any:
    """The generated module of a network of sigmoid units without biases."""
    return compile_numpy(backpropagate(MLP(widths, output="sigmoid", cost=cost, bias=False)))


def _start(widths: list[int], seed: int, size: float) -> dict[str, np.ndarray]:
    """First weights, the same on every machine."""
    random = Random(seed)
    shapes = {f"W{n}": shape for n, shape in enumerate(zip(widths[1:], widths, strict=False), 1)}
    return {name: np.array([[random.uniform(-size, size) for _ in range(columns)] for _ in range(rows)])
            for name, (rows, columns) in shapes.items()}  # fmt: skip


def zero_weights() -> Shown:
    """Training from weights of zero and from random ones, the steps zeroed at the start of every epoch."""
    widths = [3, 4, 1]
    module = _network(widths)
    rows, apart = [], {}
    for name, size in (("zero", 0.0), ("random", 1.0)):
        params = _start(widths, 1, size)
        for epoch in range(2001):
            cost, grads = module.gradient(params, POINTS, NEARLY_XOR)
            if epoch in (0, 1000, 2000):
                apart[name, epoch] = np.ptp(params["W1"], axis=0).max()
                rows.append((name, epoch, _fixed(cost), _fixed(abs(grads["W1"]).max()), _fixed(apart[name, epoch])))
            module.step(params, grads, RATE)
    refuted = apart["zero", 2000] < 1e-6 < apart["random", 2000] and float(rows[-1][2]) < 0.01 < float(rows[2][2])
    head = ("first weights", "epoch", "cost", "largest step of a hidden weight", "two hidden units differ by")
    return Shown(REFUTED if refuted else HOLDS, (
        "Inputs (x₁, x₂, 1), targets 0, 0.9, 0.6, 0.1 for 00, 01, 10, 11; four hidden units, the rate 4:", "",
        *table(head, rows), "", "From zero the hidden error terms are 0 at first, and the hidden units stay alike "
        "for ever: four of them do the work of one.",
    ))  # fmt: skip


def _fixed(value: Any) -> str:
    """Three decimals; no minus zero."""
    return f"{float(value) + 0.0:.3f}"


def online_and_batch() -> Shown:
    """Both ways to use the error terms, with a stopping test."""
    widths, limit, enough = [3, 4, 1], 20000, 0.002
    module = _network(widths)
    rows, costs = [], []
    for name, groups in (("batch", [slice(0, 4)]), ("online", [slice(p, p + 1) for p in range(4)])):
        params = _start(widths, 1, 1.0)
        epoch = 0
        while (cost := module.cost(params, POINTS, XOR)) > enough and epoch < limit:
            for group in groups:
                _, grads = module.gradient(params, POINTS[group], XOR[group])
                module.step(params, grads, RATE)
            epoch += 1
        out = module.forward(params, POINTS)
        rows.append((name, epoch, f"{float(cost):.4f}", ", ".join(f"{v:.2f}" for v in _outputs(out))))
        costs.append(cost)
    lines = table(("Δw", "epochs until the cost is below 0.002", "cost", "outputs for 00, 01, 10, 11"), rows)
    return Shown(RUN if max(costs) <= enough else REFUTED, (
        "XOR with the inputs (x₁, x₂, 1), four hidden units, the rate 4:", "", *lines,
    ))  # fmt: skip


def _outputs(out: Any) -> list[float]:
    array = out["a2"] if isinstance(out, dict) else out[-1] if isinstance(out, tuple) else out
    return [float(v) for v in np.asarray(array).ravel()]


def vanishing_and_overfitting() -> Shown:
    """Error terms in a deep chain of sigmoid units; training and test cost of a network on random labels; decay."""
    depth = 8
    model = "data x, y\nparam w\n" + "".join(
        f"z{n} = {'w*x' if n == 1 else f'a{n - 1}'}\na{n} = sigmoid(z{n})\n" for n in range(1, depth + 1)
    )
    graph = at(model + f"C = 1/2*(a{depth} - y)^2", x=1, w=1, y=0)
    deltas = [abs(float(graph.node(f"z{n}").backward.entries[0])) for n in range(1, depth + 1)]
    shown = [(n, f"{deltas[n - 1]:.1e}") for n in (8, 6, 4, 2, 1)]
    costs = _on_random_labels()
    vanish, overfit = deltas[0] < 1e-3 * deltas[-1], costs[-1][1] < 0.1 < costs[0][2] < costs[-1][2]
    return Shown(REFUTED if vanish and overfit else HOLDS, (
        "Vanishing: eight sigmoid units in a chain, all weights 1, and the sizes of their exact error terms:", "",
        *table(("layer", "size of δ"), shown), "",
        "Overfitting: 12 random records with random labels, a network 5-16-1 trained by exact gradients, and 200 other "
        "records:", "", *table(("epoch", "cost in training", "cost on the others"),
                               [(e, f"{a:.2f}", f"{b:.2f}") for e, a, b in costs]), "",
        "Decay: no rate occurs in any derivative; `step(params, grads, rate)` of a generated module takes it as its "
        "argument, so a loop may pass `rate / (1 + epoch / 100)`.",
    ))  # fmt: skip


def _on_random_labels() -> list[tuple[int, float, float]]:
    """Epoch, cost in training, cost on other records; the labels of all have nothing to do with their inputs."""
    widths, random = [5, 16, 1], Random(3)
    module = _network(widths, "binary-cross-entropy")
    inputs = np.array([[random.uniform(-1, 1) for _ in range(5)] for _ in range(212)])
    labels = np.array([[float(random.randrange(2))] for _ in range(212)])
    params = _start(widths, 2, 1.0)
    found = []
    for epoch in range(2001):
        cost, grads = module.gradient(params, inputs[:12], labels[:12])
        if epoch in (0, 200, 2000):
            found.append((epoch, float(cost), float(module.cost(params, inputs[12:], labels[12:]))))
        module.step(params, grads, 2.0)
    return found


def from_the_output_on() -> Shown:
    """The derivatives in the order in which they are derived."""
    derivation = backpropagate(Model.parse(two_passes.LAYERS))
    names = [result.name for result in derivation.results if result.name.startswith("delta")]
    lines = _formulas(derivation, names)
    intro = "The order in which they are derived, δ standing for ∂C/∂z of its layer:"
    return Shown(RUN if names == ["delta3", "delta2", "delta1"] else REFUTED, (intro, "", *lines))


def rules_used() -> Shown:
    """The rules that the steps of a whole derivation use."""
    derivation = backpropagate(Model.parse(index_notation.NETWORK))
    used = Counter(step.rule for result in derivation.results for step in result.steps)
    inside = Counter(step.rule for lemma in derivation.lemmas for step in lemma.steps)
    rows = [(rule, RULES[rule], count) for rule, count in sorted((used + inside).items())]
    return Shown(RUN if used else REFUTED, (
        "The rules that the derivation of this network uses; the sum, product and power rules are inside "
        "`local-derivative`:", "", *table(("rule", "what it does", "times"), rows),
    ))  # fmt: skip


def bias_gradients() -> Shown:
    """The derivatives by the biases, which the article leaves out; in its sign of δ they are minus its error terms."""
    derivation = backpropagate(Model.parse(index_notation.BIASES))
    return Shown(SUPPLIED, ("Derived, with δ the gradient itself, minus the article's:", "",
                            *_formulas(derivation, ["dC/db2", "dC/db1"])))  # fmt: skip


def network_error_terms() -> Shown:
    """All results for the network of the article on error terms, and the error terms of one with more layers."""
    models = error_terms.ARTICLE.models
    deep = MLP(["n0", "n1", "n2", "n3"])
    lines: list[str] = []
    for title, model, names in (
        ("Sigmoid outputs, binary cross-entropy:", Model.parse(models["network"]), None),
        ("Softmax outputs, cross-entropy:", Model.parse(models["softmax"]), ["delta2", "delta1"]),
        ("One layer more, softmax outputs:", deep, ["delta3", "delta2", "delta1"]),
    ):
        derivation = backpropagate(model)
        kept = names or [r.name for r in derivation.results if r.name[0] == "d" and "/dp" not in r.name
                         and "/dh" not in r.name]  # fmt: skip
        lines += [title, "", *_formulas(derivation, kept), ""]
    lines += ["Any number of layers: `backproof derive n0-...-nL`, proved by induction."]
    return Shown(SUPPLIED, tuple(lines))


def _formulas(derivation: Any, names: Iterable[str]) -> tuple[str, ...]:
    by_name = {result.name: result for result in derivation.results}
    return tuple(f"- ${latex(by_name[name], derivation.model)}$" for name in names)


RUNS: dict[str, Callable[[], Shown]] = {
    **GRAPHS,
    "weights at zero": zero_weights,
    "from the output on": from_the_output_on,
    "the rules of the derivation": rules_used,
    "online and batch": online_and_batch,
    "bias gradients": bias_gradients,
    "vanishing and overfitting": vanishing_and_overfitting,
    "error terms of the network": network_error_terms,
}
"""Every example that a row may show, by name."""


@cache
def example(name: str) -> Shown:
    """One example, computed once. Raises KeyError."""
    return RUNS[name]()
