"""Errors that can be planted into an expression: a row takes a node and a `Maker`, and returns the new node or None."""

from __future__ import annotations

from collections.abc import Callable

from identities import a, d, f, g, gelu, leaky, relu, sigmoid, silu, softplus, tanh_
from identity_words import AXES, Maker
from sympy import Abs, Add, Expr, Indexed, Integer, KroneckerDelta, Mul, Pow, Rational, Sum, exp, log
from sympy import sign as sympy_sign

from derive.renaming import substitute
from derive.terms import Partial, maximum, minimum, range_of, step


def _other_letter(node: Indexed, m: Maker) -> Expr | None:
    """An index replaced by another of its dimension: a bound one by a free one, say."""
    place = m.random.randrange(len(node.indices))
    size = m.scope.get(node.indices[place])
    others = [s for s, other in m.scope.items() if other == size and s != node.indices[place]]
    new = list(node.indices)
    new[place] = m.one(others) if others else new[place]
    return a(str(node.base), *new)


def _other_array(node: Indexed, m: Maker) -> Expr:
    names = [name for name, axes in AXES.items() if axes == AXES[str(node.base)] and name != str(node.base)]
    return a(m.one(names), *node.indices)


def _without_sum(node: Sum, m: Maker) -> Expr:
    letter, size = range_of(node)
    return substitute(node.args[0], {letter: m.one([s for s, other in m.scope.items() if other == size])})


def _without_one(node: Expr, m: Maker) -> Expr:
    place = m.random.randrange(len(node.args))
    return node.func(*node.args[:place], *node.args[place + 1 :])


def _sign_of_one(node: Add, m: Maker) -> Expr:
    return node - 2 * m.one(node.args)


ERRORS: list[tuple[type | tuple[type, ...], Callable[[Expr, Maker], Expr | None]]] = [
    (Mul, _without_one), (Add, _without_one), (Mul, lambda node, m: node * m.one(node.args)), (Add, _sign_of_one),
    (Sum, _without_sum), (Sum, lambda node, m: node / range_of(node)[1]), (Sum, lambda node, m: 2 * node),
    (Indexed, lambda node, m: a(str(node.base), *reversed(node.indices)) if str(node.base) in "AB" else None),
    (Indexed, _other_letter), (Indexed, _other_array), (Indexed, lambda node, m: -node),
    (exp, lambda node, m: 1 / node),
    (Pow, lambda node, m: node * node.args[0]), (Pow, lambda node, m: 1 / node),
    (KroneckerDelta, lambda node, m: Integer(1)), (KroneckerDelta, lambda node, m: Integer(0)),
    (maximum, lambda node, m: minimum(*node.args)), (minimum, lambda node, m: maximum(*node.args)),
    (step, lambda node, m: step(-node.args[0])), (Abs, lambda node, m: node.args[0]),
    (sympy_sign, lambda node, m: step(node.args[0])), ((exp, log), lambda node, m: 1 + node),
    ((relu, sigmoid, tanh_, softplus, silu, gelu), lambda node, m: m.one([leaky, silu, tanh_, f])(node.args[0])),
    ((relu, sigmoid, tanh_, f, g), lambda node, m: d(type(node))(node.args[0])),
    ((relu, sigmoid, tanh_, f, g, silu, gelu), lambda node, m: -node.func(-node.args[0])),
    (Rational, lambda node, m: node + 1), (Partial, lambda node, m: Integer(1)),
]  # fmt: skip
"""One planted error each; some change nothing (relu(-x) beside a step), which floats find out."""
