"""The tower of fields: signs, exponentials and logarithms as over the reals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import isprime

from derive.proof import field
from derive.proof.field import PRIMES, TOP

LEVELS = st.integers(1, TOP)


def residues(level: int) -> st.SearchStrategy[int]:
    return st.integers(1, PRIMES[level] - 1)


def test_nine_primes_each_twice_the_last_plus_one() -> None:
    assert len(PRIMES) == 9 and all(map(isprime, PRIMES))
    assert all(after == 2 * before + 1 for before, after in zip(PRIMES, PRIMES[1:], strict=False))


@given(st.data(), LEVELS)
def test_exp_turns_sums_into_products(data: st.DataObject, level: int) -> None:
    u, v = (data.draw(residues(level - 1)) for _ in range(2))
    assert field.exp(u + v, level) == field.exp(u, level) * field.exp(v, level) % PRIMES[level]


@given(st.data(), st.integers(0, 4))
def test_log_undoes_exp(data: st.DataObject, level: int) -> None:
    u = data.draw(residues(level))
    value = field.exp(u, level + 1)
    assert field.log(value, level) == u == field.log(-value, level)


@given(st.data(), st.integers(0, 4))
def test_exp_undoes_log_up_to_sign(data: st.DataObject, level: int) -> None:
    value = data.draw(residues(level + 1))
    again = field.exp(field.log(value, level), level + 1)
    assert again == value * field.sign(value, level + 1) % PRIMES[level + 1]


@given(st.data(), LEVELS)
def test_sign_is_multiplicative(data: st.DataObject, level: int) -> None:
    u, v = (data.draw(residues(level)) for _ in range(2))
    assert field.sign(u * v, level) == field.sign(u, level) * field.sign(v, level)
    assert field.sign(-u, level) == -field.sign(u, level)
    assert field.sign(0, level) == 0


@given(st.data(), LEVELS)
def test_exponentials_are_positive(data: st.DataObject, level: int) -> None:
    assert field.sign(field.exp(data.draw(residues(level - 1)), level), level) == 1


@given(st.data(), LEVELS)
def test_roots_and_powers(data: st.DataObject, level: int) -> None:
    value, c, e = data.draw(residues(level)), data.draw(residues(level - 1)), data.draw(residues(level - 1))
    prime, half = PRIMES[level], field.inverse(2, level - 1)
    root = field.power(value * value, half, level)
    assert root == value * field.sign(value, level) % prime
    assert field.power(value, c + e, level) == field.power(value, c, level) * field.power(value, e, level) % prime


@pytest.mark.parametrize("level", range(field.FIRST_SIGNED, TOP + 1))
def test_small_numbers_are_positive(level: int) -> None:
    assert all(field.sign(number, level) == 1 for number in (1, 2, 3, 4, 5, 6, 8, 9, 10, 12))


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        field.inverse(PRIMES[3], 3)
    with pytest.raises(ZeroDivisionError):
        field.log(0, 3)
