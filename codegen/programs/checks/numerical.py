"""Gradients against numbers: complex steps where they are exact, central differences elsewhere.

Errors are relative to the largest entry of an array; nothing is compared absolutely.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from .central_check import CENTRAL, central_row
from .complex_check import COMPLEX, EXACT, complex_row
from .given import read_gradients, read_params
from .kinks import Kinks
from .looking import Lines, Looked, direction
from .many_steps import steps_of
from .report import Report, Row, Worst

__all__ = ["CENTRAL", "COMPLEX", "ENTRIES", "Report", "Row", "Worst", "check_gradient"]

ENTRIES, DIRECTIONS = 1000, 5
"""Of a larger array so many entries are drawn at random, and so many directions through all of it."""
NEGLIGIBLE = 1e-15
"""A derivative by an array that is this small beside the largest of all is rounding."""


def check_gradient(
    cost: Callable[..., Any],
    gradient: Callable[..., Any],
    params: Mapping[str, Any],
    *data: Any,
    seed: int = 0,
    entries: int = ENTRIES,
    tolerance: float = EXACT,
) -> Report:
    """Compare a gradient with numerical derivatives of its cost, array by array.

    `cost(params, *data)` gives a number; `gradient(params, *data)` gives ``(cost, grads)`` or
    `grads`, with all the names and shapes of `params`. Of a larger array only so many `entries`
    are looked at. Beside complex steps an error beyond the `tolerance`, a share of the array's largest
    derivative, is wrong unless rounding explains it: 1e-13 finds all but rounding.
    Raises InputError where a gradient is not what is said here.
    """
    rng = np.random.default_rng(seed)
    params = read_params(params)
    grads = read_gradients(gradient, params, data)
    negligible = NEGLIGIBLE * max(float(np.max(np.abs(g), initial=0.0)) for g in grads.values())
    lines, steps = Lines(cost, params, data), steps_of(lambda arrays: cost(arrays, *data), params)
    kinks = Kinks(lines, seed)

    @cache
    def nearby() -> dict[str, np.ndarray]:
        signs = {name: rng.choice((-1.0, 1.0), array.shape) for name, array in params.items()}
        moved = {name: array * (1 + np.finfo(float).eps * signs[name]) for name, array in params.items()}
        return read_gradients(gradient, moved, data)

    rows = []
    for name, grad in grads.items():
        size = params[name].size
        places = np.arange(size) if size <= entries else rng.choice(size, entries, replace=False)
        count = 1 if size <= entries else DIRECTIONS
        array = Looked(name, grad, [direction(grad.shape, rng) for _ in range(count)], places, lines)
        row = complex_row(array, steps, kinks, negligible, tolerance, lambda: nearby()[name])  # noqa: B023
        rows.append(row or central_row(array, negligible))
    return Report(tuple(rows))
