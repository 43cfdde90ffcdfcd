"""Changes to whole terms and to lines of the derivation: a path forgotten, a diagonal alone, weights too new."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, Indexed, S, Sum, Symbol

from ...backward.steps import cotangent
from ...records import Equation
from ...renaming import found_in, substitute, terms_of
from ...terms import Partial, name_of, range_of
from .changes import Change
from .forms import forms, lines_of
from .places import Scope, places
from .scaling import is_penalty
from .setting import Setting, is_derivative

LINES = 24
"""So many lines of the derivation are looked at."""


def drop_term(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """One term of a sum of terms, left out. `wrong` is the term."""
    for place in places(formula, scope):
        if isinstance(place.node, Add):
            for term in place.node.args:
                yield Change(place.put(place.node - term), wrong=term)


def drop_penalty(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """The penalty's term left out, or a constant factor of it. `right` is what is left out."""
    for change in drop_term(formula, scope, setting):
        if is_penalty(change.wrong, setting):
            yield change.turned()


def add_penalty(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """The terms of the right formula that speak of parameters only, added to the formula."""
    seen: set[Expr] = set()
    for form in forms(setting):
        for term in terms_of(form):
            if term not in seen and is_penalty(term, setting):
                seen.add(term)
                yield Change(formula + term, term)


def add_term(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A term of the right formula added to the formula. `right` is the term."""
    seen: set[Expr] = set()
    for form in forms(setting):
        for term in terms_of(form) if isinstance(form, Add) else ():
            if term not in seen:
                seen.add(term)
                yield Change(formula + term, term)


def mend_term(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A term added to the formula: one of the right formula, or the number 1 to any part of it."""
    yield from add_term(formula, scope, setting)
    for place in places(formula, scope):
        if not place.node.is_number:
            for number in (S.One, S.NegativeOne):
                yield Change(place.put(place.node + number), number)


def old_weights(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """W in place of W - eta*dC/dW. `right` is W, `wrong` what stands for it."""
    parameters = set(setting.question.model.parameters)
    for place in places(formula, scope):
        if isinstance(place.node, Add):
            for term in place.node.args:
                if isinstance(term, (Indexed, Symbol)) and name_of(term) in parameters:
                    yield Change(place.put(term), term, place.node)


def new_weights(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """W - dC/dW in place of W."""
    for place in places(formula, scope):
        if isinstance(place.node, Indexed) and name_of(place.node) in setting.question.model.parameters:
            updated = place.node - cotangent(place.node)
            yield Change(place.put(updated), place.node, updated)


def forgotten_path(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """The line of a derivative without one of its terms: an array that it acts through is forgotten."""
    for line in _lines(setting):
        for term in terms_of(line.right) if isinstance(line.right, Add) else ():
            passed = [name_of(e) for e in found_in(term, (Indexed, Symbol)) if is_derivative(name_of(e), setting)]
            if passed and not is_penalty(term, setting):
                yield Change(setting.question.left, setting.array_of(passed[0]), line=_with(line, line.right - term))


def diagonal_only(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """The line of a derivative with one term of a sum in place of the sum: that at the entry's own index."""
    for line in _lines(setting):
        for place in places(line.right, line.ranges):
            if isinstance(place.node, Sum) and _is_over_vector(place.node, setting):
                letter, size = range_of(place.node)
                for own, own_size in place.scope.items():
                    if own_size == size and own != letter:
                        spoiled = _with(line, place.put(substitute(place.node.args[0], {letter: own})))
                        yield Change(setting.question.left, letter, line=spoiled)


def _is_over_vector(node: Sum, setting: Setting) -> bool:
    """Whether a sum runs over the outputs of a function of a vector, such as softmax."""
    return any(name_of(entry) in setting.of_vectors for entry in found_in(node, Indexed))


def _lines(setting: Setting) -> list[Equation]:
    """The lines of every derivative that the left side rests on, the first of each first."""
    if "lines" in setting._known:
        return setting._known["lines"]
    derivatives = setting.question.derivatives
    found: list[Equation] = []
    seen, stack = set(), sorted(setting.own)
    while stack and len(found) < LINES:
        name = stack.pop(0)
        if name in seen or name not in derivatives:
            continue
        seen.add(name)
        lines = lines_of(name, setting)
        here = [line for line in lines if not found_in(line.right, Partial)][:1]
        found += (*here, derivatives[name])
        for line in (*here, derivatives[name]):
            stack += [name_of(e) for e in found_in(line.right, (Indexed, Symbol)) if name_of(e) in derivatives]
    setting._known["lines"] = found
    return found


def _with(line: Equation, right: Expr) -> Equation:
    return Equation(line.name, line.indices, right, line.ranges)
