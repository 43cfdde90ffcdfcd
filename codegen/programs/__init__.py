"""Programs for machines: NumPy modules, callables of single formulas, and the check against numbers."""

from .building import build_program
from .callable import lambdify
from .checks.directional import check_direction
from .checks.numerical import check_gradient
from .compile import compile_numpy
from .source import numpy_source

__all__ = ["build_program", "check_direction", "check_gradient", "compile_numpy", "lambdify", "numpy_source"]
