"""From the small language of matrix algebra to the display tree."""

from __future__ import annotations

from collections.abc import Callable

from sympy import S

from derive.backward import matrix as algebra
from derive.errors import UnknownNode

from . import display as show
from .display import Node, Operator, Space, group, number, row
from .notation import Notation
from .typeset import typeset

PRECEDENCE = {name: place for place, name in enumerate(("terms", "entrywise", "product", "power", "atom"))}
Piece = tuple[Node, str]


def typeset_matrix(node: algebra.Node, notation: Notation | None = None, batch: bool = False) -> Node:
    """The display tree of a matrix expression; with `batch`, records as rows in capitals."""
    return MatrixTypesetter(notation or Notation(), batch).at(node, "terms")


def typeset_form(form: algebra.MatrixForm, notation: Notation | None = None) -> Node:
    """The display tree of ``left = right``, of one record or of records as rows."""
    batch = form.record is not None
    left, right = (typeset_matrix(side, notation, batch) for side in (form.left, form.right))
    return show.equation(left, right)


class MatrixTypesetter:
    """The rules of typesetting matrix algebra under one notation."""

    def __init__(self, notation: Notation, batch: bool) -> None:
        self.notation, self.batch = notation, batch
        self.rules: dict[type, Callable[..., Piece]] = {
            algebra.Array: self._array,
            algebra.Number: self._number,
            algebra.Transpose: self._transpose,
            algebra.Product: self._product,
            algebra.Hadamard: self._hadamard,
            algebra.Scale: self._scale,
            algebra.Plus: self._plus,
            algebra.Apply: self._apply,
            algebra.Power: self._power,
            algebra.Entries: self._entries,
            algebra.Ones: self._ones,
            algebra.Einsum: self._einsum,
        }

    def at(self, node: algebra.Node, need: str) -> Node:
        """The node, in brackets where its precedence is below `need`."""
        rule = self.rules.get(type(node))
        if rule is None:
            raise UnknownNode(node, "the typesetter of matrix forms")
        body, place = rule(node)
        return body if PRECEDENCE[place] >= PRECEDENCE[need] else group(body)

    def _array(self, node: algebra.Array) -> Piece:
        return self.notation.matrix(node.name, self.batch), "atom"

    def _number(self, node: algebra.Number) -> Piece:
        value = node.value
        loose = value.is_Add or (value.is_Number and value.is_negative)
        return typeset(value, self.notation), "terms" if loose else "product" if value.args else "atom"

    def _transpose(self, node: algebra.Transpose) -> Piece:
        body, top = self.at(node.of, "atom"), Operator("⊤", "punctuation")
        if isinstance(body, show.Scripts) and body.sup is not None:
            return show.Scripts(body.base, body.sub, row(body.sup, top)), "power"
        plain = isinstance(body, show.Symbol | show.Scripts | show.Group)
        return show.Scripts(body if plain else group(body), None, top), "power"

    def _product(self, node: algebra.Product) -> Piece:
        return joined_factors([self.at(f, "product") for f in node.factors]), "product"

    def _hadamard(self, node: algebra.Hadamard) -> Piece:
        ordered = sorted(node.factors, key=_entrywise_rank)
        return show.joined([self.at(f, "power") for f in ordered], Operator("⊙")), "entrywise"

    def _scale(self, node: algebra.Scale) -> Piece:
        coefficient = node.coefficient
        if _is_negative(node):
            return row(Operator("−", "prefix"), self.at(_negated(node), "entrywise")), "terms"
        loose = isinstance(node.of, algebra.Hadamard | algebra.Plus)
        body = group(self.at(node.of, "terms")) if loose else self.at(node.of, "product")
        return joined_factors([self.at(coefficient, "product"), body]), "product"

    def _plus(self, node: algebra.Plus) -> Piece:
        parts: list[Node] = []
        for term in sorted(node.terms, key=lambda t: (_is_negative(t), _term_rank(t))):
            negative = _is_negative(term)
            body = self.at(_negated(term) if negative else term, "entrywise")
            if parts:
                parts.append(Operator("−" if negative else "+"))
            elif negative:
                parts.append(Operator("−", "prefix"))
            parts.append(body)
        return row(*parts), "terms"

    def _apply(self, node: algebra.Apply) -> Piece:
        arguments = [self.at(a, "terms") for a in node.arguments]
        label = node.function.rstrip("'")
        primes = len(node.function) - len(label)
        if label == "step":
            condition = show.equation(arguments[0], number(0), ">")
            return row(show.Symbol("1", "indicator"), group(condition, "[]")), "atom"
        if label in ("Abs", "abs"):
            return group(arguments[0], "||"), "atom"
        pair = label in ("maximum", "minimum")
        head = show.Symbol(label[:3], "function") if pair else self.notation.function(label, primes)
        return row(head, group(show.joined(arguments, Operator(",", "punctuation")))), "atom"

    def _power(self, node: algebra.Power) -> Piece:
        if node.exponent == S.Half:
            return show.Root(self.at(node.of, "terms")), "atom"
        base = self.at(node.of, "atom")
        base = base if isinstance(base, show.Symbol | show.Group) else group(base)
        exponent = row(Operator("⊙", "prefix"), typeset(node.exponent, self.notation))
        return show.Scripts(base, None, exponent), "power"

    def _entries(self, node: algebra.Entries) -> Piece:
        return typeset(node.entry, self.notation), "atom"

    def _ones(self, node: algebra.Ones) -> Piece:
        return show.Scripts(show.Symbol("1", "bold"), typeset(node.size, self.notation)), "atom"

    def _einsum(self, node: algebra.Einsum) -> Piece:
        spec = show.Text(node.spec.replace("->", " → "))
        operands = [self.at(o, "terms") for o in node.operands]
        body = show.joined([spec, *operands], Operator(",", "punctuation"))
        return row(show.Symbol("einsum", "function"), group(body)), "atom"


