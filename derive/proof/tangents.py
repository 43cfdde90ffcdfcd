"""How fast each kind of node moves when what is in it moves: the table of tangents."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sympy import (
    Abs,
    Add,
    Expr,
    Indexed,
    KroneckerDelta,
    Mul,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    cos,
    erf,
    exp,
    log,
    pi,
    sin,
    sqrt,
    tan,
)
from sympy import sign as sympy_sign
from sympy.core.numbers import Exp1, Pi

from ..errors import UnknownNode
from ..renaming import found_in
from ..terms import Named, maximum, minimum, step
from .nodes import Closure, Env, difference, label, limits, names_in, rule_for
from .rules import LOWERED, as_often, indicated, places, terms_over

if TYPE_CHECKING:
    from .dual import Seed
    from .evaluate import Evaluator


def tangent(ev: Evaluator, node: Expr, env: Env, level: int, seed: Seed) -> Any:
    """How fast `node` moves at `level` when the entries move as `seed` says."""
    rule = TANGENTS.get(type(node)) or rule_for(type(node), TANGENTS)
    if rule is None:
        raise UnknownNode(node, "exact differentiation")
    return rule(ev, node, env, level, seed)


def _nothing(ev: Evaluator, node: Expr, env: Env, level: int, seed: Seed) -> Any:
    return 0


def _symbol(ev: Evaluator, node: Symbol, env: Env, level: int, seed: Seed) -> Any:
    bound = env.get(node)
    if isinstance(bound, Closure):
        return seed.closure(ev, bound, level)
    if bound is not None or node in ev.widths:
        return 0
    return seed.entry(ev, node.name, (), level)


def _indexed(ev: Evaluator, node: Indexed, env: Env, level: int, seed: Seed) -> Any:
    return seed.entry(ev, label(node), places(ev, node, env), level)


def _add(ev: Evaluator, node: Expr, env: Env, level: int, seed: Seed) -> Any:
    return ev.fold(sum([tangent(ev, a, env, level, seed) for a in node.args]), level)


def _mul(ev: Evaluator, node: Expr, env: Env, level: int, seed: Seed) -> Any:
    return _leibniz(ev, [(a, env) for a in node.args], level, seed) if indicated(ev, node, env) else 0


def _leibniz(ev: Evaluator, factors: list[tuple[Expr, Env]], level: int, seed: Seed) -> Any:
    """The product rule; factors that nothing multiplies are not evaluated."""
    speed = 0
    for place, (factor, env) in enumerate(factors):
        moved = tangent(ev, factor, env, level, seed)
        if moved:
            for other, (rest, at) in enumerate(factors):
                if other != place:
                    moved = ev.fold(moved * ev.value(rest, at, level), level)
            speed += moved
    return ev.fold(speed, level)


def _sum(ev: Evaluator, node: Sum, env: Env, level: int, seed: Seed) -> Any:
    if _rests(node, env, seed):
        return 0
    terms = _only_moving(ev, node, env, *seed.alone) if seed.alone else None
    terms = terms_over(ev, node, env) if terms is None else terms
    moved = [tangent(ev, body, at, level, seed) for body, at in terms]
    return ev.fold(sum(as_often(ev, node, env, moved)), level)


def _only_moving(
    ev: Evaluator, node: Sum, env: Env, name: str, indices: tuple[int, ...]
) -> list[tuple[Expr, Env]] | None:
    """The one term of a sum in which an entry occurs; None where that may be any."""
    axis = _axis(node, name)
    if axis is None or ev.all_terms or any(isinstance(bound, Closure) for bound in env.values()):
        return None
    letter, size = limits(node)
    here = indices[axis]
    return [(node.args[0], {**env, letter: here})] if 0 <= here < ev.count(size, env) else []


@lru_cache(maxsize=1 << 12)
def _axis(node: Sum, name: str) -> int | None:
    """The axis at which every entry of an array in a sum carries the letter summed over."""
    letter, _ = limits(node)
    entries = [entry for entry in found_in(node.args[0], Indexed) if label(entry) == name]
    if any(limits(inner)[0] == letter for inner in found_in(node.args[0], (Sum, Product))):
        return None
    axes = range(len(entries[0].args) - 1) if entries else ()
    return next((axis for axis in axes if all(entry.args[axis + 1] == letter for entry in entries)), None)


def _rests(node: Expr, env: Env, seed: Seed) -> bool:
    """Whether nothing in a sum moves, so that its terms need not be visited."""
    if seed.moves is None or not seed.moves.isdisjoint(names_in(node)):
        return False
    return not any(isinstance(bound, Closure) for bound in env.values())


def _product(ev: Evaluator, node: Product, env: Env, level: int, seed: Seed) -> Any:
    return _leibniz(ev, as_often(ev, node, env, terms_over(ev, node, env)), level, seed)


def _pow(ev: Evaluator, node: Pow, env: Env, level: int, seed: Seed) -> Any:
    base, exponent = node.args
    speed = tangent(ev, base, env, level, seed)
    if exponent.is_Rational:
        return ev.fold(speed * ev.value(_lowered_power(node), env, level), level) if speed else 0
    drift = tangent(ev, exponent, env, level, seed)
    inner = drift * ev.value(log(base), env, level) if drift else 0
    if speed:
        inner += speed * ev.value(exponent / base, env, level)
    return ev.fold(inner * ev.value(node, env, level), level) if inner else 0


@lru_cache(maxsize=1 << 10)
def _lowered_power(node: Pow) -> Expr:
    base, exponent = node.args
    return exponent * base ** (exponent - 1)


def _function(ev: Evaluator, node: Expr, env: Env, level: int, seed: Seed) -> Any:
    speed = tangent(ev, node.args[0], env, level, seed)
    return ev.fold(speed * ev.value(_slope_of(node), env, level), level) if speed else 0


@lru_cache(maxsize=1 << 12)
def _slope_of(node: Expr) -> Expr:
    return SLOPES[type(node)](node.args[0])


def _larger(ev: Evaluator, node: Expr, env: Env, level: int, seed: Seed) -> Any:
    first, second = node.args
    ahead = ev.sign(difference(node), env, level) > 0
    if ev.all_terms:
        return ev.fold(tangent(ev, first, env, level, seed) + tangent(ev, second, env, level, seed), level)
    return tangent(ev, first if ahead == isinstance(node, maximum) else second, env, level, seed)


def _named(ev: Evaluator, node: Named, env: Env, level: int, seed: Seed) -> Any:
    formula = ev.functions.get(node.label)
    if formula is not None and node.order == 0:
        return tangent(ev, formula.expression, {formula.variable: Closure(node.args[0], env)}, level, seed)
    speed = tangent(ev, node.args[0], env, level, seed)
    return ev.fold(speed * ev.value(node.fdiff(), env, level), level) if speed else 0


def _lowered(build: Callable[[Expr], Expr]) -> Callable:
    return lambda ev, node, env, level, seed: tangent(ev, build(node.args[0]), env, level, seed)


SLOPES: dict[type, Callable[[Expr], Expr]] = {
    exp: lambda u: exp(u),
    log: lambda u: 1 / u,
    Abs: lambda u: sympy_sign(u),
    sympy_sign: lambda u: S.Zero,
    step: lambda u: S.Zero,
    erf: lambda u: 2 / sqrt(pi) * exp(-(u**2)),
    sin: lambda u: cos(u),
    cos: lambda u: -sin(u),
    tan: lambda u: 1 + tan(u) ** 2,
}
"""The derivatives of the primitive functions: where all differentiation here ends."""

TANGENTS: dict[type, Callable] = {
    **dict.fromkeys((Rational, Exp1, Pi, KroneckerDelta), _nothing),
    Symbol: _symbol,
    Indexed: _indexed,
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    Sum: _sum,
    Product: _product,
    **dict.fromkeys(SLOPES, _function),
    maximum: _larger,
    minimum: _larger,
    Named: _named,
    **{kind: _lowered(build) for kind, build in LOWERED.items()},
}
