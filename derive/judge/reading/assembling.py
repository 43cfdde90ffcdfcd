"""How sums, products and brackets become sketches; the grammars of all notations share this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from lark import Lark, Token
from lark.exceptions import UnexpectedInput
from lark.lexer import Lexer

from ...errors import InputError
from .latex_words import FUNCTION_LETTERS, FUNCTION_WORDS, WORDS
from .limits import refuse, shortened
from .sketch import (
    Apply,
    Condition,
    Derivative,
    Diagonal,
    Divide,
    Indicator,
    Minus,
    Name,
    Norm,
    Number,
    Outer,
    Plus,
    Power,
    Product,
    Reduce,
    Sketch,
    walk,
)

COSTS = {"J", "C", "E", "L", "ell", "l", "Loss", "loss", "cost"}
INDICATORS = {"1", "I", "ind", "indicator"}
_WORDS = {
    "ATOM": "a number or a fraction",
    "NAME": "a name",
    "LPAR": '"("',
    "RPAR": '")"',
    "SIGN": "+ or -",
    "TIMES": "a product sign",
    "REL": "=",
    "COMMA": '","',
    "$END": "the end of the formula",
}


class Piece(Token):
    """A token that carries what has been read already; `column` counts from 0."""

    held: Any
    column: int
    braced: bool = False

    def __new__(cls, kind: str, text: str, column: int, held: Any = None) -> Piece:
        made = cast(Piece, super().__new__(cls, kind, text, start_pos=column, column=column))
        made.held = held
        return made


class Given(Lexer):
    """A lexer for formulas that come as pieces already."""

    def __init__(self, conf: Any) -> None:
        """Lark hands over a configuration; there is nothing to configure."""

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        """The pieces, one after the other."""
        yield from lexer_state


class Factors:
    """A product while it is read."""

    def __init__(self, first: Sketch) -> None:
        self.factors = [first]
        self.signs: list[str] = []

    def times(self, sign: str, factor: Sketch) -> Factors:
        """One more factor, behind its sign."""
        if sign == "outer":
            self.factors[-1] = Outer(self.factors[-1], factor)
        else:
            self.factors.append(factor)
            self.signs.append(sign)
        return self

    def over(self, below: Sketch) -> Factors:
        """The last factor divided; a slash binds closer than what stands side by side."""
        self.factors[-1] = Divide(self.factors[-1], below)
        return self

    def sketch(self) -> Sketch:
        """The product; a single factor is itself."""
        return self.factors[0] if len(self.factors) == 1 else Product(tuple(self.factors), tuple(self.signs))


def parsed(parser: Lark, pieces: list[Piece], start: str, end: int) -> Any:
    """What the grammar makes of the pieces; `end` is the column behind the last. Raises InputError."""
    try:
        return parser.parse(pieces, start=start)
    except UnexpectedInput as problem:
        token = getattr(problem, "token", None)
        accepted = getattr(problem, "accepts", None) or set()
        words = [word for kind, word in _WORDS.items() if kind in accepted]
        expected = f", expected {', '.join(words[:-1])}{' or ' * (len(words) > 1)}{words[-1]}" if words else ""
        if token is None or token.type == "$END":
            refuse(pieces[-1].column if pieces else end, f"the formula ends too early{expected}")
        refuse(token.column, f'found "{shortened(str(token))}"{expected}')


def plus(parts: list[Any]) -> Sketch:
    """Terms with the signs between them, perhaps one before the first."""
    if isinstance(parts[0], Sketch):
        parts = ["+", *parts]
    terms = tuple(Minus(term) if sign == "-" else term for sign, term in zip(parts[::2], parts[1::2], strict=True))
    return terms[0] if len(terms) == 1 else Plus(terms)


def applied(head: Name | Power, arguments: tuple[Sketch, ...]) -> Sketch:
    """A name before brackets."""
    name = head if isinstance(head, Name) else head.base
    stem = name.stem if isinstance(name, Name) else ""
    if isinstance(head, Name) and len(arguments) == 1:
        if stem in INDICATORS | {"delta"} and isinstance(arguments[0], Condition):
            return Indicator(arguments[0])
        if stem == "diag" and not (head.below or head.above):
            return Diagonal(arguments[0])
        if stem in ("norm", "lVert"):
            return Norm(arguments[0])
    if stem in ("np.sum", "np.mean"):
        return _reduced(stem[3:], arguments)
    return Apply(head, tuple(map(as_value, arguments)))


def is_function(head: Sketch, argument: Sketch) -> bool:
    """Whether scripts behind the brackets hang on a value, as in f(x)^2, not on the bracket, as in delta (a)^T."""
    if not isinstance(head, Name):
        return False
    if head.order or head.stem in FUNCTION_WORDS | WORDS | COSTS | INDICATORS:
        return True
    return head.stem in FUNCTION_LETTERS and not any(
        isinstance(n, Name) and n.stem == head.stem for n in walk(argument)
    )


def _reduced(kind: str, arguments: tuple[Sketch, ...]) -> Sketch:
    """``np.sum(dZ, axis=1, keepdims=True)`` inside a LaTeX formula."""
    axis: int | None = None
    keepdims = False
    for extra in arguments[1:]:
        name, value = extra.sides if isinstance(extra, Condition) and extra.signs == ("=",) else (None, extra)
        if name == Name("axis") and isinstance(value, Number):
            axis = int(value.value)
        elif name == Name("keepdims") and value in (Name("True"), Name("False")):
            keepdims = value == Name("True")
        else:
            raise InputError(f"np.{kind} takes an array, axis= and keepdims= here")
    return Reduce(kind, arguments[0], axis, keepdims)


def as_value(node: Sketch) -> Sketch:
    """A comparison where a number is expected counts 1 if it holds."""
    if isinstance(node, Condition):
        if set(node.signs) <= {"=", "!=", "<", ">", "<=", ">=", "in"}:
            return Indicator(node)
        raise InputError(f'an assignment "{node.signs[0]}" inside brackets')
    return node


def without_arguments(node: Sketch) -> Sketch:
    """A cost without the list of what it depends on: J for J(W, b; x, y)."""
    if isinstance(node, Apply) and isinstance(node.head, Name) and node.head.stem in COSTS and not node.head.order:
        return node.head
    return node


def derivative(of: Sketch, by: Sketch | None, kind: str = "partial") -> Sketch:
    """A derivative of a cost or of anything else."""
    return Derivative(without_arguments(of), by, kind)


def is_number(node: Sketch) -> bool:
    """Whether this is a number as it stands: 2, -1, -3/2."""
    if isinstance(node, Minus):
        return is_number(node.of)
    if isinstance(node, Divide):
        return is_number(node.above) and is_number(node.below)
    return isinstance(node, Number)
