"""What the derivatives are called by the author of a claim, and how they are called back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sympy import Expr, Indexed, Symbol

from ..errors import InputError
from ..forward.activations import ACTIVATIONS
from ..forward.expand import names_in
from ..forward.names import suggestion
from ..forward.reading import parse_sides, parse_tree, shortened
from ..forward.syntax import Call, Entry, walk
from ..records import Model
from ..renaming import found_in, replace
from ..terms import cotangent_name, element, indices_of, name_of

DIGITS = "0123456789"
Words = Mapping[str, tuple[str, int]]
"""The author's name for a derivative, and 1 or -1: delta1 for minus the derivative by z1 is ``("delta1", -1)``."""


def words_of(text: str, model: Model, delta: str) -> dict[str, tuple[str, int]]:
    """What the author of `text` calls the derivatives of the cost, where that differs from the house's own names."""
    sign = -1 if delta.startswith("-") else 1
    speaks_of_delta = re.search(r"\b(delta|δ)\d*\b", text) is not None
    found: dict[str, tuple[str, int]] = {}
    for array in model.axes:
        name, stem, digits = cotangent_name(array), array.rstrip(DIGITS), re.sub(r"^.*?(\d*)$", r"\1", array)
        if stem.lower() == delta[-1] and (speaks_of_delta or delta == "dC/dz" and name.startswith("delta")):
            found[name] = (f"delta{digits}", sign)
        if name.startswith("delta") and (not speaks_of_delta and "/d" in text or delta[-1] != "z" or not digits):
            found[name] = (f"dC/d{array}", 1)
    return {name: word for name, word in found.items() if word != (name, 1)}


def free_number(text: str, model: Model) -> tuple[str, ...]:
    """The z of ``tanh'(z) = 1 - tanh(z)^2``, a statement about a known function at any number; else nothing."""
    left, right = parse_sides(text, shortened(text))
    match left:
        case Call(name, (Entry(letter, ()),), 1, ()) if letter not in model.axes and names_in(left, right) == {letter}:
            return (letter,) if name in model.functions or name in ACTIVATIONS else ()
    return ()


def mixed_layers(claim: str, notes: Iterable[str]) -> str:
    """Why it is no sure reading that an error term without a layer is one of a layer below the weights; else nothing.

    No gradient by weights holds one: where it fits by its width, the author may write the two indices the other way.
    """
    weights = re.match(r"dC/d((?P<stem>[A-Za-z]+)(?P<layer>\d+)\[\w+,\w+\]) = ", claim)
    said = (re.search(r"[^\s\d]+ is -?dC/d[a-z]+(?P<layer>\d+)$", note) for note in notes)
    if weights is None:
        return ""
    below = next((found[0] for found in said if found and int(found["layer"]) < int(weights["layer"])), "")
    other = f"with the two indices of {weights[1]} in the other order it says something else"
    return f"false if {below} beside {weights['stem']}{weights['layer']}; {other}" if below else ""


def check_symbol(key: str, text: str, model: Model) -> None:
    """InputError where a symbol stands for an array of a layer that the model does not have, as a7 of two layers.

    Other words may be prose, or names that a text introduces itself.
    """
    try:
        entries = [part.name for part in walk(parse_tree(text, key)) if isinstance(part, Entry)]
    except InputError:
        return
    numbered = {name.rstrip(DIGITS) for name in model.axes if name[-1] in DIGITS}
    for name in entries:
        stem = name.removeprefix("d").rstrip(DIGITS)
        if stem in numbered and name[-1] in DIGITS.replace("0", "") and name.removeprefix("d") not in model.axes:
            raise InputError(f"symbol {key}: {name} is not defined{suggestion(name, model.axes)}")


def in_words(expression: Expr, words: Words) -> Expr:
    """The expression with the author's names for the derivatives."""
    values = {}
    for entry in found_in(expression, (Indexed, Symbol)):
        if name_of(entry) in words:
            name, sign = words[name_of(entry)]
            values[entry] = sign * element(name, *indices_of(entry))
    return replace(expression, values)
