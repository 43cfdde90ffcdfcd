"""Changes to slopes of activations: lost, gained, taken at another point, or of another function."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

from sympy import Expr, Indexed, Mul

from ...backward.lemmas import INPUT, OUTPUT, slope_lemma
from ...forward.activations import activation
from ...renaming import replace
from ...terms import Named, free_indices, name_of, named
from .changes import Change, without
from .places import Place, Scope, factors, places, terms
from .setting import Setting, Slope

COMMON = ("sigmoid", "tanh", "relu")


def add_slope(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A term times the slope of an activation."""
    for place in terms(formula, scope):
        for slope in setting.slopes_at(place.scope, place.binder):
            yield Change(place.put(Mul(place.node, slope.written(setting.primes))), slope.prime)


def drop_slope(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A slope among the factors of a product, left out."""
    for place, parts in factors(formula, scope):
        for factor in parts:
            if isinstance(factor, Named) and factor.order:
                yield Change(place.put(without(parts, factor)), factor)
        for slope in _slopes_among(parts, place.scope, setting):
            yield Change(place.put(without(parts, slope.through)), slope.prime)


def drop_slopes(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """Two slopes left out, or all of them."""
    singles = list(drop_slope(formula, scope, setting))
    for first, second in combinations(range(len(singles)), 2):
        for change in drop_slope(singles[first].formula, scope, setting):
            if change.right == singles[second].right:
                yield Change(change.formula, singles[first].right)


def divide_by_slope(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A term divided by the slope of an activation."""
    for place in terms(formula, scope):
        for slope in setting.slopes_at(place.scope, place.binder):
            yield Change(place.put(place.node / slope.written(setting.primes)), wrong=slope.prime)


def value_to_slope(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """The slope where the activation itself stands."""
    for place, parts in factors(formula, scope):
        for factor in parts:
            if isinstance(factor, Named) and not factor.order:
                prime = named(factor.label, 1)(factor.args[0])
                yield Change(place.put(Mul(without(parts, factor), prime)), prime, factor)
        for slope in setting.slopes_at(place.scope):
            for value in (slope.value, slope.argument):
                if value in parts and isinstance(value, Indexed):
                    new = Mul(without(parts, value), slope.written(setting.primes))
                    yield Change(place.put(new), slope.prime, value)


def slope_to_value(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """The activation itself where its slope stands."""
    for place, parts in factors(formula, scope):
        for slope in _slopes_among(parts, place.scope, setting):
            yield Change(place.put(Mul(without(parts, slope.through), slope.value)), slope.prime, slope.value)
        for factor in parts:
            if isinstance(factor, Named) and factor.order:
                value = named(factor.label, 0)(factor.args[0])
                yield Change(place.put(Mul(without(parts, factor), value)), factor, value)


def move_point(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """A slope, or the activation from which it is made, at another point: `right` is the slope there."""
    for place in places(formula, scope):
        node = place.node
        if isinstance(node, Named):
            for point in _points(node, place.scope, setting):
                new = named(node.label, node.order)(point)
                yield Change(place.put(new), named(node.label, 1)(point), named(node.label, 1)(node.args[0]))
    for place, parts in factors(formula, scope):
        yield from _moved_through(place, parts, setting)


def _moved_through(place: Place, parts: tuple[Expr, ...], setting: Setting) -> Iterator[Change]:
    """P(a) to P(b) and back, where the slope is P(a) through the output a."""
    for slope in setting.slopes_at(place.scope):
        if slope.through == slope.prime or not isinstance(slope.value, Indexed):
            continue
        for entry in _entries_at(slope.value, setting):
            other = replace(slope.through, {slope.value: entry})
            rest = without(parts, other)
            if rest is not None:
                yield Change(place.put(Mul(rest, slope.written(setting.primes))), slope.through, other)
        rest = without(parts, slope.through)
        if rest is not None:
            for entry in _entries_at(slope.value, setting):
                moved = replace(slope.through, {slope.value: entry})
                yield Change(place.put(Mul(rest, moved)), moved, slope.through)


def _entries_at(value: Expr, setting: Setting) -> list[Expr]:
    """Entries of the same shape at the same indices, derivatives left out."""
    return [e for e in setting.entries_like(value, {}) if name_of(e) in setting.question.model.axes]


def _points(node: Named, scope: Scope, setting: Setting) -> Iterator[Expr]:
    """Where else a function could be evaluated: where the model does, at arrays of this shape, deeper or less deep."""
    argument = node.args[0]
    seen = {argument}
    for slope in setting.slopes_at(scope):
        for point in (slope.argument, slope.value):
            if point not in seen and free_indices(point) & free_indices(argument):
                seen.add(point)
                yield point
    if isinstance(argument, Indexed):
        for entry in setting.entries_like(argument, scope):
            if entry not in seen and name_of(entry) in setting.question.model.axes:
                seen.add(entry)
                yield entry
    if isinstance(argument, Named) and argument.args[0] not in seen:
        yield argument.args[0]
    if named(node.label)(argument) not in seen and node.order:
        yield named(node.label)(argument)


def other_function(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """The slope of another activation in place of the right one: `right` is what is put in."""
    for place, parts in factors(formula, scope):
        for slope in setting.slopes_at(place.scope):
            for label, new in _rivals(slope, setting):
                for here in (slope.through, slope.prime):
                    if (rest := without(parts, here)) is not None:
                        yield Change(place.put(Mul(rest, new)), named(label, 1)(slope.argument), slope.prime)
                if (rest := without(parts, new)) is not None:
                    put = Mul(rest, slope.written(setting.primes))
                    yield Change(place.put(put), slope.prime, named(label, 1)(slope.argument))


def _rivals(slope: Slope, setting: Setting) -> Iterator[tuple[str, Expr]]:
    """The slopes of other activations where this one belongs, through the same output or at the same point."""
    output = slope.value if isinstance(slope.value, Indexed) else slope.argument
    for label, through in common_slopes().items():
        if label != slope.label:
            yield label, through.xreplace({OUTPUT: output, INPUT: slope.argument})
    for label, formula in setting.question.functions.items():
        if label != slope.label and formula.axis is None:
            yield label, named(label, 1)(slope.argument)


@cache
def common_slopes() -> dict[str, Expr]:
    """The slopes of the activations that are most often taken for one another, through their output."""
    return {label: slope_lemma(activation(label), {label: activation(label)}).right for label in COMMON}


def _slopes_among(parts: tuple[Expr, ...], scope: Scope, setting: Setting) -> Iterator[Slope]:
    """The slopes written through the output that are among the factors."""
    for slope in setting.slopes_at(scope):
        if slope.through != slope.prime and without(parts, slope.through) is not None:
            yield slope
