"""How the names of a chain of layers print in the notation of one author.

What letters mean, how indices are ordered and how arrays lie is in the judge's table of
notations; which letter is printed where several are read is here, one row for each author.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr, Indexed, S
from sympy import Symbol as SympySymbol

from derive.backward.batch import record_count
from derive.backward.matrix import MatrixForm
from derive.errors import InputError
from derive.judge.meaning.roles import roles_of
from derive.judge.notation import Notation as Row
from derive.judge.notations import NOTATIONS
from derive.records import Model
from derive.renaming import found_in
from derive.terms import indices_of, is_dimension, name_of

from . import display as show
from .author_layout import Layout
from .author_styles import LETTERS, STYLES, Style
from .display import Node, Operator, Scripts, Symbol
from .layers import depth
from .notation import DERIVATIVE_NAME, Notation, is_layered, letters, notation_for, partial, split_name, subscript

LAYERED = re.compile(r"(W|b|z|a|delta)(\d+)")


@dataclass(frozen=True)
class AuthorNotation(Notation):
    """The notation of an author: `kinds` are the data and the cost by role, `reversed_weights` have their
    indices in the other order than the model, `turned` are matrices written as the model's transposes."""

    row: Row = field(default_factory=lambda: Row("", "", {}))
    style: Style = field(default_factory=Style)
    depth: int = 0
    kinds: Mapping[str, str] = field(default_factory=dict)
    reversed_weights: frozenset[str] = frozenset()
    turned: frozenset[str] = frozenset()
    records: Expr = S.One

    @property
    def error_sign(self) -> int:
        return -1 if self.row.delta.startswith("-") and self.has_errors else 1

    @property
    def has_errors(self) -> bool:
        return bool(self.style.delta)

    @property
    def has_matrices(self) -> bool:
        return self.style.marks != LETTERS

    @property
    def has_differentials(self) -> bool:
        return self.style.is_differential

    @property
    def marks(self) -> str:
        return self.style.marks

    @property
    def lies(self) -> str:
        return " columns" if self.row.records == "columns" else ""

    @property
    def vectors(self) -> str:
        return " row" if self.row.vectors == "row" else ""

    def counted(self, layer: int) -> int:
        return layer if self.marks == LETTERS else layer + self.row.first - 1

    def entry(self, name: str, indices: tuple[Node, ...] = ()) -> Node:
        if derivative := DERIVATIVE_NAME.fullmatch(name):
            return self._derivative(derivative[1], derivative[2], indices)
        found = self._kind(name)
        if found is None:
            return super().entry(name, indices)
        kind, layer = found
        if kind == "delta" and not self.has_errors:
            return self._derivative(None, f"z{layer}", indices)
        letter = self._letter(kind, layer)
        if kind == "W":
            letter = letter.lower() if indices and self.has_matrices else letter
            indices = indices[::-1] if name in self.reversed_weights else indices
        return self._marked(letters(letter), kind, layer, indices)

    def matrix(self, name: str, batch: bool = False) -> Node:
        if derivative := DERIVATIVE_NAME.fullmatch(name):
            return self._derivative(derivative[1], derivative[2], None, batch)
        found = self._kind(name)
        if found is None:
            return super().matrix(name, batch)
        kind, layer = found
        if kind == "delta" and not self.has_errors:
            return self._derivative(None, f"z{layer}", None, batch)
        letter = self._letter(kind, layer)
        if batch and kind not in ("W", "b", "C"):
            letter = letter[0].upper() + letter[1:]
        plain = self.has_differentials or kind == "C"
        return self._marked(letters(letter) if plain else Symbol(letter, "bold"), kind, layer)

    def symbol(self, symbol: SympySymbol) -> Node:
        stem, digits = split_name(symbol.name)
        if is_dimension(symbol) and digits and self.layer is None:
            return Scripts(letters(stem), show.number(self.counted(int(digits))))
        return super().symbol(symbol)

    def relative(self, layer: int) -> Node:
        return self._relative(layer, self.row.first)

    def laid(self, form: MatrixForm) -> MatrixForm | None:
        is_batch = form.record is not None
        if not self.has_matrices or is_batch and not self.style.has_batch:
            return None
        return self.layout(is_batch).form(form)

    def layout(self, batch: bool) -> Layout:
        """How arrays lie beside those of the model, for one record or for a batch."""
        return Layout(lambda name: self._lies_turned(name, batch), lambda name: self._times(name, batch))

    def _kind(self, name: str) -> tuple[str, int] | None:
        """What an array is, and in which layer; a batch goes by its capital."""
        for own in (name, name[0].lower() + name[1:]):
            if own in self.kinds:
                return self.kinds[own], 0
            if layered := LAYERED.fullmatch(own):
                return layered[1], int(layered[2])
        return None

    def _letter(self, kind: str, layer: int) -> str:
        is_last = layer == self.depth and self.layer is None
        if kind == "a" and is_last and self.style.output:
            return self.style.output
        return self.style.last.get(kind, getattr(self.style, kind)) if is_last else getattr(self.style, kind)

    def _marked(self, base: Symbol, kind: str, layer: int, indices: tuple[Node, ...] = ()) -> Node:
        """A letter with its indices and its layer."""
        below = subscript(indices)
        above = self._above(kind, layer)
        if below is None and above is None:
            return base
        node = Scripts(base, below, above)
        # A number without brackets would run into a sign of transposition: a row keeps it apart.
        return show.Row((node,)) if above is not None and self.marks == " bare" and not indices else node

    def _above(self, kind: str, layer: int) -> Node | None:
        if self.marks == LETTERS:
            words = self.style.words if kind == "delta" else None
            return Symbol(words[layer == self.depth]) if words else None
        if not layer or kind == "a" and layer == self.depth and self.style.output and self.layer is None:
            return None
        mark = self._relative(layer, self.row.weights_first if kind in ("W", "b") else self.row.first)
        if self.marks == " bare":
            return mark
        left, right = "[]" if self.marks == " square" else "()"
        return show.row(Operator(left, "punctuation"), mark, Operator(right, "punctuation"))

    def _relative(self, layer: int, first: int) -> Node:
        """The number of a layer, or l, l-1, l+1 where the layer is generic."""
        if self.layer is None:
            return show.number(layer + first - 1)
        return super().relative(layer + first - self.row.first)

    def _derivative(self, of: str | None, by: str, indices: tuple[Node, ...] | None, batch: bool = False) -> Node:
        """The derivative of the cost by an entry, or by a whole array."""
        under = self.matrix(by, batch) if indices is None else self.entry(by, indices)
        if not self.has_differentials:
            return partial(self.entry(of or "C"), under)
        base = under if isinstance(under, Scripts) else Scripts(under)
        return Scripts(show.row(Symbol("d"), base.base), base.sub, base.sup)

    def _lies_turned(self, name: str, is_batch: bool) -> bool:
        """Whether an array is written as the transpose of the model's."""
        name = DERIVATIVE_NAME.sub(r"\2", name)
        kind, _ = self._kind(name) or ("", 0)
        if kind == "W":
            return name in self.turned
        if kind == "b":
            return self.row.vectors == "row"
        return self.row.records == "columns" if is_batch else self.row.vectors == "row"

    def _times(self, name: str, is_batch: bool) -> Expr:
        """How often a derivative of the mean over all records goes into that of one record's own cost."""
        derivative = DERIVATIVE_NAME.fullmatch(name)
        kind, _ = self._kind(derivative[2] if derivative else name) or ("", 0)
        belongs_to_records = kind == "delta" or derivative is not None and kind not in ("W", "b")
        of_the_mean = is_batch and not self.has_errors and not self.row.per_record
        return self.records if belongs_to_records and of_the_mean else S.One


