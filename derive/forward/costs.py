"""The tables of costs and penalties: one row each, its formula for one record.

A cost is a number made of the outputs a[k] and the labels y[k]; a penalty is one of a matrix W.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InputError
from .names import suggestion


@dataclass(frozen=True)
class Cost:
    """`assume` is what is declared of the labels and `constants`, which are data without indices;
    `usual_for` the outputs it is the default of."""

    name: str
    formula: str
    assume: tuple[str, ...] = ()
    usual_for: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()


_ONE = "sum(k, y[k]) = 1"

ROWS = (
    Cost("half-sse", "1/2*sum(k, (a[k] - y[k])^2)"),
    Cost("mse", "1/size(k)*sum(k, (a[k] - y[k])^2)"),
    Cost("sse", "sum(k, (a[k] - y[k])^2)"),
    Cost("cross-entropy", "-sum(k, y[k]*log(a[k]))", (_ONE,), ("softmax",)),
    Cost("binary-cross-entropy", "-sum(k, y[k]*log(a[k]) + (1 - y[k])*log(1 - a[k]))", usual_for=("sigmoid",)),
    Cost("mae", "1/size(k)*sum(k, abs(a[k] - y[k]))"),
    Cost(
        "huber",
        "1/2*sum(k, (a[k] - y[k])^2 - max(a[k] - y[k] - kappa, 0)^2 - max(y[k] - a[k] - kappa, 0)^2)",
        ("kappa > 0",),
        constants=("kappa",),
    ),
    Cost("log-cosh", "sum(k, a[k] - y[k] + softplus(-2*(a[k] - y[k])) - log(2))"),
    Cost("hinge", "sum(k, max(1 - y[k]*a[k], 0))"),
    Cost("squared-hinge", "sum(k, max(1 - y[k]*a[k], 0)^2)"),
    Cost("kl", "sum(k, y[k]*(log(y[k]) - log(a[k])))", ("y[k] > 0", _ONE)),
    Cost("focal", "-sum(k, y[k]*(1 - a[k])^gamma*log(a[k]))", (_ONE,), constants=("gamma",)),
    Cost(
        "label-smoothing",
        "-sum(k, ((1 - epsilon)*y[k] + epsilon/size(k))*log(a[k]))",
        (_ONE, "0 < epsilon < 1"),
        constants=("epsilon",),
    ),
)

COSTS = {row.name: row for row in ROWS}

PENALTIES = {
    "l2": "1/2*lambda*sum(k, sum(j, W[k,j]^2))",
    "l1": "lambda*sum(k, sum(j, abs(W[k,j])))",
}


def cost_for(output: str) -> Cost:
    """The usual cost of an output activation: the first of the table where no row names it."""
    return next((row for row in ROWS if output in row.usual_for), ROWS[0])


def cost_row(name: str) -> Cost:
    """The cost of the table by its name. Raises InputError with the nearest name."""
    if name not in COSTS:
        raise InputError(f"{name} is not a known cost{suggestion(name, COSTS)} (known: {', '.join(COSTS)})")
    return COSTS[name]
