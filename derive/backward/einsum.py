"""Array nodes that no matrix algebra covers, as sums over repeated letters."""

from __future__ import annotations

from string import ascii_lowercase

from sympy import Symbol

from ..errors import UnknownNode
from . import arrays as a
from . import matrix as m


def to_einsum(node: a.Node, letters: tuple[Symbol, ...]) -> m.Node:
    """`node` with its axes in the order `letters`. Raises UnknownNode where nothing fits."""
    match node:
        case a.Constant(value=value):
            return m.Number(value)
        case a.Leaf() if node.axes == letters:
            return m.Array(node.name)
        case a.Elementwise(operation="add"):
            return m.Plus(tuple(to_einsum(x, letters) for x in node.arguments))
        case a.Elementwise(operation="pow", arguments=(base, a.Constant(value=exponent))):
            return m.Power(to_einsum(base, letters), exponent)
        case a.Elementwise(operation="mul"):
            return _product(node.arguments, letters)
        case a.Contraction():
            return _product(node.operands, letters)
        case a.Elementwise() if not isinstance(node.operation, str):
            return m.Apply(node.operation.__name__, tuple(to_einsum(x, letters) for x in node.arguments))
        case a.Leaf():
            return _product((node,), letters)
        case a.Gather() | a.Delta():
            return m.Entries(a.meaning(node)) if node.axes == letters else _product((node,), letters)
    raise UnknownNode(node, "the einsum form")


def _product(operands: tuple[a.Node, ...], letters: tuple[Symbol, ...]) -> m.Node:
    numbers = [o for o in operands if not o.axes]
    arrays = [o for o in operands if o.axes]
    names = _short_names([axis for o in arrays for axis in o.axes])
    spec = ",".join("".join(names[x] for x in o.axes) for o in arrays)
    result: m.Node = m.Einsum(
        f"{spec}->{''.join(names[x] for x in letters if x in names)}", tuple(to_einsum(o, o.axes) for o in arrays)
    )
    for number in reversed(numbers):
        result = m.Scale(to_einsum(number, ()), result)
    return result


def _short_names(axes: list[Symbol]) -> dict[Symbol, str]:
    """One lower-case letter for each axis, its own where that is one letter."""
    names: dict[Symbol, str] = {}
    for axis in dict.fromkeys(axes):
        own = axis.name if len(axis.name) == 1 and axis.name not in names.values() else None
        names[axis] = own or next(c for c in ascii_lowercase if c not in names.values())
    return names
