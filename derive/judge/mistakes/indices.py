"""Changes to indices, to arrays and to sums: transposed, of another layer, summed or not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from sympy import Expr, Indexed, KroneckerDelta, S, Sum

from ...renaming import found_in, replace, substitute
from ...terms import element, free_indices, indices_of, is_index, name_of, range_of, total
from .changes import Change
from .places import Place, Scope, entries, factors, places, terms
from .setting import Setting, is_derivative


def swap_indices(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """Two indices of an entry exchanged, in one place or wherever the array stands."""
    for place in entries(formula, scope):
        indices = list(indices_of(place.node))
        for one, two in combinations(range(len(indices)), 2):
            if _size(indices[one], place) == _size(indices[two], place) and indices[one] != indices[two]:
                other = indices.copy()
                other[one], other[two] = other[two], other[one]
                new = element(name_of(place.node), *other)
                yield Change(place.put(new), new, place.node)


def other_index(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """Another letter of the same dimension in one index of an entry, or the index shifted by one."""
    for place in places(formula, scope):
        if isinstance(place.node, Sum):
            yield from _unshifted(place)
    for place in entries(formula, scope):
        indices = indices_of(place.node)
        for number, here in enumerate(indices):
            for there in _others(here, place):
                new = element(name_of(place.node), *indices[:number], there, *indices[number + 1 :])
                yield Change(place.put(new), new, place.node)


def _unshifted(place: Place) -> Iterator[Change]:
    """A[j] for A[j-1], which is read as the sum over m of A[m]*kron(m, j-1)."""
    letter, size = range_of(place.node)
    for delta in found_in(place.node.args[0], KroneckerDelta):
        here, there = delta.args if delta.args[0] == letter else reversed(delta.args)
        if here == letter and not is_index(there):
            rest = place.node.args[0] / delta
            for own in free_indices(there):
                if place.scope.get(own) == size:
                    yield Change(place.put(substitute(rest, {letter: own})), own, there)


def _others(here: Expr, place: Place) -> Iterator[Expr]:
    for letter, size in place.scope.items():
        if letter != here and (size == _size(here, place) or not is_index(here)):
            yield letter
    yield here - 1
    yield here + 1


def _size(index: Expr, place: Place) -> Expr | None:
    return place.scope.get(index)


def swap_letters(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """Two letters exchanged in a whole term."""
    for place in terms(formula, scope):
        free = sorted(free_indices(place.node), key=str)
        for one, two in combinations(free, 2):
            if place.scope.get(one) == place.scope.get(two):
                yield Change(place.put(substitute(place.node, {one: two, two: one})), str(one), str(two))


def other_array(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """The entry of another array of the same shape, in one place or wherever it stands; derivatives for derivatives."""
    for place in entries(formula, scope):
        for new in setting.entries_like(place.node, place.scope):
            if _alike(name_of(place.node), name_of(new), setting):
                yield Change(place.put(new), new, place.node)
    for entry in found_in(formula, Indexed):
        for new in setting.entries_like(entry, scope):
            if _alike(name_of(entry), name_of(new), setting):
                yield Change(replace(formula, {entry: new}), new, entry)


def _alike(one: str, two: str, setting: Setting) -> bool:
    """Derivatives give way to derivatives only: that a number of the network stands for one explains nothing."""
    return is_derivative(one, setting) == is_derivative(two, setting)


def add_sum(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A sum over a letter that is free and should not be, or over one that was confused with a free letter."""
    loose = set(scope) - free_indices(setting.question.left)
    for place in terms(formula, scope):
        for letter in free_indices(place.node) & loose:
            yield Change(place.put(total(place.node, (letter, scope[letter]))), letter)
    for place, parts in factors(formula, scope):
        yield from _summed(place, parts, loose, setting)


def _summed(place: Place, parts: tuple[Expr, ...], loose: set, setting: Setting) -> Iterator[Change]:
    """A group of factors under a sum: those with a loose letter, or those in which a letter may be a bound one."""
    for letter in loose & free_indices(place.node):
        inner = [p for p in parts if letter in free_indices(p)]
        rest = [p for p in parts if letter not in free_indices(p)]
        yield Change(place.put(_product(rest) * total(_product(inner), (letter, place.scope[letter]))), letter)


def drop_sum(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """What a sum runs over in place of the sum: its letter left free, or confused with another."""
    for place in places(formula, scope):
        if not isinstance(place.node, Sum):
            continue
        letter, size = range_of(place.node)
        body = place.node.args[0]
        if letter not in place.scope:
            yield Change(place.put(body), letter)
        for other, other_size in place.scope.items():
            if other_size == size and other != letter:
                yield Change(place.put(substitute(body, {letter: other})), letter)


def drop_indicator(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """An indicator of equal indices taken for 1, or for 0."""
    for place in places(formula, scope):
        if isinstance(place.node, KroneckerDelta):
            yield Change(place.put(S.One), place.node)
            yield Change(place.put(S.Zero), place.node)


def _product(parts: list[Expr]) -> Expr:
    result: Expr = S.One
    for part in parts:
        result = result * part
    return result
