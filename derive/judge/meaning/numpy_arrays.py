"""Arrays as NumPy computes them: axes are counted, shapes are aligned from the right, nothing is turned to fit."""

from __future__ import annotations

from fractions import Fraction

from ...forward.syntax import Entry, Inverse, Node, Number
from ..reading.sketch import Reduce
from .search import Misshapen, Unfit
from .values import ONE, UNIT, Axis, Value, broadcast, contracted, shape, summed, times


def product(values: tuple[Value, ...], signs: tuple[str, ...]) -> Value:
    """``*`` and ``@`` from left to right. Raises Unfit where NumPy would refuse."""
    whole = values[0]
    for sign, value in zip(signs, values[1:], strict=True):
        if sign != "@":
            whole = broadcast((whole, value), times, strict=False)
        elif whole.axes and value.axes:
            whole = contracted(whole, value)
        else:
            raise Unfit("a matrix product with a number; write * for it")
    return whole


def turned(value: Value) -> Value:
    """``.T``: all axes in the other order."""
    return Value(value.node, value.axes[::-1])


def reduced(value: Value, node: Reduce) -> Value:
    """``sum`` and ``mean`` over one axis, or over all where none is said. Raises Unfit without that axis."""
    count = len(value.axes)
    if not count and node.axis in (0, -1):
        return value
    if node.axis is not None and not -count <= node.axis < count:
        raise Misshapen(f"axis {node.axis} of an array with {count} {'axis' if count == 1 else 'axes'}")
    places = range(count) if node.axis is None else (node.axis % count,)
    gone = [value.axes[place] for place in places]
    axes = tuple(
        UNIT if place in places else a for place, a in enumerate(value.axes) if node.keepdims or place not in places
    )
    made = summed(value.node, tuple(axis.letter for axis in gone if axis.letter))
    if node.kind == "mean":
        made = times(made, *(Inverse(length(axis)) for axis in gone if axis.letter))
    return Value(made, axes)


def length(axis: Axis) -> Node:
    """How long an axis is."""
    if axis.size is None:
        return ONE
    return Number(Fraction(int(axis.size))) if axis.size.is_number else Entry(str(axis.size))


def check_vectors(*values: Value) -> None:
    """``np.outer`` makes one long vector of each matrix. Raises Misshapen where that would happen."""
    for value in values:
        if len(value.axes) > 1:
            raise Misshapen(f"an outer product of {' and '.join(map(shape, values))}")


def check_assignment(left: Value, right: Value) -> None:
    """Raises Misshapen where the sides have different shapes; a first axis of length 1 makes no difference."""
    if right.axes and _without_first_ones(left) != _without_first_ones(right):
        raise Misshapen(f"the left side is {shape(left)}, the right side is {shape(right)}")


def _without_first_ones(value: Value) -> tuple[object, ...]:
    sizes = value.sizes
    while sizes and sizes[0] is None:
        sizes = sizes[1:]
    return sizes
