"""Whole texts of notes: their formulas found, judged one after the other, and marked."""

from __future__ import annotations

from .annotate import annotated
from .definitions import model_of
from .marking import Choices, judge_notes
from .reader import KINDS, LONGEST_TEXT, loose, read_notes
from .records import UNREADABLE, Marked, Notes, Written

__all__ = [
    "KINDS",
    "LONGEST_TEXT",
    "UNREADABLE",
    "Choices",
    "Marked",
    "Notes",
    "Written",
    "annotated",
    "judge_notes",
    "loose",
    "model_of",
    "read_notes",
]
