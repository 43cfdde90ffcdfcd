"""How names print: ``W1[j,i]`` as w with layer and indices, ``delta1`` as an error term."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sympy import Expr, Indexed, KroneckerDelta, Product, Sum
from sympy import Symbol as SympySymbol

from derive.backward.matrix import MatrixForm
from derive.forward.names import GENERIC
from derive.records import Model
from derive.terms import indices_of, is_dimension, is_index

from .display import GREEK, Fraction, Node, Operator, Row, Scripts, Symbol, joined, number, row

LAYER_NAME = re.compile(r"(W|b|z|a|delta|Delta|Z|A)(\d+)")
DERIVATIVE_NAME = re.compile(r"d(\w+)/d(\w+)")
FUNCTION_SYMBOLS = {"sigmoid": Symbol("sigma"), "Abs": Symbol("abs", "function"), "sign": Symbol("sgn", "function")}
BATCH_LETTERS = {"delta": "Delta"}


@dataclass(frozen=True)
class Notation:
    """How the names of one model print.

    `layered`: trailing digits are layers, ``(1)`` above. `first` is the number indices count
    from. `layer`, where given, is the layer that prints as the letter l, and its neighbours
    as l-1 and l+1. `roles` says of a name that it is "data", "parameter" or "computed".
    """

    layered: bool = True
    first: int = 1
    layer: int | None = None
    letter: str = "l"
    roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def error_sign(self) -> int:
        """1 where an error term is the derivative by the input of a unit, -1 where it is minus that."""
        return 1

    @property
    def has_errors(self) -> bool:
        """Whether error terms have a letter of their own."""
        return True

    @property
    def has_matrices(self) -> bool:
        """Whether whole arrays have names."""
        return True

    @property
    def has_differentials(self) -> bool:
        """Whether a d before a letter marks the derivative of the cost by it."""
        return False

    @property
    def marks(self) -> str:
        """How layers are marked, as the end of a key of the sentences: in round brackets, else it is said."""
        return ""

    @property
    def lies(self) -> str:
        """How the records of a batch lie, as the end of a key: as rows, else it is said."""
        return ""

    @property
    def vectors(self) -> str:
        """How the vectors of one record lie, as the end of a key: as columns, else it is said."""
        return ""

    def counted(self, layer: int) -> int:
        """The number that a layer goes by."""
        return layer

    def laid(self, form: MatrixForm) -> MatrixForm | None:
        """A matrix form with its arrays as they lie in this notation; None where that cannot be written."""
        return form

    def entry(self, name: str, indices: tuple[Node, ...] = ()) -> Node:
        """An array entry, a scalar, or a derivative of the cost by one."""
        derivative = DERIVATIVE_NAME.fullmatch(name)
        if derivative:
            of, by = derivative.groups()
            return partial(self.entry(of), self.entry(by, indices))
        stem, digits = split_name(name)
        if digits and self.layered and LAYER_NAME.fullmatch(name):
            stem = "w" if stem == "W" and indices else stem
            return Scripts(letters(stem), subscript(indices), self.layer_mark(int(digits)))
        stem, mark = _mark(stem, digits)
        marks = (_mark_node(mark),) if mark else ()
        return _scripted(letters(stem), _with_comma(marks, indices))

    def matrix(self, name: str, batch: bool = False) -> Node:
        """A whole array in bold; with `batch` what is not a parameter in capitals."""
        derivative = DERIVATIVE_NAME.fullmatch(name)
        if derivative:
            return partial(self.entry(derivative[1]), self.matrix(derivative[2], batch))
        stem, digits = split_name(name)
        if batch and self.roles.get(name) != "parameter" and not stem.startswith(("W", "b")):
            stem = BATCH_LETTERS.get(stem, stem[0].upper() + stem[1:] if len(stem) == 1 else stem)
        if digits and self.layered and LAYER_NAME.fullmatch(name):
            return Scripts(Symbol(stem, "bold"), None, self.layer_mark(int(digits)))
        stem, mark = _mark(stem, digits)
        return _scripted(Symbol(stem, "bold"), _mark_node(mark) if mark else None)

    def symbol(self, symbol: SympySymbol) -> Node:
        """An index letter, a width or a scalar."""
        stem, digits = split_name(symbol.name)
        if is_dimension(symbol) and digits and self.layer is not None:
            return Scripts(letters(stem), self.relative(int(digits)))
        if is_dimension(symbol) or is_index(symbol):
            stem, mark = _mark(stem, digits)
            return _scripted(letters(stem), _mark_node(mark) if mark else None)
        return self.entry(symbol.name)

    def layer_mark(self, layer: int) -> Node:
        """The layer in round brackets, as it stands above a letter."""
        return row(Operator("(", "punctuation"), self.relative(layer), Operator(")", "punctuation"))

    def relative(self, layer: int) -> Node:
        """The number of a layer, or l, l-1, l+1 where the layer is generic."""
        if self.layer is None:
            return number(layer)
        shift = layer - self.layer
        if shift == 0:
            return Symbol(self.letter)
        return row(Symbol(self.letter), Operator("+" if shift > 0 else "−"), number(abs(shift)))

    def function(self, label: str, primes: int = 0) -> Node:
        """The symbol of a function: one letter in italics, a longer name upright; f1 with its generic layer."""
        stem, digits = split_name(label)
        if self.layer is not None and digits == str(self.layer) and GENERIC.fullmatch(label):
            return Scripts(letters(stem), self.relative(self.layer), primes=primes)
        plain = label in GREEK or len(label) == 1
        own = Symbol(label) if plain else Symbol(label.replace("_", "-"), "function")
        symbol = FUNCTION_SYMBOLS.get(label, own)
        return Scripts(symbol, primes=primes) if primes else symbol


def split_name(name: str) -> tuple[str, str]:
    """A name without and its trailing digits."""
    stem = name.rstrip("0123456789")
    return (stem, name[len(stem) :]) if stem else (name, "")


def letters(stem: str) -> Symbol:
    """A letter in italics, a word upright."""
    return Symbol(stem) if len(stem) == 1 or stem in GREEK else Symbol(stem.replace("_", " "), "upright")


def _mark(stem: str, digits: str) -> tuple[str, str]:
    """The letter and what stands below it: ``W_q`` is W with a q, ``h1`` is h with a 1."""
    head, _, tail = stem.partition("_")
    return (head, tail + digits) if head and tail else (stem, digits)


def _mark_node(mark: str) -> Symbol:
    return number(mark) if mark.isdigit() else letters(mark)


def _with_comma(marks: tuple[Node, ...], indices: tuple[Node, ...]) -> Node | None:
    if not marks:
        return subscript(indices)
    comma = (Operator(",", "punctuation"),) if indices else ()
    below = subscript(indices)
    return row(*marks, *comma, *((below,) if below else ()))


def _scripted(base: Node, sub: Node | None) -> Node:
    return Scripts(base, sub) if sub else base


def subscript(indices: tuple[Node, ...]) -> Node | None:
    """Indices side by side, with commas only where one of them is more than a letter."""
    if not indices:
        return None
    if all(isinstance(i, Symbol) and len(i.text) == 1 for i in indices):
        return row(*indices)
    return joined(list(indices), Operator(",", "punctuation"))


def partial(of: Node, by: Node, explicit: bool = False) -> Fraction:
    """The fraction of a partial derivative, with a + where everything else is held fixed."""
    sign = Operator("∂", "prefix")
    marked = Scripts(sign, None, Operator("+", "punctuation")) if explicit else sign
    return Fraction(Row((marked, of)), Row((sign, by)))


def notation_for(model: Model | None, expressions: Iterable[Expr] = ()) -> Notation:
    """The notation of a model; indices count from 0 where one is given as a number or shifted."""
    expressions = [*expressions, *(e.right for e in model.equations)] if model else list(expressions)
    first = 0 if any(map(_counts_from_zero, expressions)) else 1
    if model is None:
        return Notation(first=first)
    roles = {e.name: "computed" for e in model.equations}
    roles |= dict.fromkeys(model.data, "data") | dict.fromkeys(model.parameters, "parameter")
    return Notation(layered=is_layered(model), first=first, roles=roles)


def is_layered(model: Model) -> bool:
    """Whether this is a chain of layers z1, a1, z2, a2, ... from the input to the cost."""
    names = [e.name for e in model.equations if e.name != model.cost]
    chain = [f"{stem}{layer}" for layer in range(1, len(names) // 2 + 1) for stem in "za"]
    return bool(names) and names == chain


def _counts_from_zero(expression: Expr) -> bool:
    """Whether an index is a number, a shifted letter, or used as a number."""
    stack, found = [expression], False
    while stack and not found:
        node = stack.pop()
        if isinstance(node, (Indexed, KroneckerDelta)):
            places = indices_of(node) if isinstance(node, Indexed) else node.args
            found = not all(is_index(place) for place in places)
        elif isinstance(node, (Sum, Product)):
            stack.append(node.args[0])
        elif is_index(node):
            found = True
        else:
            stack.extend(node.args)
    return found
