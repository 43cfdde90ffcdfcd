"""What ``backproof derive`` writes: one row for each format."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property

from codegen import numpy_source
from codegen.documents import (
    document,
    document_pdf,
    html_document,
    latex_document,
    markdown_document,
    terminal_document,
    typst_document,
)
from codegen.documents.document import Document
from codegen.documents.tex_pdf import pdf_by_tex
from derive.backward.depth import Induction
from derive.backward.steps import Derivation

from .sections import extra_sections


@dataclass(frozen=True)
class Style:
    """How a derivation is written.

    `language` is that of the text, `detail` how many lines are shown, `notation` whose symbols. `fragment`: LaTeX
    without a preamble, for a document of one's own. `tex`: the PDF is made by an installed TeX.
    """

    language: str = "en"
    detail: str = "steps"
    notation: str | None = None
    fragment: bool = False
    tex: bool = False

    def typed(self) -> list[str]:
        """The options that differ from the usual, as they are typed."""
        words: list[str] = []
        for option in fields(self):
            value = getattr(self, option.name)
            if value != option.default:
                words += [f"--{option.name}", *((value,) if isinstance(value, str) else ())]
        return words


HOUSE = Style()
"""How a derivation is written where nothing else is asked for."""


@dataclass(frozen=True)
class Job:
    """A derivation to be written; `command` is what is said to have made it."""

    derivation: Derivation | Induction
    command: str = ""
    style: Style = HOUSE
    title: str | None = None

    @cached_property
    def document(self) -> Document:
        """The document that all formats write."""
        style = self.style
        return document(
            self.derivation,
            language=style.language,
            detail=style.detail,
            notation=style.notation,
            title=self.title,
            extra=extra_sections(self.derivation, style.language),
        )

    @property
    def made_by(self) -> str:
        """The command on one line."""
        return re.sub(r"\s+", " ", self.command)


def _tex(job: Job) -> str:
    return f"% made by: {job.made_by}\n{latex_document(job.document, job.style.fragment)}"


def _pdf(job: Job) -> bytes:
    return pdf_by_tex(latex_document(job.document)) if job.style.tex else document_pdf(job.document)


def _html(job: Job) -> str:
    return html_document(job.document)


def _txt(job: Job) -> str:
    return terminal_document(job.document)


def _md(job: Job) -> str:
    return markdown_document(job.document)


def _typ(job: Job) -> str:
    return f"// made by: {job.made_by}\n{typst_document(job.document)}"


def _py(job: Job) -> str:
    return numpy_source(job.derivation, job.command)


FORMATS: dict[str, tuple[str, Callable[[Job], str | bytes]]] = {
    "tex": ("derivation.tex", _tex),
    "pdf": ("derivation.pdf", _pdf),
    "html": ("derivation.html", _html),
    "txt": ("derivation.txt", _txt),
    "py": ("gradient.py", _py),
    "md": ("derivation.md", _md),
    "typ": ("derivation.typ", _typ),
}
"""What can be written: the name of the file, and what writes it."""

USUAL = ("tex", "pdf", "html", "txt", "py")
"""What is written where nothing else is asked for."""
