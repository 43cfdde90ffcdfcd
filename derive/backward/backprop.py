"""Backpropagation: from forward equations to every error term and gradient, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..errors import InputError
from ..proof.audit import audit
from ..records import Equation, Model, Proof
from ..terms import indices_of, name_of
from .book import Book
from .checking import accepted
from .forms import Forms
from .network import graph
from .result import derive_one
from .steps import Derivation, Result, cotangent


def backpropagate(model: Model, wrt: Iterable[str] | None = None) -> Derivation:
    """The derivatives of the model's cost, each line of the derivation checked.

    `wrt` names what to differentiate by: the parameters unless given. For a model without a
    cost the derivatives by its outputs are given from outside. Raises InputError for an
    unknown name in `wrt`, and CheckFailed if any step cannot be proved.
    """
    targets = _targets(model, wrt)
    network = graph(model, targets)
    book = Book(model)
    found: dict[str, Equation] = {}
    results: list[Result] = []
    for name in network.order:
        result = derive_one(model, network, name, name in targets, found, book)
        found[result.name] = _as_equation(result)
        results.append(result)
    proof = accepted(
        audit(model, {r.array: found[r.name] for r in results}, model.functions, book.slopes()),
        "the derivatives, compared with forward differentiation of the whole model",
    )
    forms = Forms(model)
    finished = tuple(
        replace(_with_audit(result, proof), matrix=forms.matrix(result), batch=forms.batch(result))
        for result in results
    )
    return Derivation(model, finished, book.used(), proof)


def _targets(model: Model, wrt: Iterable[str] | None) -> tuple[str, ...]:
    if wrt is None:
        return model.parameters
    names = tuple(wrt)
    known = set(model.axes)
    for name in names:
        if name not in known or name == model.cost:
            accepted_names = ", ".join(sorted(known - {model.cost}))
            raise InputError(f"{name}: not an array to differentiate by; the model has {accepted_names}")
    return names


def _as_equation(result: Result) -> Equation:
    left = cotangent(result.left) if name_of(result.left) == result.array else result.left
    return Equation(result.name, tuple(indices_of(left)), result.right, result.ranges)


def _with_audit(result: Result, proof: Proof) -> Result:
    """The first step states what the derivative is; the audit of the final line covers it."""
    steps = tuple(replace(step, proof=proof) if step.proof is None else step for step in result.steps)
    return replace(result, steps=steps)
