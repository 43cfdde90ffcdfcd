"""What stands in the brackets of an array: a letter, a number, or letters and a number added."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer

from ..errors import InputError
from ..terms import index
from .syntax import Entry, Minus, Node, Number, Plus, Times


@dataclass(frozen=True)
class Subscript:
    """``sum of step*letter + constant``; `terms` holds (step, letter) pairs."""

    terms: tuple[tuple[int, str], ...]
    constant: int

    @property
    def letter(self) -> str | None:
        """The letter, where the subscript is nothing else."""
        plain = len(self.terms) == 1 and self.constant == 0 and self.terms[0][0] == 1
        return self.terms[0][1] if plain else None

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(letter for _, letter in self.terms)

    @property
    def expression(self) -> Expr:
        return sum((step * index(letter) for step, letter in self.terms), Integer(self.constant))

    @property
    def text(self) -> str:
        parts = [letter if step == 1 else f"{step}*{letter}" for step, letter in self.terms]
        return "+".join(parts + [str(self.constant)] * (self.constant != 0 or not parts))


def read_subscript(node: Node, where: str) -> Subscript:
    """Read a subscript. InputError unless it is made of letters, whole steps and a number from 0."""
    terms: dict[str, int] = {}
    constant = 0
    for term in node.terms if isinstance(node, Plus) else (node,):
        match term:
            case Entry(letter, ()):
                terms[letter] = terms.get(letter, 0) + 1
            case Number(value) if value.denominator == 1:
                constant += int(value)
            case Minus(Number(value)) if value.denominator == 1:
                constant -= int(value)
            case Times((Number(value), Entry(letter, ()))) if value.denominator == 1 and value > 0:
                terms[letter] = terms.get(letter, 0) + int(value)
            case _:
                raise InputError(f"{where}: an index is a letter, a number from 0, or a sum of these, as in x[2*t+s]")
    if constant < 0:
        raise InputError(f"{where}: an index that begins at {constant}; indices count from 0")
    return Subscript(tuple((step, letter) for letter, step in terms.items()), constant)
