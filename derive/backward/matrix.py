"""Matrix forms: the small language of matrix algebra that results are shown in."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Symbol

from ..records import Proof


class Node:
    """A matrix, a column vector or a number."""


@dataclass(frozen=True)
class Array(Node):
    """A named array as it stands: ``W1``, ``delta2``, ``X``."""

    name: str


@dataclass(frozen=True)
class Number(Node):
    """A number, or a scalar symbol; beside arrays in a sum it is added to every entry."""

    value: Expr


@dataclass(frozen=True)
class Transpose(Node):
    of: Node


@dataclass(frozen=True)
class Product(Node):
    """The matrix product, in this order."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Hadamard(Node):
    """The entry-by-entry product."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Scale(Node):
    """A number, or an expression without indices, times an array."""

    coefficient: Node
    of: Node


@dataclass(frozen=True)
class Plus(Node):
    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Apply(Node):
    """A function applied to every entry: ``sigmoid'``, ``exp``, ``step``."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Power(Node):
    """Every entry to a power."""

    of: Node
    exponent: Expr


@dataclass(frozen=True)
class Entries(Node):
    """The array of these entries over their letters, ``x[t+s]``: what stands in an einsum beside named arrays."""

    entry: Expr


@dataclass(frozen=True)
class Ones(Node):
    """The column of ones of this length."""

    size: Expr


@dataclass(frozen=True)
class Einsum(Node):
    """What has no matrix form: the sum over repeated letters, as in numpy.einsum."""

    spec: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class MatrixForm:
    """`left` = `right`, entry (rows, columns) of it being the index form; `proof` of that.

    A column vector has no `columns`. In a batch form `record` is the index of the record and
    `records` the number of them (the dimension N).
    """

    left: Node
    right: Node
    rows: Symbol | None
    columns: Symbol | None
    proof: Proof
    record: Symbol | None = None
    records: Expr | None = None
