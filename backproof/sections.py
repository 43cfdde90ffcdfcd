"""What a document says beside the derivation: its program, and the program against numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen import numpy_source
from codegen.documents.document import Code, Paragraph, Section, Table
from codegen.documents.texts import texts_in
from codegen.programs.compile import load
from derive.backward.depth import Induction
from derive.backward.steps import Derivation
from derive.errors import InputError

from .numbers import MOST_NUMBERS, numbers_in

BOUNDS = (-12, -9, -6, -4)
"""Powers of ten that errors are told to be below: each is at most a tenth of its bound."""
SHOWN = ("gradient", "backward")
MOST_ROWS = 12
DEPTH = 3
"""So many layers a network of any depth is tried with."""


def extra_sections(derivation: Derivation | Induction, language: str) -> tuple[Section, ...]:
    """The sections on the program; none where there is no program for this model."""
    texts = texts_in(language)
    try:
        source = numpy_source(derivation)
    except InputError:
        return ()
    code = Section(texts.plain("program"), (Paragraph(texts.say("program told")), Code(functions_in(source))))
    if not isinstance(derivation, Induction) and numbers_in(derivation.model) > MOST_NUMBERS:
        return (code,)
    errors = load(source, "gradient").self_check(*((DEPTH,) if isinstance(derivation, Induction) else ()))
    rows = [((name,), (_bound(error),)) for name, error in errors.items()]
    if len(rows) > MOST_ROWS:
        rows = [*rows[: MOST_ROWS - 1], (("…",), ("…",))]
    table = Table((texts.say("derivative"), texts.say("error")), tuple(rows))
    return code, Section(texts.plain("numbers"), (Paragraph(texts.say("numbers told")), table))


def _bound(error: float) -> str:
    """Below which power of ten an error is; rounding differs from machine to machine, this does not."""
    power = next((power for power in BOUNDS if error * 10 < 10.0**power), None)
    return f"< 1e{power}" if power is not None else f"{error:.0e}"


def functions_in(source: str) -> str:
    """The functions of a module that compute something of the network, as they stand there."""
    return "\n\n\n".join(_functions(source))


def _functions(source: str) -> Iterator[str]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name in SHOWN:
            yield ast.get_source_segment(source, node) or ""
