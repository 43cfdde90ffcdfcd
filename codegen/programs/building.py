"""From a derivation to its program: stable forms, records as rows, arrays in place of indices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace as replace_field

from sympy import Add, Expr, Indexed, Sum, Symbol

from derive.backward import arrays as a
from derive.backward.batch import batch_names, batched_arrays, lift, mean_over_records, record_count, sum_over_records
from derive.backward.calculus import arrays_in
from derive.backward.steps import Derivation, Step, cotangent_name
from derive.forward.plain import plain
from derive.records import Equation
from derive.renaming import fresh, letters_in, rebuild, replace, substitute, terms_of
from derive.terms import element, indices_of, name_of, range_of, total

from .helpers import Helper
from .poles import without_poles
from .program import Assignment, Input, Largest, Program
from .stable import Stabiliser

GIVEN = "given {}"
"""The derivative by an output that is used further, as it comes from outside."""


def build_program(derivation: Derivation) -> Program:
    """The program of a derivation: forward equations, cost and derivatives, with records as rows.

    Raises UnknownNode for a formula that has no form in arrays.
    """
    return Builder(derivation).program()


def of_one_record(derivation: Derivation) -> Derivation:
    """The same for one record alone, whose cost is the mean."""
    return replace_field(derivation, model=replace_field(derivation.model, batch=()))


class Builder:
    """Makes the assignments of one derivation, one after the other."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.model = model = derivation.model
        batched: frozenset[str] = batched_arrays(model) if model.batch else frozenset()
        cotangents = [cotangent_name(name) for name in model.axes]
        self.names = batch_names(model, cotangents) if model.batch else {}
        self.batched = batched | {cotangent_name(name) for name in batched}
        self.record = fresh(self._letters(), prefer=("p", "r", "q"))
        self.records = record_count(model)
        sizes = {**model.axes, **{cotangent_name(name): axes for name, axes in model.axes.items()}}
        self.axes = {self.name(n): ((self.records,) if n in self.batched else ()) + axes for n, axes in sizes.items()}
        self.assignments: list[Assignment] = []
        positive = (fact.array for fact in model.facts if fact.kind in ("positive", "unit") and not fact.axes)
        self.stabiliser = Stabiliser({*model.axes, *cotangents}, positive, model.functions, model.sizes)

    def _letters(self) -> set[Symbol]:
        rights = [e.right for e in self.model.equations] + [r.right for r in self.derivation.results]
        lefts = {i for e in self.model.equations for i in e.indices} | {
            i for r in self.derivation.results for i in r.ranges
        }
        return lefts.union(*map(letters_in, rights))

    def program(self) -> Program:
        model = self.model
        for equation in model.equations:
            self._forward(equation)
        upstream = self._backward()
        asked = {r.array: r for r in self.derivation.results if r.kind == "gradient"}
        order = [n for n in (*model.parameters, *model.data, *asked) if n in asked]
        gradients = {self.name(n): self.name(asked[n].name) for n in order}
        inputs = [self._input(n, n, "parameter") for n in model.parameters]
        inputs += [self._input(n, n, "data") for n in model.data]
        inputs += [self._input(given, array, "upstream") for array, given in upstream.items()]
        slopes = {lemma.left.func.__name__: lemma.right for lemma in self.derivation.lemmas if "/" not in lemma.name}
        return Program(
            model.title, tuple(inputs), tuple(self.assignments), self._outputs(), model.cost, gradients,
            self.records if model.batch else None, model.sizes, model.functions, slopes, model.facts,
            assumed(self.derivation),
        )  # fmt: skip

    def name(self, name: str) -> str:
        """What an array is called in the program."""
        return self.names.get(name, name) if name in self.batched else name

    def _input(self, name: str, array: str, kind: str) -> Input:
        rows = (self.records,) if array in self.batched else ()
        return Input(self.name(name), (*rows, *self.model.axes.get(array, ())), kind, array)

    def _outputs(self) -> tuple[str, ...]:
        if self.model.cost is None:
            return tuple(map(self.name, self.model.outputs))
        read = arrays_in(self.model.equation(self.model.cost).right)
        return tuple(self.name(e.name) for e in self.model.equations if e.name in read)

    def _forward(self, equation: Equation) -> None:
        is_cost = equation.name == self.model.cost
        helpers, right = self.stabiliser.equation(equation)
        part = "cost" if is_cost else "forward"
        self._helpers(helpers, part)
        text = f"{plain(equation.left)} = {plain(equation.right)}"
        self._assign(equation.name, equation.indices, right, equation.ranges, part, text, over_records=is_cost)

    def _helpers(self, helpers: Iterable[Helper], part: str) -> None:
        for helper in helpers:
            if arrays_in(helper.right) & self.batched:
                self.batched |= {helper.name}
            lifted = self._lift(helper.right)
            self.assignments.append(of_helper(helper, lifted, self._rows(helper.name), part))

    def _rows(self, name: str) -> dict[Symbol, Expr]:
        return {self.record: self.records} if name in self.batched else {}

    def _lift(self, expression: Expr) -> Expr:
        return lift(expression, self.batched, self.record, self.names)

    def _assign(
        self,
        name: str,
        indices: tuple[Symbol, ...],
        right: Expr,
        ranges: Mapping[Symbol, Expr],
        part: str,
        text: str,
        over_records: bool = False,
    ) -> None:
        rows = self._rows(name)
        if over_records and not rows and arrays_in(right) & self.batched:
            lifted = self._over_records(right)
            text += f", {'sum' if self.model.cost is None else 'mean'} over the records"
        else:
            lifted = self._lift(right)
        axes, sizes = (*rows, *indices), {**rows, **ranges}
        apart = letters_apart(lifted, {*axes})
        node = a.lower(apart, a.cut_by({**sizes, **a.sizes_of(apart)}, self.axes))
        self.assignments.append(Assignment(self.name(name), axes, sizes, node, text, part))

    def _over_records(self, right: Expr) -> Expr:
        """The mean of a cost or its derivative; the sum where the outputs' derivatives are given."""
        if self.model.cost is not None:
            return mean_over_records(right, self.batched, self.record, self.records, self.names)
        varying = [t for t in terms_of(right) if arrays_in(t) & self.batched]
        fixed = [t for t in terms_of(right) if not arrays_in(t) & self.batched]
        return Add(sum_over_records(Add(*varying), self.batched, self.record, self.records, self.names), *fixed)

    def _backward(self) -> dict[str, str]:
        """Assign every result; returns the name under which each output's derivative is given."""
        upstream = {name: cotangent_name(name) for name in self.model.outputs}
        for result in self.derivation.results:
            left, right = element(result.name, *indices_of(result.left)), result.right
            if right == left:
                continue
            text = f"{plain(left)} = {plain(right)}"
            if result.array in upstream:
                given = GIVEN.format(result.name)
                upstream[result.array] = given
                if result.name in self.batched:
                    self.batched |= {given}
                right = replace(right, {left: element(given, *indices_of(left))})
            right = self._without_poles(right, result.array)
            helpers, right = self.stabiliser.rewrite(right, result.ranges, f"_{result.array}")
            self._helpers(helpers, "backward")
            self._assign(result.name, indices_of(left), right, result.ranges, "backward", text, over_records=True)
        return upstream

    def _without_poles(self, right: Expr, array: str) -> Expr:
        """`right` with arrays of their own for a*dC/da where the derivative has 1/a or 1/(1 - a) in it."""
        for result in self.derivation.results:
            if result.name not in arrays_in(right) or result.array in self.derivation.model.outputs:
                continue
            entry = element(result.array, *indices_of(result.left))
            given = entry, result.right, result.ranges, f"_{array}"
            found = self.stabiliser.through_others(right, result.name, *given)
            if found is None and (made := self.stabiliser.product(*given)) is not None:
                helpers, product = made
                less = without_poles(right, result.array, result.name, name_of(product))
                found = helpers, right if less is None else less
            if found is not None:
                helpers, right = found
                self._helpers(helpers, "backward")
        return right


