"""Matrix form as people type it, ``delta1 = (W2^T delta2) ⊙ f'(z1)``, read as a statement."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lark import Lark, Transformer

from ...errors import InputError
from ...forward.building import exact, plain_name
from .assembling import Factors, applied, as_value, derivative, is_function, plus
from .limits import LONGEST_FORMULA, prefix
from .plain_text import RESERVED, condition, read_line
from .sketch import Name, Norm, Number, Outer, Power, Product, Sketch, Statement, Transpose

GRAMMAR = r"""
statement: relation (ASSIGN relation)*
relation: expression (COMPARE expression)*
expression: [SIGN] product (SIGN product)*
product: factors
factors: factor                                   -> first
    | factors factor                              -> beside
    | factors (TIMES | DIVIDE) factor             -> times
    | factors (TIMES | DIVIDE) SIGN factor        -> times
?factor: power
    | call                                        -> called
call: CALLED [PRIMES] "(" arguments ")"           -> start
    | call TRANSPOSE                              -> turned
    | call POWER exponent                         -> turned
?power: atom
    | power TRANSPOSE                             -> transposed
    | power POWER exponent                        -> raised
?exponent: NUMBER                                 -> number
    | NAME                                        -> name
    | SIGN NUMBER                                 -> negative
    | "(" expression ")"                          -> bracket
    | "{" expression "}"                          -> bracket
?atom: NUMBER                                     -> number
    | QUOTIENT                                    -> quotient
    | NAME [PRIMES]                               -> name
    | "(" relation ")"                            -> bracket
    | "[" relation "]"                            -> bracket
    | "{" relation "}"                            -> bracket
    | "⟦" expression "⟧"                          -> norm
arguments: relation ("," relation)*

