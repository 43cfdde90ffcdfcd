"""Forward equations in LaTeX, entry by entry, as lines of the plain language."""

from __future__ import annotations

from fractions import Fraction

from ...forward import syntax
from ...forward.activations import ACTIVATIONS
from ...forward.language import ELEMENTARY
from ...forward.syntax import Call, Entry, Inverse, Node, Times
from ..meaning.writing import written
from ..reading.latex_words import GREEK
from ..reading.sketch import (
    Apply,
    At,
    Divide,
    Minus,
    Multiply,
    Name,
    Number,
    Plus,
    Power,
    Product,
    Sketch,
    Statement,
    Sum,
    walk,
)

FUNCTIONS = {"sigma": "sigmoid", "ln": "log", "ReLU": "relu", "sigm": "sigmoid", "logistic": "sigmoid", "sgn": "sign"}
"""Functions that are called otherwise in the plain language."""
RESULTS = {"delta", "Delta", "nabla", "partial"}
MARKS = {"hat", "tilde", "bar"}
LETTERS = ("f", "g", "h")
"""Functions without a formula."""
_PRODUCTS = {"", ".", "x", "*"}


class _Else(Exception):
    """Not a forward equation written entry by entry."""


def forward_line(statement: Statement) -> tuple[str, str] | None:
    """The name that a statement defines, and the line that does so; None where it is no definition of entries.

    Matrix form is none: nothing in ``z = W x`` says which of its letters are arrays.
    """
    if set(statement.signs) != {"="} or len(statement.sides) != 2 or statement.condition is not None:
        return None
    left, right = statement.sides
    if not isinstance(left, Name) or left.stem in RESULTS or left.order:
        return None
    try:
        entry = _entry(left, {})
        if not entry.subscripts and not any(isinstance(node, Sum) for node in walk(right)):
            return None
        line = f"{written(entry)} = {written(_node(right, _counts(right)))}"
    except _Else:
        return None
    return entry.name, line


def _counts(right: Sketch) -> dict[str, str]:
    """The letters above sums, each with the letter of its sum: how many values that has."""
    sums = [node for node in walk(right) if isinstance(node, Sum | Multiply)]
    return {node.upper.stem: node.letters[0] for node in sums if isinstance(node.upper, Name) and not node.upper.below}


def _node(sketch: Sketch, counts: dict[str, str]) -> Node:
    match sketch:
        case Number(value):
            return syntax.Number(value)
        case Name():
            return _value(sketch, counts)
        case Plus(terms):
            return syntax.Plus(tuple(_node(term, counts) for term in terms))
        case Minus(of):
            return syntax.Minus(_node(of, counts))
        case Product(factors, signs) if set(signs) <= _PRODUCTS:
            return Times(tuple(_node(factor, counts) for factor in factors))
        case Divide(Number(one), Number(other)) if other:
            return syntax.Number(one / other)
        case Divide(above, below):
            return Times((_node(above, counts), Inverse(_node(below, counts))))
        case Power(Name("e", (), (), (), 0), exponent):
            return Call("exp", (_node(exponent, counts),))
        case Power(base, exponent):
            return syntax.Power(_node(base, counts), _node(exponent, counts))
        case Sum(letters, body, lower, _, "") | Multiply(letters, body, lower, _, "") if lower is None or _first(lower):
            node = _node(body, counts)
            for letter in reversed(letters):
                node = Call("sum" if isinstance(sketch, Sum) else "prod", (Entry(letter), node))
            return node
        case Apply(Name() as head, (argument,)):
            return Call(_function(head), (_node(argument, counts),))
        case At(Apply(Name() as head, (Name() as whole,)), places) if not whole.below and all(map(_is_letter, places)):
            return Call(_function(head), (_entry(whole, {}),), 0, _letters(places))
    raise _Else


def _value(name: Name, counts: dict[str, str]) -> Node:
    """A name within a formula: an entry, the number of values of an index, or a number with a Greek name."""
    if not name.below and not name.above and name.stem in counts:
        return Call("size", (Entry(counts[name.stem]),))
    entry = _entry(name, counts)
    if not entry.subscripts and name.stem not in GREEK:
        raise _Else
    return entry


def _entry(name: Name, counts: dict[str, str]) -> Entry:
    """``W^{(2)}_{kj}`` as W2[k,j]."""
    if name.order or not set(name.marks) <= MARKS or len(name.above) > 1:
        raise _Else
    numbers = [*name.above, *(part for part in name.below if isinstance(part, Number))]
    letters = tuple(part for part in name.below if not isinstance(part, Number))
    if not all(_is_layer(part) for part in numbers) or not all(map(_is_letter, letters)) or len(numbers) > 1:
        raise _Else
    layer = "".join(str(part.value) for part in numbers if isinstance(part, Number))
    stem = "".join((*name.marks, name.stem, layer))
    return Entry(stem, _letters(letters))


def _letters(parts: tuple[Sketch | str, ...]) -> tuple[Node, ...]:
    """Index letters as entries."""
    return tuple(Entry(part.stem) for part in parts if isinstance(part, Name))


def _function(head: Name) -> str:
    name = FUNCTIONS.get(head.stem, head.stem)
    if head.below or head.above or head.order or name not in (*ACTIVATIONS, *ELEMENTARY, *LETTERS):
        raise _Else
    return name


def _is_letter(part: object) -> bool:
    """Whether this is an index letter."""
    return isinstance(part, Name) and len(part.stem) == 1 and part.stem.islower() and part == Name(part.stem)


def _is_layer(part: Sketch) -> bool:
    return isinstance(part, Number) and part.value.denominator == 1 and part.value >= 0


def _first(lower: Sketch) -> bool:
    return isinstance(lower, Number) and lower.value in (Fraction(0), Fraction(1))
