"""The lemmas of one derivation: each proved when first needed, then used by name."""

from __future__ import annotations

from sympy import Expr, Indexed, Mul, Pow, Sum

from ..records import Equation, Formula, Model
from ..renaming import factors_of, found_in, rebuild, replace
from ..terms import Named, Partial, element, free_indices, indices_of, name_of, named
from .calculus import partial
from .checking import checked
from .contract import contract
from .lemmas import INPUT, OUTPUT, is_expressed_by_output, slope_lemma
from .simplify import collect
from .steps import Lemma, Step

_PROVED: dict[tuple[Formula, tuple[Formula, ...]], Lemma] = {}


class Book:
    """Slopes of activations through their outputs, and Jacobians of quotients such as softmax."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._slopes: dict[str, Lemma] = {}
        self._jacobians: dict[tuple[str, str], Lemma | None] = {}

    def slope(self, label: str) -> Lemma | None:
        """The lemma on f' for a function the model knows; None for an unknown f."""
        formula = self.model.functions.get(label)
        if formula is None or formula.axis is not None:
            return None
        if label not in self._slopes:
            key = (formula, tuple(self.model.functions.values()))
            if key not in _PROVED:
                _PROVED[key] = slope_lemma(formula, self.model.functions)
            self._slopes[label] = _PROVED[key]
        return self._slopes[label]

    def slopes(self) -> dict[str, Expr]:
        """f' in terms of z and a, for the functions where the output says it."""
        return {label: lemma.right for label, lemma in self._slopes.items() if is_expressed_by_output(lemma)}

    def jacobian(self, equation: Equation, of: Expr, right: Expr, by: Expr, ranges: dict) -> Lemma | None:
        """The derivative of an array by another, written in the array itself.

        `of` = `right` is the equation at the letters wanted. None where naming the array again
        does not help (an affine map, say).
        """
        if _carrier(equation) is None:
            return None
        raw = contract(partial(right, by), ranges)
        here = Equation(equation.name, tuple(indices_of(of)), right, ranges)
        named_again = collect(recognise(raw, here))
        if named_again == raw or not _mentions(named_again, equation.name):
            return None
        left = Partial(of, by)
        definitions = {equation.name: equation}
        steps = (
            checked(Step("differentiate", left, raw, ranges=ranges, uses=(equation.name,)), definitions=definitions),
            checked(Step("name", raw, named_again, ranges=ranges, uses=(equation.name,)), definitions=definitions),
        )
        lemma = Lemma(f"d{equation.name}/d{name_of(by)}", left, named_again, steps, ranges)
        self._jacobians[equation.name, name_of(by)] = lemma
        return lemma

    def used(self) -> tuple[Lemma, ...]:
        """Every lemma that was asked for and holds something."""
        return (*self._slopes.values(), *(lemma for lemma in self._jacobians.values() if lemma))


def _mentions(expression: Expr, name: str) -> bool:
    return any(name_of(e) == name for e in expression.atoms(Indexed))


def _carrier(equation: Equation) -> Expr | None:
    """The factor of a quotient that can be recognised again: exp(z[k]) of exp(z[k])/sum."""
    factors = factors_of(equation.right)
    if not any(isinstance(f, Pow) and isinstance(f.base, Sum) and f.exp == -1 for f in factors):
        return None
    plain = [f for f in factors if not f.has(Sum) and free_indices(f)]
    if len(plain) != 1 or isinstance(plain[0], Indexed) or not equation.indices:
        return None
    last = equation.indices[-1]
    rest = Mul(*(f for f in factors if f is not plain[0]))
    return plain[0] if last in free_indices(plain[0]) and last not in free_indices(rest) else None


def recognise(expression: Expr, equation: Equation) -> Expr:
    """`expression` with the numerator of a quotient replaced by the array times the rest."""
    carrier = _carrier(equation)
    if carrier is None:
        return expression
    rest = Mul(*(f for f in factors_of(equation.right) if f is not carrier))

    def visit(node: Expr) -> Expr:
        match = _match(carrier, node, set(equation.indices))
        if match is not None and set(match) == free_indices(carrier):
            here = [match.get(letter, letter) for letter in equation.indices]
            return element(equation.name, *here) / rest.xreplace(match)
        if not node.args or isinstance(node, (Indexed, Sum)):
            return node
        return rebuild(node, map(visit, node.args))

    return visit(expression)


def _match(pattern: Expr, node: Expr, letters: set) -> dict | None:
    """The letters that turn `pattern` into `node`; None where they differ otherwise."""
    if pattern in letters:
        return {pattern: node}
    if pattern == node and not free_indices(pattern):
        return {}
    if type(pattern) is not type(node) or len(pattern.args) != len(node.args) or not pattern.args:
        return None
    found: dict = {}
    for ours, theirs in zip(pattern.args, node.args, strict=True):
        part = _match(ours, theirs, letters)
        if part is None or any(found.get(k, v) != v for k, v in part.items()):
            return None
        found.update(part)
    return found


def through_outputs(expression: Expr, equations: list[Equation], book: Book) -> tuple[Expr, tuple[str, ...], set[str]]:
    """Slopes f'(u) put in terms of f(u), which an equation may call by the name of an array.

    Returns the new expression, the names of those arrays, and the functions used.
    """
    replaced: dict[Expr, Expr] = {}
    arrays: list[str] = []
    functions: set[str] = set()
    for slope in found_in(expression, Named):
        if slope.order != 1 or (lemma := book.slope(slope.label)) is None or not is_expressed_by_output(lemma):
            continue
        argument = slope.args[0]
        value = _named_value(slope, equations)
        if not isinstance(value, Named):
            arrays.append(name_of(value))
        functions.add(slope.label)
        replaced[slope] = lemma.right.xreplace({OUTPUT: value, INPUT: argument})
    return replace(expression, replaced), tuple(dict.fromkeys(arrays)), functions


def _named_value(slope: Expr, equations: list[Equation]) -> Expr:
    value = named(slope.label)(slope.args[0])
    for equation in equations:
        match = _match(equation.right, value, set(equation.indices))
        if match is not None and set(match) >= set(equation.indices):
            return element(equation.name, *(match[letter] for letter in equation.indices))
    return value
