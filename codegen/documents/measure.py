"""How wide a formula will be, and where it may be broken."""

from __future__ import annotations

from collections.abc import Callable

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
    row,
)

SIGN_WIDTH = {"binary": 1.25, "relation": 1.35, "prefix": 0.7, "punctuation": 0.4}
SPACE_WIDTH = {"product": 0.0, "thin": 0.17, "quad": 1.0, "function": 0.17}
BRACKET_WIDTH = (0.4, 0.46, 0.6, 0.75)
SCRIPT = 0.72
INDENT = 2.0


def width(node: Node) -> float:
    """The estimated width in displayed style, in em; rather too wide than too narrow."""
    match node:
        case Row(items):
            return sum(width(item) for item in items)
        case Symbol(text, style):
            return _symbol_width(text, style)
        case Scripts(base, sub, sup, primes):
            scripts = max((SCRIPT * width(s) for s in (sub, sup) if s), default=0.0)
            return width(base) + scripts + 0.3 * primes
        case Fraction(over, under, style):
            if style == "slash":
                return width(over) + width(under) + 0.5
            widest = max(width(over), width(under))
            return (SCRIPT if style == "small" else 1.0) * widest + 0.24
        case Group(body, _, size):
            return width(body) + 2 * BRACKET_WIDTH[size]
        case Delimiter(_, _, size):
            return BRACKET_WIDTH[size]
        case BigOperator(_, lower, upper):
            return max(1.5, SCRIPT * width(lower), SCRIPT * width(upper)) + 0.17
        case Root(body):
            return width(body) + 0.85
        case Operator(_, kind):
            return SIGN_WIDTH[kind]
        case Space(kind):
            return SPACE_WIDTH[kind]
        case Text(text):
            return 0.5 * len(text)
    raise TypeError(f"{type(node).__name__} has no width")


def _symbol_width(text: str, style: str) -> float:
    if style == "function" or len(text) > 1 and not text.isalpha():
        return 0.5 * len(text) + 0.1
    bold = 0.25 if style == "bold" or text.isupper() else 0.0
    letters = 1 if text in GREEK else len(text)
    return (0.56 if style == "italic" else 0.5) * letters + bold


def broken(node: Node, room: float, measure: Callable[[Node], float] = width, indent: float = INDENT) -> list[Node]:
    """The formula on as many lines as it needs, each within `room` where that can be done.

    A line is broken before a sign between terms: outside brackets first, else inside the
    brackets, which keep their size on both lines; then before a factor.
    """
    if measure(node) <= room:
        return [node]
    for cut in (_between_terms, _inside_groups, _between_factors, _after_commas):
        pieces = cut(node)
        lines = _filled(pieces, room, measure, indent)
        if all(measure(line) <= room - indent * (n > 0) for n, line in enumerate(lines)):
            return lines
    return lines


def _filled(pieces: list[Node], room: float, measure: Callable[[Node], float], indent: float) -> list[Node]:
    lines: list[Node] = []
    for piece in pieces:
        wider = row(lines[-1], piece) if lines else piece
        allowed = room - indent * (len(lines) > 1)
        if lines and measure(wider) <= allowed:
            lines[-1] = wider
        else:
            lines.append(piece)
    return lines


def _between_terms(node: Node) -> list[Node]:
    return _cut(node, lambda item: isinstance(item, Operator) and item.kind in ("binary", "relation"))


def _after_commas(node: Node) -> list[Node]:
    """Pieces that end with a comma, outside brackets or within."""
    opened = row(*_opened(node))
    pieces: list[list[Node]] = [[]]
    for item in opened.items if isinstance(opened, Row) else (opened,):
        pieces[-1].append(item)
        if isinstance(item, Operator) and item.text == ",":
            pieces.append([])
    return [row(*piece) for piece in pieces if piece]


def _inside_groups(node: Node) -> list[Node]:
    return _between_terms(row(*_opened(node)))


def _between_factors(node: Node) -> list[Node]:
    return [part for piece in _inside_groups(node) for part in _cut(piece, lambda item: isinstance(item, Space))]


def _opened(node: Node) -> list[Node]:
    """The items of a row, each group taken apart into its brackets and its body."""
    if isinstance(node, Row):
        return [part for item in node.items for part in _opened(item)]
    if isinstance(node, Group) and any(isinstance(i, Operator) for i in getattr(node.body, "items", ())):
        left, right = tuple(node.kind)
        return [Delimiter(left, True, node.size), *_opened(node.body), Delimiter(right, False, node.size)]
    return [node]


def _cut(node: Node, before: Callable[[Node], bool]) -> list[Node]:
    pieces: list[list[Node]] = [[]]
    for item in node.items if isinstance(node, Row) else (node,):
        if before(item) and pieces[-1]:
            pieces.append([])
        pieces[-1].append(item)
    return [row(*piece) for piece in pieces]
