"""What is known while a formula is read: the model, what its letters run over, and the choices made so far."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from sympy import Expr

from ...forward.syntax import Entry, Node
from ...records import Model
from ..notation import Notation
from .roles import Roles
from .search import Misshapen, Option, Path, Unfit
from .values import UNIT, Axis, Value, derivative

T = TypeVar("T")
UNKNOWN_LETTER = 1.0
GIVEN = "C"
COLUMNS = "records are columns"
USUAL = {"o": "output", "h": "hidden", "i": "input"}


@dataclass
class Context:
    """`literal`: arrays are what NumPy makes of them. `belongs` says whose derivatives the error terms of a batch are:
    "own" cost or "mean", if anything. `numbering` is that of the "model", of the "notation", or "open"; `is_pinned`:
    symbols say which layer is meant. `indices` are the letters that are written as scripts anywhere. `marks` are the
    numbers of generic layers, `claimed` the arrays that have symbols of their own, `scope` the sums around:
    letter as written to letter as used."""

    model: Model
    roles: Roles
    path: Path
    notation: Notation | None = None
    delta: str | None = None
    lifted: bool = False
    is_code: bool = False
    literal: bool = False
    belongs: str = ""
    numbering: str = "model"
    is_pinned: bool = False
    indices: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()
    marks: dict[str, int] = field(default_factory=dict)
    scope: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, Expr] = field(default_factory=dict)
    scalars: set[str] = field(default_factory=set)
    count: int = 0

    def choose(self, key: Hashable, options: Iterable[Option[T]], none: str = "nothing fits") -> T:
        """One of the options, the same for the same key in this layer."""
        return self.path.choose((key, tuple(sorted(self.marks.items()))), options, none)

    def everywhere(self, key: Hashable, options: Iterable[Option[T]]) -> T:
        """One of the options, the same for the same key in every layer."""
        return self.path.choose(key, options)

    @property
    def convention(self) -> str:
        """What a delta is, one of "dC/dz", "-dC/dz", "dC/da", "-dC/da"."""
        return self.delta or (self.notation.delta if self.notation else "dC/dz")

    def fresh(self, size: Expr) -> Axis:
        """A new open axis."""
        self.count += 1
        letter = f"@{self.count}"
        self.sizes[letter] = size
        return Axis(letter, size)

    def letter(self, name: str) -> str:
        """The index letter that stands for a letter as written."""
        return self.scope.get(name, f"@{name}")

    def size_of(self, name: str) -> Expr | None:
        """What a letter as written runs over, where that is known."""
        return self.sizes.get(self.letter(name))

    def place(self, name: str, size: Expr) -> str:
        """The letter for an index of an axis. Raises Unfit where it runs over something else."""
        letter = self.letter(name)
        known = self.sizes.setdefault(letter, size)
        if known != size:
            mine, other = self.model.sizes.get(known), self.model.sizes.get(size)
            if mine is None or mine != other:
                raise Misshapen(f"index {name} runs over {known} values and over {size}")
            self.path.pay(2, f"{name} runs over {known} and over {size}, which are both {mine}")
        return letter

    def preference(self, name: str, size: Expr) -> float | None:
        """How far-fetched it is that a letter runs over `size`; None where it cannot."""
        known = self.size_of(name)
        if known is not None:
            same = self.model.sizes.get(known) is not None and self.model.sizes.get(known) == self.model.sizes.get(size)
            return 0.0 if known == size else 2.0 if same else None
        units = self.notation.letters if self.notation else {}
        if name in units:
            return 0.0 if size in self._units(units[name]) else UNKNOWN_LETTER
        if self.notation and self.notation.order and not units:
            return 0.0
        usual = self._letters().get(name)
        if usual:
            return 0.0 if size in usual else UNKNOWN_LETTER
        if name in USUAL:
            return 0.0 if size in self._units(USUAL[name]) else UNKNOWN_LETTER / 2
        return 0.0

    def _letters(self) -> dict[str, set[Expr]]:
        found: dict[str, set[Expr]] = {}
        for name, letters in self.model.letters.items():
            for letter, size in zip(letters, self.model.axes[name], strict=False):
                found.setdefault(str(letter), set()).add(size)
        return found

    def _units(self, kind: str) -> set[Expr]:
        """The dimensions of the input, the hidden or the output units."""
        layers = self.roles.layers
        last = self.roles.last
        names = {
            "input": self.roles.inputs,
            "hidden": [layer.z for layer in layers if layer.number != last],
            "output": [*self.roles.targets, *(layer.z for layer in layers if layer.number == last)],
        }[kind]
        return {size for name in names for size in self.model.axes[name][-1:]}

    def lie(self, axes: tuple[Axis, ...], name: str) -> tuple[Axis, ...]:
        """The axes of an array as it is seen: vectors, records and weights lie as the notation has them."""
        if self.literal and len(axes) == 1 and not (self.lifted and self._columns()):
            return axes
        if len(axes) == 1:
            how = self.everywhere(
                ("vectors", is_record := len(self.model.axes.get(name, ())) > 1), self._vectors(is_record)
            )
            return {"column": (*axes, UNIT), "row": (UNIT, *axes), "flat": axes}[how]
        if len(axes) == 2 and self.lifted and name not in self.model.parameters:
            return axes[::-1] if self._columns() else axes
        if len(axes) == 2 and name in self.model.parameters:
            return axes[::-1] if self._turned() else axes
        return axes

    def _vectors(self, is_record: bool) -> list[Option[str]]:
        """How vectors lie: as columns unless the notation, or records as rows, say otherwise; in code they are flat."""
        if self.lifted:
            chosen = "column" if self._columns() else "row"
        elif self.notation:
            chosen = self.notation.vectors
        else:
            chosen = "column"
        rows = self.roles.rows and not is_record and chosen == "column"
        return [
            Option(chosen),
            *([Option("row", 0.05)] if rows else []),
            *([Option("flat", 0.1)] if self.is_code else []),
        ]

    def _columns(self) -> bool:
        if self.notation and self.notation.records:
            return self.notation.records == "columns"
        columns = Option(True, 1.0, COLUMNS, True) if self.literal else Option(True, note=COLUMNS)
        return self.everywhere("records", [Option(False, note="records are rows"), columns])

    def _turned(self) -> bool:
        """Whether the source's weights are the transposes of the model's."""
        weights = [layer.W for layer in self.roles.layers if layer.W and layer.z]
        model_in_out = any(
            self.model.axes[layer.W][-1:] == self.model.axes[layer.z][-1:]
            and len(self.model.axes[layer.W]) == 2
            and self.model.axes[layer.W][0] != self.model.axes[layer.W][1]
            for layer in self.roles.layers
            if layer.W in weights
        )
        if self.notation:
            return (self.notation.weights == "in out") != model_in_out
        if not self.lifted or self._columns():
            return False
        options = [Option(False), Option(True, 1.0, "weights are written transposed to the model's", True)]
        return self.everywhere("weights", options)

    def whole(self, name: str) -> Value:
        """A whole array, seen as it lies."""
        axes = tuple(self.fresh(size) for size in self.model.axes[name])
        return Value(Entry(name, tuple(Entry(axis.letter) for axis in axes)), self.lie(axes, name))

    def gradient(self, value: Value) -> Value:
        """The derivative of the cost by an array or an entry. Raises Unfit where this is neither."""
        return Value(self.differentiated(Entry(self.cost), value.node), value.axes)

    @property
    def cost(self) -> str:
        """The name of the cost; where the derivatives by the outputs are given, what they are derivatives of."""
        return self.model.cost or GIVEN

    def differentiated(self, of: Node, by: Node) -> Node:
        """The derivative of one entry by another. Raises Unfit where they are no entries of the model's arrays."""
        for node in (of, by):
            if not isinstance(node, Entry) or node.name not in (*self.model.axes, self.cost):
                raise Unfit("a derivative is one of an array of the model by an array of the model")
        return derivative(of, by)
