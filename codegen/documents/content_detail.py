"""How much of a derivation is written out: its results, its textbook steps, or every rewriting."""

from __future__ import annotations

from collections.abc import Sequence

from derive.backward.steps import Lemma, Result, Step
from derive.errors import InputError

from .context import Context

DETAILS = ("results", "steps", "every")
ALGEBRA = frozenset({"contract", "name", "simplify"})
"""Rules that a textbook leaves to the reader: a line by one of them is taken together with the next."""


def known_detail(detail: str) -> str:
    """The level of detail itself. Raises InputError for an unknown one."""
    if detail not in DETAILS:
        raise InputError(f"{detail} is no level of detail; accepted are {', '.join(DETAILS)}")
    return detail


def grouped(context: Context, steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """The steps of a derivation, those that share a line together; the last of a group is what the line shows."""
    groups: list[tuple[Step, ...]] = []
    waiting: tuple[Step, ...] = ()
    for step in steps:
        waiting = (*waiting, step)
        if not _is_left_out(context, step):
            groups.append(waiting)
            waiting = ()
    if not waiting:
        return groups
    if _looks_the_same(context, waiting) and groups:
        return [*groups[:-1], (*groups[-1], *waiting)]
    return [*groups, waiting]


def merges(context: Context) -> bool:
    """Whether a line of this derivation stands for several steps that would show."""
    parts: tuple[Lemma | Result, ...] = (*context.derivation.lemmas, *context.derivation.results)
    groups = (group for part in parts for group in grouped(context, part.steps))
    return any(sum(not _looks_the_same(context, (step,)) for step in group) > 1 for group in groups)


def _is_left_out(context: Context, step: Step) -> bool:
    return context.detail != "every" and step.rule in ALGEBRA or _looks_the_same(context, (step,))


def _looks_the_same(context: Context, steps: Sequence[Step]) -> bool:
    return context.set(steps[0].before) == context.set(steps[-1].after)
