"""Which arrays lie in the memory of a derivative that is computed only after their time."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .memory import Life, in_one_loop, lifetimes
from .statements import Code


def lodgings(code: Code, busy: Mapping[str, int]) -> dict[str, str]:
    """The derivative by weights in whose memory each other memory lies, if that is large enough.

    `busy` are the loops that write into the memory of such derivatives before their time.
    """
    lives = lifetimes(code)
    tenants: dict[str, list[str]] = {}
    for name, place in code.memory.items():
        tenants.setdefault(place, []).append(name)
    spans = {place: _span(names, lives) for place, names in tenants.items()}
    free = {n: _written_until(code, busy.get(n)) for n in code.kept if _is_derivative_by_weights(code, n, tenants)}
    found: dict[str, str] = {}
    for place in sorted(tenants, key=lambda p: (-len(code.made[p].axes), p)):
        if code.kept & set(tenants[place]) or in_one_loop(code, place):
            continue
        fitting = [n for n, since in free.items() if since < spans[place].born and spans[place].dies < lives[n].born]
        if fitting:
            found[place] = max(sorted(fitting), key=lambda n: _known_size(code, n))
            del free[found[place]]
    return found


def _span(names: list[str], lives: Mapping[str, Life]) -> Life:
    return Life(min(lives[n].born for n in names), max(lives[n].dies for n in names))


def _written_until(code: Code, loop: int | None) -> int:
    """The number of the last statement of a loop; -1 where there is none."""
    return max((n for n, s in enumerate(code.statements) if code.loops.get(s.target, 0) == loop), default=-1)


def _is_derivative_by_weights(code: Code, name: str, tenants: Mapping[str, list[str]]) -> bool:
    made = code.made.get(name)
    return (
        made is not None
        and made.part == "backward"
        and len(made.axes) == 2
        and name in code.memory
        and tenants[code.memory[name]] == [name]
    )


def _known_size(code: Code, name: str) -> int:
    lengths = code.lengths(name)
    return math.prod(map(int, lengths)) if all(n.isdigit() for n in lengths) else 0
