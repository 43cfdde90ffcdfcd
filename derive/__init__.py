"""From forward equations to checked derivatives: the mathematics, with SymPy alone."""

from __future__ import annotations

from .backward.backprop import backpropagate
from .errors import BackproofError, CheckFailed, InputError
from .forward import MLP
from .records import Model

__all__ = ["MLP", "BackproofError", "CheckFailed", "InputError", "Model", "backpropagate"]
