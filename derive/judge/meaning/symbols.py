"""What the author of a claim says that symbols stand for, in the plain language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import permutations

from ...errors import InputError
from ...forward.activations import ACTIVATIONS
from ...forward.functions import SPECIAL
from ...forward.language import ELEMENTARY
from ...forward.reading import parse_tree, shortened
from ...forward.syntax import Call, Entry, Node, walk
from ...records import Model
from ..reading import read_latex
from ..reading.sketch import Name, Sketch
from ..reading.sketch import Power as SketchPower
from .context import Context
from .evaluated import WHOLE, Evaluated, Mapped
from .normal import whole_names
from .scripts import scripts, shifted_letter
from .search import Missing, Option
from .values import Axis, Value, renamed

_FUNCTIONS = {*ELEMENTARY, *SPECIAL, *ACTIVATIONS, "f", "g", "h", "phi", "psi"}


_REMARK = re.compile(r"\s+\([a-z ]+\)$")


@dataclass(frozen=True)
class Symbol:
    """A symbol as it was written, and the tree of what it stands for; none where that is told in prose."""

    key: Sketch
    tree: Node | None
    text: str


def read_symbols(symbols: Mapping[str, str], model: Model) -> tuple[Symbol, ...]:
    """The symbols with the formulas that they stand for; a remark in brackets behind a formula is left out.

    A symbol that nothing can be read into is left out too: no formula can hold it.
    """
    found = []
    for key, text in symbols.items():
        try:
            (statement,) = read_latex(f"{key} = 0")
        except (InputError, ValueError):
            continue
        formula = _REMARK.sub("", text)
        found.append(Symbol(_plain(whole_names(statement.sides[0], model)), _formula(key, formula, model), formula))
    return tuple(found)


def _formula(key: str, text: str, model: Model) -> Node | None:
    """The tree of a formula; None for prose."""
    try:
        tree = parse_tree(_numbered(text), key)
    except InputError:
        return None
    calls = [part.name for part in walk(tree) if isinstance(part, Call)]
    return tree if all(name in _FUNCTIONS or name in model.functions for name in calls) else None


def _numbered(text: str) -> str:
    """Whole axes, ``O[p,:]``, as letters."""
    count = iter(range(100))
    return re.sub(r":", lambda _: f"{WHOLE}{next(count)}", text)


def _plain(sketch: Sketch) -> Sketch:
    """A symbol without what changes its looks only."""
    if isinstance(sketch, Name):
        return replace(sketch, marks=tuple(m for m in sketch.marks if m not in ("bold", "cal")))
    return sketch


def meant(context: Context, symbols: tuple[Symbol, ...], sketch: Sketch) -> Value | None:
    """What was said that this stands for; None where nothing was."""
    plain = _plain(sketch)
    for symbol in symbols:
        if symbol.key == plain:
            return _value(context, symbol, plain, plain)
    if isinstance(plain, Name) and (plain.below or plain.above):
        for symbol in symbols:
            key = symbol.key
            if isinstance(key, Name) and not key.below and not key.above:
                if (key.stem, key.marks, key.order) == (plain.stem, plain.marks, plain.order):
                    return _value(context, symbol, key, plain)
        for symbol in symbols:
            if isinstance(symbol.key, Name) and _same_but_for_letters(symbol.key, plain):
                return _value(context, symbol, plain, plain)
    return None


def claimed(symbols: tuple[Symbol, ...]) -> frozenset[str]:
    """The arrays that have a symbol of their own: nothing else is taken for them by convention alone."""
    return frozenset(symbol.tree.name for symbol in symbols if isinstance(symbol.tree, Entry))


def _same_but_for_letters(key: Name, name: Name) -> bool:
    """Whether a symbol is another at other letters, with the same word: ``X_{out,i}`` where ``X_{out,j}`` was told."""
    if (key.stem, key.marks, key.order) != (name.stem, name.marks, name.order):
        return False
    if (len(key.below), len(key.above)) != (len(name.below), len(name.above)):
        return False
    pairs = list(zip((*key.below, *key.above), (*name.below, *name.above), strict=True))
    words = [one for one, _ in pairs if isinstance(one, Name) and len(one.stem) > 1]
    return bool(words) and all(one == other or _is_letter(one) and _is_letter(other) for one, other in pairs)


def _is_letter(sketch: Sketch) -> bool:
    return isinstance(sketch, Name) and len(sketch.stem) == 1 and not sketch.below and not sketch.above


def function_meant(symbols: tuple[Symbol, ...], stem: str) -> str | None:
    """The function that a letter was said to be."""
    for symbol in symbols:
        if isinstance(symbol.key, Name) and symbol.key.stem == stem and isinstance(symbol.tree, Entry):
            if not symbol.tree.subscripts:
                return symbol.tree.name
    return None


def _letters(context: Context, sketch: Sketch) -> tuple[str, ...]:
    """The index letters of a symbol."""
    if isinstance(sketch, SketchPower):
        sketch = sketch.base
    if not isinstance(sketch, Name):
        return ()
    first = min(scripts(sketch, context.marks, context.scope), key=lambda script: script.cost)
    return first.indices


def _value(context: Context, symbol: Symbol, key: Sketch, written: Sketch) -> Value:
    if symbol.tree is None:
        raise Missing(f"what is said of a symbol, {shortened(symbol.text)}, is no formula")
    said = tuple(
        dict.fromkeys(
            s.name
            for node in walk(symbol.tree)
            if isinstance(node, Entry)
            for s in node.subscripts
            if isinstance(s, Entry)
        )
    )
    own = _letters(context, written)
    if isinstance(key, Name) and own and _layer_only(written):
        own = ()
    where = (symbol.key, written, tuple(sorted(context.scope.items())))
    options = [Option(m, cost) for m, cost in _mappings(said, own)]
    mapping = context.choose(("symbol", where), options, f"{symbol.text} has other indices")
    value = Evaluated(context, mapping).value(symbol.tree)
    left = [letter for letter in own if letter not in mapping.values() and not symbol.text.endswith(letter)]
    if left and value.open and not context.choose(("is index", where), [Option(True), Option(False, 0.3)]):
        return value
    return _indexed(context, value, left, where) if left and value.open else value


def _layer_only(written: Sketch) -> bool:
    """Whether the scripts are a layer or a moment in angle brackets, and no index."""
    return (
        isinstance(written, Name)
        and not written.below
        and all((found := shifted_letter(part)) is not None and found[0] in ("t", "l", "L") for part in written.above)
    )


class _Frozen(dict[str, str]):
    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


def _mappings(said: tuple[str, ...], own: tuple[str, ...]) -> list[tuple[Mapped, float]]:
    """The ways to put the symbol's letters for those of its meaning; a letter that gets none is an open axis."""
    plain = [letter for letter in said if not letter.startswith(WHOLE)]
    shared = [letter for letter in plain if letter in own]
    if len(plain) == len(own) and len(shared) < len(own):
        shared = []
    if len(shared) == len(own) or not own:
        mapped = _Frozen({letter: letter for letter in shared})
        found: list[tuple[Mapped, float]] = [(mapped, 0.0)]
        if not own and plain:
            found.append((_Frozen({letter: letter for letter in plain}), 0.5))
        return found
    free = [letter for letter in plain if letter not in shared]
    rest = [letter for letter in own if letter not in shared]
    kept = {letter: letter for letter in shared}
    if len(rest) > len(free):
        rest = rest[len(rest) - len(free) :] if free else []
    found = []
    for place, chosen in enumerate(permutations(free, len(rest))):
        found.append((_Frozen({**kept, **dict(zip(chosen, rest, strict=True))}), 0.0 if place == 0 else 0.05))
    return found or [(_Frozen(kept), 0.0)]


def _indexed(context: Context, value: Value, letters: list[str], where: object) -> Value:
    """A whole array at the letters of the symbol."""
    if len(letters) > len(value.open):
        letters = letters[len(letters) - len(value.open) :]
    options = []
    for chosen in permutations(range(len(value.open)), len(letters)):
        prices = [context.preference(n, value.open[at].size) for n, at in zip(letters, chosen, strict=True)]
        if None not in prices:
            options.append(Option(chosen, sum(p for p in prices if p is not None)))
    picked = context.choose(("index", where), options, "the indices do not fit")
    axes = [value.open[at] for at in picked]
    names = {axis.letter: context.place(name, axis.size) for name, axis in zip(letters, axes, strict=True)}
    rest = tuple(axis for axis in value.open if axis not in axes)
    return Value(renamed(value.node, names), _lying(context, rest))


def _lying(context: Context, axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    return context.lie(axes, "") if len(axes) == 1 else axes
