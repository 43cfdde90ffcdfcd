"""One matrix form for all results that differ in names only, as one check stands for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from sympy import Expr, Symbol

from ..proof.cache import Namer
from ..terms import scalar
from . import matrix as m

Build = Callable[[], m.MatrixForm | None]


class Shared:
    """Matrix forms by the shape of their index line: made once, then renamed.

    The layers of a deep network share the forms of a few.
    """

    def __init__(self) -> None:
        self._known: dict[Any, tuple[m.MatrixForm | None, list[Any], list[Symbol]]] = {}

    def form(
        self,
        left: Expr,
        right: Expr,
        ranges: Mapping[Symbol, Expr],
        written: Mapping[str, str],
        build: Build,
    ) -> m.MatrixForm | None:
        """The form of left = right, built by `build` unless one like it is known.

        `written` gives the name that stands in the form for an array that has another there.
        """
        namer = Namer({}, {}, {})
        letters = {letter: place for place, letter in enumerate(ranges)}
        sides = namer.key(left, letters), namer.key(right, letters)
        sizes = tuple([namer.key(size) for size in ranges.values()])
        names = [name for _, name in namer.names]
        labels = tuple([name for kind, name in namer.names if kind == "label"])
        key = (sides, sizes, labels, tuple([name in written for name in names]))
        if key not in self._known:
            self._known[key] = (build(), names, list(ranges))
        form, theirs, rows = self._known[key]
        if form is None or (names, list(ranges)) == (theirs, rows):
            return form
        mapping = dict(zip(theirs, names, strict=True))
        mapping |= {written.get(a, a): written.get(b, b) for a, b in mapping.items() if isinstance(a, str)}
        mapping |= dict(zip(rows, ranges, strict=True))
        return _renamed(form, mapping)


def _renamed(node: Any, mapping: Mapping[Any, Any]) -> Any:
    """A form, or a part of one, under other names."""
    match node:
        case m.Array(name):
            return m.Array(mapping.get(name, name))
        case m.Node() | m.MatrixForm():
            parts = {f.name: getattr(node, f.name) for f in fields(node)}  # type: ignore[arg-type]
            return type(node)(**{name: _renamed(part, mapping) for name, part in parts.items()})
        case tuple():
            return tuple(_renamed(part, mapping) for part in node)
        case Expr():
            return node.xreplace({s: _symbol(s, mapping) for s in node.free_symbols})
    return node


def _symbol(symbol: Symbol, mapping: Mapping[Any, Any]) -> Symbol:
    """A letter or a width goes by itself, a scalar by its name as arrays do."""
    if symbol in mapping:
        return mapping[symbol]
    return scalar(mapping[symbol.name]) if symbol.name in mapping else symbol
