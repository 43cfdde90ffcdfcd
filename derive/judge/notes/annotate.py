"""A text written back with the verdict beside each formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from .records import Marked

_MARKS = {
    "tex": re.compile(r"^[ \t]*% backproof: [^\n]*\n", re.M),
    "md": re.compile(r"\n(?:> backproof: [^\n]*\n)+\n?"),
}
_MARKS["txt"] = _MARKS["lines"] = _MARKS["md"]


def without_marks(text: str, kind: str) -> str:
    """The text without the verdicts that were written into it before."""
    return _MARKS[kind].sub("", text)


def annotated(text: str, kind: str, marked: Iterable[Marked], said: Callable[[Marked], str]) -> str:
    """The text with what is `said` of each formula: above it as a comment in TeX, below it as a quotation elsewhere.

    Nothing else is changed, and a text that was annotated before is not annotated twice.
    """
    places: dict[int, list[str]] = {}
    for one in marked:
        place = one.formula.above if kind == "tex" else one.formula.below
        places.setdefault(place, []).append(" ".join(said(one).split()))
    parts, last = [], 0
    for place in sorted(places):
        parts.append(text[last:place])
        parts.append(_block(places[place], kind, text[:place]))
        last = place
    return "".join((*parts, text[last:]))


def _block(lines: list[str], kind: str, before: str) -> str:
    if kind == "tex":
        return "".join(f"% backproof: {line}\n" for line in lines)
    end = "" if before.endswith("\n") or not before else "\n"
    return end + "\n" + "".join(f"> backproof: {line}\n" for line in lines) + "\n"
