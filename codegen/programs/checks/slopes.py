"""Numerical derivatives of a number along a line."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Line = Callable[[complex], Any]

WIDTH = 1e-4
NEAR = 1e-6
"""How far from a point the slopes on either side of it are taken."""
TINY = 1e-40


@dataclass(frozen=True)
class Slope:
    """A derivative by differences; `noise` is what rounding can have added, `kink` whether there is none."""

    slope: float
    noise: float
    kink: bool


def difference_slopes(line: Line) -> Slope:
    """The derivative at 0 by central differences of two widths, their leading errors cancelled.

    Where the one-sided slopes differ and stay different as the width shrinks there is a kink.
    """
    h = WIDTH
    values = {t: line(t) for t in (-h, -h / 4, 0.0, h / 4, h)}
    numbers = {t: float(v) for t, v in values.items()}
    noise = _noise(list(values.values()), h)
    wide, narrow = ((numbers[t] - numbers[-t]) / (2 * t) for t in (h, h / 4))
    bends = [abs(numbers[t] - 2 * numbers[0.0] + numbers[-t]) / t for t in (h, h / 4)]
    slope = narrow + (narrow - wide) / 15
    sides = max(abs(numbers[t] - numbers[0.0]) / abs(t) for t in (-h, h))
    beyond_smooth = bends[1] > bends[0] / 2 and bends[1] > 4 * noise and bends[1] > 1e-3 * sides
    crossed = abs(narrow - wide) > 1e-2 * max(abs(narrow), abs(wide)) and abs(narrow - wide) > 4 * noise
    return Slope(slope, noise, bool(beyond_smooth or crossed))


def central_slope(line: Line, width: float) -> Slope:
    """The derivative at 0 by one central difference, blind to kinks."""
    values = [line(width), line(-width)]
    above, below = map(float, values)
    return Slope((above - below) / (2 * width), _noise(values, width), False)


def forward_slope(line: Line, width: float) -> Slope:
    """The derivative at 0 by one difference in one direction, which is rough."""
    values = [line(0.0), line(width)]
    here, there = map(float, values)
    return Slope((there - here) / width, _noise(values, width), False)


def _noise(values: Sequence[Any], width: float) -> float:
    """What the rounding of the values can make of a difference over this width."""
    kind = np.asarray(values[0]).dtype
    return float(64 * np.finfo(kind if kind.kind == "f" else float).eps * max(abs(float(v)) for v in values) / width)


def complex_slope(line: Line, at: float = 0.0) -> float | None:
    """The derivative at a place by a complex step; None where the function does not accept complex numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = line(at + 1j * TINY)
        except Exception:  # any refusal of complex numbers, in whatever way
            return None
    if not np.iscomplexobj(value) or not np.isfinite(value):
        return None
    return float(np.imag(value)) / TINY


def complex_slopes(lines: Sequence[Line]) -> np.ndarray | None:
    """The derivatives at 0 by complex steps; None where the function does not accept complex numbers."""
    found = []
    for line in lines:
        slope = complex_slope(line)
        if slope is None:
            return None
        found.append(slope)
    return np.array(found)


def side_slopes(line: Line, near: float = NEAR) -> tuple[float, float] | None:
    """The derivatives a little before 0 and a little behind it, by complex steps."""
    before, behind = complex_slope(line, -near), complex_slope(line, near)
    return None if before is None or behind is None else (before, behind)


def has_kink(line: Line, least: float) -> bool:
    """Whether the slope jumps at 0, by more than `least`: nearer by, the two sides differ no less."""
    far, near = side_slopes(line), side_slopes(line, NEAR / 4)
    if far is None or near is None:
        return False
    wide, narrow = abs(far[1] - far[0]), abs(near[1] - near[0])
    return narrow > least and narrow > wide / 2


def taylor_order(line: Line, slope: float) -> float | None:
    """The rate at which f(h) - f(0) - h f'(0) falls with h; None where nothing but rounding is left."""
    first = line(0.0)
    start = float(first)
    widths = [2e-3 / 2**k for k in range(4)]
    values = [float(line(h)) for h in widths]
    remainders = [abs(v - start - h * slope) for v, h in zip(values, widths, strict=True)]
    kind = np.asarray(first).dtype
    rounding = 64 * np.finfo(kind if kind.kind == "f" else float).eps * max(map(abs, (start, *values)))
    if min(remainders) <= rounding:
        return None
    return float(max(np.log2(a / b) for a, b in zip(remainders, remainders[1:], strict=False)))
