"""Index expressions as arrays with named axes: what code and matrix algebra are written from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Pow, Sum, Symbol

from ..errors import UnknownNode
from ..renaming import factors_of, found_in
from ..terms import element, free_indices, indices_of, kron, name_of, range_of, total

Axes = tuple[Symbol, ...]


@dataclass(frozen=True)
class Leaf:
    """A named array; `axes` in the order in which it is stored."""

    name: str
    axes: Axes


@dataclass(frozen=True)
class Constant:
    """A number, a width or a named scalar: the same at every index."""

    value: Expr
    axes: Axes = ()


@dataclass(frozen=True)
class Gather:
    """Entries of a named array at computed places: ``x[t + s]``, ``x[0]``, ``A[i, i]``.

    The letters in `cut` run over fewer values than the array has there.
    """

    name: str
    indices: tuple[Expr, ...]
    axes: Axes
    cut: Axes = ()


@dataclass(frozen=True)
class Delta:
    """1 where the two index expressions are equal, else 0; of two letters, the identity matrix."""

    left: Expr
    right: Expr
    axes: Axes


@dataclass(frozen=True)
class Elementwise:
    """An operation entry by entry, arrays repeated along the axes they lack.

    `operation` is "add", "mul", "pow", or the function applied.
    """

    operation: str | Callable[..., Expr]
    arguments: tuple[Node, ...]
    axes: Axes


@dataclass(frozen=True)
class Contraction:
    """The sum over the axes `over` of the product of the operands; `sizes` are their lengths."""

    operands: tuple[Node, ...]
    over: Axes
    sizes: tuple[Expr, ...]
    axes: Axes


Node = Leaf | Constant | Gather | Delta | Elementwise | Contraction


Cut = Callable[[Expr], Axes]


def whole(entry: Expr) -> Axes:
    """No letter of an entry is cut."""
    return ()


def cut_by(ranges: Mapping[Symbol, Expr], axes: Mapping[str, tuple[Expr, ...]]) -> Cut:
    """Which letters of an entry run over fewer values than its array has, by the dimensions of both."""

    def cut(entry: Expr) -> Axes:
        sizes = axes.get(name_of(entry), ())
        return tuple(i for i, size in zip(indices_of(entry), sizes, strict=False) if ranges.get(i, size) != size)

    return cut


def lower(expression: Expr, cut: Cut = whole) -> Node:
    """`expression` as arrays with named axes. Raises UnknownNode for what has no such form."""
    if not found_in(expression, Indexed) and not free_indices(expression):
        return Constant(expression)
    if isinstance(expression, Indexed):
        return _entry(expression, cut(expression))
    if isinstance(expression, KroneckerDelta):
        left, right = expression.args
        return Delta(left, right, _letters((left, right)))
    if isinstance(expression, Sum):
        return _lower_sum(expression, cut)
    if isinstance(expression, (Add, Mul, Pow)) or expression.is_Function:
        names = {Add: "add", Mul: "mul", Pow: "pow"}
        return _elementwise(names.get(expression.func, expression.func), tuple(lower(x, cut) for x in expression.args))
    raise UnknownNode(expression, "the array form")


def _entry(entry: Expr, cut: Axes) -> Node:
    indices = indices_of(entry)
    letters = _letters(indices)
    plain = letters == indices and not cut
    return Leaf(name_of(entry), letters) if plain else Gather(name_of(entry), indices, letters, cut)


def _letters(indices: Iterable[Expr]) -> Axes:
    """The index letters in these index expressions, in order."""
    return tuple(dict.fromkeys(s for i in indices for s in sorted(free_indices(i), key=str)))


def _elementwise(operation: str | Callable[..., Expr], arguments: tuple[Node, ...]) -> Node:
    if len(arguments) == 1 and isinstance(operation, str):
        return arguments[0]
    return Elementwise(operation, arguments, _union(arguments))


def _union(nodes: tuple[Node, ...]) -> Axes:
    return tuple(dict.fromkeys(axis for node in nodes for axis in node.axes))


def _lower_sum(node: Sum, cut: Cut) -> Node:
    letter, size = range_of(node)
    body = node.function
    if isinstance(body, Add):
        return _elementwise("add", tuple(_lower_sum(total(t, (letter, size)), cut) for t in body.args))
    outside = [f for f in factors_of(body) if letter not in free_indices(f)]
    inside = [f for f in factors_of(body) if letter in free_indices(f)]
    if not inside:
        return lower(Mul(size, *outside), cut)
    operands = _grouped([lower(f, cut) for f in inside])
    over: Axes = (letter,)
    sizes: tuple[Expr, ...] = (size,)
    inner = operands[0]
    if len(operands) == 1 and isinstance(inner, Contraction):
        operands, over, sizes = inner.operands, (letter, *inner.over), (size, *inner.sizes)
    axes = tuple(a for a in _union(operands) if a not in over)
    contraction = Contraction(operands, over, sizes, axes)
    return _elementwise("mul", (*(lower(f, cut) for f in outside), contraction))


def _grouped(nodes: list[Node]) -> tuple[Node, ...]:
    """Operands with the same axes multiplied together first."""
    groups: dict[frozenset[Symbol], list[Node]] = {}
    for node in nodes:
        groups.setdefault(frozenset(node.axes), []).append(node)
    return tuple(_elementwise("mul", tuple(group)) for group in groups.values())


def meaning(node: Node) -> Expr:
    """The index expression an array node stands for."""
    match node:
        case Leaf(name, axes):
            return element(name, *axes)
        case Constant(value):
            return value
        case Gather(name, indices):
            return element(name, *indices)
        case Delta(left, right):
            return kron(left, right)
        case Contraction(operands, over, sizes):
            return total(Mul(*map(meaning, operands)), *zip(over, sizes, strict=True))
        case Elementwise(operation, arguments):
            parts = list(map(meaning, arguments))
            if isinstance(operation, str):
                return {"add": Add, "mul": Mul, "pow": Pow}[operation](*parts)
            return operation(*parts)


def sizes_of(expression: Expr) -> dict[Symbol, Expr]:
    """The dimension of every bound letter."""
    return dict(range_of(node) for node in found_in(expression, Sum))
