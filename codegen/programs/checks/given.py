"""Parameters and gradients as somebody gives them, read as arrays: one clear error where they are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from derive.errors import InputError


def read_params(params: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The parameters as arrays of floats. Raises InputError for anything else."""
    return {name: _floats(name, value) for name, value in params.items()}


def _floats(name: str, value: Any) -> np.ndarray:
    try:
        return np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"the parameter {name} is not an array of numbers: {type(value).__name__}") from None


def read_gradients(gradient: Callable[..., Any], params: Mapping[str, Any], data: tuple) -> dict[str, np.ndarray]:
    """The derivatives by name, as arrays of their own. Raises InputError where any is missing or misshapen."""
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
