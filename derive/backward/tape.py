"""The computational graph of a model at given numbers: forward and backward numbers on every edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Symbol

from ..errors import InputError
from ..forward.plain import plain_equation
from ..records import Equation, Model
from ..terms import cotangent_name, indices_of
from .calculator import Calculator, OutsideDomain
from .elementary import elementary
from .inputs import Inputs, missing, read_inputs
from .local import Passing, passings
from .numbers import Numbers, filled
from .operation import Operation, with_values


@dataclass(frozen=True)
class Inner:
    """A value inside a node, such as the softmax output of a softmax-with-loss."""

    equation: Equation
    forward: Numbers


@dataclass(frozen=True)
class Node:
    """An input, or an operation and its value; `id` is the name of the value.

    `kind` is "data", "parameter", or the operation: "add", "multiply", "affine", "relu", ...
    `equation` is the value in entries of the values it is computed from, None for an input.
    `forward` is the value; `backward` is the derivative of the cost by it, the sum over the
    edges that leave it.
    """

    id: str
    kind: str
    equation: Equation | None
    forward: Numbers
    backward: Numbers
    inner: tuple[Inner, ...] = ()


@dataclass(frozen=True)
class Edge:
    """A value on its way from `source` into the operation of `target` (ids of nodes).

    `rule` holds the formulas of the local derivative and of what is passed back. `forward` is
    what travels forwards, `backward` this edge's own contribution to the derivative of the cost.
    """

    source: str
    target: str
    rule: Passing
    forward: Numbers
    backward: Numbers


@dataclass(frozen=True)
class ComputationalGraph:
    """Nodes in an order in which they can be computed, inputs first; edges by their target."""

    model: Model
    widths: Mapping[Symbol, int]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def node(self, id: str) -> Node:
        """The node of this id; KeyError where there is none."""
        for node in self.nodes:
            if node.id == id:
                return node
        raise KeyError(id)

    def into(self, id: str) -> tuple[Edge, ...]:
        """The edges that enter a node."""
        return tuple(edge for edge in self.edges if edge.target == id)

    def out_of(self, id: str) -> tuple[Edge, ...]:
        """The edges that leave a node."""
        return tuple(edge for edge in self.edges if edge.source == id)


def computational_graph(model: Model, at: Mapping[str, Any]) -> ComputationalGraph:
    """The graph of `model` for one record, with `at` numbers for all its inputs.

    A number is an int, a Fraction, a float or a text such as "1/3"; an array is a sequence of
    rows. Without a cost, "dC/dh" gives the derivative by the output h. Widths may be given by
    their names. Raises InputError for a wrong name, shape or fact and for what is missing, and
    CheckFailed where a derivative cannot be proved.
    """
    inputs = read_inputs(model, at)
    if lacking := missing(model, inputs):
        raise InputError(f"there are no numbers for {', '.join(lacking)}")
    for name in model.axes:
        if (taken := cotangent_name(name)) in model.axes:
            raise InputError(f"{taken} is the name of the derivative by {name}; call the array otherwise")
    return _Pass(model, inputs).graph()


class _Pass:
    """One pass forwards and one backwards."""

    def __init__(self, model: Model, inputs: Inputs) -> None:
        self.operations = elementary(model)
        self.model, self.inputs = with_values(model, self.operations), inputs
        equations = {e.name: e for operation in self.operations for e in (*operation.inner, operation.equation)}
        self.calculator = Calculator(inputs.widths, equations, model.functions)
        for name, numbers in inputs.arrays.items():
            self.calculator.give(name, numbers)

    def graph(self) -> ComputationalGraph:
        forward, inside = self.forwards()
        backward = self.seeds(forward)
        edges: list[Edge] = []
        for operation in reversed(self.operations):
            name = operation.equation.name
            self.calculator.give(cotangent_name(name), backward[name])
            entering = [self.edge(rule, forward) for rule in passings(self.model, operation)]
            for edge in entering:
                backward[edge.source] = backward[edge.source].plus(edge.backward)
            edges[:0] = entering
        kinds = dict.fromkeys(self.model.data, "data") | dict.fromkeys(self.model.parameters, "parameter")
        leaves = (Node(name, kind, None, forward[name], backward[name]) for name, kind in kinds.items())
        made = (_made(operation, forward, backward, inside) for operation in self.operations)
        return ComputationalGraph(self.model, self.inputs.widths, (*leaves, *made), tuple(edges))

    def forwards(self) -> tuple[dict[str, Numbers], dict[str, Numbers]]:
        """The values of all nodes, and those inside nodes, by name."""
        forward = {name: self.inputs.arrays[name] for name in (*self.model.data, *self.model.parameters)}
        inside: dict[str, Numbers] = {}
        for operation in self.operations:
            inside.update({equation.name: self.values(equation) for equation in operation.inner})
            forward[operation.equation.name] = self.values(operation.equation)
        return forward, inside

    def values(self, equation: Equation) -> Numbers:
        try:
            return self.calculator.array(equation.left, equation.indices, self.model.axes[equation.name])
        except OutsideDomain as problem:
            raise OutsideDomain(f"{plain_equation(equation)}: {problem}") from None

    def seeds(self, forward: Mapping[str, Numbers]) -> dict[str, Numbers]:
        """Where the backward pass begins: 1 at the cost, what is given at the outputs, else nothing yet."""
        seeds = {name: filled(numbers.shape, int(name == self.model.cost)) for name, numbers in forward.items()}
        return seeds | {name: self.inputs.arrays[cotangent_name(name)] for name in self.model.outputs}

    def edge(self, rule: Passing, forward: Mapping[str, Numbers]) -> Edge:
        back = self.calculator.array(rule.back, indices_of(rule.by), self.model.axes[rule.source])
        return Edge(rule.source, rule.target, rule, forward[rule.source], back)


def _made(
    operation: Operation, forward: Mapping[str, Numbers], backward: Mapping[str, Numbers], inside: Mapping[str, Numbers]
) -> Node:
    name = operation.equation.name
    inner = tuple(Inner(equation, inside[equation.name]) for equation in operation.inner)
    return Node(name, operation.kind, operation.equation, forward[name], backward[name], inner)
