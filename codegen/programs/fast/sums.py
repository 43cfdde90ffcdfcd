"""The pass that turns sums over records, and over few outputs, into matrix products."""

from __future__ import annotations

from dataclasses import replace

from .blocks import NARROW
from .statements import DOT, Code, Operand, Statement


def sums_as_products(code: Code) -> Code:
    """Sums of the rows of a matrix, and of the entries of short rows, are products with ones, which BLAS computes."""
    found = {s.target: code.shape(s.operands[0].name)[_axis(s)] for s in code.statements if _is_product(s, code)}
    found |= {s.target: code.shape(s.operands[0].name)[0] for s in code.statements if _is_short(s, code)}
    sizes = sorted(dict.fromkeys(found.values()), key=lambda size: size != code.records)
    ones = {size: f"%ones {size}" for size in sizes}

    def product(statement: Statement) -> Statement:
        (matrix,) = statement.operands
        axis = _axis(statement)
        row = Operand(ones[found[statement.target]], "{}", matrix.axes[axis : axis + 1])
        return replace(statement, call=DOT, operands=(matrix, row) if axis else (row, matrix), option="")

    done = [product(s) if s.target in found else s for s in code.statements]
    constants = {name: f"np.ones({size}, dtype)" for size, name in ones.items()}
    return replace(code.having(done), constants={**code.constants, **constants})


def _axis(statement: Statement) -> int:
    """Which axis of a matrix is summed over."""
    return int(statement.option == ", axis=1")


def _is_short(statement: Statement, code: Code) -> bool:
    """Whether a statement adds up the entries of a short vector."""
    if statement.call != "add.reduce" or statement.axes:
        return False
    (operand,) = statement.operands
    if not operand.plain or not len(operand.axes) == 1 == len(code.shape(operand.name)):
        return False
    return code.widths.get(code.shape(operand.name)[0], NARROW + 1) <= NARROW


def _is_product(statement: Statement, code: Code) -> bool:
    if statement.call != "add.reduce" or statement.option not in (", axis=0", ", axis=1"):
        return False
    (operand,) = statement.operands
    if not operand.plain or not len(operand.axes) == 2 == len(code.shape(operand.name)):
        return False
    width = code.shape(operand.name)[1]
    return not _axis(statement) or code.widths.get(width, NARROW + 1) <= NARROW
