"""A chain of equalities a = b = c: which step is the first that is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...errors import InputError
from ..reading import kind_of, read_latex, read_matrix
from ..reading.sketch import Statement
from ..records import PROVED, Verdict
from ..verdicts import together
from ..verify import Judge

_TOKEN = re.compile(r"\\(?:left|right)(?![a-z])\s*\.?|\\(?:[A-Za-z]+|.)|[(){}\[\]]|(?<![<>:!+\-=])=(?!=)", re.S)
_EDGE = re.compile(r"\A(?:[\s&]|\\\\)+|(?:[\s&]|\\\\)+\Z")
LONGEST_CHAIN = 12
_OPENING, _CLOSING = "({[", ")}]"


@dataclass(frozen=True)
class Found:
    """The verdict on a formula; `step` are the two sides between which the first mistake is made."""

    verdict: Verdict
    step: tuple[str, str] | None = None


def judge_formula(judge: Judge, text: str, latex: bool | None) -> Found:
    """The verdict on a formula, chains step by step. Raises InputError for what cannot be read."""
    if not text.strip():
        raise InputError("an empty formula; expected something like a = b")
    kind = "latex" if latex else kind_of(text)
    if kind == "latex":
        return of_statements(judge, text, read_latex(text))
    sides = sides_of(text) if kind == "plain" else []
    if len(sides) > 2:
        return _chain(judge, text, sides)
    return of_statements(judge, text, (read_matrix(text),), True) if kind == "matrix" else Found(judge.judge(text))


def sides_of(text: str) -> list[str]:
    """What stands between the equality signs of a chain, outside brackets."""
    sides, depth, last = [], 0, 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if sign == "=" and depth <= 0:
            sides.append(text[last : token.start()])
            last = token.end()
    return [_EDGE.sub("", side) for side in (*sides, text[last:].rstrip(" \t\n.,;"))]


def of_statements(judge: Judge, text: str, statements: Sequence[Statement], typed: bool = False) -> Found:
    """What is found of statements that are all claimed; of the first chain that does not hold, its first wrong step."""
    problem: InputError | None = None
    verdict = None
    try:
        verdict = together(text, judge.statements(statements, typed))
    except InputError as error:
        problem = error
    if verdict is None or verdict.status != PROVED:
        for statement in statements:
            found = _first_wrong(judge, statement, typed)
            if found is not None:
                return replace(found, verdict=replace(found.verdict, claim=text))
    if verdict is None:
        raise problem or InputError("there is no formula in it")
    return Found(verdict)


def _first_wrong(judge: Judge, statement: Statement, typed: bool) -> Found | None:
    """The first step of a chain that is wrong: the steps before are judged with it, so that all are read alike."""
    sides = statement.sides
    if not 2 < len(sides) <= LONGEST_CHAIN or set(statement.signs) != {"="}:
        return None
    said = sides_of(statement.text)
    if len(said) != len(sides):
        said = [f"side {number}" for number in range(1, len(sides) + 1)]
    for count in range(2, len(sides) + 1):
        part = replace(statement, sides=sides[:count], signs=statement.signs[: count - 1])
        try:
            verdict = judge.statement(part, typed)
        except InputError:
            return None
        if verdict.status != PROVED:
            return Found(verdict, (said[count - 2], said[count - 1]) if count > 2 else None)
    return None


def _chain(judge: Judge, text: str, sides: list[str]) -> Found:
    """A chain in the plain language: every side compared with the first."""
    verdicts = []
    for number, side in enumerate(sides[1:]):
        verdict = judge.judge(f"{sides[0]} = {side}")
        if verdict.status != PROVED:
            step = (sides[number], side) if number else None
            return Found(replace(verdict, claim=text), step)
        verdicts.append(verdict)
    return Found(together(text, verdicts))
