"""The pass that takes maxima of short rows as NumPy does it many times faster than along the rows."""

from __future__ import annotations

from dataclasses import replace

from .blocks import NARROW
from .statements import COPY, ROW_MAXIMUM, Code, Operand, Statement

SHORT = 32
"""In longer rows the place of the maximum is found faster than a transposed copy is made."""


def maxima_by_columns(code: Code) -> Code:
    """Maxima of short rows are taken of two columns at once, of more in a transposed copy, of many by their places."""
    fresh = iter(code.fresh(len(code.statements)))
    done: list[Statement] = []
    constants = dict(code.constants)
    for statement in code.statements:
        width = _width(statement, code)
        if _is_of_two_numbers(statement, code):
            done.append(_of_two(statement, "{{}}[{}, ...]"))
        elif width == 2:
            done.append(_of_two(statement, "{{}}[:, {}]"))
        elif 2 < width <= SHORT:
            done += _of_transposed(statement, next(fresh), code)
        elif SHORT < width <= NARROW:
            done.append(_by_places(statement, code, constants))
        else:
            done.append(statement)
    return replace(code.having(done), constants=constants)


def _width(statement: Statement, code: Code) -> int:
    """How long the rows are whose maxima a statement takes; 0 for any other, and where that is not known."""
    if statement.call != "maximum.reduce" or statement.option != ", axis=1":
        return 0
    (matrix,) = statement.operands
    if not matrix.plain or not len(matrix.axes) == 2 == len(code.shape(matrix.name)):
        return 0
    length = code.lengths(matrix.name)[1]
    return int(length) if length.isdigit() else 0


def _is_of_two_numbers(statement: Statement, code: Code) -> bool:
    """Whether a statement takes the larger one of a vector's two entries."""
    if statement.call != "maximum.reduce" or statement.axes:
        return False
    (vector,) = statement.operands
    return vector.plain and code.lengths(vector.name) == ("2",)


def _of_two(statement: Statement, entry: str) -> Statement:
    (matrix,) = statement.operands
    columns = tuple(Operand(matrix.name, entry.format(k), statement.axes) for k in range(2))
    return replace(statement, call="maximum", operands=columns, option="")


def _of_transposed(statement: Statement, name: str, code: Code) -> list[Statement]:
    (matrix,) = statement.operands
    axes, shape = matrix.axes[::-1], code.shape(matrix.name)[::-1]
    turned = replace(matrix, pattern="{}.T", axes=axes)
    copied = replace(statement, target=name, call=COPY, operands=(turned,), axes=axes, shape=shape, option="")
    return [copied, replace(statement, operands=(Operand(name, "{}", axes),), option=", axis=0")]


def _by_places(statement: Statement, code: Code, constants: dict[str, str]) -> Statement:
    (matrix,) = statement.operands
    records, width = code.shape(matrix.name)
    places, starts = f"%places {records}", f"%starts {records} {width}"
    constants |= {places: f"np.empty({records}, np.intp)", starts: f"{width} * np.arange({records})"}
    held = tuple(Operand(name, "{}", statement.axes) for name in (places, starts))
    return replace(statement, call=ROW_MAXIMUM, operands=(matrix, *held), option="")
