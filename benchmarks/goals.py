"""What the measurements are to show, and whether they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from .cases import CASES, Problem, Setting
from .contenders import REFERENCE
from .results import Results, Row

LIBRARIES = ("PyTorch's products", "PyTorch", "PyTorch compiled", "JAX jit")
"""Contenders that generated code is held against."""
JAX_LIMIT = 1.10
"""How many times as long as JAX the generated code may take, where OpenBLAS chooses its kernels."""


@dataclass(frozen=True)
class Finding:
    """A goal and what was measured of it."""

    goal: str
    place: str
    measured: str
    met: bool


def concerned(problem: Problem) -> frozenset[str]:
    """The contenders that goals are about."""
    is_meant = problem.dtype == "float32" and problem.threads == 1
    return frozenset({*problem.case.goals, *LIBRARIES} if is_meant else ())


def goal_of(row: Row) -> float | None:
    """The figure that a row is held to: a ratio, or seconds where the network is tiny."""
    if not row.setting.with_goals or row.dtype != "float32":
        return None
    return CASES[row.network].goals.get(row.contender)


def met(row: Row) -> bool:
    """Whether a row keeps to its goal, where it has one."""
    goal = goal_of(row)
    return goal is None or (row.seconds if CASES[row.network].tiny else row.ratio) <= goal


def by_figure(results: Results) -> Iterator[Finding]:
    """Rows with a figure of their own."""
    for row in results.rows:
        goal = goal_of(row)
        if goal is not None:
            tiny = CASES[row.network].tiny
            said = f"{1e6 * goal:g} µs" if tiny else f"{goal:.2f} of the products"
            found = f"{1e6 * row.seconds:.2f} µs" if tiny else f"{row.ratio:.3f}"
            yield Finding(f"{row.contender} at most {said}", f"{row.network}, float32", found, met(row))


def against_pytorch(results: Results) -> Iterator[Finding]:
    """Faster than PyTorch with the same instructions, one thread, float32."""
    for row in results.rows:
        if row.contender == REFERENCE and row.setting.with_goals and row.dtype == "float32":
            for name in ("PyTorch", "PyTorch compiled"):
                places = (results.row(row.setting, row.network, row.dtype, f"{name}{kind}") for kind in (", AVX2", ""))
                other = next(filter(None, places), None)
                if other is not None:
                    yield _beside(row, other, 1.0)


def beside_own_products(results: Results) -> Iterator[Finding]:
    """Less beside the products than PyTorch takes beside those of its own library, one thread, float32."""
    for row in results.rows:
        if row.contender == REFERENCE and row.setting.with_goals and row.dtype == "float32":
            for name, kind in product(("PyTorch", "PyTorch compiled"), ("", ", AVX2")):
                other = results.row(row.setting, row.network, row.dtype, f"{name}{kind}")
                own = results.row(row.setting, row.network, row.dtype, f"PyTorch's products{kind}")
                if other is not None and own is not None:
                    yield _beside(row, replace(other, ratio=other.ratio / own.ratio), 1.0)


def against_jax(results: Results) -> Iterator[Finding]:
    """Not much slower than JAX anywhere, one thread, float32, where OpenBLAS chooses its kernels."""
    for row in results.rows:
        if row.contender == REFERENCE and row.setting == Setting(None, 1) and row.dtype == "float32":
            other = results.row(row.setting, row.network, row.dtype, "JAX jit")
            if other is not None:
                yield _beside(row, other, JAX_LIMIT)


def _beside(row: Row, other: Row, limit: float) -> Finding:
    """A row beside another of the same network, both as multiples of the products right before them."""
    share = row.ratio / other.ratio
    goal = f"{row.contender} at most {limit:.2f} of {other.contender}"
    return Finding(goal, f"{row.network}, float32, {row.setting.name}", f"{share:.3f}", share <= limit)


GOALS: Mapping[str, Callable[[Results], Iterator[Finding]]] = {
    "Figures of their own": by_figure,
    "Faster than PyTorch": against_pytorch,
    "Closer to the bare products than PyTorch to its own": beside_own_products,
    "Beside JAX": against_jax,
}
"""By heading, what looks for findings."""
