"""What is said of a verdict, in words: for the terminal and for annotated files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from derive.judge.notes import Marked
from derive.judge.records import PROVED, REFUTED, UNDECIDED, Verdict

SIDES = ("left", "right")
SIMPLE = 64
DIGITS = 6
FLOATS = range(-300, 300)
"""The powers of ten of numbers that need no arithmetic of their own."""
LONGEST_SIDE = 60
FIXED = "\u00a0"
"""A space at which no line is broken; the report puts a usual one in its place."""
_GRADIENT = re.compile(r"-?\s*(?:[d∂]\w+(?:\[[^\]]*\])*\s*/|delta|δ)")


def message(one: Marked) -> str:
    """What is found of a formula, on one line."""
    verdict = one.verdict
    if verdict is None:
        return one.error
    if verdict.status == PROVED:
        return _proved(verdict)
    if verdict.status == UNDECIDED:
        return verdict.reason
    return "; ".join(part for part in (_step(one), _mistake(one, verdict)) if part)


def correction(one: Marked) -> str:
    """The right formula, where it is known."""
    diagnosis = one.verdict.diagnosis if one.verdict is not None else None
    return diagnosis.correct if diagnosis else ""


def _proved(verdict: Verdict) -> str:
    if isinstance(verdict.widths, str):
        said = f"for {verdict.widths} widths"
    else:
        said = "at " + "; ".join(dict.fromkeys(_sizes(sizes) for sizes in verdict.widths))
    if verdict.assuming:
        said += f", assuming {', '.join(verdict.assuming)}"
    return said + (f" (error < 2^-{verdict.error_bits})" if verdict.error_bits else "")


def _step(one: Marked) -> str:
    if one.step is None:
        return ""
    before, after = (_short(side) for side in one.step)
    return f"the step from {before} to {after} is wrong; the line before holds"


def _mistake(one: Marked, verdict: Verdict) -> str:
    if one.follows:
        wrong = " and ".join(one.follows)
        return f"follows correctly from your {wrong}, which {'is' if len(one.follows) == 1 else 'are'} wrong"
    diagnosis = verdict.diagnosis
    if diagnosis is None:
        return verdict.reason or "it does not hold"
    saved = diagnosis.would_hold_if
    return diagnosis.text + (f"; would hold if {saved}" if saved and saved not in diagnosis.text else "")


def counterexample(verdict: Verdict, room: int) -> str:
    """``at n0=1, W2[0,0] = -1, ...: the formula gives 3/4, the gradient is 3/16``, in about `room` characters."""
    if verdict.status != REFUTED or not verdict.witness:
        return ""
    values = {name: number(value) for name, value in verdict.witness.items()}
    left, right = (values.pop(side, "?") for side in SIDES)
    if _GRADIENT.match(verdict.reading):
        said = f"the formula gives {right}, the gradient is {left}"
    else:
        said = f"the left side is {left}, the right side {right}"
    entries = _shortest(values, room - len(said) - len("at , ...: "))
    return f"at {entries}: {said}" if entries else said


def _shortest(values: Mapping[str, str], room: int) -> str:
    """As many entries as fit: first those without brackets, then the shortest; in their own order."""
    sizes = {name: f"{name}{sign}{value}" for name, value in values.items() for sign in [_equals(name)]}
    kept: list[str] = []
    for name in sorted(sizes, key=lambda name: ("[" in name, len(sizes[name]))):
        if sum(len(sizes[other]) + 2 for other in (*kept, name)) <= room:
            kept.append(name)
    words = [sizes[name] for name in sizes if name in kept]
    return ", ".join((*words, "...") if 0 < len(kept) < len(sizes) else words)


def _equals(name: str) -> str:
    return f"{FIXED}={FIXED}" if "[" in name else "="


def _sizes(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name}={size}" for name, size in sizes.items())


def _short(side: str) -> str:
    side = " ".join(side.split())
    return side if len(side) <= LONGEST_SIDE else f"{side[: LONGEST_SIDE - 3]}..."


def exact(value: object) -> str:
    """A number in full: a fraction where it is one, else its digits."""
    simple = _fraction(value)
    return str(value) if simple is None else str(simple)


def number(value: object) -> str:
    """A number to read: a simple fraction, else a few digits."""
    simple = _fraction(value)
    if simple is not None and len(str(simple)) <= 2 * DIGITS:
        return str(simple)
    if simple is not None:
        return _digits(Decimal(simple.numerator) / simple.denominator)
    try:
        return _digits(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def _digits(value: Decimal) -> str:
    """A number to a few digits, however large or small."""
    inside = value == 0 or FLOATS.start < value.adjusted() < FLOATS.stop
    return f"{float(value):.{DIGITS}g}" if inside else f"{value:.{DIGITS - 1}e}"


def _fraction(value: object) -> Fraction | None:
    """The number as a fraction; None where its digits are not those of a simple one."""
    text = str(value)
    try:
        if "e" in text and int(text.rpartition("e")[2]) not in FLOATS:
            return None
        whole = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    near = whole.limit_denominator(SIMPLE)
    if "." not in text and "e" not in text:
        return whole
    return near if near == whole else None
