"""LaTeX text as a list of raw tokens: commands, letters, numbers and signs with their columns."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...forward.building import plain_name
from .latex_words import PAIRS, SILENT
from .limits import DEEPEST, refuse


class Raw(NamedTuple):
    """A token: `kind` is cmd, num, word, greek, prime, open, close or char."""

    kind: str
    text: str
    column: int


_PATTERN = re.compile(
    r"""(?P<size>\\(?:left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*(?P<delim>\\[A-Za-z]+|\\.|[^\s\\A-Za-z0-9{}&]))
      | (?P<begin>\\(?:begin|end)\s*\{[^{}]*\})
      | (?P<cmd>\\(?:[A-Za-z]+|.|\n))
      | (?P<num>\d+(?:\.\d+)?|\.\d+)
      | (?P<word>[A-Za-z]+(?:\\_[A-Za-z0-9]+)*)
      | (?P<prime>['’′]+)
      | (?P<greek>[\u0391-\u03c9\u03d1\u03d5\u03f5])
      | (?P<comment>%[^\n]*)
      | (?P<space>[\s$~\u00a0\u2009]+)
      | (?P<char>.)""",
    re.VERBOSE | re.DOTALL,
)
_UNICODE = {
    "−": "-",
    "·": "\\cdot",
    "⋅": "\\cdot",
    "×": "\\times",
    "⊙": "\\odot",
    "∘": "\\circ",
    "⊗": "\\otimes",
    "∗": "*",
    "∂": "\\partial",
    "∇": "\\nabla",
    "∑": "\\sum",
    "∏": "\\prod",
    "√": "\\sqrt",
    "←": "\\gets",
    "≠": "\\ne",
    "≤": "\\le",
    "≥": "\\ge",
    "≈": "\\approx",
    "∝": "\\propto",
    "∈": "\\in",
    "≡": "\\equiv",
    "ℓ": "\\ell",
    "⟨": "\\langle",
    "⟩": "\\rangle",
    "‖": "\\|",
    "…": "\\dots",
    "∞": "\\infty",
    "ᵀ": "^T",
    "⊤": "\\top",
}


def raw_tokens(text: str) -> list[Raw]:
    """The tokens of a formula, spaces and comments left out. Raises InputError where braces are unbalanced."""
    tokens: list[Raw] = []
    for found in _PATTERN.finditer(text):
        kind, part, column = str(found.lastgroup), found.group(), found.start()
        if kind == "delim" or kind == "size":
            _sized(tokens, found.group("size"), found.group("delim"), column)
        elif kind == "cmd":
            tokens.append(Raw("cmd", part[1:], column))
        elif kind == "begin":
            name = part[part.index("{") + 1 : -1].strip()
            tokens.append(Raw(part[1:4].rstrip(), name, column))
        elif kind == "word":
            tokens.append(Raw("word", part.replace("\\_", "_"), column))
        elif kind == "greek":
            tokens.append(Raw("cmd", plain_name(part), column))
        elif kind == "char":
            _character(tokens, part, column)
        elif kind in ("num", "prime"):
            tokens.append(Raw(kind, part, column))
    tokens = [token for token in tokens if not (token.kind == "cmd" and token.text in SILENT)]
    _check_braces(tokens)
    return tokens


def _sized(tokens: list[Raw], size: str, delimiter: str, column: int) -> None:
    name = delimiter.lstrip("\\") if len(delimiter) > 1 else delimiter
    opening = size.startswith("\\left") or re.match(r"\\[bB]igg?l", size) is not None
    closing = size.startswith("\\right") or re.match(r"\\[bB]igg?r", size) is not None
    if delimiter == ".":
        return
    if name in ("|", "vert") and (opening or closing) and delimiter != "\\|":
        tokens.append(Raw("cmd", "lvert" if opening else "rvert", column))
    elif delimiter in ("\\|", "\\Vert") and (opening or closing):
        tokens.append(Raw("cmd", "lVert" if opening else "rVert", column))
    elif delimiter in "<>" and (opening or closing):
        tokens.append(Raw("cmd", "langle" if opening else "rangle", column))
    elif len(delimiter) > 1:
        tokens.append(Raw("cmd", name, column))
    else:
        _character(tokens, delimiter, column)


def _character(tokens: list[Raw], part: str, column: int) -> None:
    known = _UNICODE.get(part, part)
    if known == "^T":
        tokens += [Raw("char", "^", column), Raw("cmd", "top", column)]
    elif len(known) > 1:
        tokens.append(Raw("cmd", known[1:], column))
    else:
        tokens.append(Raw("char", known, column))


def _check_braces(tokens: list[Raw]) -> None:
    """Unbalanced braces, and nesting no formula needs."""
    stack: list[Raw] = []
    deep = 0
    for token in tokens:
        if token.kind == "char" and token.text in PAIRS and token.text in "([":
            deep += 1
        elif token.kind == "char" and token.text in ")]":
            deep = max(0, deep - 1)
        elif (token.kind, token.text) == ("char", "{"):
            stack.append(token)
        elif (token.kind, token.text) == ("char", "}"):
            if not stack:
                refuse(token.column, 'found "}" that no "{" opens')
            stack.pop()
        if len(stack) > DEEPEST or deep > DEEPEST:
            refuse(token.column, f"a formula nested more than {DEEPEST} levels deep; give its parts names")
    if stack:
        refuse(stack[-1].column, 'unbalanced bracket: this "{" is never closed')
