"""A gradient against one number: the slope of its cost along one random direction through all parameters at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .central_check import CENTRAL
from .complex_check import COMPLEX, EXACT
from .given import read_gradients, read_params
from .looking import Lines, direction
from .numerical import NEGLIGIBLE
from .report import Report, Row
from .slopes import Line, complex_slope, difference_slopes, forward_slope, has_kink
from .trust import AGREE, agrees

NAME = "all arrays"
ROUGHLY, NEARBY = 1e-4, 1e-8
"""One difference over so small a width is off by less than this share of the slope, unless a kink is near."""


def check_direction(
    cost: Callable[..., Any],
    gradient: Callable[..., Any],
    params: Mapping[str, Any],
    *data: Any,
    seed: int = 0,
    tolerance: float = EXACT,
) -> Report:
    """Compare a gradient with the slope of its cost along a random direction through all parameters.

    It takes what `check_gradient` takes, and four calls where all is well: a wrong gradient is found, but not
    the array that is wrong. Arrays count alike; the error is relative to the largest derivative by each.
    """
    params, rng = read_params(params), np.random.default_rng(seed)
    grads = read_gradients(gradient, params, data)
    precision = 256 * max(np.finfo(grad.dtype).eps for grad in grads.values())
    tops = {name: float(np.max(np.abs(grad), initial=0.0)) for name, grad in grads.items()}
    largest = max(tops.values())
    least = min((top for top in tops.values() if top > largest * NEGLIGIBLE), default=largest)
    steps, given = {}, 0.0
    for name, grad in grads.items():
        size = least / tops[name] if tops[name] > largest * NEGLIGIBLE else 1.0
        steps[name] = size * direction(grad.shape, rng)
        given += float(np.sum(steps[name] * grad))
    line = Lines(cost, params, data).along(steps)
    return Report((_row(line, given, least, max(tolerance, precision)),))


def _row(line: Line, given: float, scale: float, tolerance: float) -> Row:
    """The verdict on a slope, by a complex step if that can be relied on."""
    if not np.isfinite(given):
        return Row(NAME, COMPLEX, np.inf, np.nan, 0, "wrong")
    exact = complex_slope(line)
    if exact is None:
        return _central(line, given, scale, tolerance)
    scale = scale or abs(exact)
    error = abs(given - exact) / scale if scale else 0.0
    right = error <= tolerance
    if not (right and _roughly(line, exact, scale)) and not agrees(line, exact, scale):
        return _central(line, given, scale, tolerance)
    kink = not right and has_kink(line, tolerance * scale)
    return Row(
        NAME, COMPLEX, 0.0 if kink else error, np.nan, int(kink), "kinks" if kink else "ok" if right else "wrong"
    )


def _roughly(line: Line, slope: float, scale: float) -> bool:
    """Whether one difference tells about the same slope: enough to see that no part of the cost is lost."""
    rough = forward_slope(line, NEARBY)
    return abs(rough.slope - slope) <= ROUGHLY * max(scale, abs(slope)) + rough.noise


def _central(line: Line, given: float, scale: float, tolerance: float) -> Row:
    rough = difference_slopes(line)
    if rough.kink:
        return Row(NAME, CENTRAL, 0.0, np.nan, 1, "kinks")
    scale = max(scale, abs(rough.slope))
    error = abs(given - rough.slope) / scale if scale else 0.0
    allowed = max(AGREE, tolerance, rough.noise / scale if scale else 0.0)
    return Row(NAME, CENTRAL, error, np.nan, 0, "ok" if error <= allowed else "wrong")
