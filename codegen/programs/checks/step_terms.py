"""Imaginary parts of one array in many complex steps, as a factor that is the same in all times what is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

Shape = tuple[int, ...]
Places = Mapping[int, np.ndarray]

BLOCK = 16
"""Sums of more terms are sums of sums of so many."""


class Term(NamedTuple):
    """`factor` times `values`, of which the last axis counts the steps.

    Along an axis in `places` each step has one entry that is not zero, at the place given there, and
    `values` has the length 1; it may have the length 1 along other axes too, where all entries are alike.
    `factor` is the same for all steps and has their axes, of which some may have the length 1.
    """

    values: np.ndarray
    places: Places = MappingProxyType({})
    factor: np.ndarray | None = None

    def applied(self) -> Term:
        """The same without a factor."""
        if self.factor is None:
            return self
        return Term(self.values * chosen(self.factor, self.places), self.places)

    def times(self, factor: np.ndarray) -> Term:
        """Every entry times that of an array."""
        return Term(self.values, self.places, factor if self.factor is None else self.factor * factor)

    def lifted(self, more: int) -> Term:
        """The same with so many axes of length 1 before the others."""
        front = (1,) * more
        factor = None if self.factor is None else self.factor.reshape(front + self.factor.shape)
        places = {axis + more: at for axis, at in self.places.items()}
        return Term(self.values.reshape(front + self.values.shape), places, factor)

    def permuted(self, order: Sequence[int]) -> Term:
        """The axes in another order."""
        places = {new: self.places[old] for new, old in enumerate(order) if old in self.places}
        factor = None if self.factor is None else np.transpose(self.factor, order)
        return Term(np.transpose(self.values, (*order, len(order))), places, factor)

    def dense(self, shape: Shape) -> np.ndarray:
        """All the entries, those that are zero too."""
        term, count = self.applied(), self.values.shape[-1]
        if not self.places:
            return np.broadcast_to(term.values, (*shape, count))
        axes = sorted(self.places)
        whole = np.zeros((*shape, count))
        inner = np.moveaxis(whole, axes, range(len(shape) - len(axes), len(shape)))
        where: tuple[Any, ...] = (..., *(self.places[axis] for axis in axes), np.arange(count))
        inner[where] = np.squeeze(term.values, axis=tuple(axes))
        return whole

    def gathered(self, at: Sequence[np.ndarray], shape: Shape) -> Term:
        """The entries at some places, as an array of another shape."""
        found = _entries(self.values, at)
        found = np.broadcast_to(found, (*shape, self.values.shape[-1]))
        for axis, place in self.places.items():
            found = found * (at[axis][..., None] == place)
        return Term(found, {}, None if self.factor is None else _entries(self.factor, at))

    def summed(self, gone: frozenset[int], shape: Shape) -> Term:
        """Sums along some axes, which stay with the length 1; the factor is summed where the values are alike."""
        values, factor = self.values, self.factor
        for axis in gone - {*self.places}:
            if values.shape[axis] < shape[axis]:
                if factor is None or factor.shape[axis] < shape[axis]:
                    factor = shape[axis] * (np.ones((1,) * len(shape)) if factor is None else factor)
                else:
                    factor = factor.sum(axis, keepdims=True)
        places = {axis: at for axis, at in self.places.items() if axis not in gone}
        along = [axis for axis in sorted(gone) if values.shape[axis] > 1]
        if factor is not None and (len(places) < len(self.places) or self.places and along):
            values, factor = values * chosen(factor, self.places), None
        if factor is not None and along:
            values, factor = _contracted(values, factor, along.pop()), None
        for axis in along:
            values = np.expand_dims(_added(values, axis), axis)
        return Term(values, places, factor)


def chosen(array: np.ndarray, places: Places) -> np.ndarray:
    """What stands in an array at the places of each step."""
    axes = [axis for axis in sorted(places) if array.shape[axis] > 1]
    if not axes:
        return array[..., None]
    found = np.moveaxis(array, axes, range(array.ndim - len(axes), array.ndim))
    where: tuple[Any, ...] = (..., *(places[axis] for axis in axes))
    found = np.ascontiguousarray(found[where])  # steps side by side in memory
    return np.expand_dims(found, tuple(axes))


def same_places(one: Places, other: Places) -> bool:
    """Whether the same entries are not zero."""
    return one.keys() == other.keys() and all(np.array_equal(one[axis], other[axis]) for axis in one)


def alike(one: Term, other: Term) -> bool:
    """Whether two terms hold the same entries, and factors would not make them more."""
    small = all(
        n <= m or axis in term.places
        for term in (one, other)
        if term.factor is not None
        for axis, (n, m) in enumerate(zip(term.factor.shape, term.values.shape, strict=False))
    )
    return small and one.values.shape == other.values.shape and same_places(one.places, other.places)


def _entries(array: np.ndarray, at: Sequence[np.ndarray]) -> np.ndarray:
    return array[tuple(where if array.shape[axis] > 1 else 0 for axis, where in enumerate(at))]


def _contracted(values: np.ndarray, factor: np.ndarray, axis: int) -> np.ndarray:
    """The sum of factor times values along an axis, as products of matrices; the axis stays with the length 1."""
    if factor.shape[axis] == 1:
        return np.expand_dims(_added(values, axis), axis) * factor[..., None]
    rows = np.moveaxis(factor, axis, -1)[..., None, :]
    return np.moveaxis(np.matmul(rows, np.moveaxis(values, axis, -2)), -2, axis)


def _added(values: np.ndarray, axis: int) -> np.ndarray:
    """The sum along an axis in blocks of blocks, so that rounding does not grow with the number of terms."""
    while (length := values.shape[axis]) > BLOCK:
        before, after = values.shape[:axis], values.shape[axis + 1 :]
        whole = length - length % BLOCK
        blocks, rest = np.split(values, [whole], axis)
        blocks = blocks.reshape(*before, whole // BLOCK, BLOCK, *after).sum(axis + 1)
        values = np.concatenate([blocks, rest], axis) if rest.size else blocks
    return values.sum(axis)
