"""Which derivative belongs to which array: gradients come as dictionaries, lists, tuples or objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from .findings import Stopped
from .leaves import Path, attributes, is_array, is_number, leaves, name_of

BEFORE = r"(?:d|D|g|grad|Grad|gradient|nabla|delta|d?[A-Za-z]?[_/]d)_?"
AFTER = r"_?(?:grad|gradient|g|prime)"


class Mismatch(Exception):
    """The two structures are not of one kind."""


def pair(param: Any, grad: Any, path: Path = ()) -> tuple[dict[Path, Any], list[Path]]:
    """The derivative at each place of `param`, and the places that have none. Raises Mismatch."""
    if is_array(param):
        if not is_array(grad):
            raise Mismatch(f"{name_of(path)} has {_kind(grad)} for a derivative")
        return {path: np.asarray(grad)}, []
    if isinstance(param, Mapping):
        return _by_name(_with_arrays(param), grad, path, every=True)
    if isinstance(param, list | tuple) and isinstance(grad, list | tuple):
        if len(param) != len(grad):
            raise Mismatch(f"{len(grad)} derivatives for {len(param)} arrays")
        return _joined(pair(p, g, (*path, k)) for k, (p, g) in enumerate(zip(param, grad, strict=True)))
    if held := _with_arrays(attributes(param)):
        return _by_attribute(held, grad, path)
    raise Mismatch(f"{_kind(param)} holds no arrays")


def _by_attribute(held: Mapping[str, Any], grad: Any, path: Path) -> tuple[dict[Path, Any], list[Path]]:
    """The derivatives by the attributes of an object, or by what one of them holds, such as ``params``."""
    try:
        return _by_name(held, grad, path, every=False)
    except Mismatch as mismatch:
        for key, child in held.items():
            if not is_array(child):
                with suppress(Mismatch):
                    return pair(child, grad, (*path, key))
        raise mismatch


def _with_arrays(items: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in items.items() if any(True for _ in leaves(value))}


def _by_name(wanted: Mapping[Any, Any], grad: Any, path: Path, every: bool) -> tuple[dict[Path, Any], list[Path]]:
    """The derivatives by name, from a dictionary or attributes; in order from a list of as many."""
    if isinstance(grad, list | tuple) and not is_array(grad):
        if len(grad) != len(wanted):
            raise Mismatch(f"{len(grad)} derivatives for {len(wanted)} arrays")
        return _joined(pair(p, g, (*path, k)) for (k, p), g in zip(wanted.items(), grad, strict=True))
    given = grad if isinstance(grad, Mapping) else attributes(grad)
    named = {key: own for key in wanted if (own := own_name(key, given, same=given is not wanted)) is not None}
    if not named:
        raise Mismatch(f"{_kind(grad)} has no derivative by {', '.join(map(str, wanted))}")
    found, without = _joined(pair(wanted[k], given[own], (*path, k)) for k, own in named.items())
    lost = [(*path, key) for key in wanted if key not in named and every and _is_float(wanted[key])]
    return found, [*without, *lost]


def own_name(key: Any, given: Mapping[Any, Any], same: bool) -> Any:
    """Under which name the derivative by `key` stands."""
    if same and key in given:
        return key
    stem = re.escape(str(key))
    shapes = (rf"{BEFORE}{stem}", rf"{stem}{AFTER}")
    return next((name for shape in shapes for name in given if re.fullmatch(shape, str(name))), None)


def _is_float(value: Any) -> bool:
    return not is_array(value) or np.asarray(value).dtype.kind in "fc"


def _joined(pairs: Iterator[tuple[dict[Path, Any], list[Path]]]) -> tuple[dict[Path, Any], list[Path]]:
    found: dict[Path, Any] = {}
    without: list[Path] = []
    for more, lost in pairs:
        found.update(more)
        without += lost
    return found, without


def find_gradients(args: Sequence[Any], names: Sequence[str], result: Any) -> tuple[dict[Path, Any], list[Path]]:
    """The derivatives in what a gradient gave, by the place of their array within `args`. Raises Stopped.

    A reading in which all shapes agree is preferred to one in which they do not.
    """
    readings: list[tuple[dict[Path, Any], list[Path]]] = []
    problems: list[str] = []
    for grads in _without_cost(result):
        for made in _readings(args, names, grads):
            try:
                readings.append(made())
            except Mismatch as mismatch:
                problems.append(str(mismatch))
    if not readings:
        problem = problems[0] if problems else f"it gave {_kind(result)}"
        raise Stopped("structure", f"the gradient does not go with its parameters: {problem}", "unreadable")
    return max(readings, key=lambda reading: _quality(args, *reading))


def _quality(args: Sequence[Any], found: Mapping[Path, Any], without: Sequence[Path]) -> tuple[bool, int]:
    fits = all(np.shape(at(args, path)) == np.shape(grad) for path, grad in found.items())
    return fits and bool(found), -len(without)


def _without_cost(result: Any) -> Iterator[Any]:
    """The gradients in a result: what stands beside a number, or all of it."""
    if isinstance(result, tuple | list) and len(result) > 1 and not is_array(result):
        if _is_cost(result[0]):
            yield result[1] if len(result) == 2 else result[1:]
        elif _is_cost(result[-1]):
            yield result[0] if len(result) == 2 else result[:-1]
    elif isinstance(result, tuple) and len(result) == 2 and is_number(result[0]):
        yield result[1]
    yield result


def _is_cost(value: Any) -> bool:
    return is_number(value)


def _readings(args: Sequence[Any], names: Sequence[str], grads: Any) -> Iterator[Any]:
    """Ways to read the gradients: by one argument, by several in a row, by arguments of their names."""

    def at_one(place: int) -> Any:
        return lambda: pair(args[place], grads, (place,))

    def in_a_row(start: int, count: int) -> Any:
        return lambda: _joined(pair(args[start + k], grads[k], (start + k,)) for k in range(count))

    yield from (at_one(place) for place in range(len(args)))
    if isinstance(grads, list | tuple) and len(grads) <= len(args):
        yield from (in_a_row(start, len(grads)) for start in range(len(args) - len(grads) + 1))
    if isinstance(grads, Mapping):
        by_name = {name: (place, arg) for place, (name, arg) in enumerate(zip(names, args, strict=False))}
        own = {name: found for name in by_name if (found := own_name(name, grads, same=True)) is not None}
        if own and len(own) == len(grads):
            yield lambda: _joined(pair(by_name[n][1], grads[found], (by_name[n][0],)) for n, found in own.items())


def at(node: Any, path: Path) -> Any:
    """What stands at a place."""
    for step in path:
        node = node[step] if isinstance(node, Mapping | list | tuple) else getattr(node, step)
    return node


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"a dictionary of {', '.join(map(str, list(value)[:8])) or 'nothing'}"
    if is_array(value):
        return f"an array of shape {np.shape(value)}" if np.ndim(value) else "one number"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    return type(value).__name__
