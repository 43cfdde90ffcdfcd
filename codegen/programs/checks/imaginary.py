"""The imaginary parts of one array in many complex steps: where most are zero, only the others are held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from .step_terms import Shape, Term, alike, same_places

TERMS = 3
"""Sums of more terms are added up."""


class Imaginary(NamedTuple):
    """A sum of terms, as the imaginary parts of an array of this shape."""

    shape: Shape
    terms: tuple[Term, ...]

    def dense(self) -> np.ndarray:
        """All the entries; the last axis counts the steps."""
        return self.one().dense(self.shape)

    def one(self) -> Term:
        """The sum as one term without a factor."""
        first, *others = self.terms
        if not others:
            return first.applied()
        if not all(same_places(first.places, term.places) for term in others):
            first, *others = (Term(term.dense(self.shape)) for term in self.terms)
        values = first.applied().values
        for term in others:
            values = values + term.applied().values
        return Term(values, first.places)

    def merged(self) -> Imaginary:
        """The same with those terms added that are alike in layout."""
        left: list[Term] = []
        for term in self.terms:
            place = next((n for n, other in enumerate(left) if alike(term, other)), None)
            if place is None:
                left.append(term)
            else:
                values = left[place].applied().values + term.applied().values
                left[place] = Term(values, term.places)
        return Imaginary(self.shape, tuple(left))

    def permuted(self, order: Sequence[int]) -> Imaginary:
        """The axes in another order."""
        return Imaginary(tuple(self.shape[axis] for axis in order), tuple(t.permuted(order) for t in self.terms))

    def gathered(self, flat: np.ndarray) -> Imaginary:
        """Entries by their numbers in the flat array: any view or copy of some of them."""
        at = np.unravel_index(flat, self.shape) if self.shape else ()
        return Imaginary(flat.shape, tuple(term.gathered(at, flat.shape) for term in self.terms))

    def times(self, factor: np.ndarray | None, shape: Shape) -> Imaginary:
        """Stretched to a larger shape, as NumPy stretches operands, and every entry times that of an array."""
        terms = [term.lifted(len(shape) - len(self.shape)) for term in self.terms]
        if factor is not None:
            factor = np.reshape(factor, (1,) * (len(shape) - np.ndim(factor)) + np.shape(factor))
            terms = [term.times(factor) for term in terms]
        return Imaginary(shape, tuple(terms))

    def summed(self, gone: Iterable[int]) -> Imaginary:
        """Sums along some axes, which stay with the length 1."""
        gone = frozenset(gone)
        shape = tuple(1 if axis in gone else n for axis, n in enumerate(self.shape))
        return Imaginary(shape, tuple(term.summed(gone, self.shape) for term in self.terms))

    def reshaped(self, shape: Shape) -> Imaginary:
        """The entries in another shape."""
        if shape == self.shape:
            return self
        return Imaginary(shape, (Term(self.dense().reshape(*shape, -1)),))

    @property
    def numbers(self) -> int:
        """How many numbers are held."""
        return sum(term.values.size for term in self.terms)


def total(parts: Sequence[Imaginary]) -> Imaginary:
    """The sum of imaginary parts of one shape."""
    whole = Imaginary(parts[0].shape, tuple(term for part in parts for term in part.terms)).merged()
    return whole if len(whole.terms) <= TERMS else Imaginary(whole.shape, (whole.one(),))


def single(shape: Shape, flat: np.ndarray) -> Imaginary:
    """In each step one entry of an array moves, by 1: that of the given number in the flat array."""
    at = np.unravel_index(flat, shape) if shape else ()
    places = {axis: np.asarray(at[axis]) for axis, n in enumerate(shape) if n > 1}
    return Imaginary(shape, (Term(np.ones((*(1,) * len(shape), len(flat))), places),))
