"""From the expressions of a program to loops: products of matrices as calls, all else entry by entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from sympy import Expr, Integer, Symbol

from ..trees import Apply, Axes, Einsum, Fill, Mask, Reduce, Tree, Ufunc, Value, View
from .entries import LoopPlanner, Scalar, loop_order, lying, stored, stripped
from .fusing import Access, Line, Statement, letters_of, mark, nest, place, relettered

START = {"sum": "number(0)", "max": "number(-np.inf)"}
"""What a sum and a maximum begin with; the cost is summed in the numbers of Python, which have 8 bytes."""
WHOLE = {"sum": "0.0", "max": "-np.inf"}


class Lowering:
    """The statements of a program, one assignment after the other.

    `fresh` gives a name nobody has; `sizes` are the widths that are known; without `dots` products of matrices are
    loops as well. `scalar` writes an expression at one place, or one without places. `temporaries` are the arrays
    asked for, with their shapes, `first` the lines that come before everything else.
    """

    def __init__(
        self, planner: LoopPlanner, scalar: Callable[[bool], Scalar], fresh: Callable[[str], str],
        sizes: Mapping[Symbol, int], dots: bool = True,
    ) -> None:  # fmt: skip
        self.planner, self.scalar, self.fresh = planner, scalar, fresh
        self.sizes, self.dots = sizes, dots
        self.temporaries: dict[str, tuple[str, ...]] = {}
        self.first: list[Line] = []
        self.statements: list[Statement] = []
        self._ranges: Mapping[Symbol, Expr] = {}
        self._numbers = count(1)
        self._copies: dict[tuple[str, ...], Value] = {}
        self._note = ""

    def assign(self, name: str, tree: Tree, axes: Axes, ranges: Mapping[Symbol, Expr], note: str) -> None:
        """The array `name` over `axes`, or the number."""
        self._ranges, self._note = ranges, note
        into = [(name, axes)] if axes else []
        tree = self._without_sums(tree, into)
        bare = stripped(tree)
        if isinstance(bare, Value) and bare.text == name:
            return
        self._loops(axes, (), f"{name}[{', '.join(mark(x.name) for x in axes)}]" if axes else name, tree, "=")

    def _size(self, letter: Symbol) -> str:
        return self.planner.size(self._ranges[letter]).text

    def _without_sums(self, tree: Tree, into: list[tuple[str, Axes]]) -> Tree:
        """`tree` with an array in place of every sum; the first that fits is computed where it is wanted, in `into`."""
        match tree:
            case Reduce(name, of):
                inner = self._without_sums(of, [])
                return self._reduced(name, [inner], tuple(x for x in of.axes if x not in tree.axes), tree.axes, into)
            case Einsum(_, operands) | Ufunc("matmul", operands):
                inner_operands = [self._without_sums(o, []) for o in operands]
                letters = dict.fromkeys(x for o in operands for x in o.axes)
                over = tuple(x for x in letters if x not in tree.axes)
                return self._reduced("sum", inner_operands, over, tree.axes, into)
            case Ufunc(_, arguments):
                return replace(tree, arguments=tuple(self._without_sums(x, into) for x in arguments))
            case Mask(_, (left, right)):
                return replace(tree, arguments=(self._without_sums(left, []), self._without_sums(right, [])))
            case View(_, of) | Fill(of):
                return replace(tree, of=self._without_sums(of, into))
            case Apply(_, argument):
                return replace(tree, argument=self._without_sums(argument, into))
        return tree

    def _reduced(self, name: str, operands: list[Tree], over: Axes, axes: Axes, into: list[tuple[str, Axes]]) -> Tree:
        if self.dots and name == "sum" and len(operands) == 2:
            product = self._product(operands[0], operands[1], over, axes, into)
            if product is not None:
                return product
        tree = operands[0]
        for other in operands[1:]:
            tree = Ufunc("multiply", (tree, other), tuple(dict.fromkeys((*tree.axes, *other.axes))))
        order = loop_order(operands, over, axes)
        behind = order[len(order) - len(over) :] if over else ()
        if not axes or {*behind} == {*over}:
            return self._summed_inside(name, tree, order, over, axes, into)
        target = self._target(axes, into)
        self.first.append(Line(f"{target.text}.fill({START[name]})", ((target.text, ()),), ()))
        entry = f"{target.text}[{', '.join(mark(x.name) for x in target.axes)}]"
        self._loops(order, (), entry, tree, name)
        return target

    def _summed_inside(self, name: str, tree: Tree, order: Axes, over: Axes, axes: Axes, into: list) -> Tree:
        """A sum whose letters run innermost: collected in a number."""
        number = self.fresh("total" if name == "sum" else "largest")
        start = Line(f"{number} = {START[name] if axes else WHOLE[name]}", ((number, ()),), ())
        if not axes:
            self.first.append(start)
            self._loops(order, (), number, tree, name)
            return Value(number)
        outer = tuple(x for x in order if x not in over)
        target = self._target(axes, into)
        entry = f"{target.text}[{', '.join(mark(x.name) for x in target.axes)}]"
        self._loops(outer, tuple(x for x in order if x in over), number, tree, name, before=start, after=entry)
        return target

    def _loops(
        self, outer: Axes, inner: Axes, entry: str, tree: Tree, how: str,
        before: Line | None = None, after: str | None = None,
    ) -> None:  # fmt: skip
        """Loops in which `entry` becomes `tree`, or takes it up."""
        tree = self._hoisted(tree, {*outer, *inner})
        scalar = self.scalar(bool(outer or inner))
        value = scalar.text(tree)
        text = {"=": f"{entry} = {value}", "sum": f"{entry} += {value}", "max": f"{entry} = max({entry}, {value})"}[how]
        written = _access(entry)
        line = Line(text, (written,), (*scalar.read, *([written] if how != "=" else [])), self._noted())
        body: list[Statement] = nest(self._letters(inner), [line])
        if before is not None and after is not None:
            body = [before, *body, Line(f"{after} = {entry}", (_access(after),), (written,))]
        for statement in nest(self._letters(outer), body):
            self._place(statement)

    def _hoisted(self, tree: Tree, letters: set[Symbol]) -> Tree:
        """`tree` with an array in place of every function that not all loops change."""
        match tree:
            case Apply() | Ufunc("exp" | "log" | "log1p" | "expm1" | "tanh" | "sqrt") if (
                0 < len(tree.axes) < len(letters)
            ):
                return self._copy(tree, tree.axes)
            case Ufunc(_, arguments):
                return replace(tree, arguments=tuple(self._hoisted(x, letters) for x in arguments))
            case Mask(_, (left, right)):
                return replace(tree, arguments=(self._hoisted(left, letters), self._hoisted(right, letters)))
            case View(_, of) | Fill(of):
                return replace(tree, of=self._hoisted(of, letters))
            case Apply(_, argument):
                return replace(tree, argument=self._hoisted(argument, letters))
        return tree

    def _letters(self, axes: Axes) -> list[tuple[str, str, int | None]]:
        counts = [self._ranges[x].xreplace({s: Integer(n) for s, n in self.sizes.items()}) for x in axes]
        return [(x.name, self._size(x), int(n) if n.is_Integer else None) for x, n in zip(axes, counts, strict=True)]

    def _place(self, statement: Statement) -> None:
        """Add a statement whose letters nobody else has."""
        for letter in dict.fromkeys(letters_of(statement)):
            statement = relettered(statement, letter, f"{letter}'{next(self._numbers)}")
        place(self.statements, statement)

    def _noted(self) -> str:
        note, self._note = self._note, ""
        return note

    def _target(self, axes: Axes, into: list[tuple[str, Axes]]) -> Value:
        """The array wanted, where it has these axes; else a temporary one."""
        for name, wanted in into:
            if {*wanted} == {*axes}:
                into.clear()
                return Value(name, wanted)
        return self._temporary(axes)

    def _temporary(self, axes: Axes) -> Value:
        name = self.fresh("T")
        self.temporaries[name] = tuple(map(self._size, axes))
        return Value(name, axes)

    def _product(self, left: Tree, right: Tree, over: Axes, axes: Axes, into: list) -> Tree | None:
        """A product of matrices, or of stacks of them along the axes both have; None where it is none."""
        stack = tuple(x for x in axes if x in left.axes and x in right.axes)
        rows = tuple(x for x in stored(left) if x in axes and x not in right.axes)
        columns = tuple(x for x in stored(right) if x in axes and x not in left.axes)
        if not all(x in left.axes and x in right.axes for x in over) or not over:
            return None
        if not (rows and columns) and (stack or not (rows or columns)):
            return None
        if not rows or columns and into and into[0][1] == (*stack, *columns, *rows):
            left, right, rows, columns = right, left, columns, rows
        over = tuple(x for x in stored(left) if x in over)
        first, second = self._matrix(left, stack, rows, over), self._matrix(right, stack, over, columns)
        fits = bool(into) and into[0][1] == (*stack, *rows, *columns)
        target = self._target((*stack, *rows, *columns), into if fits else [])
        third = self._two(target, stack, rows, columns)
        call = f"np.matmul({first.text}, {second.text}" if stack else f"{first.text}.dot({second.text}"
        read = tuple((re.findall(r"\w+", x.text.removeprefix("np.swapaxes("))[0], ()) for x in (first, second))
        self._place(Line(f"{call}, out={third.text})", ((target.text, ()),), read, self._noted()))
        return target

    def _matrix(self, tree: Tree, stack: Axes, rows: Axes, columns: Axes) -> Value:
        """A matrix, a vector or a stack of matrices: looked at where it lies, else written in order first."""
        bare = stripped(tree)
        if isinstance(bare, Value) and "[" not in bare.text:
            if bare.axes == (*stack, *rows, *columns):
                return self._two(bare, stack, rows, columns)
            if bare.axes == (*stack, *columns, *rows) and rows and columns:
                return self._turned(self._two(bare, stack, columns, rows), stack)
        turned = bool(rows and columns) and lying(tree) == (*stack, *columns, *rows)
        copy = self._copy(tree, (*stack, *columns, *rows) if turned else (*stack, *rows, *columns))
        if turned:
            return self._turned(self._two(copy, stack, columns, rows), stack)
        return self._two(copy, stack, rows, columns)

    def _turned(self, matrix: Value, stack: Axes) -> Value:
        """The other way round, without moving anything."""
        return Value(f"np.swapaxes({matrix.text}, -1, -2)" if stack else f"{matrix.text}.T")

    def _copy(self, tree: Tree, axes: Axes) -> Value:
        """An array of its own for an expression, the same one where it is wanted again."""
        written = self.scalar(True).text(tree)
        for n, axis in enumerate(axes):
            written = written.replace(mark(axis.name), mark(str(n)))
        key = (written, *map(self._size, axes))
        if key not in self._copies:
            note, self._note = self._note, ""
            self._copies[key] = copy = self._temporary(axes)
            self._loops(axes, (), f"{copy.text}[{', '.join(mark(x.name) for x in axes)}]", tree, "=")
            self._note = note
        return Value(self._copies[key].text, axes)

    def _two(self, array: Value, stack: Axes, rows: Axes, columns: Axes) -> Value:
        """An array as a matrix, or as a stack of them."""
        if len(rows) < 2 and len(columns) < 2:
            return Value(array.text)
        sizes = [self._factor(x).strip("()") for x in stack]
        sizes += [" * ".join(map(self._factor, group)) for group in (rows, columns) if group]
        return Value(f"{array.text}.reshape({', '.join(sizes)})")

    def _factor(self, letter: Symbol) -> str:
        return (
            self.planner.size(self._ranges[letter]).text if self._ranges[letter].is_Atom else f"({self._size(letter)})"
        )


def _access(entry: str) -> Access:
    name, opened, places = entry.partition("[")
    return name, tuple(places[:-1].split(", ")) if opened else ()
