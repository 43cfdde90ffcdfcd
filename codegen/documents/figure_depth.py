"""The figure of a network of any depth: its input, two neighbouring layers, and the last one."""

from __future__ import annotations

from dataclasses import replace

from derive.terms import dimension, element

from .context import Context
from .depth_parts import BELOW, LAST, LAYER, Parts
from .document import Figure
from .drawing import Item
from .figure_chain import function_of
from .figure_columns import Column, captions, column, distance_for, pitch_of, placed, units_of
from .figure_network import BETWEEN, bias_arrow, connections, cost_end, gaps, named
from .figure_pieces import drawing, joined
from .words import Words

FEW = 4
WIDTHS = "n0-…-nL"


def depth_network_figure(parts: Parts) -> Figure:
    """The input, the layers l - 1 and l, and the layer L of a network of any depth."""
    layer, texts = parts.layer, parts.texts
    plain = replace(parts.whole, notation=replace(parts.whole.notation, layer=None))
    columns = [
        _column(plain, "x", "n0", texts.say("figure input"), "input"),
        None,
        _column(layer, "a0", "n0", texts.say("figure layer", layer=(BELOW,)), "hidden"),
        _column(layer, "a1", "n1", texts.say("figure layer", layer=(LAYER,)), "hidden", parts.step),
        None,
        _column(parts.base, "a1", "n1", texts.say("figure layer", layer=(LAST,)), "output", parts.base),
    ]
    pitch = pitch_of(columns, BETWEEN)
    distance = distance_for(columns, pitch, 1)
    places = placed(columns, distance, pitch)
    items: list[Item] = [item for place in places if place for item in place.items]
    items += [*connections(places), *captions(columns, places, distance - 0.5), *gaps(places, distance)]
    below, here = places[2], places[3]
    assert below is not None and here is not None
    last = (layer.notation.first - 1 + dimension(name) for name in ("n1", "n0"))
    weight = (layer.text(element("W1", *last)),)
    items += named(joined(below.discs[-1], here.discs[-1], "strong"), weight, places)
    has_bias = "b1" in layer.model.parameters
    bias = (layer.text(element("b1", layer.notation.first)),)
    items += bias_arrow(here, bias) if has_bias else []
    items += cost_end(parts.base, places[-1], len(columns) * distance)
    alt = texts.plain("figure network alt", depth="L", widths=WIDTHS)
    key = "figure network" if has_bias else "figure network plain"
    return Figure(drawing(items), texts.say(key, weight=weight, bias=bias), alt)


def _column(context: Context, array: str, width: str, title: Words, kind: str, made: Context | None = None) -> Column:
    """A column of units; `made` is where the function of its layer is written."""
    size = dimension(width)
    lines = [title, context.texts.say("figure width", width=(context.set(size),))]
    function = function_of(made.model.equation("a1")) if made else ""
    lines += [(made.notation.function(function),)] if made and function else []
    return column(units_of(context, size, FEW), lambda place: (context.text(element(array, place)),), lines, kind)
