"""From array nodes to NumPy expressions: the order of axes, and which NumPy function does what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sympy import Expr, S, Symbol, erf, log
from sympy import sign as sympy_sign

from derive.backward import arrays as a
from derive.errors import UnknownNode
from derive.forward.activations import table_formula
from derive.records import Formula
from derive.terms import Named, step

from .factors import (
    array_of,
    as_mask,
    beyond_one,
    fraction,
    has_functions,
    has_sum,
    is_log,
    minus_one,
    operation_of,
    signed,
    weight,
)
from .functions import PRECISE, SPELLED, UFUNCS, body_of, unless_taken, z
from .identifiers import identifier
from .numbers import is_decimal, number
from .products import contraction
from .program import Assignment, Largest
from .special import ERF, NORMAL, normal
from .trees import ARGUMENT, Apply, Axes, Fill, Mask, Reduce, Tree, Value, View, affine_step, permuted, spread, ufunc


class Planner:
    """Plans the assignments of one program; knows the identifiers and the functions.

    `ranges` holds the dimension of every letter of an assignment that was planned, by its name;
    `descriptions` what the functions are that the plans call.
    """

    def __init__(
        self,
        name: Callable[[str], str],
        functions: Mapping[str, Formula] | None = None,
        slopes: Mapping[str, Expr] | None = None,
    ) -> None:
        self.name = name
        self.functions = functions or {}
        self.slopes = slopes or {}
        self.ranges: dict[str, dict[Symbol, Expr]] = {}
        self._ranges: dict[Symbol, Expr] = {}
        self._bodies: dict[str, Tree] = {}
        self._largest: set[str] = set()
        self.descriptions: dict[str, str] = {}

    def plan(self, assignment: Assignment) -> Tree:
        """The NumPy expression of an assignment, with exactly its axes."""
        self._ranges = self.ranges[assignment.name] = dict(assignment.ranges)
        node, axes = assignment.node, assignment.axes
        if isinstance(node, Largest):
            self._ranges[node.over] = node.size
            self._largest.add(assignment.name)
            inner = self.tree(node.operand, (*axes, node.over))
            tree: Tree = Reduce("max", inner, (len(axes),), axes)
        else:
            tree = self.tree(node, axes)
        if tree.axes != axes:
            return Fill(spread(tree, axes), tuple(self.size(self._ranges[x]).text for x in axes), axes)
        return tree

    def size(self, expression: Expr) -> Value:
        """A width as the program knows it."""
        return number(expression, lambda symbol: self.name(symbol.name))

    def tree(self, node: a.Node, axes: Axes) -> Tree:
        """`node` with those of `axes` that it has, in this order."""
        match node:
            case a.Leaf(name, own):
                return permuted(Value(self.name(name), own), tuple(x for x in axes if x in own))
            case a.Constant(value):
                return self._number(value, axes)
            case a.Gather():
                return self._gather(node, axes)
            case a.Delta(left, right, own):
                order = tuple(x for x in axes if x in own)
                one, other = (Value(self._grid(index, order), order) for index in (left, right))
                return Mask("equal", (one, other), False, order)
            case a.Contraction():
                self._ranges.update(zip(node.over, node.sizes, strict=True))
                return contraction(node, axes, self.tree)
            case a.Elementwise(operation="add", arguments=arguments):
                return self._sum(arguments, axes)
            case a.Elementwise(operation="mul", arguments=arguments):
                return self._product(arguments, axes)
            case a.Elementwise(operation="pow", arguments=(base, exponent)):
                return self._power(base, exponent, axes)
            case a.Elementwise():
                return self._function(node, axes)
        raise UnknownNode(node, "the NumPy writer")

    def _number(self, value: Expr, axes: Axes) -> Tree:
        """A formula of numbers; one with functions of what is computed, built like one of arrays."""
        if not has_functions(value):
            return self.size(value)
        return self.tree(a.Elementwise(operation_of(value), tuple(map(a.Constant, value.args)), ()), axes)

    def _gather(self, node: a.Gather, axes: Axes) -> Tree:
        order = tuple(x for x in axes if x in node.axes)
        steps = [affine_step(index) for index in node.indices]
        letters = [letter for letter, _, _ in filter(None, steps) if letter is not None]
        if all(steps) and len(set(letters)) == len(letters):
            places = ", ".join(self._slice(*step, node.cut) for step in steps if step)
            return permuted(Value(f"{self.name(node.name)}[{places}]", tuple(letters)), order)
        places = ", ".join(self._grid(index, order) for index in node.indices)
        return Value(f"{self.name(node.name)}[{places}]", order)

    def _slice(self, letter: Symbol | None, step: Expr, start: Expr, cut: Axes) -> str:
        """The places start, start + step, ... of an axis; one number where there is no letter."""
        if letter is None:
            return self.size(start).text
        if step == 1 and start == 0 and letter not in cut:
            return ":"
        stop = self.size(start + step * (self._ranges[letter] - 1) + 1).text
        begin = "" if start == 0 else self.size(start).text
        return f"{begin}:{stop}" + (f":{step}" if step != 1 else "")

    def _grid(self, index: Expr, order: Axes) -> str:
        """An index expression over all values of its letters."""

        def values(letter: Symbol) -> str:
            behind = len(order) - 1 - order.index(letter)
            numbers = f"np.arange({self.size(self._ranges[letter]).text})"
            return f"{numbers}[:{', None' * behind}]" if behind else numbers

        return number(index, lambda s: values(s) if s in order else self.name(s.name)).text

    def _sum(self, arguments: Iterable[a.Node], axes: Axes) -> Tree:
        terms = minus_one(arguments)
        parts = [signed(t) for t in terms]
        shifted = any(array_of(term) in self._largest for _, term in parts)
        parts.sort(key=lambda part: (part[0], not has_sum(part[1]), isinstance(part[1], a.Leaf) != part[0]))
        if shifted:  # a largest entry and what it is the largest of cancel first, before their digits cover others
            parts.sort(key=lambda part: is_log(part[1]))
        negative, first = parts[0]
        total = self.tree(first, axes)
        if negative:
            total = ufunc("negative", total, axes=axes)
        for negative, term in parts[1:]:
            total = ufunc("subtract" if negative else "add", total, self.tree(term, axes), axes=axes)
        return total

    def _product(self, arguments: Iterable[a.Node], axes: Axes) -> Tree:
        above, below, coefficient = fraction(arguments)
        masks = [m for m in map(as_mask, above) if m is not None]
        others = [n for n in above if as_mask(n) is None]
        others.sort(key=weight)
        parts = [self.tree(n, axes) for n in others]
        bare = any(part.axes for part in parts)
        parts += [self._mask(name, of, bare, axes) for name, of in masks]
        size = abs(coefficient)
        if size.p == 1 and not is_decimal(size):
            below.append(a.Constant(S(size.q)))
            size = S.One
        if size != 1 or not parts:
            parts.insert(0, self.size(size))
        product = parts[0]
        for part in parts[1:]:
            product = ufunc("multiply", product, part, axes=axes)
        for divisor in below:
            product = ufunc("divide", product, self.tree(divisor, axes), axes=axes)
        return ufunc("negative", product, axes=axes) if coefficient < 0 else product

    def _mask(self, name: str, of: a.Node, bare: bool, axes: Axes) -> Mask:
        argument = self.tree(of, axes)
        return Mask(name, (argument, Value("0")), bare, argument.axes)

    def _power(self, base: a.Node, exponent: a.Node, axes: Axes) -> Tree:
        power = exponent.value if isinstance(exponent, a.Constant) else None
        if power is not None and power.is_Rational:
            if power < 0:
                return ufunc("divide", Value("1"), self._power(base, a.Constant(-power), axes), axes=axes)
            of = self.tree(base, axes)
            if power == 1:
                return of
            if power in (2, S.Half):
                return ufunc("square" if power == 2 else "sqrt", of, axes=axes)
            if power.is_Integer and power <= 4 and isinstance(of, Value):
                return ufunc("multiply", self._power(base, a.Constant(power - 1), axes), of, axes=axes)
        return ufunc("power", self.tree(base, axes), self.tree(exponent, axes), axes=axes)

    def _function(self, node: a.Elementwise, axes: Axes) -> Tree:
        function, arguments = node.operation, node.arguments
        if isinstance(function, str):
            return ufunc(function, self.tree(arguments[0], axes), axes=axes)
        if function is log and (rest := beyond_one(arguments[0])) is not None:
            return ufunc("log1p", self.tree(rest, axes), axes=axes)
        if function in UFUNCS:
            return ufunc(UFUNCS[function], *(self.tree(x, axes) for x in arguments), axes=axes)
        argument = self.tree(arguments[0], axes)
        if function is step:
            return Mask("greater", (argument, Value("0")), False, argument.axes)
        if function is sympy_sign:
            return ufunc("sign", View("{}.real", argument, argument.axes), axes=axes)
        if function is erf or function is normal:
            unless_taken(NORMAL if function is normal else ERF, self.functions)
            return Apply(ERF if function is erf else NORMAL, argument, None, argument.axes)
        if function in SPELLED:
            name = identifier(function.__name__.lower())
            self.descriptions[name] = f"The function {name.rstrip('_')}, entry by entry."
            return Apply(name, argument, self._body(name, lambda: SPELLED[function]), argument.axes)
        if isinstance(function, type) and issubclass(function, Named):
            name = function.label + "_slope" * function.order
            self.descriptions[name] = self._described(function)
            body = self._body(name, lambda: body_of(function, self.functions, self.slopes))
            return Apply(name, argument, body, argument.axes)
        raise UnknownNode(a.meaning(node), "the NumPy writer")

    def _described(self, function: type[Named]) -> str:
        if function.order:
            return f"The derivative of {function.label}{' again' * (function.order - 1)}."
        formula = self.functions.get(function.label) or table_formula(function.label)
        if function.label == PRECISE:
            return "The sigmoid, small values with all their digits."
        return f"{formula.text}." if formula is not None else f"The function {function.label}."

    def _body(self, name: str, formula: Callable[[], Expr]) -> Tree:
        """The value of a function at the number z."""
        if name not in self._bodies:
            name_of = {z.name: ARGUMENT.text}
            inner = type(self)(lambda symbol: name_of.get(symbol, symbol), self.functions, self.slopes)
            self._bodies[name] = inner._scalar(formula())
            self.descriptions.update(inner.descriptions)
        return self._bodies[name]

    def _scalar(self, formula: Expr) -> Tree:
        """A formula in the number z, built like a formula in arrays without axes."""
        return self.tree(_opened(formula), ())


def _opened(formula: Expr) -> a.Node:
    """Array nodes for a formula of one number, which `arrays.lower` would keep in one piece."""
    if formula == z:
        return a.Leaf(z.name, ())
    if z not in formula.free_symbols:
        return a.Constant(formula)
    return a.Elementwise(operation_of(formula), tuple(map(_opened, formula.args)), ())
