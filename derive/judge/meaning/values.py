"""What a part of a formula means: a term in index form, and the axes it has as an array."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sympy import Expr

from ...forward.syntax import Call, Entry, Inverse, Minus, Node, Number, Plus, Power, Times, rebuilt
from .search import Misshapen

ONE, ZERO = Number(Fraction(1)), Number(Fraction(0))


@dataclass(frozen=True)
class Axis:
    """An open axis: the letter that stands for it in the term, and its dimension; no letter for an axis of length 1."""

    letter: str = ""
    size: Any = None


UNIT = Axis()


@dataclass(frozen=True)
class Value:
    """`node` holds the letters of `axes` free, beside those of indices that were written out."""

    node: Node
    axes: tuple[Axis, ...] = ()

    @property
    def sizes(self) -> tuple[Expr | None, ...]:
        """The dimensions of the axes, None for an axis of length 1."""
        return tuple(axis.size for axis in self.axes)

    @property
    def open(self) -> tuple[Axis, ...]:
        """The axes that are longer than 1."""
        return tuple(axis for axis in self.axes if axis.letter)

    @property
    def is_number(self) -> bool:
        return not self.open


def renamed(node: Node, letters: Mapping[str, str]) -> Node:
    """The term with index letters renamed."""
    if isinstance(node, Entry) and not node.subscripts:
        return Entry(letters[node.name]) if node.name in letters else node
    return rebuilt(node, lambda child: renamed(child, letters))


def with_letters(value: Value, axes: tuple[Axis, ...]) -> Node:
    """The term with the letters of these axes for its own."""
    return renamed(
        value.node, {own.letter: axis.letter for own, axis in zip(value.axes, axes, strict=True) if own.letter}
    )


def shape(value: Value) -> str:
    """The shape in words, for a message."""
    return "x".join(str(size) if size is not None else "1" for size in value.sizes) or "a number"


def times(*factors: Node) -> Node:
    """A product in one node; ones are left out."""
    flat: list[Node] = []
    sign = 1
    for factor in factors:
        while isinstance(factor, Minus):
            sign, factor = -sign, factor.of
        parts = factor.factors if isinstance(factor, Times) and not is_derivative(factor) else (factor,)
        flat += [part for part in parts if not (isinstance(part, Number) and part.value == 1)]
    whole = flat[0] if len(flat) == 1 and not isinstance(flat[0], Inverse) else Times(tuple(flat)) if flat else ONE
    return whole if sign > 0 else Minus(whole)


def plus(*terms: Node) -> Node:
    """A sum in one node."""
    flat = [part for term in terms for part in (term.terms if isinstance(term, Plus) else (term,))]
    return flat[0] if len(flat) == 1 else Plus(tuple(flat))


def derivative(of: Node, by: Node) -> Node:
    """``dz2[k]/da1[j]`` of two entries."""
    assert isinstance(of, Entry) and isinstance(by, Entry)
    return Times((Entry(f"d{of.name}", of.subscripts), Inverse(Entry(f"d{by.name}", by.subscripts))))


def is_derivative(node: Node) -> bool:
    """Whether a product is a derivative as made above."""
    match node:
        case Times((Entry(above, _), Inverse(Entry(below, _)))):
            return above.startswith("d") and below.startswith("d")
    return False


def summed(node: Node, letters: tuple[str, ...]) -> Node:
    """The sum over these letters."""
    for letter in reversed(letters):
        node = Call("sum", (Entry(letter), node))
    return node


def broadcast(values: tuple[Value, ...], make: Callable[..., Node], strict: bool = True) -> Value:
    """Values combined place by place; numbers go with everything. Unless `strict`, shapes are aligned from the right.

    Raises Misshapen where the shapes do not agree.
    """
    arrays = [value for value in values if value.axes]
    rank = max((len(value.axes) for value in arrays), default=0)
    if strict:
        bad = next((v for v in arrays if v.sizes != arrays[0].sizes), None)
        if bad is not None:
            raise Misshapen(f"shapes {shape(arrays[0])} and {shape(bad)} do not agree")
    axes: list[Axis] = []
    for place in range(rank):
        here = [v.axes[place - rank + len(v.axes)] for v in arrays if place - rank + len(v.axes) >= 0]
        axis = next((axis for axis in here if axis.letter), UNIT)
        if any(other.letter and other.size != axis.size for other in here):
            raise Misshapen(f"shapes {' and '.join(shape(v) for v in arrays)} do not agree")
        axes.append(axis)
    whole = tuple(axes)
    return Value(make(*(with_letters(v, whole[rank - len(v.axes) :]) for v in values)), whole)


def transposed(value: Value) -> Value:
    """The last two axes exchanged; a flat vector stays as it is."""
    if len(value.axes) < 2:
        return value
    return replace(value, axes=(*value.axes[:-2], value.axes[-1], value.axes[-2]))


def contracted(left: Value, right: Value) -> Value:
    """The matrix product. Raises Misshapen where the inner dimensions differ."""
    if not left.axes or not right.axes:
        return Value(times(left.node, right.node), left.axes or right.axes)
    inner = right.axes[-2] if len(right.axes) > 1 else right.axes[0]
    own = left.axes[-1]
    if own.size != inner.size:
        raise Misshapen(f"a product of {shape(left)} and {shape(right)}: the inner dimensions differ")
    rest = (*right.axes[:-2], right.axes[-1]) if len(right.axes) > 1 else ()
    if len(rest) > 1 and left.axes[:-2] and len(left.axes) > 2:
        raise Misshapen("a matrix product of arrays with more than two axes")
    node = renamed(right.node, {inner.letter: own.letter} if own.letter else {})
    product = times(left.node, node)
    return Value(summed(product, (own.letter,)) if own.letter else product, (*left.axes[:-1], *rest))


def squeezed(value: Value) -> Value:
    """The value without axes of length 1."""
    return replace(value, axes=value.open)


def negative(value: Value) -> Value:
    """Minus the value."""
    node = value.node.of if isinstance(value.node, Minus) else Minus(value.node)
    return replace(value, node=node)


def power(base: Node, exponent: Node) -> Node:
    """A power; the first power is the base."""
    return base if isinstance(exponent, Number) and exponent.value == 1 else Power(base, exponent)
