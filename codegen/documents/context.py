"""What every part of a document needs: the derivation, its notation, the numbers given so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from sympy import Expr, Symbol

from derive.backward.steps import Derivation
from derive.records import Model
from derive.terms import element

from . import display as show
from .display import Node, inline
from .document import Numbers, Words, listed
from .layers import Run, result_runs
from .notation import Notation
from .texts import Texts
from .typeset import typeset


@dataclass(frozen=True)
class Context:
    """A derivation on its way to a document.

    `detail` says how much is written out. `equations` are the numbers of the displayed forward
    equations by the name of the array, `lemmas` those of the lemmas by the name of the lemma.
    """

    derivation: Derivation
    notation: Notation
    texts: Texts
    detail: str = "steps"
    numbers: Numbers = field(default_factory=Numbers)
    equations: dict[str, int] = field(default_factory=dict)
    lemmas: dict[str, int] = field(default_factory=dict)

    @property
    def model(self) -> Model:
        return self.derivation.model

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The layers of the results, from the input on."""
        return result_runs(self.model, self.derivation.answers)

    @property
    def cost(self) -> Node:
        """The letter of the cost; of a model without one, that which its derivatives are written with."""
        return self.notation.entry(self.model.cost or "C")

    @cached_property
    def has_records(self) -> bool:
        """Whether the model is one of a record, of which there are many."""
        return bool(self.model.batch) or any(r.batch is not None for r in self.derivation.results)

    def set(self, expression: Expr) -> Node:
        """The display tree of an expression."""
        return typeset(expression, self.notation)

    def text(self, expression: Expr) -> Node:
        """The display tree of an expression for use within a sentence."""
        return inline(self.set(expression))

    def generic(self, run: Run) -> Context:
        """The same, with the layer shown for a run of layers printed as l."""
        return replace(self, notation=replace(self.notation, layer=run.shown)) if run.generic else self

    def array(self, name: str, letters: Iterable[Symbol] = ()) -> Node:
        """A named array with or without its index letters, for use within a sentence."""
        return inline(self.set(element(name, *letters)))

    def whole(self, name: str) -> Node:
        """A whole array in bold, a scalar as it is; an entry where the notation has no matrices."""
        if not self.notation.has_matrices:
            return self.array(name, self.model.letters.get(name, ()))
        return self.notation.matrix(name) if self.model.axes.get(name, (1,)) else self.array(name)

    def listing(self, parts: Iterable[Words | Node | str]) -> Words:
        """``a, b and c``."""
        words = [part if isinstance(part, tuple) else (part,) for part in parts]
        return listed(words, self.texts.sentences["and"], self.texts.sentences["comma"])

    def layers(self, run: Run) -> Node:
        """``l = 2, ..., 7``, or the two layers of a short run; downwards from first to last as well."""
        comma = show.Operator(",", "punctuation")
        counted = map(self.notation.counted, dict.fromkeys((run.first, run.last)))
        ends: list[Node] = [show.number(layer) for layer in counted]
        if abs(run.last - run.first) > 1:
            ends.insert(1, show.Operator("…", "punctuation"))
        return show.equation(show.Symbol("l"), show.joined([*ends], comma))
