"""NumPy expressions as statements that allocate nothing: every result goes into an array made beforehand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from .trees import ARGUMENT, Apply, Axes, Einsum, Fill, Mask, Reduce, Tree, Ufunc, Value, View
from .writing import axis_argument, children, text


class Workspace:
    """Statements that write into arrays made beforehand.

    `fresh` gives a name nobody has; `temporaries` are the names and shapes of the arrays asked for.
    """

    def __init__(self, fresh: Callable[[str], str]) -> None:
        self.temporaries: dict[str, str] = {}
        self.lines: list[str] = []
        self._shape_of: Callable[[Axes], str] = str
        self._fresh = fresh
        self._free: list[str] = []
        self._pinned: set[str] = set()

    def assign(self, tree: Tree, out: str, shape_of: Callable[[Axes], str]) -> list[str]:
        """The statements that compute `tree` into the array `out`, or into a plain number.

        `shape_of` gives the shape of a temporary array with these axes.
        """
        self._shape_of = shape_of
        self.lines = []
        if tree.axes:
            self._into(tree, out)
        else:
            value = self._scalar(tree)
            self.lines.append(f"{out} = {value}")
            self._release(value)
        return self.lines

    def _into(self, tree: Tree, out: str) -> None:
        match tree:
            case Value() | View() | Fill():
                value = self._value(tree.of if isinstance(tree, Fill) else tree)
                self.lines.append(f"np.copyto({out}, {value})")
                self._release(value)
            case Ufunc(name, arguments):
                used = self._arguments(arguments, tree.axes, None if name == "matmul" else out)
                self._call(name, used, out)
            case Mask(name, arguments):
                used = self._arguments(arguments, tree.axes, out)
                self._call(name, used, out)
            case Reduce(name, of, along):
                value = self._value(of)
                self.lines.append(f"np.{name}({value}{axis_argument(along)}, out={out})")
                self._release(value)
            case Einsum(spec, operands):
                used = [self._value(o) for o in operands]
                self.lines.append(f'np.einsum("{spec}", {", ".join(used)}, out={out}, optimize=True)')
                self._release(*used)
            case Apply(name, argument, None):
                value = self._value(argument)
                self.lines.append(f"{out}[...] = {name}({value})")
                self._release(value)
            case Apply(_, argument, body):
                assert body is not None
                value = self._value(argument)
                mine = {t for t in self._named_in(value) if t not in self._pinned}
                self._pinned |= mine
                self._into(grounded(body, Value(value, tree.axes)), out)
                self._pinned -= mine
                self._release(value)

    def _call(self, name: str, used: list[str], out: str) -> None:
        self.lines.append(f"np.{name}({', '.join(used)}, out={out})")
        self._release(*(u for u in used if u != out))

    def _arguments(self, arguments: tuple[Tree, ...], axes: Axes, out: str | None) -> list[str]:
        """The arguments, computed where they are not at hand; the first of full shape in `out` itself."""
        used = []
        for argument in arguments:
            at_hand = isinstance(argument, (Value, View)) or not argument.axes
            if out is not None and not at_hand and argument.axes == axes:
                self._into(argument, out)
                used.append(out)
                out = None
            else:
                used.append(self._value(argument))
        return used

    def _value(self, tree: Tree) -> str:
        """Text for `tree` as an argument; anything computed goes to a temporary array."""
        if isinstance(tree, Value):
            return tree.text
        if isinstance(tree, View):
            inner = self._value(tree.of)
            return tree.pattern.format(inner)
        if not tree.axes:
            return self._scalar(tree)
        name = self._temporary(tree.axes)
        self._into(tree, name)
        return name

    def _scalar(self, tree: Tree) -> str:
        """A number's expression; the arrays inside it are computed first, and kept until it stands in a line."""
        return text(self._prepared(tree))

    def _prepared(self, tree: Tree) -> Tree:
        match tree:
            case Reduce() | Einsum() | View():
                inner = tuple(Value(self._value(c), c.axes) for c in children(tree))
                if isinstance(tree, Einsum):
                    return replace(tree, operands=inner)
                return replace(tree, of=inner[0])
            case Ufunc("matmul", arguments):
                inner = tuple(Value(self._value(c), c.axes) for c in arguments)
                return replace(tree, arguments=inner)
            case Ufunc(_, arguments):
                return replace(tree, arguments=tuple(map(self._prepared, arguments)))
            case Mask(_, (left, right)):
                return replace(tree, arguments=(self._prepared(left), self._prepared(right)))
            case Apply(_, argument):
                return replace(tree, argument=self._prepared(argument))
        return tree

    def _temporary(self, axes: Axes) -> str:
        shape = self._shape_of(axes)
        for name in self._free:
            if self.temporaries[name] == shape:
                self._free.remove(name)
                return name
        name = self._fresh("T")
        self.temporaries[name] = shape
        return name

    def _release(self, *values: str) -> None:
        """Temporary arrays that have been read may be written again, unless a function's body needs them."""
        for value in values:
            self._free += [t for t in self._named_in(value) if t not in self._free and t not in self._pinned]

    def _named_in(self, value: str) -> list[str]:
        return [word for word in re.findall(r"\w+", value) if word in self.temporaries]


def grounded(body: Tree, argument: Value) -> Tree:
    """The body of a function at an array in place of the number z."""
    match body:
        case Value():
            return argument if body == ARGUMENT else body
        case View(_, of) | Reduce(_, of) | Fill(of):
            inner = grounded(of, argument)
            return replace(body, of=inner, axes=inner.axes)
        case Ufunc(_, arguments):
            new = tuple(grounded(a, argument) for a in arguments)
            return replace(body, arguments=new, axes=argument.axes if any(n.axes for n in new) else ())
        case Mask(_, (left, right)):
            return replace(body, arguments=(grounded(left, argument), grounded(right, argument)), axes=argument.axes)
        case Apply(_, inner_argument):
            inner = grounded(inner_argument, argument)
            return replace(body, argument=inner, axes=inner.axes)
    raise AssertionError(body)
