"""Sums over a Kronecker delta collapse: ``Sum(kron(k, m)*T(k), k)`` is ``T(m)``."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Product, S, Sum, Symbol

from ..renaming import factors_of, rebuild, substitute, terms_of
from ..terms import Partial, free_indices, is_index, range_of, total

Ranges = Mapping[Symbol, Expr]


def contract(expression: Expr, ranges: Ranges) -> Expr:
    """Collapse every sum over a delta and take out what a sum does not depend on.

    `ranges` gives the dimension of each free index: a delta puts in another index only where that
    stays among the values summed over.
    """
    if not expression.args or isinstance(expression, (Indexed, Partial)):
        return expression
    if isinstance(expression, Sum):
        return _contract_sum(expression, ranges)
    if isinstance(expression, Product):
        letter, size = range_of(expression)
        return rebuild(expression, [contract(expression.args[0], {**ranges, letter: size}), expression.args[1]])
    new = [contract(argument, ranges) for argument in expression.args]
    if all(a is b for a, b in zip(new, expression.args, strict=True)):
        return expression
    return rebuild(expression, new)


def _contract_sum(node: Sum, ranges: Ranges) -> Expr:
    letter, size = range_of(node)
    body = contract(node.function, {**ranges, letter: size})
    terms = _distribute(body, letter)
    if len(terms) == 1:
        return _contract_term(terms[0], letter, size, ranges)
    collapsed = [t for t in terms if _put_in(t, letter, size, ranges) is not None]
    kept = [t for t in terms if _put_in(t, letter, size, ranges) is None]
    if not collapsed:
        return total(body, (letter, size))
    return Add(*(_contract_term(t, letter, size, ranges) for t in (*collapsed, *kept)))


def _distribute(body: Expr, letter: Symbol) -> list[Expr]:
    """The terms of `body`, multiplied out only where an indicator of `letter` stands inside."""
    result = []
    for term in terms_of(body):
        factors = factors_of(term)
        mixed = next((f for f in factors if isinstance(f, Add) and _has_delta(f, letter)), None)
        if mixed is None:
            result.append(term)
            continue
        rest = Mul(*(f for f in factors if f is not mixed))
        for part in mixed.args:
            result.extend(_distribute(rest * part, letter))
    return result


def _has_delta(expression: Expr, letter: Symbol) -> bool:
    return any(letter in d.free_symbols for d in expression.atoms(KroneckerDelta))


def _put_in(term: Expr, letter: Symbol, size: Expr, ranges: Ranges) -> tuple[KroneckerDelta, Expr] | None:
    """A delta among the factors, and the index that it puts in the place of `letter`."""
    for candidate in factors_of(term):
        if isinstance(candidate, KroneckerDelta) and letter in candidate.args:
            other = candidate.args[1] if candidate.args[0] == letter else candidate.args[0]
            if letter not in other.free_symbols and stays_inside(other, size, ranges):
                return candidate, other
    return None


def stays_inside(place: Expr, size: Expr, ranges: Ranges) -> bool:
    """Whether an index expression is one of 0, 1, ..., size - 1 whatever its letters are."""
    letters = [s for s in place.free_symbols if is_index(s)]
    if any(s not in ranges for s in letters):
        return is_index(place)
    if place in letters and ranges[place] == size:
        return True
    if any(place.coeff(s) < 0 for s in letters):
        return False
    first, last = place.xreplace(dict.fromkeys(letters, S.Zero)), place.xreplace({s: ranges[s] - 1 for s in letters})
    return _is_never_negative(first) and _is_never_negative(size - 1 - last)


def _is_never_negative(form: Expr) -> bool:
    """Whether a polynomial in widths is at least 0 at all widths from 1 on, by the signs of its coefficients."""
    above_one = form.xreplace({d: d + 1 for d in form.free_symbols}).expand()
    return all(term.as_coeff_Mul()[0] >= 0 for term in Add.make_args(above_one))


def _contract_term(term: Expr, letter: Symbol, size: Expr, ranges: Ranges) -> Expr:
    found = _put_in(term, letter, size, ranges)
    if found is not None:
        delta, other = found
        rest = Mul(*(f for f in factors_of(term) if f is not delta))
        return contract(substitute(rest, {letter: other}), ranges)
    outside = [f for f in factors_of(term) if letter not in free_indices(f)]
    inside = [f for f in factors_of(term) if letter in free_indices(f)]
    if not inside:
        return Mul(size, *outside)
    return Mul(*outside, total(Mul(*inside), (letter, size)))
