"""A Typst source as PDF, by the `typst` package: no TeX, no fonts of the machine, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from derive.errors import BackproofError, InputError

from .document import Document
from .typst_document import typst_document
from .typst_template import CHINESE_FONT

STANDARD = "ua-1"
"""The standard of accessible PDF: tagged, with words for every formula and figure."""
CHINESE_PACKAGE = "pylopdf_fonts_zh_cn"


def document_pdf(document: Document) -> bytes:
    """A document as PDF; raises InputError where a package or a letter is missing."""
    return pdf_bytes(typst_document(document))


def pdf_bytes(source: str) -> bytes:
    """The PDF of a Typst source; raises InputError where a package or a letter is missing."""
    return _compiled(source, {"format": "pdf", "pdf_standards": STANDARD, "timestamp": 0})


def page_image(document: Document, page: int, ppi: float = 80.0) -> bytes:
    """A page of a document as PNG, `page` counted from 1; raises InputError as `document_pdf` does."""
    pages = _compiled(typst_document(document), {"format": "png", "ppi": ppi})
    return pages[page - 1] if isinstance(pages, list) else pages


def _compiled(source: str, output: Mapping[str, Any]) -> Any:
    if find_spec("typst") is None:
        raise InputError("writing PDF needs the package typst: pip install typst")
    typst = import_module("typst")
    settings = {"font_paths": _font_paths(source), "ignore_system_fonts": True, **output}
    try:
        made, warnings = typst.compile_with_warnings(source.encode(), **settings)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        raise InputError(f"no font for this PDF: {error.message.partition(': ')[2]}") from error
    if warnings:
        raise BackproofError(f"Typst warns: {warnings[0].message}")
    return made


def _font_paths(source: str) -> list[Path]:
    """Where the fonts are that do not come with the compiler."""
    if f'"{CHINESE_FONT}"' not in source:
        return []
    found = find_spec(CHINESE_PACKAGE)
    if found is None or found.origin is None:
        raise InputError("PDF in Chinese needs a font: pip install pylopdf-fonts-zh-cn")
    return [Path(found.origin).parent]
