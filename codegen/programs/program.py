"""A program: what goes in, what is computed in which order, what comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sympy import Expr, Symbol

from derive.backward import arrays as a
from derive.backward.calculus import arrays_in
from derive.records import Fact, Formula


@dataclass(frozen=True)
class Input:
    """An array from outside: `axes` are its dimensions, the records first.

    `kind` is "parameter", "data" or "upstream" (the derivative by an output); `array` is its
    name in the model.
    """

    name: str
    axes: tuple[Expr, ...]
    kind: str
    array: str


@dataclass(frozen=True)
class Largest:
    """The largest entry of `operand` along the axis `over`."""

    operand: a.Node
    over: Symbol
    size: Expr
    axes: tuple[Symbol, ...]


@dataclass(frozen=True)
class Assignment:
    """name[axes] = node; `ranges` are the dimensions of `axes`, `equation` the line it came from.

    `part` is "forward", "cost" or "backward".
    """

    name: str
    axes: tuple[Symbol, ...]
    ranges: Mapping[Symbol, Expr]
    node: a.Node | Largest
    equation: str
    part: str

    @property
    def uses(self) -> frozenset[str]:
        """The arrays this line reads."""
        return _leaves(self.node)

    @property
    def added(self) -> frozenset[str]:
        """The arrays this line adds as they stand."""
        if isinstance(self.node, a.Elementwise) and self.node.operation == "add":
            return frozenset(term.name for term in self.node.arguments if isinstance(term, a.Leaf))
        return frozenset()


def _leaves(node: a.Node | Largest) -> frozenset[str]:
    match node:
        case a.Leaf() | a.Gather():
            return frozenset({node.name})
        case a.Constant():
            return arrays_in(node.value)
        case Largest():
            return _leaves(node.operand)
        case a.Elementwise():
            return frozenset().union(*map(_leaves, node.arguments))
        case a.Contraction():
            return frozenset().union(*map(_leaves, node.operands))
    return frozenset()


@dataclass(frozen=True)
class Program:
    """`outputs` are the arrays ``forward`` gives, `gradients` the derivative array of each key.

    `slopes` holds the derivatives that lemmas have put in terms of z and a = f(z); `assumed` the
    declared facts that the derivatives rest on, as written.
    """

    title: str
    inputs: tuple[Input, ...]
    assignments: tuple[Assignment, ...]
    outputs: tuple[str, ...]
    cost: str | None
    gradients: Mapping[str, str]
    records: Expr | None
    sizes: Mapping[Symbol, int]
    functions: Mapping[str, Formula]
    slopes: Mapping[str, Expr] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    assumed: tuple[str, ...] = ()

    def needed(self, names: Iterable[str]) -> tuple[Assignment, ...]:
        """The assignments that `names` depend on, in order."""
        wanted, kept = set(names), []
        for assignment in reversed(self.assignments):
            if assignment.name in wanted:
                kept.append(assignment)
                wanted |= assignment.uses
        return tuple(reversed(kept))

    def of_kind(self, kind: str) -> tuple[Input, ...]:
        """The inputs of one kind, in order."""
        return tuple(i for i in self.inputs if i.kind == kind)
