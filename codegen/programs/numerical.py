"""Gradients against numbers: complex steps where they are exact, central differences elsewhere.

Errors are relative to the largest entry of an array; nothing is compared absolutely.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from derive.errors import InputError

from .slopes import Line, complex_slopes, difference_slopes, taylor_order

ENTRIES, DIRECTIONS = 500, 5
"""Of a larger array so many entries are drawn at random, and so many directions through all of it."""
COMPLEX, CENTRAL = "complex step", "central differences"
TOLERANCE = {COMPLEX: 1e-11, CENTRAL: 1e-7}
UNSURE = 1e-3
"""Rounding beyond this share of a derivative leaves it unchecked."""
NEGLIGIBLE = 1e-15
"""A derivative by an array that is this small beside the largest of all is rounding."""


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
            order = "exact" if r.order is None else f"{r.order:.2f}"
            lines.append((r.name, r.method, f"{r.error:.1e}", order, str(r.kinks or ""), r.verdict))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
        )


def check_gradient(
    cost: Callable[..., Any],
    gradient: Callable[..., Any],
    params: Mapping[str, Any],
    *data: Any,
    seed: int = 0,
    entries: int = ENTRIES,
) -> Report:
    """Compare a gradient with numerical derivatives of its cost, array by array.

    `cost(params, *data)` gives a number; `gradient(params, *data)` gives ``(cost, grads)`` or
    `grads`, with all the names and shapes of `params`. Of a larger array only so many `entries`
    are looked at. Raises InputError where a gradient is not what is said here.
    """
    rng = np.random.default_rng(seed)
    params = {name: _floats(name, value) for name, value in params.items()}
    grads = _gradients(gradient, params, data)
    largest = max(float(np.max(np.abs(g), initial=0.0)) for g in grads.values())

    def line(name: str, step: np.ndarray) -> Line:
        def value(t: complex) -> Any:
            result = cost({**{n: a.copy() for n, a in params.items()}, name: params[name] + t * step}, *data)
            if np.ndim(result) != 0:
                raise InputError(f"cost gave an array of shape {np.shape(result)}; a number is expected")
            return result[()] if isinstance(result, np.ndarray) else result

        return value

    rows = []
    for name, grad in grads.items():
        steps, places = _steps(params[name], entries, rng)
        lines = [line(name, step) for step in steps]
        rows.append(_row(name, grad, steps, places, lines, largest * NEGLIGIBLE))
    return Report(tuple(rows))


def _floats(name: str, value: Any) -> np.ndarray:
    try:
        return np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"the parameter {name} is not an array of numbers: {type(value).__name__}") from None


def _gradients(gradient: Callable[..., Any], params: Mapping[str, Any], data: tuple) -> dict[str, np.ndarray]:
    result = gradient({n: a.copy() for n, a in params.items()}, *data)
    grads = result[-1] if isinstance(result, tuple) else result
    if not isinstance(grads, Mapping):
        raise InputError(f"gradient gave {type(grads).__name__}; (cost, grads) is expected, grads a dictionary by name")
    unknown = [str(name) for name in grads if name not in params]
    if unknown or not grads:
        raise InputError(f"gradient gave {', '.join(unknown) or 'nothing'}; the parameters are {', '.join(params)}")
    missing = [name for name in params if name not in grads]
    if missing:
        raise InputError(f"gradient gave no derivative by {', '.join(missing)}; one by every parameter is expected")
    for name, grad in grads.items():
        if np.shape(grad) != params[name].shape:
            raise InputError(f"the derivative by {name} has shape {np.shape(grad)}, expected {params[name].shape}")
    return {name: np.array(grad, dtype=_kind_of(grad)) for name, grad in grads.items()}


def _kind_of(grad: Any) -> Any:
    """Floats keep their precision, which tells how exact they can be."""
    kind = np.asarray(grad).dtype
    return kind if kind.kind == "f" and kind.itemsize < 8 else float


def _steps(array: np.ndarray, entries: int, rng: np.random.Generator) -> tuple[list[np.ndarray], np.ndarray]:
    """The directions to look along, through all entries at once, then along single entries; and which these are."""
    steps = [rng.choice((-1.0, 1.0), array.shape) for _ in range(DIRECTIONS)]
    chosen = np.arange(array.size) if array.size <= entries else rng.choice(array.size, entries, replace=False)
    for place in chosen:
        step = np.zeros(array.size)
        step[place] = 1.0
        steps.append(step.reshape(array.shape))
    return steps, chosen


def _row(
    name: str, grad: np.ndarray, steps: list[np.ndarray], places: np.ndarray, lines: list[Line], negligible: float
) -> Row:
    precision, grad = 256 * np.finfo(grad.dtype).eps, grad.astype(float)
    given = np.array([np.sum(grad * step) for step in steps])
    lengths = np.array([np.sqrt(np.count_nonzero(step)) for step in steps])
    rough = [difference_slopes(line) for line in lines]
    found = np.array([r.slope for r in rough])
    smooth = np.array([not r.kink for r in rough])
    noise = max(r.noise for r in rough)
    method, exact = CENTRAL, complex_slopes(lines)
    if exact is not None and _agree(exact, found, lengths, noise, smooth):
        method, found, noise = COMPLEX, exact, 0.0
    kinks = int(np.sum(~smooth))
    if not np.any(smooth):
        return Row(name, method, 0.0, None, kinks, "kinks")
    scale = max(np.max(np.abs(grad), initial=0.0), np.max(np.abs(found[smooth]) / lengths[smooth]))
    order = taylor_order(lines[0], given[0])
    if not scale > negligible and np.isfinite(scale):
        return Row(name, method, 0.0, None, kinks, "ok")
    error = float(np.max((np.abs(given - found) / (lengths * scale))[smooth]))
    allowed = max(TOLERANCE[method], noise / scale, precision)
    verdict = "ok" if error <= allowed and (order is None or order > 1.5 or kinks) else "wrong"
    if verdict == "ok" and allowed > UNSURE:
        verdict = "undecided"
    true = np.full(grad.size, np.nan)
    true[places] = np.where(smooth, found, np.nan)[DIRECTIONS:]
    worst = _worst(grad, true.reshape(grad.shape)) if verdict == "wrong" else None
    return Row(name, method, error, order, kinks, verdict, worst, true.reshape(grad.shape))


def _worst(grad: np.ndarray, true: np.ndarray) -> Worst | None:
    """The entry with the largest error; one that is not a number is the worst of all."""
    errors = np.where(np.isnan(true), -1.0, np.where(np.isfinite(grad), np.abs(grad - true), np.inf))
    place = tuple(map(int, np.unravel_index(int(np.argmax(errors)), errors.shape))) if errors.size else ()
    return Worst(place, float(grad[place]), float(true[place])) if errors.size and errors[place] >= 0 else None


def _agree(exact: np.ndarray, rough: np.ndarray, lengths: np.ndarray, noise: float, smooth: np.ndarray) -> bool:
    """Whether complex steps tell what differences tell, as they do for analytic functions only."""
    scale = np.max(np.abs(rough) / lengths)
    differ = (np.abs(exact - rough) / lengths)[smooth]
    return bool(np.all(differ <= TOLERANCE[CENTRAL] * scale + noise))
