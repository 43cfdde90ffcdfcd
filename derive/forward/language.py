"""From the tree of a formula to its SymPy expression, once every index has its dimension."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Product, Rational, Symbol

from ..errors import InputError, UnknownNode
from ..renaming import fresh, substitute
from ..terms import element, index, kron, maximum, minimum, named, scalar, sign, step, total
from .subscripts import CONCATENATION, Subscript, read_subscript
from .syntax import Call, Entry, Inverse, Minus, Node, Number, Plus, Power, Times

LARGEST_POWER = 4096
LARGEST_EXPONENT = 10_000
"""Larger powers are nothing but 0, 1 or too large for every machine."""


def _ordered(function: Callable[[Expr, Expr], Expr]) -> Callable[[Expr, Expr], Expr]:
    """A function of two arguments in any order, applied with a number as the second."""
    return lambda one, other: function(other, one) if one.is_number and not other.is_number else function(one, other)


# How the elementary functions are made: number of arguments, then the maker.
ELEMENTARY: dict[str, tuple[int, Callable[..., Expr]]] = {
    "exp": (1, sympy.exp),
    "log": (1, sympy.log),
    "sqrt": (1, sympy.sqrt),
    "abs": (1, sympy.Abs),
    "sign": (1, sign),
    "step": (1, step),
    "sin": (1, sympy.sin),
    "cos": (1, sympy.cos),
    "tan": (1, sympy.tan),
    "sinh": (1, lambda u: (sympy.exp(u) - sympy.exp(-u)) / 2),
    "cosh": (1, lambda u: (sympy.exp(u) + sympy.exp(-u)) / 2),
    "erf": (1, sympy.erf),
    "max": (2, _ordered(maximum)),
    "min": (2, _ordered(minimum)),
}


@dataclass
class Builder:
    """Makes SymPy terms. `binders` and `extents` give the dimension of each sum and each ``size(p)``,
    `dimensions` those with a name, `axis` that of an axis of an array; new letters are none of those `taken`;
    `where` begins every error."""

    binders: Mapping[Node, Expr]
    extents: Mapping[Node, Expr]
    dimensions: Mapping[str, Expr] = field(default_factory=dict)
    where: str = ""
    axis: Callable[[str, int], Expr] = lambda name, position: Integer(0)
    taken: set[Symbol] = field(default_factory=set)

    def build(self, node: Node) -> Expr:
        """The expression a tree stands for. Raises InputError where it is no real number."""
        match node:
            case Number(value):
                return Rational(value.numerator, value.denominator)
            case Entry(name, subscripts):
                return self._entry(name, subscripts)
            case Plus(terms):
                return Add(*map(self.build, terms))
            case Minus(of):
                return -self.build(of)
            case Times(factors):
                return Mul(*map(self.build, factors))
            case Inverse(Times(factors)):
                return Mul(*(self.build(Inverse(factor)) for factor in factors))
            case Inverse(of):
                return self._real(Pow, self.build(of), Integer(-1))
            case Power(base, exponent):
                return self._power(self.build(base), self.build(exponent))
            case Call():
                return self._call(node)
        raise UnknownNode(node, "the plain language")

    def _entry(self, name: str, subscripts: tuple[Node, ...]) -> Expr:
        if subscripts:
            return self._at(name, [read_subscript(s, self.where, self.dimensions) for s in subscripts])
        if name in self.dimensions:
            return self.dimensions[name]
        return sympy.pi if name == "pi" else scalar(name)

    def _place(self, subscript: Node) -> Expr:
        """The index that a subscript stands for."""
        return read_subscript(subscript, self.where, self.dimensions).expression(self._width)

    def _width(self, node: Call | Entry) -> Expr:
        return self.extents[node] if isinstance(node, Call) else self.dimensions[node.name]

    def _at(self, name: str, subscripts: list[Subscript], last: Expr | None = None) -> Expr:
        """An entry; one that may stand outside its array is a sum over the places inside. `last` is a further index."""
        places = [subscript.expression(self._width) for subscript in subscripts]
        inside: list[tuple[Symbol, Expr, Expr]] = []
        for position, subscript in enumerate(subscripts):
            if subscript.is_padded:
                used = {s for place in (*places, last or 0) for s in Add(place).free_symbols}
                letter = fresh({*self.taken, *used, *(letter for letter, _, _ in inside)}, prefer=("u", "v"))
                inside.append((letter, places[position], self.axis(name, position)))
                places[position] = letter
        places += [] if last is None else [last]
        body = Mul(*(kron(place, letter) for letter, place, _ in inside), element(name, *places))
        return total(body, *((letter, size) for letter, _, size in inside))

    def _concatenation(self, node: Call) -> Expr:
        """The entries of one array after those of the other."""
        *outer, last = (read_subscript(s, self.where, self.dimensions) for s in node.subscripts)
        place = last.expression(self._width)
        letter = fresh({*self.taken, *(index(name) for s in (*outer, last) for name in s.letters)})
        terms, offset = [], Integer(0)
        for argument in node.arguments:
            assert isinstance(argument, Entry)
            size = self.axis(argument.name, len(outer))
            here = kron(place, letter + offset) * self._at(argument.name, outer, letter)
            terms.append(total(here, (letter, size)))
            offset += size
        return Add(*terms)

    def _call(self, node: Call) -> Expr:
        if node.name == CONCATENATION:
            return self._concatenation(node)
        if node.name in ("sum", "prod"):
            return self._binder(node)
        if node.name == "size":
            return self.extents[node]
        if node.name == "kron":
            return kron(*map(self._place, node.arguments))
        if node.is_window:
            return self._window(node)
        arguments = [self.build(argument) for argument in node.arguments]
        if node.name in ELEMENTARY:
            return self._real(ELEMENTARY[node.name][1], *arguments)
        return named(node.name, node.order)(*arguments)

    def _binder(self, node: Call) -> Expr:
        """A sum or product; where the letter is in no term of it, a multiple or a power."""
        letter, size, body = index(node.letter), self.binders[node], self.build(node.arguments[1])
        if not body.has(letter):
            return size * body if node.name == "sum" else body**size
        return total(body, (letter, size)) if node.name == "sum" else Product(body, (letter, 0, size - 1))

    def _window(self, node: Call) -> Expr:
        """The largest, or the smallest, of the values at a few places."""
        assert isinstance(node.bound, int)
        letter, body = index(node.letter), self.build(node.arguments[1])
        values = [substitute(body, {letter: Integer(place)}) for place in range(node.bound)]
        return reduce(lambda one, other: self._real(ELEMENTARY[node.name][1], one, other), values)

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        number = base if base.is_number else base.as_coeff_Mul()[0]
        if number != 1 and exponent.is_number:
            bits = max((int(abs(n)).bit_length() for n in sympy.fraction(number) if n.is_Integer), default=0)
            if exponent.is_Rational and abs(exponent) * max(bits, 1) > LARGEST_POWER:
                raise InputError(f"{self.where}: the number {number}^{exponent} is too large to be written out")
            if base.is_number and not exponent.is_Rational:
                raise InputError(f"{self.where}: {base}^{exponent}: the exponent of a number is a fraction")
        self._require_moderate(exponent)
        value = self._real(Pow, base, exponent)
        for factor in Mul.make_args(value):
            self._require_moderate(factor.exp if isinstance(factor, Pow) else exponent)
        return value

    def _require_moderate(self, exponent: Expr) -> None:
        if exponent.is_Rational and abs(exponent) > LARGEST_EXPONENT:
            raise InputError(f"{self.where}: the exponent {exponent} is too large; at most {LARGEST_EXPONENT} is read")

    def _real(self, function: Callable[..., Expr], *arguments: Expr) -> Expr:
        value = function(*arguments)
        if value is sympy.nan or value.is_number and (value.is_real is False or value.is_finite is False):
            what = "divides by zero" if value.is_infinite or value is sympy.nan else "is not a real number"
            name = next((name for name, (_, maker) in ELEMENTARY.items() if maker is function), "")
            shown = f"{name}({arguments[0]})" if name else f"({arguments[0]})^({arguments[1]})"
            raise InputError(f"{self.where}: {f'1/({arguments[0]})' if arguments[1:] == (-1,) else shown} {what}")
        return value
