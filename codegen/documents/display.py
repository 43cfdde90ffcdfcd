"""The display tree: a formula as it is to be seen, with its order and brackets decided.

Writers print these nodes and decide nothing about the mathematics.
"""

from __future__ import annotations

from dataclasses import dataclass

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ",
    "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip

KNOWN_FUNCTIONS = frozenset("exp log sin cos tan sinh cosh tanh max min".split())
"""The functions that TeX and Typst have a word for."""


class Node:
    """A piece of a formula."""


@dataclass(frozen=True)
class Symbol(Node):
    """A letter, a number or a name; Greek letters by their English name.

    `style` is "italic", "upright" (numbers, plain words), "function", "bold" (matrices and
    vectors) or "indicator" (the 1 of an indicator).
    """

    text: str
    style: str = "italic"


@dataclass(frozen=True)
class Scripts(Node):
    """A base with primes, a subscript and a superscript, the scripts above each other."""

    base: Node
    sub: Node | None = None
    sup: Node | None = None
    primes: int = 0


@dataclass(frozen=True)
class Fraction(Node):
    """`style` is "display", "small" (numbers before a formula) or "slash" (within text)."""

    over: Node
    under: Node
    style: str = "display"


@dataclass(frozen=True)
class Row(Node):
    """Pieces side by side."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Space(Node):
    """Between factors ("product", seen only where letters would run together), "thin", "quad"."""

    kind: str


@dataclass(frozen=True)
class Operator(Node):
    """A sign between or before terms; `kind` is "binary", "relation", "prefix" or "punctuation"."""

    text: str
    kind: str = "binary"


@dataclass(frozen=True)
class Delimiter(Node):
    """One side of a bracket that stands on two lines; `text` is the bracket itself."""

    text: str
    opens: bool
    size: int


@dataclass(frozen=True)
class Group(Node):
    """A bracketed piece; `kind` is "()", "[]" or "||"; `size` 0 is a plain letter's, 3 the largest."""

    body: Node
    kind: str
    size: int


@dataclass(frozen=True)
class BigOperator(Node):
    """A sum or product sign with its limits; what it applies to follows in the row."""

    kind: str
    lower: Node
    upper: Node


@dataclass(frozen=True)
class Root(Node):
    body: Node


@dataclass(frozen=True)
class Text(Node):
    """Words within a formula."""

    text: str


def row(*items: Node) -> Node:
    """Pieces side by side, nested rows flattened; a single piece stays itself."""
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Row) else (item,))
    return flat[0] if len(flat) == 1 else Row(tuple(flat))


def number(value: int | str) -> Symbol:
    return Symbol(str(value), "upright")


def relation(text: str = "=") -> Operator:
    return Operator(text, "relation")


def equation(left: Node, right: Node, sign: str = "=") -> Node:
    """`left` = `right` in one row."""
    return row(left, relation(sign), right)


def split_relation(node: Node) -> tuple[Node | None, Node]:
    """A row before and from its first relation sign."""
    if isinstance(node, Row):
        for position, item in enumerate(node.items):
            if isinstance(item, Operator) and item.kind == "relation" and position:
                return row(*node.items[:position]), Row(node.items[position:])
    return None, node


def joined(items: list[Node], separator: Node) -> Node:
    """The pieces with a separator between them."""
    parts: list[Node] = []
    for item in items:
        parts.extend((separator, item) if parts else (item,))
    return row(*parts)


def group(body: Node, kind: str = "()") -> Group:
    """`body` in brackets of the size that its height asks for."""
    tall = height(body)
    size = next((n for n, limit in enumerate((1.3, 2.0, 3.3)) if tall < limit), 3)
    return Group(body, kind, size)


def height(node: Node) -> float:
    """How tall a piece stands in displayed style, in letters."""
    match node:
        case Row(items):
            return max((height(item) for item in items), default=1.0)
        case Scripts(base, sub, sup):
            tall = height(base)
            return tall + 0.4 * (height(sup) if sup else 0) + 0.2 * (height(sub) if sub else 0)
        case Fraction(over, under, style):
            return {"display": height(over) + height(under) + 0.2, "small": 1.8, "slash": 1.0}[style]
        case BigOperator():
            return 2.8
        case Group(body, _, size):
            return max(height(body), 1.0 + 0.4 * size)
        case Root(body):
            return height(body) + 0.3
        case _:
            return 1.0


def inline(node: Node, small: str = "small") -> Node:
    """The same piece for use within text: fractions with a slash, plain brackets.

    `small` is the style that numbers such as one half get.
    """
    match node:
        case Row(items):
            beside = [n for n, item in enumerate(items) if isinstance(item, Fraction) and _is_factor(items, n)]
            return Row(tuple(_small(item, small) if n in beside else inline(item) for n, item in enumerate(items)))
        case Scripts(base, sub, sup, primes):
            return Scripts(inline(base), sub, sup, primes)
        case Fraction(over, under, "small"):
            return Fraction(over, under, small)
        case Fraction(over, under, _):
            return Fraction(_closed(inline(over)), _closed(inline(under)), "slash")
        case Group(body, kind, _):
            return Group(inline(body), kind, 0)
        case Root(body):
            return Root(inline(body))
        case _:
            return node


def _is_factor(items: tuple[Node, ...], position: int) -> bool:
    """Whether another factor stands beside an item, so that a slash would be misread."""
    around = items[max(position - 1, 0) : position + 2]
    return any(isinstance(item, Space) for item in around)


def _small(node: Node, small: str) -> Node:
    """A fraction that keeps its line within text."""
    assert isinstance(node, Fraction)
    return node if node.style == small else Fraction(inline(node.over), inline(node.under), node.style)


def _closed(node: Node) -> Node:
    """In brackets where a slash beside it would be misread."""
    loose = isinstance(node, Row) and any(isinstance(item, (Operator, BigOperator)) for item in node.items)
    partial = isinstance(node, Row) and node.items[0] == Operator("∂", "prefix") and len(node.items) == 2
    return Group(node, "()", 0) if loose and not partial else node
