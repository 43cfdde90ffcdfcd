"""What the house says when it cannot read, check or handle something."""

from __future__ import annotations


class BackproofError(ValueError):
    """Anything this package refuses, in one clear line."""


class InputError(BackproofError):
    """Input that cannot be read: what was seen, where, what is accepted."""


class DimensionClash(InputError):
    """One index over two dimensions, as in ``W[k,j]*x[k]``: no choice of widths gives the formula a meaning."""


class UnknownNode(BackproofError):
    """An expression node no rule covers; raised instead of guessing."""

    def __init__(self, node: object, task: str) -> None:
        super().__init__(f"{type(node).__name__} is not known to {task}: {node}")


class CheckFailed(BackproofError):
    """A derivation step that the checker did not prove."""
