"""The dimension of every axis and every index, found by unification."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sympy import Dummy, Expr, Integer, Symbol

from ..errors import DimensionClash, InputError
from ..terms import dimension
from .shifts import Key, Shift, farthest, never_negative, solvable


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
        self._narrow: dict[Key, Key] = {}
        self._shifts: list[Shift] = []
        self._reasons: dict[Symbol, Shift] = {}

    def add(self, key: Key, stem: str) -> None:
        """Take in an axis or index; its dimension may come to be called ``n_stem``."""
        self._parent.setdefault(key, key)
        self._stems.setdefault(key, stem)

    def find(self, key: Key) -> Key:
        """The representative of the class of `key`."""
        key = self._narrow.get(key, key)
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
        return self.unite(key, self.named(value))

    def named(self, value: Expr) -> Key:
        """The key of a dimension that has a name."""
        self._value.setdefault(self.find(("value", value)), value)
        return ("value", value)

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

    def shorter(self, one: Key, other: Key) -> Key | None:
        """The one of two declared dimensions that is at most the other at any widths; None where neither is."""
        a, b = (self._value.get(self.find(key)) for key in (one, other))
        if a is None or b is None or a.is_number and b.is_number:
            return None
        return one if self._has_room(b - a) else other if self._has_room(a - b) else None

    def _has_room(self, gap: Expr) -> bool:
        """Whether a difference of declared dimensions is one of them, or else at least 0 at any widths."""
        return gap.expand() in self._value.values() or never_negative(gap)

    def narrow(self, key: Key, axis: Key) -> bool:
        """Let an index run over the shorter of two axes it stands in; a free index stays what it is."""
        short = self.shorter(key, axis)
        if short == axis and key[2] != id(None):
            self._narrow[key] = axis
        return short == key or key in self._narrow and short is not None

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

    def settle(self, free_name: Callable[[str], str] | None = None) -> None:
        """Solve the relations between dimensions and name what is left, by `free_name` of a stem.

        Without it a number stays a number. InputError where a relation has no solution.
        """
        unknown: dict[Key, Symbol] = {}
        solved = self._solve(unknown)
        for key, stem in self._stems.items():
            root = self.find(key)
            if root not in self._value and unknown.get(root) not in solved:
                self._value[root] = dimension(free_name(stem)) if free_name else Integer(self._size[root])
        names = {symbol: self._value[root] for root, symbol in unknown.items() if root in self._value}
        for root, symbol in unknown.items():
            if symbol in solved:
                self._value[root] = solved[symbol].xreplace(names)
        for root, size in self._size.items():
            if self._parent[root] == root:
                self._note(self._value.get(root), size)
        for root, symbol in unknown.items():
            value = self._value[root]
            if symbol in solved and (never_negative(-value) or not _fits(value.xreplace(self._sizes({})), None)):
                raise InputError(self._reasons[symbol].complaint(Integer(0)))

    def _note(self, value: Expr | None, size: int) -> None:
        """Keep the known size of a dimension with a name."""
        if isinstance(value, Symbol) and self.sizes.setdefault(value, size) != size:
            raise InputError(f"size {value} = {self.sizes[value]}: the other declarations make it {size}")

    def _solve(self, unknown: dict[Key, Symbol]) -> dict[Symbol, Expr]:
        """Dimensions that follow from others, in terms of the `unknown` ones it stands in for."""
        solved: dict[Symbol, Expr] = {}
        for shift in farthest(self._shifts, self.find):
            keys = (shift.axis, *(key for _, key in shift.terms), *shift.widths)
            axis, *others = (
                self._value[root] if root in self._value else unknown.setdefault(root, Dummy(integer=True))
                for root in map(self.find, keys)
            )
            form = shift.left_over(axis, others).xreplace(solved).expand()
            form -= self._rest(shift, form, unknown)
            if form == 0 or not form.atoms(Dummy) and (shift.is_padded or shift.is_read and self._has_room(form)):
                continue
            sizes = self._sizes(unknown)
            chosen = solvable(form, (axis, *others), sizes)
            value = (chosen - form / form.coeff(chosen)).expand() if chosen is not None else None
            if value is None or not _fits(value.xreplace(sizes), sizes.get(chosen)):
                raise DimensionClash(shift.complaint(form.xreplace(sizes)))
            solved = {symbol: other.xreplace({chosen: value}).expand() for symbol, other in solved.items()}
            solved[chosen], self._reasons[chosen] = value, shift
        return solved

    def _sizes(self, unknown: Mapping[Key, Symbol]) -> dict[Symbol, Expr]:
        """The known numbers, of named dimensions and of stand-ins."""
        sized = {symbol: self._size[root] for root, symbol in unknown.items() if root in self._size}
        return {symbol: Integer(size) for symbol, size in {**self.sizes, **sized}.items()}

    def _rest(self, shift: Shift, form: Expr, unknown: Mapping[Key, Symbol]) -> int:
        """The places of an axis of known width that the last step leaves over; notes how many steps there are."""
        number = form.xreplace(self._sizes(unknown))
        left = [root for root, symbol in unknown.items() if symbol in number.free_symbols]
        if len(left) == 1 and number.free_symbols == {unknown[left[0]]}:
            step = -number.coeff(unknown[left[0]])
            places, _ = number.as_independent(unknown[left[0]])
            if step > 1 and places >= step:
                self._size[left[0]], number = int(places // step), places % step
        inside = number.is_Integer and (0 <= number < shift.step or shift.is_padded)
        return int(number) if inside else 0

    def dimension(self, key: Key) -> Expr:
        """The dimension of an axis or index."""
        return self._value[self.find(key)]


def _fits(value: Expr, known: Expr | None) -> bool:
    """Whether a width that follows from others is the known number or, where none is known, can be a width."""
    return value == known if known is not None else not value.is_Integer or bool(value > 0)
