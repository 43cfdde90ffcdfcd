"""Sums over repeated letters, which the array API standard lacks, as products of two arrays and sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations

from .trees import Apply, Axes, Call, Einsum, Fill, Mask, Reduce, Tree, Ufunc, View, numbered, permuted, ufunc

Shape = Callable[[Axes], str]


def rewritten(tree: Tree, shape: Shape) -> Tree:
    """`tree` without ``einsum``; `shape` gives the shape of an array with some axes as text."""
    match tree:
        case View(_, of) | Reduce(_, of) | Fill(of):
            return replace(tree, of=rewritten(of, shape))
        case Ufunc(_, arguments) | Call(_, arguments):
            return replace(tree, arguments=tuple(rewritten(x, shape) for x in arguments))
        case Mask(_, (left, right)):
            return replace(tree, arguments=(rewritten(left, shape), rewritten(right, shape)))
        case Apply(_, argument):
            return replace(tree, argument=rewritten(argument, shape))
        case Einsum(_, operands):
            return summed([rewritten(o, shape) for o in operands], tree.axes, shape)
    return tree


def summed(operands: list[Tree], wanted: Axes, shape: Shape) -> Tree:
    """The sum of the product of `operands` over all axes but `wanted`: two at a time, small results first."""
    while len(operands) > 1:
        one, other = min(combinations(operands, 2), key=lambda pair: len(_kept(pair[0], pair[1], operands, wanted)))
        kept = _kept(one, other, operands, wanted)
        operands = [o for o in operands if o is not one and o is not other]
        first = next((x for x in wanted if x in kept and (x in one.axes) != (x in other.axes)), None)
        left, right = (other, one) if first in other.axes else (one, other)
        operands.append(product(left, right, kept, shape))
    return permuted(reduced(operands[0], wanted), wanted)


def _kept(one: Tree, other: Tree, operands: Iterable[Tree], wanted: Axes) -> Axes:
    """The axes of two operands that the result or another operand has."""
    later = {x for o in operands if o is not one and o is not other for x in o.axes} | {*wanted}
    return tuple(dict.fromkeys(x for x in (*one.axes, *other.axes) if x in later))


def reduced(tree: Tree, kept: Iterable) -> Tree:
    """The sum of a tree over all axes but `kept`."""
    kept = {*kept}
    along = tuple(n for n, x in enumerate(tree.axes) if x not in kept)
    if not along:
        return tree
    left = tuple(x for x in tree.axes if x in kept)
    return Reduce("sum", tree, along if left else None, left)


def product(left: Tree, right: Tree, kept: Axes, shape: Shape) -> Tree:
    """The sum of left * right over their axes that are not `kept`, in whatever order of axes."""
    left = reduced(left, {*kept, *right.axes})
    right = reduced(right, {*kept, *left.axes})
    shared = tuple(x for x in left.axes if x in right.axes and x in kept)
    over = tuple(x for x in left.axes if x in right.axes and x not in kept)
    rows = tuple(x for x in left.axes if x not in right.axes)
    columns = tuple(x for x in right.axes if x not in left.axes)
    if not over or shared and not (rows and columns):
        order = tuple(x for x in (*rows, *shared, *over, *columns))
        return reduced(ufunc("multiply", left, right, axes=order), kept)
    if shared:
        return _stacked(left, right, (shared, rows, over, columns), shape)
    if len(over) == 1 and len(columns) == 1:
        return Ufunc("matmul", (permuted(left, (*rows, *over)), permuted(right, (*over, *columns))), (*rows, *columns))
    along = numbered(left.axes, over), numbered(right.axes, over)
    return Call(f"xp.tensordot({{}}, {{}}, axes={along})", (left, right), (*rows, *columns))


def _stacked(left: Tree, right: Tree, groups: tuple[Axes, Axes, Axes, Axes], shape: Shape) -> Tree:
    """A matrix product for every place of the shared axes; several rows, columns or summed axes made one."""
    shared, rows, over, columns = groups
    first = _merged(permuted(left, (*shared, *rows, *over)), (shared, rows, over), shape)
    second = _merged(permuted(right, (*shared, *over, *columns)), (shared, over, columns), shape)
    order = (*shared, *rows, *columns)
    tree: Tree = Ufunc("matmul", (first, second), order)
    if len(rows) == len(columns) == 1:
        return tree
    return Call(f"xp.reshape({{}}, {shape(order)})", (tree,), order)


def _merged(tree: Tree, groups: tuple[Axes, Axes, Axes], shape: Shape) -> Tree:
    """`tree` with one axis for each of the last two groups."""
    shared, one, other = groups
    if len(one) == len(other) == 1:
        return tree
    sizes = [shape((axis,))[1:-2] for axis in shared]
    merged = [" * ".join(f"({s})" if " " in s else s for s in (shape((x,))[1:-2] for x in g)) for g in (one, other)]
    return Call(f"xp.reshape({{}}, ({', '.join([*sizes, *merged])}))", (tree,), tree.axes)
