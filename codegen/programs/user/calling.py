"""Calling somebody's functions: on copies, with what goes wrong told in one line."""

from __future__ import annotations

import copy
import inspect
import os
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .findings import Stopped
from .leaves import is_array, leaves, name_of


class Caller:
    """Calls the functions of one file. `failed` is the status that follows where a function raises."""

    def __init__(self, file: str, stage: Callable[[str], None], failed: str = "wrong") -> None:
        self.file, self.stage, self.failed = file, stage, failed

    def call(self, name: str, function: Callable[..., Any], *args: Any, status: str | None = None) -> Any:
        """What the function gives for copies of `args`; raises Stopped where it raises anything."""
        try:
            return function(*self.copied(name, args))
        except (Stopped, KeyboardInterrupt):
            raise
        except BaseException as problem:  # whatever somebody's code may raise, SystemExit among it
            raise Stopped("raises", self.told(name, problem), status or self.failed) from None

    def copied(self, name: str, args: Sequence[Any]) -> tuple[Any, ...]:
        """Deep copies; raises Stopped for what cannot be copied."""
        try:
            return tuple(copy.deepcopy(arg) for arg in args)
        except Exception as problem:
            raise Stopped("raises", f"an input of {name} cannot be copied: {problem}", "unreadable") from None

    def told(self, name: str, problem: BaseException) -> str:
        """One line: the function, the exception, and the last line of the file that it came through."""
        text = " ".join(str(problem).split())
        what = f"{type(problem).__name__}{': ' if text else ''}{text[:200]}"
        frames = [f for f in traceback.extract_tb(problem.__traceback__) if os.path.abspath(f.filename) == self.file]
        where = f" (line {frames[-1].lineno}: {(frames[-1].line or '').strip()[:80]})" if frames else ""
        return f"{name} raised {what}{where}"


def changed(before: Any, after: Any) -> list[str]:
    """The names of the arrays in `before` that are not the same in `after`."""
    now = dict(leaves(after))
    return [name_of(path) for path, value in leaves(before) if path not in now or not same(value, now[path])]


def same(one: Any, other: Any, tolerance: float = 0.0) -> bool:
    """Whether two arrays have the same shape and numbers, but for rounding within `tolerance` of the largest."""
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return False
    if not tolerance:
        return bool(np.array_equal(one, other, equal_nan=True))
    size = np.max(np.abs(one), initial=0.0)
    return bool(np.allclose(one, other, rtol=0, atol=tolerance * (size if np.isfinite(size) else 1), equal_nan=True))


def alike(one: Any, other: Any) -> bool:
    """Whether two results of the same call are the same but for the rounding of their type."""
    first, second = dict(leaves(one)), dict(leaves(other))
    return list(first) == list(second) and all(same(first[p], second[p], rounding(first[p])) for p in first)


def rounding(value: Any) -> float:
    """What may differ between two equal sums of this type, relative to them."""
    kind = np.asarray(value).dtype
    return 4096 * float(np.finfo(kind).eps) if kind.kind in "fc" else 0.0


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters that can be given by place; none where Python cannot tell."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def scalar(value: Any) -> Any:
    """The number in what a cost gave: itself, an array of one entry, the first of a tuple; None where there is none."""
    if isinstance(value, tuple | list) and value and not is_array(value):
        return scalar(value[0])
    if is_array(value) and np.size(value) == 1:
        return np.asarray(value).reshape(())[()]
    return None
