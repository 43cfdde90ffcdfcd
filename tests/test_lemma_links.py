"""A lemma that the text of a document names is a link to it, in every form that has links."""

from __future__ import annotations

import re
import shutil

import pytest

from codegen.documents import document, html_document, latex_document, markdown_document, terminal_document
from codegen.documents.display import Symbol
from codegen.documents.document import Chain, Document, Heading, Line, Paragraph, Section, lemmas_of
from codegen.documents.html_text import Page, running
from codegen.documents.html_words import page_words
from codegen.documents.pdf import pdf_bytes
from codegen.documents.tex_pdf import pdf_by_tex
from codegen.documents.texts import LANGUAGES
from codegen.documents.typst_document import typst_document
from codegen.documents.typst_text import typst_words
from codegen.documents.words import Reference
from derive import MLP, backpropagate

TWO = Reference("Lemma 2", 2)


@pytest.fixture(scope="module", params=sorted(LANGUAGES))
def shown(request):
    """A document with two lemmas, and how it names them."""
    made = document(backpropagate(MLP([2, 3, 2])), language=request.param)
    say = LANGUAGES[request.param].plain
    return made, [say("lemma", number=str(number)) for number in (1, 2)]


def references(made: Document) -> list[Reference]:
    """All references in the text, in order."""
    blocks = [block for section in made.sections for block in section.blocks]
    words = [word for b in blocks if isinstance(b, Paragraph) for word in b.words]
    words += [word for b in blocks if isinstance(b, Chain) for line in b.lines for word in line.reason]
    return [word for word in words if isinstance(word, Reference)]


def test_the_text_refers_to_every_lemma_there_is(shown):
    made, names = shown
    assert lemmas_of(made) == {1, 2} == {reference.lemma for reference in references(made)}
    assert {str(reference) for reference in references(made)} == set(names)


def test_a_page_links_to_the_lemmas(shown):
    made, names = shown
    page = html_document(made)
    for number, name in enumerate(names, 1):
        assert f'<a href="#lemma-{number}">{name}</a>' in page
        assert page.count(f'<h3 id="lemma-{number}">{name}') == 1


def test_a_pdf_links_to_the_lemmas(shown):
    made, names = shown
    source = typst_document(made)
    for number, name in enumerate(names, 1):
        assert f"#link(<lemma-{number}>)[{name}];" in source
        assert re.search(rf"#heading\(level: 2\)\[{name}.*\] <lemma-{number}>\n", source)
    assert {b"lemma-1", b"lemma-2"} <= set(re.findall(rb"lemma-\d", pdf_bytes(source)))


def test_latex_links_to_the_lemmas(shown):
    made, names = shown
    for source in (latex_document(made), latex_document(made, fragment=True)):
        for number, name in enumerate(names, 1):
            assert rf"\lemmalink{{{number}}}{{{name}}}" in source
            assert rf"\lemmaplace{{{number}}}\textbf{{{name}" in source
        assert r"\providecommand{\lemmalink}" in source and r"\providecommand{\lemmaplace}" in source
    assert "hyperref" not in source


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX is installed")
def test_latex_compiles_with_hyperref_and_without():
    source = latex_document(document(backpropagate(MLP([2, 3, 2]))))
    linked, plain = (pdf_by_tex(text) for text in (source, source.replace("{hyperref.sty}", "{none such.sty}")))
    assert b"/Link" in linked or b"/ObjStm" in linked
    assert b"/Link" not in plain and len(plain) < len(linked)


def test_other_forms_show_the_same_text(shown):
    made, names = shown
    assert all(name in text for name in names for text in (terminal_document(made), markdown_document(made)))


def test_a_reference_without_its_lemma_is_text():
    page = Page(page_words("en"), frozenset({7}), frozenset({2}))
    words = ("by (7), ", TWO, " and ", Reference("Lemma 3", 3), ".")
    assert running(words, page) == ('by (<a href="#eq-7">7</a>), <a href="#lemma-2">Lemma 2</a> and Lemma 3.')
    assert typst_words(words, {7}, lemmas={2}) == "by #link(<line-7>)[(7)];, #link(<lemma-2>)[Lemma 2]; and Lemma 3\\."


def test_a_lemma_that_stands_there_twice_is_no_target():
    x = Symbol("x")
    lemma = Heading((TWO,), 2), Chain(x, (Line(x, (TWO,), True, 1),))
    twice = Document("Twice", (), (Section("S", (*lemma, *lemma)),))
    assert lemmas_of(twice) == frozenset()
    assert "#link(<lemma" not in typst_document(twice) and 'href="#lemma' not in html_document(twice)
    pdf_bytes(typst_document(twice))


def test_documents_without_lemmas_need_no_links():
    assert "lemma" not in latex_document(document(backpropagate(MLP([2, 1], output="identity"))))


def test_a_reference_is_text_with_a_number():
    assert TWO == "Lemma 2" and TWO.lemma == 2 and f"{TWO}" == "Lemma 2"
