"""Passes for vectors: what stands in place of matrices where there are no records, or one."""

from __future__ import annotations

from dataclasses import replace

from ..trees import Axes
from .blocks import NARROW
from .statements import COPY, DOT, Code, Operand, Statement

ROW = "{}[None]"
COLUMN = "{}[:, None]"


def outer_products(code: Code) -> Code:
    """All products of the entries of two vectors are a column times a row, which BLAS multiplies fastest."""
    return code.having(_outer(s) or s for s in code.statements)


def _outer(statement: Statement) -> Statement | None:
    if statement.call != "multiply" or len(statement.axes) != 2 or not all(o.name for o in statement.operands):
        return None
    column, row = sorted(statement.operands, key=lambda o: o.pattern, reverse=True)
    if (column.pattern, row.pattern) != ("{}[:, None]", "{}") or (*column.axes, *row.axes) != statement.axes:
        return None
    return replace(statement, call=DOT, operands=(column, replace(row, pattern=ROW)))


def vectors_in_front(code: Code) -> Code:
    """A transposed matrix times a vector is the vector times the matrix."""
    return code.having(_in_front(s) or s for s in code.statements)


def _in_front(statement: Statement) -> Statement | None:
    if statement.call != DOT or len(statement.axes) != 1:
        return None
    matrix, vector = statement.operands
    if matrix.pattern != "{}.T" or len(matrix.axes) != 2 or len(vector.axes) != 1:
        return None
    return replace(statement, operands=(vector, replace(matrix, pattern="{}", axes=matrix.axes[::-1])))


def sums_of_products(code: Code) -> Code:
    """The sum of the products of short vectors' entries is one product of vectors."""
    spared: set[str] = set()
    done = [_with_products(code, statement, spared) for statement in code.statements]
    return code.having(s for s in done if s.target not in spared)


def _with_products(code: Code, statement: Statement, spared: set[str]) -> Statement:
    """A number with products of vectors for such sums in it; what those were the sums of is `spared`."""
    operands, option = list(statement.operands), statement.option
    for place, operand in enumerate(statement.operands):
        total = f"np.add.reduce({{{place}}}, axis=None)"
        if total in option and _is_product(code, operand):
            spared.add(operand.name)
            made = code.made[operand.name].operands
            operands[place], right = made[0], made[-1]
            option = option.replace(total, f"{{{place}}}.dot({{{len(operands)}}})")
            operands.append(right)
    return replace(statement, operands=tuple(operands), option=option)


def _is_product(code: Code, operand: Operand) -> bool:
    """Whether it is a short vector of products, and read once."""
    made = code.made.get(operand.name)
    if made is None or made.call not in ("multiply", "square") or not operand.plain:
        return False
    return len(code.readers[operand.name]) == 1 and all(_is_short_vector(code, o, made.axes) for o in made.operands)


def _is_short_vector(code: Code, operand: Operand, axes: Axes) -> bool:
    if not operand.plain or operand.axes != axes or len(axes) != 1:
        return False
    (size,) = code.shape(operand.name)
    return code.widths.get(size, NARROW + 1) <= NARROW


def copies_last(code: Code) -> Code:
    """A derivative that is an array made before is copied when nobody reads that any more, and so lies where it lay."""
    places = {s.target: (n, 0) for n, s in enumerate(code.statements)}
    for statement in code.statements:
        source = statement.operands[0].name if statement.operands else ""
        if _is_copy(code, statement, source):
            places[statement.target] = (max(places[s.target][0] for s in code.readers[source]), 1)
    return code.having(sorted(code.statements, key=lambda s: places[s.target]))


def _is_copy(code: Code, statement: Statement, source: str) -> bool:
    """Whether a derivative is all of an array that is none itself."""
    return (
        statement.call == COPY
        and statement.target in code.kept
        and source in code.made
        and source not in code.kept
        and statement.operands[0].plain
        and statement.operands[0].axes == statement.axes
    )
