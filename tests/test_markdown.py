"""A document as Markdown: every block, formulas untouched by Markdown, nothing but text from names."""

from __future__ import annotations

import re

import pytest
from document_samples import nodes, sample
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.documents.display import Symbol
from codegen.documents.document import Block, Code, Document, Paragraph, Section
from codegen.documents.latex import latex_math
from codegen.documents.markdown_document import markdown_document
from codegen.documents.markdown_text import flowed, safe_math

markdown_it = pytest.importorskip("markdown_it")

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=15) | st.text(
    "\\`*_{}[]<>()#+-.!|$&~= \n1a", max_size=15
)


def tokens(source: str) -> list:
    """All tokens, those within lines too, as a reader that knows nothing of formulas sees them."""
    found = markdown_it.MarkdownIt("gfm-like", {"linkify": False}).disable("linkify").parse(source)
    return [inner for token in found for inner in (token, *(token.children or ()))]


def kinds(source: str) -> set[str]:
    return {token.type for token in tokens(source)}


def only(*blocks: Block) -> str:
    return markdown_document(Document("t", (), (Section("s", blocks),)))


def test_every_block_is_written():
    assert {type(b) for s in sample().sections for b in s.blocks} == set(Block.__subclasses__())
    assert markdown_document(sample()) == markdown_document(sample())


def test_an_unknown_block_is_an_error():
    class Strange(Block):
        pass

    with pytest.raises(TypeError, match="Strange is not known to the Markdown writer"):
        only(Strange())


def test_no_markdown_is_seen_within_formulas():
    seen = kinds(markdown_document(sample()))
    assert not {kind for kind in seen if kind.startswith(("em_", "strong", "s_open", "link", "html"))} - {
        "em_open",
        "em_close",
    }
    for node in nodes():
        line = only(Paragraph(("by ", node, " and ", node, ", ", node, ".")))
        assert kinds(line) <= {"heading_open", "heading_close", "inline", "text", "paragraph_open", "paragraph_close"}


def test_formulas_come_through_as_they_are():
    """What a reader of Markdown leaves of a formula is what was written, and it is balanced."""
    for node in nodes():
        written = safe_math(latex_math(node))
        text = "".join(t.content for t in tokens(f"so ${written}$ holds") if t.type in ("text", "text_special"))
        assert f"${written}$" in text
        assert not re.search(r"\\[^A-Za-z ]", written)
        assert written.count("{") == written.count("}")


def test_an_underscore_left_alone_would_be_emphasis():
    assert "em_open" in kinds(r"$\mathbf{x}_{i}$ and $\mathbf{y}_{i}$")
    first, second = safe_math(r"\mathbf{x}_{i}"), safe_math("a_{i}")
    assert "em_open" not in kinds(f"${first}$ and ${second}$")


@given(NAMES)
@settings(max_examples=100, deadline=None)
def test_text_is_nothing_but_text(name):
    found = tokens(flowed((name,)))
    assert {t.type for t in found} <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}
    wanted = " ".join(re.sub("[\\s\x00-\x1f\x7f-\x9f]+", " ", name).split())
    assert " ".join("".join(t.content for t in found if t.type.startswith("text")).split()) == wanted


@given(NAMES)
@settings(max_examples=15, deadline=None)
def test_names_do_not_change_what_a_document_is_made_of(name):
    plain = [t.type for t in markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(only(Code("x")))]
    assert [t.type for t in markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(only(Code(name)))] == plain
    assert not {
        kind for kind in kinds(markdown_document(sample(name or "x"))) if kind.startswith(("html", "link", "image"))
    }


def test_code_comes_through_word_for_word():
    text = "```\nx = '````'\n```"
    (fence,) = (t for t in tokens(only(Code(text))) if t.type == "fence")
    assert fence.content == text + "\n"


def test_formulas_side_by_side_are_one():
    assert flowed((Symbol("a"), Symbol("b"), " c")) == r"$a \thinspace b$ c"
