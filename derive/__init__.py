"""From forward equations to checked derivatives: the mathematics, with SymPy alone."""

from __future__ import annotations

from .backward.backprop import backpropagate
from .backward.depth import depth
from .backward.second import gauss_newton_vector, hessian, hessian_vector, jacobian
from .errors import BackproofError, CheckFailed, InputError
from .forward import MLP, Network, layer_model
from .judge.records import Verdict
from .judge.verify import Judge, verify
from .records import Model

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
    "depth",
    "gauss_newton_vector",
    "hessian",
    "hessian_vector",
    "jacobian",
    "layer_model",
    "verify",
]
