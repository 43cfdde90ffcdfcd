"""What stands for more than it says: functions of a vector, ``softmax(S)[p,q]``, and the largest over a window."""

from __future__ import annotations

from fractions import Fraction

from ..errors import InputError
from ..renaming import fresh
from ..terms import index
from .functions import Definition, Lookup
from .names import BINDERS
from .syntax import Call, Entry, Node, Number, children, rebuilt, walk

WINDOWED = ("max", "min")
LARGEST_WINDOW = 64


def expand(node: Node, lookup: Lookup, where: str, letters: frozenset[str]) -> Node:
    """The tree with every function of a vector and every window written out; `letters` are taken already."""
    if not any(isinstance(part, Call) and (part.subscripts or _is_window(part)) for part in walk(node)):
        return node
    return _expand(node, lookup, where, letters | names_in(node))


def names_in(*nodes: Node) -> frozenset[str]:
    """Every name that stands alone or in brackets in these trees."""
    return frozenset(part.name for node in nodes for part in walk(node) if isinstance(part, Entry))


def arrays_named(node: Node) -> frozenset[str]:
    """The names in a tree that are no index letters: those in brackets and under sums are left out."""
    match node:
        case Entry(name):
            return frozenset({name})
        case Call("size" | "kron"):
            return frozenset()
        case Call(_, arguments, bound=bound) if node.name in BINDERS or bound is not None:
            return arrays_named(arguments[-1]) - {node.letter}
        case Call(_, arguments):
            return frozenset().union(*map(arrays_named, arguments))
    return frozenset().union(*map(arrays_named, children(node)))


def _is_window(node: Call) -> bool:
    return node.bound is not None and node.name in WINDOWED


def _window(node: Call, where: str) -> Node:
    """``max(s < 3, x[t+s])`` as the largest of x[t], x[t+1] and x[t+2]."""
    if not isinstance(node.bound, int) or node.bound > LARGEST_WINDOW:
        advice = f"takes a number up to {LARGEST_WINDOW}, as in max(s < 2, ...)"
        raise InputError(f"{where}: {node.name} over a window {advice}")
    bodies = [_at(node.arguments[1], node.letter, place) for place in range(node.bound)]
    result, *rest = bodies
    for body in rest:
        result = Call(node.name, (result, body))
    return result


def _at(node: Node, letter: str, place: int) -> Node:
    """The tree with a number in place of a letter."""
    if isinstance(node, Entry) and node.name == letter and not node.subscripts:
        return Number(Fraction(place))
    return rebuilt(node, lambda child: _at(child, letter, place))


def _expand(node: Node, lookup: Lookup, where: str, letters: frozenset[str]) -> Node:
    if isinstance(node, Call) and _is_window(node):
        return _expand(_window(node, where), lookup, where, letters)
    if isinstance(node, Call) and node.subscripts:
        row = lookup(node.name)
        if row is not None and row.axis is not None and not node.order:
            return _written_out(node, row, row.axis, where, letters)
    return rebuilt(node, lambda child: _expand(child, lookup, where, letters))


def _written_out(node: Call, row: Definition, axis: str, where: str, letters: frozenset[str]) -> Node:
    match node.arguments:
        case (Entry(array, ()),):
            *outer, last = node.subscripts
            return _put_in(row.body, row, array, tuple(outer), {axis: last}, letters)
    raise InputError(f"{where}: {node.name} takes the name of an array, as in {node.name}(z)[k]")


def _put_in(
    node: Node, row: Definition, array: str, outer: tuple[Node, ...], mapping: dict[str, Node], taken: frozenset[str]
) -> Node:
    """`node` of a row's body, with the array in place of the variable and its letters renamed."""
    match node:
        case Entry(name, ()) if name in mapping:
            return mapping[name]
        case Entry(name, (subscript,)) if name == row.variable:
            return Entry(array, (*outer, _put_in(subscript, row, array, outer, mapping, taken)))
        case Call(name, (Entry(letter, ()), body), order, (), bound) if name in BINDERS:
            new = fresh([index(used) for used in taken], prefer=(letter,)).name
            inner = _put_in(body, row, array, outer, {**mapping, letter: Entry(new)}, taken | {new})
            return Call(name, (Entry(new), inner), order, (), bound)
    return rebuilt(node, lambda child: _put_in(child, row, array, outer, mapping, taken))
