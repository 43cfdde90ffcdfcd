"""A gradient beside central differences, for costs that complex numbers do not go through."""

from __future__ import annotations

import numpy as np

from .looking import Looked
from .report import Row, worst_entry
from .slopes import difference_slopes, taylor_order
from .trust import AGREE, UNSURE

CENTRAL = "central differences"


def central_row(array: Looked, negligible: float) -> Row:
    """What central differences say of an array."""
    given, lengths = array.slopes, array.lengths
    rough = [difference_slopes(array.number(n)) for n in range(len(given))]
    found = np.array([r.slope for r in rough])
    smooth = np.array([not r.kink for r in rough])
    noise = max(r.noise for r in rough)
    kinks = int(np.sum(~smooth))
    if not np.any(smooth):
        return Row(array.name, CENTRAL, 0.0, None, kinks, "kinks")
    grad = array.given.astype(float)
    scale = max(np.max(np.abs(grad), initial=0.0), np.max(np.abs(found[smooth]) / lengths[smooth]))
    order = taylor_order(array.number(0), given[0])
    if not scale > negligible and np.isfinite(scale):
        return Row(array.name, CENTRAL, 0.0, None, kinks, "ok")
    error = float(np.max((np.abs(given - found) / (lengths * scale))[smooth]))
    allowed = max(AGREE, noise / scale, 256 * np.finfo(array.given.dtype).eps)
    verdict = "ok" if error <= allowed and (order is None or order > 1.5 or kinks) else "wrong"
    if verdict == "ok" and allowed > UNSURE:
        verdict = "undecided"
    true = array.entries(np.where(smooth, found, np.nan))
    worst = worst_entry(grad, true) if verdict == "wrong" else None
    return Row(array.name, CENTRAL, error, order, kinks, verdict, worst, true)
