"""Sums: over the letter of an index, over records, over layers or moments, over axes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ...forward.syntax import Entry, Inverse, Plus
from ..reading import sketch as sk
from . import numpy_arrays
from .roles import stem_and_number
from .search import Option, Unfit
from .values import Axis, Value, broadcast, summed, times

if TYPE_CHECKING:
    from .formula import Formula

MOMENTS = ("t", "l", "tau", "s", "ell")
_ONE, _ZERO = sk.Number(Fraction(1)), sk.Number(Fraction(0))


def total(formula: Formula, node: sk.Sum) -> Value:
    """The value of a sum. Raises Unfit where nothing says what it runs over."""
    context = formula.context
    if not node.letters:
        return _over_axes(formula, node)
    moments = [letter for letter in node.letters if _is_moment(formula, node, letter)]
    if moments:
        return _written_out(formula, node, moments[0])
    _check_limits(formula, node)
    letters, body_read = _merged(formula, node)
    outer = dict(context.scope)
    inner = []
    for letter in letters:
        context.count += 1
        inner.append(f"@{context.count}")
        context.scope[letter] = inner[-1]
    try:
        body = formula.value(body_read)
    finally:
        context.scope = outer
    unknown = [letter for letter in inner if letter not in context.sizes]
    bound = tuple(letter for letter in inner if letter in context.sizes)
    made = Value(summed(body.node, bound), body.axes)
    return _over_records(formula, made, node) if unknown else made


def _check_limits(formula: Formula, node: sk.Sum) -> None:
    """Sums over a part of the values are not meant by any row of the plain language."""
    if node.lower not in (None, _ONE, _ZERO):
        raise Unfit("a sum from another place than the first is not read")
    if any(word in node.over for word in ("neq", "!=", "\\ne")):
        raise Unfit("a sum that leaves out values is not read")


def _merged(formula: Formula, node: sk.Sum) -> tuple[tuple[str, ...], sk.Sketch]:
    """The letters of the sum and its body; letters that always stand together may be one index of the model."""
    names = [n for n in sk.walk(node.body) if isinstance(n, sk.Name)]
    marks = tuple(sk.Name(letter) for letter in node.letters)
    touched = [n for n in names if set(marks) & {*n.below, *n.above}]
    if len(marks) < 2 or not touched or any(n.below[: len(marks)] != marks for n in touched):
        return node.letters, node.body
    options = [Option(False), Option(True, 0.2, f"{', '.join(node.letters)} are one index of the model")]
    if not formula.context.choose(("merged", node), options):
        return node.letters, node.body
    return node.letters[:1], _with_one(node.body, marks)


def _with_one(node: sk.Sketch, marks: tuple[sk.Name, ...]) -> sk.Sketch:
    if isinstance(node, sk.Name):
        return replace(node, below=node.below[len(marks) - 1 :]) if node.below[: len(marks)] == marks else node
    return sk.rebuilt(node, lambda child: _with_one(child, marks))


def _over_records(formula: Formula, value: Value, node: sk.Sum) -> Value:
    """A sum whose letter stands in no array: over the open axis of the records, if there is one."""
    records = formula.context.roles.records
    axis = next((axis for axis in value.open if axis.size == records and records is not None), None)
    if axis is None:
        raise Unfit(f"nothing says what the sum over {', '.join(node.letters)} runs over")
    formula.context.path.note(f"the sum over {', '.join(node.letters)} runs over the records")
    return _without(value, (axis,))


def _without(value: Value, axes: tuple[Axis, ...], keep: bool = False) -> Value:
    kept = tuple(Axis() if axis in axes else axis for axis in value.axes if keep or axis not in axes)
    return Value(summed(value.node, tuple(axis.letter for axis in axes)), kept)


def _over_axes(formula: Formula, node: sk.Sum) -> Value:
    """A sum without a letter: over the records, else over everything; it may be over any one axis."""
    value = formula.value(node.body)
    if not value.open:
        raise Unfit("a sum without a letter, of a number")
    records = formula.context.roles.records
    chosen: list[tuple[Axis, ...]] = [(axis,) for axis in value.open]
    options = [Option(n, 0.0 if axis.size == records else 1.0) for n, axis in enumerate(value.open)]
    if len(value.open) > 1:
        options.append(Option(len(chosen), 0.5))
        chosen.append(value.open)
    place = formula.context.choose(("axes", node), options)
    return _without(value, chosen[place], keep=True)


def _is_moment(formula: Formula, node: sk.Sum, letter: str) -> bool:
    """Whether a letter tells arrays of a model apart, as t in h_t where the model has h1, h2, h3."""
    model = formula.context.model
    numbered = [stem for stem, number in map(stem_and_number, model.axes) if number is not None]
    families = {stem.lower() for stem in numbered if numbered.count(stem) > 1}
    if letter not in MOMENTS:
        return False
    names = [
        n
        for n in sk.walk(node.body)
        if isinstance(n, sk.Name) and any(_mentions(p, letter) for p in (*n.below, *n.above))
    ]
    return bool(names) and all(n.stem.lower() in families | {"delta"} for n in names)


def _mentions(part: sk.Sketch, letter: str) -> bool:
    return any(isinstance(n, sk.Name) and n.stem == letter for n in sk.walk(part))


def _written_out(formula: Formula, node: sk.Sum, letter: str) -> Value:
    """A sum over moments or layers, one term for each that the model has."""
    context = formula.context
    numbers = sorted({n for _, n in map(stem_and_number, context.model.axes) if n is not None})
    rest = tuple(other for other in node.letters if other != letter)
    body = sk.Sum(rest, node.body) if rest else node.body
    terms = []
    before = dict(context.marks)
    for number in numbers:
        context.marks = {**before, letter: number}
        try:
            terms.append(formula.value(body))
        except Unfit:
            if number != numbers[0] and number != numbers[-1]:
                raise
        finally:
            context.marks = before
    if not terms:
        raise Unfit(f"the model has no arrays for the sum over {letter}")
    context.path.note(f"the sum over {letter} has {len(terms)} terms")
    return broadcast(tuple(terms), lambda *parts: Plus(tuple(parts)))


def reduced(formula: Formula, node: sk.Reduce) -> Value:
    """``np.sum(of, axis=0)``, or a bar over a term. Raises Unfit for the largest and the smallest."""
    value = formula.value(node.of)
    if node.kind not in ("sum", "mean"):
        raise Unfit(f"{node.kind} over an axis is not read")
    if formula.context.literal:
        return numpy_arrays.reduced(value, node)
    axes = value.axes
    if node.axis is None:
        if node.kind == "mean" and len(value.open) > 1 and not node.keepdims:
            return _mean_of_one(formula, value, node)
        chosen = value.open
    else:
        real = axes if len(axes) > abs(node.axis) - (node.axis < 0) else value.open
        if not -len(real) <= node.axis < len(real):
            raise Unfit(f"axis {node.axis} of an array with {len(real)} axes")
        chosen = tuple(axis for axis in (real[node.axis],) if axis.letter)
    made = _without(value, chosen, node.keepdims)
    if node.kind == "sum":
        return made
    return Value(times(made.node, *(Inverse(Entry(str(a.size))) for a in chosen)), made.axes)


def _mean_of_one(formula: Formula, value: Value, node: sk.Reduce) -> Value:
    """A bar over a matrix: the mean along one of its axes, or along all."""
    options = [Option(n, 0.0, f"the bar is the mean over {axis.size}") for n, axis in enumerate(value.open)]
    place = formula.context.choose(("mean", node), options)
    axis = value.open[place]
    made = _without(value, (axis,), keep=True)
    return Value(times(made.node, Inverse(Entry(str(axis.size)))), made.axes)
