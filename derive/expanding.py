"""How long a formula becomes when it is multiplied out: asked before computer algebra is let loose on it."""

from __future__ import annotations

from math import comb

from sympy import Add, Expr, Mul, Pow

MOST = 200


def is_short(expression: Expr) -> bool:
    """Whether the formula, multiplied out, has few enough terms for algebra to be quick."""
    return terms_expanded(expression) <= MOST


def terms_expanded(node: Expr) -> int:
    """How many terms a formula has at most once it is multiplied out; MOST + 1 stands for all larger numbers."""
    if isinstance(node, Add):
        number = sum(map(terms_expanded, node.args))
    elif isinstance(node, Mul):
        number = 1
        for factor in node.args:
            number = min(number * terms_expanded(factor), MOST + 1)
    elif isinstance(node, Pow) and node.exp.is_Integer:
        power = abs(int(node.exp))
        number = comb(terms_expanded(node.base) + power - 1, power)
    else:
        number = 1
    return min(number, MOST + 1)
