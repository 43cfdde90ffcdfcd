"""Derivations in which an error term is minus the derivative of the cost: every line that speaks of one, rewritten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sympy import Add, Expr, Indexed, Mul, S, Sum, Symbol

from derive.backward.steps import Derivation, Result, Step
from derive.renaming import factors_of, found_in, rebuild
from derive.renaming import replace as put_in
from derive.terms import name_of, range_of, total

from .order import is_negative, negated


def in_sign(derivation: Derivation, sign: int) -> Derivation:
    """The derivation with error terms of this sign: with -1 each stands for minus what it stood for before.

    Both sides of a line change alike, so that what was proved of the line still holds. The
    matrix forms stay as they were.
    """
    if sign > 0:
        return derivation
    errors = frozenset(r.name for r in derivation.results if r.kind == "delta")
    data = frozenset(derivation.model.data)
    return replace(derivation, results=tuple(_result(r, errors, data) for r in derivation.results))


def _result(result: Result, errors: Collection[str], data: Collection[str]) -> Result:
    sign = -S.One if result.kind == "delta" else S.One

    def side(expression: Expr) -> Expr:
        return _in_residual(sign * _turned(expression, errors), data)

    def step(old: Step) -> Step:
        return replace(old, before=side(old.before), after=side(old.after))

    return replace(result, right=side(result.right), steps=tuple(map(step, result.steps)))


def _turned(expression: Expr, errors: Collection[str]) -> Expr:
    """Minus each error term in its place, the signs drawn out of sums."""
    entries = [e for e in found_in(expression, (Indexed, Symbol)) if name_of(e) in errors]
    return _drawn_out(put_in(expression, {entry: -entry for entry in entries})) if entries else expression


def _drawn_out(node: Expr) -> Expr:
    """The same with no minus sign at the front of a sum over an index."""
    if not node.args or isinstance(node, Indexed):
        return node
    new = rebuild(node, map(_drawn_out, node.args))
    if isinstance(new, Sum) and is_negative(new.args[0]):
        return -total(negated(new.args[0]), range_of(new))
    return new


def _in_residual(expression: Expr, data: Collection[str]) -> Expr:
    """``(y - a) f'`` for ``-(a - y) f'``."""
    if not isinstance(expression, Mul) or not is_negative(expression):
        return expression
    factors = factors_of(-expression)
    residual = next((f for f in factors if isinstance(f, Add) and _speaks_of(f, data)), None)
    if residual is None:
        return expression
    others = [factor for factor in factors if factor is not residual]
    return Mul(*others, Add(*(-term for term in residual.args)))


def _speaks_of(bracket: Add, names: Collection[str]) -> bool:
    return any(name_of(factor) in names for term in bracket.args for factor in factors_of(term))
