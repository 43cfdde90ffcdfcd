"""The computational graph at numbers: read from the command line, the others drawn at random."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from sympy import Expr, Integer

from codegen.documents.graph_text import graph_text
from derive.backward.calculator import OutsideDomain
from derive.backward.inputs import dimensions, input_axes, missing, read_inputs
from derive.backward.numbers import Numbers, places
from derive.backward.tape import ComputationalGraph, computational_graph
from derive.errors import InputError
from derive.records import Model

from .networks import Options, read_model

Place = tuple[int, ...]
Made = Mapping[Place, Fraction]

WIDTHS = (2, 3, 4)
"""The widths that are taken, in turn, where none is given."""

DRAWS = 20
"""How often numbers are drawn again where a formula has no value at them."""


def graph_of(network: str, options: Options, at: Iterable[str], seed: int) -> str:
    """The graph of a network as text, its numbers as typed or drawn. Raises InputError."""
    if options.wrt is not None:
        raise InputError("--wrt goes with derive and code; a graph shows the derivative by every value")
    model = read_model(network, options)
    given = read_at(at, model)
    graph, drawn = drawn_graph(model, given, seed)
    return "\n".join([*said(graph, drawn, seed), "", graph_text(graph)])


def read_at(texts: Iterable[str], model: Model) -> dict[str, Any]:
    """What ``price=20,count=2`` and ``W=1,2;3,4`` give: rows end at a semicolon, matrices at two.

    Raises InputError.
    """
    axes = input_axes(model)
    found: dict[str, str] = {}
    for text in texts:
        for name, numbers in _assignments(text):
            if name in found:
                raise InputError(f"--at {name}: given twice")
            found[name] = numbers
    return {name: _rows(numbers, len(axes.get(name, ()))) for name, numbers in found.items()}


def _assignments(text: str) -> list[tuple[str, str]]:
    """The names and their numbers; a part without a name belongs to the name before it."""
    parts = re.split(r"[,;]\s*(?=[^,;=]+=)", text)
    pairs = [(name.strip(), numbers.strip()) for name, equals, numbers in (p.partition("=") for p in parts) if equals]
    if len(pairs) < len(parts) or not all(name and numbers for name, numbers in pairs):
        raise InputError(f"--at {text}: accepted are names with numbers, as in price=20,count=2 or W=1,2;3,4")
    return pairs


def _rows(text: str, rank: int) -> Any:
    """Numbers within rows within matrices, `rank` deep; deeper where the text is."""
    rank = max(rank, 1 + max(map(len, re.findall(";+", text)))) if ";" in text else rank
    if rank > 1:
        return [_rows(part, rank - 1) for part in re.split(rf"(?<!;);{{{rank - 1}}}(?!;)", text)]
    parts = [part.strip() for part in text.split(",")]
    return parts if rank or len(parts) > 1 else parts[0]


def drawn_graph(model: Model, given: Mapping[str, Any], seed: int) -> tuple[ComputationalGraph, tuple[str, ...]]:
    """The graph, and the names of the inputs and widths that were not given but drawn or chosen."""
    inputs = read_inputs(model, given)
    open_widths = [s for s in dimensions(model) if s not in inputs.widths]
    chosen = {symbol.name: WIDTHS[n % len(WIDTHS)] for n, symbol in enumerate(open_widths)}
    inputs = read_inputs(model, {**given, **chosen})
    lacking = missing(model, inputs)
    widths = {symbol: Integer(width) for symbol, width in inputs.widths.items()}
    random = Random(seed)
    for attempt in range(1, DRAWS + 1):
        drawn = {name: _draw(model, name, axes, widths, random) for name, axes in lacking.items()}
        try:
            return computational_graph(model, {**given, **chosen, **drawn}), (*chosen, *drawn)
        except OutsideDomain:
            if not lacking or attempt == DRAWS:
                raise
    raise AssertionError("unreachable: the last draw returns or raises")


def _draw(model: Model, name: str, axes: tuple[Expr, ...], widths: Mapping[Any, Expr], random: Random) -> Numbers:
    """Numbers for one input, of one decimal, as the facts about it want them."""
    shape = tuple(int(axis.xreplace(widths)) for axis in axes)
    kinds = {fact.kind for fact in model.facts if fact.array == name}
    made = {place: _one(random, kinds) for place in places(shape)}
    for axis in {SUMMED[kind] for kind in kinds & SUMMED.keys()}:
        made = _shares(made, axis) if kinds & {"positive", "unit"} else _one_hot(made, shape, axis, random)
    if "symmetric" in kinds:
        made = {place: made[min(place, place[::-1])] for place in made}
    return Numbers(shape, tuple(made.values()))


SUMMED = {"one-hot": -1, "sums-to-one": -1, "columns-sum-to-one": 0}
"""The axis along which the numbers of an array add up to 1."""


def _one(random: Random, kinds: set[str]) -> Fraction:
    if "binary" in kinds:
        return Fraction(random.randrange(2))
    if "unit" in kinds:
        return Fraction(random.randrange(1, 10), 10)
    size = Fraction(random.randrange(1, 20), 10)
    return size if "positive" in kinds or random.random() < 0.5 else -size


def _one_hot(made: Made, shape: tuple[int, ...], axis: int, random: Random) -> dict[Place, Fraction]:
    """A single 1 along the axis, at a random place for each of the other indices."""
    axis %= len(shape)
    chosen: dict[Place, int] = {}
    for place in made:
        chosen.setdefault(_others(place, axis), random.randrange(shape[axis]))
    return {place: Fraction(place[axis] == chosen[_others(place, axis)]) for place in made}


def _shares(made: Made, axis: int) -> dict[Place, Fraction]:
    """Each number as its share in the sum along the axis."""
    axis %= len(next(iter(made)))
    sums: dict[Place, Fraction] = {}
    for place, number in made.items():
        sums[_others(place, axis)] = sums.get(_others(place, axis), Fraction(0)) + number
    return {place: number / sums[_others(place, axis)] for place, number in made.items()}


def _others(place: Place, axis: int) -> Place:
    return place[:axis] + place[axis + 1 :]


def said(graph: ComputationalGraph, drawn: Sequence[str], seed: int) -> list[str]:
    """What was not typed: the widths that were chosen, the inputs that were drawn."""
    widths = {symbol.name: width for symbol, width in graph.widths.items()}
    chosen = [f"{name} = {widths[name]}" for name in drawn if name in widths]
    random = [name for name in drawn if name not in widths]
    lines = [f"cost      {graph.model.equation(graph.model.cost).text}, of one record"] if graph.model.cost else []
    lines += [f"chosen    {', '.join(chosen)}; give widths by --at {chosen[0].replace(' ', '')}"] if chosen else []
    lines += [f"drawn     {', '.join(random)}, at random with --seed {seed}; give numbers by --at"] if random else []
    return lines
