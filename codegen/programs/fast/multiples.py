"""The pass that takes numbers out of squares and signs into numbers."""

from __future__ import annotations

import ast
import math
import operator
from dataclasses import replace
from fractions import Fraction

from .statements import Code, Operand, Statement

OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def numbers_together(code: Code) -> Code:
    """(c*x)^2 = c^2*x^2 and -(c*x) = (-c)*x, for numbers c: fewer steps, and squares of x that can be shared."""
    done: list[Statement] = []
    made: dict[str, Statement] = {}
    fresh = iter(code.fresh(len(code.statements)))
    for statement in code.statements:
        new = [statement]
        source = made.get(statement.operands[0].name) if statement.operands and statement.operands[0].plain else None
        factor = _multiple(source) if source is not None else None
        if factor is not None and source is not None and statement.axes:
            if statement.call == "square":
                square = replace(statement, target=next(fresh), operands=(source.operands[1],))
                here = Operand(square.target, "{}", statement.axes)
                new = [square, replace(statement, call="multiply", operands=(_literal(factor**2), here))]
            elif statement.call == "negative":
                new = [replace(statement, call="multiply", operands=(_literal(-factor), source.operands[1]))]
        made |= {s.target: s for s in new}
        done += new
    return code.having(done)


def _multiple(statement: Statement) -> float | None:
    """The number c of c*x."""
    if statement.call != "multiply" or statement.operands[0].name or not statement.operands[1].plain:
        return None
    return number(statement.operands[0].pattern)


def _literal(value: float) -> Operand:
    """A number as text; a fraction with a small denominator that only rounding hides is that fraction."""
    near = float(Fraction(value).limit_denominator(1000))
    return Operand("", repr(near if abs(near - value) <= 4e-16 * abs(value) else value))


def number(text: str) -> float | None:
    """What a text of numbers, square roots and + - * / is; None for any other."""
    try:
        return _value(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError):
        return None


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            return OPERATIONS[type(op)](_value(left), _value(right))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="math"), attr="sqrt"), args=[inner]):
            return math.sqrt(_value(inner))
        case ast.Attribute(value=ast.Name(id="math"), attr="pi"):
            return math.pi
    raise ValueError(ast.dump(node))
