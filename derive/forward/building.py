"""What each rule of the grammar builds; the parser calls these as it reads."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from functools import cache
from typing import Any

from lark import Transformer

from ..errors import InputError
from .syntax import Call, Entry, Inverse, Minus, Node, Number, Plus, Power, Statement, Times

LONGEST_NUMBER = 60


class Building(Transformer):
    """One method a rule; children come as a list, terminals as tokens."""

    def number(self, parts: list[Any]) -> Node:
        return Number(exact(parts[0]))

    def name(self, parts: list[Any]) -> Node:
        return Entry(plain_name(parts[0]))

    def entry(self, parts: list[Any]) -> Node:
        return Entry(plain_name(parts[0]), parts[1])

    def call(self, parts: list[Any]) -> Node:
        order = len(parts[1]) if len(parts) == 3 else 0
        return Call(plain_name(parts[0]), parts[-1], order)

    def vector_call(self, parts: list[Any]) -> Node:
        return Call(plain_name(parts[0]), parts[1], 0, parts[2])

    def bounded_call(self, parts: list[Any]) -> Node:
        name, letter, _, bound, body = parts
        return Call(plain_name(name), (Entry(plain_name(letter)), body), bound=extent(bound))

    def arguments(self, parts: list[Any]) -> tuple[Node, ...]:
        return tuple(parts)

    def bracket(self, parts: list[Any]) -> Node:
        return parts[0]

    def plus(self, parts: list[Any]) -> Node:
        if len(parts) == 1:
            return parts[0]
        rest = (Minus(term) if sign == "-" else term for sign, term in zip(parts[1::2], parts[2::2], strict=True))
        return Plus((parts[0], *rest))

    def times(self, parts: list[Any]) -> Node:
        if len(parts) == 1:
            return parts[0]
        rest = (Inverse(item) if sign == "/" else item for sign, item in zip(parts[1::2], parts[2::2], strict=True))
        return Times((parts[0], *rest))

    def signed(self, parts: list[Any]) -> Node:
        return Minus(parts[1]) if parts[0] == "-" else parts[1]

    def power(self, parts: list[Any]) -> Node:
        return Power(parts[0], parts[2])

    def equation(self, parts: list[Any]) -> Statement:
        return Statement("equation", tuple(parts))

    def relation(self, parts: list[Any]) -> tuple[Any, ...]:
        return tuple(part if isinstance(part, Node) else str(part) for part in parts)

    def assume(self, parts: list[Any]) -> Statement:
        return Statement("assume", parts[0])

    def names(self, parts: list[Any]) -> tuple[str, ...]:
        return tuple(plain_name(name) for name in parts)

    def shape(self, parts: list[Any]) -> tuple[str, tuple[str | int, ...]]:
        return plain_name(parts[0]), tuple(extent(part) for part in parts[1:])

    def shapes(self, parts: list[Any]) -> tuple[Any, ...]:
        return tuple(parts)

    def extents(self, parts: list[Any]) -> tuple[Any, ...]:
        return tuple((plain_name(name), extent(size)) for name, size in zip(parts[::2], parts[1::2], strict=True))

    def param(self, parts: list[Any]) -> Statement:
        return Statement("param", parts[0])

    def data(self, parts: list[Any]) -> Statement:
        return Statement("data", parts[0])

    def batch(self, parts: list[Any]) -> Statement:
        return Statement("batch", parts[0])

    def output(self, parts: list[Any]) -> Statement:
        return Statement("output", parts[0])

    def size(self, parts: list[Any]) -> Statement:
        return Statement("size", parts[0])


def exact(digits: str) -> Fraction:
    """The number as written, exactly: ``0.1`` is one tenth. Raises InputError."""
    mantissa, _, exponent = digits.lower().partition("e")
    if len(mantissa) > LONGEST_NUMBER or abs(int(exponent[:9] or 0)) > LONGEST_NUMBER:
        raise InputError(f"the number {digits[:12]}... is too long; at most {LONGEST_NUMBER} digits are read")
    return Fraction(digits)


def extent(token: Any) -> str | int:
    """A dimension in a shape: a name, or a positive whole number. Raises InputError."""
    if token.type == "NAME":
        return plain_name(token)
    if not token.isdigit() or len(token) > LONGEST_NUMBER or int(token) < 1:
        raise InputError(f"the size {token[:12]} is not a positive whole number")
    return int(token)


def plain_name(name: str) -> str:
    """A name with Greek letters spelled out: ``delta1`` for δ1."""
    return str(name) if name.isascii() else "".join(_spelled(letter) for letter in name)


@cache
def _spelled(letter: str) -> str:
    title = unicodedata.name(letter, "")
    if not title.startswith("GREEK"):
        return letter
    word = title.removesuffix(" SYMBOL").split()[-1].replace("LAMDA", "LAMBDA")
    return word.capitalize() if "CAPITAL" in title else word.lower()
