"""Complex steps along single entries of parameters, all of one array together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .imaginary import single
from .recorded import Recorded, Tape

NUMBERS = 2**18
"""So many numbers an array of imaginary parts may have: the steps are taken in as many runs as that needs."""
FEW = 8
"""With so many steps it is found out how many numbers one step needs."""


class Steps:
    """A cost that was run once, and the slopes along single entries of its parameters."""

    def __init__(self, cost: Callable[[dict[str, Any]], Any], params: Mapping[str, np.ndarray]) -> None:
        self.tape, self.shapes = Tape(), {name: array.shape for name, array in params.items()}
        arrays = {name: self.tape.given(array.copy()) for name, array in params.items()}
        self.numbers = {name: array.number for name, array in arrays.items()}
        with np.errstate(all="ignore"):
            value = cost(dict(arrays))
        if not isinstance(value, Recorded) or value.ndim or value.number < 0:
            raise TypeError("the cost is not a number that was recorded")
        self.value, self.wanted = float(value), value.number

    def slopes(self, name: str, flat: np.ndarray) -> np.ndarray | None:
        """The derivatives by some entries of a parameter; None where they are not all numbers."""
        found, start = [], 0
        count = len(flat) if len(flat) * self.tape.largest <= NUMBERS else FEW
        with np.errstate(all="ignore"):
            while start < len(flat):
                now = flat[start : start + count]
                result, most = self.tape.play(self.numbers[name], single(self.shapes[name], now), self.wanted)
                found.append(np.zeros(len(now)) if result is None else result.dense())
                start, count = start + len(now), max(1, NUMBERS * len(now) // most)
        slopes = np.concatenate(found) if found else np.zeros(0)
        return slopes if np.all(np.isfinite(slopes)) else None


def steps_of(cost: Callable[[dict[str, Any]], Any], params: Mapping[str, np.ndarray]) -> Steps | None:
    """The steps of a cost; None where it is made of anything that many steps at once do not go through."""
    try:
        return Steps(cost, params)
    except Exception:  # any refusal of such arrays, in whatever way
        return None
