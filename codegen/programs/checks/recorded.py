"""A cost, run once on arrays that record it: what is done to the imaginary parts of complex steps, in order.

A complex step is so small that no real part feels it: the real parts are the same in all steps, and the
imaginary parts are proportional to the step. So functions run once, and imaginary parts of many steps together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from . import step_products as products
from . import step_rules as rules
from .imaginary import Imaginary


class Tape:
    """What was recorded: for each value the function from imaginary parts to its own, and which parts these are."""

    def __init__(self) -> None:
        self.moves: list[tuple[rules.Move | None, tuple[int, ...]]] = []
        self.largest = 1

    def given(self, array: np.ndarray) -> Recorded:
        """An array whose imaginary parts will be given."""
        return self.record((array, None), (), given=True)

    def record(self, result: rules.Result, operands: tuple[int, ...], given: bool = False) -> Any:
        """The value of a function, with how it moves; a plain value if it does not."""
        value, move = result
        if move is None and not given:
            return value
        array = np.asarray(value).view(Recorded)
        array.tape, array.number = self, len(self.moves)
        self.moves.append((move, operands))
        self.largest = max(self.largest, array.size)
        return array

    def play(self, number: int, parts: Imaginary, wanted: int) -> tuple[Imaginary | None, int]:
        """The imaginary parts of one value from those of a given one; and how many numbers an array took at most."""
        known, most = {number: parts}, parts.numbers
        last = {n: place for place, (_, operands) in enumerate(self.moves) for n in operands}
        for place, (move, operands) in enumerate(self.moves):
            if move is not None and any(n in known for n in operands):
                known[place] = move(*(known.get(n) for n in operands))
                most = max(most, known[place].numbers)
            for n in operands:
                if last[n] == place and n != wanted:
                    known.pop(n, None)
        return known.get(wanted), most


class Recorded(np.ndarray):
    """An array on the way through a cost; `number` is its place on the tape, -1 where that was lost."""

    tape: Tape | None = None
    number: int = -1

    def __array_finalize__(self, obj: Any) -> None:
        self.tape, self.number = None, -1

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Every function of entries, and sums and maxima along axes."""
        if ufunc is np.matmul and method == "__call__" and not options:
            return _recorded(inputs, lambda reals, moving: products.product(reals[0], reals[1], moving))
        if method == "__call__" and not _unusual(options):
            return _recorded(inputs, lambda reals, moving: rules.entrywise(ufunc, reals, moving))
        if method == "reduce" and ufunc in rules.REDUCTIONS and not _unusual(options):
            axis, keep = options.get("axis", 0), options.get("keepdims") is True
            return self._alone(rules.REDUCTIONS[ufunc], axis, keep)
        raise rules.NotStepped(f"{ufunc.__name__}.{method}")

    def __array_function__(self, func: Callable, types: Any, args: Any, kwargs: Any) -> Any:
        """Functions that are no ufuncs; one without a rule is made of others, or the way is lost."""
        if func in FUNCTIONS:
            return FUNCTIONS[func](*args, **kwargs)
        return super().__array_function__(func, types, args, kwargs)

    def _alone(self, rule: Callable[..., rules.Result], *options: Any) -> Any:
        return _recorded([self], lambda reals, _: rule(reals[0], *options))

    def _rearranged(self, change: Callable[[np.ndarray], Any]) -> Any:
        return self._alone(rules.rearranged, change)

    @property
    def T(self) -> Any:  # noqa: N802
        """The axes in reverse order."""
        return self.transpose()

    def transpose(self, *axes: Any) -> Any:
        """The axes in another order."""
        order = range(self.ndim)[::-1] if axes in ((), (None,)) else axes[0] if np.ndim(axes[0]) else axes
        return self._alone(rules.permuted, [int(axis) % self.ndim for axis in order])

    def swapaxes(self, one: Any, other: Any) -> Any:
        """Two axes change places."""
        order = list(range(self.ndim))
        order[one], order[other] = order[other], order[one]
        return self.transpose(order)

    def __getitem__(self, index: Any) -> Any:
        return self._alone(rules.indexed, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise rules.NotStepped("an assignment to entries")

    def reshape(self, *shape: Any, **options: Any) -> Any:
        """The entries in another shape."""
        return self._rearranged(lambda a: a.reshape(*shape, **options))

    def ravel(self, *order: Any) -> Any:
        """The entries one after the other."""
        return self._rearranged(lambda a: a.ravel(*order))

    flatten = ravel  # type: ignore[assignment]

    def squeeze(self, axis: Any = None) -> Any:
        """Without axes of length 1."""
        return self._rearranged(lambda a: a.squeeze(axis))

    def copy(self, *order: Any) -> Any:
        """The same entries."""
        return self._alone(lambda real: (real.copy(), lambda part: part))

    def astype(self, kind: Any, *args: Any, **options: Any) -> Any:  # type: ignore[override]
        """The same entries; another precision would make others of them."""
        if np.dtype(kind) != self.dtype:
            raise rules.NotStepped("astype")
        return self.copy()

    def mean(self, axis: Any = None, keepdims: bool = False, **options: Any) -> Any:  # type: ignore[override]
        """The sum by the number of terms."""
        added = self.sum(axis=axis, keepdims=keepdims)
        return added / (self.size / max(np.size(added), 1))

    def dot(self, other: Any, out: None = None) -> Any:  # type: ignore[override]
        """The product of matrices."""
        return np.dot(self, other)


def _recorded(inputs: Any, rule: Callable[[list, list], rules.Result]) -> Any:
    """The value of a rule, on the tape of those inputs that move."""
    arrays = {n: x for n, x in enumerate(inputs) if isinstance(x, Recorded)}
    tape = next((x.tape for x in arrays.values()), None)
    if tape is None or any(x.number < 0 for x in arrays.values()):
        raise rules.NotStepped("a function without a rule")
    reals = [x.view(np.ndarray) if isinstance(x, Recorded) else np.asarray(x) for x in inputs]
    return tape.record(rule(reals, [*arrays]), tuple(x.number for x in arrays.values()))


def _unusual(options: dict[str, Any]) -> bool:
    """Whether a call asks for anything but an axis; NumPy itself passes on all that was left out."""
    usual = (None, True, np._NoValue)
    given = [value for name, value in options.items() if name not in ("axis", "keepdims")]
    return not all(any(value is one for one in usual) or value == (None,) for value in given)


def _einsum(spec: Any, *arrays: Any, **options: Any) -> Any:
    return _recorded(arrays, lambda reals, moving: products.summed_letters(reals, moving, spec, options))


def _where(mask: Any, one: Any, other: Any) -> Any:
    return _recorded([one, other], lambda reals, moving: rules.selected(np.asarray(mask), reals, moving))


def _concatenate(arrays: Any, axis: int = 0, out: None = None, dtype: None = None, casting: str = "same_kind") -> Any:
    if out is not None or dtype is not None or axis is None:
        raise rules.NotStepped("concatenate")
    return _recorded(list(arrays), lambda reals, moving: rules.joined(reals, moving, axis))


def _dot(one: Any, other: Any) -> Any:
    if np.ndim(one) and np.ndim(other) and max(np.ndim(one), np.ndim(other)) > 2:
        raise rules.NotStepped("dot")
    return np.matmul(one, other) if np.ndim(one) and np.ndim(other) else np.multiply(one, other)


def _broadcast_to(array: Any, shape: Any) -> Any:
    return array._rearranged(lambda a: np.broadcast_to(a, shape))


FUNCTIONS: Mapping[Callable, Callable] = {
    np.einsum: _einsum,
    np.where: _where,
    np.concatenate: _concatenate,
    np.dot: _dot,
    np.broadcast_to: _broadcast_to,
}
"""Functions that are neither ufuncs nor made of them."""
