"""What notes declare about themselves: ``% notation: nielsen``, ``<!-- assume: sum(k, y[k]) = 1 -->``, a model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import InputError
from .markdown import MODEL, lines_of
from .records import Declared

KEYS = ("notation", "delta", "assume", "symbol", "network", "model")

_KEY = rf"(?P<key>{'|'.join(KEYS)})\s*:"
_SAID = {
    "tex": re.compile(rf"^[ \t]*%+[ \t]*{_KEY}[ \t]*(?P<value>.*?)[ \t]*$", re.M | re.I),
    "txt": re.compile(rf"^[ \t]*[%#]+[ \t]*{_KEY}[ \t]*(?P<value>.*?)[ \t]*$", re.M | re.I),
    "md": re.compile(rf"\A\s*{_KEY}[ \t]*(?P<value>.*)\Z", re.S | re.I),
}
_MODEL_LINE = re.compile(r"^[ \t]*%+![ \t]*(?P<value>\S.*?)[ \t]*$", re.M)
_COMMENT = re.compile(r"[ \t]*[%#]+[ \t]?(.*)")


def declared(text: str, kind: str) -> Declared:
    """What a text of this kind declares. Raises InputError where it says two things at once."""
    found: dict[str, list[str]] = {key: [] for key in KEYS}
    if kind != "md":
        found["model"] += [line["value"] for line in _MODEL_LINE.finditer(text)]
    for key, value, end in _said(text, kind):
        if key == "model" and not value:
            found["model"] += _commented(text, end)
        elif key == "model":
            found["model"] += value.split("\n")
        elif value:
            found[key].append(value)
    if kind != "tex":
        found["model"] += [line.text.strip() for line in lines_of(text) if line.block == MODEL]
    return Declared(
        _single(found, "notation"),
        _single(found, "delta"),
        _single(found, "network"),
        tuple(dict.fromkeys(found["assume"])),
        dict(symbol(value) for value in found["symbol"]),
        tuple(line for line in found["model"] if line.strip()),
    )


def _said(text: str, kind: str) -> Iterator[tuple[str, str, int]]:
    """Each key with its value, and where that ends."""
    if kind != "tex":
        for comment in _comments(text):
            if match := _SAID["md"].match(comment):
                yield match["key"].lower(), match["value"].strip(), len(text)
    if kind != "md":
        for match in _SAID["tex" if kind == "tex" else "txt"].finditer(text):
            yield match["key"].lower(), match["value"].strip(), match.end()


def _comments(text: str) -> Iterator[str]:
    """What stands between <!-- and -->."""
    place = 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start)) >= 0:
        yield text[start + len("<!--") : end]
        place = end


def symbol(text: str) -> tuple[str, str]:
    """``o_j = a1[j]`` as the symbol and what it means. Raises InputError."""
    left, sign, right = text.partition("=")
    if not sign or not left.strip() or not right.strip():
        raise InputError(f"symbol {text}: expected what is written and what it means, as in o_j = a1[j]")
    return left.strip(), right.strip()


def _single(found: dict[str, list[str]], key: str) -> str | None:
    values = list(dict.fromkeys(found[key]))
    if len(values) > 1:
        raise InputError(f"the {key} is declared as {values[0]} and as {values[1]}; one holds for a whole file")
    return values[0] if values else None


def _commented(text: str, place: int) -> Iterator[str]:
    """The comment lines that follow."""
    for line in text[place:].split("\n")[1:]:
        match = _COMMENT.fullmatch(line.rstrip())
        if match is None or not match[1].strip():
            return
        yield match[1].strip().removeprefix("!").strip()