def assumed(derivation: Derivation) -> tuple[str, ...]:
    """The declared facts that some step used, as written."""
    steps = [step for result in derivation.results for step in result.steps]
    steps += [step for lemma in derivation.lemmas for step in lemma.steps]
    return tuple(dict.fromkeys(fact for step in steps for fact in _facts_of(step)))


def _facts_of(step: Step) -> tuple[str, ...]:
    return (*step.facts, *(fact for inner in step.substeps for fact in _facts_of(inner)))


def of_helper(helper: Helper, right: Expr, rows: Mapping[Symbol, Expr], part: str) -> Assignment:
    """The assignment of a helper with the right side `right`; `rows` are the record's index and dimension."""
    axes, ranges = (*rows, *helper.indices), {**rows, **helper.ranges}
    left, text = plain(element(helper.name, *helper.indices)), plain(helper.right)
    node: a.Node | Largest
    node = inner = a.lower(letters_apart(right, {*ranges}))
    if helper.over is not None:
        text = f"the largest {text} over {helper.over}"
        node = Largest(inner, helper.over, helper.ranges[helper.over], axes)
    return Assignment(helper.name, axes, ranges, node, f"{left} = {text}", part)


def letters_apart(node: Expr, taken: set[Symbol]) -> Expr:
    """`node` with a letter of its own for every sum."""
    if not node.args or isinstance(node, Indexed):
        return node
    if isinstance(node, Sum):
        letter, size = range_of(node)
        body = node.function
        if letter in taken:
            renamed = fresh(taken | letters_in(body))
            letter, body = renamed, substitute(body, {letter: renamed})
        taken.add(letter)
        return total(letters_apart(body, taken), (letter, size))
    return rebuild(node, [letters_apart(argument, taken) for argument in node.args])
