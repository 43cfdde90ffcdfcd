"""The nouns of the judge: a claim with its meaning, and what is found of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr, Symbol

from ..backward.steps import Derivation
from ..records import Equation, Fact, Formula, Model
from .conventions import Words

PROVED, REFUTED, UNDECIDED = "proved", "refuted", "undecided"


@dataclass(frozen=True)
class Question:
    """A claim with everything that gives it a meaning: is `left` equal to `right`?

    `ranges` gives the dimension of each free index. `derivatives` holds the derivatives the claim speaks of and
    those they are written in, by name (delta1, dC/dW1, ds/dx), derived without any declared fact; `derivation`
    is that of the model, with its facts. `scalars` are numbers of the claim alone, such as a learning rate; `words`
    are the author's names for derivatives of the cost.
    """

    left: Expr
    right: Expr
    ranges: Mapping[Symbol, Expr]
    model: Model
    derivatives: Mapping[str, Equation] = field(default_factory=dict)
    derivation: Derivation | None = None
    facts: tuple[Fact, ...] = ()
    scalars: tuple[str, ...] = ()
    words: Words = field(default_factory=dict)

    @property
    def forward(self) -> dict[str, Equation]:
        """The forward equations by name."""
        return {equation.name: equation for equation in self.model.equations}

    @property
    def definitions(self) -> dict[str, Equation]:
        """The forward equations and the derivatives, by name."""
        return {**self.forward, **self.derivatives}

    @property
    def functions(self) -> Mapping[str, Formula]:
        """The functions known by name."""
        return self.model.functions


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a refuted claim.

    `kind` is a kind of mistake; `text` says it in the formula's own names, `correct` is the right formula in the
    plain language, `would_hold_if` a fact that nobody declared and that would make the claim true.
    """

    kind: str
    text: str
    correct: str
    would_hold_if: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What is found of a claim.

    `status` is "proved", "refuted" or "undecided" (then `reason` says why). `reading` is the claim as it was
    understood, in the plain language, `notes` what was decided in reading it. `assuming` are the declared facts
    the proof rests on, `widths` is "all" or the widths tested, `error_bits` bounds the chance of a wrong verdict
    by 2 to the minus this, `witness` is the counterexample. `alternatives` are the verdicts of other readings,
    where the claim can be read in several ways. `records`: the reading speaks of all records at once.
    """

    claim: str
    reading: str
    status: str
    reason: str = ""
    notes: tuple[str, ...] = ()
    assuming: tuple[str, ...] = ()
    widths: str | tuple[Mapping[str, int], ...] = "all"
    method: str = ""
    error_bits: int = 0
    witness: Mapping[str, object] | None = None
    diagnosis: Diagnosis | None = None
    alternatives: tuple[Verdict, ...] = ()
    records: bool = False

    def __bool__(self) -> bool:
        return self.status == PROVED
