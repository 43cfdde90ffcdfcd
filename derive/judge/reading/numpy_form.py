"""NumPy expressions, ``dW1 = delta1.T @ X / N``, read as a statement; parsed by a grammar, never evaluated."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from lark import Lark, Transformer

from ...errors import InputError
from ...forward.building import exact, plain_name
from .assembling import as_value, plus
from .numpy_calls import Keyword, Said, Slice, attribute, call, entry, value
from .plain_text import RESERVED, condition, read_line
from .sketch import Divide, Name, Number, Power, Product, Sketch, Statement

GRAMMAR = r"""
statement: relation (ASSIGN relation)*
relation: expression (COMPARE expression)*
expression: product (SIGN product)*
product: factors
factors: unary                                    -> first
    | factors TIMES unary                         -> times
?unary: power
    | SIGN unary                                  -> signed
?power: postfix
    | postfix "**" unary                          -> raised
?postfix: atom
    | postfix "." NAME                            -> attribute
    | postfix "(" [arguments] ")"                 -> call
    | postfix "[" places "]"                      -> entry
?atom: NUMBER                                     -> number
    | NAME                                        -> name
    | PRIMED                                          -> primed
    | STRING                                      -> string
    | "(" relation ")"                            -> bracket
    | "(" expression "," [expression] ")"         -> pair
arguments: argument ("," argument)* [","]
?argument: relation
    | NAME "=" relation                           -> keyword
places: place ("," place)*
?place: relation
    | [expression] ":" [expression]               -> slice
    | "..."                                       -> dots

PRIMED.4: /[^\W\d]\w*'+(?=\()/
NAME: /[^\W\d]\w*/
NUMBER: /(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/
STRING: /"[^"\n]*"|'[^'\n]*'/
SIGN: "+" | "-"
TIMES: "*" | "/" | "@"
ASSIGN.3: "+=" | "-=" | "="
COMPARE.2: "==" | "!=" | "<=" | ">=" | "<" | ">"
%ignore /\s+/
%ignore /#[^\n]*/
"""


class Chain:
    """Products and quotients from left to right, as Python reads them; one Product for each run of one sign."""

    def __init__(self, first: Any) -> None:
        self.factors = [first]
        self.sign = ""

    def times(self, sign: str, factor: Sketch) -> Chain:
        """One more factor."""
        if sign != self.sign or sign == "/":
            self.factors = [value(self.finished())]
        self.factors.append(factor)
        self.sign = sign
        return self

    def finished(self) -> Any:
        """What has been read; a single part as it is."""
        if len(self.factors) == 1:
            return self.factors[0]
        if self.sign == "/":
            return Divide(*self.factors)
        return Product(tuple(self.factors), (self.sign,) * (len(self.factors) - 1))


class Building(Transformer):
    """One method a rule; what is no number yet (a module, a method, a string) is kept as said until it is used."""

    def statement(self, parts: list[Any]) -> tuple[tuple[Sketch, ...], tuple[str, ...]]:
        return tuple(value(part) for part in parts[::2]), tuple(map(str, parts[1::2]))

    def relation(self, parts: list[Any]) -> Any:
        if len(parts) == 1:
            return parts[0]
        return as_value(condition([value(part) if not _token(part) else part for part in parts], {"==": "="}))

    def expression(self, parts: list[Any]) -> Any:
        if len(parts) == 1:
            return parts[0]
        if isinstance(parts[0], Said):
            return parts[0].joined(parts[2]) if len(parts) == 3 else value(parts[0])
        return plus([part if _token(part) else value(part) for part in parts])

    def product(self, parts: list[Any]) -> Any:
        return parts[0].finished()

    def first(self, parts: list[Any]) -> Chain:
        return Chain(parts[0])

    def times(self, parts: list[Any]) -> Chain:
        return parts[0].times(str(parts[1]), value(parts[2]))

    def signed(self, parts: list[Any]) -> Sketch:
        return plus([str(parts[0]), value(parts[1])])

    def raised(self, parts: list[Any]) -> Sketch:
        return Power(value(parts[0]), value(parts[1]))

    def attribute(self, parts: list[Any]) -> Any:
        return attribute(parts[0], str(parts[1]))

    def call(self, parts: list[Any]) -> Any:
        return call(parts[0], parts[1] or [])

    def entry(self, parts: list[Any]) -> Sketch:
        return entry(parts[0], parts[1])

    def number(self, parts: list[Any]) -> Sketch:
        return Number(exact(parts[0]))

    def primed(self, parts: list[Any]) -> Name:
        return Name(plain_name(parts[0].rstrip("'")), order=parts[0].count("'"))

    def name(self, parts: list[Any]) -> Name:
        if parts[0] in RESERVED:
            raise InputError(f'found "{parts[0]}", a word that no formula contains')
        return Name(plain_name(parts[0]))

    def string(self, parts: list[Any]) -> Said:
        return Said("string", str(parts[0])[1:-1])

    def bracket(self, parts: list[Any]) -> Any:
        return parts[0]

    def pair(self, parts: list[Any]) -> Said:
        return Said("pair", "a tuple", parts=tuple(parts))

    def arguments(self, parts: list[Any]) -> list[Any]:
        return [part for part in parts if part is not None]

    def keyword(self, parts: list[Any]) -> Keyword:
        return Keyword(str(parts[0]), parts[1])

    def places(self, parts: list[Any]) -> list[Any]:
        return parts

    def slice(self, parts: list[Any]) -> Slice:
        return Slice(parts[0], parts[1])

    def dots(self, parts: list[Any]) -> Sketch:
        raise InputError('found "...", which is not read in an index; write a colon for each axis')


def _token(part: Any) -> bool:
    return isinstance(part, str)


def read_numpy(text: str, where: str = "") -> Statement:
    """A NumPy expression or assignment. Raises InputError, whose line begins with `where`."""
    return replace(read_line(_parser(), text.strip().rstrip(";"), where, text), is_numpy=True)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(
        GRAMMAR, parser="lalr", lexer="contextual", transformer=Building(), start="statement", maybe_placeholders=True
    )
