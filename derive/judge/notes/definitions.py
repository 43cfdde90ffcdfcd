"""The model that notes state themselves: the equations of their model block, or the definitions in their text."""

from __future__ import annotations

import re
from dataclasses import replace

from ...errors import InputError
from ...forward.reading import parse_sides
from ...forward.syntax import Call, Entry
from ...records import Model
from ..reading import kind_of, read_latex
from .forward import forward_line
from .records import Notes, Written

NO_MODEL = "there is no model to judge by: give --network 4-3-5 or --model FILE.eq, or state the forward equations"
_RESULT = re.compile(r"-?\s*(?:[d∂]\w+(?:\[[^\]]*\])*\s*/|delta|δ|Delta|Δ|∇)")


def model_of(notes: Notes) -> tuple[Model, Notes]:
    """The model that notes state, and the notes with the formulas that are left to judge.

    Lines of a model block go before definitions in the text. Raises InputError where there are none, or where they
    cannot be read.
    """
    if notes.declared.model:
        return _parsed(notes, notes.declared.model), notes
    defining: dict[str, str] = {}
    taken: set[int] = set()
    for formula in notes.formulas:
        lines = _defined(formula)
        if lines and not any(name in defining for name in lines):
            defining |= lines
            taken.add(formula.number)
    if not defining or not notes.name:
        raise InputError(f"{notes.name}: {NO_MODEL}" if notes.name else NO_MODEL)
    model = _parsed(notes, tuple(defining.values()))
    return model, replace(notes, formulas=tuple(f for f in notes.formulas if f.number not in taken))


def _parsed(notes: Notes, lines: tuple[str, ...]) -> Model:
    try:
        return Model.parse("\n".join(lines))
    except InputError as problem:
        raise InputError(f"{notes.name}, forward equations: {problem}") from None


def _defined(formula: Written) -> dict[str, str]:
    """The lines by which a formula defines something, by name; none where it is a result."""
    if formula.problem:
        return {}
    if formula.latex or (formula.latex is None and kind_of(formula.claim) == "latex"):
        return _in_latex(formula.claim)
    if _RESULT.match(formula.claim):
        return {}
    try:
        left, _ = parse_sides(formula.claim, "")
    except InputError:
        return {}
    return {left.name: " ".join(formula.claim.split())} if isinstance(left, Entry | Call) else {}


def _in_latex(claim: str) -> dict[str, str]:
    """The lines of a LaTeX formula, if all its statements are forward equations."""
    try:
        found = [forward_line(statement) for statement in read_latex(claim)]
    except InputError:
        return {}
    lines = {one[0]: one[1] for one in found if one is not None}
    return lines if len(lines) == len(found) else {}
