"""The nouns of judged notes: a formula as written, the notes it stands in, and what was found of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..records import PROVED, Verdict

UNREADABLE = "unreadable"
LONGEST_SHOWN = 2000

_MARKUP = re.compile(r"\\(?:label|tag)\*?\{[^{}]*\}|\\(?:nonumber|notag)(?![a-z])|\\\\(?:\[[^\]]*\])?|(?<!\\)&")


@dataclass(frozen=True)
class Written:
    """A formula as it stands in a text.

    `text` is what was written, `meant` the same with the author's own commands put in. `latex` is None where the
    notation is left to be found out. `line` counts from 1; `above` and `below` are the places in the text before
    and after the lines of the formula. `problem` says why it cannot even be cut out.
    """

    text: str
    number: int = 1
    line: int = 1
    above: int = 0
    below: int = 0
    latex: bool | None = None
    meant: str = ""
    problem: str = ""

    @property
    def claim(self) -> str:
        """What is read."""
        return self.meant or self.text

    @property
    def shown(self) -> str:
        """The formula on one line, without labels and what aligns it."""
        text = _MARKUP.sub(" ", self.text[:LONGEST_SHOWN]) if self.latex else self.text[:LONGEST_SHOWN]
        return " ".join(text.split()).rstrip(" .,;") if self.latex else " ".join(text.split())


@dataclass(frozen=True)
class Declared:
    """What notes say about themselves; `model` holds lines in the plain language."""

    notation: str | None = None
    delta: str | None = None
    network: str | None = None
    assume: tuple[str, ...] = ()
    symbols: Mapping[str, str] = field(default_factory=dict)
    model: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notes:
    """A text with formulas; `kind` is "tex", "md" or "txt", or empty for claims without a text.

    `asides` are equations within lines that claim nothing of derivatives, such as ``e_k = a_k - y_k``.
    """

    name: str
    kind: str
    text: str
    formulas: tuple[Written, ...]
    declared: Declared = Declared()
    asides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marked:
    """What was found of one formula.

    `error` says why it cannot be read; then there is no verdict. `step` are the two sides of a chain of equalities
    between which the first mistake is made. `follows` names the author's own wrong results from which a refuted
    formula follows correctly. `notes` says what was decided for the whole file.
    """

    formula: Written
    verdict: Verdict | None = None
    error: str = ""
    step: tuple[str, str] | None = None
    follows: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """proved, refuted, undecided or unreadable."""
        return UNREADABLE if self.verdict is None else self.verdict.status

    @property
    def holds(self) -> bool:
        """Whether it is proved."""
        return self.status == PROVED
