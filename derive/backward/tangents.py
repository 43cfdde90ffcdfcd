"""How fast arrays move when others do: forward differentiation of equations, each line checked.

A direction is given for some arrays (``W1_dot``), or every entry of one array moves by itself, and
then the rates are a Jacobian, with the indices of that entry behind their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sympy import Add, Expr, Mul, S, Symbol

from ..proof.nodes import Along
from ..records import Equation, Formula, Model, Proof
from ..renaming import fresh, letters_in
from ..renaming import replace as replace_in
from ..terms import Named, Partial, cotangent_name, element, free_indices, indices_of, kron, name_of, total
from .batch import batched_arrays
from .book import Book, through_outputs
from .calculus import arrays_in, partial
from .checking import accepted, all_of, by_parts, checked, decided, scopes_of
from .contract import contract
from .network import instance
from .recognition import named_again
from .simplify import collect
from .steps import Step

Known = tuple[Mapping[str, Equation], Mapping[str, Formula]]
"""The equations and formulas that a line rests on."""


@dataclass(frozen=True)
class Rates:
    """The equations of the rates, in order, and the steps that led to each of them.

    `audit` compares every rate with the exact forward derivative of its equation as a whole.
    """

    equations: tuple[Equation, ...]
    steps: tuple[Step, ...]
    audit: Proof


def direction_name(array: str) -> str:
    """What the rate of an array is called when directions are given."""
    return f"{array}_dot"


def entry_name(array: str, wrt: str) -> str:
    """What the derivatives of an array by the entries of another are called."""
    return f"d{array}/d{wrt}"


def along(model: Model, equations: Sequence[Equation], moved: Iterable[str], book: Book | None = None) -> Rates:
    """The rates of the arrays of `equations` when the arrays `moved` move in given directions."""
    return _Tangents(model, equations, frozenset(moved), book or Book(model)).rates()


def by_entries(model: Model, equations: Sequence[Equation], array: str, book: Book | None = None) -> Rates:
    """The derivatives of the arrays of `equations` by every entry of `array`."""
    return _Tangents(model, equations, frozenset({array}), book or Book(model), array).rates()


@dataclass
class _Tangents:
    model: Model
    equations: Sequence[Equation]
    moved: frozenset[str]
    book: Book
    wrt: str | None = None
    found: dict[str, Equation] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.axes = {**self.model.axes, **{e.name: tuple(e.ranges[i] for i in e.indices) for e in self.equations}}
        varying = batched_arrays(self.model) if self.model.batch else self.model.axes.keys()
        self.averaged = {cotangent_name(name) for name in self.model.axes.keys() - varying}
        """Derivatives that stand for a mean over records, and so may not stand in the terms of one."""
        taken = {s for e in self.equations for s in (*e.indices, *letters_in(e.right))}
        self.behind: tuple[Symbol, ...] = ()
        for _ in self.axes[self.wrt] if self.wrt else ():
            self.behind += (fresh({*taken, *self.behind}, prefer=("r", "s", "q", "m")),)
        self.sizes = dict(zip(self.behind, self.axes[self.wrt] if self.wrt else (), strict=True))

    def name(self, array: str) -> str:
        return entry_name(array, self.wrt) if self.wrt else direction_name(array)

    def rate(self, entry: Expr) -> Expr:
        """How fast an entry moves."""
        if name_of(entry) == self.wrt:
            return Mul(*(kron(i, j) for i, j in zip(indices_of(entry), self.behind, strict=True)))
        return element(self.name(name_of(entry)), *indices_of(entry), *self.behind)

    def rates(self) -> Rates:
        for equation in self.equations:
            if arrays_in(equation.right) & (self.moved | self.found.keys()):
                self._derive(equation)
        return Rates(tuple(self.found.values()), tuple(self.steps), all_of(self.proofs))

    def _derive(self, equation: Equation) -> None:
        ranges = {**equation.ranges, **self.sizes}
        moving = [n for n in sorted(arrays_in(equation.right)) if n in self.moved or n in self.found]
        line = Add(*(self._through(equation, name) for name in moving))
        left = self.rate(equation.left)
        rule = Step("chain-rule", left, line, uses=(equation.name,), ranges=ranges)
        self.steps.append(replace(rule, proof=all_of([])))
        line = self._local(equation, line, ranges)
        line = self._advance("contract", line, contract(line, ranges), ranges)
        line, known = self._named(equation, line, ranges)
        line = self._advance("simplify", line, collect(line), ranges)
        self.proofs.append(self._audit(equation, moving, line, ranges, known))
        self.found[equation.name] = Equation(name_of(left), (*equation.indices, *self.behind), line, ranges)

    def _audit(
        self, equation: Equation, moving: Iterable[str], line: Expr, ranges: Mapping[Symbol, Expr], known: Known
    ) -> Proof:
        """That `line` is how fast the equation moves, by exact forward differentiation of it."""
        parts: list[Expr] = []
        for array in moving:
            entry = element(array, *(Symbol(f"moving {n}") for n in range(len(self.axes[array]))))
            parts += [entry, self.rate(entry)]
        definitions = {**known[0], equation.name: equation}
        sloped = {f.label for f in (line + equation.right).atoms(Named) if f.order}
        functions = {n: f for n, f in known[1].items() if f.axis is None and n not in sloped}
        proof = decided(Along(equation.left, *parts), line, ranges, definitions, (), functions)
        return accepted(proof, Step("forward", equation.left, line))

    def _through(self, equation: Equation, array: str) -> Expr:
        """The sum over the entries of one array of its partial derivative times its rate."""
        letters: list[Symbol] = []
        for letter in self._letters(array):
            taken = {*letters, *equation.indices, *self.behind}
            letters.append(fresh(taken, prefer=(letter.name, "k", "m", "q", "r")))
        entry = element(array, *letters)
        body = Mul(Partial(equation.left, entry), self.rate(entry))
        return total(body, *zip(letters, self.axes[array], strict=True))

    def _letters(self, array: str) -> tuple[Symbol, ...]:
        if array in self.model.letters:
            return self.model.letters[array]
        return next(e.indices for e in self.equations if e.name == array)

    def _local(self, equation: Equation, line: Expr, ranges: Mapping[Symbol, Expr]) -> Expr:
        scopes = scopes_of(line, line.atoms(Partial), ranges)
        values = {}
        for node, (scope, *_) in scopes.items():
            same = dict(zip(equation.indices, equation.indices, strict=True))
            _, right, _ = instance(equation, same, set(free_indices(node.by)))
            here = {i: scope[i] for i in (*equation.indices, *free_indices(node.by))}
            lemma = self.book.jacobian(equation, node.of, right, node.by, here)
            values[node] = lemma.right if lemma else contract(partial(right, node.by), scope)
        after = replace_in(line, values)
        step = Step("local-derivative", line, after, about=tuple(values), uses=(equation.name,), ranges=ranges)
        proof = by_parts(line, after, values, ranges, "local-derivative", {equation.name: equation})
        self.steps.append(replace(step, proof=proof))
        return after

    def _named(self, equation: Equation, line: Expr, ranges: Mapping[Symbol, Expr]) -> tuple[Expr, Known]:
        """Slopes through outputs, and arrays where the line spells out what they are; what that rests on."""
        near = [e for e in self.model.equations if e.name in arrays_in(line)]
        near = near if equation.name in self.averaged else [equation, *near]
        after, names, labels = through_outputs(line, near, self.book)
        functions = dict(self.model.functions) if labels else {}
        definitions = {e.name: e for e in near if e.name in names}
        line = self._advance("through-output", line, after, ranges, definitions=definitions, functions=functions)
        after, again = named_again(line, near, ranges)
        more = {e.name: e for e in near if e.name in again}
        line = self._advance("name", line, after, ranges, definitions=more)
        return line, ({**definitions, **more}, functions)

    def _advance(self, rule: str, before: Expr, after: Expr, ranges: Mapping[Symbol, Expr], **context) -> Expr:
        if before != after and after is not S.NaN:
            uses = tuple(context.get("definitions", ()))
            self.steps.append(checked(Step(rule, before, after, uses=uses, ranges=ranges), **context))
        return after
