"""The pass that has the forward pass compute what the backward pass would else keep several arrays for."""

from __future__ import annotations

from dataclasses import replace

from .statements import Code, Statement


def slopes_early(code: Code) -> Code:
    """A slope of values that only it reads in the backward pass is computed at once: one array is kept, not many."""
    cones = _cones(code)
    moved = {name for cone in cones for name in cone}
    if not moved:
        return code
    staying = [s for s in code.statements if s.target not in moved]
    for cone in cones:
        place = _place(code, staying, cone)
        line = staying[place - 1].line
        staying[place:place] = [replace(s, line=line, part="forward") for s in code.statements if s.target in cone]
    return code.having(staying)


def _cones(code: Code) -> list[set[str]]:
    """For each slope worth it the statements that compute it from values of the forward pass."""
    forward = {s.target for s in code.statements if s.part != "backward"} | set(code.given)
    early: set[str] = set()
    for statement in code.statements:
        if statement.part == "backward" and statement.entrywise and statement.target not in code.equations:
            if set(statement.reads) <= forward | early and _large(statement):
                early.add(statement.target)
    roots = [name for name in early if any(s.target not in early for s in code.readers.get(name, []))]
    order = {s.target: n for n, s in enumerate(code.statements)}
    cones: list[set[str]] = []
    for root in sorted(roots, key=order.__getitem__):
        cone = _under(code, root, early)
        if any(cone & other for other in cones):
            continue
        if _spared(code, cone, forward - set(code.given)):
            cones.append(cone)
    return cones


def _large(statement: Statement) -> bool:
    """Whether an array is computed, not a handful of numbers."""
    return len(statement.axes) >= 2


def _under(code: Code, root: str, early: set[str]) -> set[str]:
    cone, waiting = {root}, [root]
    while waiting:
        for name in code.made[waiting.pop()].reads:
            if name in early and name not in cone:
                cone.add(name)
                waiting.append(name)
    return cone


def _spared(code: Code, cone: set[str], values: set[str]) -> bool:
    """Whether some array of the forward pass need not be kept for the backward pass any more."""
    read = {name for target in cone for name in code.made[target].reads} & values
    whole = {name for name in read if code.made[name].shape == code.made[next(iter(cone))].shape}
    later = {n for s in code.statements if s.part == "backward" and s.target not in cone for n in s.reads}
    return bool(whole - later - code.kept)


def _place(code: Code, staying: list[Statement], cone: set[str]) -> int:
    """After the line that makes the last of what the slope is made of."""
    read = {name for target in cone for name in code.made[target].reads} - cone
    last = max(n for n, s in enumerate(staying) if s.target in read)
    while last + 1 < len(staying) and staying[last + 1].line == staying[last].line:
        last += 1
    return last + 1
