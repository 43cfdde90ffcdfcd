"""Points at which a whole model is differentiated, and the directions in which its arrays move."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from sympy import Expr

from ..records import Equation
from ..terms import Named, named, scalar
from .dual import Seed
from .evaluate import Evaluator
from .nodes import Closure, Env
from .points import Point
from .reals import RealPoint
from .signed import content
from .tangents import tangent
from .tower import FieldPoint
from .witness import agree

if TYPE_CHECKING:
    from .sweep import Network

Entry = tuple[str, tuple[int, ...]]


class Moving(Seed):
    """The arrays `moved` move in a random direction, on top of how their equations move them."""

    def __init__(self, point: Point, level: int, moved: set[str]) -> None:
        self.point, self.level, self.moved = point, level, moved
        self.speeds: dict[Entry, Any] = {}

    def direction(self, name: str, indices: tuple[int, ...]) -> Any:
        return self.point.raw("v" + name, indices, self.level, True) if name in self.moved else 0

    def entry(self, ev: Evaluator, name: str, indices: tuple[int, ...], level: int) -> Any:
        found = self.speeds.get((name, indices))
        return self.direction(name, indices) if found is None else found

    def move(self, equation: Equation, env: Env) -> None:
        """The tangent of one entry of an equation's left side."""
        indices = tuple(env.values())
        speed = tangent(self.point, equation.right, env, self.level, self)
        own = self.direction(equation.name, indices)
        self.speeds[equation.name, indices] = self.point.fold(speed + own, self.level)


class SweepPoint(Point):
    """A point at which a model is evaluated at level `base`, array after array.

    A cotangent that its own equation names is the one given from outside.
    """

    base = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.under_way: set[Any] = set()

    def entry(self, name: str, indices: tuple[int, ...], level: int) -> Any:
        key = (name, indices, level)
        if key in self.memo:
            return self.memo[key]
        if key in self.under_way:
            return self.atom(name, indices, level)
        self.under_way.add(key)
        try:
            return super().entry(name, indices, level)
        finally:
            self.under_way.discard(key)

    def same(self, found: Any, claimed: Any) -> bool:
        """Whether two numbers are equal."""
        return agree(found, claimed) is True


class FieldSweep(SweepPoint, FieldPoint):
    """Over the tower; only tangents are compared, so residues of one atom need not fit together.

    log stands for log of the absolute value, which has the same derivative.
    """

    def __init__(self, network: Network, random: Random) -> None:
        super().__init__(network.problem, network.widths, random)
        self.slopes, self.base = network.slopes, network.base

    def same(self, found: int, claimed: int) -> bool:
        return found == claimed

    def sign_of_value(self, key: Any, node: Expr, env: Env, level: int, chosen: bool, certain: int) -> int:
        return certain or self.sign_of_number(self.value(node, env, level), level)

    def log(self, node: Expr, env: Env, level: int) -> int:
        coefficient, rest = content(node)
        constant = self._log(self.number(coefficient, level + 1), level)
        if rest == 1:
            return constant
        return self.fold(constant + self._log(self.value(rest, env, level + 1), level), level)

    def unknown(self, node: Named, env: Env, level: int) -> int:
        if node.order != 1 or node.label not in self.slopes:
            return super().unknown(node, env, level)
        argument, output = Closure(node.args[0], env), Closure(named(node.label)(node.args[0]), env)
        return self.value(self.slopes[node.label], {scalar("z"): argument, scalar("a"): output}, level)


class RealSweep(SweepPoint, RealPoint):
    """Over the reals, by the formulas."""

    def __init__(self, network: Network, random: Random) -> None:
        super().__init__(network.problem, network.widths, random)
