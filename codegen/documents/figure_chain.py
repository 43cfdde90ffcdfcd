"""A chain of layers as it is drawn: what its equations say of weights, biases and activations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sympy import Expr, Indexed, Sum

from derive.records import Equation, Model
from derive.renaming import factors_of, found_in, terms_of
from derive.terms import Named, indices_of, name_of

from .layers import depth

VECTOR_FUNCTION = re.compile(r"= *(\w+)\(z\d+\) *\[")


@dataclass(frozen=True)
class Layer:
    """A dense layer: its width, the entries ``W1[j,i]`` and ``b1[j]`` of its equation, its activation.

    `function` is the name of the activation, empty where it has none; `elementwise` says
    whether a unit's output depends on its own input alone.
    """

    number: int
    width: Expr
    weight: Expr
    bias: Expr | None
    function: str
    elementwise: bool

    @property
    def outputs(self) -> str:
        return f"a{self.number}"


def chain_of(model: Model) -> tuple[Layer, ...]:
    """The layers of a chain z1, a1, z2, a2, ... of dense layers; empty where it is anything else."""
    below = None
    layers = []
    for number in range(1, depth(model) + 1):
        layer = _layer(model, number, below)
        if layer is None:
            return ()
        layers.append(layer)
        below = layer.outputs
    return tuple(layers) if model.cost is None or cost_reads(model) == {below} else ()


def cost_reads(model: Model) -> set[str]:
    """The computed arrays in the formula of the cost."""
    computed = {equation.name for equation in model.equations}
    return {name_of(e) for e in found_in(model.equation(model.cost).right, Indexed)} & computed if model.cost else set()


def input_of(layer: Layer, model: Model) -> str:
    """The name of the array that a layer is fed with."""
    found = found_in(model.equation(f"z{layer.number}").right, Sum)
    return next(name_of(f) for f in factors_of(found[0].args[0]) if name_of(f) != name_of(layer.weight))


def _layer(model: Model, number: int, below: str | None) -> Layer | None:
    affine, output = model.equation(f"z{number}"), model.equation(f"a{number}")
    sums = [term for term in terms_of(affine.right) if isinstance(term, Sum)]
    others = [term for term in terms_of(affine.right) if not isinstance(term, Sum)]
    weight = _weight(model, sums[0], below) if len(sums) == 1 else None
    plain = all(isinstance(o, Indexed) and name_of(o) in model.parameters for o in others) and len(others) <= 1
    entries = {name_of(e) for e in found_in(output.right, Indexed)}
    if weight is None or not plain or len(affine.indices) != 1 or entries != {affine.name}:
        return None
    width = model.axes[affine.name][0]
    own = all(indices_of(e) == output.indices for e in found_in(output.right, Indexed))
    return Layer(number, width, weight, others[0] if others else None, function_of(output), own)


def _weight(model: Model, term: Sum, below: str | None) -> Expr | None:
    """The weight in ``sum(i, W[j,i]*x[i])``; None where it is no such sum over the layer below."""
    factors = factors_of(term.args[0])
    weights = [f for f in factors if isinstance(f, Indexed) and name_of(f) in model.parameters]
    inputs = [f for f in factors if isinstance(f, Indexed) and name_of(f) not in model.parameters]
    if len(factors) != 2 or len(weights) != 1 or len(inputs) != 1 or len(indices_of(inputs[0])) != 1:
        return None
    right = name_of(inputs[0]) == below if below else name_of(inputs[0]) in model.data
    return weights[0] if right and len(indices_of(weights[0])) == 2 else None


def function_of(output: Equation) -> str:
    """The name of an activation: of one number, or of a vector as it was written."""
    if isinstance(output.right, Named):
        return output.right.label
    if isinstance(output.right, Indexed):
        return "identity"
    written = VECTOR_FUNCTION.search(output.text)
    return written[1] if written else ""
