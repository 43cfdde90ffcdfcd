"""A statement with its names taken apart: ``dW1`` is the differential of W in layer 1, ``a^2_j`` may be layer 2."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from ...records import Model
from ..notation import Notation
from ..reading.sketch import Apply, Derivative, Name, Number, Power, Product, Sketch, Statement, rebuilt, walk
from .candidates import CONVENTIONS, LATIN
from .roles import stem_and_number

_GRADIENT = re.compile(r"(?:grad_|d[CJELcjel]_d|dLoss_d|dloss_d|grad)(\w+)|(\w+)_grad")
_SLOPE = re.compile(r"(\w+?)_?(?:prime|derivative|deriv|grad)|d_?(sigmoid|tanh|relu)")
_LARGEST_LAYER = 64
WORDS = {"delta", "Delta", "ones"}


def normal(statement: Statement, model: Model, notation: Notation | None) -> Statement:
    """The same statement with every name as its stem, layer and marks."""
    layered = _layers_above(statement, notation)

    def changed(node: Sketch) -> Sketch:
        if isinstance(node, Apply):
            named = _function(node.head) if isinstance(node.head, Name) else node.head
            head = named if isinstance(named, Name) and named.order else changed(named)
            return Apply(head if isinstance(head, (Name, Power)) else node.head, tuple(map(changed, node.arguments)))
        if layered and _is_layer(node):
            assert isinstance(node, Power) and isinstance(node.base, Name)
            return changed(replace(node.base, above=(node.exponent, *node.base.above)))
        if isinstance(node, Name):
            return _letters(_name(node, model), model)
        return rebuilt(node, changed)

    return replace(statement, sides=tuple(map(changed, statement.sides)))


def whole_names(node: Sketch, model: Model) -> Sketch:
    """The same sketch with its names taken apart."""
    if isinstance(node, Name):
        return _letters(_name(node, model), model)
    return rebuilt(node, lambda child: whole_names(child, model))


def _letters(name: Name, model: Model) -> Sketch:
    """A word in bold that is no name: its letters side by side, the scripts at the last."""
    stem, known = name.stem, {stem_and_number(array)[0] for array in model.axes}
    if not {"bold", "cal"} & set(name.marks) or len(stem) < 2 or not (stem.isascii() and stem.isalpha()):
        return name
    if stem in known or stem.lower() in known or stem in CONVENTIONS or stem in LATIN or stem in WORDS:
        return name
    first = tuple(Name(letter, name.marks) for letter in stem[:-1])
    return Product((*first, replace(name, stem=stem[-1])), ("",) * len(first))


def _is_layer(node: Sketch) -> bool:
    """Whether this is a symbol to a whole power that may be its layer."""
    return (
        isinstance(node, Power)
        and isinstance(node.base, Name)
        and isinstance(node.exponent, Number)
        and node.exponent.value.denominator == 1
        and 0 <= node.exponent.value <= _LARGEST_LAYER
    )


def _layers_above(statement: Statement, notation: Notation | None) -> bool:
    """Whether numbers above symbols are layers: where a power would have no meaning, or the notation writes so."""
    nodes = list(walk(*statement.sides))
    firm = [*statement.sides[:1], *(node.by for node in nodes if isinstance(node, Derivative) and node.by is not None)]
    if notation is not None and notation.bare and any(map(_is_layer, nodes)):
        return True
    if any(_is_layer(node) and getattr(node.base, "stem", "") != "sigma" for node in firm):  # type: ignore[attr-defined]
        return True
    return any(isinstance(n, Power) and _is_layer(n) and n.exponent == Number(Fraction(1)) for n in nodes)


def _function(name: Name) -> Name:
    """``sigmoid_prime`` as sigmoid with a prime."""
    found = _SLOPE.fullmatch(name.stem)
    return replace(name, stem=found[1] or found[2], order=name.order + 1) if found else name


def _name(name: Name, model: Model) -> Name:
    if name.stem in model.axes or name.stem == ":":
        return name
    marks, stem = name.marks, name.stem
    found = _GRADIENT.fullmatch(stem)
    if found and len(stem) > 4:
        stem, marks = found[1] or found[2], (*marks, "d")
    if stem in model.axes:
        return replace(name, stem=stem, marks=marks)
    base, number = stem_and_number(stem)
    layer: tuple[Sketch, ...] = (Number(Fraction(number)),) if number is not None and base else ()
    if base.endswith("_"):
        base = base[:-1]
    if base.startswith("d") and len(base) > 1 and base not in ("delta", "dist", "dropout") and "d" not in marks:
        rest = base[1:]
        known = {stem_and_number(n)[0].lower() for n in model.axes}
        if rest.lower() in known or rest in CONVENTIONS or rest == "out":
            base, marks = rest, (*marks, "d")
    if not layer or not base:
        return replace(name, stem=base or stem, marks=marks)
    return replace(name, stem=base, marks=marks, below=(*layer, *name.below))
