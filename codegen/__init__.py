"""From checked derivatives to documents for people and programs for machines."""

from __future__ import annotations

from .documents import latex
from .programs import check_direction, check_gradient, compile_numpy, lambdify, numpy_source

__all__ = ["check_direction", "check_gradient", "compile_numpy", "lambdify", "latex", "numpy_source"]
