"""No step leaves this floor unchecked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Expr, Symbol

from ..errors import CheckFailed
from ..proof.identity import decide
from ..records import Equation, Fact, Formula, Proof
from .steps import Step


def checked(
    step: Step,
    *,
    definitions: Mapping[str, Equation] | None = None,
    facts: tuple[Fact, ...] = (),
    functions: Mapping[str, Formula] | None = None,
) -> Step:
    """`step` with its proof; raises CheckFailed, naming the step, if there is none."""
    proof = decide(
        step.before,
        step.after,
        ranges=step.ranges,
        definitions=definitions or {},
        facts=facts,
        functions=functions or {},
    )
    return replace(step, proof=accepted(proof, step))


def proved(
    left: Expr,
    right: Expr,
    ranges: Mapping[Symbol, Expr],
    rule: str,
    definitions: Mapping[str, Equation] | None = None,
) -> Proof:
    """The proof that two index expressions agree; raises CheckFailed if there is none."""
    return accepted(decide(left, right, ranges=ranges, definitions=definitions or {}), Step(rule, left, right))


def accepted(proof: Proof, what: Step | str) -> Proof:
    """`proof` if it proves; raises CheckFailed, which says what was to be proved, otherwise."""
    if proof.status != "proved":
        detail = f": at {dict(proof.witness)}" if proof.witness else f": {proof.reason}" if proof.reason else ""
        if isinstance(what, Step):
            what = f"{what.before} = {what.after} (rule {what.rule})"
        raise CheckFailed(f"{proof.status}: {what}{detail}")
    return proof
