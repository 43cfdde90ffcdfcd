"""The exact test of an equation: every width, assignment of the free indices and pattern of signs."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from random import Random

from sympy import Symbol

from .assignments import assignments, size_of
from .nodes import Env
from .points import OutsideDomain, Point
from .probe import Needs, needs
from .problem import Problem, atoms_in
from .signs import TooManySigns, cover
from .tower import FieldPoint
from .widths import Plan
from .witness import agree, moderate_sides

GUARDS = 2
UNTRIED = -inf


class Differs(Exception):
    """The sides differ at a point of the field."""

    def __init__(self, widths: Mapping[Symbol, int], env: Env, point: Point) -> None:
        super().__init__()
        self.widths, self.env, self.point = widths, env, point


def guard(problem: Problem, widths: Mapping[Symbol, int]) -> None:
    """The sides agree to 60 digits at some points of the domain; Differs if not."""
    random = Random(2)
    for _ in range(GUARDS):
        env = {s: random.randrange(max(1, size_of(size, widths))) for s, size in problem.ranges.items()}
        point, left, right = moderate_sides(problem, widths, env, random)
        if not agree(left, right):
            raise Differs(widths, env, point)


def certainty(problem: Problem, chosen: Plan, sampled: bool = False) -> float:
    """Test at every width, assignment of the free indices and pattern of signs; the certainty in bits.

    Where the patterns are too many to try, they are `sampled`, or the certainty is UNTRIED. Raises
    Differs, TooMany, and OutsideDomain where nothing could be tested.
    """
    least = inf
    atoms = atoms_in(problem)
    try:
        for widths in chosen.widths:
            asked = needs(problem, widths)
            for env, labels in assignments(problem, widths, atoms, chosen.complete):
                least = min(least, _exact_at(problem, widths, env, labels, asked, sampled))
    except TooManySigns:
        return UNTRIED
    if least == inf:
        raise OutsideDomain("at the widths tested there is no value for the free indices")
    return least


def _exact_at(
    problem: Problem, widths: Mapping[Symbol, int], env: Env, labels: Mapping, asked: Needs, sampled: bool
) -> float:
    if asked.base is None:
        return 0.0
    random, base = Random(3), asked.base

    def draw(bits: Mapping) -> Point:
        point = FieldPoint(problem, widths, random, bits=bits, labels=labels, logs=asked.logs)
        left, right = point.evaluate([problem.left, problem.right], env, base)
        if left != right:
            raise Differs(widths, env, point)
        return point

    return cover(draw, asked.bits, sampled)
