"""No step leaves this floor unchecked."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from sympy import Expr, Sum, Symbol

from ..errors import CheckFailed
from ..proof.identity import SAME, decide
from ..proof.signs import CERTAINTY
from ..records import Equation, Fact, Formula, Proof
from ..renaming import nameless
from ..renaming import replace as replace_in
from ..terms import free_indices, range_of
from .steps import Step

STATED = "a rule as it stands, with nothing left out"


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


def by_parts(
    before: Expr,
    after: Expr,
    parts: Mapping[Expr, Expr],
    ranges: Mapping[Symbol, Expr],
    rule: str,
    definitions: Mapping[str, Equation],
) -> Proof | None:
    """The proof of a line in which equals stand for equals, each pair proved; None where that is not all.

    `ranges` gives the dimension of every free letter of the line.
    """
    if nameless(replace_in(before, parts)) != nameless(after):
        return None
    scopes = scopes_of(before, parts, ranges)
    pairs = [(old, new) for old, new in parts.items() if old != new]
    return all_of([proved(old, new, _those_in((old, new), scopes[old]), rule, definitions) for old, new in pairs])


def scopes_of(line: Expr, nodes: Container[Expr], ranges: Mapping[Symbol, Expr]) -> dict[Expr, Mapping[Symbol, Expr]]:
    """The dimensions of the letters in scope where each of `nodes` stands in a line."""
    found: dict[Expr, Mapping[Symbol, Expr]] = {}

    def visit(node: Expr, scope: Mapping[Symbol, Expr]) -> None:
        if node in nodes:
            found.setdefault(node, scope)
        elif isinstance(node, Sum):
            letter, size = range_of(node)
            visit(node.function, {**scope, letter: size})
        else:
            for argument in node.args:
                visit(argument, scope)

    visit(line, ranges)
    return found


def _those_in(pair: tuple[Expr, Expr], ranges: Mapping[Symbol, Expr]) -> dict[Symbol, Expr]:
    letters = free_indices(pair[0]) | free_indices(pair[1])
    return {letter: size for letter, size in ranges.items() if letter in letters}


def all_of(proofs: Sequence[Proof]) -> Proof:
    """What several proofs prove together; none is asked for where a rule stands as it is."""
    if not proofs:
        return Proof("proved", STATED, error_bits=CERTAINTY)
    if len(proofs) == 1:
        return proofs[0]
    tested = [widths for proof in proofs if not isinstance(proof.widths, str) for widths in proof.widths]
    distinct = tuple({tuple(widths.items()): widths for widths in tested}.values())
    bits = min(proof.error_bits for proof in proofs) - (len(proofs) - 1).bit_length()
    method = next((proof.method for proof in proofs if proof.method != SAME), SAME)
    assuming = tuple(dict.fromkeys(fact for proof in proofs for fact in proof.assuming))
    return Proof("proved", method, distinct or "all", bits, assuming)


def accepted(proof: Proof, what: Step | str) -> Proof:
    """`proof` if it proves; raises CheckFailed, which says what was to be proved, otherwise."""
    if proof.status != "proved":
        detail = f": at {dict(proof.witness)}" if proof.witness else f": {proof.reason}" if proof.reason else ""
        if isinstance(what, Step):
            what = f"{what.before} = {what.after} (rule {what.rule})"
        raise CheckFailed(f"{proof.status}: {what}{detail}")
    return proof
