"""The records of a derivation: steps, results, lemmas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sympy import Expr, Symbol

from ..records import Model, Proof
from ..terms import cotangent_name, element, indices_of, name_of
from .calculus import arrays_in

if TYPE_CHECKING:
    from .matrix import MatrixForm


def cotangent(entry: Expr) -> Expr:
    """The derivative of the cost by this array entry, as an entry of its own array."""
    return element(cotangent_name(name_of(entry)), *indices_of(entry))


@dataclass(frozen=True)
class Step:
    """One line of a derivation: `before` = `after`, by `rule`.

    `rule` is a key of the table of rules (backward/rules.py); `about` are the expressions its
    reason speaks of; `facts` the declared facts it used, `uses` the arrays whose equations it
    used. `ranges` gives the dimension of each free index. `proof` says how it was checked.
    """

    rule: str
    before: Expr
    after: Expr
    proof: Proof | None = None
    about: tuple[Expr, ...] = ()
    facts: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    ranges: Mapping[Symbol, Expr] = field(default_factory=dict)
    substeps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Lemma:
    """A derivative that several results use: f' through the output, a softmax Jacobian.

    For a function of one number: `left` is ``f'(z)``, `right` is in ``a`` where possible.
    """

    name: str
    left: Expr
    right: Expr
    steps: tuple[Step, ...]
    ranges: Mapping[Symbol, Expr] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """The derivative of the cost by one array.

    `kind` is "delta" (a pre-activation), "gradient" (a parameter, or data asked for) or
    "cotangent" (another intermediate array kept by name). `left` = `right` in index form, for
    one record. `matrix` is the matrix form of one record (column vectors), `batch` the form
    with records as rows; for a gradient the batch form is the mean over the records.
    """

    name: str
    array: str
    kind: str
    left: Expr
    right: Expr
    ranges: Mapping[Symbol, Expr]
    steps: tuple[Step, ...]
    matrix: MatrixForm | None = None
    batch: MatrixForm | None = None


@dataclass(frozen=True, repr=False)
class Derivation:
    """The backpropagation of a model: results in the order in which they can be computed."""

    model: Model
    results: tuple[Result, ...]
    lemmas: tuple[Lemma, ...]
    audit: Proof

    def __repr__(self) -> str:
        lines = [f"{result.left} = {result.right}" for result in self.answers]
        return "\n".join([f"Derivation with {len(self.steps)} checked steps:", *lines])

    @property
    def delta(self) -> dict[str, Expr]:
        """The error terms by name, ``{"delta2": a2[k] - y[k], ...}``, output first."""
        return {r.name: r.right for r in self.results if r.kind == "delta"}

    @property
    def gradients(self) -> dict[str, Expr]:
        """The gradients by the name of the parameter, ``{"W1": delta1[j]*x[i], ...}``."""
        return {r.array: r.right for r in self.results if r.kind == "gradient"}

    @property
    def answers(self) -> tuple[Result, ...]:
        """The error terms and gradients, and whatever other derivatives these are written in."""
        needed: set[str] = set()
        kept: list[Result] = []
        for result in reversed(self.results):
            if result.left != result.right and (result.kind != "cotangent" or result.name in needed):
                kept.append(result)
                needed |= arrays_in(result.right)
        return tuple(reversed(kept))

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step, the lemmas' first."""
        parts: tuple[Lemma | Result, ...] = (*self.lemmas, *self.results)
        return tuple(step for part in parts for step in part.steps)

    @property
    def matrix(self) -> dict[str, MatrixForm | None]:
        """The matrix form of every result, by name."""
        return {r.name: r.matrix for r in self.results}

    def result(self, name: str) -> Result:
        """The result called `name` ("delta1"), or of the array `name` ("W1")."""
        for candidate in self.results:
            if name in (candidate.name, candidate.array):
                return candidate
        raise KeyError(name)
