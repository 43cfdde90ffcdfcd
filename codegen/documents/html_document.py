"""A document as one HTML file: it needs no network, no fonts of the reader and no JavaScript."""

from __future__ import annotations

from .document import Block, Chain, Display, Document, Section, lemmas_of
from .html_blocks import blocks
from .html_fonts import font_faces
from .html_text import Page, running
from .html_words import page_words
from .markup import element, escaped
from .package_files import text_file

LONGEST_WHOLE = 18
"""In letters: what fits on one line of a telephone in the size of a title."""


def html_document(document: Document) -> str:
    """The whole page, styles and fonts within it; it reads without its script, which copies formulas as LaTeX."""
    language = getattr(document, "language", "en")
    page = Page(page_words(language), frozenset(_numbers(document)), lemmas_of(document))
    below = element("p", running(document.subtitle, page), class_="subtitle") if document.subtitle else ""
    sections = "\n".join(_section(section, n, page) for n, section in enumerate(document.sections, 1))
    body = "\n".join(
        (
            element("header", element("h1", _title(document.title)) + below),
            _contents(document, page),
            element("main", f"\n{sections}\n"),
            element("script", f"\n{text_file('html_copy.js')}"),
        )
    )
    html = element("html", f"\n{_head(document.title)}\n<body>\n{body}\n</body>\n", lang=language)
    return f"<!DOCTYPE html>\n{html}\n"


def _head(title: str) -> str:
    style = element("style", f"\n{font_faces()}\n{text_file('html_style.css')}")
    lines = (
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="generator" content="backproof">',
        '<link rel="icon" href="data:,">',
        element("title", escaped(title)),
        style,
    )
    return element("head", "\n" + "\n".join(lines) + "\n")


def _title(title: str) -> str:
    """The title, in which ``4-3-5`` is not broken at a hyphen."""
    words = (
        element("span", escaped(word), class_="whole") if "-" in word and len(word) <= LONGEST_WHOLE else escaped(word)
        for word in title.split(" ")
    )
    return " ".join(words)


def _contents(document: Document, page: Page) -> str:
    links = "\n".join(
        element("li", element("a", escaped(section.title), href=f"#section-{n}"))
        for n, section in enumerate(document.sections, 1)
    )
    title = element("p", escaped(page.words.contents), id="contents")
    return element("nav", f"\n{title}\n<ol>\n{links}\n</ol>\n", aria_labelledby="contents")


def _section(section: Section, number: int, page: Page) -> str:
    count = element("span", str(number), class_="count")
    title = element("h2", f"{count} {escaped(section.title)}", id=f"section-{number}")
    return element("section", f"\n{title}\n{blocks(section.blocks, page)}\n")


def _numbers(document: Document) -> list[int]:
    """The numbers of all equations of a document."""
    return [n for section in document.sections for block in section.blocks for n in _numbers_of(block)]


def _numbers_of(block: Block) -> list[int]:
    match block:
        case Display(_, int(number)):
            return [number]
        case Chain(_, lines):
            return [line.number for line in lines]
    return []
