"""The pass that takes maxima of short rows column by column, which NumPy does many times faster."""

from __future__ import annotations

from dataclasses import replace

from .statements import COPY, Code, Operand, Statement

SHORT = 32
"""In longer rows NumPy's own maximum of each row is as fast as a transposed copy."""


def maxima_by_columns(code: Code) -> Code:
    """Maxima of short rows are taken down the columns: of two columns at once, of more in a transposed copy."""
    fresh = iter(code.fresh(len(code.statements)))
    done: list[Statement] = []
    for statement in code.statements:
        width = _width(statement, code)
        if width == 2:
            done.append(_of_two(statement))
        elif 2 < width <= SHORT:
            done += _of_transposed(statement, next(fresh), code)
        else:
            done.append(statement)
    return code.having(done)


def _width(statement: Statement, code: Code) -> int:
    """How long the rows are whose maxima a statement takes; 0 for any other, and where that is not known."""
    if statement.call != "maximum.reduce" or statement.option != ", axis=1":
        return 0
    (matrix,) = statement.operands
    if not matrix.plain or not len(matrix.axes) == 2 == len(code.shape(matrix.name)):
        return 0
    length = code.lengths(matrix.name)[1]
    return int(length) if length.isdigit() else 0


def _of_two(statement: Statement) -> Statement:
    (matrix,) = statement.operands
    columns = tuple(Operand(matrix.name, f"{{}}[:, {k}]", matrix.axes[:1]) for k in range(2))
    return replace(statement, call="maximum", operands=columns, option="")


def _of_transposed(statement: Statement, name: str, code: Code) -> list[Statement]:
    (matrix,) = statement.operands
    axes, shape = matrix.axes[::-1], code.shape(matrix.name)[::-1]
    turned = replace(matrix, pattern="{}.T", axes=axes)
    copied = replace(statement, target=name, call=COPY, operands=(turned,), axes=axes, shape=shape, option="")
    return [copied, replace(statement, operands=(Operand(name, "{}", axes),), option=", axis=0")]
