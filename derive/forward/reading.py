"""From text to the tree of the plain language, and what is said where that fails."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..errors import InputError
from .grammar import GRAMMAR, PRINTED, WORDS, expected_words
from .names import nearest
from .syntax import Node, Statement, children

LONGEST_FORMULA = 100_000
DEEPEST = 40
_OPERAND = {"NAME", "NUMBER", "LPAR"}
_FOREIGN = "'\"`._:;{}\\@!?%&|$#~"


def parse_statement(line: str, where: str) -> Statement:
    """A whole line; `where` begins every error, as in ``line 3``. Raises InputError."""
    return _parse(line, "statement", where)


def parse_sides(text: str, where: str) -> tuple[Node, Node]:
    """The two sides of an equation. Raises InputError."""
    return _parse(text, "equation", where).parts


def parse_tree(text: str, where: str) -> Node:
    """An expression. Raises InputError."""
    return _parse(text, "expression", where)


def parse_relation(text: str, where: str) -> tuple[Any, ...]:
    """What ``assume`` takes: expressions and comparison signs, alternating. Raises InputError."""
    return _parse(text, "relation", where)


def shortened(text: str) -> str:
    """The text for an error message: one line, not too long."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _parse(text: str, start: str, where: str) -> Any:
    from lark.exceptions import UnexpectedInput

    if len(text) > LONGEST_FORMULA:
        raise InputError(f"{where}: a formula of {len(text)} characters; at most {LONGEST_FORMULA} are read")
    text = text.translate(PRINTED)
    try:
        result = _parser().parse(text, start=start)
    except UnexpectedInput as problem:
        raise InputError(f"{where}, {_complaint(text, start, problem)}") from None
    except InputError as problem:
        raise InputError(f"{where}: {problem}") from None
    if _too_deep(result):
        raise InputError(f"{where}: a formula nested more than {DEEPEST} levels deep; give its parts names")
    return result


def _complaint(text: str, start: str, problem: Any) -> str:
    """What the parser found where, and what it expected, in human words."""
    token = getattr(problem, "token", None)
    ended = token is not None and token.type == "$END"
    position = len(text) if ended else problem.pos_in_stream
    seen = "the end of the line" if ended else f'"{shortened(str(token or text[position]))}"'
    found = f"column {position + 1}: found {seen}"
    if not ended and text[position] in _FOREIGN:
        return f"{found}, which no formula contains (numbers, names, + - * / ^, brackets and functions only)"
    before = _parser().parse_interactive(text[:position], start=start)
    before.exhaust_lexer()
    allowed = before.accepts()
    hint = " (* is always written)" if "TIMES" in allowed and token is not None and token.type in _OPERAND else ""
    if hint and start == "statement" and (word := nearest(text[:position].strip(), WORDS)):
        hint = f"; did you mean {word}?"
    return f"{found}, expected {expected_words(allowed)}{hint}"


def _too_deep(result: Any) -> bool:
    parts = result.parts if isinstance(result, Statement) else result
    level = [part for part in (parts if isinstance(parts, tuple) else (parts,)) if isinstance(part, Node)]
    for _ in range(DEEPEST):
        level = [child for node in level for child in children(node)]
        if not level:
            return False
    return True


@lru_cache(maxsize=1)
def _parser() -> Any:
    from lark import Lark

    from .building import Building

    starts = ["statement", "equation", "expression", "relation"]
    return Lark(
        GRAMMAR, parser="lalr", lexer="contextual", transformer=Building(), start=starts, maybe_placeholders=False
    )
