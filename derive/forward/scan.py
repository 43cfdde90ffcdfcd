"""One look over an equation: which index runs where, and whether every name and index is in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import DimensionClash, InputError
from ..terms import dimension
from .names import BINDERS, suggestion
from .shifts import Key, Shift
from .subscripts import CONCATENATION, Subscript, read_subscript
from .syntax import WINDOWED, Call, Entry, Node, children, walk

if TYPE_CHECKING:
    from .survey import Surveyor

LARGEST_WINDOW = 64


class Scan:
    """The survey of one equation; `seen` maps a letter to the keys it has had in it.

    `later` holds what is asked once every index has been seen, `unsaid` the indices of which
    nothing but a comparison says how far they run.
    """

    def __init__(self, survey: Surveyor, where: str) -> None:
        self.all, self.where = survey, where
        self.left: Entry | None = None
        self.seen: dict[str, list[Key]] = {}
        self.runs: dict[Key, str] = {}
        self.sizes: list[tuple[Node, str, Key | None]] = []
        self.later: list[Callable[[], None]] = []
        self.unsaid: set[Key] = set()

    def equation(self, left: Entry, right: Node) -> tuple[Key, ...]:
        letters = tuple(s.name if isinstance(s, Entry) and not s.subscripts else "" for s in left.subscripts)
        if "" in letters:
            raise InputError(f"{self.where}: the indices of {left.name} on the left are plain letters, as in z[j]")
        for letter in letters:
            if letters.count(letter) > 1:
                raise InputError(f"{self.where}: index {letter} stands twice on the left of {left.name}")
        self.left = left
        return self.expression(right, letters)

    def expression(self, node: Node, letters: tuple[str, ...]) -> tuple[Key, ...]:
        scope = {letter: self._index(letter, None) for letter in letters}
        if self.left is not None:
            self._entry(self.left, scope)
        self._visit(node, scope)
        for question in self.later:
            question()
        for size, letter, key in self.sizes:
            keys = (key,) if key is not None else tuple(self.seen.get(letter, ()))
            if not keys:
                raise InputError(f"{self.where}: size({letter}): {letter} is no index of this equation")
            self.all.extents[size] = (keys, f"{self.where}: size({letter})")
        return tuple(scope.values())

    def _index(self, letter: str, binder: Node | None) -> Key:
        if letter in self.all.names.dimensions:
            raise InputError(f"{self.where}: {letter} is an index letter here and a name elsewhere; rename one of them")
        key = ("index", self.where, id(binder), letter)
        self.all.ranges.add(key, letter)
        self.seen.setdefault(letter, []).append(key)
        return key

    def _visit(self, node: Node, scope: dict[str, Key]) -> None:
        if isinstance(node, Entry):
            self._entry(node, scope)
        elif isinstance(node, Call):
            self._call(node, scope)
        else:
            for child in children(node):
                self._visit(child, scope)

    def _entry(self, node: Entry, scope: dict[str, Key]) -> None:
        name = node.name
        if name in scope and not node.subscripts:
            raise InputError(f"{self.where}: the index {name} is used as a number; indices stand in brackets only")
        self.all.names.require(name, self.where)
        if name in self.all.names.dimensions or name == "pi":
            if node.subscripts:
                raise InputError(f"{self.where}: {name} is a number and has no indices")
            return
        self.all.rank(name, len(node.subscripts), self.where)
        found = [self._subscript(s, scope) for s in node.subscripts]
        self.all.letters.setdefault(name, tuple(s.letter for s in found))
        text = f"{name}[{','.join(subscript.text for subscript in found)}]"
        for position, subscript in enumerate(found):
            self._meet(name, position, subscript, scope, text)

    def _subscript(self, node: Node, scope: dict[str, Key]) -> Subscript:
        subscript = read_subscript(node, self.where, self.all.names.dimensions)
        for letter in subscript.letters:
            if letter not in scope:
                raise InputError(f"{self.where}: index {letter} is neither on the left nor summed over")
        for width in subscript.widths:
            if isinstance(width, Call):
                self._size(width, scope)
        return subscript

    def _meet(self, name: str, position: int, subscript: Subscript, scope: dict[str, Key], text: str) -> None:
        """Let the index and the axis it stands at have one dimension; `text` is the entry as written."""
        ranges, axis = self.all.ranges, ("axis", name, position)
        ranges.add(axis, name)
        reach = sum(step * (scope[letter][1] - 1) for step, letter in subscript.terms if _in_window(scope[letter]))
        if all(_in_window(scope[letter]) for letter in subscript.letters):
            number, last = ranges.number(axis), subscript.constant + reach
            if subscript.is_padded or subscript.widths:
                raise InputError(f"{self.where}: an index of {name} has no letter beside its numbers, as in x[2*t+s-1]")
            if number is not None and last >= number:
                raise DimensionClash(f"{self.where}: the index {last} of {name} is beyond its {number} units")
        elif subscript.letter is None:
            self.later.append(lambda: ranges.shift(self._shift(axis, subscript, scope, reach, text)))
        else:
            self._run(scope[subscript.letter], name, axis)

    def _run(self, key: Key, name: str, axis: Key) -> None:
        """Let an index run over an axis."""
        ranges = self.all.ranges
        if not ranges.unite(key, axis) and not ranges.narrow(key, axis):
            before = f"units of {self.runs[key]}" if key in self.runs else "values"
            raise DimensionClash(
                f"{self.where}: index {key[3]} runs over {ranges.label(key)} {before} "
                f"and over {ranges.label(axis)} units of {name}"
            )
        self.runs.setdefault(key, name)

    def _shift(self, axis: Key, subscript: Subscript, scope: dict[str, Key], reach: int, text: str) -> Shift:
        terms = tuple((step, scope[letter]) for step, letter in subscript.terms if not _in_window(scope[letter]))
        widths = tuple(self._width(width, scope) for width in subscript.widths)
        return Shift(axis, terms, subscript.constant, text, self.where, widths, reach)

    def _width(self, node: Call | Entry, scope: dict[str, Key]) -> Key:
        if isinstance(node, Entry):
            return self.all.ranges.named(dimension(node.name))
        key = scope.get(node.letter) or next(iter(self.seen.get(node.letter, ())), None)
        if key is None:
            raise InputError(f"{self.where}: size({node.letter}): {node.letter} is no index of this equation")
        return key

    def _call(self, node: Call, scope: dict[str, Key]) -> None:
        if node.name == CONCATENATION:
            return self._concatenation(node, scope)
        if node.name in WINDOWED and self._is_over_places(node, scope):
            return self._window(node, scope)
        self.all.call(node, self.where)
        if node.name in BINDERS:
            return self._binder(node, scope)
        if node.name == "size":
            return self._size(node, scope)
        if node.name == "kron":
            return self._kron(node, scope)
        for argument in node.arguments:
            self._visit(argument, scope)
        return None

    def _binder(self, node: Call, scope: dict[str, Key]) -> None:
        key = self._index(self._new_letter(node, scope), node)
        self.all.binders[node] = key
        if node.bound is not None:
            self._bound(key, node)
        self._visit(node.arguments[1], {**scope, node.letter: key})

    def _bound(self, key: Key, node: Call) -> None:
        """``sum(s < 3, ...)`` or ``sum(s < S, ...)``: how many values the letter has."""
        if isinstance(node.bound, str) and node.bound not in self.all.names.dimensions:
            near = suggestion(node.bound, self.all.names.dimensions)
            raise InputError(f"{self.where}: {node.letter} < {node.bound}: {node.bound} is no width of the model{near}")
        self.all.ranges.fix(key, node.bound if isinstance(node.bound, int) else dimension(node.bound or ""))

    def _new_letter(self, node: Call, scope: dict[str, Key]) -> str:
        """The letter that a sum or a window binds."""
        letter = _letter(node, self.where)
        if letter in scope:
            twice = "is bound twice, by a sum inside a sum" if node.name in BINDERS else "is bound already"
            how = "summed over" if node.name in BINDERS else "bound"
            left = f"stands on the left and is {how} in {node.name}({letter}, ...)"
            reason = left if scope[letter][2] == id(None) else twice
            raise InputError(f"{self.where}: index {letter} {reason}; take another letter")
        return letter

    def _is_over_places(self, node: Call, scope: dict[str, Key]) -> bool:
        """Whether max or min is taken over an index, with its range or without."""
        places = {s for part in walk(*node.arguments[1:]) if isinstance(part, Entry) for s in part.subscripts}
        inside = {part.name for part in walk(*places) if isinstance(part, Entry)}
        return node.bound is not None or bool(node.letter) and (node.letter in scope or node.letter in inside)

    def _window(self, node: Call, scope: dict[str, Key]) -> None:
        """``max(s < 2, x[2*t+s])``: s is a number in each of two places."""
        if not isinstance(node.bound, int) or node.bound > LARGEST_WINDOW:
            advice = f"takes a number up to {LARGEST_WINDOW}, as in {node.name}({node.letter} < 2, ...)"
            raise InputError(f"{self.where}: {node.name} over the index {node.letter} {advice}")
        letter = self._new_letter(node, scope)
        self._visit(node.arguments[1], {**scope, letter: ("window", node.bound, id(node), letter)})

    def _size(self, node: Call, scope: dict[str, Key]) -> None:
        letter = _letter(node, self.where)
        if letter in scope and _in_window(scope[letter]):
            raise InputError(f"{self.where}: size({letter}) is the number {scope[letter][1]}; write the number")
        self.sizes.append((node, letter, scope.get(letter)))

    def _concatenation(self, node: Call, scope: dict[str, Key]) -> None:
        """``concat(a, b)[m]``: m runs over all entries of a, then over all of b."""
        names = [part.name for part in node.arguments if isinstance(part, Entry) and not part.subscripts]
        if len(names) < len(node.arguments) or not node.subscripts:
            raise InputError(f"{self.where}: concat takes names of arrays and an index, as in concat(a, b)[m]")
        *outer, last = (self._subscript(subscript, scope) for subscript in node.subscripts)
        if last.letter is None:
            raise InputError(f"{self.where}: the last index of concat is a letter alone, as in concat(a, b)[m]")
        parts = []
        for name in names:
            self.all.names.require(name, self.where)
            self.all.rank(name, len(node.subscripts), self.where)
            self.all.letters.setdefault(name, (*(s.letter for s in outer), None))
            for position, subscript in enumerate(outer):
                self._meet(name, position, subscript, scope, "concat(...)")
            parts.append(("axis", name, len(outer)))
            self.all.ranges.add(parts[-1], name)
        terms = tuple((1, part) for part in reversed(parts))  # of a known whole, the last part is what is left
        self.all.ranges.shift(Shift(scope[last.letter], terms, len(parts) - 1, "concat(...)", self.where))

    def _kron(self, node: Call, scope: dict[str, Key]) -> None:
        one, other = (self._subscript(argument, scope) for argument in node.arguments)
        if one.letter is None or other.letter is None:
            return
        keys = scope[one.letter], scope[other.letter]
        if not any(map(_in_window, keys)):
            self.later.append(lambda: self._equal(*keys))

    def _equal(self, one: Key, other: Key) -> None:
        """Let two indices that are compared run over the same values, where nothing else is known of them."""
        ranges = self.all.ranges
        self.unsaid.update(key for key in (one, other) if ranges.find(key) not in ranges.determined())
        if not ranges.unite(one, other) and (ranges.shorter(one, other) is None or self.unsaid & {one, other}):
            a, b = map(ranges.label, (one, other))
            raise DimensionClash(f"{self.where}: in kron, {one[3]} runs over {a} values and {other[3]} over {b}")


def _in_window(key: Key) -> bool:
    return key[0] == "window"


def _letter(node: Call, where: str) -> str:
    if not node.letter:
        raise InputError(f"{where}: {node.name} begins with an index letter, as in {node.name}(k, ...)")
    return node.letter


def count(rank: int) -> str:
    """How many indices, in words."""
    return f"{rank or 'no'} {'index' if rank == 1 else 'indices'}"
