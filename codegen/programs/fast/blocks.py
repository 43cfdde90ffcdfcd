"""The pass that has entrywise statements run over blocks of rows that stay in the cache."""

from __future__ import annotations

import math
from dataclasses import replace

from .statements import NUMBER, REDUCTIONS, Code, Operand, Statement

NARROW = 64
"""Rows up to this length make no array larger than the cache at any usual number of records."""


def in_blocks(code: Code) -> Code:
    """Statements that follow one another and work row by row are done block by block of rows."""
    loops: dict[str, int] = {}
    run: list[Statement] = []
    count = 0

    def close() -> None:
        nonlocal count
        if len(run) > 1 and any(_is_wide(s, code) for s in run):
            count += 1
            loops.update({s.target: count for s in run})
        run.clear()

    for statement in code.statements:
        if not is_by_rows(statement):
            close()
            continue
        if run and (run[0].shape[0] != statement.shape[0] or not _fits(run, statement)):
            close()
        run.append(statement)
    close()
    return replace(code, loops=loops)


def _is_wide(statement: Statement, code: Code) -> bool:
    """Whether the rows of an array are long, or may be."""
    sizes = [code.widths.get(size) or (int(size) if size.isdigit() else None) for size in statement.shape[1:]]
    return bool(sizes) and (None in sizes or math.prod(filter(None, sizes)) > NARROW)


def is_by_rows(statement: Statement) -> bool:
    """Whether each row of the result needs the same row of what is read, or all of what has no rows."""
    if not statement.axes or statement.call == NUMBER:
        return False
    if statement.call in REDUCTIONS:
        (operand,) = statement.operands
        return operand.plain and bool(operand.axes) and operand.axes[0] == statement.axes[0]
    return statement.entrywise and all(
        row_wise(operand, statement) or statement.axes[0] not in operand.axes for operand in statement.operands
    )


def row_wise(operand: Operand, statement: Statement) -> bool:
    """Whether the rows of an operand are those of the result."""
    rows = (
        operand.pattern == "{}" or operand.pattern.startswith("{}[:, ") and set(operand.pattern[3:-1]) <= set(":, None")
    )
    return bool(operand.name and operand.axes) and operand.axes[:1] == statement.axes[:1] and rows


def _fits(run: list[Statement], statement: Statement) -> bool:
    """Whether nothing that a statement reads whole is made in this run."""
    made = {s.target for s in run}
    return all(o.name not in made or row_wise(o, statement) or _reduced(o, statement) for o in statement.operands)


def _reduced(operand: Operand, statement: Statement) -> bool:
    return statement.call in REDUCTIONS and operand.plain
