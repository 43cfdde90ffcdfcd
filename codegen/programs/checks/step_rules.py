"""How functions carry imaginary parts on: a rule for each kind of function.

A rule takes the operands, real, and which of them move. It gives the value, which is the same in all steps,
and the function from the imaginary parts of the operands that move to those of the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .imaginary import Imaginary, total
from .slopes import TINY
from .step_terms import Term

Move = Callable[..., Imaginary]
Result = tuple[Any, Move | None]


class NotStepped(TypeError):
    """A function that many steps at once do not go through."""


MINUS = np.array(-1.0)
EXACT: Mapping[np.ufunc, Callable[..., Sequence[Any]]] = {
    np.add: lambda x, y: (None, None),
    np.subtract: lambda x, y: (None, MINUS),
    np.negative: lambda x: (MINUS,),
    np.multiply: lambda x, y: (y, x),
}
"""By what an imaginary part is multiplied, None for 1, where no complex step is needed to see it."""


def entrywise(ufunc: np.ufunc, reals: Sequence[np.ndarray], moving: Sequence[int]) -> Result:
    """A function of entries: the slope by each operand that moves is told by a complex step of the function."""
    value = ufunc(*reals)
    if isinstance(value, tuple):
        raise NotStepped(ufunc.__name__)
    if value.dtype.kind not in "fc":
        return value, None  # a comparison, which stays as it is
    slopes = EXACT[ufunc](*reals) if ufunc in EXACT else {n: _slope(ufunc, reals, n) for n in moving}
    return value, _weighted([slopes[n] for n in moving], value.shape)


def _slope(ufunc: np.ufunc, reals: Sequence[np.ndarray], which: int) -> np.ndarray:
    moved = ufunc(*(real + 1j * TINY if n == which else real for n, real in enumerate(reals)))
    if moved.dtype.kind != "c":
        raise NotStepped(ufunc.__name__)
    return np.imag(moved) / TINY


def _weighted(slopes: Sequence[np.ndarray | None], shape: tuple[int, ...]) -> Move:
    """The sum of imaginary parts times slopes; where an operand does not move, its part is None."""

    def move(*parts: Imaginary | None) -> Imaginary:
        return total([p.times(slope, shape) for p, slope in zip(parts, slopes, strict=True) if p is not None])

    return move


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    return tuple(int(a) % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))


def added(real: np.ndarray, axis: Any, keep: bool) -> Result:
    """A sum along axes."""
    value, gone = np.sum(real, axis=axis, keepdims=keep), _axes(axis, real.ndim)

    def move(part: Imaginary) -> Imaginary:
        summed = part.summed(gone)
        return summed if keep else _without(summed, gone)

    return value, move


def _without(part: Imaginary, gone: Sequence[int]) -> Imaginary:
    """The same without some axes of length 1."""
    left = [axis for axis in range(len(part.shape)) if axis not in gone]
    terms = []
    for term in part.terms:
        factor = None if term.factor is None else np.squeeze(term.factor, tuple(gone))
        places = {left.index(axis): at for axis, at in term.places.items()}
        terms.append(Term(np.squeeze(term.values, tuple(gone)), places, factor))
    return Imaginary(tuple(part.shape[axis] for axis in left), tuple(terms))


def largest(real: np.ndarray, axis: Any, keep: bool, smallest: bool = False) -> Result:
    """The largest entry along axes: the imaginary part of the entry that it is."""
    gone = _axes(axis, real.ndim)
    order = [n for n in range(real.ndim) if n not in gone] + list(gone)
    kept = [real.shape[n] for n in order[: real.ndim - len(gone)]]
    rows, numbers = (np.transpose(a, order).reshape(*kept, -1) for a in (real, _numbers(real)))
    first = np.expand_dims((np.argmin if smallest else np.argmax)(rows, axis=-1), -1)
    value = (np.min if smallest else np.max)(real, axis=axis, keepdims=keep)
    flat = np.take_along_axis(numbers, first, -1).reshape(value.shape)
    return value, lambda part: part.gathered(flat)


REDUCTIONS: Mapping[np.ufunc, Callable[..., Result]] = {
    np.add: added,
    np.maximum: largest,
    np.minimum: lambda real, axis, keep: largest(real, axis, keep, smallest=True),
}


def permuted(real: np.ndarray, order: Sequence[int]) -> Result:
    """The axes in another order."""
    return np.transpose(real, order), lambda part: part.permuted(order)


def rearranged(real: np.ndarray, change: Callable[[np.ndarray], Any]) -> Result:
    """Any view or copy of entries, told by where it takes their numbers."""
    flat = np.asarray(change(_numbers(real)))
    return change(real), lambda part: part.gathered(flat)


def _numbers(array: np.ndarray) -> np.ndarray:
    """The numbers of the entries in the flat array."""
    return np.arange(array.size).reshape(array.shape)


def indexed(real: np.ndarray, index: Any) -> Result:
    """Entries by an index; where that only adds axes, the few that are not zero stay few."""
    steps = list(index) if isinstance(index, tuple) else [index]
    whole = [isinstance(step, slice) and step == slice(None) for step in steps]
    if not all(step is None or full for step, full in zip(steps, whole, strict=True)):
        return rearranged(real, lambda array: array[index])
    steps += [slice(None)] * (real.ndim - sum(whole))
    where, value = [n for n, step in enumerate(steps) if step is not None], real[index]

    def move(part: Imaginary) -> Imaginary:
        terms = []
        for term in part.terms:
            factor = None if term.factor is None else term.factor[tuple(steps)]
            terms.append(Term(term.values[tuple(steps)], {where[axis]: at for axis, at in term.places.items()}, factor))
        return Imaginary(value.shape, tuple(terms))

    return value, move


def selected(mask: np.ndarray, reals: Sequence[np.ndarray], moving: Sequence[int]) -> Result:
    """Entries of one array or the other: each moves where it is taken."""
    value = np.where(mask, *reals)
    slopes = (mask.astype(float), 1.0 - mask)
    return value, _weighted([slopes[n] for n in moving], value.shape)


def joined(reals: Sequence[np.ndarray], moving: Sequence[int], axis: int) -> Result:
    """Arrays one behind the other."""
    value, along = np.concatenate(reals, axis), axis % reals[0].ndim

    def move(*parts: Imaginary | None) -> Imaginary:
        known = dict(zip(moving, parts, strict=True))
        steps = next(part.terms[0].values.shape[-1] for part in parts if part is not None)
        pieces = []
        for n, real in enumerate(reals):
            part = known.get(n)
            pieces.append(np.zeros((*real.shape, steps)) if part is None else part.dense())
        return Imaginary(value.shape, (Term(np.concatenate(pieces, along)),))

    return value, move
