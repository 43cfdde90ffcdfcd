"""Whether complex steps tell the truth about a function: they do so for analytic functions only."""

from __future__ import annotations

from .slopes import NEAR, Line, Slope, central_slope, difference_slopes, side_slopes

AGREE = 1e-7
"""How far central differences are off at most, as a share of the slope."""
UNSURE = 1e-3
"""Rounding beyond this share of a derivative leaves it unchecked."""


def agrees(line: Line, slope: float, scale: float, rough: Slope | None = None) -> bool:
    """Whether differences of real values tell the same slope at 0 as a complex step did.

    Where they do not, a kink may be near or at 0 itself. There a central difference over a small
    width is the mean of the slopes half as far away on both sides, which complex steps tell as well.
    """
    rough = rough or difference_slopes(line)
    if not rough.kink and abs(rough.slope - slope) <= AGREE * scale + rough.noise:
        return True
    sides, near = side_slopes(line, NEAR / 2), central_slope(line, NEAR)
    if sides is None or near.noise > UNSURE * scale:
        return False
    return abs(near.slope - sum(sides) / 2) <= AGREE * scale + near.noise
