"""One statement about one model: its equations, the layers they speak of, and what every path through it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product as combinations

from ...errors import InputError
from ...forward.reading import shortened
from ...forward.syntax import Entry
from ...records import Model
from ..reading.sketch import Derivative, Name, Number, Outer, Plus, Product, Reduce, Sketch, Statement, walk
from .candidates import candidates, stem_of
from .conditions import indicator
from .context import Context
from .equations import equated
from .formula import READERS, Formula
from .names import COUNTS
from .pins import Pin, check_pins, pinned
from .roles import roles_of
from .scripts import Script, generic_letters
from .search import Missing, Path, Unfit
from .setting import Setting
from .symbols import Symbol, claimed
from .updates import RATES, GradientOf, Pair, pairs
from .values import Value, times

MOST_LETTERS = 2


class Task:
    """One statement about one model, to be read along many paths."""

    def __init__(
        self,
        statement: Statement,
        setting: Setting,
        model: Model,
        symbols: tuple[Symbol, ...],
        lifted: bool,
        literal: bool = False,
    ) -> None:
        self.literal = literal
        self.setting, self.model, self.symbols, self.lifted = setting, model, symbols, lifted
        self.roles = roles_of(model)
        self.condition = statement.condition
        self.is_code = any(map(is_code, walk(*statement.sides)))
        self.belongs = ""
        self.generic = generic_letters(statement, self.roles.recurrent)
        self.numbering = self._numbering(statement)
        names = [node for node in walk(*statement.sides) if isinstance(node, Name)]
        scripts = (part for name in names for part in (*name.below, *name.above))
        self.indices = frozenset(part.stem for part in scripts if isinstance(part, Name) and not part.below)
        self.pinned: tuple[Pin, ...] = pinned(symbols, statement, self.generic)
        plain = self._context(Path(), {})
        formula = Formula(plain, symbols)
        if len(self.generic) > MOST_LETTERS:
            raise InputError(f"{shortened(statement.text)}: more than {MOST_LETTERS} letters for layers and moments")
        statement = self._whole(formula, statement)
        self.pairs = pairs(statement, lambda node: self._is_parameter(formula, node), self._is_array)
        self.belongs = self._belongs(formula, statement)
        self.relation = next((pair.relation for pair in self.pairs if pair.relation != "="), "=")

    def _context(self, path: Path, marks: Mapping[str, int]) -> Context:
        return Context(
            self.model,
            self.roles,
            path,
            self.setting.notation,
            self.setting.delta,
            self.lifted,
            self.is_code,
            self.literal,
            self.belongs,
            self.numbering,
            bool(self.pinned),
            self.indices,
            claimed(self.symbols),
            dict(marks),
        )

    def _numbering(self, statement: Statement) -> str:
        """Whose numbers the layers have: open where no notation says so and the model's do not fit."""
        if self.setting.is_typed:
            return "model"
        if self.setting.notation is not None:
            return "notation"
        names = [node for node in walk(*statement.sides) if isinstance(node, Name)]
        marks = {int(part.value) for name in names for part in (*name.below, *name.above) if isinstance(part, Number)}
        first = [name for name in names if stem_of(name)[:1] in ("W", "w") and _is_marked(name, 0)]
        return "open" if self.generic or first or self.roles.last + 1 in marks else "model"

    def _whole(self, formula: Formula, statement: Statement) -> Statement:
        """A penalty's part that is added to a gradient, with the part of the loss that the gradient had before."""
        left, right = statement.sides[0], statement.sides[-1]
        if statement.signs != ("+=",) or not isinstance(left, Name) or "d" not in left.marks:
            return statement
        names = [node for node in walk(right) if isinstance(node, Name)]
        scalars = {name for name, axes in self.model.axes.items() if not axes}
        if not names or not all(
            self._is_parameter(formula, n) or stem_of(n) in RATES or self._is_scalar(formula, n) for n in names
        ):
            return statement
        losses = [n for n in self.roles.outputs if n in scalars]
        if len(losses) != 1:
            raise InputError(f"{shortened(statement.text)}: what the gradient was before the penalty is not said")
        by = replace(left, marks=tuple(mark for mark in left.marks if mark != "d"))
        return replace(statement, sides=(left, Plus((Derivative(Name(losses[0]), by), right))))

    def _is_scalar(self, formula: Formula, name: Name) -> bool:
        try:
            node = formula.value(name).node
        except Unfit:
            return False
        return isinstance(node, Entry) and not node.subscripts and node.name not in self.roles.outputs

    def _belongs(self, formula: Formula, statement: Statement) -> str:
        """ "own" where a parameter's gradient is divided by the records, "mean" where an error term is."""
        names = [node for node in walk(*statement.sides[1:]) if isinstance(node, Name)]
        means = any(isinstance(node, Reduce) and node.kind == "mean" for node in walk(*statement.sides[1:]))
        if not means and not any(
            name.stem in COUNTS and not name.below and name.stem not in self.model.axes for name in names
        ):
            return ""
        first = statement.sides[0]
        first = first.by if isinstance(first, Derivative) and first.by is not None else first
        if isinstance(first, Name):
            first = replace(first, marks=tuple(mark for mark in first.marks if mark != "d"))
        return "own" if self._is_parameter(formula, first) else "mean"

    def _is_array(self, name: Name) -> bool:
        return stem_of(name) in self.model.axes

    def _is_parameter(self, formula: Formula, node: Sketch) -> bool:
        """Whether a symbol is a parameter, in some layer."""
        if not isinstance(node, Name) or "d" in node.marks:
            return False
        try:
            entry = getattr(
                Formula(self._context(Path(), dict.fromkeys(self.generic, 1)), self.symbols).value(node), "node", None
            )
        except Unfit:
            return any(
                array in self.model.parameters for _, array in candidates(formula.context, stem_of(node), Script())
            )
        return getattr(entry, "name", "") in self.model.parameters

    def run(self, path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The claims along one path, one for every layer that has what is spoken of. Raises Unfit."""
        claims: list[str] = []
        scalars: set[str] = set()
        missing: Missing | None = None
        for marks in self._layers():
            before = path.cost, list(path.notes), list(path.doubts)
            context = self._context(path, marks)
            try:
                check_pins(context, self.pinned)
                made = [self._claim(Formula(context, self.symbols), pair) for pair in self.pairs]
            except Missing as problem:
                if not marks:
                    raise
                path.cost, path.notes, path.doubts = before
                missing = problem
                continue
            claims += made
            scalars |= context.scalars
        if not claims:
            raise missing or Unfit("no layer of the model has all of these")
        return tuple(dict.fromkeys(claims)), tuple(sorted(scalars))

    def _layers(self) -> Iterator[dict[str, int]]:
        numbers = range(self.roles.last + 3) if self.roles.layers else range(6)
        return (
            dict(zip(self.generic, chosen, strict=True)) for chosen in combinations(numbers, repeat=len(self.generic))
        )

    def _claim(self, formula: Formula, pair: Pair) -> str:
        left, right = formula.value(pair.left), formula.value(pair.right)
        for note in pair.notes:
            formula.context.path.note(note)
        if self.condition is not None:
            holds = indicator(formula, self.condition)
            if holds.axes:
                raise Unfit("a condition is one on indices")
            left, right = (Value(times(holds.node, side.node), side.axes) for side in (left, right))
        return equated(formula.context, left, right)


def _is_marked(name: Name, number: int) -> bool:
    return any(isinstance(part, Number) and part.value == number for part in (*name.below, *name.above))


def is_code(node: Sketch) -> bool:
    """Whether this is written in array code only."""
    return (
        isinstance(node, Outer)
        or isinstance(node, Reduce)
        and node.axis is not None
        or (isinstance(node, Product) and "@" in node.signs)
    )


def _gradient_of(formula: Formula, node: GradientOf) -> Value:
    return formula.context.gradient(formula.value(node.of))


READERS[GradientOf] = _gradient_of
