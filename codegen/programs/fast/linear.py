"""From the expressions of a program to statements of one call each, every result in an array of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from ..trees import Apply, Axes, Einsum, Fill, Mask, Reduce, Tree, Ufunc, Value, View
from ..workspace import grounded
from ..writing import axis_argument, children, text
from .statements import COPY, DOT, EINSUM, MATMUL, NUMBER, Operand, Statement

ShapeOf = Callable[[Axes], tuple[str, ...]]
REDUCED = {"sum": "add.reduce", "max": "maximum.reduce"}


class Straightener:
    """Writes expressions as statements; `given` are the arrays that are known from outside.

    Where numbers are `held`, those on the way are computed into arrays without axes, as everything else is.
    """

    def __init__(self, given: Mapping[str, Axes], fresh: Callable[[], str], held: bool = False) -> None:
        self.statements: list[Statement] = []
        self._given = {name for name, axes in given.items() if not axes}
        self._arrays = set(given)
        self._fresh = fresh
        self._held = held
        self._numbers: set[str] = set()
        self._known: dict[str, Operand] = {}
        self._line, self._part = "", ""
        self._shape: ShapeOf = lambda axes: ()

    def assign(self, tree: Tree, target: str, part: str, shape: ShapeOf, returned: bool = False) -> None:
        """The statements that compute `tree` into the array or the number `target`."""
        self._line, self._part, self._shape = target, part, shape
        if tree.axes:
            self._compute(tree, target)
        elif returned:
            self._number(tree, target)
        else:
            self._computed_number(tree, target)
        self._arrays.add(target)

    def _compute(self, tree: Tree, target: str) -> None:
        match tree:
            case Value() | View():
                self._say(target, COPY, (self._operand(tree),), tree.axes)
            case Fill(of):
                self._say(target, COPY, (self._operand(of),), tree.axes)
            case Ufunc("matmul", (left, right)):
                flat = len(left.axes) <= 2 and len(right.axes) <= 2
                self._say(target, DOT if flat else MATMUL, (self._operand(left), self._operand(right)), tree.axes)
            case Ufunc(name, arguments) | Mask(name, arguments):
                self._say(target, name, tuple(map(self._operand, arguments)), tree.axes)
            case Reduce(name, of, along):
                option = axis_argument(along) if along is not None else ", axis=None"
                self._say(target, REDUCED[name], (self._operand(of),), tree.axes, option)
            case Einsum(spec, operands):
                self._say(target, EINSUM, tuple(map(self._operand, operands)), tree.axes, spec)
            case Apply(name, argument, None):
                self._say(target, name, (self._operand(argument),), tree.axes)
            case Apply(_, argument, body):
                assert body is not None
                operand = self._operand(argument)
                self._known[operand.text] = operand
                self._compute(grounded(body, Value(operand.text, tree.axes)), target)

    def _say(self, target: str, call: str, operands: tuple[Operand, ...], axes: Axes, option: str = "") -> None:
        shape = self._shape(axes)
        self.statements.append(Statement(target, call, operands, axes, shape, self._line, self._part, option))
        self._arrays.add(target)
        if not axes:
            self._numbers.add(target)

    def _operand(self, tree: Tree) -> Operand:
        """`tree` as an argument; anything computed goes into an array of its own first."""
        match tree:
            case Value(written, axes) if axes or self._read(written, axes).name:
                return self._read(written, axes)
            case View(pattern, of) if of.axes or self._held and self._has_arrays(of):
                inner = self._operand(of)
                return replace(inner, pattern=pattern.replace("{}", inner.pattern), axes=tree.axes)
        if not tree.axes:
            return self._number_operand(tree)
        target = self._fresh()
        self._compute(tree, target)
        return Operand(target, "{}", tree.axes)

    def _read(self, written: str, axes: Axes) -> Operand:
        if written in self._known:
            return replace(self._known[written], axes=axes)
        word = re.match(r"\w+", written)
        if word and word.group() in self._arrays and (axes or word.group() == written or written[word.end()] == "["):
            return Operand(word.group(), "{}" + written[word.end() :], axes)
        return Operand("", written, axes)

    def _number_operand(self, tree: Tree) -> Operand:
        """A number as an argument: its text, or the name of one that is computed from arrays."""
        if not self._has_arrays(tree) and not _is_computed(tree):
            return Operand("", text(tree))
        target = self._fresh()
        self._computed_number(tree, target)
        return Operand(target, "{}")

    def _has_arrays(self, tree: Tree) -> bool:
        """Whether something is read that is not a number from outside."""
        if isinstance(tree, Value):
            read = (self._arrays - self._given) & set(re.findall(r"\w+", tree.text))
            return tree.text in self._known or bool(read)
        return any(map(self._has_arrays, children(tree)))

    def _computed_number(self, tree: Tree, target: str) -> None:
        """A number on the way: calls where numbers are held, else its text."""
        if self._held and not isinstance(tree, Value):
            self._compute(tree, target)
        else:
            self._number(tree, target)

    def _number(self, tree: Tree, target: str) -> None:
        operands: list[Operand] = []
        written = text(self._prepared(tree, operands)).replace("np.sum(", "np.add.reduce(")
        written = re.sub(r"(np\.add\.reduce\(\{\d+\})\)", r"\1, axis=None)", written)
        self._say(target, NUMBER, tuple(operands), (), written)

    def _prepared(self, tree: Tree, operands: list[Operand]) -> Tree:
        """The expression of a number with places for the arrays in it, which are computed first."""
        match tree:
            case Value(written) if self._read(written, ()).name:
                return self._placed(tree, operands)
            case Value(written):
                return replace(tree, text=re.sub(r"\w+", lambda word: self._place_of(word.group(), operands), written))
            case Reduce() | View():
                return replace(tree, of=self._placed(tree.of, operands))
            case Einsum(_, inner):
                return replace(tree, operands=tuple(self._placed(c, operands) for c in inner))
            case Ufunc("matmul", arguments):
                return replace(tree, arguments=tuple(self._placed(c, operands) for c in arguments))
            case Ufunc(_, arguments):
                return replace(tree, arguments=tuple(self._prepared(c, operands) for c in arguments))
            case Mask(_, (left, right)):
                return replace(tree, arguments=(self._prepared(left, operands), self._prepared(right, operands)))
            case Apply(_, argument):
                return replace(tree, argument=self._prepared(argument, operands))
        return tree

    def _place_of(self, word: str, operands: list[Operand]) -> str:
        return self._placed(Value(word), operands).text if word in self._numbers else word

    def _placed(self, tree: Tree, operands: list[Operand]) -> Value:
        operands.append(self._operand(tree))
        return Value(f"{{{len(operands) - 1}}}", tree.axes)


def _is_computed(tree: Tree) -> bool:
    """Whether arrays are summed up in it."""
    return isinstance(tree, Reduce | Einsum) or any(map(_is_computed, children(tree)))
