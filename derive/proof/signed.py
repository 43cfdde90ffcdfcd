"""The sign of an expression: factor by factor, down to arguments whose value decides."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sympy import Abs, Add, Expr, Indexed, Mul, Pow, Sum, Symbol, exp

from ..terms import Named
from .evaluate import Evaluator
from .nodes import Closure, Env, Offence, free, is_count, label
from .problem import Problem
from .rules import places


@lru_cache(maxsize=1 << 14)
def content(node: Expr) -> tuple[Expr, Expr]:
    """A number and what is left: 2*x + 2*y gives 2 and x + y."""
    return node.primitive() if isinstance(node, Add) else node.as_coeff_Mul()


class Signed(Evaluator):
    """An evaluator that finds signs and keeps book of them.

    `choices` collects the signs that were asked for, by argument; `asked` the atoms whose sign
    or bit was: what an enumeration of patterns may set.
    """

    def __init__(self, problem: Problem, widths: Mapping[Symbol, int]) -> None:
        super().__init__(widths, problem.definitions, problem.functions)
        self.problem = problem
        self.choices: dict[Any, int] = {}
        self.asked: dict[Any, None] = {}

    def sign(self, node: Expr, env: Env, level: int, chosen: bool = True) -> int:
        if is_count(node):
            value = self.count(node, env)
            return bool(value > 0) - bool(value < 0)
        coefficient, rest = content(node)
        found = self._sign(rest, env, level, chosen)
        return found if coefficient > 0 else -found

    def _sign(self, node: Expr, env: Env, level: int, chosen: bool) -> int:
        """The sign, factor by factor; a factor that is no atom is left to `sign_of_value`."""
        if isinstance(node, Mul):
            result = 1
            for factor in node.args:
                result *= self.sign(factor, env, level, chosen)
            return result
        if isinstance(node, Pow) and node.args[1].is_Integer:
            found = self.sign(node.args[0], env, level, chosen)
            return found if node.args[1] % 2 else found * found
        if isinstance(node, exp):
            return 1
        if isinstance(node, Symbol) and isinstance(env.get(node), Closure):
            return self.sign(env[node].node, env[node].env, level, chosen)
        if isinstance(node, (Symbol, Indexed)) and node not in env:
            return self._entry_sign(node, env, level, chosen)
        if isinstance(node, Named) and node.order == 0 and node.label in self.functions:
            formula = self.functions[node.label]
            return self.sign(formula.expression, {formula.variable: Closure(node.args[0], env)}, level, chosen)
        key = (node, *[env[s] for s in free(node) if s in env])
        if node not in self.problem.certain:
            known = certainly_positive(node, self.problem) - certainly_positive(-node, self.problem)
            self.problem.certain[node] = known
        return self.sign_of_value(key, node, env, level, chosen, self.problem.certain[node])

    def _entry_sign(self, node: Expr, env: Env, level: int, chosen: bool) -> int:
        name = label(node)
        indices = places(self, node, env) if isinstance(node, Indexed) else ()
        if name in self.definitions:
            equation = self.definitions[name]
            return self.sign(equation.right, dict(zip(equation.indices, indices, strict=True)), level, chosen)
        known = self.problem.facts.get(name)
        if known is None or known.kinds <= {"positive", "symmetric"}:
            value = self.value(node, env, level)
            if chosen and not (known and known.positive):
                place = tuple(sorted(indices)) if known and known.symmetric else indices
                self.asked["sign", name, place] = None
            return self.sign_of_number(value, level)
        return self.sign_of_value((name, indices), node, env, level, chosen, int(known.positive))

    def sign_of_value(self, key: Any, node: Expr, env: Env, level: int, chosen: bool, certain: int) -> int:
        """The sign of a compound argument, which `choices` collects; `certain` is 1 or -1 where its form tells."""
        found = self.sign_of_number(self.value(node, env, level), level)
        if found * certain < 0 or self.choices.get(key, found) != found:
            raise Offence(node, env, level)
        if chosen:
            self.choices[key] = found
        return found

    def sign_of_number(self, value: Any, level: int) -> int: ...


def certainly_positive(node: Expr, problem: Problem) -> bool:
    """Whether the form of `node` shows that it is positive (or 0) everywhere."""
    if node.is_Rational:
        return bool(node >= 0)
    if isinstance(node, Add) and node.args[0] == 1 and len(node.args) == 2 and isinstance(-node.args[1], Indexed):
        known = problem.facts.get(label(-node.args[1]))
        return known is not None and "unit" in known.kinds
    if isinstance(node, (Add, Mul, Sum)):
        return all(certainly_positive(a, problem) for a in (node.args[:1] if isinstance(node, Sum) else node.args))
    if isinstance(node, Pow):
        return bool(node.args[1].is_even) or not node.args[1].is_Integer or certainly_positive(node.args[0], problem)
    if isinstance(node, (Symbol, Indexed)):
        name = label(node)
        if name in problem.facts:
            known = problem.facts[name]
            return known.positive or bool(known.kinds & {"one-hot", "binary"})
        return is_count(node)
    return isinstance(node, (exp, Abs))
