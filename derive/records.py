"""The nouns of the house that every floor shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sympy import Expr, Symbol

from .terms import element, scalar


@dataclass(frozen=True)
class Formula:
    """A named function, by its forward formula alone.

    A function of one number has `expression` in the scalar `variable` and no `axis`. A function
    of a vector (softmax) has `expression` in ``element(variable.name, ...)``: its value at the
    free index `axis`, which ranges over `size`.
    """

    name: str
    variable: Symbol
    expression: Expr
    axis: Symbol | None = None
    size: Expr | None = None
    kinks: tuple[Expr, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Equation:
    """``name[indices] = right``; `ranges` gives the dimension of each index on the left."""

    name: str
    indices: tuple[Symbol, ...]
    right: Expr
    ranges: Mapping[Symbol, Expr] = field(default_factory=dict)
    line: int | None = None
    text: str = ""

    @property
    def left(self) -> Expr:
        return element(self.name, *self.indices) if self.indices else scalar(self.name)


@dataclass(frozen=True)
class Fact:
    """Something declared about an array: `kind` is a row of the table of facts.

    `axes` are the dimensions of the array's axes; `text` is the declaration as written.
    """

    kind: str
    array: str
    axes: tuple[Expr, ...]
    text: str


@dataclass(frozen=True)
class Proof:
    """What the checker found of an equation.

    `status` is "proved", "refuted" or "undecided". `widths` is "all", or the widths at which
    the equation was tested (name of the dimension -> number, one mapping a test).
    `error_bits`: the chance of a wrong "proved" is below 2 to the minus this. `witness`: the
    counterexample, as name of the entry or width -> exact number, with "left" and "right".
    """

    status: str
    method: str
    widths: str | tuple[Mapping[str, int], ...] = "all"
    error_bits: int = 0
    assuming: tuple[str, ...] = ()
    witness: Mapping[str, object] | None = None
    reason: str = ""


@dataclass(frozen=True)
class Model:
    """A network: its forward equations, in an order in which each can be computed.

    `axes` holds the dimensions of every array (none for a scalar); `letters` the index letters
    an array is usually written with; `sizes` the dimensions that are known numbers. With a
    cost, `cost` names it and `outputs` is empty; without, `outputs` names the arrays whose
    cotangents are given from outside. `batch` names the data that come as records.
    """

    equations: tuple[Equation, ...]
    data: tuple[str, ...]
    parameters: tuple[str, ...]
    axes: Mapping[str, tuple[Expr, ...]]
    letters: Mapping[str, tuple[Symbol, ...]]
    cost: str | None = None
    outputs: tuple[str, ...] = ()
    batch: tuple[str, ...] = ()
    sizes: Mapping[Symbol, int] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    functions: Mapping[str, Formula] = field(default_factory=dict)
    text: str = ""
    title: str = ""
    widths: tuple[Expr, ...] = ()

    def equation(self, name: str) -> Equation:
        """The equation that defines `name`; KeyError where it is data or a parameter."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Equation]:
        return {equation.name: equation for equation in self.equations}

    @classmethod
    def parse(cls, text: str) -> Model:
        """Read forward equations in the plain language; raises InputError in one line."""
        from .forward.model import parse_model

        return parse_model(text)
