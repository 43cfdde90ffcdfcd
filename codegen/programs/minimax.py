"""The polynomial of a degree whose largest weighted error is least, found by exchange of points (Remez)."""

from __future__ import annotations

from collections.abc import Callable

from mpmath import mp, mpf

Function = Callable[[mpf], mpf]
DENSITY, ROUNDS = 8, 8
"""Points to look at for each coefficient; exchanges at most."""
NEAR = 1.02
"""The largest error may be by so much above the least possible one."""


def best_polynomial(function: Function, weight: Function, low: mpf, high: mpf, degree: int) -> tuple[list[mpf], mpf]:
    """The coefficients, the highest power first, and the largest weighted error between `low` and `high`.

    `weight` says what an error counts at each point, and is nowhere zero.
    """
    count = degree + 2
    last = DENSITY * count
    points = [(low + high - (high - low) * mp.cos(mp.pi * k / last)) / 2 for k in range(last + 1)]
    values, weights = list(map(function, points)), list(map(weight, points))
    chosen = [DENSITY * count * k // (count - 1) for k in range(count)]
    for _ in range(ROUNDS):
        terms, level = _levelled(points, values, weights, chosen, degree)
        errors = [(mp.polyval(terms, x) - v) * w for x, v, w in zip(points, values, weights, strict=True)]
        worst = max(map(abs, errors))
        peaks = _peaks(errors, count)
        if worst <= NEAR * abs(level) or len(peaks) < count:
            break
        chosen = peaks
    return terms, worst


def _levelled(
    points: list[mpf], values: list[mpf], weights: list[mpf], chosen: list[int], degree: int
) -> tuple[list[mpf], mpf]:
    """The polynomial whose weighted errors at the chosen points are alike, with signs in turn; and that error."""
    rows = [[*(points[i] ** n for n in range(degree, -1, -1)), (-1) ** k / weights[i]] for k, i in enumerate(chosen)]
    *terms, level = mp.lu_solve(mp.matrix(rows), mp.matrix([values[i] for i in chosen]))
    return terms, level


def _peaks(errors: list[mpf], count: int) -> list[int]:
    """Where the error is largest between two changes of its sign; of too many the outer ones that are smaller go."""
    peaks: list[int] = []
    for i, error in enumerate(errors):
        if not peaks or (errors[peaks[-1]] > 0) != (error > 0):
            peaks.append(i)
        elif abs(error) > abs(errors[peaks[-1]]):
            peaks[-1] = i
    while len(peaks) > count:
        peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
    return peaks
