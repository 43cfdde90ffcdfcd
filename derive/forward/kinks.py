"""Where a function made of max, min, abs, sign and step has a corner or a jump: derived from its formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from math import prod
from typing import Any

import sympy
from mpmath import mp, mpf
from sympy import Abs, Expr, S, Symbol

from ..errors import InputError
from ..expanding import is_short
from ..records import Formula
from ..renaming import substitute
from ..terms import Named, maximum, minimum, step
from .reading import shortened
from .values import DIGITS, value

MOST_KINKS = 64
MOST_BRANCHES = 200
CLOSE = mpf(10) ** -15

# What each piecewise function can be off its kinks, given its arguments.
_BRANCHES: dict[type, Callable[..., tuple[Expr, ...]]] = {
    maximum: lambda u, v: (u, v),
    minimum: lambda u, v: (u, v),
    Abs: lambda u: (u, -u),
    sympy.sign: lambda u: (S.One, S.NegativeOne),
    step: lambda u: (S.One, S.Zero),
}


def kinks_of(
    expression: Expr, variable: Symbol, formulas: Callable[[str], Formula | None], where: str
) -> tuple[Expr, ...]:
    """The points, in order, at which the function jumps or its slopes from left and right differ.

    They are looked for where the argument of a piecewise function vanishes. Raises InputError
    where such points cannot be found exactly.
    """
    found: set[Expr] = set()
    for vanishing in _vanishing(expression, formulas):
        argument = _inline(vanishing, formulas)
        for branch in _branches(argument, where):
            for point in _roots(branch, variable, where):
                if abs(value(argument, {variable: value(point, {}, formulas)}, formulas)) < 1e-30:
                    found.add(point)
        if len(found) > MOST_KINKS:
            raise InputError(f"{where}: a function with more than {MOST_KINKS} corners; write it as an equation")
    bent = [point for point in found if _is_bent(expression, variable, value(point, {}, formulas), formulas)]
    return tuple(sorted(bent, key=lambda point: value(point, {}, formulas)))


def _is_bent(expression: Expr, variable: Symbol, point: Any, formulas: Callable[[str], Formula | None]) -> bool:
    """Whether the slopes on the two sides of a point differ; elu's do not, though its formula has max in it."""
    with mp.workdps(DIGITS):
        before, here, after = (value(expression, {variable: point + side * CLOSE}, formulas) for side in (-1, 0, 1))
        left, right = (here - before) / CLOSE, (after - here) / CLOSE
        return bool(abs(right - left) > 1e-6 * (1 + abs(left)))


def _vanishing(expression: Expr, formulas: Callable[[str], Formula | None]) -> Iterator[Expr]:
    """What is zero at a kink: the arguments of piecewise functions, and those of named functions less their kinks."""
    stack = [expression]
    while stack:
        node = stack.pop()
        if type(node) in _BRANCHES:
            yield node.args[0] - (node.args[1] if len(node.args) == 2 else 0)
        if isinstance(node, Named) and (known := formulas(node.label)) is not None:
            yield from (node.args[0] - kink for kink in known.kinks)
        stack.extend(node.args)


def _inline(node: Expr, formulas: Callable[[str], Formula | None]) -> Expr:
    """Named functions replaced by their own formulas, where they have one."""
    if not node.has(Named):
        return node
    arguments = [_inline(argument, formulas) for argument in node.args]
    if isinstance(node, Named) and node.order == 0 and (known := formulas(node.label)) is not None:
        return substitute(_inline(known.expression, formulas), {known.variable: arguments[0]})
    return node.func(*arguments)


def _branches(node: Expr, where: str) -> set[Expr]:
    """What an expression can be with its piecewise functions decided."""
    if not node.has(*_BRANCHES):
        return {node}
    choices = [_branches(argument, where) for argument in node.args]
    if prod(map(len, choices)) > MOST_BRANCHES:
        raise InputError(f"{where}: the corners of the function cannot be found: it has too many pieces")
    make = _BRANCHES.get(type(node), lambda *arguments: (node.func(*arguments),))
    return {branch for arguments in product(*choices) for branch in make(*arguments)}


def _roots(expression: Expr, variable: Symbol, where: str) -> tuple[Expr, ...]:
    if not expression.has(variable):
        return ()
    if not is_short(expression):
        raise InputError(f"{where}: the corners of the function cannot be found: its powers are too high")
    polynomial = expression.as_poly(variable)
    if polynomial is not None and polynomial.degree() == 1:
        slope, constant = polynomial.all_coeffs()
        return (-constant / slope,)
    solutions = sympy.solveset(expression, variable, S.Reals)
    if solutions is S.EmptySet or isinstance(solutions, sympy.FiniteSet) and not solutions.has(sympy.CRootOf):
        return tuple(solutions)
    shown = shortened(str(expression))
    raise InputError(f"{where}: the corners of the function cannot be found: where is {shown} zero?")
