"""The author's own LaTeX commands, put in where they are used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import InputError

MOST = 2000
"""So many commands are put in for one formula."""
LONGEST = 100_000

_DEFINITION = re.compile(
    r"\\(?:re|provide)?newcommand\*?\s*\{?\s*\\(?P<name>[A-Za-z]+)\s*\}?\s*(?:\[(?P<count>[1-9])\])?\s*(?=\{)"
    r"|\\def\s*\\(?P<defined>[A-Za-z]+)\s*(?P<marks>(?:#[1-9])*)\s*(?=\{)"
    r"|\\DeclareMathOperator\*?\s*\{\s*\\(?P<operator>[A-Za-z]+)\s*\}\s*(?=\{)"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)")


@dataclass(frozen=True)
class Command:
    """What a command stands for, with #1, #2, ... for its arguments."""

    arguments: int
    body: str


def commands(text: str) -> dict[str, Command]:
    """The commands that a LaTeX text defines."""
    found: dict[str, Command] = {}
    place = 0
    while definition := _DEFINITION.search(text, place):
        place = definition.end()
        end = closing(text, place)
        if end is None:
            break
        body = text[place + 1 : end]
        place = end
        if definition["operator"]:
            found[definition["operator"]] = Command(0, rf"\operatorname{{{body}}}")
        else:
            count = int(definition["count"] or 0) or len(definition["marks"] or "") // 2
            found[definition["name"] or definition["defined"]] = Command(count, body)
    return found


def put_in(text: str, known: Mapping[str, Command]) -> str:
    """The formula with the author's commands replaced. Raises InputError where that never ends."""
    place = count = 0
    while known and (used := _COMMAND.search(text, place)):
        command = known.get(used[1])
        if command is None:
            place = used.end()
            continue
        count += 1
        if count > MOST or len(text) > LONGEST:
            raise InputError(f"the command \\{used[1]} makes the formula too long, or stands for itself")
        arguments, end = _arguments(text, used.end(), command.arguments)
        if arguments is None:
            raise InputError(f"the command \\{used[1]} takes {command.arguments} arguments, each in braces")
        body = _filled(command.body, arguments)
        glue = " " if re.search(r"\\[A-Za-z]+$", body) and text[end : end + 1].isalpha() else ""
        text = f"{text[: used.start()]}{body}{glue}{text[end:]}"
        place = used.start()
    return text


def _filled(body: str, arguments: list[str]) -> str:
    """The body with its arguments; a mark without one stays."""

    def given(mark: re.Match[str]) -> str:
        place = int(mark[1]) - 1
        return arguments[place] if place < len(arguments) else mark[0]

    return re.sub(r"#([1-9])", given, body)


def closing(text: str, place: int) -> int | None:
    """Where the brace at `place` is closed; None where it is not, or there is none."""
    if text[place : place + 1] != "{":
        return None
    depth = 0
    for sign in re.compile(r"\\.|[{}]", re.S).finditer(text, place, place + LONGEST):
        depth += (sign[0] == "{") - (sign[0] == "}")
        if depth == 0:
            return sign.start()
    return None


def _arguments(text: str, place: int, count: int) -> tuple[list[str] | None, int]:
    """The arguments of a command, and where they end; an argument without braces is one sign."""
    found: list[str] = []
    for _ in range(count):
        while text[place : place + 1].isspace():
            place += 1
        end = closing(text, place)
        if end is not None:
            found.append(text[place + 1 : end])
            place = end + 1
            continue
        single = re.compile(r"\\[A-Za-z]+|\\.|[^\s{}]").match(text, place)
        if single is None:
            return None, place
        found.append(single[0])
        place = single.end()
    return found, place
