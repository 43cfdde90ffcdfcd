"""Running text and single formulas as Typst markup."""

from __future__ import annotations

import re
from collections.abc import Collection

from .display import Node
from .latex import latex_math
from .measure import broken
from .typst import quoted, typst_math
from .words import Reference, Words

SPECIAL = re.compile(r"(?<![^\W\d_])\.|[^\w\s.,;()]|_")
"""Whatever is neither a letter nor harmless; a full stop only after a letter."""
LINE = 40.0
"""The longest formula within running text, in em."""
REFERENCE = re.compile(r"(\(\d+\))")


def escape(text: str) -> str:
    """Plain text with the characters that mean something in markup made harmless."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return SPECIAL.sub(_harmless, shown)


def _harmless(found: re.Match[str]) -> str:
    """The character behind a backslash; the mark within a word, such as cost's, as books print it."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    within = found[0] == "'" and before.isalpha() and after.isalpha()
    return "’" if within else rf"\{found[0]}"


def formula(node: Node, before: str = "") -> str:
    """A call of `m`, the formula of the template: what is read aloud, and the formula."""
    return f"m({quoted(spoken(node))}, ${before}{typst_math(node)}$)"


def spoken(node: Node) -> str:
    """What a reader who does not see the formula is told: its LaTeX."""
    return " ".join(latex_math(node).split())


def typst_words(words: Words, numbers: Collection[int] = (), room: float = LINE, lemmas: Collection[int] = ()) -> str:
    """Running text as markup, its formulas broken to `room` em.

    ``(7)`` links to that line where 7 is one of the `numbers`, ``Lemma 2`` to that lemma where 2 is one of `lemmas`.
    """
    merged: list[str | Node] = []
    for word in words:
        if _is_plain(word) and merged and _is_plain(merged[-1]):
            merged[-1] = f"{merged[-1]}{word}"
        else:
            merged.append(word)
    return "".join(_markup(word, numbers, room, lemmas) for word in merged)


def _is_plain(word: str | Node) -> bool:
    return isinstance(word, str) and not isinstance(word, Reference)


def _markup(word: str | Node, numbers: Collection[int], room: float, lemmas: Collection[int]) -> str:
    if isinstance(word, Reference) and word.lemma in lemmas:
        return f"#link(<lemma-{word.lemma}>)[{escape(word)}];"
    return _linked(word, numbers) if isinstance(word, str) else _within(word, room)


def _within(node: Node, room: float) -> str:
    """A formula within a line; one that no line can hold in pieces, between which a line may end."""
    first, *others = broken(node, room)
    return " ".join((f"#{formula(first)};", *(f"#{formula(piece, '#nothing ')};" for piece in others)))


def _linked(text: str, numbers: Collection[int]) -> str:
    parts = REFERENCE.split(text)
    return "".join(_reference(part) if _is_known(part, numbers) else escape(part) for part in parts)


def _is_known(part: str, numbers: Collection[int]) -> bool:
    return bool(REFERENCE.fullmatch(part)) and int(part[1:-1]) in numbers


def _reference(part: str) -> str:
    return f"#link(<line-{part[1:-1]}>)[{part}];"
