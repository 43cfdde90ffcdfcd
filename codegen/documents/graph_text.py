"""A computational graph as text for a terminal: nodes in order, then edges, each with both its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from mpmath import mp

from derive.backward import matrix as algebra
from derive.backward.numbers import Numbers
from derive.backward.tape import ComputationalGraph, Edge, Node
from derive.forward.plain import plain, plain_equation
from derive.terms import cotangent_name

from . import boxes
from .notation import Notation
from .terminal import terminal_math
from .typeset_matrix import typeset_matrix

DIGITS = 6
LONGEST = 9
WIDEST = 26
GAP = "  "


def graph_text(graph: ComputationalGraph) -> str:
    """One line a node, one line an edge, then the arrays that are too long for their line."""
    nodes = [("node", "operation", "value", "forward", "backward"), *_node_lines(graph)]
    edges = [("edge", "local derivative", "passed back", "forward", "backward"), *_edge_lines(graph)]
    parts = ["\n".join(_aligned(nodes)), "\n".join(_aligned(edges)), *_in_full(graph)]
    return "\n\n".join(parts)


def _node_lines(graph: ComputationalGraph) -> Iterable[Sequence[str]]:
    for node in graph.nodes:
        for inner in node.inner:
            yield inner.equation.name, f"in {node.id}", plain_equation(inner.equation), short(inner.forward), ""
        value = plain_equation(node.equation) if node.equation else ""
        yield node.id, node.kind, value, short(node.forward), short(node.backward)


def _edge_lines(graph: ComputationalGraph) -> Iterable[Sequence[str]]:
    """The edges by the value that they carry; where several carry it, their sum."""
    for node in graph.nodes:
        edges = graph.out_of(node.id)
        for edge in edges:
            local = f"d{plain(edge.rule.of)}/d{plain(edge.rule.by)} = {plain(edge.rule.local)}"
            yield f"{edge.source} → {edge.target}", local, passed_back(edge), short(edge.forward), short(edge.backward)
        if len(edges) > 1:
            yield f"{node.id}, {len(edges)} edges", "", "their sum", "", short(node.backward)


def passed_back(edge: Edge) -> str:
    """What an edge contributes, in matrices where that is one line: ``dW = Xᵀ dH``."""
    by = plain(edge.rule.by)
    if edge.rule.matrix is not None and edge.forward.shape:
        upstream = {cotangent_name(name): f"d{name}" for name in (edge.source, edge.target)}
        left, right = _line(algebra.Array(f"d{edge.source}")), _line(_renamed(edge.rule.matrix.right, upstream))
        if "\n" not in right:
            return f"{left} = {right}"
    return f"dC/d{by} = {plain(edge.rule.back)}"


def _line(node: algebra.Node) -> str:
    return terminal_math(typeset_matrix(node, Notation(layered=False))).strip()


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    """A matrix form with short names for the derivatives of the cost, and a plain 1 for a column of ones."""
    match node:
        case algebra.Array(name):
            return algebra.Array(names.get(name, name))
        case algebra.Ones():
            return algebra.Array("1")
        case tuple():
            return tuple(_renamed(part, names) for part in node)
    if not isinstance(node, algebra.Node):
        return node
    record: Any = node
    return replace(record, **{part.name: _renamed(getattr(record, part.name), names) for part in fields(record)})


def written(number: Any) -> str:
    """A number: exact where that is short, else to six digits."""
    if isinstance(number, Fraction):
        rest = number.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        exact = mp.nstr(mp.mpf(number.numerator) / number.denominator, 12) if rest == 1 else str(number)
        exact = exact.removesuffix(".0")
        if len(exact) <= LONGEST and (rest > 1 or Fraction(exact) == number):
            return exact
        number = mp.mpf(number.numerator) / number.denominator
    text = mp.nstr(number, DIGITS)
    return text.removesuffix(".0")


def rows(numbers: Numbers) -> str:
    """An array as it is typed: ``1,2;3,4``."""
    texts = [written(entry) for entry in numbers.entries]
    for depth, size in enumerate(reversed(numbers.shape)):
        separator = "," if depth == 0 else ";" * depth
        texts = [separator.join(texts[start : start + size]) for start in range(0, len(texts), size)]
    return texts[0]


def short(numbers: Numbers) -> str:
    """An array in a column of the table: its beginning and its shape where it is long."""
    whole = rows(numbers)
    if len(whole) <= WIDEST:
        return whole
    shape = "×".join(map(str, numbers.shape))
    start = whole[: WIDEST - len(shape) - 6]
    return f"{start[: max(start.rfind(','), start.rfind(';'))]},... ({shape})"


def _in_full(graph: ComputationalGraph) -> Iterable[str]:
    """The arrays that the tables show only the beginning of."""
    for node in graph.nodes:
        for inner in node.inner:
            if _is_long(inner.forward):
                yield "\n".join((inner.equation.name, *_block("forward", inner.forward)))
        if _is_long(node.forward) or _is_long(node.backward):
            yield "\n".join((node.id, *_blocks(graph, node)))


def _blocks(graph: ComputationalGraph, node: Node) -> Iterable[str]:
    yield from _block("forward", node.forward)
    edges = graph.out_of(node.id)
    for edge in edges if len(edges) > 1 else ():
        yield from _block(f"backward along {edge.target}", edge.backward)
    yield from _block("backward", node.backward)


def _is_long(numbers: Numbers) -> bool:
    return len(rows(numbers)) > WIDEST


def _block(title: str, numbers: Numbers) -> list[str]:
    """A matrix below its title, rows of rows one below the other."""
    wide = numbers.shape[-1]
    texts = [written(entry) for entry in numbers.entries]
    column = max(map(len, texts))
    lines = (texts[start : start + wide] for start in range(0, len(texts), wide))
    return [f"{GAP}{title}", *(GAP * 2 + GAP.join(text.rjust(column) for text in line) for line in lines)]


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(boxes.columns(line[column]) for line in lines) for column in range(len(lines[0]))]
    return [
        GAP.join(cell + " " * (wide - boxes.columns(cell)) for cell, wide in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
