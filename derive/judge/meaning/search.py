"""All ways through a computation that may choose: the likeliest first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Generic, TypeVar

T = TypeVar("T")
MOST_PATHS = 1500
TOLERANCE = 0.01


class Unfit(Exception):
    """A way of reading that fits neither the shapes nor the names; the message says why."""


class Misshapen(Unfit):
    """Shapes that do not fit together, or an index over two dimensions."""


class Missing(Unfit):
    """The model has nothing of that name, or no such layer."""


@dataclass(frozen=True)
class Option(Generic[T]):
    """One of several: how far-fetched it is, and what is said when it is taken.

    `is_doubtful`: what is said is a guess by which an error could pass.
    """

    value: T
    cost: float = 0.0
    note: str = ""
    is_doubtful: bool = False


@dataclass
class Path:
    """One way through: `script` are the choices made before, in order; what is not said there is the likeliest."""

    script: tuple[int, ...] = ()
    options: list[list[float]] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    cost: float = 0.0
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    known: dict[Hashable, Option[Any]] = field(default_factory=dict)

    def choose(self, key: Hashable, options: Iterable[Option[T]], none: str = "nothing fits") -> T:
        """One of the options, the same again for the same key. Raises Unfit where there is none."""
        if key in self.known:
            return self._take(self.known[key])
        ranked = sorted(options, key=lambda option: option.cost)
        if not ranked:
            raise Unfit(none)
        place = 0
        if len(ranked) > 1:
            place = self.script[len(self.taken)] if len(self.taken) < len(self.script) else 0
            self.options.append([self.cost + option.cost for option in ranked])
            self.taken.append(place)
        option = ranked[place]
        self.cost += option.cost
        self.known[key] = option
        return self._take(option)

    def _take(self, option: Option[T]) -> T:
        if option.is_doubtful:
            self.doubt(option.note)
        else:
            self.note(option.note)
        return option.value

    def pay(self, cost: float, note: str = "") -> None:
        """What was just done is a little far-fetched."""
        self.cost += cost
        self.note(note)

    def note(self, note: str) -> None:
        """Say in words what was decided."""
        if note and note not in self.notes:
            self.notes.append(note)

    def doubt(self, note: str) -> None:
        """Say in words what was guessed."""
        self.note(note)
        if note not in self.doubts:
            self.doubts.append(note)


@dataclass(frozen=True)
class Found(Generic[T]):
    """What one way through came to."""

    value: T
    cost: float
    notes: tuple[str, ...]
    doubts: tuple[str, ...]


def search(run: Callable[[Path], T], most: int = MOST_PATHS) -> tuple[list[Found[T]], list[tuple[str, type[Unfit]]]]:
    """The results of the likeliest ways, all equally likely, and why the other ways failed."""
    waiting: list[tuple[float, int, tuple[int, ...]]] = [(0.0, 0, ())]
    found: list[Found[T]] = []
    reasons: dict[str, type[Unfit]] = {}
    best = float("inf")
    count = 0
    while waiting and count < most:
        cost, _, script = heappop(waiting)
        if cost > best + TOLERANCE:
            break
        count += 1
        path = Path(script)
        try:
            value = run(path)
            found.append(Found(value, path.cost, tuple(path.notes), tuple(path.doubts)))
            best = min(best, path.cost)
        except Unfit as problem:
            reasons.setdefault(str(problem), type(problem))
        for place in range(len(script), len(path.taken)):
            for other in range(1, len(path.options[place])):
                heappush(
                    waiting,
                    (path.options[place][other], count * 1000 + place * 20 + other, (*path.taken[:place], other)),
                )
    kept = [one for one in sorted(found, key=lambda one: one.cost) if one.cost <= best + TOLERANCE]
    return kept, list(reasons.items())
