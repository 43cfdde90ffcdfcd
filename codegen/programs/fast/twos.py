"""The pass for a softmax of two outputs: each is a sigmoid of how far its logit is above the other one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .statements import DOT, Code, Operand, Statement

REVERSED = "{}[::-1]"
OUTPUT, LOGARITHM = "output", "logarithm"


def softmax_of_two(code: Code) -> Code:
    """Of two outputs, -log(a) = log(1 + exp(the other z - z)): no largest one is needed, and no sum to divide by."""
    instead: dict[str, list[Statement]] = {}
    fresh = iter(code.fresh(3 * len(code.statements)))
    for statement in code.statements:
        found = _softmax(code, statement)
        if found is not None:
            instead |= {s.target: [] for s in found.values()}
            instead[statement.target] = _by_difference(found, fresh)
    return code.having(new for s in code.statements for new in instead.get(s.target, [s]))


def _softmax(code: Code, largest: Statement) -> Mapping[str, Statement] | None:
    """What leads from the logits to the outputs, and to their logarithms if these are read; None where that is not so.

    Nothing else may read what is on the way.
    """
    logits = largest.operands[0].name if largest.operands else ""
    if (largest.call, [o.text for o in largest.operands]) != ("maximum", [f"{logits}[0, ...]", f"{logits}[1, ...]"]):
        return None
    known = {(s.call, *(o.text for o in s.operands)): s for s in code.statements}
    found = {"largest": largest}

    def find(role: str, call: str, *operands: str) -> str:
        statement = known.get((call, *operands))
        if statement is not None:
            found[role] = statement
        return statement.target if statement is not None else ""

    shifted = find("shifted", "subtract", logits, largest.target)
    grown = find("grown", "exp", shifted)
    total = find("total", DOT, f"%ones {code.shape(logits)[0]}", grown)
    find(OUTPUT, "divide", grown, total)
    find(LOGARITHM, "subtract", shifted, find("log of the total", "log", total))
    inner = [s.target for role, s in found.items() if role not in (OUTPUT, LOGARITHM)]
    readers = {s.target for name in inner for s in code.readers.get(name, [])}
    whole = {"shifted", "grown", "total", OUTPUT} <= found.keys() and not code.kept & set(inner)
    return found if whole and readers <= {s.target for s in found.values()} else None


def _by_difference(found: Mapping[str, Statement], fresh: Iterator[str]) -> list[Statement]:
    """The outputs and their logarithms, from the logits."""
    output, logits = found[OUTPUT], found["shifted"].operands[0]
    logarithm = found[LOGARITHM].target if LOGARITHM in found else next(fresh)
    above, less, log = (Operand(name, "{}", output.axes) for name in (next(fresh), next(fresh), logarithm))

    def made(target: str, call: str, *operands: Operand) -> Statement:
        return replace(output, target=target, call=call, operands=operands)

    return [
        made(above.name, "subtract", replace(logits, pattern=REVERSED), logits),
        made(less.name, "logaddexp", Operand("", "0"), above),
        made(log.name, "negative", less),
        made(output.target, "exp", log),
    ]
