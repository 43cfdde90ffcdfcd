"""Forward equations: the plain language, the tables, and networks written in it."""

from .activations import ACTIVATIONS, activation
from .any_depth import any_depth, is_any_depth
from .building_blocks import Network, layer_model
from .claims import parse_equation
from .costs import COSTS, PENALTIES
from .facts import parse_fact
from .layers import LAYERS
from .model import parse_model
from .network import MLP
from .plain import plain, plain_equation
from .widths import parse_widths

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "LAYERS",
    "MLP",
    "Network",
    "PENALTIES",
    "activation",
    "any_depth",
    "is_any_depth",
    "layer_model",
    "parse_equation",
    "parse_fact",
    "parse_model",
    "parse_widths",
    "plain",
    "plain_equation",
]
