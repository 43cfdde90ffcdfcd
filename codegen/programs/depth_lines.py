"""The lines of a program for any depth: those of its three derivations, the layer number made an index of lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Expr, Symbol

from derive.backward import arrays as a
from derive.backward.steps import Derivation
from derive.errors import InputError
from derive.forward.plain import plain
from derive.terms import Named, scalar

from . import parts
from .building import build_program, letters_apart
from .identifiers import Names
from .planning import Planner
from .program import Assignment
from .trees import Tree

PLACES = (" - 1", "", " + 1")
IN_WORDS = re.compile(r"(?<![\w.])((?:dC/d)?[^\W\d]+)([012])\b")


@dataclass(frozen=True)
class Line:
    """`target` = `tree`, where `target` is an array of a layer, ``Z[l]``, or a name."""

    target: str
    tree: Tree
    equation: str
    assignment: Assignment


class Region:
    """The lines of one derivation; its layer is called `mark`, l or L."""

    def __init__(self, derivation: Derivation, mark: str, names: Names) -> None:
        self.model, self.mark, self._names = derivation.model, mark, names
        self._refuse_unknown(derivation)
        self.program = build_program(derivation)
        known = {*self.model.axes, *self.program.gradients.values()}
        written = {assignment.name for assignment in self.program.assignments}
        self._helpers = {n for n in written if re.fullmatch(r"(max|exp|sum)1", n) and n not in known}
        self._plain = {i.name for i in self.program.of_kind("data") if not i.axes}
        self.planner = Planner(self.spelled, self.program.functions, self.program.slopes)

    def _refuse_unknown(self, derivation: Derivation) -> None:
        """InputError for a function whose formula nobody gave."""
        rights = [e.right for e in self.model.equations] + [r.right for r in derivation.results]
        for label in sorted({n.label for right in rights for n in right.atoms(Named)} - set(self.model.functions)):
            raise InputError(f"{label.removesuffix('1')} has no formula, so there is no program for it")

    def lines(self, wanted: Iterable[str], without: Iterable[str] = ()) -> list[Line]:
        """What `wanted` depend on, in order, but for the arrays `without`."""
        left_out = set(without)
        return [self.line(x) for x in self.program.needed(wanted) if x.name not in left_out]

    def line(self, assignment: Assignment) -> Line:
        """The NumPy expression of an assignment."""
        return Line(
            self.spelled(assignment.name), self.planner.plan(assignment), self.worded(assignment.equation), assignment
        )

    def spelled(self, name: str) -> str:
        """A name of the three derivations as the program says it: ``W2`` as ``W[l + 1]``."""
        found = None if name in self._plain else re.fullmatch(r"(\D+)([012])", name)
        if found is None:
            return self._names[name]
        stem, place = found[1], self.mark + PLACES[int(found[2])]
        if name in self._helpers:
            return f"{stem}L" if self.mark == "L" else f"{stem}s[l]"
        if stem in ("dC/dW", "dC/db"):
            return f'grads[f"{stem[-1]}{{l}}"]'
        return f"{stem.replace('dC/d', 'd')}[{place}]"

    def worded(self, equation: str) -> str:
        """An equation in the plain language with its layers in brackets, for a comment."""

        def put(match: re.Match[str]) -> str:
            if match[0] in self._plain:
                return match[0]
            if match[0] in self._helpers:
                return self.spelled(match[0])
            return f"{match[1]}[{(self.mark + PLACES[int(match[2])]).replace(' ', '')}]"

        return IN_WORDS.sub(put, equation)

    def increased(self, cost: str, term: Expr) -> Line:
        """The line that adds a term of its own to the number `cost`."""
        node = a.lower(letters_apart(scalar(cost) + term, set()))
        return self.line(Assignment(cost, (), {}, node, f"{cost} = {cost} + {plain(term)}", "cost"))

    def shape(self, line: Line, axes: Iterable[Symbol]) -> str:
        """The shape of an array with these axes in a line, as text."""
        ranges = self.planner.ranges[line.assignment.name]
        return parts.shape_text(self.planner.size(ranges[axis]).text for axis in axes)


def indented(lines: Iterable[str]) -> list[str]:
    """Lines, some of several lines of text, further in."""
    return ["\n".join(f"    {part}" if part else "" for part in line.split("\n")) for line in lines]


def dictionary(names: Iterable[str]) -> str:
    """Arrays by their names."""
    return "{" + ", ".join(f'"{name}": {name}' for name in names) + "}"
