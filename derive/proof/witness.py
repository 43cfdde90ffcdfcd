"""Counterexamples that people can read: small widths, small numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from random import Random
from typing import Any

from sympy import Expr, Float, Rational, Symbol, pi

from .assignments import size_of
from .nodes import Env
from .points import OutsideDomain, Point
from .problem import Problem
from .reals import DIFFERENT, DIGITS, LONGEST, SAME, SCALES, Inexact, RealPoint, bits_of, context

TRIES = 6
LARGEST = 3
SIMPLE = 12
"""A number in so many parts is written as a fraction."""
TOO_LARGE = "wherever it was tried, its numbers are too large for any machine"
HUGE = 10**DIGITS
"""A larger number is not written out: the exponential of an exponential has more digits than there is room for."""


def sides(
    problem: Problem, widths: Mapping[Symbol, int], env: Env, random: Random, **options: Any
) -> tuple[Point, Any, Any]:
    """A point of the domain over the reals with both sides, as fractions if possible."""
    state = random.getstate()
    try:
        point = RealPoint(problem, widths, random, exact=True, **options)
        return point, *point.evaluate([problem.left, problem.right], env, 0)
    except Inexact:
        random.setstate(state)
        point = RealPoint(problem, widths, random, **options)
        return point, *point.evaluate([problem.left, problem.right], env, 0)


def moderate_sides(problem: Problem, widths: Mapping[Symbol, int], env: Env, random: Random) -> tuple[Point, Any, Any]:
    """A point of the domain at which no number is too large for any machine, with both sides; raises OutsideDomain."""
    for scale in SCALES:
        try:
            return sides(problem, widths, env, random, scale=scale)
        except OverflowError:
            continue
        except OutsideDomain:
            if scale == 1:
                raise
    raise OutsideDomain(TOO_LARGE)


def agree(left: Any, right: Any) -> bool | None:
    """Whether two numbers are the same to 40 digits; None if neither that nor clearly different."""
    gap, scale = abs(left - right), max(abs(left), abs(right), 1)
    if gap * SAME <= scale:
        return True
    return False if gap * DIFFERENT >= max(abs(left), abs(right)) else None


def counterexample(
    problem: Problem, dimensions: Sequence[Symbol], hard: tuple[Point, Mapping[Symbol, int], Env]
) -> dict[str, object]:
    """The simplest point found where the sides differ; `hard` is one that is known to do.

    Widths grow from 1 upwards, entries are small whole numbers or halves.
    """
    random = Random(1)
    widths: Mapping[Symbol, int]
    choices = sorted(product(range(1, LARGEST + 1), repeat=min(len(dimensions), 4)), key=sum)
    rest = dimensions[4:]
    for chosen in choices:
        widths = dict(zip(dimensions, chosen, strict=False)) | dict.fromkeys(rest, chosen[0] if chosen else 1)
        for _ in range(TRIES):
            env = {s: random.randrange(max(1, size_of(size, widths))) for s, size in problem.ranges.items()}
            try:
                point, left, right = sides(problem, widths, env, random, small=True)
            except (OutsideDomain, ZeroDivisionError, ValueError, OverflowError):
                continue
            if agree(left, right) is False and 0 not in point.choices.values():
                return _written(point, widths, env, left, right)
    point, widths, env = hard
    point.memo.clear()
    left, right = point.evaluate([problem.left, problem.right], env, 0)
    return _written(point, widths, env, left, right)


def _written(point: Point, widths: Mapping[Symbol, int], env: Env, left: Any, right: Any) -> dict[str, object]:
    """Widths, indices and the entries that occur, by name, then both sides."""
    touched: set = set()
    point.memo.clear()
    point.touched = touched
    point.evaluate([point.problem.left, point.problem.right], env, 0)
    point.touched = None
    witness: dict[str, object] = {str(d): n for d, n in widths.items()}
    witness |= {str(letter): place for letter, place in env.items()}
    for name, indices in sorted(touched, key=str):
        if name is not pi:
            label = f"{name}[{','.join(map(str, indices))}]" if indices else str(name)
            witness[label] = _number(point.atom(name, indices, 0))
    return {**witness, "left": _number(left), "right": _number(right)}


def _number(value: Any) -> Expr:
    if hasattr(value, "numerator") and hasattr(value, "denominator") and bits_of(value) <= LONGEST:
        return Rational(int(value.numerator), int(value.denominator))
    whole = value * SIMPLE
    if abs(whole) < HUGE and whole == int(whole):
        return Rational(int(whole), SIMPLE)
    return Float(context.convert(value)._mpf_, precision=context.prec).n(DIGITS)
