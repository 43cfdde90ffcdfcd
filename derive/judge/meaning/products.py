"""What two arrays side by side mean: the shapes decide."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from . import numpy_arrays
from .context import Context
from .search import Misshapen, Option, Unfit
from .values import Value, broadcast, contracted, shape, squeezed, summed, times

Way = Callable[[Value, Value], Value]
JOINED = ("", ".", "x")


def product(context: Context, key: Hashable, values: tuple[Value, ...], signs: tuple[str, ...]) -> Value:
    """A product of several factors, with the signs between them. Raises Unfit where the shapes fit no way.

    Factors side by side bind closer than an elementwise sign where the shapes ask for that.
    """
    if context.literal:
        return numpy_arrays.product(values, signs)
    tight = any(sign in JOINED for sign in signs) and any(sign in ("o", "*") for sign in signs)
    arrays = sum(not value.is_number for value in values)
    if tight and arrays > 2:
        options = [Option(True), Option(False, 0.001)]
        if context.choose(("grouping", key), options):
            return _grouped(context, key, values, signs)
    whole = values[0]
    for place, (sign, value) in enumerate(zip(signs, values[1:], strict=True)):
        whole = two(context, (key, place), whole, value, sign)
    return whole


def _grouped(context: Context, key: Hashable, values: tuple[Value, ...], signs: tuple[str, ...]) -> Value:
    groups: list[list[Value]] = [[values[0]]]
    within: list[list[str]] = [[]]
    between: list[str] = []
    for sign, value in zip(signs, values[1:], strict=True):
        if sign in ("o", "*"):
            between.append(sign)
            groups.append([value])
            within.append([])
        else:
            groups[-1].append(value)
            within[-1].append(sign)
    made = []
    for number, (group, inner) in enumerate(zip(groups, within, strict=True)):
        whole = group[0]
        for place, (sign, value) in enumerate(zip(inner, group[1:], strict=True)):
            whole = two(context, (key, number, place), whole, value, sign)
        made.append(whole)
    whole = made[0]
    for place, (sign, value) in enumerate(zip(between, made[1:], strict=True)):
        whole = two(context, (key, "between", place), whole, value, sign)
    return whole


def two(context: Context, key: Hashable, left: Value, right: Value, sign: str) -> Value:
    """The product of two. Raises Unfit where the shapes fit no way."""
    if context.literal:
        return numpy_arrays.product((left, right), (sign or "*",))
    if left.is_number or right.is_number:
        return Value(times(left.node, right.node), left.axes if not left.is_number else right.axes)
    ways = [option for option in _ways(sign) if _fits(option.value, left, right)]
    said = f"a product of {shape(left)} and {shape(right)} fits no kind of product"
    if not ways:
        raise Misshapen(said)
    return context.choose(("product", key, sign, left.sizes, right.sizes), ways)(left, right)


def _ways(sign: str) -> list[Option[Way]]:
    if sign == "o":
        return [Option(elementwise), Option(aligned, 0.5), Option(columns, 1.0)]
    if sign == "@":
        return [Option(contracted)]
    if sign == "*":
        return [
            Option(elementwise),
            Option(aligned, 0.3),
            Option(contracted, 1.0, "* is a matrix product"),
            Option(columns, 1.0),
        ]
    ways: list[Option[Way]] = [Option(contracted), Option(elementwise, 0.0), Option(aligned, 1.0)]
    if sign == ".":
        ways.append(Option(inner, 0.4, "the dot is an inner product"))
    return [*ways, Option(columns, 1.2)]


def _fits(way: Way, left: Value, right: Value) -> bool:
    try:
        way(left, right)
    except Unfit:
        return False
    return True


def elementwise(left: Value, right: Value) -> Value:
    """Entry by entry; the shapes are the same."""
    return broadcast((left, right), times)


def aligned(left: Value, right: Value) -> Value:
    """Entry by entry, a vector with each row or column of a matrix."""
    if left.sizes == right.sizes or len(left.open) == len(right.open):
        raise Unfit("nothing to align")
    return broadcast((left, right), times, strict=False)


def columns(left: Value, right: Value) -> Value:
    """Entry by entry, a row with a column."""
    if len(left.open) != 1 or len(right.open) != 1 or left.sizes == right.sizes:
        raise Unfit("not a row and a column")
    made = broadcast((squeezed(left), squeezed(right)), times)
    return Value(made.node, tuple(made.axes[0] if axis.letter else axis for axis in left.axes))


def inner(left: Value, right: Value) -> Value:
    """The inner product of two vectors."""
    if len(left.open) != 1 or len(right.open) != 1:
        raise Unfit("no vectors")
    made = broadcast((squeezed(left), squeezed(right)), times)
    return Value(summed(made.node, (made.axes[0].letter,)))


def together(context: Context, values: tuple[Value, ...], make: Callable) -> Value:
    """Terms added or otherwise combined entry by entry; vectors are repeated along a matrix where they must be."""
    if context.literal:
        return broadcast(values, make, strict=False)
    try:
        return broadcast(values, make)
    except Unfit:
        arrays = [value for value in values if not value.is_number]
        if len({len(v.open) for v in arrays}) == 1 and len({v.sizes for v in arrays}) > 1:
            if all(len(v.open) == 1 for v in arrays) and len({v.open[0].size for v in arrays}) == 1:
                context.path.pay(1.0)
                made = broadcast(tuple(squeezed(v) for v in values), make)
                return Value(made.node, tuple(made.axes[0] if a.letter else a for a in arrays[0].axes))
            raise
        made = broadcast(tuple(squeezed(v) if v.is_number else v for v in values), make, strict=False)
        context.path.pay(0.5)
        return made
