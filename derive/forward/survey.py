"""One look over an equation: which index runs where, and whether every name and index is in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..errors import InputError
from ..terms import dimension
from .names import BINDERS, Names
from .ranges import Key, Ranges, Shift
from .subscripts import CONCATENATION, Subscript, read_subscript
from .syntax import Call, Entry, Node, children

MOST_INDICES = 12


@dataclass
class Surveyor:
    """What is known across the equations of one text.

    `call` is asked whether a function call is in order; `ranks` holds the number of indices of
    each array and where it was first seen; `letters` how its subscripts were first written;
    `binders` and `extents` the dimension of each sum and of each ``size(p)``.
    """

    names: Names
    ranges: Ranges
    call: Callable[[Call, str], None]
    ranks: dict[str, tuple[int, str]] = field(default_factory=dict)
    letters: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    binders: dict[Node, Key] = field(default_factory=dict)
    extents: dict[Node, tuple[tuple[Key, ...], str]] = field(default_factory=dict)

    def equation(self, left: Entry, right: Node, where: str) -> tuple[Key, ...]:
        """Survey ``left = right``; the keys of the indices on the left. Raises InputError."""
        return _One(self, where).equation(left, right)

    def expression(self, node: Node, letters: tuple[str, ...], where: str) -> tuple[Key, ...]:
        """Survey an expression in these free indices; their keys. Raises InputError."""
        return _One(self, where).expression(node, letters)

    def rank(self, name: str, rank: int, where: str) -> None:
        """Note with how many indices an array is used; InputError where that differs."""
        if rank > MOST_INDICES:
            raise InputError(f"{where}: {name} has {rank} indices; at most {MOST_INDICES} are read")
        known, first = self.ranks.setdefault(name, (rank, where))
        if known != rank:
            raise InputError(f"{where}: {name} has {_count(rank)} here and {_count(known)} in {first}")

    def require_ranges(self) -> None:
        """InputError where nothing determines the dimension of an index."""
        determined = self.ranges.determined()
        for key in self.ranges.indices():
            if self.ranges.find(key) not in determined:
                raise InputError(f"{key[1]}: index {key[3]} stands in no array, so nothing says how many values it has")


class _One:
    """The survey of one equation; `seen` maps a letter to the keys it has had in it."""

    def __init__(self, survey: Surveyor, where: str) -> None:
        self.all, self.where = survey, where
        self.left: Entry | None = None
        self.seen: dict[str, list[Key]] = {}
        self.runs: dict[Key, str] = {}
        self.sizes: list[tuple[Node, str, Key | None]] = []

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
        for size, letter, key in self.sizes:
            keys = (key,) if key is not None else tuple(self.seen.get(letter, ()))
            if not keys:
                raise InputError(f"{self.where}: size({letter}): {letter} is no index of this equation")
            self.all.extents[size] = (keys, f"{self.where}: size({letter})")
        return tuple(scope.values())

    def _index(self, letter: str, binder: Node | None) -> Key:
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
        for position, subscript in enumerate(found):
            self._meet(name, position, subscript, scope)

    def _subscript(self, node: Node, scope: dict[str, Key]) -> Subscript:
        subscript = read_subscript(node, self.where)
        for letter in subscript.letters:
            if letter not in scope:
                raise InputError(f"{self.where}: index {letter} is neither on the left nor summed over")
        for width in subscript.widths:
            self._size(width, scope)
        return subscript

    def _meet(self, name: str, position: int, subscript: Subscript, scope: dict[str, Key]) -> None:
        """Let the index and the axis it stands at have one dimension."""
        ranges, axis = self.all.ranges, ("axis", name, position)
        ranges.add(axis, name)
        if subscript.letter is None:
            if subscript.terms:
                return ranges.shift(self._shift(axis, subscript, scope, f"{name}[{subscript.text}]"))
            number = ranges.number(axis)
            if number is not None and subscript.constant >= number:
                raise InputError(f"{self.where}: the index {subscript.constant} of {name} is beyond its {number} units")
            return None
        key = scope[subscript.letter]
        if not ranges.unite(key, axis):
            before = f"units of {self.runs[key]}" if key in self.runs else "values"
            raise InputError(
                f"{self.where}: index {subscript.letter} runs over {ranges.label(key)} {before} "
                f"and over {ranges.label(axis)} units of {name}"
            )
        self.runs.setdefault(key, name)
        return None

    def _shift(self, axis: Key, subscript: Subscript, scope: dict[str, Key], text: str) -> Shift:
        terms = tuple((step, scope[letter]) for step, letter in subscript.terms)
        widths = tuple(scope.get(w.letter) or self._named(w.letter) for w in subscript.widths)
        return Shift(axis, terms, subscript.constant, text, self.where, widths)

    def _named(self, letter: str) -> Key:
        """The one index of this name in the equation so far."""
        if letter not in self.seen:
            raise InputError(f"{self.where}: size({letter}): {letter} is no index of this equation")
        return self.seen[letter][0]

    def _call(self, node: Call, scope: dict[str, Key]) -> None:
        if node.name == CONCATENATION:
            return self._concatenation(node, scope)
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
        letter = _letter(node, self.where)
        if letter in scope:
            twice = "is bound twice, by a sum inside a sum"
            left = f"stands on the left and is summed over in {node.name}({letter}, ...)"
            reason = left if scope[letter][2] == id(None) else twice
            raise InputError(f"{self.where}: index {letter} {reason}; take another letter")
        key = self._index(letter, node)
        self.all.binders[node] = key
        if node.bound is not None:
            self.all.ranges.fix(key, node.bound if isinstance(node.bound, int) else dimension(node.bound))
        self._visit(node.arguments[1], {**scope, letter: key})

    def _size(self, node: Call, scope: dict[str, Key]) -> None:
        letter = _letter(node, self.where)
        self.sizes.append((node, letter, scope.get(letter)))

    def _concatenation(self, node: Call, scope: dict[str, Key]) -> None:
        """``concat(a, b)[m]``: m runs over all entries of a, then over all of b."""
        names = [part.name for part in node.arguments if isinstance(part, Entry) and not part.subscripts]
        if len(names) < len(node.arguments) or not node.subscripts:
            raise InputError(f"{self.where}: concat takes names of arrays and an index, as in concat(a, b)[m]")
        *outer, last = (self._subscript(subscript, scope) for subscript in node.subscripts)
        if last.letter is None:
            raise InputError(f"{self.where}: the last index of concat(...) is a letter")
        parts = []
        for name in names:
            self.all.names.require(name, self.where)
            self.all.rank(name, len(node.subscripts), self.where)
            self.all.letters.setdefault(name, (*(s.letter for s in outer), None))
            for position, subscript in enumerate(outer):
                self._meet(name, position, subscript, scope)
            parts.append(("axis", name, len(outer)))
            self.all.ranges.add(parts[-1], name)
        terms = tuple((1, part) for part in parts)
        self.all.ranges.shift(Shift(scope[last.letter], terms, len(parts) - 1, "concat(...)", self.where))

    def _kron(self, node: Call, scope: dict[str, Key]) -> None:
        one, other = (self._subscript(argument, scope) for argument in node.arguments)
        if one.letter is None or other.letter is None:
            return
        keys = scope[one.letter], scope[other.letter]
        if not self.all.ranges.unite(*keys):
            a, b = map(self.all.ranges.label, keys)
            raise InputError(f"{self.where}: in kron, {one.text} runs over {a} values and {other.text} over {b}")


def _letter(node: Call, where: str) -> str:
    if not node.letter:
        raise InputError(f"{where}: {node.name} begins with an index letter, as in {node.name}(k, ...)")
    return node.letter


def _count(rank: int) -> str:
    return f"{rank or 'no'} {'index' if rank == 1 else 'indices'}"
