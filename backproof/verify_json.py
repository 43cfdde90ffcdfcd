"""The verdicts of ``backproof verify --json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from derive.judge.notes import UNREADABLE, Marked
from derive.judge.records import Diagnosis, Verdict

from .verify_sources import Source
from .verify_words import exact


def as_text(sources: Iterable[Source]) -> str:
    """All claims in one JSON object."""
    claims = [entry for source in sources for entry in _entries(source)]
    return json.dumps({"claims": claims}, indent=2, ensure_ascii=False)


def _entries(source: Source) -> Iterable[dict[str, Any]]:
    if source.error:
        where = {"file": source.name, "formula": None, "line": None} if source.name else None
        yield {"claim": None, **_verdict(None), "status": UNREADABLE, "where": where, "error": source.error}
    for one in source.marked:
        yield _entry(source, one)


def _entry(source: Source, one: Marked) -> dict[str, Any]:
    where = {"file": source.name, "formula": one.formula.number, "line": one.formula.line} if source.name else None
    verdict = one.verdict
    return {
        "claim": one.formula.shown,
        **_verdict(verdict),
        "where": where,
        "error": one.error or None,
        "step": {"from": one.step[0], "to": one.step[1]} if one.step else None,
        "follows_from": list(one.follows),
        "notes": [*(verdict.notes if verdict is not None else ()), *one.notes],
        "alternatives": [_verdict(other) for other in verdict.alternatives] if verdict is not None else [],
    }


def _verdict(verdict: Verdict | None) -> dict[str, Any]:
    """What is said of one reading."""
    if verdict is None:
        return {
            "reading": None, "status": UNREADABLE, "assuming": [], "widths": None, "method": None,
            "error_bound": None, "witness": None, "diagnosis": None, "reason": None,
        }  # fmt: skip
    widths = verdict.widths if isinstance(verdict.widths, str) else [dict(sizes) for sizes in verdict.widths]
    return {
        "reading": verdict.reading,
        "status": verdict.status,
        "assuming": list(verdict.assuming),
        "widths": widths,
        "method": verdict.method or None,
        "error_bound": 2.0**-verdict.error_bits if verdict.error_bits else None,
        "witness": _witness(verdict.witness),
        "diagnosis": _diagnosis(verdict.diagnosis),
        "reason": verdict.reason or None,
    }


def _witness(witness: Mapping[str, object] | None) -> dict[str, str] | None:
    return None if witness is None else {name: exact(value) for name, value in witness.items()}


def _diagnosis(diagnosis: Diagnosis | None) -> dict[str, str | None] | None:
    if diagnosis is None:
        return None
    return {
        "kind": diagnosis.kind,
        "text": diagnosis.text,
        "correct": diagnosis.correct or None,
        "would_hold_if": diagnosis.would_hold_if,
    }
