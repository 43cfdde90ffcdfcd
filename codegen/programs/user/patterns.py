"""What a wrong gradient has in common with the right one: a table of patterns that need no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from .findings import Pattern

PLAIN = [Fraction(n, d) for n, d in ((1, 1), (2, 1), (1, 2), (4, 1), (1, 4), (3, 1), (1, 3))]


@dataclass(frozen=True)
class Wrong:
    """A wrong gradient: what was given, what is true (NaN where not known), and what is around it.

    `sizes` are lengths of data by what they count, `numbers` are named scalars of the code,
    `others` the true derivatives by all parameters, `parts` those of the cost of single records.
    """

    name: str
    given: np.ndarray
    true: np.ndarray
    param: np.ndarray
    tolerance: float
    sizes: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    others: Mapping[str, np.ndarray] = field(default_factory=dict)
    parts: Mapping[str, np.ndarray] = field(default_factory=dict)

    def fits(self, candidate: np.ndarray, given: np.ndarray | None = None) -> bool:
        """Whether the candidate is what was given, wherever the truth is known."""
        given = self.given if given is None else given
        if candidate.shape != given.shape:
            return False
        seen = np.isfinite(candidate)
        size = max(np.max(np.abs(a[np.isfinite(a)]), initial=0.0) for a in (given, self.true))
        return bool(np.any(seen)) and bool(np.all(np.abs(candidate - given)[seen] <= self.tolerance * size))

    def factor(self, candidate: np.ndarray, given: np.ndarray | None = None) -> float | None:
        """The number by which the candidate has to be taken to be what was given."""
        given = self.given if given is None else given
        if candidate.shape != given.shape:
            return None
        seen = np.isfinite(candidate)
        square = float(np.sum(candidate[seen] ** 2))
        if not square > 0:
            return None
        found = float(np.sum(candidate[seen] * given[seen]) / square)
        return found if found and self.fits(found * candidate, given) else None


def pattern_of(wrong: Wrong) -> Pattern | None:
    """The first row of the table that tells how the gradient differs from the true one."""
    return next((found for row in TABLE if (found := row(wrong)) is not None), None)


def factor_words(factor: float, sizes: Mapping[str, int]) -> tuple[str, str] | None:
    """The kind of a constant factor, and what is said of it; None for 1."""
    if abs(factor - 1) < 1e-9:
        return None
    if abs(factor + 1) < 1e-9:
        return "wrong-sign", "the sign is wrong at every entry"
    for number in PLAIN:
        for what, size in ({"": 1} | {k: v for k, v in sizes.items() if v > 2}).items():
            for up in (True, False):
                value = float(number) * (size if up else 1 / size)
                if abs(abs(factor) / value - 1) < 1e-6:
                    return _named(factor < 0, number, what, size, up)
    if factor > 0:
        kind, much = ("extra-factor", f"{factor:.6g} times too large") if factor > 1 else (
            "missing-factor", f"{factor:.6g} times the true one")  # fmt: skip
        return kind, f"the gradient is {much} at every entry"
    return "wrong-sign", f"the gradient is {factor:.6g} times the true one at every entry"


def _named(negative: bool, number: Fraction, what: str, size: int, up: bool) -> tuple[str, str]:
    sign = ", and its sign is wrong" if negative else ""
    if not what:
        times = f"{number} times too large" if number > 1 else f"{1 / number} times too small"
        hint = {Fraction(2): ": is there a 1/2 in the cost?", Fraction(1, 2): ": is a square differentiated?"}
        kind = "extra-factor" if number > 1 else "missing-factor"
        return "wrong-sign" if negative else kind, f"the gradient is {times} at every entry{hint.get(number, '')}{sign}"
    letter, meaning = what.split(" = ")
    if up:
        factor = f"{number}*{letter}" if number != 1 else letter
        said = f"{factor} times too large ({letter} = {size}): 1/{letter} is missing, {letter} = {meaning}"
        return "wrong-sign" if negative else "missing-factor", f"the gradient is {said}{sign}"
    factor = f"{1 / number}*{letter}" if number != 1 else letter
    said = f"{factor} times too small ({letter} = {size}): 1/{letter} is taken once too often, {letter} = {meaning}"
    return "wrong-sign" if negative else "extra-factor", f"the gradient is {said}{sign}"


def _shape(wrong: Wrong) -> Pattern | None:
    """The shape is not that of the parameter: what would have to be done to it."""
    given, true = wrong.given, wrong.true
    if given.shape == true.shape:
        return None
    said = f"the gradient has shape {given.shape}, expected {true.shape}"
    if given.shape == true.T.shape and wrong.fits(true.T):
        return Pattern("wrong-transpose-or-index", f"{said}: it is transposed")
    if given.size == true.size and wrong.fits(true, given.reshape(true.shape)):
        return Pattern("other", f"{said}; its numbers are right")
    for axis in range(given.ndim):
        for word, total in (("sum", given.sum(axis=axis)), ("mean", given.mean(axis=axis))):
            if total.size == true.size and wrong.fits(true, total.reshape(true.shape)):
                return Pattern("missing-sum", f"{said}: the {word} over axis {axis} (the records) is missing")
    for axis in range(given.ndim):
        if given.sum(axis=axis).size == true.size:
            return Pattern("missing-sum", f"{said}: axis {axis} is not summed over")
    return Pattern("other", said)


def _not_numbers(wrong: Wrong) -> Pattern | None:
    bad = ~np.isfinite(wrong.given)
    return Pattern("other", f"{np.sum(bad)} of {bad.size} entries are not finite numbers") if np.any(bad) else None


def _zero(wrong: Wrong) -> Pattern | None:
    return None if np.any(wrong.given) else Pattern("other", "the gradient is zero everywhere, and should not be")


def _constant(wrong: Wrong) -> Pattern | None:
    factor = wrong.factor(wrong.true)
    words = factor_words(factor, wrong.sizes) if factor else None
    return Pattern(*words) if words else None


def _transposed(wrong: Wrong) -> Pattern | None:
    true = wrong.true
    if true.ndim != 2 or min(true.shape) < 2:
        return None
    if true.shape[0] == true.shape[1] and wrong.fits(true.T):
        return Pattern("wrong-transpose-or-index", "the gradient is transposed")
    if wrong.fits(true.T.reshape(true.shape)):
        return Pattern("wrong-transpose-or-index", "the entries are in the order of the transposed gradient")
    for axis, word in ((0, "rows"), (1, "columns")):
        if wrong.fits(np.flip(true, axis)):
            return Pattern("wrong-transpose-or-index", f"the {word} are in reverse order")
    return None


def _penalty(wrong: Wrong) -> Pattern | None:
    """The difference is a multiple of the parameter, or of its signs: a penalty."""
    difference = wrong.given - wrong.true
    for array, word in ((wrong.param, wrong.name), (np.sign(wrong.param), f"sign({wrong.name})")):
        seen = np.where(np.isfinite(difference), array, np.nan)
        if array.size < 2:
            continue
        factor = wrong.factor(seen, difference)
        if factor is not None:
            much, how = (f"{_multiple(abs(factor), wrong)}*{word}", "too much" if factor > 0 else "too little")
            hint = "twice, or of no penalty of the cost" if factor > 0 else "missing, or half of it"
            text = f"the gradient has {much} {how}: is the penalty's derivative in it {hint}?"
            return Pattern("missing-regulariser-factor", text)
    return None


def _but_for_penalty(wrong: Wrong) -> Pattern | None:
    """A constant factor on all but the derivative of the penalty, which is right."""
    seen = np.isfinite(wrong.true)
    if wrong.given.shape != wrong.true.shape or np.sum(seen) < 4:
        return None
    columns = np.stack([wrong.true[seen], wrong.param[seen]], axis=1)
    (factor, rest), *_ = np.linalg.lstsq(columns, wrong.given[seen], rcond=None)
    words = factor_words(float(factor), wrong.sizes)
    if words is None or abs(factor) < 1e-9 or not wrong.fits(factor * wrong.true + rest * wrong.param):
        return None
    return Pattern(words[0], f"but for its penalty, {words[1]}")


def _multiple(factor: float, wrong: Wrong) -> str:
    """A number by the names of the code: ``lam/2``."""
    for name, value in wrong.numbers.items():
        for number in PLAIN:
            for what, size in ({"": 1} | dict(wrong.sizes)).items():
                if value and abs(factor / (abs(value) * float(number) / size) - 1) < 1e-6:
                    below = [str(number.denominator)] * (number.denominator > 1) + [what.split(" = ")[0]] * bool(what)
                    above = f"{number.numerator}*{name}" if number.numerator > 1 else name
                    divisor = f"({'*'.join(below)})" if len(below) > 1 else "".join(below)
                    return f"{above}/{divisor}" if below else above
    return f"{factor:.6g}"


def _records(wrong: Wrong) -> Pattern | None:
    """The derivative of one record in the place of all of them."""
    for record, part in wrong.parts.items():
        factor = wrong.factor(part)
        if factor is not None:
            return Pattern("missing-sum", f"it is the gradient of {record} alone: the sum over the records is missing")
    return None


def _other_parameter(wrong: Wrong) -> Pattern | None:
    for name, true in wrong.others.items():
        if name != wrong.name and true.shape == wrong.given.shape and wrong.fits(true):
            return Pattern("wrong-layer", f"it is the gradient of {name}")
    return None


def _few(wrong: Wrong) -> Pattern | None:
    """Right but for some rows, columns or entries."""
    size = np.max(np.abs(wrong.true[np.isfinite(wrong.true)]), initial=0.0)
    off = np.abs(wrong.given - wrong.true) > max(wrong.tolerance, 1e-9) * size
    if not np.any(off) or np.sum(off) > off.size / 2:
        return None
    for axis, word in ((0, "row"), (1, "column"))[: off.ndim if off.ndim < 3 else 0]:
        lines = off.any(axis=tuple(a for a in range(off.ndim) if a != axis))
        if np.sum(lines) <= lines.size / 2 and off.ndim == 2:
            places = np.flatnonzero(lines)
            more = "" if np.any(np.take(wrong.given, places, axis)) else " and zero there"
            return Pattern("other", f"it is wrong in {word} {', '.join(map(str, places[:6]))} only{more}")
    zero = " and zero there" if not np.any(wrong.given[off]) else ""
    return Pattern("other", f"it is wrong at {np.sum(off)} of {off.size} entries only{zero}")


def _added(wrong: Wrong) -> Pattern | None:
    """The same number too much at every entry."""
    difference = (wrong.given - wrong.true)[np.isfinite(wrong.true)]
    size = np.max(np.abs(wrong.given), initial=0.0)
    if difference.size > 2 and np.ptp(difference) <= wrong.tolerance * size:
        return Pattern("other", f"it is off by {difference[0]:.6g} at every entry")
    return None


TABLE: tuple[Callable[[Wrong], Pattern | None], ...] = (
    _shape, _not_numbers, _zero, _constant, _transposed, _records, _other_parameter, _penalty, _but_for_penalty,
    _added, _few,
)  # fmt: skip
"""The patterns, the most telling first."""


def sizes_of(arrays: Iterator[np.ndarray] | list[np.ndarray]) -> dict[str, int]:
    """What the lengths of the data count, for naming a factor: records first."""
    shapes = [np.shape(array) for array in arrays if np.ndim(array)]
    if not shapes:
        return {}
    found = {"N = the number of records": shapes[0][0]}
    rows = [shape for shape in shapes if len(shape) > 1]
    columns = {shape[-1] for shape in rows}
    if len(columns) == 1 and len(rows) > 1 and len({shape[0] for shape in rows}) > 1:
        found = {"N = the number of records": columns.pop()}  # records stand in columns
    if rows:
        last = rows[-1]
        found["K = the entries of a record"] = last[-1] if last[-1] not in found.values() else last[0]
        found["n = the entries of the data"] = last[0] * last[-1]
    kept: dict[str, int] = {}
    for words, size in found.items():
        if size not in kept.values():
            kept[words] = size
    return kept
