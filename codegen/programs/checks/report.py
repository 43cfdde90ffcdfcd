"""What a numerical check says: a row for each array, and the table of the rows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Worst:
    """The entry that is farthest from the truth: where it is, what was given, what is true."""

    index: tuple[int, ...]
    given: float
    true: float


@dataclass(frozen=True)
class Row:
    """What was found for one array.

    `error` is relative to the array's largest derivative, `order` the rate at which the
    remainder of the linear approximation falls (2 where the gradient is right; None where the
    cost is linear), `kinks` the number of lines left out because the cost has a kink there.
    `verdict` is "ok", "wrong", "kinks" (nothing but kinks) or "undecided" (only rounding was seen).
    `worst` is told of a wrong array; `true` has the derivatives found, NaN where none was sought.
    """

    name: str
    method: str
    error: float
    order: float | None
    kinks: int
    verdict: str
    worst: Worst | None = None
    true: np.ndarray | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Report:
    """A row for each array; `ok` if none is wrong or undecided. Prints as a table."""

    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        return all(row.verdict in ("ok", "kinks") for row in self.rows)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        lines = [("array", "method", "error", "order", "kinks", "verdict")]
        for r in self.rows:
            order = "exact" if r.order is None else "" if np.isnan(r.order) else f"{r.order:.2f}"
            lines.append((r.name, r.method, f"{r.error:.1e}", order, str(r.kinks or ""), r.verdict))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
        )


def worst_entry(grad: np.ndarray, true: np.ndarray) -> Worst | None:
    """The entry with the largest error; one that is not a number is the worst of all."""
    errors = np.where(np.isnan(true), -1.0, np.where(np.isfinite(grad), np.abs(grad - true), np.inf))
    place = tuple(map(int, np.unravel_index(int(np.argmax(errors)), errors.shape))) if errors.size else ()
    return Worst(place, float(grad[place]), float(true[place])) if errors.size and errors[place] >= 0 else None
