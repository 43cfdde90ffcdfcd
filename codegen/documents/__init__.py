"""Documents for people: typeset formulas, whole derivations, and the writers of LaTeX and text."""

from __future__ import annotations

from .content import document
from .document import Code, Document, Paragraph, Section, Table
from .latex_document import latex_document
from .printing import latex, terminal
from .terminal_document import terminal_document
from .typeset import typeset

__all__ = [
    "Code",
    "Document",
    "Paragraph",
    "Section",
    "Table",
    "document",
    "latex",
    "latex_document",
    "terminal",
    "terminal_document",
    "typeset",
]
