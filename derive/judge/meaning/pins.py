"""Layers that the author's symbols fix: with w^{l+1} said to be W2, l is 1."""

from __future__ import annotations

from ...forward.syntax import Entry, walk
from ..reading.sketch import Name, Sketch, Statement
from ..reading.sketch import walk as walk_sketch
from .candidates import layer_number
from .context import Context
from .roles import stem_and_number
from .scripts import shifted_letter
from .search import Missing
from .symbols import Symbol

Pin = tuple[str, int, str]


def pinned(symbols: tuple[Symbol, ...], statement: Statement, generic: tuple[str, ...]) -> tuple[Pin, ...]:
    """For each symbol on a generic layer: its letter, what is added to it, and the array it is said to be."""
    found: list[Pin] = []
    used = {_plain(node) for node in walk_sketch(*statement.sides)}
    for symbol in symbols:
        if not isinstance(symbol.key, Name) or symbol.key not in used or symbol.tree is None:
            continue
        shifts = [
            s for part in (*symbol.key.below, *symbol.key.above) if (s := shifted_letter(part)) and s[0] in generic
        ]
        arrays = [n.name for n in walk(symbol.tree) if isinstance(n, Entry) and stem_and_number(n.name)[1] is not None]
        found += [(*shifts[0], array) for array in arrays[:1] if shifts]
    return tuple(found)


def _plain(node: Sketch) -> Sketch:
    if isinstance(node, Name):
        return Name(
            node.stem, tuple(m for m in node.marks if m not in ("bold", "cal")), node.below, node.above, node.order
        )
    return node


def check_pins(context: Context, pins: tuple[Pin, ...]) -> None:
    """Raises Missing where a generic layer is another one than the symbols say."""
    for letter, added, array in pins:
        name = array[1:] if array.startswith("d") and array[1:] in context.model.axes else array
        role = "W" if name in context.model.parameters else "z"
        if layer_number(context, role, context.marks[letter] + added) != stem_and_number(name)[1]:
            raise Missing(f"{letter} is another layer")
