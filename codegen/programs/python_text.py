"""Statements of plain Python as lines of text, broken where they are long, each array's first with its equation."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from . import parts

MATH = ("exp", "log", "log1p", "expm1", "sin", "cos", "tan", "tanh", "sqrt", "erf", "erfc", "pi", "e", "inf")
"""What expressions take from `math`, under its own name."""


def nested(inner: list[str], brackets: str) -> str:
    """Items in brackets, as lists or tuples."""
    comma = "," * (len(inner) == 1 and brackets == "()")
    return f"{brackets[0]}{', '.join(inner)}{comma}{brackets[1]}"


def statement_lines(name: str, value: str, note: str, indent: int) -> list[str]:
    """A statement with its equation beside it, or above it where it is long."""
    lines = in_brackets(f"{name} = ", value, indent)
    if len(lines) == 1 and note:
        return parts.commented(lines[0], note, indent).split("\n")
    above = textwrap.wrap(note, parts.LONGEST - indent - 2, break_long_words=False, break_on_hyphens=False)
    return [*(f"# {row}" for row in above), *lines]


def in_brackets(before: str, value: str, indent: int) -> list[str]:
    """`before` and an expression in one line, or the expression over several where it is long."""
    if indent + len(before) + len(value) <= parts.LONGEST:
        return [before + value]
    inside = textwrap.wrap(value, parts.LONGEST - indent - 4, break_long_words=False, break_on_hyphens=False)
    return [f"{before}(", *(f"    {row}" for row in inside), ")"]


def bound(body: Iterable[str]) -> list[str]:
    """The functions of `math` that some statements call, as names of their own."""
    words = set(re.findall(r"\w+", "\n".join(line.partition("#")[0] for line in body)))
    used = [name for name in MATH if name in words]
    return [f"{', '.join(used)} = {', '.join(f'math.{name}' for name in used)}"] if used else []
