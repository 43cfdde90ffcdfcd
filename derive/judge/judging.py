"""Whether the two sides of a claim agree: first a look for a counterexample, then proofs that unfold more and more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random

from sympy import Rational, Sum

from ..backward.checking import decided
from ..backward.closed import closed
from ..forward.activations import ACTIVATIONS, activation
from ..proof.assignments import size_of
from ..proof.identity import attempt
from ..proof.nodes import names_in
from ..proof.points import OutsideDomain
from ..proof.problem import Problem, atoms_in, declared
from ..proof.reals import RealPoint
from ..proof.signs import CERTAINTY
from ..proof.some_widths import three_widths
from ..proof.widths import dimensions_of
from ..proof.witness import agree, counterexample
from ..records import Equation, Formula, Proof
from ..renaming import found_in
from ..terms import Named
from .records import PROVED, Question

POINTS, TELLING, HOPELESS = 12, 2, 2
"""So many points are tried, so many at which the sides are not 0 are enough, and so many outside the domain."""
SIMPLE = 1000
CLOSE = 6
OVER_REALS = "a counterexample over the reals"


def judged(question: Question) -> Proof:
    """The verdict on a claim, as a proof, a counterexample, or the reason why there is neither."""
    return _counterexample(question) or _proof(question)


def holds(question: Question) -> bool:
    """Whether the claim is proved."""
    return judged(question).status == PROVED


def _problem(question: Question) -> Problem:
    return Problem(
        question.left,
        question.right,
        question.ranges,
        question.definitions,
        declared(tuple(f for f in question.facts if f.array not in question.definitions)),
        functions_of(question),
    )


def functions_of(question: Question) -> dict[str, Formula]:
    """The formulas of the functions that occur in a claim and in all it speaks of."""
    sides = [question.left, question.right, *(e.right for e in question.definitions.values())]
    labels = {type(node).label for side in sides for node in found_in(side, Named)}
    table = {name: activation(name) for name in labels if name in ACTIVATIONS}
    return {**table, **question.functions}


def _counterexample(question: Question) -> Proof | None:
    """A refutation with a point at which the sides differ over the reals; None where none is met at once."""
    problem = _problem(question)
    dimensions = dimensions_of(problem, frozenset(atoms_in(problem)))
    random = Random(5)
    plan = three_widths(problem, dimensions, {})
    telling = outside = 0
    for widths in (plan[number % len(plan)] for number in range(POINTS)):
        env = {s: random.randrange(max(1, size_of(size, widths))) for s, size in problem.ranges.items()}
        try:
            point = RealPoint(problem, widths, random)
            left, right = point.evaluate([problem.left, problem.right], env, 0)
        except (OutsideDomain, OverflowError):
            outside += 1
            if outside == HOPELESS:
                break
            continue
        if agree(left, right) is False:
            witness = counterexample(problem, dimensions, (point, widths, env))
            return Proof("refuted", OVER_REALS, (), CERTAINTY, (), witness)
        telling += bool(left or right)
        if telling == TELLING:
            break
    return None


def ratio_of(question: Question) -> Rational | None:
    """The number that right/left is at a point over the reals, if it is a simple one."""
    problem = _problem(question)
    widths = three_widths(problem, dimensions_of(problem, frozenset(atoms_in(problem))), {})[0]
    try:
        left, right = RealPoint(problem, widths, Random(6)).evaluate(
            [problem.left, problem.right], dict.fromkeys(problem.ranges, 0), 0
        )
    except (OutsideDomain, OverflowError):
        return None
    if left == 0 or right == 0:
        return None
    ratio = Fraction(str(right / left)).limit_denominator(SIMPLE)
    return Rational(ratio.numerator, ratio.denominator)


def _proof(question: Question) -> Proof:
    """The first proof for all widths among the stages, else one for some; else why there is none."""
    stages = list(_stages(question))
    for complete in (True, False):
        for definitions, functions in stages:
            if proof := _attempt(question, definitions, functions, complete):
                return proof
    definitions, functions = stages[-1]
    return decided(question.left, question.right, question.ranges, definitions, question.facts, functions)


def _attempt(
    question: Question, definitions: Mapping[str, Equation], functions: Mapping[str, Formula], complete: bool
) -> Proof | None:
    left, right, ranges = question.left, question.right, question.ranges
    if not functions and (simpler := closed(left, right, ranges, definitions)):
        *sides, equations = simpler
        if proof := attempt(*sides, ranges=ranges, definitions=equations, facts=question.facts, complete=complete):
            return proof
    return attempt(
        left,
        right,
        ranges=ranges,
        definitions=definitions,
        facts=question.facts,
        functions=functions,
        complete=complete,
    )


def _stages(question: Question) -> Iterator[tuple[dict[str, Equation], Mapping[str, Formula]]]:
    """What is unfolded, from one derivative to the whole model; the rest stands for anything."""
    derivatives, functions = dict(question.derivatives), functions_of(question)
    forward = list(question.forward.items())
    inputs = {name: names_in(equation.right) & set(question.model.parameters) for name, equation in forward}
    units = {name: e for name, e in forward if not e.right.has(Sum)}
    functions_alone = {name: e for name, e in forward if not inputs[name]}
    latest = [dict(forward[len(forward) - count :]) for count in _some(len(forward))]
    latest[1:1] = [units, functions_alone]
    seen: list[tuple[set[str], bool]] = []
    for one in (*_derived_last(question), derivatives):
        for definitions, known in ((one, {}), *(({**one, **arrays}, functions) for arrays in latest)):
            reached = _reached(question, definitions)
            if (set(reached), bool(known)) not in seen:
                seen.append((set(reached), bool(known)))
                yield reached, known


def _some(count: int) -> list[int]:
    """How many of the forward equations are unfolded, from the last one on: a few more each time, then all."""
    doubled = (CLOSE << step for step in range(count.bit_length()))
    return sorted({*range(min(count, CLOSE) + 1), *(n for n in doubled if n < count), count})


def _derived_last(question: Question) -> list[dict[str, Equation]]:
    """The derivative that was derived after all others that the claim speaks of; that and all it does not speak of."""
    spoken = names_in(question.left) | names_in(question.right)
    last = [name for name in question.derivatives if name in spoken][-1:]
    between = {name: e for name, e in question.derivatives.items() if name in last or name not in spoken}
    return [{name: question.derivatives[name] for name in last}, between]


def _reached(question: Question, definitions: Mapping[str, Equation]) -> dict[str, Equation]:
    """The definitions on which the two sides depend."""
    names = atoms_in(replace(_problem(question), definitions=definitions))
    return {name: e for name, e in definitions.items() if name in names}
