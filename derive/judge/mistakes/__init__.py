"""Typical mistakes in formulas of backpropagation: how they are made, found and mended."""

from .forms import forms
from .places import Place, places
from .setting import Setting
from .table import KINDS, MISTAKES, Mistake

__all__ = ["KINDS", "MISTAKES", "Mistake", "Place", "Setting", "forms", "places"]
