"""Arrays inside lists, dictionaries and objects: where they stand, and the same structure with others in it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

Path = tuple[Any, ...]
"""The keys, places and attribute names on the way to an array, from the outside in."""

DEEPEST = 12
OPAQUE = (str, bytes, type, FunctionType, ModuleType, np.random.Generator, np.random.RandomState)


def is_number(value: Any) -> bool:
    """Whether this is one number, be it an array of one entry with no axes."""
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "fciu"
    return isinstance(value, int | float | complex | np.number) and not isinstance(value, bool)


def is_array(value: Any) -> bool:
    """Whether this is an array of numbers: of NumPy, one number, or lists of numbers within lists."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fciu"
    return is_number(value) or _is_nested(value)


def _is_nested(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    first = value
    while isinstance(first, list) and first:
        first = first[0]
    if not is_number(first) or isinstance(first, np.ndarray):
        return False
    try:
        return np.array(value).dtype.kind in "fciu"
    except ValueError:
        return False


def children(node: Any) -> list[tuple[Any, Any]]:
    """What a container holds, each with its key, place or attribute name; nothing for anything else."""
    if isinstance(node, Mapping):
        return list(node.items())
    if isinstance(node, list | tuple):
        return list(enumerate(node))
    return list(attributes(node).items())


def attributes(node: Any) -> dict[str, Any]:
    """The attributes of an object by name; none where it is not made to hold things."""
    if isinstance(node, OPAQUE) or isinstance(node, Mapping | list | tuple | np.ndarray) or callable(node) and (
        not hasattr(node, "__dict__")
    ):  # fmt: skip
        return {}
    names = list(getattr(node, "__dict__", {}))
    for owner in type(node).__mro__:
        slots = owner.__dict__.get("__slots__", ())
        names += [slots] if isinstance(slots, str) else [name for name in slots if hasattr(node, name)]
    return {name: getattr(node, name) for name in dict.fromkeys(names) if not name.startswith("__")}


def leaves(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every array with the way to it, in order."""
    if is_array(node):
        yield path, node
    elif len(path) < DEEPEST:
        for key, child in children(node):
            yield from leaves(child, (*path, key))


def replaced(node: Any, new: Mapping[Path, Any]) -> Any:
    """The same structure with other arrays at some places; what is on the way is copied, the rest is shared."""
    if () in new:
        value = new[()]
        return np.asarray(value).tolist() if isinstance(node, list) else value
    inner: dict[Any, dict[Path, Any]] = {}
    for path, value in new.items():
        inner.setdefault(path[0], {})[path[1:]] = value
    if isinstance(node, tuple):
        items = [replaced(item, inner[place]) if place in inner else item for place, item in enumerate(node)]
        return type(node)(*items) if hasattr(node, "_fields") else type(node)(items)
    made = copy.copy(node)
    for key, changes in inner.items():
        if isinstance(node, Mapping | list):
            made[key] = replaced(node[key], changes)
        else:
            object.__setattr__(made, key, replaced(getattr(node, key), changes))
    return made


def name_of(path: Path, first: str = "") -> str:
    """How a place is said: ``W1`` in a dictionary, ``params[0].W`` elsewhere."""
    said = first
    for step in path:
        if isinstance(step, int):
            said += f"[{step}]"
        else:
            said += f".{step}" if said else str(step)
    return said or "the parameter"
