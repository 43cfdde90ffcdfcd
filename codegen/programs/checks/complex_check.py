"""A gradient beside complex steps: exact where the cost is analytic, and refused where it is not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .kinks import Kinks
from .looking import Looked
from .many_steps import Steps
from .report import Row, worst_entry
from .slopes import complex_slopes, difference_slopes, has_kink, taylor_order
from .trust import UNSURE, agrees

COMPLEX = "complex step"
EXACT = 1e-11
"""Complex steps and right gradients differ by less than this share of the largest derivative, unless told otherwise."""
SEEN = 4
"""Where a gradient differs from complex steps, so many of the worst lines are compared with differences too."""
ROUNDING = 32
"""So many times what one unit in the last place of the parameters makes of a gradient may be its rounding."""


def complex_row(
    array: Looked,
    steps: Steps | None,
    kinks: Kinks,
    negligible: float,
    tolerance: float,
    nearby: Callable[[], np.ndarray],
) -> Row | None:
    """What complex steps say of an array; None where they cannot be taken or relied on.

    `nearby` is the gradient where the parameters have moved by rounding.
    """
    found, together = _complex(array, steps)
    if found is None or not _reliable(array, found):
        return None
    given, lengths = array.slopes, array.lengths
    scale = max(np.max(np.abs(array.given), initial=0.0), np.max(np.abs(found) / lengths))
    order = taylor_order(array.number(0), given[0])
    if not scale > negligible and np.isfinite(scale):
        return Row(array.name, COMPLEX, 0.0, order, 0, "ok")
    allowed = max(tolerance, 256 * np.finfo(array.given.dtype).eps)
    errors = np.abs(given - found) / (lengths * scale)
    if allowed < np.max(errors) <= EXACT:
        rounding = float(np.max(np.abs(nearby() - array.given))) / scale
        allowed = max(allowed, min(ROUNDING * rounding, EXACT))
    smooth = ~_kinks(array, kinks, errors, allowed, scale, together)
    worst = np.argsort(-np.nan_to_num(errors, nan=np.inf))
    seen = [n for n in worst if smooth[n] and not errors[n] <= allowed][:SEEN]
    if not all(agrees(array.number(n), found[n], scale * array.lengths[n]) for n in seen):
        return None
    left = int(np.sum(~smooth))
    if not np.any(smooth):
        return Row(array.name, COMPLEX, 0.0, None, left, "kinks")
    true = array.entries(np.where(smooth, found, np.nan))
    error = float(np.max(errors[smooth]))
    right = error <= allowed
    verdict = "wrong" if not right else "undecided" if allowed > UNSURE else "ok"
    told = None if right else worst_entry(array.given.astype(float), true)
    return Row(array.name, COMPLEX, error, order, left, verdict, told, true)


def _reliable(array: Looked, found: np.ndarray) -> bool:
    """Whether differences tell the same along the directions."""
    through = len(array.directions)
    lines, lengths = [array.number(n) for n in range(through)], array.lengths[:through]
    rough = [difference_slopes(line) for line in lines]
    told = np.array([abs(r.slope) for r in rough])
    scale = float(np.max(np.maximum(told, np.abs(found[:through])) / lengths))
    return all(agrees(*known) for known in zip(lines, found[:through], lengths * scale, rough, strict=True))


def _complex(array: Looked, steps: Steps | None) -> tuple[np.ndarray | None, bool]:
    """The slopes along all lines by complex steps, and whether those along entries could be taken together."""
    through = complex_slopes([array.line(step) for step in array.directions])
    if through is None:
        return None, False
    single = steps.slopes(array.name, array.places) if steps else None
    together = single is not None and _same(array, single, through[0])
    if not together:
        single = complex_slopes([array.lines.entry(array.name, place) for place in array.places])
    return (None if single is None else np.concatenate([through, single])), together


def _same(array: Looked, single: np.ndarray, through: float) -> bool:
    """Whether steps along entries, taken together, tell what one complex step of all these entries tells."""
    step = np.zeros(array.given.size)
    step[array.places] = array.directions[0].reshape(-1)[array.places]
    whole: float | None = through
    if len(array.places) < array.given.size:
        found = complex_slopes([array.line(step.reshape(array.given.shape))])
        whole = None if found is None else float(found[0])
    terms = single * step[array.places]
    return whole is not None and bool(abs(np.sum(terms) - whole) <= EXACT * np.sum(np.abs(terms)))


def _kinks(array: Looked, kinks: Kinks, errors: np.ndarray, allowed: float, scale: float, together: bool) -> np.ndarray:
    """Which lines have a kink, of those where the gradient says something else."""
    found, count = ~(errors <= allowed), len(array.directions)
    for n in np.flatnonzero(found[:count]):
        found[n] = has_kink(array.number(int(n)), allowed * scale * array.lengths[n])
    suspect = np.flatnonzero(found[count:])
    if suspect.size:
        found[count + suspect] = kinks.at(array.name, array.places[suspect], allowed * scale, together)
    return found
