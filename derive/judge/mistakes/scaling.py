"""Changes of sign and of constant factors, and factors lost or gained."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from sympy import Add, Expr, Mul, Pow, S, Symbol, sign

from ...renaming import factors_of, found_in
from ...terms import free_indices, name_of
from .changes import Change
from .forms import parts_at
from .places import Place, Scope, entries, factors, places, terms
from .setting import Setting

LARGEST_BRACKET = 8
"""A bracket of so many operations at most is told as a whole."""
LONGEST = 6
"""Of so many factors at most, every part is tried as the one that belongs to a whole bracket."""


def flip_sign(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """The whole with the other sign, or one term of a sum of terms."""
    yield Change(-formula, wrong="the right side")
    for place in terms(formula, scope):
        if place.path and isinstance(_above(place), Add):
            yield Change(place.put(-place.node), wrong=place.node)


def _above(place: Place) -> Expr:
    node = place.formula
    for step in place.path[:-1]:
        node = node.args[step]
    return node


def multiply(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A term times a constant factor. `right` is the factor."""
    for place in terms(formula, scope):
        if place.binder is None or isinstance(_above(place), Add):
            for number in setting.numbers:
                for factor in (number, 1 / number):
                    yield Change(place.put(Mul(factor, place.node)), factor)


def divide_out(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A constant factor that stands in a term, taken out. `wrong` is the factor."""
    for place, parts in factors(formula, scope):
        for factor in _constants(parts):
            yield Change(place.put(Mul(place.node, 1 / factor)), wrong=factor)
    for place in places(formula, scope):
        if isinstance(place.node, Add) and abs(content := place.node.primitive()[0]) != 1:
            yield Change(place.put(place.node / content), wrong=content)
        if isinstance(place.node, Pow) and place.node.args[1].is_Integer and place.node.args[1] > 1:
            yield Change(place.put(place.node.args[0]), wrong=place.node.args[0])


def drop_square(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """The square of a term in a bracket, left out, as in 1 - a. `right` is the bracket as it was, or a part of it."""
    for place in places(formula, scope):
        bracket = place.node
        for term in bracket.args if isinstance(bracket, Add) and not place.decides else ():
            for square in (f for f in Mul.make_args(term) if f.is_Pow and f.exp == 2 and not f.base.is_number):
                new = bracket - term + term / square.base
                if bracket.count_ops() <= LARGEST_BRACKET:
                    yield Change(place.put(new), bracket, new)
                else:
                    yield Change(place.put(new), term, term / square.base)


def _constants(parts: tuple[Expr, ...]) -> Iterator[Expr]:
    known = [part for part in parts if is_constant(part)]
    every = Mul(*(abs(part) if part.is_Rational else part for part in known if part.is_Rational or not part.is_number))
    if every != 1:
        yield every
    for part in known:
        if part.is_Rational and part not in (S.One, S.NegativeOne):
            if abs(part.p) != 1:
                yield abs(S(part.p))
            if part.q != 1:
                yield 1 / S(part.q)
        elif not part.is_Rational and part != every:
            yield part


def scale_penalty(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A term of the penalty with another constant factor."""
    for place in terms(formula, scope):
        if is_penalty(place.node, setting):
            for number in setting.numbers:
                for factor in (number, 1 / number):
                    yield Change(place.put(Mul(factor, place.node)), factor)


def is_penalty(term: Expr, setting: Setting) -> bool:
    """Whether a term speaks of parameters and scalars only, and of one by which the left side differentiates."""
    names = {name_of(entry) for entry in found_in(term, (Symbol,)) if not entry.is_integer}
    names |= {name_of(place.node) for place in entries(term, {})}
    known = setting.parameters | set(map(str, setting.scalars))
    return bool(names & setting.parameters) and names <= known | set(setting.question.model.parameters)


def add_factor(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A term times something that stands in the derivation, or divided by it. `right` is the factor.

    Terms of an inner bracket are left as they are: a - a^2 for 1 - a^2 is another bracket, not a factor lost.
    """
    for place in terms(formula, scope):
        if isinstance(_above(place), Add) and _above(place) != formula:
            continue
        for factor in _fitting_factors(place, setting):
            if not _cancels(place, made := Mul(place.node, factor)):
                yield Change(place.put(made), factor)


def drop_factor(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A factor of a product, left out. `wrong` is the factor."""
    for place, parts in factors(formula, scope):
        for factor in parts if len(parts) > 1 or not parts[0].is_number else ():
            if not factor.is_number and not _cancels(place, rest := Mul(*(p for p in parts if p is not factor))):
                yield Change(place.put(rest), wrong=factor)
            if factor.is_Pow and factor.args[1].is_Integer and abs(factor.args[1]) > 1:
                one = factor.args[0] ** sign(factor.args[1])
                yield Change(place.put(Mul(*(factor / one if p is factor else p for p in parts))), wrong=one)
    for place in places(formula, scope):
        if isinstance(place.node, Pow) and not place.node.args[1].is_Integer:
            yield Change(place.put(S.One), wrong=place.node)


def _cancels(place: Place, rest: Expr) -> bool:
    """Whether a bracket is nothing with `rest` in this place, as 1 - y without the y: a whole term would be lost."""
    above = _above(place)
    return isinstance(above, Add) and above - place.node + rest == 0


def _fitting_factors(place: Place, setting: Setting) -> Iterator[Expr]:
    """Factors of the forms of the right formula that make sense here."""
    for factor in parts_at(place.scope, setting):
        if place.binder is None or place.binder in free_indices(factor):
            yield factor


def into_bracket(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """Factors of one term made factors of all terms beside it. `right` is the factor."""
    for place in places(formula, scope):
        if not isinstance(place.node, Add) or place.decides:
            continue
        for term in place.node.args:
            rest = place.node - term
            for part in _parts(term):
                if not is_constant(part) and not (term / part).is_number:
                    yield Change(place.put(term + part * rest), part, term)


def out_of_bracket(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A factor of a whole bracket left to one of its terms only."""
    for place, parts in factors(formula, scope):
        for bracket in (p for p in parts if isinstance(p, Add) and p is not place.node):
            rest = Mul(*(p for p in parts if p is not bracket))
            for term in bracket.args:
                yield Change(place.put(rest * term + (bracket - term)), rest, term)


def _parts(term: Expr) -> Iterator[Expr]:
    """Every product of some of the factors of a term, larger ones first."""
    of = [f for f in factors_of(term) if f not in (S.One, S.NegativeOne)][:LONGEST]
    for count in range(len(of), 0, -1):
        for chosen in combinations(of, count):
            yield Mul(*chosen)


def is_constant(factor: Expr) -> bool:
    """Whether a factor is made of numbers such as 2 and pi, widths and scalars."""
    base = factor.as_base_exp()[0]
    return bool(factor.is_number or base.is_Rational) or isinstance(base, Symbol)
