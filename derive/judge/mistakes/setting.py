"""What a mistake can be made with: the activations of the model and their slopes, its arrays, its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from sympy import Expr, Indexed, Integer, Mul, Rational, Sum, Symbol, exp

from ...backward.book import Book
from ...backward.calculus import partial
from ...backward.lemmas import INPUT, OUTPUT
from ...errors import BackproofError
from ...proof.nodes import names_in
from ...records import Equation
from ...renaming import found_in, substitute
from ...terms import Named, cotangent_name, element, free_indices, indices_of, name_of, named, scalar
from ..records import Question
from .places import Scope, places

MOST = 12
"""So many ways to put the letters in scope into one formula are tried."""


@dataclass(frozen=True)
class Slope:
    """The derivative of an activation: f'(z[j]), and the same through the output where that is known.

    `value` is what the activation gives: the array entry that is defined so, else f(z[j]).
    """

    argument: Expr
    value: Expr
    prime: Expr
    through: Expr
    letters: Scope
    label: str = ""

    def at(self, mapping: dict[Symbol, Expr]) -> Slope:
        """The slope at other letters."""
        argument, value = substitute(self.argument, mapping), substitute(self.value, mapping)
        prime, through = substitute(self.prime, mapping), substitute(self.through, mapping)
        return Slope(argument, value, prime, through, {}, self.label)

    def written(self, primes: bool) -> Expr:
        """The slope as f'(z[j]) or through the output."""
        return self.prime if primes else self.through


@dataclass(frozen=True)
class Setting:
    """A question as the mistakes see it. `primes`: slopes are written f'(z[j]) here."""

    question: Question
    primes: bool = False
    _known: dict = field(default_factory=dict, compare=False)

    @cached_property
    def own(self) -> frozenset[str]:
        """The derivatives on the left side: to say that they are themselves mends nothing."""
        return names_in(self.question.left) - {*self.question.forward, *self.question.scalars}

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The parameters by which the left side differentiates."""
        return frozenset(p for p in self.question.model.parameters if any(n.endswith(f"/d{p}") for n in self.own))

    @cached_property
    def arrays(self) -> dict[str, tuple[Expr, ...]]:
        """The dimensions of every array that a formula may speak of."""
        model = self.question.model
        found = dict(model.axes)
        for name, equation in self.question.derivatives.items():
            found[name] = tuple(equation.ranges[i] for i in equation.indices)
        return {name: axes for name, axes in found.items() if name not in self.own and name != model.cost}

    @cached_property
    def slopes(self) -> tuple[Slope, ...]:
        """The slopes of all activations in the model."""
        book = Book(self.question.model)
        found: dict[Expr, Slope] = {}
        for equation in self.question.model.equations:
            for slope in (*_of_functions(equation, book), *_of_formula(equation)):
                found.setdefault(slope.prime, slope)
        return tuple(found.values())

    @cached_property
    def of_vectors(self) -> frozenset[str]:
        """Arrays that are functions of a vector, such as a softmax: sums and exponentials of one argument."""
        return frozenset(
            e.name for e in self.question.model.equations if any(s.has(exp) for s in found_in(e.right, Sum))
        )

    def array_of(self, derivative: str) -> str:
        """The array by which a derivative of the cost is taken."""
        named = (name for name in self.question.model.axes if cotangent_name(name) == derivative)
        return next(named, derivative.rpartition("/d")[2])

    def slopes_at(self, scope: Scope, about: Symbol | None = None) -> Iterator[Slope]:
        """The slopes with the letters in scope in them; all with the letter `about`, if that is given."""
        for slope in self.slopes:
            for mapping in fitting(slope.letters, scope):
                if about is None or about in mapping.values():
                    yield slope.at(mapping)

    def entries_like(self, entry: Expr, scope: Scope) -> Iterator[Expr]:
        """Entries of other arrays of the same shape, at the same indices."""
        name, indices = name_of(entry), indices_of(entry)
        axes = self.arrays.get(name)
        if axes is None:
            axes = tuple(scope.get(i, i) for i in indices)
        for other, other_axes in self.arrays.items():
            if other != name and other_axes == axes:
                yield element(other, *indices)

    @cached_property
    def scalars(self) -> tuple[Symbol, ...]:
        """The numbers with a name: those of the model, and those of the claim alone."""
        model = self.question.model
        names = [n for n, axes in model.axes.items() if not axes and n != model.cost]
        return tuple(scalar(name) for name in dict.fromkeys((*names, *self.question.scalars)) if name not in self.own)

    @cached_property
    def sizes(self) -> tuple[Expr, ...]:
        """The dimensions of the model and of the claim."""
        found = dict.fromkeys(self.question.ranges.values())
        for axes in self.question.model.axes.values():
            found.update(dict.fromkeys(axes))
        return tuple(size for size in found if not size.is_number)

    @cached_property
    def numbers(self) -> tuple[Expr, ...]:
        """Constant factors that are often lost or gained; of each also the inverse is tried."""
        small = [Integer(2), Integer(3), Integer(4), Rational(3, 2)]
        pairs = [Integer(2) * size for size in self.sizes] + [size / 2 for size in self.sizes]
        mixed = [Mul(a, b) for n, a in enumerate(self.sizes) for b in self.sizes[n + 1 :]]
        return (*small, *self.sizes, *self.scalars, *pairs, *mixed)


def fitting(letters: Scope, scope: Scope) -> Iterator[dict[Symbol, Expr]]:
    """The ways to put letters in scope, different ones of the right dimension, in the place of `letters`."""
    choices = [[s for s, size in scope.items() if size == wanted] for wanted in letters.values()]
    count = 0
    for chosen in product(*choices):
        if len(set(chosen)) == len(chosen):
            yield dict(zip(letters, chosen, strict=True))
            if (count := count + 1) >= MOST:
                return


def _of_functions(equation: Equation, book: Book) -> Iterator[Slope]:
    """The slopes of the functions with a name that an equation applies."""
    for place in places(equation.right, equation.ranges):
        node = place.node
        if not isinstance(node, Named) or node.order:
            continue
        argument = node.args[0]
        value = equation.left if node == equation.right else node
        prime = named(node.label, 1)(argument)
        yield Slope(argument, value, prime, _through(node, value, book), _scope_of(argument, place.scope), node.label)


def _through(node: Named, value: Expr, book: Book) -> Expr:
    try:
        lemma = book.slope(node.label)
    except BackproofError:
        lemma = None
    if lemma is None:
        return named(node.label, 1)(node.args[0])
    return lemma.right.xreplace({OUTPUT: value, INPUT: node.args[0]})


def _of_formula(equation: Equation) -> Iterator[Slope]:
    """The slope of an activation that is written out, as in a[j] = max(z[j], 0)."""
    right, entries = equation.right, found_in(equation.right, Indexed)
    if len(entries) != 1 or isinstance(right, Named) or right.has(Sum) or indices_of(entries[0]) != equation.indices:
        return
    try:
        slope = partial(right, entries[0])
    except BackproofError:
        return
    if free_indices(slope) == set(equation.indices):
        yield Slope(entries[0], equation.left, slope, slope, equation.ranges)


def _scope_of(argument: Expr, scope: Scope) -> Scope:
    return {letter: scope[letter] for letter in sorted(free_indices(argument), key=str) if letter in scope}


def is_derivative(name: str, setting: Setting) -> bool:
    """Whether this is the name of a derivative."""
    return name in setting.question.derivatives or name in map(cotangent_name, setting.question.model.axes)