CALLED.3: /[^\W\d]\w*(?='*\()/
QUOTIENT.4: /[d∂](?!elta)[^\W\d]\w*\s*\/\s*[d∂](?!elta)[^\W\d]\w*/
NAME: /[^\W\d]\w*/
NUMBER: /(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?(?![\w.])/
PRIMES: /'+/
TRANSPOSE.5: /\.T\b|\^\s*(\{\s*)?\\?(T|⊤|top|intercal)(?![A-Za-z0-9_])(\s*\})?/
POWER.4: "^" | "**"
SIGN: "+" | "-"
TIMES.2: "*" | "·" | "×" | "⊙" | "∘" | ".*" | "@" | "⊗"
DIVIDE.2: "/" | "./"
ASSIGN.3: ":=" | "<-" | "+=" | "-=" | "=" | "~" | "≈"
COMPARE.2: "==" | "!=" | "<=" | ">=" | "<" | ">"
%ignore /\s+/
"""
SIGNS = {"*": "*", "·": ".", "×": "x", "⊙": "o", "∘": "o", ".*": "o", "@": "@", "⊗": "outer"}
_ASSIGN = {":=": "=", "≈": "approx"}
_TYPED = str.maketrans(
    {
        "−": "-",
        "∗": "*",
        "⋅": "·",
        "•": "⊙",
        "∝": "~",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "‖": "||",
        "′": "'",
        "’": "'",
        "←": "<-",
        "≡": "=",
        "ᵀ": "^T",
        "²": "^2",
        "³": "^3",
        "⊤": "T",
        **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    }
)
_MARKS = {"̂": "hat", "̃": "tilde", "̄": "bar", "̅": "bar"}


class Building(Transformer):
    """One method a rule; the parser calls these as it reads."""

    def statement(self, parts: list[Any]) -> tuple[tuple[Sketch, ...], tuple[str, ...]]:
        return tuple(parts[::2]), tuple(_ASSIGN.get(str(sign), str(sign)) for sign in parts[1::2])

    def relation(self, parts: list[Any]) -> Sketch:
        return condition(parts, {"==": "="})

    def expression(self, parts: list[Any]) -> Sketch:
        return plus([part for part in parts if part is not None])

    def product(self, parts: list[Any]) -> Sketch:
        made: Sketch = parts[0].sketch()
        return made

    def first(self, parts: list[Any]) -> Factors:
        return Factors(parts[0])

    def beside(self, parts: list[Any]) -> Factors:
        return parts[0].times("", parts[1])

    def times(self, parts: list[Any]) -> Factors:
        factor = parts[2] if len(parts) == 3 else plus(parts[2:])
        sign = str(parts[1])
        return parts[0].over(factor) if sign in ("/", "./") else parts[0].times(SIGNS[sign], factor)

    def transposed(self, parts: list[Any]) -> Sketch:
        return Transpose(parts[0])

    def raised(self, parts: list[Any]) -> Sketch:
        return Power(parts[0], parts[2])

    def number(self, parts: list[Any]) -> Sketch:
        return Number(exact(parts[0]))

    def negative(self, parts: list[Any]) -> Sketch:
        return plus([str(parts[0]), Number(exact(parts[1]))])

    def name(self, parts: list[Any]) -> Sketch:
        return symbol(parts[0], parts[1] if len(parts) > 1 else None)

    def quotient(self, parts: list[Any]) -> Sketch:
        above, below = (part.strip()[1:] for part in parts[0].split("/"))
        return derivative(symbol(above), symbol(below))

    def start(self, parts: list[Any]) -> tuple[Any, ...]:
        return symbol(parts[0], parts[1]), parts[2]

    def turned(self, parts: list[Any]) -> tuple[Any, ...]:
        return (*parts[0], parts[2] if len(parts) == 3 else None)

    def called(self, parts: list[Any]) -> Sketch:
        name, arguments, *scripts = parts[0]
        if scripts and len(arguments) == 1 and not is_function(name, arguments[0]):
            return Product((name, _scripted(as_value(arguments[0]), scripts)), ("",))
        return _scripted(self._call(name, arguments), scripts)

    def _call(self, name: Name, arguments: tuple[Sketch, ...]) -> Sketch:
        if name.stem == "outer" and len(arguments) == 2:
            return Outer(*arguments)
        if name.stem == "transpose" and len(arguments) == 1:
            return Transpose(arguments[0])
        return applied(name, arguments)

    def arguments(self, parts: list[Any]) -> tuple[Sketch, ...]:
        return tuple(parts)

    def bracket(self, parts: list[Any]) -> Sketch:
        return as_value(parts[0])

    def norm(self, parts: list[Any]) -> Sketch:
        return Norm(parts[0])


def _scripted(of: Sketch, scripts: list[Sketch | None]) -> Sketch:
    for exponent in scripts:
        of = Transpose(of) if exponent is None else Power(of, exponent)
    return of


def symbol(text: str, primes: str | None = None) -> Name:
    """A typed name: Greek letters spelled out, a hat as a mark."""
    if text in RESERVED:
        raise InputError(f'found "{text}", a word that no formula contains')
    marks = tuple(_MARKS[letter] for letter in _decomposed(text) if letter in _MARKS)
    stem = plain_name("".join(letter for letter in _decomposed(text) if letter not in _MARKS))
    return Name(stem, marks, order=len(primes or ""))


def _decomposed(text: str) -> str:
    from unicodedata import normalize

    return text if text.isascii() else normalize("NFD", text)


def read_matrix(text: str, where: str = "") -> Statement:
    """A formula in matrix form. Raises InputError, whose line begins with `where`."""
    typed = text.translate(_TYPED).strip().rstrip(".,;")
    if len(text) <= LONGEST_FORMULA and re.search(r"\w\[", typed):
        raise InputError(f"{prefix(where)}found an index in brackets, which matrix form does not have")
    typed = re.sub(r"\|\|(.*?)\|\|", r"⟦ \1⟧ ", re.sub(r"#.*", "", typed))
    return read_line(_parser(), typed, where, text)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(
        GRAMMAR, parser="lalr", lexer="contextual", transformer=Building(), start="statement", maybe_placeholders=True
    )
