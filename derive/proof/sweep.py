"""One pass over a model at one point: the values, how fast they move, what the cotangents say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Any

from sympy import Expr, S, Symbol

from ..records import Equation, Formula, Model
from . import field
from .assignments import size_of
from .levels import degree_of, levels_needed
from .moving import Moving, SweepPoint
from .nodes import Env, Offence, widths_in
from .points import OutsideDomain
from .problem import Problem, declared
from .reals import SCALES
from .some_widths import sizes_asked, stretched
from .witness import TOO_LARGE

WIDTHS = (2, 3, 4)
MANY = 5
"""With more dimensions than this, the smallest widths are enough and twice as fast."""
TRIES = 200
HIGH = 100
"""A degree from which on it counts by itself; lower ones are in the number of equations."""


class Network:
    """A model with its cotangents, in orders in which both can be evaluated."""

    def __init__(
        self,
        model: Model,
        cotangents: Mapping[str, Equation],
        upstream: Mapping[str, str],
        functions: Mapping[str, Formula],
        slopes: Mapping[str, Expr] = {},
    ) -> None:
        self.model, self.slopes = model, slopes
        place = {equation.name: number for number, equation in enumerate(model.equations)}
        self.cotangents = dict(sorted(cotangents.items(), key=lambda item: -place.get(item[0], -1)))
        self.definitions = {e.name: e for e in (*model.equations, *cotangents.values())}
        self.given = {h: self._given(h, upstream) for h in model.outputs}
        facts = [fact for fact in model.facts if fact.array not in self.definitions]
        self.problem = Problem(S.Zero, S.Zero, {}, self.definitions, declared(facts), functions)
        self.widths = self._widths()
        self.base = field.TOP - 1

    @cached_property
    def levels(self) -> dict[str, set[int]] | None:
        """The levels at which each array is evaluated, relative to `base`; None if there are too few."""
        return levels_needed(self.model.equations, tuple(self.cotangents.values()), self.problem)

    @property
    def bits(self) -> int:
        """The certainty that one point gives: the degree grows with the number of equations, and with high powers."""
        if self.levels is None:
            return 0
        lowest = min((level for known in self.levels.values() for level in known), default=0)
        usual = len(self.model.equations).bit_length() + 3
        return field.PRIMES[self.base + lowest].bit_length() - usual - self._high_degrees

    @cached_property
    def _high_degrees(self) -> int:
        """How many bits high powers cost: forward equations are put into each other, the derivatives only added up."""
        forward = (degree_of(e.right, e.indices, self.problem) for e in self.model.equations)
        back = (degree_of(e.right, e.indices, self.problem) for e in self.cotangents.values())
        slopes = (degree_of(slope, (), self.problem) for slope in self.slopes.values())
        return sum(map(_if_high, forward)) + max(map(_if_high, back), default=0) + max(map(_if_high, slopes), default=0)

    def _given(self, output: str, upstream: Mapping[str, str]) -> str:
        if output in upstream:
            return upstream[output]
        return self.cotangents[output].name if output in self.cotangents else f"dC/d{output}"

    def _widths(self) -> dict[Symbol, int]:
        equations = self.definitions.values()
        axes = [size for sizes in self.model.axes.values() for size in sizes]
        found = widths_in(*axes, *(e.right for e in equations), *(s for e in equations for s in e.ranges.values()))
        widths = WIDTHS if len(found) <= MANY else WIDTHS[:2]
        chosen = {d: widths[n % len(widths)] for n, d in enumerate(sorted(found, key=str))}
        least = dict.fromkeys(axes, WIDTHS[0])
        for equation in equations:
            for size, number in sizes_asked(equation.right, equation.ranges, self.model.axes):
                least[size] = max(number, least.get(size, 0))
        return stretched(chosen, {size: number for size, number in least.items() if size.free_symbols})

    @property
    def named_widths(self) -> dict[str, int]:
        return {str(d): n for d, n in self.widths.items()}

    def places(self, equation: Equation) -> Iterator[Env]:
        """Every value of the indices on the left of an equation."""
        sizes = [range(size_of(equation.ranges[letter], self.widths)) for letter in equation.indices]
        for numbers in product(*sizes):
            yield dict(zip(equation.indices, numbers, strict=True))

    def fits(self, point_at: Callable[[int], SweepPoint], seed: int, moved: Sequence[str]) -> bool:
        """Whether dC is what the cotangents say when the arrays `moved` move."""
        too_large = 0
        for attempt in range(TRIES):
            point = point_at(seed + 1000 * attempt)
            point.scale = SCALES[too_large % len(SCALES)]
            try:
                found, claimed = self._sweep(point, point.base, set(moved))
            except Offence:
                continue
            except OverflowError:
                too_large += 1
                continue
            return point.same(found, claimed)
        raise OutsideDomain("no point was found where every equation is in its domain" if not too_large else TOO_LARGE)

    def _sweep(self, point: SweepPoint, base: int, moved: set[str]) -> tuple[Any, Any]:
        seed = Moving(point, base, moved)
        for equation in self.model.equations:
            for level in sorted((self.levels or {}).get(equation.name, ())):
                for env in self.places(equation):
                    point.entry(equation.name, tuple(env.values()), base + level if self.levels else base)
        for equation in self.model.equations:
            for env in self.places(equation):
                seed.move(equation, env)
        claimed: Any = 0
        for name, equation in self.cotangents.items():
            for env in self.places(equation):
                value = point.entry(equation.name, tuple(env.values()), base)
                if name in moved:
                    claimed += value * seed.direction(name, tuple(env.values()))
        return self._moved_cost(point, base, seed), point.fold(claimed, base)

    def _moved_cost(self, point: SweepPoint, base: int, seed: Moving) -> Any:
        """dC; without a cost, the given cotangents of the outputs times their tangents."""
        if self.model.cost is not None:
            return seed.speeds[self.model.cost, ()]
        result: Any = 0
        for output, name in self.given.items():
            for env in self.places(self.model.equation(output)):
                indices = tuple(env.values())
                result += point.atom(name, indices, base) * seed.speeds[output, indices]
        return point.fold(result, base)


def _if_high(degree: int) -> int:
    return degree.bit_length() if degree > HIGH else 0
