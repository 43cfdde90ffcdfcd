"""What is true: exact equality, and exact forward differentiation of a whole model."""

from .audit import audit
from .identity import decide

__all__ = ["audit", "decide"]
