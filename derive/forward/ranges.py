"""The dimension of every axis and every index, found by unification."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Dummy, Expr, Symbol

from ..errors import InputError
from ..terms import dimension

Key = tuple[Any, ...]  # ("axis", array, position), ("index", where, binder, letter) or ("value", dimension)


@dataclass(frozen=True)
class Shift:
    """An axis indexed by ``sum of step*index + constant + sum of widths``, written `text`.

    With a negative constant the array goes on with as many zeros at both ends.
    """

    axis: Key
    terms: tuple[tuple[int, Key], ...]
    constant: int
    text: str
    where: str
    widths: tuple[Key, ...] = ()

    @property
    def step(self) -> int:
        return max(step for step, _ in self.terms)


class Ranges:
    """Classes of axes and indices of one dimension; a class may be fixed to a name or a number.

    After `settle`, `dimension` answers for every key and `sizes` holds the known numbers.
    """

    def __init__(self, sizes: Mapping[Symbol, int]) -> None:
        self.sizes: dict[Symbol, int] = dict(sizes)
        self._parent: dict[Key, Key] = {}
        self._value: dict[Key, Expr] = {}
        self._size: dict[Key, int] = {}
        self._weight: dict[Key, int] = {}
        self._stems: dict[Key, str] = {}
        self._shifts: list[Shift] = []

    def add(self, key: Key, stem: str) -> None:
        """Take in an axis or index; its dimension may come to be called ``n_stem``."""
        self._parent.setdefault(key, key)
        self._stems.setdefault(key, stem)

    def find(self, key: Key) -> Key:
        """The representative of the class of `key`."""
        root = self._parent.setdefault(key, key)
        while root != self._parent[root]:
            root = self._parent[root]
        while key != root:
            key, self._parent[key] = self._parent[key], root
        return root

    def fix(self, key: Key, value: Expr | int) -> bool:
        """Declare the dimension of `key`; False where it is already another one."""
        if isinstance(value, int):
            root = self.find(key)
            known = self._number(root)
            self._size.setdefault(root, value)
            return known in (None, value)
        named = ("value", value)
        self._value.setdefault(self.find(named), value)
        return self.unite(key, named)

    def unite(self, one: Key, other: Key) -> bool:
        """Make two dimensions one; False (and nothing done) where they are declared differently."""
        a, b = self.find(one), self.find(other)
        if a == b:
            return True
        values = {self._value[root] for root in (a, b) if root in self._value}
        numbers = {number for root in (a, b) if (number := self._number(root)) is not None}
        if len(values) > 1 or len(numbers) > 1:
            return False
        a, b = sorted((a, b), key=lambda root: -self._weight.get(root, 1))
        self._weight[a] = self._weight.get(a, 1) + self._weight.get(b, 1)
        self._parent[b] = a
        self._value.update((a, value) for value in values)
        self._size.update((a, number) for number in numbers)
        return True

    def label(self, key: Key) -> str:
        """How many: the number or the name that is declared for this dimension."""
        root = self.find(key)
        number = self._number(root)
        return str(number if number is not None else self._value.get(root, "some"))

    def shift(self, relation: Shift) -> None:
        """Note that an axis is indexed by a sum; solved by `settle`."""
        self._shifts.append(relation)

    def determined(self) -> set[Key]:
        """The classes that hold an axis, a declared dimension or a known number."""
        return {self.find(key) for key in self._parent if key[0] != "index"} | set(self._size)

    def indices(self) -> list[Key]:
        """The keys of all indices, in order of first sight."""
        return [key for key in self._stems if key[0] == "index"]

    def declared(self) -> list[Expr]:
        """The dimensions that were declared by name."""
        return [key[1] for key in self._parent if key[0] == "value"]

    def number(self, key: Key) -> int | None:
        """The size of this dimension where it is a known number."""
        return self._number(self.find(key))

    def _number(self, root: Key) -> int | None:
        value = self._value.get(root)
        return self._size.get(root, self.sizes.get(value) if value is not None else None)

    def settle(self, free_name: Callable[[str], str]) -> None:
        """Solve the relations between dimensions and name what is left, by `free_name` of a stem."""
        unknown: dict[Key, Symbol] = {}
        solved = self._solve(unknown)
        for key, stem in self._stems.items():
            root = self.find(key)
            if root not in self._value and unknown.get(root) not in solved:
                self._value[root] = dimension(free_name(stem))
        names = {symbol: self._value[root] for root, symbol in unknown.items() if root in self._value}
        for root, symbol in unknown.items():
            if symbol in solved:
                self._value[root] = solved[symbol].xreplace(names)
        for root, size in self._size.items():
            if self._parent[root] == root and isinstance(self._value.get(root), Symbol):
                self.sizes[self._value[root]] = size

    def _solve(self, unknown: dict[Key, Symbol]) -> dict[Symbol, Expr]:
        """Dimensions that follow from others, in terms of the `unknown` ones it stands in for."""
        solved: dict[Symbol, Expr] = {}
        for relation in self._farthest():
            keys = (relation.axis, *(key for _, key in relation.terms), *relation.widths)
            axis, *others = (
                self._value[root] if root in self._value else unknown.setdefault(root, Dummy(integer=True))
                for root in map(self.find, keys)
            )
            form = _relation(relation, axis, others).xreplace(solved).expand()
            form -= self._rest(relation, form, unknown)
            if form == 0 or relation.constant < 0 and not form.atoms(Dummy):
                continue
            sized = {symbol: self._size[root] for root, symbol in unknown.items() if root in self._size}
            chosen = _solvable(form, (axis, *others), sized)
            value = (chosen - form / form.coeff(chosen)).expand() if chosen is not None else None
            if value is None or (chosen in sized and value.xreplace({**self.sizes, **sized}) != sized[chosen]):
                complaint = f"{relation.text} does not fit the declared dimensions{_hint(relation)}"
                raise InputError(f"{relation.where}: {complaint}")
            solved = {symbol: other.xreplace({chosen: value}).expand() for symbol, other in solved.items()}
            solved[chosen] = value
        return solved

    def _farthest(self) -> list[Shift]:
        """The relations; of several that differ in a constant alone, as x[2*t] and x[2*t+1], the last place counts."""
        kept: dict[Key, Shift] = {}
        for relation in self._shifts:
            terms = tuple((step, self.find(key)) for step, key in relation.terms)
            key = (self.find(relation.axis), terms, tuple(map(self.find, relation.widths)), relation.constant < 0)
            if key not in kept or kept[key].constant < relation.constant:
                kept[key] = relation
        return list(kept.values())

    def _rest(self, relation: Shift, form: Expr, unknown: Mapping[Key, Symbol]) -> int:
        """The places of an axis of known width that the last step leaves over; notes how many steps there are."""
        sized = {symbol: self._size[root] for root, symbol in unknown.items() if root in self._size}
        number = form.xreplace({**self.sizes, **sized})
        left = [root for root, symbol in unknown.items() if symbol in number.free_symbols]
        if len(left) == 1 and number.coeff(unknown[left[0]]) == -relation.step and relation.step > 1:
            rest, _ = number.as_independent(unknown[left[0]])
            steps = int(rest) // relation.step
            if rest.is_Integer and steps > 0:
                self._size[left[0]], number = steps, rest - steps * relation.step
        inside = number.is_Integer and (0 <= number < relation.step or relation.constant < 0)
        return int(number) if inside else 0

    def dimension(self, key: Key) -> Expr:
        """The dimension of an axis or index."""
        return self._value[self.find(key)]


def _relation(relation: Shift, axis: Expr, others: list[Expr]) -> Expr:
    """What is zero where the last index of all is the last place of the axis."""
    steps = [step for step, _ in relation.terms]
    last = sum(step * (n - 1) for step, n in zip(steps, others[: len(steps)], strict=True)) + relation.constant
    zeros = relation.constant if relation.constant < 0 else 0
    return axis - last - zeros - 1 - sum(others[len(steps) :])


def _hint(relation: Shift) -> str:
    if relation.step == 1:
        return ""
    return "; leave this axis without a name, or give its width as a number"


def _solvable(form: Expr, prefer: tuple[Expr, ...], sized: Mapping[Symbol, int]) -> Symbol | None:
    """A stand-in to solve ``form = 0`` for: preferred ones first, those of known size last."""
    candidates = [s for s in (*prefer, *form.free_symbols) if isinstance(s, Dummy) and form.coeff(s) in (1, -1)]
    return min(candidates, key=lambda symbol: symbol in sized, default=None)
