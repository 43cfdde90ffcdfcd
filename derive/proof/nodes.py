"""What is asked of expression nodes again and again, with the answers kept."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import lru_cache
from typing import Any

from sympy import Add, Expr, Indexed, Mul, Pow, Product, Rational, Sum, Symbol

from ..terms import is_dimension, is_index, name_of, range_of

Env = dict[Symbol, Any]
"""The values of the letters in scope: a number for an index, a Closure for a formula's variable."""


class Offence(Exception):
    """The point lies outside the domain: `node` must be positive (or not zero) and is not."""

    def __init__(self, node: Expr, env: Env, level: int) -> None:
        super().__init__(f"outside the domain: {node}")
        self.node, self.env, self.level = node, env, level


class Along(Expr):
    """The derivative of an entry's own equation when array entries move: ``Along(z[t], X[i], speed, ...)``.

    For each array an entry at placeholder letters, and how fast that entry moves.
    """

    is_commutative = True
    is_real = True

    @property
    def of(self) -> Expr:
        return self.args[0]

    @property
    def speeds(self) -> dict[str, tuple[tuple[Symbol, ...], Expr]]:
        """By the name of the array: the placeholders, and the speed in them."""
        pairs = zip(self.args[1::2], self.args[2::2], strict=True)
        return {name_of(entry): (tuple(entry.args[1:]), speed) for entry, speed in pairs}


class Closure:
    """An argument waiting to be evaluated at whatever level it is asked for."""

    __slots__ = ("node", "env", "key")

    def __init__(self, node: Expr, env: Env) -> None:
        self.node, self.env = node, env
        self.key = (node, tuple(env[s] for s in free(node) if s in env))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Closure) and self.key == other.key


@lru_cache(maxsize=1 << 16)
def free(node: Expr) -> tuple[Symbol, ...]:
    """The index letters and scalars in `node` that no sum binds."""
    if isinstance(node, Symbol):
        return () if is_dimension(node) else (node,)
    found: dict[Symbol, None] = {}
    for argument in node.args[1:] if isinstance(node, Indexed) else node.args:
        found.update(dict.fromkeys(free(argument)))
    if isinstance(node, (Sum, Product)):
        found.pop(limits(node)[0], None)
    return tuple(found)


def widths_in(*nodes: Expr) -> set[Symbol]:
    """The names of widths in `nodes`, the limits of sums included."""
    return set().union(*map(_widths_in, nodes))


@lru_cache(maxsize=1 << 16)
def _widths_in(node: Expr) -> frozenset[Symbol]:
    if isinstance(node, Symbol):
        return frozenset([node] if is_dimension(node) else [])
    arguments = node.args[1:] if isinstance(node, Indexed) else node.args
    return frozenset().union(*map(_widths_in, arguments))


@lru_cache(maxsize=1 << 14)
def names_in(node: Expr) -> frozenset[str]:
    """The names of the arrays and scalars in `node`, definitions not unfolded."""
    if isinstance(node, Indexed):
        return frozenset([name_of(node)])
    if isinstance(node, Symbol):
        return frozenset() if is_index(node) or is_dimension(node) else frozenset([node.name])
    return frozenset().union(*map(names_in, node.args))


def unlike(name: str, taken: Container[str]) -> str:
    """`name`, with primes behind it where it is taken."""
    while name in taken:
        name += "'"
    return name


@lru_cache(maxsize=1 << 14)
def limits(node: Expr) -> tuple[Symbol, Expr]:
    """The bound index of a sum or product, and its dimension."""
    return range_of(node)


@lru_cache(maxsize=1 << 16)
def label(node: Expr) -> str:
    """The name of an array entry or scalar."""
    return name_of(node)


@lru_cache(maxsize=1 << 14)
def is_count(node: Expr) -> bool:
    """Whether only numbers, index letters and widths occur, so that the value is a plain number."""
    if isinstance(node, Symbol):
        return is_index(node) or is_dimension(node)
    if not node.args:
        return node.is_Rational is True
    return isinstance(node, (Add, Mul, Pow)) and all(is_count(a) for a in node.args)


@lru_cache(maxsize=1 << 10)
def difference(node: Expr) -> Expr:
    """What decides between the arguments of a maximum or minimum."""
    return node.args[0] - node.args[1]


def rule_for(kind: type, rules: dict) -> Callable | None:
    """The rule of the nearest class above; kept for the next time."""
    for base in kind.__mro__:
        if base in rules:
            rules[kind] = rules[base]
            return rules[base]
    return None


@lru_cache(maxsize=1 << 14)
def affine(node: Expr) -> tuple[tuple[tuple[Symbol, int], ...], int] | None:
    """The whole coefficients of the letters and widths of an index, and its constant; None for anything else."""
    terms: list[tuple[Symbol, int]] = []
    constant = 0
    for term in Add.make_args(node):
        number, rest = term.as_coeff_Mul()
        if not number.is_Integer or not (rest == 1 or isinstance(rest, Symbol)):
            return None
        if rest == 1:
            constant += int(number)
        else:
            terms.append((rest, int(number)))
    return tuple(terms), constant


def rational(node: Expr, env: Env, widths: Mapping[Symbol, int]) -> Any:
    """A count as an exact number."""
    if isinstance(node, Symbol):
        return Rational(env[node] if node in env else widths[node])
    if node.is_Rational:
        return node
    parts = [rational(a, env, widths) for a in node.args]
    return node.func(*parts)
