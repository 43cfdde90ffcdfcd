"""Statements as Python writes them, and lines that are too long over several."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from .. import parts
from ..special import SPECIAL
from .statements import COPY, DOT, EINSUM, HORNER, NUMBER, ROW_MAXIMUM, Statement

NAMED = ("maximum", "minimum")
"""Of these NumPy takes many times longer where `out` is not named; of others a little less."""


def statement_text(statement: Statement, operands: Iterable[str], out: str, local: Mapping[str, str]) -> str:
    """A statement that writes into `out`; `local` are the local names of functions of NumPy."""
    given = list(operands)
    if statement.call in local:
        into = f"out={out}" if statement.call in NAMED else out
        return f"{local[statement.call]}({', '.join([*given, into])})"
    match statement.call:
        case call if call == NUMBER:
            return f"{out} = {statement.option.format(*given)}"
        case call if call == COPY:
            return f"np.copyto({out}, {given[0]})"
        case call if call == EINSUM:
            return f'np.einsum("{statement.option}", {", ".join(given)}, out={out}, optimize=True)'
        case call if call in SPECIAL:
            return f"{out}[...] = {call}({given[0]})"
        case call if call == HORNER:
            return (
                f"np.multiply({given[0]}, {given[1]}, out={out})\nfor _term in {given[2]}:\n"
                f"    np.add({out}, _term, out={out})\n    np.multiply({out}, {given[0]}, out={out})"
            )
        case call if call == ROW_MAXIMUM:
            matrix, places, starts = given
            return (
                f"{matrix}.argmax(axis=1, out={places})\nnp.add({places}, {starts}, out={places})\n"
                f'{matrix}.reshape(-1).take({places}, out={out}, mode="clip")'
            )
        case call if call == DOT:
            return f"{given[0]}.dot({given[1]}, {out if local else f'out={out}'})"
    return f"np.{statement.call}({', '.join(given)}{statement.option}, out={out})"


def spread(before: str, items: Iterable[str], after: str, indent: int) -> list[str]:
    """`before`, the items and `after` in one line, or the items in lines of their own where it would be too long."""
    items = list(items)
    line = f"{before}{', '.join(items)}{after}"
    if indent + len(line) <= parts.LONGEST:
        return [line]
    inside = textwrap.wrap(", ".join(items) + ",", parts.LONGEST - indent - 4, break_long_words=False)
    return [before, *(f"    {part}" for part in inside), after]
