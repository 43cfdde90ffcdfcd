"""From two values to an equation of the plain language, with letters that the model would use."""

from __future__ import annotations

from sympy import Expr

from ...forward.names import BINDERS
from ...forward.syntax import Call, Entry, Node, children
from ...renaming import LETTERS
from ...terms import dimensions_in
from . import numpy_arrays
from .context import Context
from .search import Misshapen, Unfit
from .values import Value, renamed, shape, squeezed
from .writing import written


def equated(context: Context, left: Value, right: Value) -> str:
    """The equation in the plain language. Raises Unfit where the two sides have different shapes."""
    if context.literal:
        numpy_arrays.check_assignment(left, right)
    one, other = squeezed(left), squeezed(right)
    if one.sizes == other.sizes:
        if left.sizes != right.sizes and one.axes and len(left.axes) == len(right.axes):
            context.path.pay(0.5, "a row on one side and a column on the other")
        there = renamed(other.node, {b.letter: a.letter for a, b in zip(one.axes, other.axes, strict=True)})
        here = one.node
    elif not one.axes or not other.axes:
        here, there = _against_letters(context, one, other)
    else:
        raise Misshapen(f"the left side is {shape(one)}, the right side is {shape(other)}")
    here, there = _joined(context, here, there)
    return _named(context, here, there)


def _against_letters(context: Context, one: Value, other: Value) -> tuple[Node, Node]:
    """A whole array on one side, an entry on the other: the array at the indices of the entry."""
    array, entry = (one, other) if one.axes else (other, one)
    letters = [letter for letter in free(entry.node) if letter not in free(array.node)]
    if entry is other and not _arrays(entry.node):
        return one.node, other.node
    mapping: dict[str, str] = {}
    for axis in array.axes:
        fitting = [n for n in letters if context.sizes.get(n) == axis.size and n not in mapping.values()]
        if not fitting:
            raise Misshapen(f"one side is {shape(array)}, the other is a number")
        mapping[axis.letter] = fitting[0]
    made = renamed(array.node, mapping)
    return (made, entry.node) if array is one else (entry.node, made)


def _arrays(node: Node) -> bool:
    """Whether any entry of an array stands in a term."""
    return isinstance(node, Entry) and bool(node.subscripts) or any(map(_arrays, children(node)))


def _joined(context: Context, here: Node, there: Node) -> tuple[Node, Node]:
    """Axes left open on one side, put at the letters of the other where they run over the same values.

    Two letters that the author wrote are never made one: a wrong index stays wrong.
    """
    left, right = free(here), free(there)
    alone = [letter for letter in right if letter not in left]
    partners = [letter for letter in left if letter not in right]
    for letter in alone:
        size = context.sizes.get(letter)
        alike = [n for n in left if context.sizes.get(n) == size and not (is_written(n) and is_written(letter))]
        same = [n for n in alike if n in partners] or alike
        if len(same) == 1:
            context.path.pay(1.5)
            there = renamed(there, {letter: same[0]})
            partners = [n for n in partners if n != same[0]]
        elif context.sizes.get(letter) is not None:
            context.path.pay(2.0)
    return here, there


def is_written(letter: str) -> bool:
    """Whether the author wrote this letter; the others are numbers of open axes."""
    return not letter[1:].isdigit()


def free(node: Node) -> list[str]:
    """The index letters of a term that no sum binds, in order."""
    match node:
        case Entry(name, ()):
            return [name] if name.startswith("@") else []
        case Call(name, (Entry(letter, ()), body), _, (), bound) if name in BINDERS or bound is not None:
            return [found for found in free(body) if found != letter]
    return list(dict.fromkeys(found for child in children(node) for found in free(child)))


def _all(node: Node) -> list[str]:
    if isinstance(node, Entry) and not node.subscripts:
        return [node.name] if node.name.startswith("@") else []
    return list(dict.fromkeys(found for child in children(node) for found in _all(child)))


def _named(context: Context, here: Node, there: Node) -> str:
    """The text, every index with the letter the model has for its dimension, or another."""
    model = context.model
    sizes = dimensions_in([size for axes in model.axes.values() for size in axes])
    taken = {*model.axes, *map(str, sizes), *context.scalars, *model.functions}
    names: dict[str, str] = {}
    for letter in dict.fromkeys([*free(here), *free(there), *_all(here), *_all(there)]):
        size = context.sizes.get(letter)
        if size is None:
            raise Unfit(f"nothing says what the index {letter[1:]} runs over")
        options = [*_usual(context, size), *LETTERS, *(f"{one}{n}" for n in (1, 2) for one in LETTERS)]
        free_name = next((name for name in options if name not in taken), None)
        if free_name is None:
            raise Unfit("more indices than there are letters")
        names[letter] = free_name
        taken.add(names[letter])
    return f"{written(renamed(here, names))} = {written(renamed(there, names))}"


def _usual(context: Context, size: Expr) -> list[str]:
    """The letters that the model writes for a dimension."""
    model = context.model
    return list(
        dict.fromkeys(
            str(letter)
            for name, letters in model.letters.items()
            for letter, own in zip(letters, model.axes[name], strict=False)
            if own == size
        )
    )
