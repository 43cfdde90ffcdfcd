"""Numbers beyond a bound, taken off again, as what they leave: the number clipped at the bound.

u - max(u - k, 0) is k where u > k, and in floats whatever digits of k are left beside u; min(u, k) is k.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

from sympy import Add, Expr, Mul, Pow, expand

from derive.renaming import factors_of, terms_of
from derive.terms import maximum, minimum, step

Clip = Callable[[Expr, Expr], tuple[Expr, Expr]]
"""From u and k to what stands for u, and for clip(u, k)."""


def clip(u: Expr, k: Expr) -> Expr:
    """u where it is between -k and k, else the nearer one."""
    return maximum(minimum(u, k), -k)


def clipped(node: Expr, positive: Callable[[Expr], bool], made: Clip | None = None) -> Expr | None:
    """u - max(u - k, 0) + max(-u - k, 0) -> clip, and u^2 - max(u - k, 0)^2 - max(-u - k, 0)^2 -> clip*(2u - clip).

    Both are equal for k > 0: where u > k, where u < -k, and in between.
    """
    terms = terms_of(node)
    beyond = [(term, *found) for term in terms if (found := _beyond(term)) is not None]
    for (first, c, p, power), (second, d, q, other) in permutations(beyond, 2):
        u, k = expand((p - q) / 2), expand(-(p + q) / 2)
        if power != other or c != (d if power == 2 else -d) or u.could_extract_minus_sign() or not positive(k):
            continue
        rest = [term for term in terms if term not in (first, second)]
        for whole in (-c * u**2, -c * expand(-u) ** 2) if power == 2 else (expand(-c * u),):
            if set(terms_of(whole)) <= set(rest):
                left = Add(*(term for term in rest if term not in terms_of(whole)))
                u, inside = made(u, k) if made else (u, clip(u, k))
                return left - c * (inside * (2 * u - inside) if power == 2 else inside)
    return None


def _beyond(term: Expr) -> tuple[Expr, Expr, int] | None:
    """The c, v and n of c*max(v, 0)^n for n = 1, 2."""
    for factor in factors_of(term):
        base, power = (factor.base, factor.exp) if isinstance(factor, Pow) else (factor, 1)
        if isinstance(base, maximum) and base.args[1] == 0 and power in (1, 2):
            return Mul(*(f for f in factors_of(term) if f is not factor)), base.args[0], int(power)
    return None


def without_step(node: Expr) -> Expr | None:
    """max(v, 0)*step(v) -> max(v, 0)."""
    factors = factors_of(node)
    for factor in factors:
        if isinstance(factor, step) and maximum(factor.args[0], 0) in factors:
            return Mul(*(f for f in factors if f is not factor))
    return None
