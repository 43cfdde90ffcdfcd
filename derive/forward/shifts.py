"""Axes that are indexed by sums, as in ``x[2*t+s]``: what that says about their dimensions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Dummy, Expr, Symbol

Key = tuple[Any, ...]  # ("axis", array, position), ("index", where, binder, letter) or ("value", dimension)


@dataclass(frozen=True)
class Shift:
    """An axis indexed by ``sum of step*index + constant + sum of widths``, written `text`.

    `reach` is how much further a window of known places goes. With a negative constant the
    array goes on with as many zeros at both ends.
    """

    axis: Key
    terms: tuple[tuple[int, Key], ...]
    constant: int
    text: str
    where: str
    widths: tuple[Key, ...] = ()
    reach: int = 0

    @property
    def step(self) -> int:
        return max(step for step, _ in self.terms)

    @property
    def is_padded(self) -> bool:
        return self.constant < 0

    @property
    def is_read(self) -> bool:
        """Whether the axis is that of an array, which may have more places than are read."""
        return self.axis[0] == "axis"

    @property
    def last(self) -> int:
        """The number that is added at the last place of a window."""
        return self.constant + self.reach

    def left_over(self, axis: Expr, others: list[Expr]) -> Expr:
        """How many places of the axis, zeros included, lie behind the last index of all."""
        steps = [step for step, _ in self.terms]
        last = sum(step * (n - 1) for step, n in zip(steps, others[: len(steps)], strict=True)) + self.last
        zeros = self.constant if self.is_padded else 0
        return axis - last - zeros - 1 - sum(others[len(steps) :])

    def complaint(self, form: Expr) -> str:
        """What is said where no dimensions fit; `form` holds what is left of them."""
        advice = ""
        if form.is_negative and self.step == len(self.terms) == 1:
            advice = "; an index that stands alone runs over the whole axis"
        elif self.step > 1 and any(not isinstance(symbol, Dummy) for symbol in form.free_symbols):
            advice = "; leave this axis without a name, or give its width as a number"
        return f"{self.where}: {self.text} does not fit the other dimensions{advice}"


def farthest(shifts: Iterable[Shift], find: Callable[[Key], Key]) -> list[Shift]:
    """The shifts; of several that differ in a constant alone, as x[2*t] and x[2*t+1], the last place counts."""
    kept: dict[Key, Shift] = {}
    for shift in shifts:
        terms = tuple((step, find(key)) for step, key in shift.terms)
        key = (find(shift.axis), terms, tuple(map(find, shift.widths)), shift.is_padded)
        if key not in kept or kept[key].last < shift.last:
            kept[key] = shift
    return list(kept.values())


def solvable(form: Expr, prefer: tuple[Expr, ...], sized: Mapping[Symbol, Expr]) -> Symbol | None:
    """A stand-in to solve ``form = 0`` for: preferred ones first, then the earliest, those of known size last."""
    others = sorted(form.atoms(Dummy), key=lambda symbol: symbol.dummy_index)
    candidates = [s for s in (*prefer, *others) if isinstance(s, Dummy) and form.coeff(s) in (1, -1)]
    return min(candidates, key=lambda symbol: symbol in sized, default=None)


def never_negative(gap: Expr) -> bool:
    """Whether a difference of dimensions is at least 0 at any widths."""
    from_one = gap.expand().xreplace({symbol: symbol + 1 for symbol in gap.free_symbols}).expand()
    return all(not number.is_negative for number in from_one.as_coefficients_dict().values())
