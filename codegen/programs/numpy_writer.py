"""A program as a NumPy module that stands alone and reads like its derivation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from .fast.printing import CALLED, SINGLE, workspace_text
from .module_writer import ModuleWriter
from .program import Program
from .self_check import self_check_text
from .threads import WORDS as THREADS
from .threads import is_threaded, threads_text
from .training import WORDS, training_text, usage_text


class Writer(ModuleWriter):
    """Writes a NumPy module: that of any library, and the gradient in arrays made beforehand.

    `of_one_record` makes the program of one record alone, for a function of its own where that is worth it.
    """

    words = WORDS | THREADS | {"functools", *CALLED}

    def __init__(self, program: Program, of_one_record: Callable[[], Program] | None = None) -> None:
        super().__init__(program)
        self.of_one_record = of_one_record

    def functions(self) -> list[str]:
        return [*super().functions(), self.workspace, *([threads_text(self)] if is_threaded(self) else [])]

    def usage(self) -> list[str]:
        return usage_text(self)

    def training(self) -> list[str]:
        return training_text(self)

    def self_check(self) -> list[str]:
        return self_check_text(self, one_by_one=f"{SINGLE}(" in self.workspace)

    @cached_property
    def workspace(self) -> str:
        """``make_gradient``: the same lines with every array allocated once."""
        return workspace_text(self)
