"""Running text with formulas in it."""

from __future__ import annotations

from .display import Node

Words = tuple["str | Node", ...]
"""Running text: plain strings and formulas in turn."""
