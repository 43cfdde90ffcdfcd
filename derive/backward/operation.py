"""The record of one elementary operation of a computational graph."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..forward.plain import plain
from ..records import Equation, Model
from .calculus import arrays_in


@dataclass(frozen=True)
class Operation:
    """One operation: the equation of its value, in entries of its inputs.

    `kind` is "add", "multiply", "affine", "relu", ... `inner` is the equation of the softmax
    output that belongs to a "softmax-with-loss".
    """

    kind: str
    equation: Equation
    inner: tuple[Equation, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the arrays that go in, in the order of the formulas as they are written."""
        rights = [equation.right for equation in (*self.inner, self.equation)]
        own = {equation.name for equation in self.inner}
        words = (word for right in rights for word in re.findall(r"[^\W\d]\w*", plain(right)))
        names = frozenset().union(*map(arrays_in, rights)) - own
        return tuple(dict.fromkeys(word for word in words if word in names))


def with_values(model: Model, operations: tuple[Operation, ...]) -> Model:
    """The model, which knows of the values between operations what it knows of its own arrays."""
    made = [e for operation in operations for e in (*operation.inner, operation.equation) if e.name not in model.axes]
    return replace(
        model,
        axes={**model.axes, **{e.name: tuple(e.ranges[letter] for letter in e.indices) for e in made}},
        letters={**model.letters, **{e.name: e.indices for e in made}},
    )
