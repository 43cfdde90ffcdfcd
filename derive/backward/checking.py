"""No step leaves this floor unchecked."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from sympy import Expr, Product, Sum, Symbol

from ..errors import CheckFailed
from ..proof.identity import SAME, decide
from ..proof.signs import CERTAINTY
from ..records import Equation, Fact, Formula, Proof
from ..renaming import nameless
from ..renaming import replace as replace_in
from ..terms import free_indices, range_of
from .closed import closed
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
    proof = decided(step.before, step.after, step.ranges, definitions or {}, facts, functions or {})
    return replace(step, proof=accepted(proof, step))


def decided(
    left: Expr,
    right: Expr,
    ranges: Mapping[Symbol, Expr],
    definitions: Mapping[str, Equation],
    facts: tuple[Fact, ...] = (),
    functions: Mapping[str, Formula] = {},
) -> Proof:
    """Whether left = right, with functions kept closed where nothing about them is needed."""
    if not functions and (simpler := closed(left, right, ranges, definitions)):
        proof = decide(*simpler[:2], ranges=ranges, definitions=simpler[2], facts=facts)
        if proof.status == "proved":
            return proof
    return decide(left, right, ranges=ranges, definitions=definitions, facts=facts, functions=functions)


def proved(
    left: Expr,
    right: Expr,
    ranges: Mapping[Symbol, Expr],
    rule: str,
    definitions: Mapping[str, Equation] = {},
    functions: Mapping[str, Formula] = {},
) -> Proof:
    """The proof that two index expressions agree; raises CheckFailed if there is none."""
    return accepted(decided(left, right, ranges, definitions, (), functions), Step(rule, left, right))


def by_parts(
    before: Expr,
    after: Expr,
    parts: Mapping[Expr, Expr],
    ranges: Mapping[Symbol, Expr],
    rule: str,
    definitions: Mapping[str, Equation],
    functions: Mapping[str, Formula] = {},
) -> Proof:
    """The proof of a line in which equals stand for equals, each pair proved, and then what that becomes.

    `ranges` gives the dimension of every free letter of the line. Raises CheckFailed.
    """
    proofs = []
    for old, scopes in scopes_of(before, parts, ranges).items():
        for scope in scopes if old != parts[old] else ():
            pair = old, parts[old]
            proofs.append(proved(*pair, _those_in(pair, scope), rule, definitions, functions))
    middle = replace_in(before, parts)
    if nameless(middle) != nameless(after):
        proofs.append(proved(middle, after, ranges, rule))
    return all_of(proofs)


def scopes_of(
    line: Expr, nodes: Container[Expr], ranges: Mapping[Symbol, Expr]
) -> dict[Expr, list[Mapping[Symbol, Expr]]]:
    """The dimensions of the letters in scope, at each place where one of `nodes` stands in a line."""
    found: dict[Expr, list[Mapping[Symbol, Expr]]] = {}

    def visit(node: Expr, scope: Mapping[Symbol, Expr]) -> None:
        if node in nodes:
            places = found.setdefault(node, [])
            if scope not in places:
                places.append(scope)
        elif isinstance(node, (Sum, Product)):
            letter, size = range_of(node)
            visit(node.args[0], {**scope, letter: size})
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
