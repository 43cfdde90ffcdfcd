"""Elementary functions as straight code without calls, so that loops in which they stand become vector code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..special import NORMAL
from .polynomials import LOG2, POLYNOMIALS, TAIL, table

FUNCTIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "polynomial": (
        (),
        '''@elementary
def polynomial(terms, z):
    """The polynomial with these terms, that of the highest power first."""
    total = terms[0]
    for term in terms[1:]:
        total = total * z + term
    return total
''',
    ),
    "power_of_two": (
        (),
        '''bias, mantissa = np.finfo(number).maxexp - 1, np.finfo(number).nmant

@elementary
def power_of_two(n):
    """2^n for a whole number n, by its bits."""
    return whole(whole(n + bias) << mantissa).view(number)
''',
    ),
    "reduced": (
        ("polynomial", "power_of_two"),
        '''exp_terms = tuple(map(number, _EXP[number().itemsize]))
log2_high, log2_low = map(number, _LOG2[number().itemsize])
per_log2 = number(1 / math.log(2))
largest = number((bias + 1.25) * math.log(2))

@elementary
def reduced(z):
    """n and exp(r) - 1 where z = n log(2) + r, and |r| is at most log(2)/2."""
    n = np.rint(z * per_log2)
    r = z - n * log2_high - n * log2_low
    return np.int32(n), r + r * r * polynomial(exp_terms, r)
''',
    ),
    "exp": (
        ("reduced",),
        '''smallest = number((np.finfo(number).minexp - mantissa - 2) * math.log(2))

@elementary
def exp_at(z):
    """exp(z) = 2^n exp(r); beyond the ends 0 and infinity."""
    n, more = reduced(smallest if z < smallest else largest if z > largest else z)
    part = np.int32(n >> 1)
    return (one + more) * power_of_two(part) * power_of_two(np.int32(n - part))
''',
    ),
    "expm1": (
        ("reduced",),
        '''lost = number(-(mantissa + 3) * math.log(2))

@elementary
def expm1_at(z):
    """exp(z) - 1 = 2 (2^(n - 1) (exp(r) - 1) + 2^(n - 1) - 1/2); below `lost` it is -1 but for rounding."""
    n, more = reduced(lost if z < lost else largest if z > largest else z)
    power = power_of_two(np.int32(n - 1))
    return two * (power * more + (power - half))
''',
    ),
    "tanh": (
        ("reduced",),
        '''far = number((mantissa + 4) * math.log(2) / 2)

@elementary
def tanh_at(z):
    """tanh(z) = t/(t + 2) where t = exp(2 z) - 1; it is 1 but for rounding where z is far from 0."""
    z = -far if z < -far else far if z > far else z
    n, more = reduced(z + z)
    power = power_of_two(n)
    t = power * more + (power - one)
    return t / (t + two)
''',
    ),
    "log": (
        ("reduced",),
        '''log_terms = tuple(map(number, _LOG[number().itemsize]))
tiny, infinity, undefined = np.finfo(number).tiny, number(math.inf), number(math.nan)
lifted = number(2**(mantissa + 2))
root_half = number(math.sqrt(0.5)).view(whole)

@elementary
def log_at(z):
    """log(z) = n log(2) + log(m) with m from 1/sqrt(2) to sqrt(2); log(m) in powers of s = (m - 1)/(m + 1)."""
    is_small = z < tiny
    bits = number(z * lifted if is_small else z).view(whole)
    n = np.int32((bits - root_half) >> mantissa)
    f = whole(bits - (whole(n) << mantissa)).view(number) - one
    n = number(n - (mantissa + 2 if is_small else 0))
    s = f / (two + f)
    rest = half * f * f
    value = n * log2_high - ((rest - (s * (rest + s * s * polynomial(log_terms, s * s)) + n * log2_low)) - f)
    value = value if z < infinity else z
    value = value if z > zero else undefined
    return -infinity if z == zero else value
''',
    ),
    "log1p": (
        ("log",),
        '''@elementary
def log1p_at(z):
    """log(1 + z), with what the sum 1 + z loses."""
    whole_ = one + z
    lost = (z - (whole_ - one)) / whole_
    return log_at(whole_) + (lost if lost == lost else zero)
''',
    ),
    "erf": (
        ("exp",),
        '''near_terms = tuple(map(number, _ERF[number().itemsize]))
far_terms = tuple(map(number, _ERFC[number().itemsize]))
falling = number(0.4)

@elementary
def erf_at(z, decay):
    """erf(z): z times a polynomial in z^2 near 0, else 1 - t P(t) exp(-z^2) where t = 1/(1 + 0.4 |z|).

    `decay` is exp(-z^2), which those who call often need themselves.
    """
    size = -z if z < zero else z
    t = one / (one + falling * size)
    far = one - t * polynomial(far_terms, t) * decay
    near = z + z * polynomial(near_terms, z * z)
    return near if size < one else -far if z < zero else far
''',
    ),
    NORMAL: (
        ("exp",),
        f'''tail_terms = tuple(map(number, _NORMAL[number().itemsize]))
even_terms, odd_terms = tail_terms[::-2][::-1], tail_terms[-2::-2][::-1]  # tuples that are short become vector code
shift = number({TAIL.shift})

@elementary
def normal_by_erfc_at(z, decay):
    """(1 + erf(z/sqrt(2)))/2: t P(s) exp(-z^2/2) for z < 0, else what is left to 1.

    t is 1/({TAIL.shift} + |z|) and s the same stretched to between -1 and 1.

    `decay` is exp(-z^2/2), which those who call often need themselves.
    """
    t = one / (shift + (-z if z < zero else z))
    s = two * shift * t - one
    tail = t * (polynomial(even_terms, s * s) + s * polynomial(odd_terms, s * s)) * decay
    return tail if z < zero else one - tail
''',
    ),
}  # fmt: skip
"""The functions of loops, with those that they call."""


def needed(names: Iterable[str]) -> list[str]:
    """These functions and those they call, in the order of the table."""
    wanted: set[str] = set()
    waiting = [name for name in names if name in FUNCTIONS]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += FUNCTIONS[name][0]
    return [name for name in FUNCTIONS if name in wanted]


def tables(names: Iterable[str]) -> list[str]:
    """The numbers that the text of some functions stands on."""
    text = "\n".join(FUNCTIONS[name][1] for name in names)
    return [table(name) for name in (*POLYNOMIALS, LOG2) if f"{name}[" in text]
