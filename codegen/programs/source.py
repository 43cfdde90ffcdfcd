"""The NumPy module of whatever was derived."""

from __future__ import annotations

from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation

from .building import build_program, of_one_record
from .depth_writer import depth_source
from .extension import ExtensionWriter
from .numpy_writer import Writer


def numpy_source(derivation: Derivation | Induction | Extension, command: str = "") -> str:
    """The text of the NumPy module of a derivation; `command` is said to have made it.

    Raises UnknownNode for a formula NumPy has no form for, InputError for a function without one.
    """
    if isinstance(derivation, Induction):
        return depth_source(derivation, command)
    if isinstance(derivation, Extension):
        return ExtensionWriter(derivation).module(command)
    return Writer(build_program(derivation), lambda: build_program(of_one_record(derivation))).module(command)
