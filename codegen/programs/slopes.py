"""Numerical derivatives of a number along a line."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Line = Callable[[complex], Any]

WIDTH = 1e-4
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
    kind = np.asarray(values[0.0]).dtype
    rounding = np.finfo(kind if kind.kind == "f" else float).eps * max(map(abs, numbers.values()))
    wide, narrow = ((numbers[t] - numbers[-t]) / (2 * t) for t in (h, h / 4))
    bends = [abs(numbers[t] - 2 * numbers[0.0] + numbers[-t]) / t for t in (h, h / 4)]
    noise = 64 * rounding / h
    slope = narrow + (narrow - wide) / 15
    sides = max(abs(numbers[t] - numbers[0.0]) / abs(t) for t in (-h, h))
    beyond_smooth = bends[1] > bends[0] / 2 and bends[1] > 4 * noise and bends[1] > 1e-3 * sides
    crossed = abs(narrow - wide) > 1e-2 * max(abs(narrow), abs(wide)) and abs(narrow - wide) > 4 * noise
    return Slope(slope, noise, bool(beyond_smooth or crossed))


def complex_slopes(lines: list[Line]) -> np.ndarray | None:
    """The derivatives by a complex step; None where the function does not accept complex numbers."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for line in lines:
            try:
                value = line(1j * TINY)
            except Exception:  # any refusal of complex numbers, in whatever way
                return None
            if not np.iscomplexobj(value) or not np.isfinite(value):
                return None
            found.append(float(np.imag(value)) / TINY)
    return np.array(found)


def taylor_order(line: Line, slope: float) -> float | None:
    """The rate at which f(h) - f(0) - h f'(0) falls with h; None where nothing but rounding is left."""
    start = float(line(0.0))
    widths = [2e-3 / 2**k for k in range(4)]
    values = [float(line(h)) for h in widths]
    remainders = [abs(v - start - h * slope) for v, h in zip(values, widths, strict=True)]
    kind = np.asarray(line(0.0)).dtype
    rounding = 64 * np.finfo(kind if kind.kind == "f" else float).eps * max(map(abs, (start, *values)))
    if min(remainders) <= rounding:
        return None
    return float(max(np.log2(a / b) for a, b in zip(remainders, remainders[1:], strict=False)))
