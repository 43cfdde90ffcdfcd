"""The front door: every public name of `derive` and `codegen`, loaded when first used."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codegen import check_direction, check_gradient, compile_numpy, lambdify, latex, numpy_source
    from derive import (
        MLP,
        BackproofError,
        CheckFailed,
        InputError,
        Judge,
        Model,
        Network,
        Verdict,
        backpropagate,
        depth,
        gauss_newton_vector,
        hessian,
        hessian_vector,
        jacobian,
        layer_model,
        verify,
    )

__all__ = [
    "MLP",
    "BackproofError",
    "CheckFailed",
    "InputError",
    "Judge",
    "Model",
    "Network",
    "Verdict",
    "backpropagate",
    "check_direction",
    "check_gradient",
    "compile_numpy",
    "depth",
    "gauss_newton_vector",
    "hessian",
    "hessian_vector",
    "jacobian",
    "lambdify",
    "layer_model",
    "latex",
    "numpy_source",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        for package in ("derive", "codegen"):
            module = import_module(package)
            if name in module.__all__:
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if "IPython" in sys.modules:
    from codegen.notebook import register

    register()


def __dir__() -> list[str]:
    return sorted(__all__)
