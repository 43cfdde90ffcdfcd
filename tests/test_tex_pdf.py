"""PDFs by an installed TeX: the same bytes twice, errors in one line, nothing run from the source."""

from __future__ import annotations

import shutil

import pytest

from codegen.documents import document, latex_document
from codegen.documents.tex_pdf import ENGINES, first_error, pdf_by_tex
from derive import MLP, backpropagate
from derive.errors import InputError

with_tex = pytest.mark.skipif(not any(map(shutil.which, ENGINES)), reason="needs latexmk or pdflatex")
PAGE = "\\documentclass{article}\\begin{document}%s\\end{document}"


@with_tex
def test_a_derivation_becomes_a_pdf_the_same_twice():
    source = latex_document(document(backpropagate(MLP([2, 3, 1], output="identity"))))
    pdf = pdf_by_tex(source)
    assert pdf.startswith(b"%PDF-") and pdf == pdf_by_tex(source)


@with_tex
def test_the_first_error_is_one_line_with_its_place():
    with pytest.raises(InputError, match=r"^(latexmk|pdflatex): Undefined control sequence \(l\.1\)$"):
        pdf_by_tex(PAGE % "\\nothing")


@with_tex
def test_the_source_runs_no_command(tmp_path):
    target = tmp_path / "made"
    try:
        pdf_by_tex(PAGE % f"x\\immediate\\write18{{touch {target}}}")
    except InputError:
        pass
    assert not target.exists()


def test_without_tex_one_line_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(InputError, match="needs latexmk or pdflatex, and neither is installed"):
        pdf_by_tex(PAGE % "x")


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("a\n! Missing $ inserted.\n<x>\nl.12 a_b\n! Other.\n", "Missing $ inserted (l.12)"),
        ("! Emergency stop.\n", "Emergency stop."),
        ("nothing\n", "it failed and does not say why"),
    ],
)
def test_the_first_error_of_a_log(log, said):
    assert first_error(log) == said
