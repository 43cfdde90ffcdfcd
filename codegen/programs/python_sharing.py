"""Straight-line Python in which every name is given once: what is computed twice is computed once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Given:
    """``name = value``; `note` is the equation it belongs to."""

    name: str
    value: ast.expr
    note: str = ""

    @property
    def text(self) -> str:
        return f"{self.name} = {ast.unparse(self.value)}"


def given(name: str, text: str, note: str = "") -> Given:
    """A statement from its text; numbers as floats, which Python multiplies fastest, squares as products."""
    return Given(name, _Floats().visit(ast.parse(text, mode="eval").body), note)


def computed_once(statements: list[Given], fresh: Callable[[], str]) -> list[Given]:
    """The statements, with a name from `fresh` for every expression that stands in them more than once."""
    while True:
        places: dict[str, list[int]] = {}
        always: set[str] = set()
        for number, statement in enumerate(statements):
            for text, is_always in _expressions(statement.value, True):
                places.setdefault(text, []).append(number)
                always |= {text} if is_always else set()
        repeated = [text for text, where in places.items() if len(where) > 1 and text in always]
        if not repeated:
            return statements
        longest = max(repeated, key=len)
        first, name = places[longest][0], fresh()
        changed = _Named(longest, name)
        note = statements[first].note
        before = Given(name, ast.parse(longest, mode="eval").body, note)
        statements = [Given(s.name, changed.visit(s.value), s.note) for s in statements]
        statements[first] = replace(statements[first], note="" if note else statements[first].note)
        statements.insert(first, before)


def kept_in(statements: list[Given], places: Mapping[str, str]) -> list[Given]:
    """The statements, with what `places` names stored there, under its name too only where another one reads it."""
    read = {n.id for s in statements for n in ast.walk(s.value) if isinstance(n, ast.Name)}
    done: list[Given] = []
    for statement in statements:
        place = places.get(statement.name)
        if place is None or statement.name in read:
            done.append(statement)
        if place is not None:
            kept = Given(place, ast.Name(statement.name, ast.Load()))
            done.append(kept if statement.name in read else replace(statement, name=place))
    return done


def _expressions(node: ast.expr, always: bool) -> Iterator[tuple[str, bool]]:
    """What is computed in an expression, and whether it always is; a branch of a choice is not."""
    if isinstance(node, ast.BinOp | ast.Call | ast.IfExp | ast.UnaryOp) and any(
        isinstance(inner, ast.Name) for inner in ast.walk(node)
    ):
        yield ast.unparse(node), always
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.expr):
            yield from _expressions(inner, always and not (isinstance(node, ast.IfExp) and inner is not node.test))


class _Named(ast.NodeTransformer):
    """Puts a name in place of an expression."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.expr) and not isinstance(node, ast.Name) and ast.unparse(node) == self.text:
            return ast.Name(self.name, ast.Load())
        return self.generic_visit(node)


class _Floats(ast.NodeTransformer):
    """Whole numbers become floats, squares products, functions of `math` plain names."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Constant(float(node.value))  # type: ignore[arg-type]

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return ast.Name(node.attr, ast.Load())

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant) and node.right.value == 2:
            base = self.visit(node.left)
            return ast.BinOp(base, ast.Mult(), base)
        return self.generic_visit(node)  # type: ignore[return-value]
