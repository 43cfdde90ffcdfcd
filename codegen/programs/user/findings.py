"""The records of a check of somebody's code, and what stands for each in JSON."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Pattern:
    """What a wrong gradient has in common with a known mistake: its kind, and one line for people."""

    kind: str
    text: str


@dataclass(frozen=True)
class Finding:
    """What was found of one parameter; `verdict` as in a row of `check_gradient`, or "missing", or "shape"."""

    name: str
    verdict: str
    method: str | None = None
    error: float | None = None
    order: float | None = None
    kinks: int = 0
    worst: dict[str, Any] | None = None
    pattern: Pattern | None = None


@dataclass(frozen=True)
class Note:
    """Something that is said of the code as a whole: mutates, random, raises, timeout, kink, ..."""

    kind: str
    text: str


@dataclass
class Check:
    """Everything that was found; `status` is right, wrong, undecided or unreadable."""

    file: str
    functions: list[str] = field(default_factory=list)
    status: str = "undecided"
    parameters: list[Finding] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def note(self, kind: str, text: str) -> None:
        """Say it once."""
        if (made := Note(kind, text)) not in self.notes:
            self.notes.append(made)

    def as_json(self) -> dict[str, Any]:
        """Plain lists, dictionaries and finite numbers; null for what is not a number."""
        return finite(asdict(self))


class Stopped(Exception):
    """The check cannot go on: a note of this kind, and the status that follows."""

    def __init__(self, kind: str, text: str, status: str) -> None:
        super().__init__(text)
        self.note, self.status = Note(kind, text), status


def finite(value: Any) -> Any:
    """The same with None in the place of every number that JSON has no word for."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
