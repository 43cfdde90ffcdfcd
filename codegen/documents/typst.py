"""The display tree as Typst mathematics, with the few functions that its template defines."""

from __future__ import annotations

import re

from .display import (
    GREEK,
    KNOWN_FUNCTIONS,
    BigOperator,
    Delimiter,
    Fraction,
    Group,
    Node,
    Operator,
    Root,
    Row,
    Scripts,
    Space,
    Symbol,
    Text,
)

OPERATORS = {
    "+": "+", "−": "-", "=": "=", ">": ">", "<": "<", "≥": ">=", "≤": "<=", ":=": "colon.eq", "≠": "!=",
    "⊙": "dot.o", "⊤": "top", "·": "dot.op", "←": "<-", "→": "->", "∂": "partial", ",": "comma", "…": "dots.h",
    "∈": "in", "×": "times", "(": r"\(", ")": r"\)",
}  # fmt: skip
PREFIXES = {"−": "neg", "∂": "partial"}
SPACES = {"product": "", "thin": "thin", "quad": "quad", "function": ""}
CLASSES = {"binary": "binary", "relation": "relation", "prefix": "unary", "punctuation": "normal"}
BRACKETS = {"(": r"\(", ")": r"\)", "[": r"\[", "]": r"\]", "|": "bar.v"}
BIG = {"sum": "sum", "prod": "product"}
PLAIN = re.compile(r"[A-Za-z]|[0-9]+(\.[0-9]+)?")


def typst_math(node: Node) -> str:
    """The Typst source of a display tree, for use within mathematics."""
    match node:
        case Row(items):
            return _row(items)
        case Symbol(text, style):
            return _symbol(text, style)
        case Scripts():
            return _scripts(node)
        case Fraction(over, under, style):
            return _fraction(typst_math(over), typst_math(under), style)
        case Group(body, kind, size):
            return _group(typst_math(body), kind, size)
        case Delimiter(text, opens, size):
            return f"{'opening' if opens else 'closing'}(#{size}, {BRACKETS[text]})"
        case BigOperator(kind, lower, upper):
            return f"{BIG[kind]}_{_script(lower)}^{_script(upper)}"
        case Root(body):
            return f"sqrt({typst_math(body)})"
        case Operator(text, kind):
            return _operator(text, kind)
        case Space(kind):
            return SPACES[kind]
        case Text(text):
            return quoted(text)
    raise TypeError(f"{type(node).__name__} is not known to the Typst writer")


def quoted(text: str) -> str:
    """Plain text as a string literal; controls, which no font shows, as spaces."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _row(items: tuple[Node, ...]) -> str:
    """Pieces side by side; a space in the source would be seen beside a word, so there is none.

    A word begins with a quotation mark or a # and ends with a mark, so that no name runs into it.
    """
    source, tight = "", True
    for position, item in enumerate(items):
        word = _is_word(item)
        apart = item == Space("product") and any(map(_is_word, items[max(position - 1, 0) : position + 2]))
        piece = "thin" if apart else typst_math(item)
        if piece:
            source += piece if tight or word or piece == r"\)" else f" {piece}"
            tight = word or piece == r"\("
    return source


def _is_word(node: Node) -> bool:
    """Whether a piece is set as text of more than a letter."""
    base = node.base if isinstance(node, Scripts) else node
    if isinstance(base, Symbol):
        return base.style not in ("function", "indicator") and not _letter(base.text)
    return isinstance(base, Text)


def _letter(text: str) -> str | None:
    """A letter or a number as it stands in mathematics; None for a word."""
    if text in GREEK or PLAIN.fullmatch(text):
        return text
    return OPERATORS.get(text)


def _symbol(text: str, style: str) -> str:
    letter = _letter(text)
    shown, call = letter or quoted(text), "" if letter else "#"
    match style:
        case "indicator":
            return "bb(1)"
        case "function":
            return text if text in KNOWN_FUNCTIONS else f"op({quoted(text)})"
        case "bold":
            return f"bold({shown})" if text in GREEK and text.islower() else f"{call}bf({shown})"
        case "upright":
            return shown if not letter or letter[0].isdigit() else f"upright({shown})"
    return letter or f"#slanted({shown})"


def _operator(text: str, kind: str) -> str:
    if kind == "prefix" and text in PREFIXES:
        return PREFIXES[text]
    sign = OPERATORS.get(text)
    if sign and kind != "prefix":
        return sign
    return f'class("{CLASSES[kind]}", {sign or quoted(text)})'


def _scripts(node: Scripts) -> str:
    base = typst_math(node.base)
    if isinstance(node.base, Row):
        base = f'class("normal", {base})'
    source = base + "'" * node.primes
    word = _is_word(node)
    source += f"_{_script(node.sub, word)}" if node.sub else ""
    return source + (f"^{_script(node.sup, word)}" if node.sup else "")


def _script(node: Node, closed: bool = False) -> str:
    """A script or a limit, in the brackets of the source unless it is one letter or number."""
    source = typst_math(node)
    return source if PLAIN.fullmatch(source) and not closed else f"({source})"


def _fraction(over: str, under: str, style: str) -> str:
    if style == "slash":
        return f"{over} slash {under}"
    return f"{'tfrac' if style == 'small' else 'frac'}({over}, {under})"


def _group(body: str, kind: str, size: int) -> str:
    left, right = (BRACKETS[side] for side in kind)
    return f"sized(#{size}, {left} {body} {right})" if size or kind == "||" else f"{left}{body}{right}"
