"""The figure of a model that is no chain: its equations as a graph, from the data to the outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import mean

from derive.backward.calculus import arrays_in
from derive.records import Model

from .context import Context
from .display import Node
from .document import Figure
from .drawing import Disc, Item, Label
from .figure_pieces import GAP, HALF_LINE, WIDEST, drawing, joined, radius_for, words_width
from .graph_rows import Graph, ordered, rows_of
from .words import Words

MOST_EQUATIONS = 15
MOST_NODES = 24
FARTHEST = 9.0
BETWEEN = 0.4
"""Half of what is left between the nodes of a column."""
BEND = 1.2
"""How far a passing arrow keeps from what is above and below it."""
NARROWEST = 4.2


@dataclass
class Reads:
    """Who reads whom: for each equation the arrays drawn, and the parameters written below it."""

    arrays: dict[str, list[str]] = field(default_factory=dict)
    below: dict[str, list[str]] = field(default_factory=dict)


def graph_figure(context: Context) -> Figure | None:
    """The equations as a graph; nothing where there is one alone, or more than can be read."""
    model = context.model
    reads = _reads(model)
    nodes = list(dict.fromkeys([*(n for names in reads.arrays.values() for n in names), *reads.arrays]))
    if not 2 <= len(model.equations) <= MOST_EQUATIONS or len(nodes) > MOST_NODES:
        return None
    graph = ordered(_columns(reads.arrays), reads.arrays)
    radius = {name: radius_for([_name(context, name)]) for name in nodes}
    below = {name: _below(context, names) for name, names in reads.below.items() if names}
    widest = max([2 * r for r in radius.values()] + [words_width(words) for words in below.values()])
    distance = min(FARTHEST, (WIDEST - widest - 1) / max(len(graph.columns) - 1, 1))
    if distance < max(NARROWEST, widest + 0.6):
        return None
    rows = rows_of(graph, {name: _room(radius[name], name in below, False) for name in nodes}, BEND)
    upper = {name for name in below if mean(rows[source] for source in reads.arrays[name] or [name]) > rows[name]}
    rows = rows_of(graph, {name: _room(radius[name], name in below, name in upper) for name in nodes}, BEND)
    items = _items(context, graph, rows, distance, radius)
    for name, words in below.items():
        away = radius[name] + GAP + HALF_LINE
        y = rows[name] + (-away if name in upper else away)
        items.append(Label(graph.column[name] * distance, y, words, tone="faint"))
    key = "figure graph parameters" if below else "figure graph"
    arrays = "".join(str(w) for w in context.listing([equation.name for equation in model.equations]))
    return Figure(drawing(items), context.texts.say(key), context.texts.plain("figure graph alt", arrays=arrays))


def _reads(model: Model) -> Reads:
    """What each equation reads; a parameter or a number that one equation alone uses is not drawn."""
    reads = Reads()
    users: dict[str, list[str]] = {}
    for equation in model.equations:
        for name in arrays_in(equation.right):
            users.setdefault(name, []).append(equation.name)
    order = [*model.data, *model.parameters, *(equation.name for equation in model.equations)]
    for equation in model.equations:
        used = [name for name in order if equation.name in users.get(name, ())]
        alone = {
            n for n in used if n in model.parameters and len(users[n]) == 1 or n in model.data and not model.axes[n]
        }
        reads.arrays[equation.name] = [name for name in used if name not in alone]
        reads.below[equation.name] = [name for name in used if name in alone]
    return reads


def _columns(reads: Mapping[str, list[str]]) -> dict[str, int]:
    """The column of each node: an equation after all that it reads, what is given just before its first reader."""
    column: dict[str, int] = {}
    for name, sources in reads.items():
        column[name] = 1 + max((column[source] for source in sources if source in reads), default=0)
    for given in dict.fromkeys(source for sources in reads.values() for source in sources if source not in reads):
        column[given] = min(column[name] for name, sources in reads.items() if given in sources) - 1
    return column


def _room(radius: float, labelled: bool, upper: bool) -> tuple[float, float]:
    """What a node takes above and below its middle, with its parameters on one side."""
    own, more = radius + BETWEEN, 2 * HALF_LINE + BETWEEN if labelled else 0.0
    return (own + more, own) if upper else (own, own + more)


def _name(context: Context, name: str) -> Words:
    return (context.whole(name),)


def _below(context: Context, names: list[str]) -> Words:
    words: list[str | Node] = []
    for name in names:
        words += [*([", "] if words else []), context.whole(name)]
    return tuple(words)


def _items(
    context: Context, graph: Graph, rows: Mapping[object, float], distance: float, radius: Mapping[str, float]
) -> list[Item]:
    model = context.model
    discs = {
        name: Disc(graph.column[name] * distance, rows[name], radius[name], _name(context, name), _tone(model, name))
        for name in graph.names
    }
    items: list[Item] = []
    for start, end, bends in graph.edges:
        bent = [Disc(graph.column[bend] * distance, rows[bend], 0.0) for bend in bends]
        path = [discs[start], *bent, discs[end]]
        for n, (one, other) in enumerate(zip(path, path[1:], strict=False)):
            items.append(joined(one, other, "plain", bare=n < len(path) - 2))
    return [*items, *discs.values()]


def _tone(model: Model, name: str) -> str:
    if name in model.data:
        return "input"
    if name in model.parameters:
        return "faint"
    return "output" if name in model.outputs or name == model.cost else "hidden"
