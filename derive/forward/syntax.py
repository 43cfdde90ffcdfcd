"""The tree of a line of the plain language: frozen nodes; names have no meaning here yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

WINDOWED = ("max", "min")


class Node:
    """A formula as it was written."""


@dataclass(frozen=True, eq=False, slots=True)
class Number(Node):
    value: Fraction


@dataclass(frozen=True, eq=False, slots=True)
class Entry(Node):
    """A name with its subscripts: an array entry, a scalar or an index letter."""

    name: str
    subscripts: tuple[Node, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Call(Node):
    """``name'(arguments)[subscripts]`` with `order` primes; `bound` in ``sum(s < 3, ...)``."""

    name: str
    arguments: tuple[Node, ...]
    order: int = 0
    subscripts: tuple[Node, ...] = ()
    bound: str | int | None = None

    @property
    def letter(self) -> str:
        """The index a sum binds; nothing where the first argument is no letter."""
        first = self.arguments[0]
        return first.name if isinstance(first, Entry) and not first.subscripts else ""

    @property
    def is_window(self) -> bool:
        """Whether this is the largest or the smallest over places, ``max(s < 2, x[2*t+s])``."""
        return self.bound is not None and self.name in WINDOWED


@dataclass(frozen=True, eq=False, slots=True)
class Plus(Node):
    terms: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Minus(Node):
    of: Node


@dataclass(frozen=True, eq=False, slots=True)
class Times(Node):
    factors: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Inverse(Node):
    """One over this: ``a/b`` is ``Times((a, Inverse(b)))``."""

    of: Node


@dataclass(frozen=True, eq=False, slots=True)
class Power(Node):
    base: Node
    exponent: Node


@dataclass(frozen=True, eq=False, slots=True)
class Statement:
    """A line: `kind` is "equation", "param", "data", "batch", "output", "size" or "assume".

    `parts` holds the two sides of an equation; the names of a list; (name, extents) pairs of
    shapes and sizes; the expressions and comparison signs of what is assumed, alternating.
    """

    kind: str
    parts: tuple[Any, ...]


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right under this one."""
    match node:
        case Entry(_, subscripts):
            return subscripts
        case Call(_, arguments, _, subscripts):
            return arguments + subscripts
        case Plus(parts) | Times(parts):
            return parts
        case Minus(of) | Inverse(of):
            return (of,)
        case Power(base, exponent):
            return (base, exponent)
    return ()


def walk(*roots: Node) -> Iterator[Node]:
    """Every node of these trees, in the order in which they were written."""
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node with every node right under it changed."""
    match node:
        case Entry(name, subscripts) if subscripts:
            return Entry(name, tuple(map(change, subscripts)))
        case Call(name, arguments, order, subscripts, bound):
            return Call(name, tuple(map(change, arguments)), order, tuple(map(change, subscripts)), bound)
        case Plus(parts) | Times(parts):
            return type(node)(tuple(map(change, parts)))
        case Minus(of) | Inverse(of):
            return type(node)(change(of))
        case Power(base, exponent):
            return Power(change(base), change(exponent))
    return node


def functions_called(node: Node) -> set[str]:
    """The names of the functions called in a tree."""
    return {part.name for part in walk(node) if isinstance(part, Call)}
