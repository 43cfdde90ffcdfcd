"""The figure of the backward pass: the network with all arrows reversed, a slope in each unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sympy import Expr, Sum, expand_mul

from derive.backward.matrix import Array, Transpose
from derive.backward.matrix import Node as MatrixNode
from derive.backward.steps import Result
from derive.renaming import substitute
from derive.terms import cotangent_name, element, indices_of, name_of, named

from . import display as show
from .context import Context
from .display import Node
from .document import Figure
from .drawing import Arrow, Item, Label
from .figure_chain import Layer
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
from .figure_network import alt, connections, gaps, layer_title, weight
from .figure_network import named as with_words
from .figure_pieces import GAP, HALF_LINE, beside, crosses, drawing, joined, words_width
from .typeset_matrix import typeset_matrix
from .words import Words

BETWEEN = 1.4
ENTRY_ARROW = 1.8
LONGEST_ENTRY = 4.5
ROOM = 3.6


def chain_backward(context: Context, layers: Sequence[Layer]) -> Figure | None:
    """The backward pass of a chain; nothing where a hidden unit's slope is no number of its own."""
    results = {result.name: result for result in context.derivation.results}
    known = all(f"delta{layer.number}" in results for layer in layers)
    if len(layers) < 2 or not known or not all(_slope(context, layer) for layer in layers[:-1]):
        return None
    units = [units_of(context, layer.width, most_units(len(layers))) for layer in layers]
    kept = [None if n is None else n - 1 for n in ends(len(layers) + 1)[1:]]
    columns = [None if n is None else _column(context, layers, n, units[n]) for n in kept]
    entries = _entries(context, layers[-1], units[-1], results)
    pitch = pitch_of(columns, BETWEEN)
    beyond = ENTRY_ARROW + 2 * GAP + max(map(words_width, entries))
    distance = distance_for(columns, pitch, beyond=beyond)
    places = placed(columns, distance, pitch)
    items: list[Item] = [item for place in places if place for item in place.items]
    items += connections(places, backwards=True)
    items += captions(columns, places, distance - 0.5)
    items += gaps(places, distance)
    for (a, left), (b, right) in pairwise(zip(kept, places, strict=True)):
        if a is not None and b is not None and left and right:
            words = (weight(context, layers[b], units[b][-1], units[a][-1]),)
            strong = joined(right.discs[-1], left.discs[-1], "strong")
            items += with_words(strong, words, places)
            passed = _passed(context, layers[b], results[f"delta{layers[a].number}"])
            items += [beside(joined(right.discs[0], left.discs[0]), passed)] if passed else []
    items += _error_terms(context, kept, places, layers, units, items)
    items += _arriving(places[-1], entries)
    return Figure(drawing(items), context.texts.say("figure backward"), alt(context, layers, "figure backward alt"))


def _slope(context: Context, layer: Layer) -> Node | None:
    """What a unit multiplies by: f', or 1; nothing where its slope is no number of its own."""
    if not layer.elementwise or not layer.function:
        return None
    return show.number(1) if layer.function == "identity" else context.notation.function(layer.function, 1)


def _column(context: Context, layers: Sequence[Layer], n: int, units: Places) -> Column:
    """The units of a layer: their slopes, or their error terms where no slope is theirs alone."""
    layer, slope = layers[n], _slope(context, layers[n])
    lines = [layer_title(context, layer.number)]
    if slope is None:
        return column(units, lambda place: (_delta(context, layer, place),), lines, "output", ROOM)
    if layer.function != "identity":
        equation = context.model.equation(f"z{layer.number}")
        lines.append((context.text(named(layer.function, 1)(equation.left)),))
    return column(units, lambda place: (slope,), lines, "output" if layer is layers[-1] else "hidden")


def _delta(context: Context, layer: Layer, place: Expr) -> Node:
    return context.text(element(f"delta{layer.number}", place))


def _error_terms(
    context: Context,
    kept: Sequence[int | None],
    places: Sequence[Placed | None],
    layers: Sequence[Layer],
    units: Sequence[Places],
    items: Sequence[Item],
) -> list[Label]:
    """The error terms above the units; above the first one of a column alone where arrows are in the way."""
    columns = []
    for n, place in zip(kept, places, strict=True):
        if n is not None and place and _slope(context, layers[n]):
            pairs = zip((unit for unit in units[n] if unit is not None), place.discs, strict=True)
            columns.append([
                Label(disc.x, disc.y - disc.radius - GAP - HALF_LINE, (_delta(context, layers[n], unit),))
                for unit, disc in pairs
            ])  # fmt: skip
    arrows = [item for item in items if isinstance(item, Arrow)]
    free = not any(crosses(arrow, label) for arrow in arrows for column in columns for label in column)
    return [label for column in columns for label in (column if free else column[:1])]


def _passed(context: Context, layer: Layer, below: Result) -> Words:
    """What error terms are multiplied by on their way down through a layer: its weights, as a matrix form has them."""
    laid = context.notation.laid(below.matrix) if below.matrix is not None else None
    weights = Array(name_of(layer.weight))
    found = list(_parts(laid.right)) if laid is not None else []
    shown = next((node for node in (Transpose(weights), weights) if node in found), None)
    return () if shown is None else (typeset_matrix(shown, context.notation),)


def _parts(node: MatrixNode) -> Iterator[MatrixNode]:
    yield node
    for value in vars(node).values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, MatrixNode):
                yield from _parts(part)


def _entries(context: Context, last: Layer, units: Places, results: dict[str, Result]) -> list[Words]:
    """What enters at the right: the cost's derivative by an output, or the error term itself, as a formula if short.

    Where error terms are minus derivatives, so is what enters.
    """
    slope = _slope(context, last)
    name = cotangent_name(last.outputs) if slope else f"delta{last.number}"
    sign = context.notation.error_sign if slope else 1
    result = results.get(name)
    entries = []
    for place in (unit for unit in units if unit is not None):
        words: Words = (context.text(sign * element(name, place)),)
        if result is not None and not result.right.has(Sum):
            entry = substitute(result.right, {indices_of(result.left)[0]: place})
            formula = (context.text(expand_mul(sign * entry) if sign < 0 else entry),)
            words = formula if words_width(formula) <= LONGEST_ENTRY else words
        entries.append(words)
    return entries


def _arriving(last: Placed | None, entries: Sequence[Words]) -> list[Item]:
    """Arrows into the last column, each from the words at its start."""
    assert last is not None
    items: list[Item] = []
    for disc, words in zip(last.discs, entries, strict=True):
        rim = disc.x + disc.radius
        items.append(Arrow((rim + ENTRY_ARROW, disc.y), (rim + GAP, disc.y), tone="strong"))
        items.append(Label(rim + ENTRY_ARROW + 2 * GAP, disc.y, words, "start"))
    return items
