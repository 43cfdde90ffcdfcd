"""The table of activations: one row each, its forward formula."""

from __future__ import annotations

from functools import cache

from ..errors import InputError
from ..records import Formula
from .functions import Definition, definition, formula
from .names import suggestion
from .reading import parse_sides

ROWS = (
    "identity(z) = z",
    "sigmoid(z) = 1/(1 + exp(-z))",
    "tanh(z) = (exp(z) - exp(-z))/(exp(z) + exp(-z))",
    "relu(z) = max(z, 0)",
    "leaky_relu(z) = max(z, 0) + 1/100*min(z, 0)",
    "elu(z) = max(z, 0) + exp(min(z, 0)) - 1",
    "selu(z) = 1.0507009873554805*(max(z, 0) + 1.6732632423543772*(exp(min(z, 0)) - 1))",
    "softplus(z) = log(1 + exp(z))",
    "softsign(z) = z/(1 + abs(z))",
    "silu(z) = z/(1 + exp(-z))",
    "gelu(z) = 1/2*z*(1 + erf(z/sqrt(2)))",
    "gelu_tanh(z) = 1/2*z*(1 + tanh(sqrt(2/pi)*(z + 0.044715*z^3)))",
    "mish(z) = z*tanh(log(1 + exp(z)))",
    "softmax(z)[k] = exp(z[k])/sum(m, exp(z[m]))",
)

ACTIVATIONS = tuple(row.partition("(")[0] for row in ROWS)
_ROW = dict(zip(ACTIVATIONS, ROWS, strict=True))


@cache
def table_row(name: str) -> Definition | None:
    """The row of the table as read; None where there is none."""
    row = _ROW.get(name)
    return definition(*parse_sides(row, name), name, row) if row is not None else None


@cache
def activation(name: str) -> Formula:
    """The activation of the table by its name. Raises InputError with the nearest name."""
    row = table_row(name)
    if row is None:
        raise unknown_activation(name)
    return formula(row, table_row, ACTIVATIONS, table_formula)


def table_formula(name: str) -> Formula | None:
    """The activation of the table by its name; None where there is none."""
    return activation(name) if name in _ROW else None


def unknown_activation(name: str) -> InputError:
    """What is said of a name that is not in the table."""
    near = suggestion(name, ACTIVATIONS)
    return InputError(f"{name} is not a known activation{near} (known: {', '.join(ACTIVATIONS)})")
