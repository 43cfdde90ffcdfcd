"""Layers that are alike: equal equations and results but for the number of the layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sympy import Expr, Indexed, Symbol

from derive.backward.steps import Result
from derive.records import Model
from derive.renaming import rebuild, substitute
from derive.terms import dimension, element, index, indices_of, is_dimension, name_of, range_of, total

from .notation import split_name

SHOWN_DEPTH = 4
"""Up to this depth every layer is written out."""


@dataclass(frozen=True)
class Run:
    """Layers `first` to `last`, alike; `shown` stands for all of them."""

    first: int
    last: int

    @property
    def shown(self) -> int:
        return self.last

    @property
    def generic(self) -> bool:
        return self.last > self.first


def layer_of(name: str) -> int:
    """The layer in the name of an array, 0 without one; of ``dC/dW2`` it is 2."""
    digits = split_name(name)[1]
    return int(digits) if digits else 0


def depth(model: Model) -> int:
    """The number of layers of a layered model."""
    return max(layer_of(e.name) for e in model.equations)


def equation_runs(model: Model) -> tuple[Run, ...]:
    """The layers of the forward equations, from the input on."""
    shapes = {}
    for layer in range(1, depth(model) + 1):
        equations = [e for e in model.equations if layer_of(e.name) == layer]
        shapes[layer] = tuple(_normal(e.left, e.right, layer) for e in equations)
    return _runs(shapes)


def result_runs(model: Model, results: Sequence[Result]) -> tuple[Run, ...]:
    """The layers of the results, from the input on."""
    shapes = {}
    for layer in range(1, depth(model) + 1):
        ours = [r for r in results if layer_of(r.array) == layer]
        shapes[layer] = tuple(_normal(r.left, r.right, layer) for r in ours)
    return _runs(shapes)


def _runs(shapes: Mapping[int, object]) -> tuple[Run, ...]:
    """Neighbouring layers of one shape, gathered where there are many layers."""
    runs: list[Run] = []
    for layer, shape in shapes.items():
        alike = runs and shapes[runs[-1].last] == shape and len(shapes) > SHOWN_DEPTH
        if alike:
            runs[-1] = Run(runs[-1].first, layer)
        else:
            runs.append(Run(layer, layer))
    return tuple(runs)


def _normal(left: Expr, right: Expr, layer: int) -> tuple[Expr, Expr]:
    """Both sides with the layer counted from 0 and with index letters by position."""
    letters = {letter: index(f"i{n}") for n, letter in enumerate(indices_of(left))}
    return tuple(_shifted(substitute(side, letters), layer, 0) for side in (left, right))


def _shifted(node: Expr, layer: int, depth: int) -> Expr:
    if isinstance(node, Indexed):
        return element(_renamed(name_of(node), layer), *(_shifted(i, layer, depth) for i in indices_of(node)))
    if isinstance(node, Symbol):
        return dimension(_renamed(node.name, layer)) if is_dimension(node) else node
    if not node.args:
        return node
    if node.is_Number:
        return node
    if hasattr(node, "limits"):
        letter, size = range_of(node)
        bound = index(f"s{depth}")
        body = _shifted(substitute(node.args[0], {letter: bound}), layer, depth + 1)
        limits = (bound, _shifted(size, layer, depth))
        return total(body, limits) if node.func.__name__ == "Sum" else node.func(body, (bound, 0, limits[1] - 1))
    return rebuild(node, [_shifted(a, layer, depth) for a in node.args])


def _renamed(name: str, layer: int) -> str:
    """``W3`` seen from layer 2 is ``W+1``."""
    stem, digits = split_name(name)
    return f"{stem}{int(digits) - layer:+d}" if digits else name
