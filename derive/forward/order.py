"""The order in which equations can be computed, and which of them is the cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from heapq import heapify, heappop, heappush

from ..errors import InputError

COST_NAMES = ("C", "J", "E", "L", "cost")


def in_order(needs: Mapping[str, set[str]], where: Callable[[str], str]) -> list[str]:
    """The names sorted so that each comes after what it needs, as near to the given order as possible.

    Raises InputError that names a cycle.
    """
    place = {name: position for position, name in enumerate(needs)}
    waiting = {name: {need for need in needed if need in needs} for name, needed in needs.items()}
    users: dict[str, list[str]] = {name: [] for name in needs}
    for name, needed in waiting.items():
        for need in needed:
            users[need].append(name)
    ready = [place[name] for name, needed in waiting.items() if not needed]
    heapify(ready)
    names, result = list(needs), []
    while ready:
        name = names[heappop(ready)]
        result.append(name)
        for user in users[name]:
            waiting[user].discard(name)
            if not waiting[user]:
                heappush(ready, place[user])
    if len(result) < len(names):
        raise _cycle({name: needed for name, needed in waiting.items() if needed}, where)
    return result


def _cycle(waiting: Mapping[str, set[str]], where: Callable[[str], str]) -> InputError:
    path: list[str] = []
    name = next(iter(waiting))
    while name not in path:
        path.append(name)
        name = min(need for need in waiting[name] if need in waiting)
    loop = path[path.index(name) :]
    if len(loop) == 1:
        return InputError(f"{where(name)}: {name} is defined by itself")
    chain = ", ".join(f"{a} needs {b}" for a, b in zip(loop, (*loop[1:], name), strict=True))
    return InputError(f"{where(name)}: {name} is defined by itself: {chain}")


def find_cost(scalars: Iterable[str], used: set[str]) -> str:
    """The scalar that is the cost: the only one no equation uses, or the one with a cost's name.

    Raises InputError where there is none, or more than one.
    """
    candidates = [name for name in scalars if name not in used]
    for name in COST_NAMES:
        if name in candidates:
            return name
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        listed = f"{', '.join(candidates[:-1])} and {candidates[-1]}"
        raise InputError(f"{listed} could each be the cost; call one of them C, or add a line such as: output h")
    raise InputError("there is neither a cost nor an output; add a scalar such as C = ..., or a line such as: output h")
