"""What stands in the brackets of an array: letters, numbers and widths, added up."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

from sympy import Expr, Integer

from ..errors import InputError
from ..terms import index
from .syntax import Call, Entry, Minus, Node, Number, Plus, Times

CONCATENATION = "concat"


@dataclass(frozen=True)
class Subscript:
    """``sum of step*letter + sum of widths + constant``; `terms` holds (step, letter) pairs.

    A width is ``size(p)`` or a declared name. A negative constant means an array continued by zeros.
    """

    terms: tuple[tuple[int, str], ...]
    constant: int
    widths: tuple[Call | Entry, ...] = ()

    @property
    def letter(self) -> str | None:
        """The letter, where the subscript is nothing else."""
        alone = len(self.terms) == 1 and self.constant == 0 and not self.widths
        return self.terms[0][1] if alone and self.terms[0][0] == 1 else None

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(letter for _, letter in self.terms)

    @property
    def is_padded(self) -> bool:
        """Whether it begins outside the array, which is 0 there."""
        return self.constant < 0

    def expression(self, width: Callable[[Call | Entry], Expr]) -> Expr:
        """The index as SymPy writes it; `width` gives the value of a width."""
        result = sum((step * index(letter) for step, letter in self.terms), Integer(self.constant))
        return sum((width(node) for node in self.widths), result)

    @property
    def text(self) -> str:
        parts = [letter if step == 1 else f"{step}*{letter}" for step, letter in self.terms]
        parts += [f"size({node.letter})" if isinstance(node, Call) else node.name for node in self.widths]
        constant = f"{self.constant:+d}" if parts else str(self.constant)
        return "+".join(parts) + constant * (self.constant != 0 or not parts)


def read_subscript(node: Node, where: str, dimensions: Container[str] = ()) -> Subscript:
    """Read a subscript; a name among `dimensions` is a width. InputError where it is anything else."""
    terms: dict[str, int] = {}
    constant = 0
    widths: list[Call | Entry] = []
    for term in node.terms if isinstance(node, Plus) else (node,):
        match term:
            case Entry(name, ()) if name in dimensions:
                widths.append(term)
            case Entry(letter, ()):
                terms[letter] = terms.get(letter, 0) + 1
            case Number(value) if value.denominator == 1:
                constant += int(value)
            case Minus(Number(value)) if value.denominator == 1:
                constant -= int(value)
            case Times((Number(value), Entry(letter, ()))) if value.denominator == 1 and value > 0:
                terms[letter] = terms.get(letter, 0) + int(value)
            case Call("size", (Entry(_, ()),)):
                widths.append(term)
            case _:
                raise InputError(f"{where}: an index is a letter, a number from 0, or a sum of these, as in x[2*t+s-1]")
    if constant < 0 and not terms:
        raise InputError(f"{where}: an index that begins at {constant}; indices count from 0")
    if widths and (constant < 0 or not terms):
        raise InputError(f"{where}: a width in an index is added to a letter, as in x[i+size(j)]")
    return Subscript(tuple((step, letter) for letter, step in terms.items()), constant, tuple(widths))
