"""A notation: what the letters of one source stand for, and how its arrays lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Notation:
    """How one source writes.

    `stems` says which letter is which role: z, a, W, b, x (input), y (target), output, delta, C, f (an activation).
    `order` is that of the indices of a weight, "to from" or "from to", empty where it is left to the letters;
    `letters` gives letters that always belong to the "input", "hidden" or "output" units. `first` is the mark of
    the first layer with weights, `weights_first` that on its weights. `records` says whether records are "rows" or
    "columns", `weights` whether a matrix of weights is "out in" or "in out", `vectors` how one record lies.
    `bare`: a number above a symbol is its layer, without brackets.
    `record_mark`: a letter above a name numbers the records. `delta` is what an error term is the derivative by;
    `per_record`: a batch's error terms are the derivatives of each record's own cost. `examples`, for a network of
    two layers: delta rule, recursion, gradient. `signs` are the symbols that hardly any other notation uses.
    """

    name: str
    title: str
    stems: Mapping[str, str]
    order: str = "to from"
    letters: Mapping[str, str] = field(default_factory=dict)
    first: int = 1
    weights_first: int = 1
    records: str = ""
    weights: str = "out in"
    vectors: str = "column"
    record_mark: bool = False
    bare: bool = False
    delta: str = "dC/dz"
    per_record: bool | None = None
    examples: tuple[str, ...] = ()
    signs: frozenset[str] = frozenset()
