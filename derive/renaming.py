"""Putting one thing in the place of another without capturing bound indices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from sympy import Add, Expr, Indexed, IndexedBase, Mul, Product, Sum, Symbol

from .terms import element, free_indices, index, name_of, range_of, total

LETTERS = "ijkmpqrstuvwhgcd"


def rebuild(node: Expr, arguments: Iterable[Expr]) -> Expr:
    """The same kind of node with other arguments; sums keep their limits as given."""
    arguments = tuple(arguments)
    if isinstance(node, Sum):
        body, (letter, lower, upper) = arguments[0], arguments[1]
        return total(body, (letter, upper - lower + 1))
    if isinstance(node, Indexed):
        return element(name_of(node), *arguments[1:])
    return node.func(*arguments)


def fresh(taken: Iterable[Symbol], prefer: Iterable[str] = ()) -> Symbol:
    """An index letter that is not in `taken`: a preferred one, else the next in the alphabet."""
    used = {symbol.name for symbol in taken}
    for name in _names(prefer):
        if name not in used:
            return index(name)
    raise AssertionError("unreachable: the names never end")


def _names(prefer: Iterable[str]) -> Iterator[str]:
    yield from prefer
    yield from LETTERS
    number = 1
    while True:
        yield from (f"{letter}{number}" for letter in LETTERS)
        number += 1


def substitute(expression: Expr, mapping: Mapping[Expr, Expr]) -> Expr:
    """`expression` with every key of `mapping` replaced, bound indices renamed where they clash.

    A key is an index or any whole subexpression; a bound index is never replaced.
    """
    if not mapping:
        return expression
    incoming = frozenset().union(*(free_indices(value) for value in mapping.values()))
    return _substitute(expression, dict(mapping), incoming)


def _substitute(node: Expr, mapping: dict[Expr, Expr], incoming: frozenset[Symbol]) -> Expr:
    if node in mapping:
        return mapping[node]
    if not node.args or isinstance(node, IndexedBase):
        return node
    if isinstance(node, (Sum, Product)):
        return _under_binder(node, mapping, incoming)
    if isinstance(node, Indexed):
        new = [node.args[0], *(_substitute(a, mapping, incoming) for a in node.args[1:])]
    else:
        new = [_substitute(argument, mapping, incoming) for argument in node.args]
    if all(a is b for a, b in zip(new, node.args, strict=True)):
        return node
    return rebuild(node, new)


def clear_of(expression: Expr, letters: Iterable[Symbol]) -> Expr:
    """`expression` with no sum over one of `letters`: nobody reads a bound i beside a free i with ease."""
    letters = frozenset(letters)
    if not expression.args or isinstance(expression, (Indexed, IndexedBase)) or not letters & letters_in(expression):
        return expression
    if isinstance(expression, (Sum, Product)):
        letter, _ = range_of(expression)
        if letter in letters:
            return clear_of(_under_binder(expression, {}, frozenset(letters)), letters)
    return rebuild(expression, [clear_of(argument, letters) for argument in expression.args])


def replace(expression: Expr, mapping: Mapping[Expr, Expr]) -> Expr:
    """`expression` with whole subexpressions replaced where they stand, letter for letter.

    Unlike `substitute`, a value may speak of the bound index its key speaks of.
    """
    if expression in mapping:
        return mapping[expression]
    if not mapping or not expression.args or isinstance(expression, (Indexed, IndexedBase)):
        return expression
    new = [replace(argument, mapping) for argument in expression.args]
    if all(a is b for a, b in zip(new, expression.args, strict=True)):
        return expression
    return rebuild(expression, new)


def _under_binder(node: Expr, mapping: dict[Expr, Expr], incoming: frozenset[Symbol]) -> Expr:
    letter, size = range_of(node)
    inner = {key: value for key, value in mapping.items() if key != letter}
    body = node.args[0]
    if letter in incoming:
        renamed = fresh(incoming | letters_in(body) | {key for key in inner if isinstance(key, Symbol)})
        body, letter = _substitute(body, {letter: renamed}, frozenset({renamed})), renamed
    new = _substitute(body, inner, incoming) if inner else body
    if new is body and letter == node.args[1][0]:
        return node
    if isinstance(node, Sum):
        return total(new, (letter, size))
    return node.func(new, (letter, 0, size - 1))


@lru_cache(maxsize=100_000)
def found_in(expression: Expr, kind: type | tuple[type, ...]) -> tuple[Expr, ...]:
    """The different subexpressions of this kind, in the order in which they are met."""
    found: dict[Expr, None] = {}

    def visit(node: Expr) -> None:
        if isinstance(node, kind):
            found[node] = None
        for argument in node.args[1:] if isinstance(node, Indexed) else node.args:
            visit(argument)

    visit(expression)
    return tuple(found)


@lru_cache(maxsize=200_000)
def letters_in(expression: Expr) -> frozenset[Symbol]:
    """Every index letter that occurs, bound ones too."""
    if isinstance(expression, Symbol):
        return free_indices(expression)
    return frozenset().union(*map(letters_in, expression.args))


def nameless(expression: Expr, depth: int = 0) -> Expr:
    """`expression` with every bound index named by its depth: equal formulas come out equal."""
    if not expression.args or isinstance(expression, (Indexed, IndexedBase)):
        return expression
    if isinstance(expression, (Sum, Product)):
        letter, size = range_of(expression)
        bound = index(f"bound {depth}")
        body = nameless(substitute(expression.args[0], {letter: bound}), depth + 1)
        return total(body, (bound, size)) if isinstance(expression, Sum) else Product(body, (bound, 0, size - 1))
    return rebuild(expression, [nameless(argument, depth) for argument in expression.args])


def factors_of(expression: Expr) -> tuple[Expr, ...]:
    """The factors of a product; the expression alone otherwise."""
    return tuple(expression.args) if isinstance(expression, Mul) else (expression,)


def terms_of(expression: Expr) -> tuple[Expr, ...]:
    """The terms of a sum of terms; the expression alone otherwise."""
    return tuple(expression.args) if isinstance(expression, Add) else (expression,)
