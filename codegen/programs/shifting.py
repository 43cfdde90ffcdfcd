"""Sums of exponentials, shifted by their largest exponent, and what is left of 1 beside one share of such a sum.

Any shift leaves a softmax as it was; with this one no exponential is above 1, and one of them is 1. Where a
share a rounds to 1 what is left to 1 is 0 in floats, and its logarithm is not what it should be: there 1 - a is
summed over the others, shifted by their largest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr, Indexed, Integer, Mul, Pow, Sum, Symbol, exp, log

from derive.renaming import factors_of, fresh, letters_in, substitute
from derive.terms import free_indices, indices_of, kron, name_of, range_of, total

from .helpers import Helpers, Scope, ordered

FAR = Integer(10) ** 15
"""What is taken off a number so that it is not the largest."""

MANY = 64
"""Of more numbers each is not summed over all others: n sums of n numbers for every record cost too much."""


@dataclass(frozen=True)
class Shifted:
    """The arrays of one shifted sum of exponentials, as entries in the letters `free` and `letter` of these `sizes`."""

    free: tuple[Symbol, ...]
    letter: Symbol
    sizes: tuple[Expr, ...]
    exponent: Expr
    largest: Expr
    grown: Expr
    total: Expr


class Shifts:
    """The shifted sums of one program, each with its arrays made when first needed."""

    def __init__(self, helpers: Helpers, sizes: Mapping[Symbol, int]) -> None:
        self._helpers = helpers
        self._sizes = sizes
        self._known: list[Shifted] = []
        self._others: dict[Shifted, tuple[Symbol, Expr, Expr, Expr]] = {}

    def quotient(self, node: Expr, scope: Scope) -> Expr | None:
        """exp(u_k)/Sum_m exp(u_m), the maximum of u taken off every exponent."""
        factors = list(factors_of(node))
        for inverse in factors:
            if not (isinstance(inverse, Pow) and inverse.exp == -1 and is_sum_of_exp(inverse.base)):
                continue
            letter, _ = range_of(inverse.base)
            exponent = inverse.base.function.args[0]
            for grown in (f for f in factors if isinstance(f, exp)):
                for index in free_indices(grown.args[0]):
                    if substitute(exponent, {letter: index}) == grown.args[0]:
                        shifted = self._shifted(inverse.base, scope)
                        rest = Mul(*(f for f in factors if f is not inverse and f is not grown))
                        return rest * substitute(shifted.grown, {letter: index}) / shifted.total
        return None

    def log_of_sum(self, node: Sum, scope: Scope) -> Expr:
        """log Sum_m exp(u_m) -> max u + log Sum_m exp(u_m - max u)."""
        shifted = self._shifted(node, scope)
        return shifted.largest + log(shifted.total)

    def log_of_share(self, argument: Expr) -> Expr | None:
        """log of a shifted quotient: u_k - max u - log Sum_m exp(u_m - max u)."""
        found = self.share(argument)
        if found is None:
            return None
        shifted, letters = found
        return substitute(shifted.exponent - shifted.largest - log(shifted.total), letters)

    def log_of_others(self, argument: Expr) -> Expr | None:
        """log(1 - a_k) for a share a_k: log Sum_(m != k) exp(u_m) - log Sum_m exp(u_m), both shifted."""
        found = self.share_of_few(1 - argument)
        if found is None:
            return None
        shifted, letters = found
        one, largest, _, whole = self._all_but_one(shifted)
        here = letters | {one: letters[shifted.letter]}
        return substitute(largest - shifted.largest + log(whole) - log(shifted.total), here)

    def share_of_others(self, argument: Expr, one: Symbol) -> Expr | None:
        """exp(u_k)/Sum_(m != i) exp(u_m) for a share exp(u_k)/Sum_m exp(u_m) and another letter i; 0 where i = k."""
        found = self.share_of_few(argument)
        if found is None:
            return None
        shifted, letters = found
        left, _, grown, whole = self._all_but_one(shifted)
        return substitute(grown / whole, letters | {left: one})

    def share(self, argument: Expr) -> tuple[Shifted, dict[Expr, Expr]] | None:
        """The shifted sum of which an expression is a share, and at which letters."""
        factors = factors_of(argument)
        grown = next((f for f in factors if isinstance(f, Indexed)), None)
        for shifted in self._known:
            if len(factors) == 2 and grown is not None and name_of(grown) == name_of(shifted.grown):
                letters = dict(zip(indices_of(shifted.grown), indices_of(grown), strict=True))
                if 1 / substitute(shifted.total, letters) in factors:
                    return shifted, letters
        return None

    def share_of_few(self, argument: Expr) -> tuple[Shifted, dict[Expr, Expr]] | None:
        """`share`, where each of the numbers can be summed over all others."""
        found = self.share(argument)
        return None if found is None or self._sizes.get(found[0].sizes[-1], 0) > MANY else found

    def _shifted(self, node: Sum, scope: Scope) -> Shifted:
        """The arrays for a sum of exponentials."""
        letter, size = range_of(node)
        exponent = node.function.args[0]
        free = tuple(s for s in ordered(exponent, scope) if s != letter)
        for known in self._known:
            if len(known.free) == len(free):
                letters = dict(zip((*known.free, known.letter), (*free, letter), strict=True))
                if substitute(known.exponent, letters) == exponent:
                    entries = (substitute(e, letters) for e in (known.largest, known.grown, known.total))
                    return Shifted(free, letter, known.sizes, exponent, *entries)
        inner = {**{s: scope[s] for s in free}, letter: size}
        sizes = tuple(inner.values())
        largest = self._helpers.array("max", free, exponent, inner, letter)
        grown = self._helpers.array("exp", (*free, letter), exp(exponent - largest), inner)
        whole = self._helpers.array("sum", free, total(grown, (letter, size)), inner)
        made = Shifted(free, letter, sizes, exponent, largest, grown, whole)
        self._known.append(made)
        return made

    def _all_but_one(self, shifted: Shifted) -> tuple[Symbol, Expr, Expr, Expr]:
        """The letter of the one that is left out, and the arrays of the sum over all others."""
        if shifted not in self._others:
            letter, size = shifted.letter, shifted.sizes[-1]
            one = fresh({letter, *shifted.free, *letters_in(shifted.exponent)})
            free, same = (*shifted.free, one), kron(one, letter)
            inner = dict(zip((*free, letter), (*shifted.sizes[:-1], size, size), strict=True))
            apart = self._helpers.number("apart", 1 - same, inner)
            largest = self._helpers.array("max_others", free, shifted.exponent - FAR * same, inner, letter)
            grown = apart * exp(apart * (shifted.exponent - largest))
            grown = self._helpers.array("exp_others", (*free, letter), grown, inner)
            whole = self._helpers.array("sum_others", free, total(grown, (letter, size)), inner)
            self._others[shifted] = one, largest, grown, whole
        return self._others[shifted]


def is_sum_of_exp(node: Expr) -> bool:
    """Whether this is Sum_m exp(u_m)."""
    return isinstance(node, Sum) and isinstance(node.function, exp) and range_of(node)[0] in free_indices(node.function)
