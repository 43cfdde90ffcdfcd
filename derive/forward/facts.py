"""What ``assume`` may declare: one row a form, with the pattern it is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sympy import Expr

from ..errors import InputError
from ..records import Fact, Model
from .names import suggestion
from .reading import parse_relation, shortened
from .syntax import Call, Entry, Node, Number

# kind of fact, and the word that declares it of a whole array
WORDS = {
    "onehot": "one-hot",
    "binary": "binary",
    "positive": "positive",
    "unit": "unit",
    "symmetric": "symmetric",
}

FORMS = (
    "sum(k, y[k]) = 1",
    "y[k] > 0",
    "0 < y[k] < 1",
    "A[i,j] = A[j,i]",
    *(f"{word}(y)" for word in WORDS),
)
"""How facts are written, for those who ask."""


def read_fact(relation: Sequence[Any], text: str, axes: Mapping[str, tuple[Expr, ...]], where: str) -> Fact:
    """The fact a relation declares, of an array with these axes. Raises InputError."""
    found = next((fact for pattern in PATTERNS if (fact := pattern(relation)) is not None), None)
    if found is None:
        raise InputError(f"{where}: {shortened(text)} is no fact that can be assumed; accepted: {', '.join(FORMS)}")
    kind, array = found
    if array not in axes:
        raise InputError(f"{where}: {array} is not defined{suggestion(array, axes)}")
    square = len(axes[array]) == 2 and len(set(axes[array])) == 1
    if kind == "onehot" and not axes[array] or kind == "symmetric" and not square:
        raise InputError(f"{where}: {array} has not the indices for {shortened(text)}")
    return Fact(WORDS.get(kind, kind), array, axes[array], text)


def parse_fact(text: str, model: Model) -> Fact:
    """A fact about an array of `model`, as in ``sum(k, y[k]) = 1``. Raises InputError."""
    text = " ".join(text.split())
    return read_fact(parse_relation(text.replace("one-hot", "onehot"), text), text, model.axes, text)


def _word(relation: Sequence[Any]) -> tuple[str, str] | None:
    match relation:
        case (Call(word, (Entry(array, ()),), 0, ()),) if word in WORDS:
            return word, array
    return None


def _sum_to_one(relation: Sequence[Any]) -> tuple[str, str] | None:
    match relation:
        case (Call("sum", (Entry(letter, ()), Entry(array, subscripts)), 0, ()), "=", Number(1)):
            letters = _letters(subscripts)
            if letters and letter == letters[-1]:
                return "sums-to-one", array
            if letters and len(letters) == 2 and letter == letters[0]:
                return "columns-sum-to-one", array
    return None


def _compared(relation: Sequence[Any]) -> tuple[str, str] | None:
    match relation:
        case (Entry(array, subscripts), ">", Number(0)) | (Number(0), "<", Entry(array, subscripts)):
            return ("positive", array) if _letters(subscripts) is not None else None
        case (Number(0), "<", Entry(array, subscripts), "<", Number(1)):
            return ("unit", array) if _letters(subscripts) is not None else None
    return None


def _symmetric(relation: Sequence[Any]) -> tuple[str, str] | None:
    match relation:
        case (Entry(array, (_, _) as one), "=", Entry(other, (_, _) as two)) if array == other:
            letters = _letters(one)
            return ("symmetric", array) if letters and letters[::-1] == _letters(two) else None
    return None


def _letters(subscripts: tuple[Node, ...]) -> tuple[str, ...] | None:
    """The subscripts as different letters; None where they are something else."""
    names = tuple(s.name for s in subscripts if isinstance(s, Entry) and not s.subscripts)
    return names if len(set(names)) == len(subscripts) else None


PATTERNS: tuple[Callable[[Sequence[Any]], tuple[str, str] | None], ...] = (_word, _sum_to_one, _compared, _symmetric)
