"""Numbers for the inputs of a model, compared with its widths and with what it assumes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, Symbol

from ..errors import InputError
from ..forward.names import suggestion
from ..records import Model
from ..terms import cotangent_name, is_dimension
from .numbers import Numbers, described, places, read_numbers


def input_axes(model: Model) -> dict[str, tuple[Expr, ...]]:
    """The dimensions of everything that needs numbers: data, parameters, the derivatives by the outputs."""
    inputs = {name: model.axes[name] for name in (*model.data, *model.parameters)}
    return {**inputs, **{cotangent_name(name): model.axes[name] for name in model.outputs}}


@dataclass(frozen=True)
class Inputs:
    """What is known before anything is computed: the numbers of arrays, and the widths they show."""

    arrays: Mapping[str, Numbers]
    widths: Mapping[Symbol, int]


def read_inputs(model: Model, at: Mapping[str, Any]) -> Inputs:
    """The numbers given for inputs and for widths, by name. Raises InputError."""
    axes = input_axes(model)
    widths = {symbol.name: symbol for symbol in dimensions(model)}
    for name in at:
        if name not in axes and name not in widths:
            near = suggestion(name, (*axes, *widths))
            raise InputError(f"{name} is no input of the model{near}; it has {', '.join((*axes, *widths))}")
    known = dict(model.sizes)
    for name in widths.keys() & at.keys():
        _learn(known, widths[name], _width(name, at[name]), name)
    arrays = {name: read_numbers(name, at[name]) for name in axes if name in at}
    for name, numbers in arrays.items():
        if len(numbers.shape) != len(axes[name]):
            kinds = ("one number", "a row of numbers", "a matrix of numbers")
            wanted = (*kinds, f"an array of {len(axes[name])} axes")[min(len(axes[name]), 3)]
            raise InputError(f"{name}: {wanted} is needed, not {described(numbers.shape)}")
    lengths = [(axis, n, name) for name, a in arrays.items() for axis, n in zip(axes[name], a.shape, strict=True)]
    for axis, length, name in sorted(lengths, key=lambda known_first: not isinstance(known_first[0], Symbol)):
        _learn(known, axis, length, name)
    for fact in model.facts:
        if fact.array in arrays and not HOLDS[fact.kind](arrays[fact.array]):
            raise InputError(f"{fact.array}: the numbers given for it are not as in: assume {fact.text}")
    return Inputs(arrays, known)


def dimensions(model: Model) -> list[Symbol]:
    """The names of the widths of a model, in the order of its arrays."""
    found = {s: None for axes in model.axes.values() for axis in axes for s in sorted(axis.free_symbols, key=str)}
    return [symbol for symbol in found if is_dimension(symbol)]


def _width(name: str, given: Any) -> int:
    numbers = read_numbers(name, given)
    if numbers.shape or numbers.entries[0] < 1 or numbers.entries[0].denominator > 1:
        raise InputError(f"{name}: a width is a positive whole number, not {given}")
    return int(numbers.entries[0])


def _learn(known: dict[Symbol, int], axis: Expr, length: int, name: str) -> None:
    """Take in that an axis is this long; InputError where it is known to be another length."""
    form = axis.xreplace({symbol: Integer(width) for symbol, width in known.items()})
    unknown = form.free_symbols
    if len(unknown) == 1:
        (symbol,) = unknown
        width = (length - form.xreplace({symbol: 0})) / form.coeff(symbol)
        if width.is_Integer and width > 0 and form.is_polynomial(symbol):
            known[symbol] = int(width)
            return
    if not unknown and form == length:
        return
    if len(unknown) < 2:
        width = f"{axis} is {form}" if axis != form else f"it is {axis}"
        raise InputError(f"{name}: {length} along an axis where {width}")


def _each(test: Callable[[Any], bool]) -> Callable[[Numbers], bool]:
    return lambda numbers: all(map(test, numbers.entries))


def _sums(numbers: Numbers, axis: int) -> bool:
    """Whether the numbers along one axis add up to 1 everywhere."""
    sums: dict[tuple[int, ...], Any] = {}
    for place in places(numbers.shape):
        rest = tuple(n for position, n in enumerate(place) if position != axis % len(place))
        sums[rest] = sums.get(rest, 0) + numbers.at(*place)
    return all(total == 1 for total in sums.values())


HOLDS: dict[str, Callable[[Numbers], bool]] = {
    "one-hot": lambda a: _sums(a, -1) and all(entry in (0, 1) for entry in a.entries),
    "binary": _each(lambda entry: entry in (0, 1)),
    "sums-to-one": lambda a: _sums(a, -1),
    "columns-sum-to-one": lambda a: _sums(a, 0),
    "unit": _each(lambda entry: 0 < entry < 1),
    "positive": _each(lambda entry: entry > 0),
    "symmetric": lambda a: all(a.at(*place) == a.at(*reversed(place)) for place in places(a.shape)),
}
"""What each fact that can be declared says of numbers."""


def missing(model: Model, inputs: Inputs) -> dict[str, tuple[Expr, ...]]:
    """The inputs without numbers, with their dimensions."""
    return {name: axes for name, axes in input_axes(model).items() if name not in inputs.arrays}
