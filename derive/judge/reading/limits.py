"""What no formula may exceed, and how the readers say what they could not read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from ...errors import InputError
from .sketch import Sketch, children

LONGEST_FORMULA = 100_000
DEEPEST = 40


def checked_length(text: str, where: str) -> str:
    """The text, if it is not too long and not empty. Raises InputError."""
    if len(text) > LONGEST_FORMULA:
        raise InputError(f"{prefix(where)}a formula of {len(text)} characters; at most {LONGEST_FORMULA} are read")
    if not text.strip():
        raise InputError(f"{prefix(where)}an empty formula; expected something like a = b")
    return text


def checked_depth(roots: Iterable[Sketch]) -> None:
    """Refuses trees that recursive functions could not walk. Raises InputError."""
    level = list(roots)
    for _ in range(DEEPEST):
        level = [child for node in level for child in children(node)]
        if not level:
            return
    raise InputError(f"a formula nested more than {DEEPEST} levels deep; give its parts names")


def prefix(where: str) -> str:
    """How a message begins that says where: ``line 3: ``."""
    return f"{where}: " if where else ""


def shortened(text: str) -> str:
    """The text for an error message: one line, not too long."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def refuse(column: int, message: str) -> NoReturn:
    """Raises the InputError that says where in the formula something could not be read; `column` counts from 0."""
    raise InputError(f"column {column + 1}: {message}")
