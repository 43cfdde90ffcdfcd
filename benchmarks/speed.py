"""Generated gradients beside their bare matrix products: ``python -m benchmarks.speed [--anyway] [NAME ...]``.

Both run in turn, in one process with one thread; a row gives the median over pairs of the ratio of their times,
and the ratio of the shortest times. A busy machine is refused unless told ``--anyway``. Then a network so small that
its products are nothing, by target: the shortest time of a call.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

BUSY = 0.5
"""Processes that wanted to run, on average over the last minute, from which the machine is called busy."""
SECONDS = 3.0
"""How long a row is measured."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Case:
    """A network at a number of records; `goal` in float32, a ratio, or microseconds where the products are nothing."""

    widths: tuple[int, ...]
    hidden: str
    batch: int
    goal: float


TINY = Case((2, 3, 2), "sigmoid", 1, 13.0)

CASES: Mapping[str, Case] = {
    "784-128-10 sigmoid, batch 64": Case((784, 128, 10), "sigmoid", 64, 1.15),
    "784-128-10 sigmoid, batch 1024": Case((784, 128, 10), "sigmoid", 1024, 1.10),
    "784-512-512-10 relu, batch 256": Case((784, 512, 512, 10), "relu", 256, 1.05),
    "784-512-512-10 relu, batch 4096": Case((784, 512, 512, 10), "relu", 4096, 1.06),
    "32 layers of 64 tanh, batch 256": Case((64,) * 33, "tanh", 256, 1.20),
    "1024-4096-1024 gelu, batch 1024": Case((1024, 4096, 1024), "gelu", 1024, 1.05),
    "2-3-2 sigmoid, batch 1": TINY,
}
TARGETS: Mapping[str, float] = {"numpy": TINY.goal, "numba": 1.5, "python": 1.5}
"""The goal of a call for the tiny network, in microseconds, by target."""


def main(arguments: list[str]) -> int:
    """Measure and print the table; 3 where the machine is busy."""
    anyway = "--anyway" in arguments
    wanted = [a for a in arguments if not a.startswith("--")]
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.speed", *arguments], {**os.environ, **ONE_THREAD})
    load = os.getloadavg()[0]
    if load > BUSY and not anyway:
        print(f"the machine is busy (load {load:.1f}): the ratios would not mean much; --anyway measures all the same")
        return 3
    kernels = os.environ.get("OPENBLAS_CORETYPE", "as found")
    print(f"one thread, OPENBLAS_CORETYPE {kernels}, load {load:.1f}{' (busy)' if load > BUSY else ''}\n")
    print(f"{'network':34} {'type':8} {'products':>10} {'gradient':>10} {'ratio':>6} {'least':>6}   goal")
    for name, case in CASES.items():
        if all(word in name for word in wanted):
            for dtype in ("float32", "float64"):
                print(f"{name:34} {dtype:8} {row(case, dtype)}", flush=True)
    print(f"\n{'network':34} {'target':8} {'shortest':>10}   goal")
    for target, goal in TARGETS.items():
        name = "2-3-2 sigmoid, one record"
        if all(word in f"{name} {target}" for word in wanted):
            print(f"{name:34} {target:8} {shortest(target)}   {goal:.1f} us", flush=True)
    return 0


def row(case: Case, dtype: str) -> str:
    """What is measured of one network, in columns."""
    gradient, products = runs(case, dtype)
    pairs = timed(gradient, products)
    whole, bare = (median(times) for times in zip(*pairs, strict=True))
    ratio = median(one / other for one, other in pairs)
    least = min(one for one, _ in pairs) / min(other for _, other in pairs)
    goal = f"{case.goal:.2f}" if case.goal < 2 else f"{case.goal:.0f} us"
    said = f"{1e6 * bare:8.1f}us {1e6 * whole:8.1f}us {ratio:6.3f} {least:6.3f}"
    return f"{said}   {goal if dtype == 'float32' else ''}"


def runs(case: Case, dtype: str) -> tuple[Callable[[], object], Callable[[], object]]:
    """The generated gradient, and its matrix products alone, as functions without arguments."""
    import numpy as np

    from codegen import compile_numpy
    from derive import MLP, backpropagate

    module = compile_numpy(backpropagate(MLP(list(case.widths), hidden=case.hidden)))
    rng = np.random.default_rng(0)
    params = module.init(dtype=dtype)
    X = rng.standard_normal((case.batch, case.widths[0])).astype(dtype)
    Y = np.eye(case.widths[-1], dtype=dtype)[rng.integers(case.widths[-1], size=case.batch)]
    gradient = module.make_gradient(case.batch, dtype=dtype)
    weights = [params[f"W{n}"] for n in range(1, len(case.widths))]
    values = [X, *(rng.standard_normal((case.batch, n)).astype(dtype) for n in case.widths[1:])]
    errors = [rng.standard_normal(v.shape).astype(dtype) for v in values]
    slopes = [np.empty_like(W) for W in weights]
    sums = [np.empty_like(v) for v in values]

    def products() -> None:
        for n, W in enumerate(weights):
            np.dot(values[n], W.T, out=sums[n + 1])
        for n in range(len(weights) - 1, -1, -1):
            np.dot(errors[n + 1].T, values[n], out=slopes[n])
            if n:
                np.dot(errors[n + 1], weights[n], out=sums[n])

    return lambda: gradient(params, X, Y), products


def shortest(target: str) -> str:
    """The shortest time of a call for the tiny network, many times over; or which library is missing."""
    try:
        gradient = tiny(target)
    except ImportError as error:
        return f"{error.name} is missing"
    gradient()
    start, least = time.perf_counter(), float("inf")
    while time.perf_counter() - start < SECONDS:
        least = min(least, once(gradient, 500))
    return f"{1e6 * least:8.2f}us"


def tiny(target: str) -> Callable[[], object]:
    """The gradient that a module of this target makes for the tiny network, as a function without arguments."""
    from codegen.programs.compile import load
    from codegen.programs.targets import TARGETS as WRITERS
    from derive import MLP, backpropagate

    module = load(WRITERS[target](backpropagate(MLP(list(TINY.widths), hidden=TINY.hidden)), ""), target)
    params = module.init()
    if target == "python":
        gradient, x, y = module.make_gradient(), [0.5, -1.0], [1.0, 0.0]
        return lambda: gradient(params, x, y)

    import numpy as np

    gradient, X, Y = module.make_gradient(1), np.array([[0.5, -1.0]]), np.array([[1.0, 0.0]])
    return lambda: gradient(params, X, Y)


def timed(first: Callable[[], object], second: Callable[[], object]) -> list[tuple[float, float]]:
    """Seconds a call of both, measured in turn; quick ones many times over."""
    first(), second()
    times = max(1, int(1e-3 / (once(first, 1) + once(second, 1))))
    pairs = []
    start = time.perf_counter()
    gc.disable()
    while len(pairs) < 7 or time.perf_counter() - start < SECONDS:
        pairs.append((once(first, times), once(second, times)))
    gc.enable()
    return pairs


def once(function: Callable[[], object], times: int) -> float:
    """Seconds a call, of so many."""
    start = time.perf_counter()
    for _ in range(times):
        function()
    return (time.perf_counter() - start) / times


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
