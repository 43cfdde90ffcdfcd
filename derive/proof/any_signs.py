"""A more general equation in which signs are any numbers: where there are too many to try every pattern.

Away from the kinks ``sign(u[k])`` is, for each k, a number that stays the same when anything moves a little. So
every sign becomes an entry of an array of its own, and Abs, step, maximum and minimum what they are in terms of it.
What holds for all values of these entries holds for 1 and -1.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from sympy import Abs, Expr, Indexed, Mul, Pow, S, Symbol, exp
from sympy import sign as sympy_sign

from ..renaming import found_in, nameless, rebuild, substitute
from ..terms import Named, Partial, element, free_indices, index, maximum, minimum, name_of, sign, step
from .nodes import Along, is_count, unlike
from .problem import Problem, atoms_in
from .signed import content

SIGNED = (Abs, sympy_sign, step, maximum, minimum)
MOST = 4
"""With more letters in an argument, no way to write it is looked for that is the same for all names."""


class _NoSuchEquation(Exception):
    """The signs stay where they are."""


class _Signs:
    """Rewrites expressions; `names` are the arrays of signs, by what they are the signs of."""

    def __init__(self, problem: Problem) -> None:
        self.functions, self.taken = problem.functions, atoms_in(problem)
        self.names: dict[Expr, str] = {}

    def expression(self, node: Expr, moves: bool = False) -> Expr:
        """`node` without signs; `moves` if it may be differentiated."""
        if isinstance(node, Named) and self._has_signs(node):
            return self._function(node, moves)
        if not node.args or isinstance(node, (Indexed, Partial, Along)):
            return node
        new = [self.expression(argument, moves) for argument in node.args]
        if isinstance(node, SIGNED) and not is_count(node.args[0]):
            return self._through_signs(node, new)
        return node if all(a is b for a, b in zip(new, node.args, strict=True)) else rebuild(node, new)

    def _has_signs(self, node: Named) -> bool:
        formula = self.functions.get(node.label)
        return formula is not None and any(
            isinstance(part, SIGNED) or isinstance(part, Named) and self._has_signs(part)
            for part in formula.expression.atoms(*SIGNED, Named)
        )

    def _function(self, node: Named, moves: bool) -> Expr:
        """By its formula; its slope is an array of its own, about which nothing is known."""
        if node.order == 0:
            formula = self.functions[node.label]
            return self.expression(substitute(formula.expression, {formula.variable: node.args[0]}), moves)
        if moves:
            raise _NoSuchEquation
        return self._entry(node)

    def _through_signs(self, node: Expr, new: list[Expr]) -> Expr:
        if isinstance(node, (maximum, minimum)):
            half = self.sign(node.args[0] - node.args[1]) * (new[0] - new[1]) / 2
            return (new[0] + new[1]) / 2 + (half if isinstance(node, maximum) else -half)
        found = self.sign(node.args[0])
        if isinstance(node, step):
            return (1 + found) / 2
        return found * new[0] if isinstance(node, Abs) else found

    def sign(self, node: Expr) -> Expr:
        """The sign of an argument: factor by factor, as `Signed` finds it."""
        if is_count(node):
            return sign(node)
        coefficient, rest = content(node)
        return self._sign(rest) if coefficient > 0 else -self._sign(rest)

    def _sign(self, node: Expr) -> Expr:
        if isinstance(node, Mul):
            return Mul(*map(self.sign, node.args))
        if isinstance(node, Pow) and node.args[1].is_Integer:
            return self.sign(node.args[0]) if node.args[1] % 2 else S.One
        if isinstance(node, exp):
            return S.One
        here, there = _written(node), _written(-node)
        return self._entry(node) if str(here[0]) <= str(there[0]) else -self._entry(-node)

    def _entry(self, node: Expr) -> Expr:
        pattern, letters = _written(node)
        name = self.names.setdefault(pattern, unlike(f"sign {len(self.names)}", self.taken))
        return element(name, *letters)


def _written(node: Expr) -> tuple[Expr, tuple[Symbol, ...]]:
    """An expression in numbered letters, the same whatever its letters are called, and the letters."""
    if node.has(Along):
        raise _NoSuchEquation
    letters = sorted(free_indices(node), key=str)
    orders = permutations(letters) if len(letters) <= MOST else [tuple(letters)]
    numbered = [({s: index(f"letter {n}") for n, s in enumerate(order)}, order) for order in orders]
    return min(((nameless(node.xreplace(new)), order) for new, order in numbered), key=lambda way: str(way[0]))


def without_signs(problem: Problem) -> Problem | None:
    """The more general equation; None where no sign is asked for, or a slope with signs is differentiated."""
    signs = _Signs(problem)
    known = {name: problem.definitions[name] for name in sorted(atoms_in(problem) & set(problem.definitions))}
    sides = (problem.left, problem.right, *(equation.right for equation in known.values()))
    moved = {name_of(node.args[0]) for side in sides for node in found_in(side, (Partial, Along))}
    try:
        left, right = signs.expression(problem.left), signs.expression(problem.right)
        new = {name: replace(e, right=signs.expression(e.right, name in moved)) for name, e in known.items()}
    except _NoSuchEquation:
        return None
    definitions = {**problem.definitions, **new}
    return Problem(left, right, problem.ranges, definitions, problem.facts, problem.functions) if signs.names else None
