"""What a formula is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...records import Model
from ..notation import Notation


@dataclass(frozen=True)
class Setting:
    """What a formula is about: a model, a notation, what its symbols stand for, what a delta is.

    `delta` is one of CONVENTIONS, by default that of the notation, else dC/dz. `symbols` are LaTeX or plain names with
    their meaning in the plain language. `is_typed`: layers are numbered as in the names of the model.
    """

    model: Model
    notation: Notation | None = None
    symbols: Mapping[str, str] = field(default_factory=dict)
    delta: str | None = None
    is_typed: bool = False
