"""The display tree as MathML Core, which browsers draw themselves."""

from __future__ import annotations

from .display import (
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
from .latex import latex_math
from .markup import element, escaped
from .mathml_symbols import THIN, delimiter, operator, symbol

BIG_OPERATORS = {"sum": "∑", "prod": "∏"}
SPACES = {"product": "", "function": "", "thin": THIN, "quad": "1em"}

CLOSE_GAPS = frozenset({("ordinary", "large"), ("large", "ordinary"), ("large", "large"), ("close", "large")})
"""Neighbours with a thin space between them everywhere: beside function names and sums."""
WIDE_GAPS = frozenset(
    {("inner", beside) for beside in ("ordinary", "large", "open", "inner")}
    | {(beside, "inner") for beside in ("ordinary", "large", "close")}
)
"""Neighbours with a thin space between them except in scripts: beside fractions."""


def mathml(node: Node, display: bool = False, after: Node | None = None) -> str:
    """A whole formula, with its LaTeX for copying; `display`: as tall as on a line of its own.

    `after` is the piece of the same formula that stands before it, where the formula may be broken here.
    """
    tex = element("annotation", escaped(latex_math(node).strip()), encoding="application/x-tex")
    content = f"<semantics>{element('mrow', _pieces((node,), False, after))}{tex}</semantics>"
    return element("math", content, displaystyle="true" if display else None)


def _one(node: Node, script: bool = False) -> str:
    """Exactly one element."""
    match node:
        case Row(items):
            return element("mrow", _pieces(items, script))
        case Symbol():
            return symbol(node)
        case Scripts():
            return _scripts(node, script)
        case Fraction(over, under, style):
            return _fraction(over, under, style, script)
        case Group(body, kind, size):
            sides = delimiter(kind[0], True, size), delimiter(kind[1], False, size)
            return element("mrow", sides[0] + _pieces((body,), script) + sides[1])
        case Delimiter(text, opens, size):
            return delimiter(text, opens, size)
        case BigOperator(kind, lower, upper):
            sign = element("mo", BIG_OPERATORS[kind], lspace="0", rspace="0")
            return element("munderover", sign + _one(lower, True) + _one(upper, True))
        case Root(body):
            return element("msqrt", _pieces((body,), script))
        case Operator():
            return operator(node, script)
        case Space(kind):
            return f'<mspace width="{SPACES[kind] or 0}"/>'
        case Text(text):
            return element("mtext", escaped(text).replace(" ", "\u00a0"))
    raise TypeError(f"{type(node).__name__} is not known to the MathML writer")


def _pieces(nodes: tuple[Node, ...], script: bool, after: Node | None = None) -> str:
    """Any number of elements side by side, with the spaces that mathematics is printed with."""
    parts: list[str] = []
    before = sides(after)[1] if after else None
    for node in _flat(nodes):
        left, right = sides(node)
        thin = (before, left) in CLOSE_GAPS or not script and (before, left) in WIDE_GAPS
        gap = f'<mspace width="{THIN}"/>' if thin else ""
        parts.append(gap + (operator(node, script, not parts) if isinstance(node, Operator) else _one(node, script)))
        before = right
    return "".join(parts)


def _flat(nodes: tuple[Node, ...]) -> list[Node]:
    """The nodes with rows taken apart and without spaces that print as none."""
    flat: list[Node] = []
    for node in nodes:
        if isinstance(node, Row):
            flat.extend(_flat(node.items))
        elif not (isinstance(node, Space) and not SPACES[node.kind]):
            flat.append(node)
    return flat


def sides(node: Node) -> tuple[str, str]:
    """What a piece is to its left and to its right neighbour, which decides the space between them."""
    match node:
        case Row():
            flat = _flat((node,))
            return (sides(flat[0])[0], sides(flat[-1])[1]) if flat else ("space", "space")
        case Symbol(_, "function") | BigOperator():
            return "large", "large"
        case Scripts(base, _, _, _):
            return sides(base)
        case Fraction(_, _, style) if style != "slash":
            return "inner", "inner"
        case Group():
            return "open", "close"
        case Delimiter(_, opens, _):
            return ("open", "open") if opens else ("close", "close")
        case Operator("∂"):
            return "ordinary", "ordinary"
        case Operator(_, kind):
            return ("ordinary", "ordinary") if kind == "prefix" else ("sign", "sign")
        case Space():
            return "space", "space"
    return "ordinary", "ordinary"


def _scripts(node: Scripts, script: bool) -> str:
    """Primes follow the letter itself; the scripts stand above each other behind them."""
    base = _one(node.base, script)
    if node.primes:
        prime = '<mo form="postfix" lspace="0" rspace="0">′</mo>'
        base = element("mrow", base + prime * node.primes)
    sub, sup = (_one(part, True) if part else "" for part in (node.sub, node.sup))
    name = "m" + ("sub" if sub else "") + ("sup" if sup else "")
    return element(name, base + sub + sup) if sub or sup else base


def _fraction(over: Node, under: Node, style: str, script: bool) -> str:
    if style == "slash":
        slash = '<mo lspace="0" rspace="0" stretchy="false">/</mo>'
        return element("mrow", _one(over, script) + slash + _one(under, script))
    stacked = element("mfrac", _one(over, script) + _one(under, script))
    return element("mstyle", stacked, displaystyle="false") if style == "small" else stacked
