"""Points: numbers for the atoms, drawn when first asked for and redrawn outside the domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from sympy import Expr, S, Symbol, pi

from ..errors import BackproofError
from ..terms import element
from .nodes import Env, Offence
from .problem import Problem
from .signed import Signed

HINTED = 0.9
"""How often an atom that stood under log or a root is drawn positive at once."""


class OutsideDomain(BackproofError):
    """No point of the domain was found."""


class Point(Signed):
    """An evaluator whose atoms are drawn at random; `bits` and `labels` fix some choices.

    `bits` sets signs of atoms and binary entries (keys as in `asked`), `labels` where the 1 of a
    one-hot row stands.
    """

    redraws = 400
    scale = Fraction(1)
    """How much larger or smaller than usual numbers are drawn, where that means anything."""

    def __init__(
        self,
        problem: Problem,
        widths: Mapping[Symbol, int],
        random: Random,
        bits: Mapping[Any, int] = {},
        labels: Mapping[Any, int] = {},
    ) -> None:
        super().__init__(problem, widths)
        self.random, self.bits, self.labels = random, bits, dict(labels)
        self.drawn: dict[Any, Any] = {}
        self.drawn_bits: dict[Any, int] = {}
        self.functions_drawn: dict[Any, Any] = {}
        self.touched: set | None = None

    def evaluate(self, nodes: Sequence[Expr], env: Env, level: int) -> list[Any]:
        """The values of `nodes` at a point of the domain; raises OutsideDomain."""
        offending = None
        for _ in range(self.redraws):
            try:
                return [self.value(node, env, level) for node in nodes]
            except Offence as offence:
                offending = offence.node
                self.redraw(offence)
        raise OutsideDomain(f"no point was found where {offending} is in its domain")

    def redraw(self, offence: Offence) -> None:
        """Forget the atoms that the offending node depends on."""
        self.memo.clear()
        self.choices.clear()
        self.touched = set()
        try:
            self.value(offence.node, offence.env, offence.level)
        except Offence:
            pass
        touched, self.touched = self.touched, None
        if not touched:
            raise OutsideDomain(f"{offence.node} is never in its domain")
        if len(touched) == 1:
            self.problem.hints.update(name for name, _ in touched)
        names = {name for name, _ in touched if name in self.problem.facts}
        for key in [k for k in self.drawn if k[:2] in touched or k[0] in names]:
            del self.drawn[key]
        for key in touched:
            self.drawn_bits.pop(("sign", *key), None)
        self.memo.clear()

    def atom(self, name: str, indices: tuple[int, ...], level: int) -> Any:
        if self.touched is not None:
            self.touched.add((name, indices))
        known = self.problem.facts.get(name)
        return known.draw(self, indices, level) if known else self.raw(name, indices, level, name is pi)

    def offence(self, name: str, level: int) -> Offence:
        """The exception for an array whose entries cannot be normalised."""
        return Offence(element(str(name), *[S.Zero] * len(self.problem.facts[name].facts[0].axes)), {}, level)

    def size(self, axis: Expr) -> int:
        """The number of entries along an axis."""
        return int(self.count(axis, {}))

    def hot(self, name: str, leading: tuple[int, ...], size: int) -> int:
        """Where the 1 of a one-hot row stands."""
        return self.labels.setdefault((name, leading), self.random.randrange(size))

    def bit(self, name: str, indices: tuple[int, ...]) -> int:
        """0 or 1, set by `bits` or drawn."""
        key = ("bit", name, indices)
        self.asked[key] = None
        return self._choice(key, self.random.getrandbits(1))

    def raw_sign(self, name: str, indices: tuple[int, ...], positive: bool) -> int:
        """The sign of a free atom, one for all levels."""
        if positive:
            return 1
        key = ("sign", name, indices)
        likely = name in self.problem.hints and self.random.random() < HINTED
        return 1 if self._choice(key, 1 if likely else self.random.getrandbits(1)) else -1

    def _choice(self, key: Any, drawn: int) -> int:
        if key in self.bits:
            return self.bits[key]
        return self.drawn_bits.setdefault(key, drawn)

    def raw(self, name: str, indices: tuple[int, ...], level: int, positive: bool) -> Any: ...
