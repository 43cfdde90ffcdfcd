"""Documents for people: typeset formulas, whole derivations, and the writers of LaTeX and text."""

from __future__ import annotations

from .author_notation import author_notation
from .content import document
from .content_detail import DETAILS
from .document import Code, Document, Paragraph, Section, Table
from .html_document import html_document
from .latex_document import latex_document
from .markdown_document import markdown_document
from .pdf import document_pdf
from .printing import latex, terminal
from .terminal_document import terminal_document
from .texts import LANGUAGES
from .typeset import typeset
from .typst_document import typst_document

__all__ = [
    "DETAILS",
    "LANGUAGES",
    "Code",
    "Document",
    "Paragraph",
    "Section",
    "Table",
    "author_notation",
    "document",
    "document_pdf",
    "html_document",
    "latex",
    "latex_document",
    "markdown_document",
    "terminal",
    "terminal_document",
    "typeset",
    "typst_document",
]
