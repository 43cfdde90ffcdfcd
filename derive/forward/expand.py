"""Functions of a vector, such as ``softmax(S)[p,q]``, put in by their own formula."""

from __future__ import annotations

from ..errors import InputError
from ..renaming import fresh
from ..terms import index
from .functions import Definition, Lookup
from .names import BINDERS
from .subscripts import read_subscript
from .syntax import Call, Entry, Node, children, rebuilt, walk


def expand(node: Node, lookup: Lookup, where: str, letters: frozenset[str]) -> Node:
    """The tree with every function of a vector written out; `letters` are taken already."""
    if not any(isinstance(part, Call) and part.subscripts for part in walk(node)):
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


def _expand(node: Node, lookup: Lookup, where: str, letters: frozenset[str]) -> Node:
    if isinstance(node, Call) and node.subscripts:
        row = lookup(node.name)
        if row is not None and row.axis is not None and not node.order:
            return _written_out(node, row, row.axis, where, letters)
    return rebuilt(node, lambda child: _expand(child, lookup, where, letters))


def _written_out(node: Call, row: Definition, axis: str, where: str, letters: frozenset[str]) -> Node:
    match node.arguments:
        case (Entry(array, ()),):
            *outer, last = node.subscripts
            if read_subscript(last, where).is_padded:
                raise InputError(f"{where}: {node.name}(...) has no zeros around it; give it a name of its own first")
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
        case Call(name, (Entry(letter, ()), body), order, (), bound) if name in BINDERS or bound is not None:
            new = fresh([index(used) for used in taken], prefer=(letter,)).name
            inner = _put_in(body, row, array, outer, {**mapping, letter: Entry(new)}, taken | {new})
            return Call(name, (Entry(new), inner), order, (), bound)
    return rebuilt(node, lambda child: _put_in(child, row, array, outer, mapping, taken))
