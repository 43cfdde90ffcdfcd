"""What the body of a function computes more than once, computed once under a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .trees import ARGUMENT, Tree, Value, children, replaced


def computed_once(body: Tree) -> tuple[dict[str, Tree], Tree]:
    """What stands in a body more than once, by the names it is given, in order; and the body in terms of these."""
    shared: dict[str, Tree] = {}
    while True:
        places = Counter(part for tree in (body, *shared.values()) for part in _computed(tree))
        repeated = [part for part, count in places.items() if count > 1]
        if not repeated:
            return _named(shared, body)
        largest = max(repeated, key=lambda part: sum(1 for _ in _computed(part)))
        name = Value(f"%{len(shared)}")
        body = replaced(body, largest, name)
        shared = {name.text: largest, **{t: replaced(tree, largest, name) for t, tree in shared.items()}}


def _named(shared: dict[str, Tree], body: Tree) -> tuple[dict[str, Tree], Tree]:
    """The same with names for people, numbered in order."""
    for number, old in enumerate(list(shared), 1):
        new = Value(f"t{number}" if len(shared) > 1 else "t")
        body = replaced(body, Value(old), new)
        shared = {new.text if t == old else t: replaced(tree, Value(old), new) for t, tree in shared.items()}
    return shared, body


def _computed(tree: Tree) -> Iterator[Tree]:
    """What is computed of the argument in a tree, as often as it stands there."""
    if not isinstance(tree, Value) and _has_argument(tree):
        yield tree
    for child in children(tree):
        yield from _computed(child)


def _has_argument(tree: Tree) -> bool:
    return tree == ARGUMENT or any(map(_has_argument, children(tree)))
