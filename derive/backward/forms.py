"""Index form to matrix form, for one record and for a batch; each proved equal to the index line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Expr, Symbol

from ..errors import BackproofError, UnknownNode
from ..records import Model
from ..terms import indices_of, name_of
from . import arrays as a
from . import matrix as m
from .batch import batch_names, batched_arrays, lift, mean_over_records, record_count, record_index, sum_over_records
from .checking import proved
from .einsum import to_einsum
from .shapes import meaning, shape
from .sharing import Shared
from .steps import Result, cotangent_name


class _NoMatrixForm(BackproofError):
    """More than two axes, or a contraction that is no matrix product."""


def to_matrix(node: a.Node, row: Symbol | None, column: Symbol | None, sizes: Mapping[Symbol, Expr]) -> m.Node:
    """`node` with the axis `row` down and `column` across; _NoMatrixForm where there is none."""
    wanted = {x for x in (row, column) if x is not None}
    if not set(node.axes) <= wanted:
        raise _NoMatrixForm(f"axes {node.axes} in a matrix of {row} by {column}")
    match node:
        case a.Constant(value=value):
            return m.Number(value)
        case a.Leaf() if set(node.axes) == wanted:
            array = m.Array(node.name)
            return array if node.axes in ((row, column), (row,)) else m.Transpose(array)
        case a.Contraction():
            return _contraction(node, row, column, sizes)
        case a.Elementwise(operation="mul"):
            return _multiply(list(node.arguments), row, column, sizes)
        case a.Elementwise(operation="add"):
            return m.Plus(tuple(_spread(x, row, column, sizes) for x in node.arguments))
        case a.Elementwise(operation="pow") if isinstance(node.arguments[1], a.Constant):
            return m.Power(_spread(node.arguments[0], row, column, sizes), node.arguments[1].value)
        case a.Elementwise() if not isinstance(node.operation, str):
            parts = tuple(_spread(x, row, column, sizes) for x in node.arguments)
            return m.Apply(node.operation.__name__, parts)
    raise _NoMatrixForm(f"{type(node).__name__} has no matrix form")


def _spread(node: a.Node, row: Symbol | None, column: Symbol | None, sizes: Mapping[Symbol, Expr]) -> m.Node:
    """`node` repeated along an axis it lacks, by a column of ones; numbers stay numbers."""
    if not node.axes or {row, column} - {None} == set(node.axes):
        return to_matrix(node, *((row, column) if node.axes else (None, None)), sizes)
    if row in node.axes and column is not None:
        return m.Product((to_matrix(node, row, None, sizes), m.Transpose(m.Ones(sizes[column]))))
    if column in node.axes and row is not None:
        return m.Product((m.Ones(sizes[row]), m.Transpose(to_matrix(node, column, None, sizes))))
    raise _NoMatrixForm(f"axes {node.axes} in a matrix of {row} by {column}")


def _multiply(parts: list[a.Node], row: Symbol | None, column: Symbol | None, sizes: Mapping[Symbol, Expr]) -> m.Node:
    numbers = [to_matrix(p, None, None, sizes) for p in parts if not p.axes]
    down = [p for p in parts if p.axes == (row,)]
    across = [p for p in parts if column is not None and p.axes == (column,)]
    full = [p for p in parts if p.axes and p not in down and p not in across]
    if not (down or across or full):
        product: m.Node = numbers.pop()
    elif down and across and not full:
        left = _hadamard([to_matrix(p, row, None, sizes) for p in down])
        right = _hadamard([to_matrix(p, column, None, sizes) for p in across])
        product = m.Product((left, m.Transpose(right)))
    else:
        product = _hadamard([_spread(p, row, column, sizes) for p in parts if p.axes])
    for number in reversed(numbers):
        product = m.Scale(number, product)
    return product


def _hadamard(factors: list[m.Node]) -> m.Node:
    return factors[0] if len(factors) == 1 else m.Hadamard(tuple(factors))


def _contraction(
    node: a.Contraction, row: Symbol | None, column: Symbol | None, sizes: Mapping[Symbol, Expr]
) -> m.Node:
    if len(node.over) != 1 or len(node.operands) > 2:
        raise _NoMatrixForm(f"{len(node.operands)} operands over {len(node.over)} indices")
    (inner,) = node.over
    if len(node.operands) == 1:
        if column is not None:
            raise _NoMatrixForm("a sum along one axis with two left")
        return _sum_along(node.operands[0], row, inner, sizes)
    first, second = node.operands
    if not set(first.axes) <= {row, inner} or (row is not None and row in second.axes):
        first, second = second, first
    return m.Product((_flat(first, row, inner, sizes), to_matrix(second, inner, column, sizes)))


def _sum_along(node: a.Node, row: Symbol | None, inner: Symbol, sizes: Mapping[Symbol, Expr]) -> m.Node:
    """An inner product where the summand is a product of vectors, else a product with ones."""
    factors = node.arguments if isinstance(node, a.Elementwise) and node.operation == "mul" else (node,)
    vectors = [x for x in factors if x.axes == (inner,)]
    if row is None and len(vectors) == len(factors) > 1:
        left, *right = (to_matrix(x, inner, None, sizes) for x in vectors)
        return m.Product((m.Transpose(left), _hadamard(right)))
    return m.Product((_flat(node, row, inner, sizes), m.Ones(sizes[inner])))


def _flat(node: a.Node, row: Symbol | None, inner: Symbol, sizes: Mapping[Symbol, Expr]) -> m.Node:
    """Rows by the summed index; without rows, the transposed column."""
    if row is None:
        return m.Transpose(to_matrix(node, inner, None, sizes))
    return to_matrix(node, row, inner, sizes)


class Forms:
    """Writes results of one model in matrix form; the names and shapes are worked out once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.record, self.records = record_index(model), record_count(model)
        batched = batched_arrays(model) if model.batch else frozenset()
        cotangents = {cotangent_name(name): axes for name, axes in model.axes.items()}
        self.axes = {**model.axes, **cotangents}
        self.batched = batched | {cotangent_name(name) for name in batched}
        self.names = batch_names(model, cotangents) if model.batch else {}
        lifted = {self.names[n]: (self.records, *self.axes[n]) for n in self.batched}
        self.batch_axes = {**self.axes, **lifted}
        self.written = {name: self.names[name] for name in self.batched}
        self.single, self.many = Shared(), Shared()

    def matrix(self, result: Result) -> m.MatrixForm | None:
        """The form of one record, columns being vectors; an Einsum where there is none."""
        line = result.left, result.right, result.ranges
        return self.single.form(*line, {}, lambda: _form(*line, self.axes))

    def batch(self, result: Result) -> m.MatrixForm | None:
        """The form with records as rows; None without records.

        A gradient is the mean over them, without a cost the sum.
        """
        if not self.model.batch:
            return None
        line = result.left, result.right, result.ranges
        return self.many.form(*line, self.written, lambda: self._lifted(result))

    def _lifted(self, result: Result) -> m.MatrixForm | None:
        left, right, ranges = result.left, result.right, result.ranges
        if cotangent_name(result.array) in self.batched:
            left, right = (lift(side, self.batched, self.record, self.names) for side in (left, right))
            ranges = {self.record: self.records, **ranges}
        else:
            over_records = mean_over_records if self.model.cost is not None else sum_over_records
            right = over_records(right, self.batched, self.record, self.records, self.names)
        form = _form(left, right, ranges, self.batch_axes)
        return form and replace(form, record=self.record, records=self.records)


def _form(
    left: Expr, right: Expr, ranges: Mapping[Symbol, Expr], axes: Mapping[str, tuple[Expr, ...]]
) -> m.MatrixForm | None:
    """The form and its proof; None for entries at computed places, which have only the index form."""
    letters = indices_of(left)
    row, column = (*letters, None, None)[:2]
    node = a.lower(right, a.cut_by({**ranges, **a.sizes_of(right)}, axes))
    try:
        if len(letters) > 2:
            raise _NoMatrixForm("more than two axes")
        form = to_matrix(node, row, column, {**ranges, **a.sizes_of(right)})
        if shape(form, axes) not in ((ranges.get(row), ranges.get(column)), (None, None)):
            raise BackproofError(f"the matrix form of {left} has the wrong shape")
        index_form = meaning(form, row, column, axes)
    except _NoMatrixForm:
        try:
            form, index_form = to_einsum(node, letters), a.meaning(node)
        except UnknownNode:
            return None
    proof = proved(index_form, right, ranges, "matrix")
    return m.MatrixForm(m.Array(name_of(left)), form, row, column, proof)
