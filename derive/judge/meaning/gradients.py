"""Derivatives as they are written: of the cost or of another array, by an array, by one entry, by whatever fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...forward.syntax import Entry, Node
from ..reading import sketch as sk
from .functions import is_function
from .names import COSTS, shown
from .search import Option, Unfit
from .values import Value, squeezed, times

if TYPE_CHECKING:
    from .formula import Formula


def is_cost(formula: Formula, node: sk.Name) -> bool:
    return node.stem in COSTS and node.stem not in formula.context.model.axes or node.stem == formula.context.model.cost


def only_gradient(formula: Formula, node: sk.Name) -> Value:
    """``E'`` where the model has one parameter."""
    parameters = formula.context.model.parameters
    if len(parameters) != 1:
        raise Unfit(f"{shown(node)} does not say by what the cost is differentiated")
    return formula.context.gradient(formula.context.whole(parameters[0]))


def derivative(formula: Formula, node: sk.Derivative) -> Value:
    of = node.of
    if node.by is None:
        if not (isinstance(of, sk.Name) and is_cost(formula, of)):
            raise Unfit("a gradient is one of the cost")
        return _by_anything(formula)
    above = _function_value(formula, of, node.by) or _given(formula, of) or formula.value(of)
    below = formula.value(node.by)
    factor: tuple[Node, ...] = ()
    entry = above.node
    cost = Entry(formula.context.cost)
    if not isinstance(entry, Entry) and getattr(entry, "factors", None) and isinstance(entry.factors[-1], Entry):  # type: ignore[attr-defined]
        if entry.factors[-1].name == cost.name:  # type: ignore[attr-defined]
            factor, entry = entry.factors[:-1], entry.factors[-1]  # type: ignore[attr-defined]
    made = formula.context.differentiated(entry, below.node)
    axes = below.axes if not above.open else (*squeezed(above).axes, *squeezed(below).axes)
    return Value(times(*factor, made), axes)


def _function_value(formula: Formula, of: sk.Sketch, by: sk.Sketch) -> Value | None:
    """``d f(z)/dz``: the activation at that place."""
    if (
        isinstance(of, sk.Apply)
        and isinstance(of.head, sk.Name)
        and is_function(formula.context, of.head)
        and of.arguments == (by,)
    ):
        argument = formula.value(by)
        if isinstance(argument.node, Entry) and (found := formula.context.roles.applied_to(argument.node.name)):
            return Value(Entry(found[0], argument.node.subscripts))
    return None


def _given(formula: Formula, of: sk.Sketch) -> Value | None:
    """The cost that a layer alone does not have, whose derivatives by its outputs are given."""
    if formula.context.model.cost is not None or not isinstance(of, sk.Name) or "bold" in of.marks:
        return None
    return Value(Entry(formula.context.cost)) if is_cost(formula, of) else None


def _by_anything(formula: Formula) -> Value:
    """The gradient by whatever fits: the outputs first, then the parameters."""
    model, roles = formula.context.model, formula.context.roles
    names = [*((n, 0.0) for n in roles.outputs), *((n, 0.5) for n in model.parameters)]
    options = [Option(n, cost, f"the gradient is that by {n}") for n, cost in names]
    return formula.context.gradient(formula.context.whole(formula.context.choose("gradient", options)))
