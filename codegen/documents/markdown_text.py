r"""Text and formulas within Markdown: nothing in them is read as Markdown.

Many readers take Markdown apart before they look for formulas. So in a formula no backslash stands before a
punctuation mark, no underscore can begin or end emphasis, and there are no angle brackets and bars.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from .display import Node
from .latex import escape, latex_math
from .words import Words

SPECIAL = re.compile(r"[\\`*_\[\]<>#$&~|]")
AT_START = re.compile(r"^(?:(?=[-+=])|(\d+)(?=[.)]))")
CONTROL = re.compile("[\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
ESCAPED = re.compile(r"\\([_&%$#{}])")
SPACES = re.compile(" +")
LONE_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
REPLACED = {r"\,": r"\thinspace ", "|": r"\vert ", "<": r"\lt ", ">": r"\gt ", "*": r"\ast ", "](": "] ("}
FULL_WIDTH = 0xFEE0
"""From a character of ASCII to the wide one that looks like it and means nothing to Markdown and LaTeX."""


def flowed(words: Words) -> str:
    """Running text on one line; formulas that stand side by side are one."""
    parts: list[str] = []
    formulas: list[str] = []
    for word in (*words, ""):
        if isinstance(word, Node):
            formulas.append(safe_math(latex_math(word)))
            continue
        if formulas:
            parts.append("$" + r" \thinspace ".join(formulas) + "$")
            formulas = []
        parts.append(safe_text(word))
    return AT_START.sub(r"\1\\", "".join(parts).strip())


def displayed(formula: str) -> str:
    """A formula on lines of its own."""
    return f"$${formula}$$"


def safe_text(text: str) -> str:
    """Plain text on one line, with everything that Markdown reads within a line made harmless."""
    return SPECIAL.sub(r"\\\g<0>", CONTROL.sub(" ", text))


def safe_math(tex: str) -> str:
    """LaTeX that comes through Markdown as it is; an underscore behind a space can never end emphasis."""
    tex = ESCAPED.sub(lambda found: _wide(found[1]), CONTROL.sub(" ", tex).strip())
    for old, new in REPLACED.items():
        tex = tex.replace(old, new)
    tex = "".join(_wide(c) if c in "`~$" else c for c in tex)
    return SPACES.sub(" ", LONE_UNDERSCORE.sub(" _", tex))


def within_text(words: Words) -> str:
    """Running text within a formula."""
    groups = groupby(words, key=lambda word: isinstance(word, str))
    return "".join(_quoted("".join(map(str, group))) if text else _beside(group) for text, group in groups)


def _quoted(text: str) -> str:
    inner = ESCAPED.sub(lambda found: _wide(found[1]), escape(CONTROL.sub(" ", text)))
    return rf"\text{{{''.join(_wide(c) if c in '`~$*<>|[]' else c for c in inner)}}}"


def _beside(formulas: Iterable[Node | str]) -> str:
    return " ".join(safe_math(latex_math(formula)) for formula in formulas if isinstance(formula, Node))


def _wide(character: str) -> str:
    return chr(ord(character) + FULL_WIDTH)
