"""Reading the shape of an expression: whether it is in the class of the theorem, and its counts."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, Indexed, Product, Sum, Symbol

from ..errors import UnknownNode
from ..records import Formula
from ..renaming import substitute
from ..terms import Named, Partial, is_dimension, name_of
from .nodes import Along, free, rule_for
from .problem import Problem
from .shape import UNIT, NotInClass, Shape, plain_indices, plus
from .shapes import SHAPES, Scope


class Monomials:
    """Reads shapes, and collects what it meets.

    `scope` in its methods maps the bound letters around a node to their dimensions. `spoiled`
    are arrays that cannot be set to zero, `arguments` the arguments of functions that hold
    sums, with their shapes, `shapes` those of the denominators.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.spoiled: set[str] = set()
        self.exponent_signs: dict[str, int] = {}
        self.unit = 1
        self.shapes: dict[Expr, Shape] = {}
        self.arguments: dict[str, dict[Expr, Shape]] = {"linear": {}, "multiplicative": {}}
        self.nested = False
        self._inside: list[str] = []

    def read(self, left: Expr, right: Expr) -> Shape:
        """The shape of left - right; raises NotInClass."""
        while True:
            spoiled = len(self.spoiled)
            whole = plus(self.shape(left, {}), self.shape(right, {}), self.shapes)
            if len(self.spoiled) == spoiled:
                return whole
            self.shapes.clear()
            for known in self.arguments.values():
                known.clear()

    def shape(self, node: Expr, scope: Scope) -> Shape:
        rule = SHAPES.get(type(node)) or rule_for(type(node), SHAPES)
        if rule is None:
            raise UnknownNode(node, "the theorem of finite widths")
        return rule(self, node, scope)

    def unfold(self, node: Expr) -> Expr | None:
        """The definition or formula that a name stands for."""
        if isinstance(node, Named):
            formula = self.problem.functions.get(node.label)
            if formula is None:
                return None
            return substitute(_derivative(formula, node.order), {formula.variable: node.args[0]})
        equation = self.problem.definitions.get(name_of(node))
        if equation is None:
            return None
        indices = node.args[1:] if isinstance(node, Indexed) else ()
        return substitute(equation.right, dict(zip(equation.indices, indices, strict=True)))

    def has_sum(self, node: Expr) -> bool:
        """Whether a sum, or an entry that a sum normalises, occurs, definitions unfolded."""
        if isinstance(node, (Sum, Product, Partial, Along)):
            return True
        if isinstance(node, (Symbol, Indexed)):
            known = self.problem.facts.get(name_of(node))
            if known and known.kinds & {"sums-to-one", "columns-sum-to-one"}:
                return True
        if isinstance(node, (Symbol, Indexed, Named)) and (inner := self.unfold(node)) is not None:
            return self.has_sum(inner)
        return not isinstance(node, Indexed) and any(self.has_sum(a) for a in node.args)

    def spoil(self, node: Expr) -> None:
        """The arrays in `node` take part in more than polynomials."""
        if is_dimension(node):
            raise NotInClass(f"the width {node} enters the argument of a function or a denominator")
        if isinstance(node, Indexed):
            plain_indices(node)
        if isinstance(node, (Symbol, Indexed)):
            self.spoiled.add(name_of(node))
        if isinstance(node, (Symbol, Indexed, Named)) and (inner := self.unfold(node)) is not None:
            self.spoil(inner)
        for argument in () if isinstance(node, Indexed) else node.args:
            self.spoil(argument)

    def local(self, node: Expr, scope: Scope, everywhere: bool) -> Shape:
        """A function of a sum-free argument: any function of the entries it names will do.

        One that is not defined `everywhere` may hold at most one bound index of a dimension.
        """
        self.spoil(node)
        held = [scope[s] for s in free(node) if s in scope]
        if not everywhere and len(set(held)) < len(held):
            raise NotInClass(f"{node} is not defined where its indices meet")
        return UNIT

    def opaque(self, node: Expr, scope: Scope, family: str) -> Shape:
        """A function of an argument with sums: the argument must not depend on outer sums.

        Within the argument of another one it may only stand if neither is a log, a root or a sign:
        these can undo an exponential, and leave a polynomial that nobody has counted.
        """
        if any(s in scope for s in free(node)):
            raise NotInClass(f"{node} depends on an index of an outer sum")
        if self._inside:
            self.nested = True
            if "multiplicative" in (family, *self._inside):
                raise NotInClass(f"a function of {node} stands in the argument of another function")
        self._inside.append(family)
        shape = self.shape(node, {})
        self._inside.pop()
        self.arguments[family].setdefault(node, shape)
        return UNIT

    def fresh_arguments(self) -> dict[str, dict[Expr, Shape]]:
        """The arguments met so far, which are set aside: from now on they are collected anew."""
        known = self.arguments
        self.arguments = {family: {} for family in known}
        return known

    def merge(self, known: dict[str, dict[Expr, Shape]]) -> None:
        """Put arguments that were set aside back."""
        self.arguments = {family: {**known[family], **found} for family, found in self.arguments.items()}


@lru_cache(maxsize=1 << 10)
def _derivative(formula: Formula, order: int) -> Expr:
    """The formula of a function of one number, differentiated by SymPy `order` times."""
    return formula.expression.diff(formula.variable, order) if order else formula.expression
