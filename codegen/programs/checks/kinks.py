"""Where a cost has a kink at the given parameters: there derivatives jump, as steps on both sides tell."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property

import numpy as np

from .looking import Lines, direction
from .many_steps import Steps, steps_of
from .slopes import NEAR, complex_slopes

CROSSINGS = 3


class Kinks:
    """The derivatives by single entries on both sides of the given parameters.

    The sides lie along random directions through all parameters: along the line of one entry two kinks may
    cancel, in relu(-relu(w)) for example, though the chain rule, which takes one after the other, says something else.
    """

    def __init__(self, lines: Lines, seed: int) -> None:
        self.lines, self.seed = lines, seed
        self._steps_at = cache(self._new_steps_at)

    @cached_property
    def directions(self) -> list[dict[str, np.ndarray]]:
        """Those along which the two sides lie."""
        rng = np.random.default_rng(self.seed)
        shapes = {name: array.shape for name, array in self.lines.params.items()}
        return [{name: direction(shape, rng) for name, shape in shapes.items()} for _ in range(CROSSINGS)]

    def at(self, name: str, places: np.ndarray, least: float, together: bool) -> np.ndarray:
        """By which of these entries of a parameter the derivative jumps, by more than `least`.

        Nearer by a jump stays what it is. `together` says whether steps may be taken together.
        """
        found = np.zeros(len(places), dtype=bool)
        for which in range(CROSSINGS):
            wide, narrow = (self._difference(which, near, name, places, together) for near in (NEAR, NEAR / 4))
            if wide is not None and narrow is not None:
                found |= (narrow > least) & (narrow > wide / 2)
        return found

    def _difference(self, which: int, near: float, name: str, places: np.ndarray, together: bool) -> np.ndarray | None:
        sides = [self._slopes(which, at, name, places, together) for at in (near, -near)]
        return None if sides[0] is None or sides[1] is None else np.abs(sides[0] - sides[1])

    def _slopes(self, which: int, at: float, name: str, places: np.ndarray, together: bool) -> np.ndarray | None:
        if together and (steps := self._steps_at(which, at)) is not None:
            return steps.slopes(name, places)
        moved = Lines(self.lines.cost, self._moved(which, at), self.lines.data)
        return complex_slopes([moved.entry(name, place) for place in places])

    def _new_steps_at(self, which: int, at: float) -> Steps | None:
        return steps_of(lambda arrays: self.lines.cost(arrays, *self.lines.data), self._moved(which, at))

    def _moved(self, which: int, at: float) -> Mapping[str, np.ndarray]:
        return {name: array + at * self.directions[which][name] for name, array in self.lines.params.items()}
