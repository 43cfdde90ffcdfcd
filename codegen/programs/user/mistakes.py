"""The table of mistakes in a backward pass: each is a wrong derivative on some edges of the tape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from .tape import Edge, Tape


@dataclass(frozen=True)
class Mistake:
    """A kind, what is said of it, and what stands on the edges; mistakes of one `group` can be made together."""

    kind: str
    text: str
    instead: dict[Edge, np.ndarray]
    group: str = ""


def mistakes(tape: Tape) -> list[Mistake]:
    """Every single mistake of the table, then each group made at all its places at once."""
    single = [mistake for row in TABLE for mistake in row(tape)]
    groups: dict[str, list[Mistake]] = {}
    for mistake in single:
        if mistake.group:
            groups.setdefault(mistake.group, []).append(mistake)
    together = []
    for group, members in groups.items():
        if len(members) > 1:
            instead = {edge: local for member in members for edge, local in member.instead.items()}
            together.append(Mistake(members[0].kind, f"{group}, in {len(members)} layers", instead))
    return single + together


def _called(tape: Tape, edge: Edge) -> str:
    """The function on an edge, by name where its equation has one."""
    text = tape.node(edge[0]).equation.text.partition("=")[2]
    found = re.search(r"([A-Za-z_]\w*)\s*\(", text)
    return found.group(1) if found and found.group(1) not in ("sum", "max", "min") else "the activation"


def _eye(local: np.ndarray) -> np.ndarray:
    return np.broadcast_to(np.eye(local.shape[1]), local.shape)


def _diagonal(local: np.ndarray) -> np.ndarray:
    return local * np.eye(local.shape[1])


def _missing(tape: Tape) -> Iterator[Mistake]:
    for edge in tape.functions():
        text = f"the derivative of {_called(tape, edge)} is missing, from {edge[0]} back to {edge[1]}"
        group = f"the derivative of {_called(tape, edge)} is missing"
        yield Mistake("missing-derivative", text, {edge: _eye(tape.local[edge])}, group)


def _only_diagonal(tape: Tape) -> Iterator[Mistake]:
    for edge in tape.functions():
        local = tape.local[edge]
        if not np.array_equal(local, _diagonal(local)):
            text = f"only the diagonal of the derivative of {_called(tape, edge)} is there, from {edge[0]} to {edge[1]}"
            yield Mistake("softmax-diagonal-only", text, {edge: _diagonal(local)})
            twice = local @ _diagonal(local)
            text = f"the diagonal of the derivative of {_called(tape, edge)} is multiplied in once more, at {edge[1]}"
            yield Mistake("extra-factor", text, {edge: twice})


def _twice(tape: Tape) -> Iterator[Mistake]:
    for edge in tape.functions():
        local = tape.local[edge]
        if np.array_equal(local, _diagonal(local)):
            said = f"the derivative of {_called(tape, edge)} is multiplied in twice"
            yield Mistake("extra-factor", f"{said}, at {edge[1]}", {edge: local @ local}, said)


def _applied_twice(tape: Tape) -> Iterator[Mistake]:
    for edge in tape.functions():
        called = _called(tape, edge)
        said = f"the derivative of {called} is taken at its output ({called} is applied twice)"
        at = tape.at(edge, {edge[1]: tape.values(edge[0])})
        text = f"the derivative of {called} is taken at {edge[0]}, not at {edge[1]}: {called} is applied twice"
        yield Mistake("derivative-at-wrong-point", text, {edge: at}, said)


def _elsewhere(tape: Tape) -> Iterator[Mistake]:
    """A slope or a mask that belongs to another array, or to another record."""
    first, passed = tape.records[0], tape.backward({})
    for edge in tape.functions():
        called, (name, source) = _called(tape, edge), edge
        said = f"the derivative of {called} is taken at {{}}, not at {source}: is it a stale value or mask?"
        same = [n for n, a in first.items() if a.shape == first[source].shape and n not in (name, source)]
        places = {other: tape.values(other) for other in same}
        own = tape.values(source)
        places[f"dC/d{name}"] = [p.reshape(first[source].shape) for p in passed[name]]
        places[f"the {source} of the last record"] = [own[-1]] * len(own)
        places[f"the {source} of the first record"] = [own[0]] * len(own)
        places[f"the {source} of the record before"] = [*own[-1:], *own[:-1]]
        places[f"minus {source}"] = [-array for array in own]
        before = [n for n in tape.reference.model.parameters if (source, n) in tape.local]
        for bias in (n for n in before if first[n].shape == first[source].shape):
            places[f"{source} without {bias}"] = [array - first[bias] for array in own]
        for word, arrays in places.items():
            at = tape.at(edge, {source: arrays})
            yield Mistake("derivative-at-wrong-point", said.format(word), {edge: at})


def _transposed(tape: Tape) -> Iterator[Mistake]:
    for edge in tape.sums():
        local = tape.local[edge]
        if local.shape[1] == local.shape[2]:
            text = f"the weights from {edge[1]} to {edge[0]} are transposed on the way back"
            yield Mistake("wrong-transpose-or-index", text, {edge: np.swapaxes(local, 1, 2)})


def _other_weights(tape: Tape) -> Iterator[Mistake]:
    """The way back through the weights of another layer."""
    first, parameters = tape.records[0], tape.reference.model.parameters
    for edge in tape.sums():
        for weight in (n for n in tape.node(edge[0]).inputs if n in parameters):
            for other in (n for n in parameters if n != weight and first[n].shape == first[weight].shape):
                at = tape.at(edge, {weight: tape.values(other)})
                if not np.array_equal(at, tape.local[edge]):
                    text = f"{other} stands in the place of {weight} on the way from {edge[0]} back to {edge[1]}"
                    yield Mistake("wrong-layer", text, {edge: at})


def _other_factor(tape: Tape) -> Iterator[Mistake]:
    """The gradient of a weight made with an array of another layer, or with z in the place of a."""
    first, model = tape.records[0], tape.reference.model
    for name, weight in [edge for edge in tape.local if edge[1] in model.parameters and edge[0] != model.cost]:
        for factor in (n for n in tape.node(name).inputs if n not in model.parameters):
            for other in (n for n in first if n != factor and first[n].shape == first[factor].shape):
                at = tape.at((name, weight), {factor: tape.values(other)})
                if not np.array_equal(at, tape.local[name, weight]):
                    text = f"{other} stands in the place of {factor} in the derivative by {weight}"
                    yield Mistake("wrong-layer", text, {(name, weight): at})


def _penalty(tape: Tape) -> Iterator[Mistake]:
    """The cost's own derivative by a parameter: the penalty."""
    model, count = tape.reference.model, len(tape.records)
    factors = {"missing": 0.0, "2 times too large": 2.0, "half of what it should be": 0.5}
    factors |= {f"N = {count} times too large": float(count), f"N = {count} times too small": 1 / count}
    for edge in [edge for edge in tape.local if edge[0] == model.cost and edge[1] in model.parameters]:
        for word, factor in factors.items():
            text = f"the derivative of the penalty by {edge[1]} is {word}"
            yield Mistake("missing-regulariser-factor", text, {edge: factor * tape.local[edge]})


def _lost(tape: Tape) -> Iterator[Mistake]:
    """One of several ways on which an array reaches the cost is left out."""
    for edge in tape.local:
        ways = [other for other in tape.local if other[1] == edge[1]]
        if len(ways) > 1 and edge[1] not in tape.reference.model.parameters:
            text = f"the way from {edge[1]} to the cost through {edge[0]} is left out"
            yield Mistake("missing-sum", text, {edge: 0 * tape.local[edge]})


TABLE: tuple[Callable[[Tape], Iterator[Mistake]], ...] = (
    _missing, _only_diagonal, _applied_twice, _twice, _penalty, _transposed, _elsewhere, _other_weights,
    _other_factor, _lost,
)  # fmt: skip
"""The mistakes, the most frequent first."""
