"""Times of contenders beside the bare products, in turn; whether they compute the same; what they take of memory."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from .cases import KEPT, Case, Problem
from .contenders import REFERENCE, made
from .libraries import Call

BLOCK = 0.02
"""Seconds: quick calls are timed so many together."""
WARM = 0.1
"""Calls quicker than this, in seconds, are made once more before a block, so that caches hold what is theirs."""
SETTLE = 0.03
"""Seconds until threads that wait for more work, spinning, have gone to sleep."""
LEAST = 3
"""Rounds, however slow."""
OFTEN = 5
"""Times a round that slow calls are made which a goal is about: a median of three pairs says little."""
TOLERANCE = {"float32": 1e-4, "float64": 1e-9}

Pairs = list[tuple[float, float]]


class Disagreement(Exception):
    """A contender computes something else: which, and where."""


@dataclass(frozen=True)
class Times:
    """Seconds a call beside the bare products: medians over pairs, and the ratio of the shortest times."""

    seconds: float
    bare: float
    ratio: float
    least_seconds: float
    least_ratio: float
    pairs: int

    @classmethod
    def of(cls, pairs: Pairs) -> Times:
        """What is said of pairs of times."""
        whole, bare = zip(*pairs, strict=True)
        ratio = median(one / other for one, other in pairs)
        return cls(
            seconds=_short(median(whole)),
            bare=_short(median(bare)),
            ratio=_short(ratio),
            least_seconds=_short(min(whole)),
            least_ratio=_short(min(whole) / min(bare)),
            pairs=len(pairs),
        )


def _short(number: float) -> float:
    """A number to four digits."""
    return float(f"{number:.4g}")


def timed(
    calls: Mapping[str, Call], bare: Callable[[], object], seconds: float, threads: int, often: Collection[str] = ()
) -> dict[str, Times]:
    """Each contender with the bare products right before it, in turn, about so many seconds for each.

    Calls so slow that few pairs fit in are made more times where they are among `often`.
    """
    pairs: dict[str, Pairs] = {name: [] for name in calls}
    quick = {name: _about(call) for name, call in calls.items()}
    products = _about(bare)
    gc.collect()
    gc.disable()
    start, turns = time.perf_counter(), 0
    while turns < LEAST or time.perf_counter() - start < seconds * len(calls):
        for name, call in calls.items():
            for _ in range(OFTEN if name in often and quick[name] > WARM else 1):
                other = _block(bare, products, threads)
                pairs[name].append((_block(call, quick[name], threads), other))
        turns += 1
    gc.enable()
    return {name: Times.of(found) for name, found in pairs.items()}


def _about(call: Callable[[], object]) -> float:
    """Seconds a call, roughly; the first may be slower than those that follow."""
    first = _once(call, 1)
    return first if first > 10 * WARM else min(_once(call, 1) for _ in range(3))


def _block(call: Callable[[], object], about: float, threads: int) -> float:
    """Seconds a call that takes about so long."""
    if threads > 1:
        time.sleep(SETTLE)
    if about < WARM:
        call()
    return _once(call, max(1, int(BLOCK / about)))


def _once(call: Callable[[], object], times: int) -> float:
    """Seconds a call, of so many."""
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def compare(calls: Mapping[str, Call], problem: Problem) -> None:
    """Raise Disagreement for the first contender whose cost or derivatives are not those of the generated module."""
    wanted = _numbers(calls[REFERENCE](), problem)
    for name, call in calls.items():
        for what, error in _errors(_numbers(call(), problem), wanted).items():
            if not error <= TOLERANCE[problem.dtype]:
                raise Disagreement(f"{name} computes something else: its {what} is off by {error:.1e}")


def _numbers(found: tuple[Any, Any], problem: Problem) -> dict[str, Any]:
    """What a call returned, as arrays of float64 by name."""
    import numpy as np

    cost, grads = found
    if not isinstance(grads, Mapping):
        grads = dict(zip(problem.params, grads, strict=True))
    return {
        "cost": np.float64(cost),
        **{name: np.array(np.asarray(grads[name]), np.float64) for name in problem.params},
    }


def _errors(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, float]:
    """The error of each, relative to its size; infinite for another shape."""
    import numpy as np

    return {
        name: float(np.linalg.norm(found[name] - array) / np.linalg.norm(array)) if found[name].shape == array.shape
        else float("inf")
        for name, array in wanted.items()
    }  # fmt: skip


def memory(problem: Problem) -> dict[str, int]:
    """Bytes of the generated NumPy code: its workspace, what it could do with, what one call allocates at most."""
    import numpy as np

    gradient = made(problem, "numpy")
    gradient(problem.params, problem.X, problem.Y)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    gradient(problem.params, problem.X, problem.Y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    parameters = sum(array.size for array in problem.params.values())
    least = np.dtype(problem.dtype).itemsize * (together(problem.case) + parameters)
    return {"workspace": int(gradient.nbytes), "least": int(least), "call": peak - before}


def together(case: Case) -> int:
    """The most numbers of activations and error terms that must live together, on the way back."""
    hidden, kept = case.widths[1:-1], KEPT.get(case.hidden, 1)
    at = [case.widths[-1]]
    for n, width in enumerate(hidden, 1):
        # the error of a layer is made of the one above; it takes the place of the activation where the slope is apart
        at.append(kept * sum(hidden[:n]) + case.widths[n + 1] + (width if kept == 1 else 0))
    return case.batch * max(at)
