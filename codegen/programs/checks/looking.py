"""Where a gradient is looked at: along directions through all of an array, and along single entries of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from derive.errors import InputError

from .slopes import Line


class Lines:
    """The cost along lines through the given parameters; at these themselves it is computed once."""

    def __init__(self, cost: Callable[..., Any], params: Mapping[str, np.ndarray], data: tuple) -> None:
        self.cost, self.params, self.data = cost, params, data

    @cached_property
    def start(self) -> Any:
        """The cost at the parameters themselves."""
        return self._value({})

    def along(self, steps: Mapping[str, np.ndarray]) -> Line:
        """The cost where each parameter has moved by a number times its step."""

        def value(t: complex) -> Any:
            if t == 0:
                return self.start
            return self._value({name: self.params[name] + t * step for name, step in steps.items()})

        return value

    def entry(self, name: str, place: int) -> Line:
        """The cost along one entry of a parameter."""
        step = np.zeros(self.params[name].size)
        step[place] = 1.0
        return self.along({name: step.reshape(self.params[name].shape)})

    def _value(self, moved: Mapping[str, np.ndarray]) -> Any:
        result = self.cost({**{n: a.copy() for n, a in self.params.items() if n not in moved}, **moved}, *self.data)
        if np.ndim(result) != 0:
            raise InputError(f"cost gave an array of shape {np.shape(result)}; a number is expected")
        return result[()] if isinstance(result, np.ndarray) else result


@dataclass(frozen=True)
class Looked:
    """One array, and where it is looked at: along directions through all of it, and along single entries."""

    name: str
    given: np.ndarray
    directions: Sequence[np.ndarray]
    places: np.ndarray
    lines: Lines

    def line(self, step: np.ndarray) -> Line:
        """The cost along a direction of this array."""
        return self.lines.along({self.name: step})

    def number(self, n: int) -> Line:
        """The lines by number: those of the directions, then those of the entries."""
        count = len(self.directions)
        return self.line(self.directions[n]) if n < count else self.lines.entry(self.name, self.places[n - count])

    @property
    def slopes(self) -> np.ndarray:
        """What the gradient says of all these lines."""
        grad = self.given.astype(float)
        return np.array([*(np.sum(grad * step) for step in self.directions), *grad.reshape(-1)[self.places]])

    @property
    def lengths(self) -> np.ndarray:
        """The lengths of the steps: along directions as many entries move."""
        return np.array([*(np.linalg.norm(step) for step in self.directions), *np.ones(len(self.places))])

    def entries(self, values: np.ndarray) -> np.ndarray:
        """The slopes along single entries among those of all lines, in the shape of the array."""
        whole = np.full(self.given.size, np.nan)
        whole[self.places] = values[len(self.directions) :]
        return whole.reshape(self.given.shape)


def direction(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """A step of every entry, by amounts from 1/2 to 3/2 that all differ, so that errors do not cancel."""
    drawn = rng.uniform(-1.0, 1.0, shape)
    return np.asarray(drawn + np.copysign(0.5, drawn))
