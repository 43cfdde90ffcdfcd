"""The figure of a network: its layers as columns of units, its weights as arrows, its cost at the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sympy import Expr

from derive.backward.calculus import arrays_in
from derive.renaming import substitute
from derive.terms import element, indices_of, name_of

from . import display as show
from .context import Context
from .display import Node
from .document import Figure
from .drawing import Arrow, Disc, Item, Label
from .figure_chain import Layer, input_of
from .figure_columns import (
    Column,
    Placed,
    Places,
    captions,
    column,
    distance_for,
    ends,
    most_units,
    pitch_of,
    placed,
    units_of,
)
from .figure_pieces import GAP, HALF_LINE, beside, dots, drawing, joined, radius_for, touches
from .words import Words

BETWEEN = 0.7
BIAS_ARROW = 1.1
TARGETS_ABOVE = 1.5


def chain_figure(context: Context, layers: Sequence[Layer]) -> Figure:
    """The network of a chain of layers."""
    sizes = sizes_of(context, layers)
    units = [units_of(context, size, most_units(len(layers))) for size in sizes]
    kept = ends(len(sizes))
    columns = [None if n is None else _column(context, layers, n, units[n]) for n in kept]
    with_cost = context.model.cost is not None
    pitch = pitch_of(columns, BETWEEN)
    distance = distance_for(columns, pitch, 1 if with_cost else 0)
    places = placed(columns, distance, pitch)
    items: list[Item] = [item for place in places if place for item in place.items]
    items += connections(places)
    items += captions(columns, places, distance - 0.5)
    items += gaps(places, distance)
    for (a, left), (b, right) in pairwise(zip(kept, places, strict=True)):
        if a is not None and b is not None and left and right:
            words = (weight(context, layers[b - 1], units[b][-1], units[a][-1]),)
            items += named(joined(left.discs[-1], right.discs[-1], "strong"), words, places)
    for n, place in zip(kept, places, strict=True):
        if n and place:
            items += _bias(context, layers[n - 1], place)
    if with_cost:
        items += cost_end(context, places[-1], len(columns) * distance)
    return Figure(drawing(items), _said(context, layers, units), alt(context, layers, "figure network alt"))


def sizes_of(context: Context, layers: Sequence[Layer]) -> list[Expr]:
    """The widths from the input on."""
    return [context.model.axes[input_of(layers[0], context.model)][0], *(layer.width for layer in layers)]


def _column(context: Context, layers: Sequence[Layer], n: int, units: Places) -> Column:
    """The inputs, or the outputs of the units of layer `n`."""
    name = layers[n - 1].outputs if n else input_of(layers[0], context.model)
    kind = "input" if n == 0 else "output" if n == len(layers) else "hidden"
    lines = [layer_title(context, n), _width(context, sizes_of(context, layers)[n])]
    if n and layers[n - 1].function:
        lines.append((context.notation.function(layers[n - 1].function),))
    return column(units, lambda place: (context.text(element(name, place)),), lines, kind)


def layer_title(context: Context, number: int) -> Words:
    """``layer 1``, and a word for the input."""
    return (
        context.texts.say("figure layer", layer=str(context.notation.counted(number)))
        if number
        else context.texts.say("figure input")
    )


def _width(context: Context, width: Expr) -> Words:
    size = context.model.sizes.get(width)
    if size is None and not width.is_Number:
        return context.texts.say("figure width", width=(context.set(width),))
    return (context.set(width) if size is None else show.equation(context.set(width), show.number(size)),)


def connections(places: Sequence[Placed | None], backwards: bool = False) -> list[Arrow]:
    """Arrows from every unit drawn to every unit drawn of the next column."""
    arrows = []
    for left, right in pairwise(places):
        if left and right:
            pairs = [(a, b) for a in left.discs for b in right.discs]
            arrows += [joined(b, a) if backwards else joined(a, b) for a, b in pairs]
    return arrows


def gaps(places: Sequence[Placed | None], distance: float) -> list[Disc]:
    """Dots where columns are left out."""
    return [dot for n, place in enumerate(places) if place is None for dot in dots(n * distance, 0, upright=False)]


def named(arrow: Arrow, words: Words, places: Sequence[Placed | None]) -> list[Item]:
    """An arrow with words below it, where there is room for them beside the units."""
    label = beside(arrow, words, below=True)
    is_free = not any(touches(disc, label) for place in places if place for disc in place.discs)
    return [arrow, label] if is_free else [arrow]


def weight(context: Context, layer: Layer, to: Expr | None, of: Expr | None) -> Node:
    """The weight between two units, its indices in the order of the equations."""
    letter = context.model.equation(f"z{layer.number}").indices[0]
    return context.text(substitute(layer.weight, {i: to if i == letter else of for i in indices_of(layer.weight)}))


def _bias(context: Context, layer: Layer, place: Placed) -> list[Item]:
    return [] if layer.bias is None else bias_arrow(place, _first_bias(context, layer))


def bias_arrow(place: Placed, words: Words) -> list[Item]:
    """The bias of a column's first unit, coming from above."""
    disc = place.discs[0]
    top = disc.y - disc.radius
    arrow = Arrow((disc.x, top - BIAS_ARROW), (disc.x, top - GAP), tone="strong")
    return [arrow, Label(disc.x, top - BIAS_ARROW - GAP - HALF_LINE, words, tone="strong")]


def _first_bias(context: Context, layer: Layer) -> Words:
    return (context.text(element(name_of(layer.bias), context.notation.first)),)


def cost_end(context: Context, last: Placed | None, x: float) -> list[Item]:
    """The cost at the right end, fed by the outputs and the targets."""
    assert last is not None and context.model.cost is not None
    cost = Disc(x, 0, last.discs[0].radius, (context.cost,))
    items: list[Item] = [cost, *(joined(disc, cost) for disc in last.discs)]
    read = arrays_in(context.model.equation(context.model.cost).right)
    targets = [context.whole(name) for name in context.model.data if name in read and context.model.axes.get(name)]
    if targets:
        words = context.listing(targets)
        radius = radius_for([words], cost.radius)
        target = Disc(x, -cost.radius - TARGETS_ABOVE - radius, radius, words, "input")
        items += [target, joined(target, cost)]
    return items


def _said(context: Context, layers: Sequence[Layer], units: Sequence[Places]) -> Words:
    """The caption: what an arrow is, and what a unit does."""
    one = (weight(context, layers[0], units[1][-1], units[0][-1]),)
    biased = [layer for layer in layers if layer.bias is not None]
    if not biased:
        return context.texts.say("figure network plain", weight=one)
    return context.texts.say("figure network", weight=one, bias=_first_bias(context, biased[0]))


def alt(context: Context, layers: Sequence[Layer], key: str) -> str:
    """What a figure of these layers shows, in words."""
    widths = "-".join(str(context.model.sizes.get(size, size)) for size in sizes_of(context, layers))
    return context.texts.plain(key, depth=str(len(layers)), widths=widths)
