"""How each kind of node is evaluated: the table of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    Sum,
    Symbol,
    cos,
    cosh,
    cot,
    erf,
    exp,
    log,
    pi,
    sin,
    sinh,
    tan,
    tanh,
)
from sympy import sign as sympy_sign
from sympy.core.numbers import Exp1, Pi

from ..terms import Named, Partial, maximum, minimum, step
from .nodes import Along, Closure, Env, Offence, affine, difference, label, limits

if TYPE_CHECKING:
    from .evaluate import Evaluator


def _kept(rule: Callable) -> Callable:
    return lambda ev, node, env, level: ev.remembered(rule, node, env, level)


def _symbol(ev: Evaluator, node: Symbol, env: Env, level: int) -> Any:
    if node in env:
        bound = env[node]
        if isinstance(bound, Closure):
            return ev.value(bound.node, bound.env, level)
        return ev.number(bound, level)
    if node in ev.widths:
        return ev.number(ev.widths[node], level)
    return ev.entry(node.name, (), level)


def _indexed(ev: Evaluator, node: Indexed, env: Env, level: int) -> Any:
    return ev.entry(label(node), places(ev, node, env), level)


def places(ev: Evaluator, node: Indexed, env: Env) -> tuple[int, ...]:
    """The indices of an entry as numbers."""
    return tuple([env[i] if i in env else int(ev.count(i, env)) for i in node.args[1:]])


def _add(ev: Evaluator, node: Expr, env: Env, level: int) -> Any:
    value = ev.value
    return ev.fold(sum([value(a, env, level) for a in node.args]), level)


def _mul(ev: Evaluator, node: Expr, env: Env, level: int) -> Any:
    if not indicated(ev, node, env):
        return ev.number(0, level)
    result = 1
    for argument in node.args:
        result = ev.fold(result * ev.value(argument, env, level), level)
    return result


def indicated(ev: Evaluator, node: Expr, env: Env) -> bool:
    """Whether no indicator among the factors is 0, so that the others are worth a look."""
    deltas = _deltas(node)
    return not deltas or ev.all_terms or all(ev.count(left, env) == ev.count(right, env) for left, right in deltas)


@lru_cache(maxsize=1 << 14)
def _deltas(node: Expr) -> tuple[tuple[Expr, Expr], ...]:
    return tuple(a.args for a in node.args if isinstance(a, KroneckerDelta))


def _pow(ev: Evaluator, node: Pow, env: Env, level: int) -> Any:
    base, exponent = node.args
    if exponent.is_Integer:
        value = ev.value(base, env, level)
        if exponent.is_negative:
            if value == 0:
                raise Offence(base, env, level)
            value, exponent = ev.inverse(value, level), -exponent
        return ev.fold(value ** int(exponent) if exponent < 4 else ev.whole_power(value, int(exponent), level), level)
    radicand = ev.positive(base, env, level)
    return ev.power(radicand, ev.value(exponent, env, ev.below(level)), level)


def terms_over(ev: Evaluator, node: Expr, env: Env) -> list[tuple[Expr, Env]]:
    """The bodies a sum or product runs over, each with its environment; terms that an indicator kills are left out."""
    letter, size = limits(node)
    number, only = int(ev.count(size, env)), only_place(node)
    if ev.all_terms:
        return [(node.args[0], {**env, letter: 0})]
    if only is None or not all(s in env or s in ev.widths for s in free_in(only[0])):
        return [(node.args[0], {**env, letter: n}) for n in range(number)]
    here, left = divmod(ev.count(only[0], env), only[1])
    return [(node.args[0], {**env, letter: here})] if 0 <= here < number and not left else []


def as_often(ev: Evaluator, node: Expr, env: Env, values: list) -> list:
    """The values of all terms, where the first stands for the others."""
    return values * int(ev.count(limits(node)[1], env)) if ev.all_terms else values


@lru_cache(maxsize=1 << 12)
def only_place(node: Expr) -> tuple[Expr, int] | None:
    """What the index of a sum is at its only term: (m, 1) in ``Sum(kron(k, m)*T(k), k)``, and (m, c) where c*k = m."""
    letter, _ = limits(node)
    found = [place for delta in _indicators(node.args[0]) if (place := _solved(delta, letter))]
    return min(found, key=lambda place: place[1], default=None) if isinstance(node, Sum) else None


def _indicators(body: Expr) -> Iterator[Expr]:
    """The indicators among the factors of a term, inner sums entered."""
    for factor in Mul.make_args(body):
        if isinstance(factor, KroneckerDelta):
            yield factor
        elif isinstance(factor, Sum):
            inner, _ = limits(factor)
            yield from (delta for delta in _indicators(factor.args[0]) if inner not in free_in(delta))


def _solved(delta: Expr, letter: Symbol) -> tuple[Expr, int] | None:
    """(m, c) with c > 0 if the indicator says c*letter = m."""
    if (form := affine(delta.args[0] - delta.args[1])) is None or not (step := dict(form[0]).get(letter)):
        return None
    rest = delta.args[0] - delta.args[1] - step * letter
    return (-rest, step) if step > 0 else (rest, -step)


@lru_cache(maxsize=1 << 14)
def free_in(node: Expr) -> frozenset[Symbol]:
    """The symbols in an index expression."""
    return frozenset(node.free_symbols)


def _sum(ev: Evaluator, node: Sum, env: Env, level: int) -> Any:
    values = [ev.value(body, inner, level) for body, inner in terms_over(ev, node, env)]
    return ev.fold(sum(as_often(ev, node, env, values)), level)


def _product(ev: Evaluator, node: Product, env: Env, level: int) -> Any:
    result = ev.number(1, level)
    values = [ev.value(body, inner, level) for body, inner in terms_over(ev, node, env)]
    for value in as_often(ev, node, env, values):
        result = ev.fold(result * value, level)
    return result


def _kronecker(ev: Evaluator, node: Expr, env: Env, level: int) -> Any:
    left, right = node.args
    return ev.number(int(ev.count(left, env) == ev.count(right, env)), level)


def _exp(ev: Evaluator, node: Expr, env: Env, level: int) -> Any:
    return ev.exp(ev.value(node.args[0], env, ev.below(level)), level)


def _log(ev: Evaluator, node: Expr, env: Env, level: int) -> Any:
    return ev.log(node.args[0], env, level)


def _abs(ev: Evaluator, node: Expr, env: Env, level: int) -> Any:
    return ev.fold(ev.sign(node.args[0], env, level) * ev.value(node.args[0], env, level), level)


def _sign(ev: Evaluator, node: Expr, env: Env, level: int) -> Any:
    return ev.number(ev.sign(node.args[0], env, level), level)


def _step(ev: Evaluator, node: Expr, env: Env, level: int) -> Any:
    return ev.number(int(ev.sign(node.args[0], env, level) > 0), level)


def _larger(ev: Evaluator, node: Expr, env: Env, level: int) -> Any:
    first, second = node.args
    ahead = ev.sign(difference(node), env, level) > 0
    if ev.all_terms:
        return ev.value(first, env, level) + ev.value(second, env, level)
    return ev.value(first if ahead == isinstance(node, maximum) else second, env, level)


def _opaque(ev: Evaluator, node: Expr, env: Env, level: int) -> Any:
    return ev.function(type(node).__name__, 0, ev.value(node.args[0], env, level), level)


def _named(ev: Evaluator, node: Named, env: Env, level: int) -> Any:
    formula = ev.functions.get(node.label)
    if formula is None:
        return ev.unknown(node, env, level)
    if node.order == 0:
        return ev.value(formula.expression, {formula.variable: Closure(node.args[0], env)}, level)
    return ev.slope(node, formula, env, level)


def _lowered(build: Callable[[Expr], Expr]) -> Callable:
    known = lru_cache(maxsize=1 << 10)(build)
    return lambda ev, node, env, level: ev.value(known(node.args[0]), env, level)


LOWERED: dict[type, Callable[[Expr], Expr]] = {
    sinh: lambda u: (exp(u) - exp(-u)) / 2,
    cosh: lambda u: (exp(u) + exp(-u)) / 2,
    tanh: lambda u: 1 - 2 / (exp(2 * u) + 1),
    cot: lambda u: 1 / tan(u),
}
"""Functions that are abbreviations."""

RULES: dict[type, Callable] = {
    Rational: lambda ev, node, env, level: ev.number(node, level),
    Symbol: _symbol,
    Indexed: _indexed,
    Add: _add,
    Mul: _mul,
    Pow: _kept(_pow),
    Sum: _kept(_sum),
    Product: _kept(_product),
    KroneckerDelta: _kronecker,
    exp: _kept(_exp),
    Exp1: lambda ev, node, env, level: ev.exp(ev.number(1, ev.below(level)), level),
    Pi: lambda ev, node, env, level: ev.atom(pi, (), level),
    log: _kept(_log),
    Abs: _kept(_abs),
    sympy_sign: _kept(_sign),
    step: _kept(_step),
    maximum: _kept(_larger),
    minimum: _kept(_larger),
    erf: _opaque,
    sin: _opaque,
    cos: _opaque,
    tan: _opaque,
    Named: _kept(_named),
    Partial: _kept(lambda ev, node, env, level: ev.partial(node, env, level)),
    Along: _kept(lambda ev, node, env, level: ev.along(node, env, level)),
    **{kind: _kept(_lowered(build)) for kind, build in LOWERED.items()},
}
