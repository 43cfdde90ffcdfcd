"""A program as a NumPy module that stands alone and reads like its derivation."""

from __future__ import annotations

from .fast.printing import CALLED, workspace_text
from .module_writer import ModuleWriter
from .self_check import self_check_text
from .threads import WORDS as THREADS
from .threads import is_threaded, threads_text
from .training import WORDS, training_text, usage_text


class Writer(ModuleWriter):
    """Writes a NumPy module: that of any library, and the gradient in arrays made beforehand."""

    words = WORDS | THREADS | {"functools", *CALLED}

    def functions(self) -> list[str]:
        return [*super().functions(), self.workspace(), *([threads_text(self)] if is_threaded(self) else [])]

    def usage(self) -> list[str]:
        return usage_text(self)

    def training(self) -> list[str]:
        return training_text(self)

    def self_check(self) -> list[str]:
        return self_check_text(self)

    def workspace(self) -> str:
        """``make_gradient``: the same lines with every array allocated once."""
        return workspace_text(self)
