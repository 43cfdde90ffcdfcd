"""How products of arrays carry imaginary parts on: each factor moves in its turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .imaginary import Imaginary, total
from .step_rules import NotStepped, Result
from .step_terms import Term, chosen


def product(one: np.ndarray, other: np.ndarray, moving: Sequence[int]) -> Result:
    """A product of matrices, or of many: each factor moves in its turn."""
    value = np.matmul(one, other)
    left = one[None, :] if one.ndim == 1 else one
    right = other[:, None] if other.ndim == 1 else other
    turned = np.swapaxes(right, -1, -2)

    def of(which: int, part: Imaginary) -> Imaginary:
        if which:
            return _moved(left, part.reshaped(right.shape))
        return _turned(_moved(turned, _turned(part.reshaped(left.shape))))

    def move(*parts: Imaginary | None) -> Imaginary:
        found = [of(n, part) for n, part in zip(moving, parts, strict=True) if part is not None]
        return total(found).reshaped(value.shape)

    return value, move


def _turned(part: Imaginary) -> Imaginary:
    *batch, rows, columns = range(len(part.shape))
    return part.permuted([*batch, columns, rows])


def _moved(fixed: np.ndarray, part: Imaginary) -> Imaginary:
    """The imaginary parts of fixed @ moving; where one row moves, one column of the other factor counts."""
    batch = np.broadcast_shapes(fixed.shape[:-2], part.shape[:-2])
    shape, term = (*batch, fixed.shape[-2], part.shape[-1]), part.one()
    if batch:
        term = Term(term.dense(part.shape))
    places = {1: term.places[1]} if 1 in term.places else {}
    if 0 in term.places:
        return Imaginary(shape, (Term(chosen(fixed, {1: term.places[0]}) * term.values, places),))
    *lengths, _, columns, steps = term.values.shape
    full = np.broadcast_to(term.values, (*lengths, part.shape[-2], columns, steps))
    values = np.matmul(fixed, full.reshape(*lengths, part.shape[-2], columns * steps))
    return Imaginary(shape, (Term(values.reshape(*shape[:-1], columns, steps), places),))


def summed_letters(reals: Sequence[Any], moving: Sequence[int], spec: Any, options: Mapping[str, Any]) -> Result:
    """A sum over repeated letters: each operand moves in its turn, with a letter more for the steps."""
    if not isinstance(spec, str) or "->" not in spec or "." in spec:
        raise NotStepped("einsum")
    given, result = spec.replace(" ", "").split("->")
    letters = given.split(",")
    step = next(letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in spec)
    value = np.einsum(spec, *reals, **options)

    def of(which: int, part: Imaginary) -> Imaginary:
        own = [word + step if m == which else word for m, word in enumerate(letters)]
        factors = [part.dense() if m == which else real for m, real in enumerate(reals)]
        moved = np.einsum(f"{','.join(own)}->{result}{step}", *factors, **options)
        return Imaginary(np.shape(value), (Term(moved),))

    def move(*parts: Imaginary | None) -> Imaginary:
        return total([of(n, part) for n, part in zip(moving, parts, strict=True) if part is not None])

    return value, move
