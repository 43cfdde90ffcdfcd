"""What the arrays of a model are to it: pre-activations, activations, weights, biases, input, target, output."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from sympy import Expr, Indexed, Mul, Pow, Sum, Symbol
from sympy.core.traversal import preorder_traversal

from ...records import Equation, Model
from ...terms import Named, indices_of, is_dimension, name_of


@dataclass(frozen=True)
class Layer:
    """A layer: z = W input + b, a = f(z); names are empty where there is none."""

    number: int
    z: str
    a: str
    W: str
    b: str
    input: str


@dataclass(frozen=True)
class Roles:
    """`slopes` gives for an activation what it is applied to, and the name of its function where it has one."""

    layers: tuple[Layer, ...]
    slopes: dict[str, tuple[str, str]]
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    outputs: tuple[str, ...]
    records: Expr | None = None
    mean: bool = False
    recurrent: bool = False
    rows: bool = False
    numbers: dict[str, int] = field(default_factory=dict)

    def layer(self, number: int) -> Layer | None:
        """The layer with this number."""
        return next((layer for layer in self.layers if layer.number == number), None)

    @property
    def last(self) -> int:
        return max((layer.number for layer in self.layers), default=0)

    def applied_to(self, name: str) -> tuple[str, str] | None:
        """The activation of this pre-activation, and its function."""
        found = [(a, function) for a, (z, function) in self.slopes.items() if z == name]
        return next((one for one in found if one[1]), found[-1] if found else None)


def arrays_in(expression: Expr, model: Model) -> tuple[str, ...]:
    """The names of the arrays and scalars of a model that occur in an expression."""
    names = (name_of(node) for node in preorder_traversal(expression) if isinstance(node, (Indexed, Symbol)))
    return tuple(name for name in dict.fromkeys(names) if name in model.axes)


_known: dict[int, tuple[Model, Roles]] = {}


def roles_of(model: Model) -> Roles:
    """The roles of a model's arrays, from its equations."""
    known = _known.get(id(model))
    if known is None or known[0] is not model:
        if len(_known) > 64:
            _known.clear()
        _known[id(model)] = known = (model, _roles(model))
    return known[1]


def _roles(model: Model) -> Roles:
    computed = [e for e in model.equations if e.name != model.cost]
    slopes: dict[str, tuple[str, str]] = {}
    for e in computed:
        if found := _slope(e, model, slopes):
            slopes[e.name] = found
    linear = [(e, parts) for e in computed if e.name not in slopes and (parts := _linear(e, model))]
    by_name = [int(digits[0]) if (digits := re.search(r"\d+$", e.name)) else 0 for e, _ in linear]
    numbered = by_name if all(by_name) and len(set(by_name)) == len(by_name) else range(1, len(linear) + 1)
    layers = tuple(
        Layer(number, e.name, next((a for a, (z, _) in slopes.items() if z == e.name), e.name), *found)
        for number, (e, found) in zip(numbered, linear, strict=True)
    )
    cost = model.equation(model.cost).right if model.cost else None
    in_cost = arrays_in(cost, model) if cost is not None else model.outputs
    elsewhere = {name for e in computed for name in arrays_in(e.right, model)}
    given = [n for n in in_cost if n in model.data and n not in elsewhere]
    targets = tuple(n for n in given if model.axes[n]) or tuple(given)
    inputs = tuple(n for n in model.data if n in elsewhere) or tuple(n for n in model.data if n not in given)
    names = {e.name for e in computed}
    outputs = tuple(n for n in in_cost if n in names)
    records = _records(model, inputs, targets)
    mean = (
        cost is not None
        and records is not None
        and any(isinstance(node, Pow) and node.base == records and node.exp == -1 for node in preorder_traversal(cost))
    )
    rows = any(records is not None and model.axes[name][:1] == (records,) for name in (*inputs, *targets))
    shared = [
        n for n in model.parameters if sum(n in arrays_in(e.right, model) and bool(model.axes[n]) for e in computed) > 1
    ]
    recurrent = bool(shared) and any(stem_and_number(e.name)[1] is not None for e in computed)
    return Roles(layers, slopes, inputs, targets, outputs, records, mean, recurrent, rows)


def _slope(equation: Equation, model: Model, known: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    """What an activation is applied to, and its function; None for another equation."""
    used = tuple(name for name in arrays_in(equation.right, model) if model.axes[name] or not model.axes[equation.name])
    sources = [name for name in used if not any(known.get(name, ("",))[0] == other for other in used)]
    if len(used) > 1 and len(sources) == 1:
        return (sources[0], "") if model.axes[sources[0]] == model.axes[equation.name] else None
    if len(used) != 1 or used[0] in model.parameters or model.axes[used[0]] != model.axes[equation.name]:
        return None
    right = equation.right
    if isinstance(right, Named) and right.order == 0 and isinstance(right.args[0], (Indexed, Symbol)):
        return used[0], right.label
    if right.has(Sum) and isinstance(right, (Indexed, Symbol)):
        return None
    return used[0], "identity" if isinstance(right, (Indexed, Symbol)) else ""


def _linear(equation: Equation, model: Model) -> tuple[str, str, str] | None:
    """Weight, bias and input of a weighted sum."""
    weight = bias = source = ""
    for node in preorder_traversal(equation.right):
        if isinstance(node, Sum) and isinstance(node.args[0], Mul):
            names = arrays_in(node.args[0], model)
            weights = [n for n in names if n in model.parameters]
            others = [n for n in names if n not in model.parameters]
            if weights and others and not weight:
                weight, source = weights[0], others[0]
    for term in equation.right.args if equation.right.is_Add else ():
        if isinstance(term, (Indexed, Symbol)) and name_of(term) in model.parameters:
            bias = name_of(term)
    return (weight, bias, source) if weight else None


def _records(model: Model, inputs: tuple[str, ...], targets: tuple[str, ...]) -> Expr | None:
    """The dimension of the records, where they are spelled out: one that data and no parameter have."""
    of_parameters = {size for name in model.parameters for size in model.axes[name]}
    for name in (*inputs, *targets):
        sizes = [s for s in model.axes[name] if is_dimension(s) and s not in of_parameters]
        if len(model.axes[name]) > 1 and sizes:
            others = [other for other in model.axes if other not in model.parameters and sizes[0] in model.axes[other]]
            if len(others) > 1:
                return sizes[0]
    return None


@lru_cache(maxsize=4096)
def stem_and_number(name: str) -> tuple[str, int | None]:
    """``W`` and 1 for W1."""
    stem = name.rstrip("0123456789")
    return stem, int(name[len(stem) :]) if name != stem and len(name) - len(stem) < 6 else None


def letters_of(entry: Expr) -> tuple[str, ...]:
    """The letters of an entry."""
    return tuple(str(i) for i in indices_of(entry))
