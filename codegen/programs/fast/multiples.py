"""The passes that take numbers out of squares, and signs and divisors into numbers."""

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


def divisors_in_front(code: Code) -> Code:
    """c*x*y/d = (c/d)*x*y, for numbers c and d: a quotient of whole arrays takes longer than a product."""
    changed: dict[str, Statement | None] = {}
    for statement in code.statements:
        if statement.call == "divide" and not statement.operands[1].name and statement.operands[0].plain:
            divisor = statement.operands[1].pattern
            chain = _down_to_a_multiple(code, statement.operands[0].name)
            if chain and number(divisor):
                *_, last = chain
                here = Operand("", f"{_bracketed(last.operands[0].pattern, '+-')} / {_bracketed(divisor, '+-*/')}")
                changed[last.target] = replace(last, operands=(here, last.operands[1]))
                top = changed.get(chain[0].target) or chain[0]
                changed |= {chain[0].target: None, statement.target: replace(top, target=statement.target)}
    found = [changed.get(s.target, s) for s in code.statements]
    return code.having(filter(None, found))


def _down_to_a_multiple(code: Code, name: str) -> list[Statement]:
    """The products that an array is made by, each read by the one before alone, down to one with a number c*x."""
    made = code.made.get(name)
    if made is None or made.call != "multiply" or name in code.kept or len(code.readers.get(name, [])) != 1:
        return []
    if _multiple(made) is not None:
        return [made]
    below = (_down_to_a_multiple(code, o.name) for o in made.operands if o.plain)
    return next(([made, *chain] for chain in below if chain), [])


def _bracketed(text: str, loose: str) -> str:
    """A number as text, in brackets where it is a sum, or whatever else binds loosely."""
    return f"({text})" if any(f" {sign} " in text for sign in loose) else text


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
