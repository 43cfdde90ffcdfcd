"""Gradients that somebody's code gave, compared with numerical ones: one finding for each parameter."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..checks.numerical import COMPLEX, ENTRIES, Row, check_gradient
from .findings import Check, Finding, Pattern
from .patterns import Wrong, pattern_of

CALLS = 7
"""How often a cost is called for one direction, about."""
LEAST = 12
Arrays = dict[str, np.ndarray]
Extra = Callable[[list[Wrong]], Mapping[str, Pattern]]


def compare(
    check: Check,
    cost: Callable[[Arrays], Any],
    params: Arrays,
    grads: Arrays,
    *,
    seconds: float,
    seed: int,
    sizes: Mapping[str, int],
    numbers: Mapping[str, float],
    parts: Callable[[str], Mapping[str, np.ndarray]],
    traced: Extra,
) -> None:
    """Add a finding for each parameter to the check, and set its status.

    `parts` gives the true derivatives of single records by one parameter; `traced` the mistakes
    found by other means for the parameters that are wrong, which go before the table of patterns.
    """
    shaped = {n: g if g.shape == params[n].shape else np.zeros(params[n].shape) for n, g in grads.items()}
    report = check_gradient(cost, lambda _: shaped, params, seed=seed, entries=_entries(cost, params, seconds))
    rows = {row.name: row for row in report.rows}
    true = {name: row.true for name, row in rows.items() if row.true is not None}
    wrong = []
    for name, row in rows.items():
        if name in true and (row.verdict == "wrong" or grads[name].shape != params[name].shape):
            near = 1e-9 if row.method == COMPLEX else 1e-6
            single = grads[name].dtype.kind == "f" and grads[name].dtype.itemsize < 8
            near = max(near, 256 * float(np.finfo(grads[name].dtype).eps)) if single else near
            given = grads[name].astype(float)
            wrong.append(Wrong(name, given, true[name], params[name], near, sizes, numbers, true))
    found = traced(wrong)
    by_name = {w.name: w for w in wrong}
    for name, row in rows.items():
        pattern = found.get(name) or _pattern(by_name[name], parts) if name in by_name else None
        check.parameters.append(_finding(row, pattern, by_name.get(name)))
    check.status = _status(check)


def _pattern(wrong: Wrong, parts: Callable[[str], Mapping[str, np.ndarray]]) -> Pattern | None:
    """What the table says; where that is little, once more with the derivatives of single records."""
    pattern = pattern_of(wrong)
    if wrong.given.shape != wrong.true.shape or pattern is not None and pattern.kind != "other":
        return pattern
    single = parts(wrong.name)
    return pattern_of(Wrong(**{**vars(wrong), "parts": single})) if single else pattern


def _finding(row: Row, pattern: Pattern | None, wrong: Wrong | None) -> Finding:
    worst = {"index": list(row.worst.index), "given": row.worst.given, "true": row.worst.true} if row.worst else None
    verdict = row.verdict
    if wrong is not None and wrong.given.shape != wrong.true.shape:
        verdict, worst = "wrong", None
    return Finding(row.name, verdict, row.method, row.error, row.order, row.kinks, worst, pattern)


def _status(check: Check) -> str:
    verdicts = {finding.verdict for finding in check.parameters}
    if verdicts & {"wrong", "missing", "shape"}:
        return "wrong"
    return "right" if verdicts and verdicts <= {"ok", "kinks"} else "undecided"


def _entries(cost: Callable[[Arrays], Any], params: Arrays, seconds: float) -> int:
    """How many entries of each parameter there is time for."""
    start = time.perf_counter()
    cost({name: array.copy() for name, array in params.items()})
    once = max(time.perf_counter() - start, 1e-6)
    return int(np.clip(seconds / (once * CALLS * max(len(params), 1)), LEAST, ENTRIES))


def named_numbers(pairs: Iterable[tuple[str, Any]]) -> dict[str, float]:
    """The plain numbers among named things, which may be factors of a penalty."""
    return {
        name: float(value)
        for name, value in pairs
        if isinstance(value, float | np.floating) and np.isfinite(value) and value and not name.startswith("__")
    }
