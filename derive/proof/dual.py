"""Exact derivatives by evaluation: the tangent of an expression at a point.

A seed says what moves: array entries, or the variable of a formula. Everything else is held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import Expr, Indexed

from ..errors import UnknownNode
from ..records import Formula
from ..terms import Named, Partial
from .nodes import Along, Closure, Env, label
from .rules import places
from .tangents import tangent

if TYPE_CHECKING:
    from .evaluate import Evaluator


class Seed:
    """What moves, and how fast: nothing, until a subclass says otherwise.

    `moves` names the arrays that may move, None where anything may; `alone` is the entry that moves alone.
    """

    moves: frozenset[str] | None = None
    alone: tuple[str, tuple[int, ...]] | None = None

    def entry(self, ev: Evaluator, name: str, indices: tuple[int, ...], level: int) -> Any:
        """The tangent of an array entry or scalar."""
        return 0

    def closure(self, ev: Evaluator, closure: Closure, level: int) -> Any:
        """The tangent of a formula's variable that stands for an argument."""
        return tangent(ev, closure.node, closure.env, level, self)


class OneEntry(Seed):
    """One entry of one array moves at unit speed."""

    def __init__(self, name: str, indices: tuple[int, ...]) -> None:
        self.alone = (name, indices)
        self.moves = frozenset({name})

    def entry(self, ev: Evaluator, name: str, indices: tuple[int, ...], level: int) -> Any:
        return ev.number(int((name, indices) == self.alone), level)


class Speeds(Seed):
    """The entries of some arrays move at speeds given by formulas in their indices."""

    def __init__(self, node: Along, env: Env) -> None:
        self.speeds, self.env = node.speeds, env
        self.moves = frozenset(self.speeds)

    def entry(self, ev: Evaluator, name: str, indices: tuple[int, ...], level: int) -> Any:
        if name not in self.speeds:
            return 0
        letters, speed = self.speeds[name]
        return ev.value(speed, {**self.env, **dict(zip(letters, indices, strict=True))}, level)


class OneVariable(Seed):
    """The variable of one formula moves at unit speed."""

    def __init__(self, variable: Closure) -> None:
        self.variable = variable

    def closure(self, ev: Evaluator, closure: Closure, level: int) -> Any:
        if closure is self.variable:
            return ev.number(1, level)
        return super().closure(ev, closure, level)


def partial(ev: Evaluator, node: Partial, env: Env, level: int) -> Any:
    """The partial derivative of one equation by one entry in it."""
    return _tangent_of(ev, node.of, env, level, OneEntry(label(node.by), _numbers(ev, node.by, env)))


def along(ev: Evaluator, node: Along, env: Env, level: int) -> Any:
    """The derivative of one equation when several arrays in it move."""
    return _tangent_of(ev, node.of, env, level, Speeds(node, env))


def _tangent_of(ev: Evaluator, of: Expr, env: Env, level: int, seed: Seed) -> Any:
    """The tangent of an entry by its own equation."""
    name = label(of)
    if name not in ev.definitions:
        raise UnknownNode(of, "the checker, which has no equation for " + name)
    equation = ev.definitions[name]
    place = dict(zip(equation.indices, _numbers(ev, of, env), strict=True))
    return tangent(ev, equation.right, place, level, seed)


def _numbers(ev: Evaluator, term: Expr, env: Env) -> tuple[int, ...]:
    return places(ev, term, env) if isinstance(term, Indexed) else ()


def slope(ev: Evaluator, node: Named, formula: Formula, env: Env, level: int) -> Any:
    """The first derivative of a function known by its formula."""
    if node.order != 1:
        raise UnknownNode(node, "the checker, which differentiates a formula once")
    variable = Closure(node.args[0], env)
    return tangent(ev, formula.expression, {formula.variable: variable}, level, OneVariable(variable))
