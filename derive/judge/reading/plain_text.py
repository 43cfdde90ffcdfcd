"""What the readers of typed formulas share: one grammar run over one line, and what is said where that fails."""

from __future__ import annotations

from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedInput

from ...errors import InputError
from .assembling import as_value
from .limits import DEEPEST, checked_depth, checked_length, prefix, refuse, shortened
from .sketch import Condition, Sketch, Statement

# Words of programs that are no names.
RESERVED = set("if else for while in lambda import and or not return is def class yield with as del from".split())
_WORDS = {
    "NAME": "a name",
    "NUMBER": "a number",
    "LPAR": '"("',
    "RPAR": '")"',
    "LSQB": '"["',
    "RSQB": '"]"',
    "SIGN": "+ or -",
    "TIMES": "a product sign",
    "COMMA": '","',
    "ASSIGN": "=",
    "$END": "the end",
}


def read_line(parser: Lark, text: str, where: str, said: str) -> Statement:
    """The statement a grammar reads from a line; `said` is what was written. Raises InputError."""
    try:
        sides, signs = parsed_text(parser, _shallow(checked_length(text, "")))
        checked_depth(sides)
    except InputError as problem:
        raise InputError(f"{prefix(where)}{problem}") from None
    return Statement(tuple(as_value(side) for side in sides), signs, said.strip())


def _shallow(text: str) -> str:
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth > DEEPEST:
            refuse(place, f"a formula nested more than {DEEPEST} levels deep; give its parts names")
    return text


def parsed_text(parser: Lark, text: str) -> tuple[tuple[Sketch, ...], tuple[str, ...]]:
    """The sides and the signs between them. Raises InputError."""
    try:
        result: Any = parser.parse(text)
    except UnexpectedInput as problem:
        token = getattr(problem, "token", None)
        ended = token is not None and token.type == "$END"
        position = len(text) if ended else problem.pos_in_stream or 0
        accepted = getattr(problem, "accepts", None) or getattr(problem, "allowed", None) or set()
        allowed = [word for kind, word in _WORDS.items() if kind in accepted]
        expected = f", expected {', '.join(allowed[:-1])}{' or ' * (len(allowed) > 1)}{allowed[-1]}" if allowed else ""
        seen = "the formula ends too early" if ended else f'found "{shortened(str(token or text[position]))}"'
        refuse(position, f"{seen}{expected}")
    return result


def condition(parts: list[Any], names: dict[str, str]) -> Sketch:
    """Sketches with comparison signs between them; a single one is itself."""
    if len(parts) == 1:
        only: Sketch = parts[0]
        return only
    return Condition(tuple(parts[::2]), tuple(names.get(str(sign), str(sign)) for sign in parts[1::2]))
