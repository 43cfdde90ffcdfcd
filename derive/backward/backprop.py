"""Backpropagation: from forward equations to every error term and gradient, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..errors import InputError
from ..proof.audit import audit
from ..records import Equation, Model
from ..terms import cotangent_name, indices_of
from .book import Book
from .checking import accepted
from .forms import Forms
from .network import graph
from .result import derive_one
from .steps import Derivation, Result


def backpropagate(model: Model, wrt: Iterable[str] | None = None) -> Derivation:
    """The derivatives of the model's cost, each line of the derivation checked.

    `wrt` names what to differentiate by: the parameters unless given. For a model without a
    cost the derivatives by its outputs are given from outside. Raises InputError for an
    unknown name in `wrt`, and CheckFailed if any step cannot be proved.
    """
    if not isinstance(model, Model):
        raise InputError(f"backpropagate takes a Model, such as MLP([4, 3, 5]), not {type(model).__name__}")
    targets = _targets(model, wrt)
    network = graph(model, targets)
    book = Book(model)
    found: dict[str, Equation] = {}
    results: list[Result] = []
    for name in network.order:
        result = derive_one(model, network, name, name in targets, found, book)
        letters = indices_of(result.left)
        found[result.name] = Equation(result.name, letters, result.right, result.ranges)
        results.append(result)
    proof = accepted(
        audit(model, {r.array: found[r.name] for r in results}, model.functions, book.slopes()),
        "the derivatives, compared with forward differentiation of the whole model",
    )
    forms = Forms(model)
    finished = tuple(replace(r, matrix=forms.matrix(r), batch=forms.batch(r)) for r in results)
    return Derivation(model, finished, book.used(), proof)


def _targets(model: Model, wrt: Iterable[str] | None) -> tuple[str, ...]:
    for name in model.axes:
        if (taken := cotangent_name(name)) in model.axes:
            raise InputError(f"{taken} is the name of the derivative by {name}; call the array otherwise")
    inputs = (*model.parameters, *model.data)
    names = model.parameters if wrt is None else tuple(wrt)
    if not names:
        raise InputError(f"the model has no parameters; name what to differentiate by, of {', '.join(inputs)}")
    for name in names:
        if name not in inputs:
            raise InputError(f"{name}: not an input to differentiate by; the model has {', '.join(inputs)}")
    return names
