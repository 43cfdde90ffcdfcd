"""Index expressions such as t + s: what they look like in numbered letters, and where they stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Add, Expr, S, Symbol

from ..terms import index, is_index
from .nodes import affine

Scope = Mapping[Symbol, Expr]
Pattern = tuple[tuple[Expr, ...], tuple[Expr, ...]]
"""Index expressions in numbered letters, and the widths over which these letters run."""


@dataclass(frozen=True)
class Place:
    """Index expressions, the letters in them and the widths over which these run."""

    indices: tuple[Expr, ...]
    letters: tuple[Symbol, ...]
    sizes: tuple[Expr, ...]

    @property
    def pattern(self) -> Pattern:
        """What is left when the letters are called by their places."""
        numbers = {letter: index(f"letter {number}") for number, letter in enumerate(self.letters)}
        return tuple(i.xreplace(numbers) for i in self.indices), self.sizes


def place(indices: tuple[Expr, ...], scope: Scope) -> Place:
    """The place of an entry; raises KeyError for a letter that has no range."""
    letters = dict.fromkeys(s for i in indices for s in sorted(_letters(i), key=lambda s: _order(i, s, scope)))
    return Place(indices, tuple(letters), tuple(scope[s] for s in letters))


def _letters(form: Expr) -> list[Symbol]:
    return [s for s in form.free_symbols if is_index(s)]


def _order(form: Expr, letter: Symbol, scope: Scope) -> tuple[str, str, str]:
    return str(form.coeff(letter)), str(scope.get(letter)), letter.name


def stays_inside(form: Expr, size: Expr, scope: Scope) -> bool:
    """Whether an index expression is one of 0, 1, ..., size - 1 whatever its letters are, at all widths."""
    if (read := affine(form)) is None:
        return False
    letters = {symbol: step for symbol, step in read[0] if is_index(symbol)}
    if any(step < 0 or letter not in scope for letter, step in letters.items()):
        return False
    first = form.xreplace(dict.fromkeys(letters, S.Zero))
    last = form.xreplace({letter: scope[letter] - 1 for letter in letters})
    return _is_never_negative(first) and _is_never_negative(size - 1 - last)


def _is_never_negative(form: Expr) -> bool:
    """Whether a polynomial in widths is at least 0 at all widths from 1 on, by the signs of its coefficients."""
    above_one = form.xreplace({d: d + 1 for d in form.free_symbols}).expand()
    return all(term.as_coeff_Mul()[0] >= 0 for term in Add.make_args(above_one))
