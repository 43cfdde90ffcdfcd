"""A drawing as text: words at their places, arrows as fine lines of dots, two across and four down in a character."""

from __future__ import annotations

from math import ceil, hypot

from . import boxes
from .display import BigOperator, Fraction, Group, Node, Root, Row, Scripts
from .drawing import Arrow, Disc, Drawing, Item, Label
from .terminal import box_of
from .words import Words

COLUMNS = 78
ACROSS = 2.3
"""Characters to an em."""
DOWN = 1.0
"""Lines to an em."""
SMALLEST = 0.2
"""A disc smaller than this is a dot."""
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
BLANK = 0x2800
HEADS = "→←↑↓"
LOWERED = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
RAISED = dict(zip("0123456789+-=()ijklmnLTN⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱʲᵏˡᵐⁿᴸᵀᴺᵀ", strict=True))


HIDDEN = "\0"
"""The second cell of a character that takes two."""
SHIFTS = [(0, 0), *((across, down) for down in (0, 1, -1) for n in (1, 2, 3) for across in (n, -n)), (0, 1), (0, -1)]
"""Where words move whose place is taken: to the side, then to another line."""


class Canvas:
    """Characters with fine dots behind them."""

    def __init__(self, drawing: Drawing) -> None:
        self.across = min([ACROSS, COLUMNS / drawing.width, *(_room(item) for item in drawing.items)])
        self.width = min(COLUMNS, ceil(drawing.width * self.across) + 1)
        self.height = ceil(drawing.height * DOWN)
        self.dots = [[0] * self.width for _ in range(self.height)]
        self.words = [[""] * self.width for _ in range(self.height)]

    def dot(self, x: float, y: float) -> None:
        """A dot, where no words stand."""
        column, line = min(round(x * self.across), self.width - 1), min(int(y * DOWN), self.height - 1)
        self.words[line][column] = self.words[line][column] or "·"

    def write(self, x: float, y: float, text: str, anchor: str = "middle") -> None:
        """A line of text at a place, or near it where other words stand there."""
        cells = [cell for c in text for cell in (c, *[HIDDEN] * (boxes.columns(c) - 1))]
        left = round(x * self.across) - {"start": 0, "middle": len(cells) // 2, "end": len(cells)}[anchor]
        line = round(y * DOWN - 0.5)
        for across, down in SHIFTS:
            first = max(0, min(left + across, self.width - len(cells)))
            row = self.words[max(0, min(line + down, self.height - 1))]
            around = row[max(first - 1, 0) : first + len(cells) + 1]
            if len(cells) <= self.width and not any(around):
                row[first : first + len(cells)] = cells
                return

    def stroke(self, arrow: Arrow) -> None:
        """An arrow as dots."""
        for x, y in _along(arrow):
            across, down = int(x * self.across * 2), int(y * DOWN * 4)
            if across // 2 < self.width and down // 4 < self.height:
                self.dots[down // 4][across // 2] |= DOTS[down % 4][across % 2]

    def head(self, arrow: Arrow) -> None:
        """The head of an arrow, in the last place that no words have taken."""
        (x0, y0), (x1, y1) = arrow.start, arrow.end
        steep = abs(y1 - y0) > abs(x1 - x0)
        sign = ("↓" if y1 > y0 else "↑") if steep else "→" if x1 > x0 else "←"
        for x, y in reversed(_along(arrow)):
            column, line = min(int(x * self.across), self.width - 1), min(int(y * DOWN), self.height - 1)
            if not self.words[line][column]:
                self.words[line][column] = sign
            if self.words[line][column] in HEADS:
                return

    def rows(self) -> list[str]:
        """The lines of the picture."""
        pairs = [zip(*pair, strict=True) for pair in zip(self.words, self.dots, strict=True)]
        rows = ["".join(word or (chr(BLANK + dot) if dot else " ") for word, dot in pair) for pair in pairs]
        return [row.replace(HIDDEN, "").rstrip() for row in rows]


def terminal_drawing(drawing: Drawing) -> str:
    """The drawing as lines of text of at most 78 columns."""
    canvas = Canvas(drawing)
    arrows = [item for item in drawing.items if isinstance(item, Arrow)]
    for arrow in arrows:
        canvas.stroke(arrow)
    for item in sorted(drawing.items, key=lambda item: isinstance(item, Label)):
        match item:
            case Disc(x, y, radius) if radius < SMALLEST:
                canvas.dot(x, y)
            case Disc(x, y, _, words):
                canvas.write(x, y, f"({one_line(words)})")
            case Label(x, y, words, anchor):
                canvas.write(x, y, one_line(words), anchor)
    for arrow in arrows:
        (x0, y0), (x1, y1) = arrow.start, arrow.end
        if arrow.words:
            canvas.write(x0 + arrow.at * (x1 - x0), y0 + arrow.at * (y1 - y0), one_line(arrow.words))
        if not arrow.bare:
            canvas.head(arrow)
    rows = canvas.rows()
    filled = [n for n, row in enumerate(rows) if row]
    return "\n".join(rows[filled[0] : filled[-1] + 1]) if filled else ""


def _room(item: Item) -> float:
    """The characters to an em at which the words of an item end within the picture."""
    if isinstance(item, Arrow) or isinstance(item, Label) and item.anchor == "end" or not item.words:
        return ACROSS
    wide = boxes.columns(one_line(item.words)) + 2
    return (COLUMNS - (wide if isinstance(item, Label) and item.anchor == "start" else wide / 2)) / item.x


def _along(arrow: Arrow) -> list[tuple[float, float]]:
    """Places close to each other, from the start of an arrow to its end."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    steps = max(2, round(hypot(x1 - x0, y1 - y0) * 6))
    return [(x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps) for n in range(steps + 1)]


def one_line(words: Words) -> str:
    """Words on one line, scripts small where Unicode has them."""
    return "".join(word if isinstance(word, str) else _line(word) for word in words)


def _line(node: Node) -> str:
    match node:
        case Row(items):
            return "".join(map(_line, items))
        case Scripts(base, sub, sup, primes):
            below, above = (_line(s).replace(" ", "").replace("−", "-") if s else "" for s in (sub, sup))
            return _line(base) + "′" * primes + _small(below, LOWERED, "_") + _small(above, RAISED, "^")
        case BigOperator(kind, lower, _):
            return ("∑" if kind == "sum" else "∏") + _small(_line(lower).partition(" = ")[0], LOWERED, "_")
        case Group(body, kind):
            return kind[0] + _line(body) + kind[1]
        case Fraction(over, under):
            return f"{_line(over)}/{_line(under)}"
        case Root(body):
            return f"√({_line(body)})"
    return "".join(box_of(node).lines)


def _small(text: str, letters: dict[str, str], sign: str) -> str:
    """A script in small letters, or behind its sign where one is missing."""
    if all(c in letters or c in LOWERED.values() for c in text):
        return "".join(letters.get(c, c) for c in text)
    return f"{sign}{text}" if len(text) == 1 else f"{sign}{{{text}}}"
