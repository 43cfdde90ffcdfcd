"""Whether the machine is quiet: how much processor time others use."""

from __future__ import annotations

import os
import time
from pathlib import Path

LIMIT = 0.1
"""Cores: where others use more, ratios do not mean much."""
LOAD = 0.5
"""Processes that wanted to run over the last minute, where that is all one can ask."""
LOOK = 2.0
"""Seconds of a look."""


def taken() -> float | None:
    """Seconds of processor time that the whole machine has used so far, the time stolen from it too; None: unknown."""
    try:
        numbers = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    except OSError:
        return None
    user, nice, system, _, _, irq, softirq, steal = map(int, numbers)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


class Watch:
    """What others use from now on."""

    def __init__(self) -> None:
        self._start = time.perf_counter(), taken(), self._own()

    @staticmethod
    def _own() -> float:
        """Seconds that this process has used, and those it has started and waited for."""
        return sum(os.times()[:4])

    def cores(self) -> float | None:
        """How many cores others kept busy since it was made; None: unknown."""
        start, all_before, own_before = self._start
        all_now = taken()
        if all_now is None or all_before is None:
            return None
        others = (all_now - all_before) - (self._own() - own_before)
        return max(0.0, others / (time.perf_counter() - start))


def busy(seconds: float = LOOK) -> str | None:
    """What keeps the machine busy, in words; None where it is quiet."""
    watch = Watch()
    time.sleep(seconds)
    cores = watch.cores()
    if cores is not None:
        return f"other processes use {cores:.2f} cores" if cores > LIMIT else None
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return f"load average {load:.1f}" if load > LOAD else None
