"""From a SymPy expression to the display tree, in textbook order.

SymPy says what an expression is; the order, the signs, the fractions and the brackets are
decided here. A piece is a display node with its place in the one table of precedence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sympy import Abs, Add, E, Expr, Indexed, KroneckerDelta, Mul, Pow, Product, Rational, S, Sum, Symbol, pi
from sympy.core.function import AppliedUndef, Function

from derive.errors import UnknownNode
from derive.terms import Named, Partial, indices_of, maximum, minimum, name_of, range_of, step

from . import display as show
from .display import Node, Operator, Space, group, inline, number, row
from .factors import common_number, decimal_text, drawn_out, is_derivative, spaced, split_fraction, stands_before
from .notation import Notation, partial
from .order import factor_key, is_negative, negated, term_key

PRECEDENCE = {name: place for place, name in enumerate(("terms", "big operator", "product", "power", "atom"))}
BARE_FUNCTIONS = frozenset({"log"})
MINUS, PLUS = Operator("−"), Operator("+")
Piece = tuple[Node, str]


def typeset(expression: Expr, notation: Notation | None = None) -> Node:
    """The display tree of an expression; raises UnknownNode for a node without a rule."""
    return Typesetter(notation or Notation()).at(expression, "terms")


def typeset_equation(left: Expr, right: Expr, notation: Notation | None = None) -> Node:
    """The display tree of ``left = right``."""
    return show.equation(typeset(left, notation), typeset(right, notation))


class Typesetter:
    """The rules of typesetting under one notation."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        self.rules: tuple[tuple[type, Callable[..., Piece]], ...] = (
            (Indexed, self._entry), (Symbol, self._symbol), (Add, self._terms), (Mul, self._product),
            (Rational, self._number), (Sum, self._big), (Product, self._big), (KroneckerDelta, self._kron),
            (Partial, self._partial), (step, self._step), (Abs, self._abs), (maximum, self._pair),
            (minimum, self._pair), (Pow, self._power), (AppliedUndef, self._unknown), (Function, self._call),
        )  # fmt: skip

    def at(self, expression: Expr, need: str) -> Node:
        """The expression, in brackets where its precedence is below `need`."""
        node, place = self.piece(expression)
        return node if PRECEDENCE[place] >= PRECEDENCE[need] else group(node)

    def piece(self, expression: Expr) -> Piece:
        if expression in CONSTANTS:
            return CONSTANTS[expression], "atom"
        for kind, rule in self.rules:
            if isinstance(expression, kind):
                return rule(expression)
        return self._unknown(expression)

    def _unknown(self, expression: Expr) -> Piece:
        raise UnknownNode(expression, "the typesetter")

    def _entry(self, entry: Indexed) -> Piece:
        return self.notation.entry(name_of(entry), tuple(self.at(i, "terms") for i in indices_of(entry))), "atom"

    def _symbol(self, symbol: Symbol) -> Piece:
        return self.notation.symbol(symbol), "atom"

    def _terms(self, expression: Add) -> Piece:
        common = common_number(expression)
        if common != 1:
            inner = self._terms(Add(*(term / common for term in expression.args)))[0]
            return self._juxtaposed([self._number(common)[0], group(inner)], [])
        parts: list[Node] = []
        for term in sorted(expression.args, key=lambda t: term_key(t, self.notation)):
            negative = is_negative(term)
            body = self._term(negated(term) if negative else term)
            if parts:
                parts.append(MINUS if negative else PLUS)
            elif negative:
                parts.append(Operator("−", "prefix"))
            parts.append(body)
        return row(*parts), "terms"

    def _term(self, term: Expr) -> Node:
        """A term of a sum; the cost's own derivative is marked, as other ways lead to it as well."""
        if isinstance(term, Partial) and isinstance(term.of, Symbol):
            return self._partial(term, explicit=True)[0]
        return self.at(term, "big operator")

    def _number(self, value: Rational) -> Piece:
        if value < 0:
            return row(Operator("−", "prefix"), self._number(-value)[0]), "terms"
        decimal = decimal_text(value)
        if value.q == 1 or decimal:
            return number(decimal or int(value)), "atom"
        return show.Fraction(number(value.p), number(value.q), "small"), "product"

    def _product(self, expression: Mul) -> Piece:
        if is_negative(expression):
            return row(Operator("−", "prefix"), self.at(-expression, "big operator")), "terms"
        return self._fraction(*split_fraction(expression))

    def _fraction(self, coefficient: Rational, over: list[Expr], under: list[Expr]) -> Piece:
        """A product of a number, factors above and factors below the line.

        A denominator of numbers and widths stands before the rest as one fraction; sums,
        derivatives and brackets stand beside a fraction, not above its line.
        """
        decimal = decimal_text(coefficient)
        p, q = (1, 1) if decimal else (coefficient.p, coefficient.q)
        lead: list[Node] = [number(decimal)] if decimal else []
        if not under:
            return self._juxtaposed(lead + [self._number(Rational(p, q))[0]] * ((p, q) != (1, 1)), over)
        below = self._line(number(q) if q != 1 else None, under)
        big = [f for f in over if isinstance(f, Sum | Product) or is_derivative(f)]
        if stands_before(under, over, big):
            return self._juxtaposed([*lead, show.Fraction(number(p), below)], over)
        if any(not isinstance(f, Add) for f in over if f not in big):
            big.extend(f for f in over if isinstance(f, Add))
        inside = [f for f in over if f not in big] or over
        above = self._line(number(p) if p != 1 or not inside else None, inside)
        return self._juxtaposed(lead, big if inside is not over else [], inside, show.Fraction(above, below))

    def _line(self, lead: Node | None, factors: list[Expr]) -> Node:
        """What stands above or below a fraction line; alone, it needs no brackets."""
        if lead is None and len(factors) == 1:
            return self.at(factors[0], "terms")
        return self._juxtaposed([lead] if lead else [], factors)[0]

    def _juxtaposed(
        self, lead: list[Node], factors: list[Expr], inside: Sequence[Expr] = (), fraction: Node | None = None
    ) -> Piece:
        """Factors side by side in order; a fraction stands where the first factor in it would."""
        queue: list[tuple[tuple[int, str], Expr | Node]] = [(factor_key(f, self.notation), f) for f in factors]
        if fraction is not None:
            queue.append((min((factor_key(f, self.notation) for f in inside), default=(0, "")), fraction))
        ordered = [item for _, item in sorted(queue, key=lambda pair: pair[0])]
        parts: list[Node] = list(lead)
        for position, item in enumerate(ordered):
            need = "big operator" if position == len(ordered) - 1 else "product"
            parts.append(item if isinstance(item, Node) else self.at(item, need))
        last = bool(ordered) and isinstance(ordered[-1], (Sum, Product))
        return spaced(parts), "big operator" if last else "product" if len(parts) > 1 else "atom"

    def _big(self, expression: Sum | Product) -> Piece:
        if is_negative(expression):
            return row(Operator("−", "prefix"), self.at(negated(expression), "big operator")), "terms"
        if isinstance(expression, Sum) and drawn_out(expression)[0] != 1:
            return self._fraction(*split_fraction(expression))
        letter, size = range_of(expression)
        start = self.notation.first
        upper = size if start else size - 1
        limits = show.equation(self.at(letter, "terms"), number(start)), self.at(upper, "terms")
        kind = "sum" if isinstance(expression, Sum) else "prod"
        body = self.at(expression.args[0], "big operator")
        return row(show.BigOperator(kind, *limits), Space("product"), body), "big operator"

    def _kron(self, delta: KroneckerDelta) -> Piece:
        left, right = sorted(delta.args, key=str, reverse=True)
        return self._indicator(show.equation(self.at(left, "terms"), self.at(right, "terms"))), "atom"

    def _step(self, expression: step) -> Piece:
        return self._indicator(show.equation(self.at(expression.args[0], "terms"), number(0), ">")), "atom"

    def _indicator(self, condition: Node) -> Node:
        return row(show.Symbol("1", "indicator"), group(condition, "[]"))

    def _partial(self, expression: Partial, explicit: bool = False) -> Piece:
        return partial(self.at(expression.of, "atom"), self.at(expression.by, "atom"), explicit), "product"

    def _abs(self, expression: Abs) -> Piece:
        return group(self.at(expression.args[0], "terms"), "||"), "atom"

    def _pair(self, expression: Function) -> Piece:
        name = show.Symbol("max" if isinstance(expression, maximum) else "min", "function")
        comma = Operator(",", "punctuation")
        return row(name, group(show.joined([self.at(a, "terms") for a in expression.args], comma))), "atom"

    def _power(self, expression: Pow) -> Piece:
        base, exponent = expression.args
        if is_negative(exponent):
            return self._fraction(S.One, [], [Pow(base, -exponent)])
        if exponent == S.Half:
            return show.Root(self.at(base, "terms")), "atom"
        body, top = self.at(base, "atom"), inline(self.at(exponent, "terms"), small="slash")
        if isinstance(body, show.Scripts) and body.sup is None and not body.primes:
            return show.Scripts(body.base, body.sub, top), "power"
        plain = isinstance(body, (show.Symbol, show.Group))
        return show.Scripts(body if plain else group(body), None, top), "power"

    def _call(self, expression: Function) -> Piece:
        if isinstance(expression, Named):
            name, primes = expression.label, expression.order
        else:
            name, primes = type(expression).__name__, 0
        if len(expression.args) != 1:
            return self._unknown(expression)
        head = self.notation.function(name, primes)
        argument, place = self.piece(expression.args[0])
        if name in BARE_FUNCTIONS and place == "atom" and isinstance(argument, (show.Scripts, show.Symbol)):
            return row(head, Space("function"), argument), "product"
        return row(head, group(argument)), "atom"


CONSTANTS = {pi: show.Symbol("pi"), E: show.Symbol("e")}
