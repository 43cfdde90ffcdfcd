"""The pass that turns sums over records into matrix products."""

from __future__ import annotations

from dataclasses import replace

from .statements import DOT, Code, Operand, Statement


def sums_as_products(code: Code) -> Code:
    """The sum of the rows of a matrix is the product of a row of ones with it, which BLAS computes."""
    found = {s.target: code.shape(s.operands[0].name)[0] for s in code.statements if _sums_rows(s, code)}
    sizes = list(dict.fromkeys(found.values()))
    ones = {size: f"%ones {size}" for size in sizes}

    def product(statement: Statement) -> Statement:
        (matrix,) = statement.operands
        row = Operand(ones[found[statement.target]], "{}", matrix.axes[:1])
        return replace(statement, call=DOT, operands=(row, matrix), option="")

    done = [product(s) if s.target in found else s for s in code.statements]
    constants = {name: f"np.ones({size}, dtype)" for size, name in ones.items()}
    return replace(code.having(done), constants={**code.constants, **constants})


def _sums_rows(statement: Statement, code: Code) -> bool:
    if statement.call != "add.reduce" or statement.option != ", axis=0":
        return False
    (operand,) = statement.operands
    return operand.plain and len(operand.axes) == 2 == len(code.shape(operand.name))