def author_notation(model: Model, name: str) -> AuthorNotation:
    """The notation called `name` for a chain of layers.

    Raises InputError for an unknown notation, and for a model that it has no names for.
    """
    if name not in STYLES:
        raise InputError(f"{name} is not a known notation; known are {', '.join(STYLES)}")
    if not is_layered(model) or model.cost is None:
        raise InputError(f"the notation {name} names a chain of layers with a cost, z1, a1, z2, a2, ...; this is none")
    row, style, last = NOTATIONS[name], STYLES[name], depth(model)
    if style.marks == LETTERS and last > 2:
        raise InputError(f"the notation {name} has letters for two layers of weights; this network has {last}")
    house = notation_for(model)
    roles = roles_of(model)
    targets = [target for target in roles.targets if model.axes[target]]
    kinds = dict.fromkeys(roles.inputs, "x") | dict.fromkeys(targets, "y") | {model.cost: "C"}
    _refuse_clashes(model, name, style, kinds)
    weights = {w: _out_first(model, w, f"z{layer}") for layer in range(1, last + 1) if (w := f"W{layer}") in model.axes}
    return AuthorNotation(
        layered=True,
        first=house.first,
        roles=house.roles,
        row=row,
        style=style,
        depth=last,
        kinds=kinds,
        reversed_weights=frozenset(w for w, out in weights.items() if (row.order != "from to") != out),
        turned=frozenset(w for w, out in weights.items() if (row.weights == "out in") != out),
        records=record_count(model),
    )


def _out_first(model: Model, weight: str, z: str) -> bool:
    """Whether the first index of a weight is that of the unit it leads to."""
    equation = model.equation(z)
    entry = next(e for e in found_in(equation.right, Indexed) if name_of(e) == weight)
    return indices_of(entry)[0] in equation.indices


def _refuse_clashes(model: Model, name: str, style: Style, kinds: Mapping[str, str]) -> None:
    """No other array of the model may print as a letter that means something else."""
    taken = {style.z, style.a, style.W, style.b, style.x, style.y, style.C, style.output, *style.last.values(), "w"}
    for other in model.axes:
        if other not in kinds and not LAYERED.fullmatch(other) and split_name(other)[0] in taken:
            raise InputError(f"{other}: in the notation {name} this letter means something else")
