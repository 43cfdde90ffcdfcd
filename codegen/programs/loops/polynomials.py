"""Polynomials in place of functions, fitted when a module is written, for numbers of 4 and of 8 bytes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from mpmath import mp, mpf

from .. import parts
from ..fast.tails import TAILS
from ..special import NORMAL

BITS = {4: 24, 8: 53}
"""The bits of a number, by its bytes."""
GUARD = 1
"""How many more bits a polynomial has."""
LOG2 = "_LOG2"
END = {4: 4, 8: 6}
"""From where erf(x) is 1 but for rounding."""

SMALLER = 16
"""What an error in the tail of the normal distribution counts beside the tail: so many times less than beside 1."""

TAIL = TAILS[NORMAL]
SHIFT = mpf(TAIL.shift)
Function = Callable[[mpf], mpf]


@dataclass(frozen=True)
class Fit:
    """A function to be replaced by a polynomial between `low` and `high`; `weight` says what an error in it counts."""

    meaning: str
    function: Function
    ends: Callable[[int], tuple[mpf, mpf]]
    weight: Function


def _at(s: mpf) -> tuple[mpf, mpf]:
    """t and x where s = 2 shift t - 1, between -1 and 1, and t = 1/(shift + x)."""
    t = (s + 1) / 2 / SHIFT
    return t, 1 / t - SHIFT


def _tail(t: mpf, x: mpf) -> mpf:
    """What the normal distribution lacks to 1, beside t and its decay."""
    return TAIL.function(x) / TAIL.decay(x) / t


POLYNOMIALS = {
    "_EXP": Fit(
        "(exp(r) - 1 - r)/r^2 for |r| <= log(2)/2",
        lambda r: (mp.expm1(r) - r) / r**2,
        lambda size: (-mp.log(2) * mpf("0.501"), mp.log(2) * mpf("0.501")),
        lambda r: r,
    ),
    "_LOG": Fit(
        "(log((1 + s)/(1 - s)) - 2 s)/s^3 in s^2, for 1/sqrt(2) <= (1 + s)/(1 - s) <= sqrt(2)",
        lambda v: (2 * mp.atanh(mp.sqrt(v)) - 2 * mp.sqrt(v)) / mp.sqrt(v) ** 3,
        lambda size: (mpf(0), mpf("1.001") * (3 - 2 * mp.sqrt(2)) ** 2),
        lambda v: v / 2,
    ),
    "_ERF": Fit(
        "erf(x)/x - 1 in x^2, for |x| <= 1",
        lambda v: mp.erf(mp.sqrt(v)) / mp.sqrt(v) - 1,
        lambda size: (mpf(0), mpf(1)),
        lambda v: mpf(1),
    ),
    "_ERFC": Fit(
        "erfc(x) exp(x^2)/t in t = 1/(1 + 0.4 x), from x = 1 to where erf(x) is 1",
        lambda t: mp.erfc((1 / t - 1) * mpf("2.5")) * mp.exp(((1 / t - 1) * mpf("2.5")) ** 2) / t,
        lambda size: (1 / (1 + mpf("0.4") * END[size]), 1 / mpf("1.4")),
        lambda t: t * mp.exp(-(((1 / t - 1) * mpf("2.5")) ** 2)),
    ),
    "_NORMAL": Fit(
        f"exp(x^2/2) (1 - erf(x/sqrt(2)))/(2t) in 2*{TAIL.shift}*t - 1, where t = 1/({TAIL.shift} + x), for x >= 0",
        lambda s: _tail(*_at(s)),
        lambda size: (2 * SHIFT / (SHIFT + mpf(TAIL.ends[size])) - 1, mpf(1)),
        lambda s: max(_at(s)[0] * TAIL.decay(_at(s)[1]), 1 / (SMALLER * _tail(*_at(s)))),
    ),
}
"""What loops have polynomials for, by the name of the table of numbers."""


@cache
def coefficients(name: str, size: int) -> tuple[float, ...]:
    """The polynomial of least degree that will do for numbers of so many bytes, the highest power first."""
    fit = POLYNOMIALS[name]
    with mp.workdps(40):
        for degree in range(1, 40):
            terms, error = _fitted(fit, *fit.ends(size), degree)
            if error <= mpf(2) ** -(BITS[size] + GUARD):
                return tuple(float(mp.nstr(term, 17)) for term in terms)
    raise AssertionError(name)


def _fitted(fit: Fit, low: mpf, high: mpf, degree: int) -> tuple[list[mpf], mpf]:
    """The polynomial that meets the function at the Chebyshev points, and its largest error at points in between."""
    count = degree + 1
    places = [(low + high + (high - low) * mp.cos(mp.pi * (2 * k + 1) / (2 * count))) / 2 for k in range(count)]
    rows = mp.matrix([[x**n for n in range(degree, -1, -1)] for x in places])
    terms = list(mp.lu_solve(rows, mp.matrix([fit.function(x) for x in places])))
    tried = [low + (high - low) * (k + mpf(1) / 3) / (4 * count) for k in range(4 * count)]
    return terms, max(abs((mp.polyval(terms, x) - fit.function(x)) * fit.weight(x)) for x in tried)


@cache
def _log2_parts(size: int) -> tuple[float, float]:
    """log(2) as a sum: a number of few bits, of which multiples are exact, and the rest."""
    with mp.workdps(40):
        scale = 2 ** (BITS[size] // 2)
        high = mp.nint(mp.log(2) * scale) / scale
        return float(high), float(mp.nstr(mp.log(2) - high, 17))


def table(name: str) -> str:
    """The numbers of a name as text, with what they are."""
    meaning = "log(2) as a number of few bits and the rest" if name == LOG2 else POLYNOMIALS[name].meaning
    lines = []
    for size in BITS:
        values = _log2_parts(size) if name == LOG2 else coefficients(name, size)
        row = f"{size}: ({', '.join(map(repr, _short(values, size)))}),"
        first, *others = textwrap.wrap(row, parts.WIDTH)
        lines += [f"    {first}", *(f"        {part}" for part in others)]
    return "\n".join([f"{name} = {{", *lines, "}", f'"""By the bytes of a number: {meaning}."""', ""])


def _short(values: tuple[float, ...], size: int) -> list[float]:
    """The numbers with the digits that count."""
    return [float(f"{value:.10g}") for value in values] if size == 4 else list(values)
