"""The right formula in several forms, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sympy import Add, Expr, Indexed, Mul, Symbol

from ...backward.lemmas import INPUT, OUTPUT, slope_lemma
from ...errors import BackproofError
from ...records import Equation
from ...renaming import clear_of, factors_of, found_in, replace, substitute
from ...terms import Named, Partial, free_indices, indices_of, name_of, named
from ..judging import functions_of
from ..records import Question
from .places import Scope, places
from .setting import Setting, fitting

MOST = 8
"""So many forms are kept."""
LARGEST = 400
"""Larger formulas than this, in operations, are no form that anybody writes."""


def forms(setting: Setting) -> tuple[Expr, ...]:
    """Formulas equal to the left side, shortest way first: as derived, lines on the way, other derivatives put in."""
    if "forms" not in setting._known:
        setting._known["forms"] = tuple(_forms(setting))
    return setting._known["forms"]


def _forms(setting: Setting) -> Iterator[Expr]:
    left, question = setting.question.left, setting.question
    kept: dict[Expr, None] = {}
    line = [unfolded(left, question.definitions, question.ranges)]
    if not setting.own:
        line = [out] if (out := written_out(question)) is not None else [left, *line]
    for formula in line:
        kept[formula] = None
    for name in setting.own:
        for earlier in lines_of(name, setting):
            if not found_in(earlier.right, Partial):
                kept[unfolded(left, {name: earlier}, question.ranges)] = None
    derivatives = question.derivatives
    for formula in tuple(kept):
        for _ in range(3):
            deeper = unfolded(formula, derivatives, question.ranges)
            if deeper == formula or deeper.count_ops() > LARGEST:
                break
            formula = deeper
            kept[formula] = None
    yield from list(kept)[:MOST]


def written_out(question: Question) -> Expr | None:
    """The left side with every slope f'(z) as a formula in f(z) or in z, the shorter one; None where there is none."""
    known, slopes = functions_of(question), {}
    for slope in found_in(question.left, Named):
        if slope.order == 1 and slope.label in known and known[slope.label].axis is None:
            lemma, argument = slope_lemma(known[slope.label], known), slope.args[0]
            value = {INPUT: argument, OUTPUT: named(slope.label)(argument)}
            ways = (form.xreplace(value) for form in (lemma.right, lemma.steps[0].after))
            slopes[slope] = min(ways, key=lambda form: form.count_ops())
    return replace(question.left, slopes) if slopes else None


def lines_of(name: str, setting: Setting) -> tuple[Equation, ...]:
    """The lines of the derivation of one derivative, each as an equation for it."""
    derivation, derivatives = setting.question.derivation, setting.question.derivatives
    here = derivatives.get(name)
    if derivation is None or here is None:
        return ()
    result = next((r for r in derivation.results if r.name == name), None)
    if result is None:
        return ()
    letters = indices_of(result.left)
    return tuple(Equation(name, letters, step.after, result.ranges) for step in result.steps if not step.facts)


def unfolded(formula: Expr, equations: Mapping[str, Equation], ranges: Scope) -> Expr:
    """The formula with the right sides of `equations` in place of the arrays, once."""
    values = {}
    for entry in found_in(formula, (Indexed, Symbol)):
        equation = equations.get(name_of(entry))
        if equation is not None and (isinstance(entry, Indexed) or not entry.is_integer):
            letters = dict(zip(equation.indices, indices_of(entry), strict=True))
            apart = clear_of(equation.right, (*ranges, *free_indices(entry)))
            values[entry] = substitute(apart, letters)
    return replace(formula, values)


def parts_at(scope: Scope, setting: Setting) -> tuple[Expr, ...]:
    """The factors in all forms, with letters that are in scope."""
    key = ("parts", tuple(scope.items()))
    if key not in setting._known:
        setting._known[key] = tuple(dict.fromkeys(_parts_at(scope, setting)))
    return setting._known[key]


def _parts_at(scope: Scope, setting: Setting) -> Iterator[Expr]:
    for factor, letters in _factors(setting).items():
        for mapping in fitting(dict(letters), scope):
            yield substitute(factor, mapping)


def _factors(setting: Setting) -> dict[Expr, tuple[tuple[Symbol, Expr], ...]]:
    """Every factor that stands in one of the forms, with the dimensions of its letters."""
    if "factors" in setting._known:
        return setting._known["factors"]
    found: dict[Expr, tuple[tuple[Symbol, Expr], ...]] = {}
    for formula in forms(setting):
        for place in places(formula, setting.question.ranges):
            for factor in factors_of(place.node) if isinstance(place.node, Mul) or place.is_term else ():
                if factor.is_number or isinstance(factor, Add) and factor.count_ops() > 12:
                    continue
                if names_allowed(factor, setting):
                    letters = sorted(free_indices(factor), key=str)
                    found[factor] = tuple((s, place.scope[s]) for s in letters if s in place.scope)
    setting._known["factors"] = found
    return found


def names_allowed(formula: Expr, setting: Setting) -> bool:
    """Whether a formula keeps clear of the derivative it is to explain."""
    try:
        return not {name_of(e) for e in found_in(formula, (Indexed, Symbol))} & setting.own
    except BackproofError:
        return False
