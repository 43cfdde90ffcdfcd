"""The figure of credit assignment: what a hidden unit gets back from every unit of the next layer."""

from __future__ import annotations

from sympy import Expr, Indexed, Sum

from derive.backward.steps import Result
from derive.renaming import factors_of, substitute
from derive.terms import element, indices_of, name_of, range_of

from . import display as show
from .context import Context
from .document import Figure
from .drawing import Arrow, Disc, Item, Label
from .figure_columns import column, common_radius, pitch_of, placed, units_of
from .figure_pieces import GAP, beside, box, drawing, joined, words_width

BETWEEN = 1.0
MOST = 5
ROOM = 3.6
SLOPE_ARROW = 2.2
SLOPE_ABOVE = 1.0
NEAR = 0.3
"""Where the weights stand on their arrows, from the units of the next layer on."""


def credit_of(context: Context, result: Result) -> Figure | None:
    """The sum in the derivative by a hidden unit's output; nothing where it is no such sum."""
    sign = context.notation.error_sign
    parts = _parts(result, sign)
    if parts is None:
        return None
    weight, delta, letter, size = parts
    places = units_of(context, size, MOST)
    terms = column(places, lambda place: (context.text(element(name_of(delta), place)),), (), "output", ROOM)
    unit = context.text(element(result.array, *indices_of(result.left)))
    radius = max(common_radius([terms]), words_width((unit,)) / 2 + 0.25)
    pitch = pitch_of([terms], BETWEEN)
    distance = max(11.0, (len(places) - 1) * pitch * 0.9)
    (_, above) = placed([None, terms], distance, pitch)
    assert above is not None
    hidden = Disc(0, 0, radius, (unit,), "hidden")
    items: list[Item] = [hidden, *above.items]
    for place, disc in zip((p for p in places if p is not None), above.discs, strict=True):
        arrow = joined(disc, hidden, "strong")
        items += [arrow, beside(arrow, (context.text(substitute(weight, {letter: place})),), NEAR)]
    items += _passed_on(context, result, hidden)
    bottom = max(disc.y + disc.radius for disc in above.discs)
    sums = show.equation(context.text(result.left), context.text(result.right))
    edges = [edge for item in items for edge in (box(item)[0], box(item)[2])]
    items.append(Label((min(edges) + max(edges)) / 2, max(bottom, radius + 0.8) + 1.4, (sums,), tone="strong"))
    return Figure(
        drawing(items), context.texts.say("figure credit", unit=(unit,)), context.texts.plain("figure credit alt")
    )


def _parts(result: Result, sign: int) -> tuple[Expr, Expr, Expr, Expr] | None:
    """Weight, error term, letter and width of a sum ``sum(k, W2[k,j]*delta2[k])``, or of minus it."""
    total = sign * result.right
    if not isinstance(total, Sum) or len(indices_of(result.left)) != 1:
        return None
    letter, size = range_of(total)
    factors = factors_of(total.args[0])
    if len(factors) != 2 or not all(isinstance(f, Indexed) for f in factors):
        return None
    weights = [f for f in factors if set(indices_of(f)) == {letter, *indices_of(result.left)}]
    terms = [f for f in factors if indices_of(f) == (letter,)]
    return (weights[0], terms[0], letter, size) if weights and terms else None


def _passed_on(context: Context, result: Result, hidden: Disc) -> list[Item]:
    """The error term that leaves the unit at the left, and the slope on its way."""
    for other in context.derivation.results:
        for step in other.steps if other.kind == "delta" else ():
            factors = list(factors_of(context.notation.error_sign * step.after))
            if step.rule == "local-derivative" and result.left in factors and len(factors) == 2:
                factors.remove(result.left)
                slope, term = (context.text(factors[0]),), (context.text(other.left),)
                length = max(SLOPE_ARROW, words_width(slope) + 0.6)
                start, end = hidden.x - hidden.radius, hidden.x - hidden.radius - length
                arrow = Arrow((start, hidden.y), (end, hidden.y), tone="strong")
                above = Label((start + end) / 2, hidden.y - SLOPE_ABOVE, slope)
                return [arrow, above, Label(end - 2 * GAP, hidden.y, term, "end", "strong")]
    return []
