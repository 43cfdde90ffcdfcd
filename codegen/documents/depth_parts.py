"""What the parts of a document on networks of any depth share: their contexts, and ranges of layers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.backward.depth import HERE, Induction
from derive.backward.steps import Result

from . import display as show
from .context import Context
from .display import Node, Operator, Symbol
from .document import Numbers
from .notation import notation_for
from .texts import Texts

DOTS = Operator("…", "punctuation")
COMMA = Operator(",", "punctuation")
LAYER, LAST = Symbol("l"), Symbol("L")
ABOVE = show.row(LAYER, Operator("+"), show.number(1))
BELOW = show.row(LAYER, Operator("−"), show.number(1))
SECOND_LAST = show.row(LAST, Operator("−"), show.number(1))


def between(first: Node, last: Node) -> Node:
    """``first, ..., last``."""
    return show.joined([first, DOTS, last], COMMA)


EVERY = between(show.number(1), LAST)
HIDDEN = between(show.number(1), SECOND_LAST)
HIDDEN_DOWN = between(SECOND_LAST, show.number(1))
DOWN = show.joined([LAST, SECOND_LAST, DOTS, show.number(1)], COMMA)


def ranging(layers: Node) -> Node:
    """``l = 1, ..., L``."""
    return show.equation(LAYER, layers)


def beside(formula: Node, layers: Node | None) -> Node:
    """A formula and the layers for which it holds."""
    return formula if layers is None else show.row(formula, COMMA, show.Space("quad"), ranging(layers))


@dataclass(frozen=True)
class Parts:
    """The base case, whose layer prints as L; the step, the gradients and the whole, whose layer prints as l."""

    induction: Induction
    base: Context
    step: Context
    layer: Context
    whole: Context

    @property
    def texts(self) -> Texts:
        return self.whole.texts

    @property
    def proving(self) -> tuple[Context, ...]:
        """The parts that are proved, in their order."""
        return self.base, self.step, self.layer

    def statements(self) -> Iterator[tuple[Context, Result, Node | None]]:
        """The results, each with the layers it speaks of; none where that is the last one."""
        yield from ((self.base, r, None) for r in self.induction.base.answers)
        yield from ((self.step, r, HIDDEN_DOWN) for r in self.induction.step.answers)
        yield from ((self.layer, r, EVERY) for r in self.induction.gradients)


def parts_of(induction: Induction, texts: Texts, detail: str = "steps") -> Parts:
    """The contexts of an induction, with equation numbers in common."""
    numbers = Numbers()
    derivations = (induction.base, induction.step, induction.layer, induction.whole)
    notations = [notation_for(d.model, [r.right for r in d.results]) for d in derivations]
    first = min(notation.first for notation in notations)

    def context(place: int, letter: str) -> Context:
        notation = replace(notations[place], layered=True, first=first, layer=HERE, letter=letter)
        return Context(derivations[place], notation, texts, detail, numbers)

    return Parts(induction, context(0, "L"), context(1, "l"), context(2, "l"), context(3, "l"))
