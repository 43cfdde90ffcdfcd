"""Sums of products: a matrix product where it is one, a plain sum, else einsum."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase

from derive.backward import arrays as a

from .trees import Axes, Einsum, Reduce, Tree, Ufunc, permuted

Plan = Callable[[a.Node, Axes], Tree]


def contraction(node: a.Contraction, axes: Axes, plan: Plan) -> Tree:
    """The sum over ``node.over`` of the product of the operands; `axes` orders what is left."""
    wanted = tuple(x for x in axes if x in node.axes)
    operands = _absorbed(list(node.operands))
    if len(operands) == 1:
        return _reduced(operands[0], node.over, wanted, plan)
    found = _matmul(operands, node.over, wanted, plan) if len(operands) == 2 else None
    return found or _einsum(operands, wanted, plan)


def _absorbed(operands: list[a.Node]) -> list[a.Node]:
    """While more than two are left, the smallest is multiplied into one that has all its axes."""
    while len(operands) > 2:
        operands.sort(key=lambda o: len(o.axes))
        for place, small in enumerate(operands):
            host = next((o for o in operands[place + 1 :] if set(small.axes) <= set(o.axes)), None)
            if host is not None:
                operands.remove(small)
                operands[operands.index(host)] = a.Elementwise("mul", (host, small), host.axes)
                break
        else:
            return operands
    return operands


def _reduced(operand: a.Node, over: Axes, wanted: Axes, plan: Plan) -> Tree:
    own = operand.axes
    order = wanted + tuple(x for x in own if x in over)
    if isinstance(operand, a.Leaf):
        order = own
    tree = plan(operand, order)
    left = tuple(x for x in tree.axes if x not in over)
    along = None if not left else tuple(n for n, x in enumerate(tree.axes) if x in over)
    return permuted(Reduce("sum", tree, along, left), wanted)


def _matmul(operands: list[a.Node], over: Axes, wanted: Axes, plan: Plan) -> Tree | None:
    """(..., l, s) @ (..., s, r), with axes shared by both leading."""
    if len(over) != 1 or not all(over[0] in o.axes for o in operands):
        return None
    first, second = operands
    shared = tuple(x for x in wanted if x in first.axes and x in second.axes)
    rows = tuple(x for x in wanted if x in first.axes and x not in shared)
    columns = tuple(x for x in wanted if x in second.axes and x not in shared)
    if rows and columns and wanted.index(rows[0]) > wanted.index(columns[0]) or (not rows and columns and not shared):
        if columns and (rows or len(second.axes) == 2):
            first, second, rows, columns = second, first, columns, rows
    if wanted != shared + rows + columns or len(columns) > 1:
        return None
    if shared and (len(rows) != 1 or len(columns) != 1):
        return None
    left = plan(first, (*shared, *rows, *over))
    right = plan(second, (*shared, *over, *columns))
    return Ufunc("matmul", (left, right), wanted)


def _einsum(operands: list[a.Node], wanted: Axes, plan: Plan) -> Tree:
    letters: dict = {}
    for axis in dict.fromkeys(x for o in operands for x in o.axes):
        own = axis.name if len(axis.name) == 1 and axis.name.isascii() and axis.name not in letters.values() else None
        letters[axis] = own or next(c for c in ascii_lowercase if c not in letters.values())
    trees = tuple(plan(o, o.axes) for o in operands)
    spec = ",".join("".join(letters[x] for x in t.axes) for t in trees)
    return Einsum(f"{spec}->{''.join(letters[x] for x in wanted)}", trees, wanted)
