"""A generated module, loaded."""

from __future__ import annotations

import linecache
from itertools import count
from types import ModuleType

from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation
from derive.errors import InputError

from .source import numpy_source

_NUMBERS = count(1)


def compile_numpy(derivation: Derivation | Induction | Extension) -> ModuleType:
    """The NumPy module of a derivation: its `gradient`, `make_gradient`, `cost`, `forward`, `init`, `step`.

    With second order it has one function more: `hessian_vector(params, direction, *data)`,
    `gauss_newton_vector`, `hessian(params, *data)` or `jacobian(params, *data)`.
    Raises InputError for anything but a derivation.
    """
    if not isinstance(derivation, Derivation | Induction | Extension):
        raise InputError(
            f"compile_numpy got {type(derivation).__name__}; a Derivation is expected: call backpropagate first"
        )
    return load(numpy_source(derivation), "gradient")


def load(source: str, name: str) -> ModuleType:
    """A module from its text, which tracebacks can quote."""
    file = f"<{name} {next(_NUMBERS)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    module = ModuleType(name)
    module.__file__ = file
    exec(compile(source, file, "exec"), module.__dict__)
    return module
