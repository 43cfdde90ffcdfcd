"""The statements of ``make_gradient`` after each pass of the compiler, under what the pass does."""

from __future__ import annotations

import re

from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation
from derive.errors import InputError

from ..building import build_program, of_one_record
from ..numpy_writer import Writer
from .compiling import straight
from .naming import is_tiny
from .passes import PASSES
from .printing import single_writer
from .statements import Code
from .text import statement_text


def explain(derivation: Derivation | Extension | Induction) -> str:
    """The statements as written, and after each pass that changes them, and those of one record alone.

    Raises InputError for networks of any depth.
    """
    if isinstance(derivation, Induction):
        raise InputError("the passes are shown for networks of a known depth, as in 4-3-5")
    first = derivation.derivation if isinstance(derivation, Extension) else derivation
    writer = Writer(build_program(first), lambda: build_program(of_one_record(first)))
    code = straight(writer)
    pieces = ["# as written: one NumPy call each, every result in an array of its own", *after_passes(code)]
    alone = single_writer(writer) if is_tiny(code) and first is derivation else None
    if alone is not None:
        shown = after_passes(straight(alone, held=True), all_of_them=False)
        pieces += ["", "# one record alone, in vectors, as written, and after the passes that change that", *shown]
    return "\n".join(pieces) + "\n"


def after_passes(code: Code, all_of_them: bool = True) -> list[str]:
    """The statements, and what they are after each pass, or each that changes them."""
    pieces = listed(code)
    for name, optimise in PASSES.items():
        before, code = listed(code), optimise(code)
        after = listed(code)
        said = (optimise.__doc__ or "").split("\n")[0]
        if after != before or all_of_them:
            pieces += ["", f"# {name}: {said}", *(after if after != before else ["nothing to do"])]
    return pieces


def listed(code: Code) -> list[str]:
    """The statements, one a line."""
    lines, inside = [], None
    for statement in code.statements:
        loop = code.loops.get(statement.target)
        if loop is not None and loop != inside:
            lines.append("for each block of rows:")
        inside = loop
        place = code.memory.get(statement.target, statement.target)
        where = f"  # in the memory of {_shown(place)}" if place != statement.target else ""
        text = statement_text(statement, (o.text for o in statement.operands), statement.target, {})
        lines += [f"{'    ' * (loop is not None)}{part}" for part in (_shown(text) + where).split("\n")]
    return lines


def _shown(text: str) -> str:
    """Names of temporary arrays as t1, t2, ..., those of constants as they are."""
    return re.sub(r"%(\d+)", r"t\1", re.sub(r"%([a-z_]+)( \w+)?", r"\1", text))
