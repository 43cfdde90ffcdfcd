"""Facts that nobody declared and that would save a claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Expr

from ..errors import BackproofError
from ..forward.facts import parse_fact
from ..proof.problem import atoms_in
from ..records import Fact
from .judging import holds
from .records import Question
from .spotcheck import FAILURES, Sieve, close


def saving_fact(question: Question, sieve: Sieve) -> str | None:
    """A fact under which the claim is true, as it would be declared; None where there is none."""
    for fact in _candidates(question, sieve):
        if not _may_hold(question, fact):
            continue
        try:
            if holds(replace(question, facts=(*question.facts, fact))):
                return fact.text
        except BackproofError:
            continue
    return None


def _may_hold(question: Question, fact: Fact) -> bool:
    """Whether the sides agree at a few points where the fact is true."""
    try:
        sieve = Sieve(replace(question, facts=(*question.facts, fact)), sites=1, apart=False)
    except FAILURES:
        return False
    return bool(sieve.sites) and all(close(a, b) for a, b in zip(sieve.left, sieve.right, strict=True))


def _candidates(question: Question, sieve: Sieve) -> Iterator[Fact]:
    """Facts of every form about the inputs that the claim rests on."""
    atoms = atoms_in(sieve.problem)
    known = {(fact.array, fact.kind) for fact in question.facts}
    model = question.model
    for name in (*model.data, *model.parameters):
        axes = model.axes.get(name, ())
        if name not in atoms or not axes:
            continue
        for text in _texts(name, axes, [str(letter) for letter in model.letters[name]], name in model.data):
            try:
                fact = parse_fact(text, model)
            except BackproofError:
                continue
            if (fact.array, fact.kind) not in known:
                yield fact


def _texts(name: str, axes: tuple[Expr, ...], letters: list[str], is_data: bool) -> Iterator[str]:
    if len(set(letters)) < len(letters):
        letters = [f"{letter}{n}" if letters.index(letter) != n else letter for n, letter in enumerate(letters)]
    entry = f"{name}[{','.join(letters)}]"
    if is_data:
        yield f"sum({letters[-1]}, {entry}) = 1"
        yield f"one-hot({name})"
        yield f"binary({name})"
    if len(axes) == 2 and axes[0] == axes[1]:
        yield f"{entry} = {name}[{letters[1]},{letters[0]}]"
