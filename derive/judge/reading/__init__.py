"""Formulas as they are written - LaTeX, matrix form, NumPy - read as sketches."""

from __future__ import annotations

from .kind import kind_of
from .latex import read_latex
from .matrix import read_matrix
from .numpy_form import read_numpy
from .sketch import Sketch, Statement, children, rebuilt, walk

__all__ = [
    "Sketch",
    "Statement",
    "children",
    "kind_of",
    "read_latex",
    "read_matrix",
    "read_numpy",
    "rebuilt",
    "walk",
]
