"""The value of a formula in the plain language that tells what a symbol means."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr

from ...forward.syntax import Call, Entry, Inverse, Minus, Node, Number, Plus, Power, Times
from .context import Context
from .roles import stem_and_number
from .search import Unfit
from .values import Axis, Value, broadcast, derivative, negative, times

WHOLE = "whole_axis_"
Mapped = dict[str, str]


def error_term(context: Context, name: str) -> str:
    """The array that ``delta1`` is the derivative by; nothing for another name."""
    stem, number = stem_and_number(name)
    if stem not in ("delta", "δ") or name in context.model.axes:
        return ""
    role = context.convention[-1]
    for array in (role, role.upper()):
        found = array + (str(number) if number is not None else "")
        if found in context.model.axes:
            return found
    raise Unfit(f"{name} is the derivative by {role}{number or ''}, which the model does not have")


class Evaluated:
    """The value of a tree, with letters as mapped; others are open axes, the same wherever they occur."""

    def __init__(self, context: Context, mapping: Mapped) -> None:
        self.context, self.mapping = context, mapping
        self.opened: dict[str, Axis] = {}

    def value(self, node: Node) -> Value:
        """The value of a node. Raises Unfit where it has none."""
        value = self._of(node)
        return value

    def _of(self, node: Node) -> Value:
        match node:
            case Number():
                return Value(node)
            case Entry(name, ()):
                if name in self.context.model.axes:
                    return self.context.whole(name)
                if error_term(self.context, name):
                    return self._error(name, ())
                if name in ("eta", "alpha", "epsilon", "lr"):
                    self.context.scalars.add(name)
                return Value(node)
            case Entry(name, subscripts):
                return self._entry(name, subscripts)
            case Plus(terms):
                return self._together(tuple(terms), lambda *parts: Plus(tuple(parts)))
            case Minus(of):
                return negative(self._of(of))
            case Times(factors):
                return self._together(self._derivatives(factors), times)
            case Inverse(of):
                return self._together((of,), lambda part: Inverse(part))
            case Power(base, exponent):
                return self._together((base, exponent), lambda b, e: Power(b, e))
            case Call("size", (Entry(letter, ()),)):
                return Value(Entry(str(self._size(letter))))
            case Call(name, arguments, order, ()):
                return self._together(tuple(arguments), lambda *parts: Call(name, tuple(parts), order))
        raise Unfit("the meaning of a symbol is an array, an entry or a formula of these")

    def _together(self, nodes: tuple[Node | Value, ...], make: Callable[..., Node]) -> Value:
        values = tuple(node if isinstance(node, Value) else self._of(node) for node in nodes)
        return broadcast(values, make, strict=False)

    def _derivatives(self, factors: tuple[Node, ...]) -> tuple[Node | Value, ...]:
        """The factors with ``dC/dz1[j]`` as one."""
        made: list[Node | Value] = []
        for factor in factors:
            before = made[-1] if made else None
            match before, factor:
                case (Entry(head, of), Inverse(Entry(name, by))) if (
                    head[0] == "d" and name[0] == "d" and (name[1:] in self.context.model.axes)
                ):
                    cost = self.context.model.cost if not of and head[1:] not in self.context.model.axes else head[1:]
                    below = self._of(Entry(name[1:], by))
                    above = self._of(Entry(cost or head[1:], of))
                    made[-1] = Value(derivative(above.node, below.node), (*above.axes, *below.axes))
                case (Minus(Entry() as entry), Inverse()):
                    rest = self._derivatives((entry, factor))
                    made[-1:] = [Minus(rest[0])] if isinstance(rest[0], Node) else [negative(rest[0])]
                case _:
                    made.append(factor)
        return tuple(made)

    def _entry(self, name: str, subscripts: tuple[Node, ...]) -> Value:
        if error_term(self.context, name):
            return self._error(name, subscripts)
        if name not in self.context.model.axes or len(subscripts) != len(self.context.model.axes[name]):
            raise Unfit(f"{name} is no array with {len(subscripts)} indices")
        places: list[Node] = []
        axes: list[Axis] = []
        for subscript, size in zip(subscripts, self.context.model.axes[name], strict=True):
            if not isinstance(subscript, Entry):
                places.append(subscript)
            elif subscript.name in self.mapping:
                places.append(Entry(self.context.place(self.mapping[subscript.name], size)))
            else:
                axis = self.opened.setdefault(subscript.name, self.context.fresh(size))
                axes.append(axis)
                places.append(Entry(axis.letter))
        return Value(Entry(name, tuple(places)), self.context.lie(tuple(axes), name) if axes else ())

    def _error(self, name: str, subscripts: tuple[Node, ...]) -> Value:
        """``delta1[j]`` by the convention."""
        value = self.context.gradient(self._of(Entry(error_term(self.context, name), subscripts)))
        return negative(value) if self.context.convention.startswith("-") else value

    def _size(self, letter: str) -> Expr:
        for name, letters in self.context.model.letters.items():
            for own, size in zip(letters, self.context.model.axes[name], strict=False):
                if str(own) == letter:
                    return size
        raise Unfit(f"nothing in the model has the index {letter}")
