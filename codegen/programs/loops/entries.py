"""Expressions at one place: numbers in loops, and the order in which entries lie."""

from __future__ import annotations

import re
from collections.abc import Callable

from sympy import Expr

from derive.backward import arrays as a

from ..numbers import ATOM, POWER, PRODUCT, SUM, number
from ..planning import Planner
from ..special import NORMAL
from ..trees import Apply, Axes, Einsum, Fill, Mask, Reduce, Tree, Ufunc, Value, View
from ..writing import COMPARISONS, INFIX, children
from .fusing import Access, mark

MATH = frozenset({"exp", "log", "log1p", "expm1", "sin", "cos", "tan", "tanh", "sqrt"})
CALLS = {"maximum": "max", "minimum": "min", "sign": "np.sign"}


class LoopPlanner(Planner):
    """Plans in which entries of arrays stand at marked letters, one entry at a time."""

    def _grid(self, index: Expr, order: Axes) -> str:
        text = self._at(index, order)
        return text if "«" in text else f"({text})"

    def _at(self, index: Expr, order: Axes) -> str:
        return number(index, lambda s: mark(s.name) if s in order else self.name(s.name)).text

    def _gather(self, node: a.Gather, axes: Axes) -> Tree:
        order = tuple(x for x in axes if x in node.axes)
        return Value(f"{self.name(node.name)}[{', '.join(self._at(i, order) for i in node.indices)}]", order)


class Scalar:
    """An expression at one place, as text; what it reads is collected on the way."""

    def __init__(self, called: Callable[[str], str]) -> None:
        self.called = called
        self.read: list[Access] = []

    def text(self, tree: Tree, context: int = 0) -> str:
        """The number at the marked letters, in brackets if it binds less tightly than `context`."""
        written, strength = self._parts(tree)
        return written if strength >= context else f"({written})"

    def _parts(self, tree: Tree) -> tuple[str, int]:
        match tree:
            case Value():
                return self._entry(tree)
            case View(_, of) | Fill(of):
                return self._parts(of)
            case Ufunc(name, (left, right)) if name in INFIX:
                sign, strength = INFIX[name]
                return f"{self.text(left, strength)} {sign} {self.text(right, strength + 1)}", strength
            case Ufunc("negative", (of,)):
                return f"-{self.text(of, PRODUCT)}", SUM
            case Ufunc("square", (of,)):
                return f"{self.text(of, ATOM)}**2", POWER
            case Ufunc("power", (base, exponent)):
                return f"{self.text(base, ATOM)}**{self.text(exponent, ATOM)}", POWER
            case Ufunc(name, arguments):
                called = f"math.{name}" if name in MATH else CALLS.get(name, f"np.{name}")
                return f"{called}({', '.join(map(self.text, arguments))})", ATOM
            case Apply(name, argument, None) if name == NORMAL:
                return f"{self.called('erfc')}(-{self.text(argument, ATOM)} / math.sqrt(2)) / 2", PRODUCT
            case Apply(name, argument):
                return f"{self.called(name)}({self.text(argument)})", ATOM
            case Mask(name, (left, right)):
                return f"(1.0 if {self.text(left, SUM)} {COMPARISONS[name]} {self.text(right, SUM)} else 0.0)", ATOM
        raise AssertionError(tree)

    def _entry(self, tree: Value) -> tuple[str, int]:
        name, opened, places = tree.text.partition("[")
        if opened:
            self.read.append((name, tuple(places[:-1].split(", "))))
            return tree.text, ATOM
        if not tree.axes or not name.isidentifier():
            self.read += [(word, ()) for word in re.findall(r"(?<!«)\b[A-Za-z_]\w*", name)]
            return name, tree.strength
        at = tuple(mark(x.name) for x in tree.axes)
        self.read.append((name, at))
        return f"{name}[{', '.join(at)}]", ATOM


def loop_order(operands: list[Tree], over: Axes, axes: Axes) -> Axes:
    """The order of loops: as the entries lie, sums inside unless they run over what comes first everywhere."""
    widest = max(operands, key=lambda o: len(o.axes))
    letters = tuple(dict.fromkeys((*lying(widest), *(x for o in operands for x in o.axes))))
    if len(operands) == 1 or all(lying(o)[:1] == over[:1] for o in operands):
        return letters
    return (*axes, *(x for x in letters if x not in axes))


def stripped(tree: Tree) -> Tree:
    """What stands under views, which only give its axes another order."""
    while isinstance(tree, (View, Fill)):
        tree = tree.of
    return tree


def stored(tree: Tree) -> Axes:
    """The axes of a tree in the order in which its entries lie."""
    return stripped(tree).axes


def lying(tree: Tree) -> Axes:
    """The axes of a tree in the order of the first array in it that has them all."""
    if isinstance(tree, Value):
        return tree.axes
    below = [] if isinstance(tree, Reduce | Einsum) else map(lying, children(tree))
    return next((axes for axes in below if {*axes} == {*tree.axes}), tree.axes)
