"""The value of an expression at a point, with everything met on the way remembered.

One evaluator serves the field and the reals: a subclass says what numbers are. An expression
is evaluated *at a level* of the tower; exp asks for its argument one level below, log one
above. Over the reals there is one level.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Expr, Symbol

from ..errors import UnknownNode
from ..records import Equation, Formula
from ..terms import Named, Partial
from . import dual
from .nodes import Along, Env, Offence, affine, free, rational, rule_for
from .rules import RULES


class Evaluator:
    """Evaluates over numbers that a subclass defines; `widths` says how large a dimension is.

    With `all_terms` no indicator leaves a term out, and the first term of a sum stands for all of them.
    """

    all_terms = False

    def __init__(
        self, widths: Mapping[Symbol, int], definitions: Mapping[str, Equation], functions: Mapping[str, Formula]
    ) -> None:
        self.widths, self.definitions, self.functions = widths, definitions, functions
        self.memo: dict[Any, Any] = {}

    def value(self, node: Expr, env: Env, level: int) -> Any:
        """The value of `node` at `level`; raises Offence outside the domain, UnknownNode."""
        rule = RULES.get(type(node)) or rule_for(type(node), RULES)
        if rule is None:
            raise UnknownNode(node, "the checker")
        return rule(self, node, env, level)

    def remembered(self, rule: Callable, node: Expr, env: Env, level: int) -> Any:
        key = (node, level, *[env[s] for s in free(node) if s in env])
        if key not in self.memo:
            self.memo[key] = rule(self, node, env, level)
        return self.memo[key]

    def count(self, node: Expr, env: Env) -> Any:
        """The exact rational value of an expression in index letters and widths."""
        if isinstance(node, Symbol):
            return env[node] if node in env else self.widths[node]
        if (form := affine(node)) is not None:
            terms, constant = form
            return sum([step * (env[s] if s in env else self.widths[s]) for s, step in terms], constant)
        return rational(node, env, self.widths)

    def entry(self, name: str, indices: tuple[int, ...], level: int) -> Any:
        """The value of an array entry or scalar: by its equation where it has one."""
        equation = self.definitions.get(name)
        if equation is None:
            return self.atom(name, indices, level)
        key = (name, indices, level)
        if key not in self.memo:
            self.memo[key] = self.value(equation.right, dict(zip(equation.indices, indices, strict=True)), level)
        return self.memo[key]

    def positive(self, node: Expr, env: Env, level: int) -> Any:
        """The value of a radicand or of the argument of log; Offence if it is not positive."""
        if self.sign(node, env, level, chosen=False) <= 0:
            raise Offence(node, env, level)
        return self.value(node, env, level)

    def unknown(self, node: Named, env: Env, level: int) -> Any:
        """The value of a function without a formula."""
        return self.function(node.label, node.order, self.value(node.args[0], env, level), level)

    def slope(self, node: Named, formula: Formula, env: Env, level: int) -> Any:
        """The value of the derivative of a function that has a formula."""
        return dual.slope(self, node, formula, env, level)

    def partial(self, node: Partial, env: Env, level: int) -> Any:
        """The partial derivative of an equation by one entry in it."""
        return dual.partial(self, node, env, level)

    def along(self, node: Along, env: Env, level: int) -> Any:
        """The derivative of an equation when arrays in it move."""
        return dual.along(self, node, env, level)

    # What a subclass defines.
    def below(self, level: int) -> int: ...
    def above(self, level: int) -> int: ...
    def number(self, value: Any, level: int) -> Any: ...
    def fold(self, value: Any, level: int) -> Any: ...
    def whole_power(self, value: Any, exponent: int, level: int) -> Any: ...
    def inverse(self, value: Any, level: int) -> Any: ...
    def atom(self, name: str, indices: tuple[int, ...], level: int) -> Any: ...
    def sign(self, node: Expr, env: Env, level: int, chosen: bool = True) -> int: ...
    def exp(self, value: Any, level: int) -> Any: ...
    def log(self, node: Expr, env: Env, level: int) -> Any: ...
    def power(self, base: Any, exponent: Any, level: int) -> Any: ...
    def function(self, label: str, order: int, value: Any, level: int) -> Any: ...