def joined_factors(factors: list[Node]) -> Node:
    """Factors side by side."""
    return show.joined(factors, Space("product"))


def _is_negative(node: algebra.Node) -> bool:
    if isinstance(node, algebra.Scale):
        return _is_negative(node.coefficient)
    return isinstance(node, algebra.Number) and bool(node.value.could_extract_minus_sign())


def _negated(node: algebra.Node) -> algebra.Node:
    """A negative number or multiple without its sign."""
    if isinstance(node, algebra.Number):
        return algebra.Number(-node.value)
    assert isinstance(node, algebra.Scale)
    coefficient = _negated(node.coefficient)
    return node.of if coefficient == algebra.Number(S.One) else algebra.Scale(coefficient, node.of)


def _entrywise_rank(node: algebra.Node) -> int:
    """Products with error terms first, then differences, slopes, and plain arrays."""
    if isinstance(node, (algebra.Product, algebra.Einsum)) or _names_error(node):
        return 0
    return 1 if isinstance(node, algebra.Apply) and "'" in node.function else 2 + isinstance(node, algebra.Plus)


def _names_error(node: algebra.Node) -> bool:
    return isinstance(node, algebra.Array) and node.name.startswith(("delta", "Delta", "dC/d"))


def _term_rank(node: algebra.Node) -> int:
    """Numbers first, then indicators; penalties (a multiple of a plain array) last."""
    if isinstance(node, algebra.Number):
        return 0
    if isinstance(node, algebra.Apply) and node.function == "step":
        return 1
    penalty = isinstance(node, algebra.Scale) and (_has_rate(node.coefficient) or isinstance(node.of, algebra.Array))
    return 3 if penalty else 2


def _has_rate(node: algebra.Node) -> bool:
    """Whether a coefficient contains a symbol that is no width, such as λ."""
    return isinstance(node, algebra.Number) and any(not s.is_integer for s in node.value.free_symbols)
