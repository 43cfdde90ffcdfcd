"""Which notation formulas are written in, by the symbols in them."""

from __future__ import annotations

from collections.abc import Iterable

from ..records import Model
from .notation import Notation
from .notations import NOTATIONS
from .reading.sketch import Name, Number, Statement, walk


def guess(statements: Iterable[Statement], model: Model) -> Notation | None:
    """The notation that these statements are written in, by symbols that only one of them has; None where none is.

    A stem that is the name of an array of the model speaks for nothing.
    """
    nodes = [node for one in statements for node in walk(*one.sides)]
    every = [node for node in nodes if isinstance(node, Name)]
    scripts = {part for name in every for part in (*name.below, *name.above)}
    names = [name for name in every if name not in scripts]
    signs = {name.stem for name in names} - set(model.axes)
    for name in names:
        signs |= {f"{name.stem}^{above.stem}" for above in name.above if isinstance(above, Name)}
        if not any(isinstance(above, Number) for above in name.above):
            signs |= {f"{name.stem}_{below.stem}" for below in name.below if isinstance(below, Name)}
    found = [row for row in NOTATIONS.values() if row.signs & signs]
    return found[0] if len(found) == 1 else None
