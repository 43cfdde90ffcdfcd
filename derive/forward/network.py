"""A multilayer perceptron, written as forward equations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import InputError
from ..records import Model
from ..terms import dimension
from .choices import Activation, check_output, choose_activations, choose_cost, choose_rate
from .costs import PENALTIES, Cost, cost_for
from .layers import LAYERS, renamed, words
from .model import parse_model
from .widths import Widths, check_widths, dimension_names, parse_widths


def MLP(
    widths: str | Sequence[int | str],
    hidden: str | Sequence[str] = "sigmoid",
    output: str | None = None,
    cost: str | None = None,
    l2: float | str | None = None,
    l1: float | str | None = None,
    bias: bool = True,
    facts: bool = True,
) -> Model:
    """The network with these widths, from the input x to the output, and its cost for one record.

    `widths` are numbers or names, or one text such as "4-3-5"; `hidden` is one activation or one
    for each hidden layer, each a name of the table, a generic f, g or h, or an expression in z;
    `output` likewise. `cost` is a name of the table or an expression in a[k] and y[k], by default
    the usual one of the output. `l2` and `l1` are numbers or names; they spare the biases. Without
    `facts`, nothing is assumed of the labels. Raises InputError.
    """
    widths = parse_widths(widths) if isinstance(widths, str) else check_widths(widths)
    *chosen, last = choose_activations([*_per_layer(hidden, len(widths) - 2), output or "softmax"])
    activations = (*chosen, last)
    for layer, activation in enumerate(activations, 1):
        if activation.is_vector and widths[layer] == 1:
            raise InputError(f"{activation.name} over the one unit of layer {layer} is always 1 (use sigmoid)")
    row = choose_cost(cost) if cost is not None else cost_for(last.name)
    check_output(row, last)
    rates = {key: choose_rate(rate, key) for key, rate in (("l2", l2), ("l1", l1)) if rate is not None}
    _check_names([*widths, *rates.values()])
    model = parse_model(_text(widths, activations, row, rates, bias, facts))
    names = "-".join(map(str, widths))
    title = f"{names}, {', '.join(dict.fromkeys(a.expression or a.name for a in activations))}, {row.name}"
    return replace(model, widths=tuple(map(dimension, dimension_names(widths))), title=title)


def _per_layer(hidden: str | Sequence[str], layers: int) -> list[str]:
    names = [hidden] * layers if isinstance(hidden, str) else list(hidden)
    if len(names) != layers:
        raise InputError(f"{len(names)} hidden activations for {layers} hidden layers: give one, or one a layer")
    return names


def _check_names(chosen: Sequence[int | str]) -> None:
    for name in chosen:
        if isinstance(name, str) and re.fullmatch(r"[xyCijk]|[Wbza]\d+", name):
            raise InputError(f"{name}: this name has another meaning in the network; take another")


def _text(
    widths: Widths,
    activations: tuple[Activation, ...],
    cost: Cost,
    rates: Mapping[str, str],
    bias: bool,
    facts: bool,
) -> str:
    """The equations of the network in the plain language, as one would write them."""
    depth, names = len(activations), dimension_names(widths)
    put_in = {"a": f"a{depth}"}
    labels = "y" in words(cost.formula)
    records = ["x", "y"] if labels else ["x"]
    shapes = [f"x[{names[0]}]", *([f"y[{names[-1]}]"] if labels else [])]
    rate_names = [rate for rate in dict.fromkeys(rates.values()) if rate.isidentifier()]
    lines = [f"data {', '.join(shapes + rate_names)}", f"batch {', '.join(records)}"]
    for layer in range(1, depth + 1):
        biases = f", b{layer}[{names[layer]}]" if bias else ""
        lines.append(f"param W{layer}[{names[layer]},{names[layer - 1]}]{biases}")
    sizes = [f"{name} = {width}" for name, width in zip(names, widths, strict=True) if isinstance(width, int)]
    lines += [f"size {', '.join(sizes)}"] if sizes else []
    own = {a.name: a.expression for a in activations if a.expression is not None}
    lines += [f"{name}(z) = {expression}" for name, expression in own.items()]
    for layer, activation in enumerate(activations, 1):
        lines += _layer(layer, depth, activation, bias)
    penalties = [
        renamed(PENALTIES[key], {**_letters(layer, depth), "lambda": rate, "W": f"W{layer}"})
        for key, rate in rates.items()
        for layer in range(1, depth + 1)
    ]
    lines.append("C = " + " + ".join([renamed(cost.formula, put_in), *penalties]))
    lines += [f"assume {fact}" for fact in cost.assume if facts]
    return "\n".join(lines)


def _letters(layer: int, depth: int) -> dict[str, str]:
    """The letters of a row of the table of layers, k out and j in, as they are in this layer."""
    return {"k": "k", "j": "j"} if layer == depth else {"k": "j", "j": "i"}


def _layer(layer: int, depth: int, activation: Activation, bias: bool) -> list[str]:
    """The two equations of a layer."""
    below = "x" if layer == 1 else f"a{layer - 1}"
    arrays = {"z": f"z{layer}", "W": f"W{layer}", "b": f"b{layer}", "a": below}
    affine = renamed(LAYERS["dense" if bias else "dense without bias"], {**_letters(layer, depth), **arrays})
    letter = _letters(layer, depth)["k"]
    entry = f"z{layer}[{letter}]"
    value = f"{activation.name}(z{layer})[{letter}]" if activation.is_vector else f"{activation.name}({entry})"
    return [affine, f"a{layer}[{letter}] = {entry if activation.is_identity else value}"]
