"""The pieces of text that every generated module is put together from."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 110
LONGEST = 120

STEP = '''def step(params, grads, rate):
    """One step of gradient descent, in place: w -= rate * (derivative by w). Returns `params`."""
    for name in PARAMETERS:
        if name in grads:
            params[name] -= rate * grads[name]
    return params
'''


def imports(body: str) -> str:
    """The imports that `body` needs."""
    standard = [f"import {name}\n" for name in ("functools", "math", "sys") if re.search(rf"\b{name}\.", body)]
    if "ThreadPoolExecutor(" in body:
        standard += ["from concurrent.futures import ThreadPoolExecutor\n", "from contextvars import copy_context\n"]
    return f"\n{''.join(standard)}{chr(10) * bool(standard)}import numpy as np\n\n"


def define(signature: str, lines: Iterable[str], indent: str = "") -> str:
    """A function; a line may hold several lines of text."""
    inside = [f"{indent}    {part}" if part else "" for line in lines for part in line.split("\n")]
    return "\n".join([f"{indent}def {signature}:", *inside]) + "\n"


def returned(result: str) -> list[str]:
    """The return statement, one entry of a dictionary a line where it is long."""
    return entries("return ", result)


def entries(before: str, result: str) -> list[str]:
    """What stands `before` a dictionary and its text, one entry a line where it is long."""
    if len(before) + len(result) <= WIDTH - 4:
        return [f"{before}{result}"]
    start, inside = result[:-1].split("{")
    return [f"{before}{start}{{", *(f"    {entry}," for entry in inside.split(", ")), "}"]


def commented(line: str, equation: str, indent: int = 4) -> str:
    """The line with its equation beside it, or above it where the line would get too long."""
    if indent + len(line) + len(equation) + 4 <= LONGEST:
        return f"{line}  # {equation}"
    above = textwrap.wrap(equation, LONGEST - indent - 2, break_long_words=False, break_on_hyphens=False)
    return "\n".join([*(f"# {part}" for part in above), *broken(line, LONGEST - indent)])


def check_call(given: str) -> str:
    """The call that checks what came in, one array a line where it is long; `given` is the dictionary's text."""
    if len(given) <= WIDTH - 30:
        return f"check(params, {given})"
    lines = [f"    {entry}," for entry in given[1:-1].split(", ")]
    return "\n".join(["check(params, {", *lines, "})"])


def unpacked(identifiers: Sequence[str], names: Sequence[str], count: int) -> list[str]:
    """Local names for parameters; `count` is how many there are in all."""
    if not names:
        return []
    if len(names) == 1:
        return [f'{identifiers[0]} = params["{names[0]}"]']
    if len(names) == count:
        return wrapped(identifiers, "(params[name] for name in PARAMETERS)")
    return [f'{identifier} = params["{name}"]' for identifier, name in zip(identifiers, names, strict=True)]


def wrapped(targets: Sequence[str], value: str) -> list[str]:
    """``a, b = value``, over several lines where it is long."""
    text = ", ".join(targets)
    if len(text) + len(value) + 3 <= WIDTH:
        return [f"{text} = {value}"]
    lines, line = ["("], "   "
    for target in targets:
        if len(line) + len(target) + 2 > WIDTH:
            lines.append(line)
            line = "   "
        line += f" {target},"
    return [*lines, line, f") = {value}"]


def broken(line: str, width: int) -> list[str]:
    """``a = b + c`` with one term a line where it is longer than `width`."""
    assigned = re.fullmatch(r"(\w+) = (.*)", line)
    if len(line) <= width or assigned is None:
        return [line]
    target, value = assigned.groups()
    opened, closed = _numerator(value)
    terms = _terms(value[opened:closed])
    before, after = (f"{value[:opened]}", value[closed:]) if opened else ("(", ")")
    return [f"{target} = {before}", *(f"    {term}" for term in terms), after]


def _numerator(value: str) -> tuple[int, int]:
    """Where the numerator of ``(a + b) / c`` begins and ends; the whole value where it is no such quotient."""
    depth = 0
    for place, sign in enumerate(value):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0:
            return (1, place) if value[0] == "(" and value[place + 1 :].startswith(" / ") else (0, len(value))
    return 0, len(value)


def _terms(value: str) -> list[str]:
    """The terms of a sum as they are written, each with its sign."""
    terms, depth, start = [], 0, 0
    for place, sign in enumerate(value):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and place and value[place - 1 : place + 2] in (" + ", " - "):
            terms.append(value[start : place - 1])
            start = place
    return [*terms, value[start:]]


def shape_text(sizes: Iterable[str]) -> str:
    """A shape as Python writes it."""
    sizes = list(sizes)
    return f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"


def product_text(sizes: Iterable[str]) -> str:
    """A product of sizes, some of which may be sums."""
    return " * ".join(f"({size})" if " " in size else size for size in sizes)


def table(name: str, entries: Iterable[tuple[str, str]]) -> str:
    """A dictionary with one entry a line."""
    lines = [f'    "{key}": {value},' for key, value in entries]
    return "\n".join([f"{name} = {{", *lines, "}"]) if lines else f"{name} = {{}}"


def quoted(words: Iterable[str]) -> str:
    """A tuple of strings."""
    return shape_text(f'"{word}"' for word in words)
