"""Every pattern of signs: a sign is a single bit, which sampling alone would miss.

The signs of atoms (and binary entries) are set one pattern after the other; the signs of
compound arguments are waited for, until each pattern of them has been seen often enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import ceil, inf, log2
from typing import Any

from .points import OutsideDomain, Point

BUDGET = 6000
"""How many points may be drawn for one assignment of the free indices."""
SAMPLE = 1500
CERTAINTY = 80
MOST = 40
MISS = 45
"""Points drawn for each of 2^r patterns: one of probability 2^-r is missed with 2^-64 at most."""
MISS_BITS = 64

Draw = Callable[[Mapping[Any, int]], Point]


class TooManySigns(Exception):
    """More patterns than can be tried one by one."""


def patterns(keys: list[Any]) -> Iterator[Mapping[Any, int]]:
    """Every way to set these bits."""
    for values in product((1, 0), repeat=len(keys)):
        yield dict(zip(keys, values, strict=True))


def cover(draw: Draw, bits: float, sampled: bool = True) -> float:
    """Draw points until every pattern of signs was met often enough; the certainty in bits.

    `draw` draws and tests a point with some bits set; it raises Differs where the test fails.
    `bits` is the certainty that one point gives, of which every sign that is waited for takes one. A
    pattern at which nothing is in its domain is left out; raises OutsideDomain if all are. Where the
    patterns are too many, points are sampled, or TooManySigns is raised.
    """
    asked: dict[Any, None] = {}

    def noting(pattern: Mapping[Any, int]) -> Point:
        point = draw(pattern)
        asked.update(dict.fromkeys(point.asked))
        return point

    compound = len(noting({}).choices)
    bits -= compound
    points = min(max(2, ceil(CERTAINTY / max(bits, 1))), MOST)
    while True:
        keys = list(asked)
        if 2 ** len(keys) * (MISS * 2**compound if compound else points) > BUDGET:
            if not sampled:
                raise TooManySigns
            return _sample(draw, len(keys) + compound)
        certainty = _cover_patterns(noting, keys, compound, points, bits)
        if len(keys) == len(asked):
            return certainty


def _cover_patterns(draw: Draw, keys: list[Any], compound: int, points: int, bits: float) -> float:
    """Every pattern of these signs. One may lead into a branch that asks for signs not met before."""
    certainty, outside = inf, None
    for pattern in patterns(keys):
        try:
            certainty = min(certainty, _cover_pattern(draw, pattern, compound, points, bits))
        except OutsideDomain as found:
            outside = found
    if certainty == inf:
        raise outside or OutsideDomain("no pattern of signs was tested")
    return certainty


def _cover_pattern(draw: Draw, pattern: Mapping[Any, int], compound: int, points: int, bits: float) -> float:
    """The same with the signs of atoms set: only those of compound arguments are left to chance."""
    seen: Counter[tuple[int, ...]] = Counter()
    for drawn in range(1, BUDGET):
        point = draw(pattern)
        compound = max(compound, len(point.choices))
        seen[tuple(point.choices.values())] += 1
        often = [signs for signs, times in seen.items() if times >= points and all(signs)]
        if len(often) == 2**compound:
            return points * bits
        if drawn >= MISS * 2**compound:
            return min(points * bits, MISS_BITS)
    return 0.0


def _sample(draw: Draw, bits: int) -> float:
    """Too many patterns: draw as many points as is reasonable, and say how certain that is."""
    for _ in range(SAMPLE):
        draw({})
    return -SAMPLE * log2(1 - 2.0**-bits) if bits < MISS_BITS else 0.0
