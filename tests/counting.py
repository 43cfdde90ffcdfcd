"""How much work a call does, counted in function calls: the same on every machine, busy or not."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable


def work(call: Callable[[], object]) -> int:
    """The number of Python calls made by `call`."""
    profile = cProfile.Profile()
    profile.runcall(call)
    return pstats.Stats(profile).total_calls  # type: ignore[attr-defined]
