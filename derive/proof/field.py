"""A tower of finite fields in which numbers have signs, exponentials and logarithms.

Nine primes p_0, p_1 = 2 p_0 + 1, ...: every nonzero element of F_{p_(i+1)} is plus or minus
g^u with u in F_{p_i}, as every real number is plus or minus e^u. So exp leads from level i to
level i + 1, log back, and the sign is the Legendre symbol.
"""

from __future__ import annotations

from functools import cache
from math import isqrt


def _chain(first: int, length: int) -> tuple[int, ...]:
    primes = [first]
    while len(primes) < length:
        primes.append(2 * primes[-1] + 1)
    return tuple(primes)


PRIMES = _chain(85864769, 9)
TOP = len(PRIMES) - 1
GENERATOR = 4
"""A square other than 1 at every level, so it generates the squares, a group of prime order."""

FIRST_SIGNED = 2
"""From this level on 2, 3 and 5 are squares, so that small numbers count as positive."""


def exp(exponent: int, level: int) -> int:
    """g^exponent at `level`; `exponent` is a residue of the level below."""
    return pow(GENERATOR, exponent % PRIMES[level - 1], PRIMES[level])


def sign(value: int, level: int) -> int:
    """-1, 0 or 1: the Legendre symbol at `level` >= 1."""
    value %= PRIMES[level]
    if value == 0:
        return 0
    return 1 if pow(value, PRIMES[level - 1], PRIMES[level]) == 1 else -1


def log(value: int, level: int) -> int:
    """The u of `level` with |value| = g^u; `value` is a nonzero residue of the level above."""
    prime, order = PRIMES[level + 1], PRIMES[level]
    value %= prime
    if value == 0:
        raise ZeroDivisionError("the logarithm of 0")
    if sign(value, level + 1) < 0:
        value = prime - value
    table, stride, giant = _table(level)
    for steps in range(order // stride + 1):
        found = table.get(value)
        if found is not None:
            return (found + steps * stride) % order
        value = value * giant % prime
    raise AssertionError("g generates the squares")


@cache
def _table(level: int) -> tuple[dict[int, int], int, int]:
    """The powers g^0 .. g^(stride-1) of the level above, and g^-stride."""
    prime = PRIMES[level + 1]
    stride = 2 * isqrt(PRIMES[level]) + 1
    table, value = {}, 1
    for exponent in range(stride):
        table[value] = exponent
        value = value * GENERATOR % prime
    return table, stride, pow(value, -1, prime)


def power(base: int, exponent: int, level: int) -> int:
    """|base|^exponent at `level` >= 1; `exponent` is a residue of the level below."""
    prime = PRIMES[level]
    base = base % prime if sign(base, level) >= 0 else -base % prime
    return pow(base, exponent % PRIMES[level - 1], prime) if base else 0


def inverse(value: int, level: int) -> int:
    """1/value; raises ZeroDivisionError for 0."""
    value %= PRIMES[level]
    if value == 0:
        raise ZeroDivisionError("division by 0")
    return pow(value, -1, PRIMES[level])
