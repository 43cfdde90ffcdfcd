"""Arrays of known size written out: for every entry one statement of plain Python, sums as sums of terms."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence

from sympy import Expr, Integer, Symbol, sympify

from .loops.entries import Scalar
from .loops.fusing import mark
from .numbers import ATOM
from .trees import ARGUMENT, Apply, Axes, Einsum, Reduce, Tree, Ufunc, Value
from .writing import children


class WrittenOut(Scalar):
    """An expression at the marked letters, its sums and functions spelled out; `lengths` are those of all letters.

    Brackets are not spared: `python_sharing` reads the text and writes it again without those that say nothing.
    """

    def __init__(self, lengths: Mapping[Symbol, int]) -> None:
        super().__init__(str)
        self.lengths = lengths
        self._arguments: list[str] = []

    def _parts(self, tree: Tree) -> tuple[str, int]:
        match tree:
            case Value() if tree == ARGUMENT and self._arguments:
                return self._arguments[-1], ATOM
            case Apply(_, argument, body) if body is not None:
                self._arguments.append(self.text(argument, ATOM))
                written = self.text(body, ATOM)
                self._arguments.pop()
                return written, ATOM
            case Reduce(name, of):
                return self._over(_summed(tree), self.text(of, ATOM), name), ATOM
            case Einsum(_, operands) | Ufunc("matmul", operands):
                return self._over(_summed(tree), " * ".join(self.text(o, ATOM) for o in operands), "sum"), ATOM
            case Ufunc("maximum" | "minimum" as name, arguments):
                return _extreme([self.text(x, ATOM) for x in arguments], ">" if name == "maximum" else "<"), ATOM
            case Ufunc("sign", (of,)):
                written = self.text(of, ATOM)
                return f"(1.0 if {written} > 0.0 else -1.0 if {written} < 0.0 else 0.0)", ATOM
        return super()._parts(tree)

    def _over(self, letters: Axes, term: str, name: str) -> str:
        terms = list(at_every_place(term, letters, self.lengths).values())
        return _extreme(terms, ">") if name == "max" else f"({' + '.join(terms)})"


def _extreme(terms: Sequence[str], sign: str) -> str:
    """The largest of some numbers, or the smallest: of two by a comparison, which is the quickest."""
    if len(terms) == 2:
        one, other = terms
        return f"({one} if {one} {sign} {other} else {other})"
    return f"{'max' if sign == '>' else 'min'}({', '.join(terms)})" if len(terms) > 1 else terms[0]


def _summed(tree: Tree) -> Axes:
    """The letters that a sum, a product of matrices or a maximum runs over."""
    return tuple(x for x in dict.fromkeys(x for part in children(tree) for x in part.axes) if x not in tree.axes)


def at_every_place(text: str, letters: Axes, lengths: Mapping[Symbol, int]) -> dict[tuple[int, ...], str]:
    """A text with numbers in place of marked letters, for all their values."""
    found = {}
    for place in itertools.product(*(range(lengths[x]) for x in letters)):
        found[place] = text
        for letter, value in zip(letters, place, strict=True):
            found[place] = found[place].replace(mark(letter.name), str(value))
    return found


def lengths_of(ranges: Mapping[Symbol, Expr], sizes: Mapping[Symbol, int]) -> dict[Symbol, int]:
    """The length of each letter's axis."""
    numbers = {symbol: Integer(size) for symbol, size in sizes.items()}
    return {letter: int(size.xreplace(numbers)) for letter, size in ranges.items()}


def terms_in(tree: Tree, lengths: Mapping[Symbol, int]) -> int:
    """How many terms there are to write for an array: a measure of the length of its text."""
    below = max((terms_in(part, lengths) for part in children(tree)), default=1)
    axes = (*tree.axes, *_summed(tree)) if isinstance(tree, Reduce | Einsum | Ufunc) else tree.axes
    return max(below, math.prod(lengths[x] for x in axes))


def entry_names(text: str, entry: Callable[[str, tuple[int, ...]], str]) -> str:
    """A text with names in place of entries of arrays, `W1_0_1` of ``W1[0, 1]``."""

    def named(found: re.Match[str]) -> str:
        return entry(found[1], tuple(int(sympify(place)) for place in found[2].split(", ")))

    return re.sub(r"(\w+)\[([^\]]*)\]", named, text)
