"""From a sketch to its value: every kind of node, by its shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ...forward.syntax import Call, Entry, Inverse, Plus, Power
from ...forward.syntax import Number as PlainNumber
from ..reading import sketch as sk
from . import numpy_arrays
from .conditions import cases, indicator
from .context import Context
from .functions import applied, is_function
from .gradients import derivative, is_cost, only_gradient
from .names import name_value, shown
from .products import product, together, two
from .search import Unfit
from .sums import reduced, total
from .symbols import Symbol, function_meant, meant
from .values import Axis, Value, negative, squeezed, summed, times, transposed


class Formula:
    """Reads sketches in one context, with the symbols that the author explained."""

    def __init__(self, context: Context, symbols: tuple[Symbol, ...] = ()) -> None:
        self.context, self.symbols = context, symbols

    def value(self, node: sk.Sketch) -> Value:
        """What a sketch means. Raises Unfit where it fits nothing."""
        said = meant(self.context, self.symbols, node)
        if said is not None:
            return said
        if isinstance(node, sk.Name) and "d" in node.marks:
            inner = replace(node, marks=tuple(m for m in node.marks if m != "d"))
            if any(symbol.key == inner for symbol in self.symbols) or (
                f"d{node.stem}" not in self.context.model.axes and meant(self.context, self.symbols, inner) is not None
            ):
                return self.context.gradient(self.value(inner))
        read = READERS.get(type(node))
        if read is None:
            raise Unfit(f"{type(node).__name__} is not read")
        return read(self, node)

    def number(self, node: sk.Number) -> Value:
        return Value(PlainNumber(node.value))

    def name(self, node: sk.Name) -> Value:
        if node.order and not node.below and is_cost(self, node):
            return only_gradient(self, node)
        return name_value(self.context, node)

    def plus(self, node: sk.Plus) -> Value:
        return together(self.context, tuple(map(self.value, node.terms)), lambda *terms: Plus(tuple(terms)))

    def minus(self, node: sk.Minus) -> Value:
        return negative(self.value(node.of))

    def product(self, node: sk.Product) -> Value:
        values = tuple(map(self.value, node.factors))
        return product(self.context, node, values, node.signs)

    def divide(self, node: sk.Divide) -> Value:
        above, below = self.value(node.above), self.value(node.below)
        return together(self.context, (above, below), lambda a, b: times(a, Inverse(b)))

    def power(self, node: sk.Power) -> Value:
        if isinstance(node.base, sk.Name) and node.exponent == sk.Number(Fraction(2)) and node.base.stem == "sigma":
            variance = next((n for n in self.context.model.axes if n in ("v", "var", "sigma2", "s2", "variance")), None)
            if variance is not None and meant(self.context, self.symbols, node.base) is None:
                return name_value(self.context, replace(node.base, stem=variance, marks=()))
        base, exponent = self.value(node.base), self.value(node.exponent)
        if not exponent.is_number or self.context.literal and exponent.axes:
            raise Unfit("an exponent is a number")
        return Value(Power(base.node, exponent.node), base.axes)

    def transpose(self, node: sk.Transpose) -> Value:
        value = self.value(node.of)
        return numpy_arrays.turned(value) if self.context.literal else transposed(value)

    def apply(self, node: sk.Apply) -> Value:
        head, exponent = (node.head.base, node.head.exponent) if isinstance(node.head, sk.Power) else (node.head, None)
        if not isinstance(head, sk.Name):
            raise Unfit("a function is a name")
        said = function_meant(self.symbols, head.stem)
        named = said is not None and said not in self.context.model.axes
        if not named and not is_function(self.context, head):
            return self._factor(node, head, exponent)
        if len(node.arguments) != 1:
            if head.stem in ("max", "min") and len(node.arguments) == 2:
                values = tuple(map(self.value, node.arguments))
                return together(self.context, values, lambda a, b: Call(head.stem, (a, b)))
            raise Unfit(f"{shown(head)} of {len(node.arguments)} arguments is not read")
        argument = self.value(node.arguments[0])
        if self.context.literal and head.stem == "softmax" and not isinstance(node.arguments[0], sk.Name):
            raise Unfit("softmax is one of an array as it lies")
        made = applied(self.context, head, argument.node, said if named else None)
        return Value(Power(made, self.value(exponent).node) if exponent else made, argument.axes)

    def _factor(self, node: sk.Apply, head: sk.Name, exponent: sk.Sketch | None) -> Value:
        """A name before brackets that is no function: a factor, or an array with what it depends on."""
        if head.stem in ("numel", "size", "len"):
            return self._count(node)
        if head.stem == "shape":
            return self._extent(node)
        if head.stem in ("max", "min") and len(node.arguments) == 2:
            values = tuple(map(self.value, node.arguments))
            return together(self.context, values, lambda a, b: Call(head.stem, (a, b)))
        value = self.value(head)
        if (
            is_cost(self, head)
            or len(node.arguments) > 1
            or head.stem == "h"
            and any(p == sk.Name("theta") for p in head.below)
        ):
            return value
        if exponent is not None:
            value = Value(Power(value.node, self.value(exponent).node), value.axes)
        return two(self.context, node, value, self.value(node.arguments[0]), "")

    def _extent(self, node: sk.Apply) -> Value:
        """``X.shape[0]``: how long an array is along an axis, as it lies; of data, records come first."""
        array, place = node.arguments
        axes = self.value(array).axes
        there = range(-len(axes), len(axes))
        if not isinstance(place, sk.Number) or place.value not in there or self.context.roles.records is None:
            raise Unfit("shape is that of an array of records, along one of its axes")
        return Value(numpy_arrays.length(axes[int(place.value)]))

    def _count(self, node: sk.Apply) -> Value:
        """How many entries an array has."""
        axes = self.value(node.arguments[0]).open
        return Value(times(*(Entry(str(axis.size)) for axis in axes)))

    def outer(self, node: sk.Outer) -> Value:
        left, right = squeezed(self.value(node.left)), squeezed(self.value(node.right))
        if self.context.literal:
            numpy_arrays.check_vectors(left, right)
        if len(left.axes) != 1 or len(right.axes) != 1:
            raise Unfit("an outer product is one of two vectors")
        return Value(times(left.node, right.node), (*left.axes, *right.axes))

    def norm(self, node: sk.Norm) -> Value:
        """The Euclidean norm."""
        of = self.value(node.of)
        square = Power(of.node, PlainNumber(Fraction(2)))
        return Value(Call("sqrt", (summed(square, tuple(a.letter for a in of.open)),)))

    def diagonal(self, node: sk.Diagonal) -> Value:
        of = self.value(node.of)
        of = of if self.context.literal else squeezed(of)
        if len(of.axes) != 1 or of.axes[0].size is None:
            raise Unfit("diag is one of a vector")
        other = self.context.fresh(of.axes[0].size)
        both = (of.axes[0], other)
        return Value(times(Call("kron", tuple(Entry(axis.letter) for axis in both)), of.node), both)

    def at(self, node: sk.At) -> Value:
        """An entry or a slice; a new axis has length 1."""
        value = self.value(node.of)
        axes = list(value.axes)
        if not self.context.literal and len([p for p in node.places if p != "None"]) > len(axes):
            axes = [axis for axis in axes if axis.letter]
        kept: list[Axis] = []
        names: dict[str, str] = {}
        for place in node.places:
            if place == "None":
                kept.append(Axis())
                continue
            if not axes:
                raise Unfit("more places in brackets than axes")
            axis = axes.pop(0)
            if place == ":" or place == "...":
                kept.append(axis)
            elif isinstance(place, sk.Name) and not place.below and axis.size is not None:
                names[axis.letter] = self.context.place(place.stem, axis.size)
            else:
                raise Unfit("what stands in brackets behind an array is a letter or :")
        from .values import renamed

        rest = (*kept, *axes)
        if not self.context.literal and len(rest) == 1 and len(value.axes) == 2:
            rest = self.context.lie(rest, "")
        return Value(renamed(value.node, names), rest)

    def sum(self, node: sk.Sum) -> Value:
        return total(self, node)

    def reduce(self, node: sk.Reduce) -> Value:
        return reduced(self, node)

    def indicator(self, node: sk.Indicator) -> Value:
        return indicator(self, node.condition)

    def cases(self, node: sk.Cases) -> Value:
        return cases(self, node)


READERS: dict[type, Callable[[Formula, Any], Value]] = {
    sk.Number: Formula.number,
    sk.Name: Formula.name,
    sk.Plus: Formula.plus,
    sk.Minus: Formula.minus,
    sk.Product: Formula.product,
    sk.Divide: Formula.divide,
    sk.Power: Formula.power,
    sk.Transpose: Formula.transpose,
    sk.Apply: Formula.apply,
    sk.Sum: Formula.sum,
    sk.Reduce: Formula.reduce,
    sk.Outer: Formula.outer,
    sk.At: Formula.at,
    sk.Derivative: derivative,
    sk.Norm: Formula.norm,
    sk.Diagonal: Formula.diagonal,
    sk.Indicator: Formula.indicator,
    sk.Cases: Formula.cases,
}
