"""A model taken apart: every equation as a chain of elementary operations, with a name for each value between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Pow, Product, S, Sum, Symbol, log
from sympy.core.function import Function

from ..errors import UnknownNode
from ..forward.plain import FUNCTIONS
from ..records import Equation, Model
from ..renaming import factors_of, letters_in, nameless, substitute
from ..terms import Named, element, free_indices, index, name_of, range_of, total
from .calculus import arrays_in
from .operation import Operation
from .patterns import absorbed, cross_entropy, is_softmax, minus_inside, vector_call

Ranges = Mapping[Symbol, Expr]
Taken = tuple[str, Expr, tuple[Equation, ...]]


def elementary(model: Model) -> tuple[Operation, ...]:
    """The operations of a model, in an order in which they can be computed.

    Values without a name are called v1, v2, ...; equal ones are computed once. Raises
    UnknownNode.
    """
    apart = _Apart(model)
    for equation in model.equations:
        if equation.name not in apart.absorbed:
            apart.take_equation(equation)
    return tuple(apart.operations)


class _Apart:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.absorbed = absorbed(model)
        self.operations: list[Operation] = []
        self.known: dict[tuple, str] = {}
        taken = set(model.axes) | {s.name for e in model.equations for s in (*e.indices, *letters_in(e.right))}
        self.names = (name for name in map("v{}".format, count(1)) if name not in taken)

    def take_equation(self, equation: Equation) -> None:
        kind, right, inner = self.take(equation.right, equation.ranges)
        self.operations.append(Operation(kind, replace(equation, right=right), inner))

    def operand(self, node: Expr, ranges: Ranges) -> Expr:
        """`node` as an entry of a value that is computed before; what contains no array stays as it is."""
        if is_value(node):
            return node
        letters = _free_letters(node)
        places = {letter: index(f"place {n}") for n, letter in enumerate(letters)}
        key = (nameless(substitute(node, places)), *(ranges[letter] for letter in letters))
        if key not in self.known:
            kind, right, inner = self.take(node, ranges)
            self.known[key] = next(self.names)
            equation = Equation(self.known[key], letters, right, {letter: ranges[letter] for letter in letters})
            self.operations.append(Operation(kind, equation, inner))
        return element(self.known[key], *letters)

    def take(self, node: Expr, ranges: Ranges) -> Taken:
        """The last operation of `node`: its kind, and its formula in entries of what is computed before."""
        node = minus_inside(node)
        if (loss := self.loss(node, ranges)) is not None:
            return loss
        call = vector_call(node, self.model)
        if call is not None and call[2] is S.One:
            return call[0], node, ()
        if is_value(node):
            return "copy" if arrays_in(node) else "constant", node, ()
        for kind, rule in RULES:
            if isinstance(node, kind):
                return rule(self, node, ranges)
        raise UnknownNode(node, "the computational graph")

    def loss(self, node: Expr, ranges: Ranges) -> Taken | None:
        """A cross-entropy together with the softmax under its logarithm."""
        match = cross_entropy(node)
        if match is None:
            return None
        within = {**ranges, match.letter: match.size}
        inside, output = match.inside, match.inside
        if isinstance(inside, Indexed) and name_of(inside) in self.absorbed:
            inner = self.absorbed[name_of(inside)]
        elif is_softmax(inside, self.model):
            letters = tuple(letter for letter in within if letter in free_indices(inside))
            inner = Equation(next(self.names), letters, inside, {letter: within[letter] for letter in letters})
            output = inner.left
        else:
            return None
        body = Mul(self.operand(match.targets, within), log(output))
        return "softmax-with-loss", match.sign * total(body, (match.letter, match.size)), (inner,)

    def add(self, node: Expr, ranges: Ranges) -> Taken:
        terms = [minus_inside(term) for term in node.args]
        products = {term: self.product(term, ranges) for term in terms}
        if any(products.values()) and all(products[t] or is_value(t) for t in terms):
            return "affine", Add(*(products[t] or t for t in terms)), ()
        parts, negative = [], False
        for term in terms:
            coefficient, rest = term.as_coeff_Mul()
            minus = coefficient == -1 and bool(arrays_in(rest)) and cross_entropy(term) is None
            negative = negative or minus
            parts.append(-self.operand(rest, ranges) if minus else self.operand(term, ranges))
        return "subtract" if negative else "add", Add(*parts), ()

    def multiply(self, node: Expr, ranges: Ranges) -> Taken:
        call = vector_call(node, self.model)
        factors = [call[1], *factors_of(call[2])] if call else list(factors_of(node))
        below = [factor for factor in factors if _is_below(factor)]
        above = [factor for factor in factors if not _is_below(factor)]
        if below:
            under = self.operand(Mul(*(1 / factor for factor in below)), ranges)
            return "divide", self.operand(Mul(*above), ranges) / under, ()
        return "multiply", Mul(*(self.operand(factor, ranges) for factor in above)), ()

    def power(self, node: Expr, ranges: Ranges) -> Taken:
        base, exponent = (self.operand(part, ranges) for part in node.args)
        return "divide" if exponent == -1 else "power", Pow(base, exponent), ()

    def product(self, node: Expr, ranges: Ranges) -> Expr | None:
        """A matrix product, ``sum(i, W[j,i]*x[i])``: two factors that both have every letter of the sum."""
        letters, body = _unfolded(node)
        factors = factors_of(body)
        if not letters or len(factors) != 2 or any(_is_below(f) or not arrays_in(f) for f in factors):
            return None
        if not all(letter in free_indices(factor) for letter, _ in letters for factor in factors):
            return None
        within = {**ranges, **dict(letters)}
        return total(Mul(*(self.operand(factor, within) for factor in factors)), *letters)

    def sum(self, node: Expr, ranges: Ranges) -> Taken:
        whole = self.product(node, ranges)
        if whole is not None:
            return "product", whole, ()
        letters, body = [range_of(node)], node.function
        while isinstance(body, Sum) and cross_entropy(body) is None:
            if self.product(body, {**ranges, **dict(letters)}) is not None:
                break
            letters.append(range_of(body))
            body = body.function
        ranges = {**ranges, **dict(letters)}
        if all(is_value(factor) for factor in factors_of(body)) and body.has(KroneckerDelta):
            return "pick", node, ()
        return "sum", total(self.operand(body, ranges), *letters), ()

    def all_product(self, node: Expr, ranges: Ranges) -> Taken:
        letter, size = range_of(node)
        body = self.operand(node.args[0], {**ranges, letter: size})
        return "product of all", Product(body, (letter, 0, size - 1)), ()

    def function(self, node: Expr, ranges: Ranges) -> Taken:
        kind = node.func.__name__ if isinstance(node, Named) else FUNCTIONS.get(type(node), node.func.__name__)
        return kind, node.func(*(self.operand(argument, ranges) for argument in node.args)), ()


RULES: tuple[tuple[type, Callable[[_Apart, Expr, Ranges], Taken]], ...] = (
    (Add, _Apart.add),
    (Mul, _Apart.multiply),
    (Pow, _Apart.power),
    (Sum, _Apart.sum),
    (Product, _Apart.all_product),
    (Function, _Apart.function),
)
"""How each kind of expression node is taken apart."""


def is_value(node: Expr) -> bool:
    """Whether nothing is left to compute: an entry of an array, a scalar, or what contains no array."""
    return isinstance(node, (Indexed, Symbol)) or not arrays_in(node)


def _is_below(factor: Expr) -> bool:
    """Whether this factor stands under the fraction line and contains an array."""
    return isinstance(factor, Pow) and factor.exp.is_number and bool(factor.exp.is_negative) and not is_value(factor)


def _free_letters(node: Expr) -> tuple[Symbol, ...]:
    """The free index letters in the order in which they are met."""
    if isinstance(node, Symbol):
        return tuple(free_indices(node))
    met = dict.fromkeys(letter for argument in node.args for letter in _free_letters(argument))
    return tuple(letter for letter in met if letter in free_indices(node))


def _unfolded(node: Expr) -> tuple[list[tuple[Symbol, Expr]], Expr]:
    """The letters of sums within sums, each with its dimension, and what is summed."""
    letters: list[tuple[Symbol, Expr]] = []
    while isinstance(node, Sum):
        letters.append(range_of(node))
        node = node.function
    return letters, node
