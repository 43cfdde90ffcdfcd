"""The same network with one width everywhere: there every formula has a meaning, and confused indices can be named."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, Symbol

from ..records import Equation, Model
from ..renaming import rebuild
from ..terms import dimension, dimensions_in, is_dimension
from .records import Diagnosis, Verdict


def squared(model: Model) -> Model:
    """`model` with all its widths the same."""
    axes = {axis for sizes in model.axes.values() for axis in sizes}
    widths = dimensions_in([*axes, *(equation.right for equation in model.equations)])
    name = next(n for n in ("n_all", *(f"n_all{k}" for k in range(len(model.axes) + 1))) if n not in model.axes)
    same: dict[Expr, Expr] = dict.fromkeys(widths, dimension(name))
    return replace(
        model,
        equations=tuple(_resized(equation, same) for equation in model.equations),
        axes={array: tuple(axis.xreplace(same) for axis in sizes) for array, sizes in model.axes.items()},
        facts=tuple(replace(fact, axes=tuple(axis.xreplace(same) for axis in fact.axes)) for fact in model.facts),
        sizes={},
        widths=tuple(width.xreplace(same) for width in model.widths),
    )


def mistake_in(verdict: Verdict) -> Diagnosis | None:
    """What is wrong with a formula about such a network; no fact that needs the one width saves it."""
    return replace(verdict.diagnosis, would_hold_if=None) if verdict.diagnosis is not None else None


def _resized(equation: Equation, same: dict[Expr, Expr]) -> Equation:
    ranges = {letter: size.xreplace(same) for letter, size in equation.ranges.items()}
    return replace(equation, right=_renamed(equation.right, same), ranges=ranges)


def _renamed(node: Expr, same: dict[Expr, Expr]) -> Expr:
    """The expression with the widths renamed, in the limits of sums too."""
    if isinstance(node, Symbol):
        return same[node] if is_dimension(node) else node
    return rebuild(node, [_renamed(argument, same) for argument in node.args]) if node.args else node
