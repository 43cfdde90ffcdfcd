"""The display tree as two-dimensional Unicode text."""

from __future__ import annotations

from . import boxes
from .boxes import Box, beside, text
from .display import (
    GREEK,
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

BIG = {"sum": "∑", "prod": "∏"}
SPACES = {"product": " ", "thin": " ", "quad": "   ", "function": " "}
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
RAISED = str.maketrans("0123456789⊤+", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵀ⁺")


def terminal_math(node: Node) -> str:
    """The formula as lines of text."""
    return str(box_of(node))


def box_of(node: Node) -> Box:
    """The formula as a block of text with a baseline."""
    match node:
        case Row(items):
            return beside(box_of(item) for item in items)
        case Symbol(name, style):
            return text("𝟙" if style == "indicator" else GREEK.get(name, name))
        case Scripts():
            return _scripts(node)
        case Fraction(over, under, style):
            return _fraction(over, under, style)
        case Group(body, kind, size):
            return boxes.bracketed(box_of(body), kind[0], kind[1], tall=size > 1)
        case Delimiter(bracket):
            return text(bracket)
        case BigOperator(kind, lower, upper):
            return boxes.stacked((box_of(upper), text(BIG[kind]), _tight(lower)), 1)
        case Root(body):
            return boxes.rooted(box_of(body))
        case Operator(sign, kind):
            return text(_spaced(sign, kind))
        case Space(kind):
            return text(SPACES[kind])
        case Text(words):
            return text(words)
    raise TypeError(f"{type(node).__name__} is not known to the terminal writer")


def _spaced(sign: str, kind: str) -> str:
    if kind == "punctuation":
        return ", " if sign == "," else sign
    return sign if kind == "prefix" else f" {sign} "


def _tight(node: Node) -> Box:
    """A script or a limit, with no space around its signs."""
    return text(str(box_of(node)).replace(" ", "")) if _is_line(node) else box_of(node)


def _is_line(node: Node) -> bool:
    return len(box_of(node).lines) == 1


def _scripts(node: Scripts) -> Box:
    base = beside((box_of(node.base), text("′" * node.primes)))
    sub = _tight(node.sub) if node.sub else None
    sup = _tight(node.sup) if node.sup else None
    if sup is None and sub is not None and _all_in(sub, "0123456789"):
        return beside((base, text(sub.lines[0].translate(LOWERED))))
    small = not (isinstance(node.base, Group) and node.base.size > 1)
    if sub is None and sup is not None and small and _all_in(sup, "0123456789⊤+"):
        return beside((base, Box((sup.lines[0].translate(RAISED),))))
    return boxes.scripts(base, sub, sup)


def _all_in(box: Box, allowed: str) -> bool:
    return len(box.lines) == 1 and set(box.lines[0]) <= set(allowed)


def _fraction(over: Node, under: Node, style: str) -> Box:
    if style == "small" and _is_line(over) and _is_line(under):
        digits = str(box_of(over)), str(box_of(under))
        return text({("1", "2"): "½", ("1", "3"): "⅓", ("1", "4"): "¼"}.get(digits, "/".join(digits)))
    if style == "slash":
        return beside((box_of(over), text("/"), box_of(under)))
    return boxes.fraction(box_of(over), box_of(under))
