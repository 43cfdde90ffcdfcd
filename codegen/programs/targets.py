"""The table of targets: one row each, a library and what writes a module for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation

from .array_api_writer import array_api_source
from .jax_writer import jax_source
from .loops.writer import numba_source
from .python_writer import python_source
from .source import numpy_source
from .torch_writer import torch_source

TARGETS: Mapping[str, Callable[[Derivation | Induction | Extension, str], str]] = {
    "numpy": numpy_source,
    "array-api": array_api_source,
    "torch": torch_source,
    "jax": jax_source,
    "numba": numba_source,
    "python": python_source,
}
"""By name, what writes the text of a module, given the command that is said to have made it."""
