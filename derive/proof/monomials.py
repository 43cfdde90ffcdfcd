"""Reading the shape of an expression: whether it is in the class of the theorem, and its counts."""

from __future__ import annotations

from sympy import Expr, Indexed, Product, Sum, Symbol

from ..errors import UnknownNode
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
            return None if formula is None else substitute(formula.expression, {formula.variable: node.args[0]})
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
        """A function of an argument with sums: the argument must not depend on outer sums."""
        if any(s in scope for s in free(node)):
            raise NotInClass(f"{node} depends on an index of an outer sum")
        if node not in self.arguments[family]:
            self.arguments[family][node] = self.shape(node, {})
        return UNIT
