"""What an operation passes back along each of its inputs: derived, and checked, as a layer on its own."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Indexed, Mul, S, Symbol

from ..records import Equation, Model
from ..renaming import clear_of, found_in, replace, substitute
from ..terms import cotangent_name, free_indices, indices_of, kron, name_of
from .backprop import backpropagate
from .contract import contract
from .matrix import MatrixForm
from .network import entry, instance, tied_letters
from .operation import Operation
from .steps import Derivation


@dataclass(frozen=True)
class Passing:
    """What goes back from `target` to `source`: one input of one operation.

    `local` is the derivative of the entry `of` of the target by the entry `by` of the source;
    entries of the target with other letters do not depend on `by`. `back` is the contribution
    to the derivative of the cost by `by`, in terms of the derivative by the target, and `matrix`
    its matrix form where it has one.
    """

    source: str
    target: str
    of: Expr
    by: Expr
    local: Expr
    back: Expr
    matrix: MatrixForm | None = None


def passings(model: Model, operation: Operation) -> tuple[Passing, ...]:
    """One for each input of `operation`; `model` knows the axes and letters of all values. Raises CheckFailed."""
    if not operation.inputs:
        return ()
    layer = _layer(model, operation)
    derivation = backpropagate(layer, operation.inputs)
    return tuple(_passing(layer, operation, derivation, name, model.cost) for name in operation.inputs)


def _layer(model: Model, operation: Operation) -> Model:
    """The operation as a model without a cost: the derivative by its value is given from outside."""
    equations = (*operation.inner, operation.equation)
    names = {*operation.inputs, *(equation.name for equation in equations)}
    return Model(
        equations=equations,
        data=operation.inputs,
        parameters=(),
        axes={name: model.axes[name] for name in names},
        letters={name: model.letters[name] for name in names},
        outputs=(operation.equation.name,),
        sizes=model.sizes,
        facts=tuple(fact for fact in model.facts if fact.array in names),
        functions=model.functions,
    )


def _passing(layer: Model, operation: Operation, derivation: Derivation, name: str, cost: str | None) -> Passing:
    target, by = operation.equation.name, entry(layer, name)
    result = derivation.result(name)
    back = _in_terms_of_the_target(result.right, target, derivation)
    tied = tied_letters(_whole(operation), by)
    of, _, loose = instance(operation.equation, tied, set(indices_of(by)))
    local = contract(_of_one_entry(back, of), {**result.ranges, **dict(loose)})
    matrix = result.matrix if back == result.right else None
    if target == cost:
        return Passing(name, target, of, by, local, local)
    return Passing(name, target, of, by, local, back, matrix)


def _in_terms_of_the_target(back: Expr, target: str, derivation: Derivation) -> Expr:
    """`back` without derivatives by values inside the operation."""
    inside = {r.name: Equation(r.name, indices_of(r.left), r.right) for r in derivation.results if r.array != target}
    while waiting := [atom for atom in found_in(back, (Indexed, Symbol)) if name_of(atom) in inside]:
        back = replace(back, {atom: _right_at(inside[name_of(atom)], atom) for atom in waiting})
    return back


def _right_at(equation: Equation, entry: Expr) -> Expr:
    """What the equation gives for an entry of its array."""
    return substitute(equation.right, dict(zip(equation.indices, indices_of(entry), strict=True)))


def _of_one_entry(back: Expr, of: Expr) -> Expr:
    """`back` where the derivative of the cost is 1 by the entry `of`, and 0 by every other."""
    back = clear_of(back, free_indices(of))
    upstream = [atom for atom in found_in(back, (Indexed, Symbol)) if name_of(atom) == cotangent_name(name_of(of))]
    return replace(back, {atom: _same(indices_of(atom), indices_of(of)) for atom in upstream})


def _same(these: tuple[Expr, ...], those: tuple[Expr, ...]) -> Expr:
    return Mul(S.One, *(kron(one, other) for one, other in zip(these, those, strict=True)))


def _whole(operation: Operation) -> Equation:
    """The equation of an operation with the values inside it written out."""
    right = operation.equation.right
    for inner in operation.inner:
        uses = [e for e in found_in(right, Indexed) if name_of(e) == inner.name]
        right = replace(right, {entry: _right_at(inner, entry) for entry in uses})
    return Equation(operation.equation.name, operation.equation.indices, right, operation.equation.ranges)
