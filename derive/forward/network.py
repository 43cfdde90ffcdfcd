"""A multilayer perceptron, written as forward equations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..errors import InputError
from ..records import Model
from ..terms import dimension
from .chain import Chain, chain_from
from .choices import Activation, check_output, choose_activations, choose_cost, choose_rate
from .costs import cost_for
from .elements import Element
from .layers import LAYERS, UNITS
from .model import parse_model
from .widths import Widths, check_widths, dimension_names, parse_widths
from .writing import chain_letters, network_text


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
        check_units(activation, widths[layer], layer)
    row = choose_cost(cost) if cost is not None else cost_for(last.name)
    check_output(row, last)
    rates = {key: choose_rate(rate, key) for key, rate in (("l2", l2), ("l1", l1)) if rate is not None}
    check_names([*widths, *rates.values()])
    chain = _chain(widths, activations, bias)
    model = parse_model(network_text(chain, row, rates, facts))
    names = "-".join(map(str, widths))
    title = f"{names}, {', '.join(dict.fromkeys(a.expression or a.name for a in activations))}, {row.name}"
    return replace(model, widths=tuple(map(dimension, dimension_names(widths))), title=title)


def _per_layer(hidden: str | Sequence[str], layers: int) -> list[str]:
    names = [hidden] * layers if isinstance(hidden, str) else list(hidden)
    if len(names) != layers:
        raise InputError(
            f"{len(names)} hidden activations for {layers} hidden layer{'s' * (layers != 1)}: give one, or one a layer"
        )
    return names


def check_names(chosen: Sequence[int | str]) -> None:
    """InputError for a width or a rate that is called like an array or an index of a network."""
    for name in chosen:
        if isinstance(name, str) and re.fullmatch(r"[xyCijk]|[Wbza]\d+", name):
            raise InputError(f"{name}: this name has another meaning in the network; take another")


def check_units(activation: Activation, width: int | str | None, layer: int) -> None:
    """InputError for a softmax over one unit."""
    if activation.is_vector and width == 1:
        raise InputError(f"{activation.name} over the one unit of layer {layer} is always 1 (use sigmoid)")


def _chain(widths: Widths, activations: tuple[Activation, ...], bias: bool) -> Chain:
    """The equations of the layers, as one would write them."""
    row = LAYERS["dense" if bias else "dense without bias"]
    chain = chain_from("x", widths[:1], taken=(width for width in widths if isinstance(width, str)))
    for layer, (width, activation) in enumerate(zip(widths[1:], activations, strict=True), 1):
        element = Element(row, {UNITS: width}, activation, row.name)
        chain.add(element, str(layer), chain_letters(layer, len(activations)), f"a{layer}")
    return chain
