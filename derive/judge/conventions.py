"""What the derivatives are called by the author of a claim, and how they are called back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sympy import Expr, Indexed, Symbol

from ..records import Model
from ..renaming import found_in, replace
from ..terms import cotangent_name, element, indices_of, name_of

Words = Mapping[str, tuple[str, int]]
"""The author's name for a derivative, and 1 or -1: delta1 for minus the derivative by z1 is ``("delta1", -1)``."""


def words_of(text: str, model: Model, delta: str) -> dict[str, tuple[str, int]]:
    """What the author of `text` calls the derivatives of the cost, where that differs from the house's own names."""
    sign = -1 if delta.startswith("-") else 1
    speaks_of_delta = re.search(r"\b(delta|δ)\d*\b", text) is not None
    found: dict[str, tuple[str, int]] = {}
    for array in model.axes:
        name, stem, digits = cotangent_name(array), array.rstrip("0123456789"), re.sub(r"^.*?(\d*)$", r"\1", array)
        if stem.lower() == delta[-1] and (speaks_of_delta or delta == "dC/dz" and name.startswith("delta")):
            found[name] = (f"delta{digits}", sign)
        if name.startswith("delta") and (not speaks_of_delta and "/d" in text or delta[-1] != "z" or not digits):
            found[name] = (f"dC/d{array}", 1)
    return {name: word for name, word in found.items() if word != (name, 1)}


def in_words(expression: Expr, words: Words) -> Expr:
    """The expression with the author's names for the derivatives."""
    values = {}
    for entry in found_in(expression, (Indexed, Symbol)):
        if name_of(entry) in words:
            name, sign = words[name_of(entry)]
            values[entry] = sign * element(name, *indices_of(entry))
    return replace(expression, values)
