"""``python -m benchmarks.checks``: what the numerical checks of a 20-30-10 network take, in calls of its gradient.

Times are those of the processor, on one thread: OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from codegen import check_gradient, compile_numpy
from codegen.programs.checks.directional import check_direction
from derive import MLP, backpropagate

WIDTHS = [20, 30, 10]
GOALS = {"every entry": (170.0, 1e-14), "a direction": (8.0, 1e-14)}
"""So many gradient times at most, and errors no larger."""
TURNS, CALLS = 15, 40
REPEATS = {"every entry": 1, "a direction": 10}


def taken(function: Callable[[], Any], calls: int) -> float:
    """The processor time of a call, in seconds."""
    start = time.process_time()
    for _ in range(calls):
        function()
    return (time.process_time() - start) / calls


def compared(check: Callable[[], Any], repeats: int, gradient: Callable[[], Any]) -> tuple[float, float]:
    """The shortest time of a gradient, and how many gradients a check takes: the median over turns.

    In each turn gradients are timed before the check and after it, for the machine may change its speed.
    """
    check()
    times, ratios = [taken(gradient, CALLS)], []
    for _ in range(TURNS):
        took = taken(check, repeats)
        times.append(taken(gradient, CALLS))
        ratios.append(took / ((times[-2] + times[-1]) / 2))
    return min(times), statistics.median(ratios)


def sample(module: ModuleType, records: int) -> tuple[Any, ...]:
    """Random parameters and data."""
    rng = np.random.default_rng(records)
    targets = rng.random((records, WIDTHS[-1])) + 0.1
    targets /= targets.sum(axis=1, keepdims=True)
    return module.init(seed=1), rng.standard_normal((records, WIDTHS[0])), targets


def main() -> None:
    """Print, for batches of 8, 64 and 256 records, the times and the errors, and which goals hold."""
    module = compile_numpy(backpropagate(MLP(WIDTHS)))
    print(f"{'records':>7} {'check':12} {'gradient':>9} {'times':>6} {'make_gradient':>14} {'times':>6} {'error':>8}")
    for records in (8, 64, 256):
        given = sample(module, records)
        checks = {
            "every entry": lambda: check_gradient(module.cost, module.gradient, *given),  # noqa: B023
            "a direction": lambda: check_direction(module.cost, module.gradient, *given),  # noqa: B023
        }
        made = module.make_gradient(records)
        for name, check in checks.items():
            fresh, times = compared(check, REPEATS[name], lambda: module.gradient(*given))  # noqa: B023
            kept, times_kept = compared(check, REPEATS[name], lambda: made(*given))  # noqa: B023
            report = check()
            error = max(row.error for row in report.rows)
            most, worst = GOALS[name]
            held = "holds" if report.ok and times <= most and error <= worst else "missed"
            said = f"{fresh * 1e6:6.0f} µs {times:6.1f} {kept * 1e6:11.0f} µs {times_kept:6.1f} {error:8.1e}"
            print(f"{records:7} {name:12} {said}  {held}: at most {most:.0f} of gradient, {worst:.0e}", flush=True)


if __name__ == "__main__":
    main()
