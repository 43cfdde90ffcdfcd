"""Every pattern of signs: a sign is a single bit, which sampling alone would miss.

The signs of atoms (and binary entries) are set one pattern after the other; the signs of
compound arguments are waited for, until each pattern of them has been seen often enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import log2
from typing import Any

from .points import Point

PATTERNS = 10
BUDGET = 6000
CERTAINTY = 80
MISS = 45
"""2^-80 is above (1 - 2^-r)^(n 2^r) for n = 56, 2^-64 for n = 45."""


def bits_asked(point: Point) -> list[Any]:
    """The atoms whose sign or bit the evaluation asked for."""
    return list(point.asked)


def patterns(keys: list[Any]) -> Iterator[Mapping[Any, int]]:
    """Every way to set these bits."""
    for values in product((1, 0), repeat=len(keys)):
        yield dict(zip(keys, values, strict=True))


def cover(draw: Callable[[Mapping[Any, int]], Point], first: Point, points: int, bits: float) -> float:
    """Draw points until every pattern of signs was met `points` times; the certainty in bits.

    `draw` draws and tests a point with some bits set; it raises where the test fails.
    `bits` is the certainty that one point gives of one pattern.
    """
    keys, compound = list(first.asked), len(first.choices)
    if 2 ** len(keys) * (MISS * 2**compound if compound else points) > BUDGET:
        return _sample(draw, len(keys) + compound)
    for pattern in patterns(keys):
        seen: Counter = Counter()
        drawn = 0
        while True:
            point = draw(pattern)
            drawn += 1
            compound = max(compound, len(point.choices))
            seen[tuple(point.choices.values())] += 1
            full = [p for p, often in seen.items() if often >= points and all(p)]
            if len(full) == 2**compound or drawn >= max(MISS * 2**compound, points) or drawn > BUDGET:
                break
    return min(points * bits, 64) if compound else points * bits


def _sample(draw: Callable[[Mapping[Any, int]], Point], bits: int) -> float:
    """Too many patterns: draw as many points as is reasonable, and say how certain that is."""
    for _ in range(BUDGET // 4):
        draw({})
    return -(BUDGET // 4) * log2(1 - 2.0**-bits) if bits < 50 else 0.0
