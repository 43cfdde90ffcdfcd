"""A document with every block in it and every node of the display tree, for the tests of the writers."""

from __future__ import annotations

from dataclasses import replace

from codegen.documents.display import (
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
    equation,
    number,
    row,
)
from codegen.documents.document import (
    Algorithm,
    Box,
    Chain,
    Code,
    Display,
    Document,
    Figure,
    Heading,
    Line,
    Paragraph,
    Section,
    Table,
)
from codegen.documents.drawing import Arrow, Disc, Drawing, Label

SPACES = ("product", "thin", "quad", "function")
SIGNS = {
    "+": "binary",
    "⊙": "binary",
    "=": "relation",
    ":=": "relation",
    "∂": "prefix",
    "−": "prefix",
    ",": "punctuation",
}
STYLES = ("italic", "upright", "function", "bold", "indicator")


def letter(name: str, below: str = "j", layer: str = "l", primes: int = 0) -> Node:
    mark = row(Operator("(", "punctuation"), Symbol(layer), Operator(")", "punctuation"))
    return Scripts(Symbol(name), Symbol(below), mark, primes)


def nodes(name: str = "x") -> list[Node]:
    """One node of every class at least, with `name` wherever a name may stand."""
    x = Symbol(name)
    sizes = [Group(x, kind, size) for kind in ("()", "[]", "||") for size in range(4)]
    halves = [row(Delimiter(text, opens, 2), x) for text, opens in (("(", True), (")", False))]
    sums = [BigOperator(kind, equation(Symbol("i"), number(1)), x) for kind in ("sum", "prod")]
    return [
        *(Symbol(name, style) for style in STYLES),
        *(Symbol(text, style) for text in ("delta", "Delta", "h", "12", "ab") for style in STYLES[:4]),
        letter(name, primes=1), Scripts(x, None, x), Scripts(x, x), Scripts(Symbol("exp", "function"), primes=2),
        *(Fraction(x, row(x, Operator("+"), x), style) for style in ("display", "small", "slash")),
        *(row(x, Space(kind), x) for kind in SPACES),
        *(row(x, Operator(text, kind), x) for text, kind in SIGNS.items()),
        *halves, *sizes, *(row(big, x) for big in sums), Root(x), Text(name), Row((x, Text(f" {name} "), x)),
    ]  # fmt: skip


def drawing(name: str = "x") -> Drawing:
    """Discs, arrows and labels, with formulas and with plain words."""
    left, right = (2.0, 2.0), (9.0, 4.0)
    return Drawing(
        12.0,
        6.5,
        (
            Arrow((3.2, 2.35), (7.8, 3.65), (letter("w"),), tone="strong"),
            Arrow((2.0, 3.4), (7.8, 4.4), bare=True, tone="faint"),
            Disc(*left, 1.2, (letter("a"),), "input"),
            Disc(*right, 1.2, (letter("delta"),), "output"),
            Label(2.0, 5.0, (name,)),
            Label(9.0, 6.0, (name, Symbol(name)), "end"),
        ),
    )


def sample(name: str = "x", language: str | None = None) -> Document:
    """A document of every block; `name` stands wherever a user's words may come through."""
    formulas = nodes(name)
    left, wide = (
        letter("delta"),
        row(*(row(Operator("+"), Symbol("a"), Space("product"), letter("w")) for _ in range(12))),
    )
    lines = tuple(Line(f, ("by ", f, f" {name} (1)"), n % 2 == 0, n + 2) for n, f in enumerate((*formulas, wide)))
    more = tuple(replace(line, number=line.number + 500) for line in lines[:2])
    cells = ((Symbol(name),), (name,))
    blocks = (
        Paragraph((name, " and ", *formulas, " by (1) and (999)")),
        Display(equation(left, wide), 1), Display(formulas[0]),
        Heading((name,)), Chain(left, lines), Chain(row(*(letter("w") for _ in range(9))), more),
        Heading(("alone ", Symbol(name))), Box((name,), tuple(equation(f, f) for f in formulas[::3])),
        Box((name,), (equation(wide, wide),)),
        Table(cells, (cells, cells)), Algorithm((name,), ((0, (name,)), (2, (Symbol(name), name)))),
        Figure(drawing(name), ("below ", Symbol(name)), name), Code(f"{name}\n  {name}", "python"),
    )  # fmt: skip
    made = Document(name, (name,), (Section(name, blocks), Section("second", ())))
    if language:
        object.__setattr__(made, "language", language)
    return made
