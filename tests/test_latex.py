"""Documents in LaTeX: they compile, nothing sticks out, nothing but standard packages is needed."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hand_made import N2, PROVED, J, K, a1, delta2, entry, softmax_derivation
from sympy import Add, Expr

from backproof.sections import extra_sections
from codegen.documents import Code, Document, Paragraph, Section, Table, document, latex, latex_document
from codegen.documents.document import Box, Chain, Display, Line
from codegen.documents.latex import escape
from codegen.documents.latex_document import _within
from codegen.documents.typeset import typeset
from derive import Model, backpropagate
from derive.backward.steps import Step
from derive.terms import total

needs_pdflatex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
NEEDED = {"amsmath", "bm", "lmodern", "fontenc"}
USED_IF_THERE = {"amssymb", "tikz", "hyperref"}


def compiled(source: str, folder: Path) -> str:
    """The log of pdflatex, run once without shell escape; fails where no PDF came out."""
    (folder / "page.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"]
    run = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    log = (folder / "page.log").read_text(encoding="latin-1")
    assert run.returncode == 0 and (folder / "page.pdf").exists(), log[-2000:]
    return log


def overfull(log: str) -> list[float]:
    """How far each overfull line sticks out, in points."""
    return [float(points) for points in re.findall(r"Overfull \\[hv]box \(([\d.]+)pt", log)]


def chain(*rights: Expr, reason: str = "by a rule") -> Chain:
    lines = tuple(Line(typeset(right), (reason,), True, n) for n, right in enumerate(rights, 1))
    return Chain(typeset(delta2), lines)


def long_sum(terms: int) -> Expr:
    return Add(*(entry(f"a{n}", J) * total(entry(f"W{n}", K, J), (K, N2)) for n in range(1, terms + 1)))


@needs_pdflatex
def test_the_derivation_compiles_and_nothing_sticks_out(tmp_path: Path) -> None:
    log = compiled(latex(softmax_derivation()), tmp_path)
    assert all(points <= 2 for points in overfull(log))
    assert "undefined" not in log


@needs_pdflatex
def test_wide_formulas_stay_within_the_text(tmp_path: Path) -> None:
    rights = [long_sum(n) for n in (2, 3, 4, 6, 9, 14)] + [long_sum(8) * a1]
    blocks = (chain(*rights), Box(("Wide",), (typeset(long_sum(9)),)), Display(typeset(long_sum(12)), 99))
    log = compiled(latex_document(Document("Wide", (), (Section("Wide", blocks),))), tmp_path)
    assert all(points <= 2 for points in overfull(log))


@needs_pdflatex
def test_text_tables_and_code_are_taken_word_for_word(tmp_path: Path) -> None:
    words = "100 % of {x}_1 & #2 ~ \\ ^ $ with σ"
    table = Table((("what",), ("error",)), ((("W1",), ("1e-12",)),))
    section = Section(words, (Paragraph((words,)), table, Code("# σ'(z) = a (1 - a)\nz = W @ x\n")))
    compiled(latex_document(Document(words, (), (section,))), tmp_path)


@needs_pdflatex
def test_a_fragment_goes_into_a_document_of_ones_own(tmp_path: Path) -> None:
    packages = r"\documentclass{article}\usepackage{amsmath,bm,lmodern}\textwidth160mm"
    fragment = latex(softmax_derivation(), fragment=True)
    assert "documentclass" not in fragment and "usepackage" not in fragment
    compiled(packages + "\\begin{document}\n" + fragment + "\\end{document}\n", tmp_path)


def test_only_standard_packages() -> None:
    source = latex(softmax_derivation())
    named = re.findall(r"(\\IfFileExists\{\w+\.sty\}\{)?\\usepackage(?:\[[^]]*\])?\{([^}]*)\}", source)
    assert {name for condition, name in named if not condition} == NEEDED
    assert {name for condition, name in named if condition} <= USED_IF_THERE
    assert r"\IfFileExists{amssymb.sty}{\usepackage{amssymb}}{}" in source


def test_a_wide_line_has_its_reason_below() -> None:
    source = latex_document(Document("", (), (Section("", (chain(a1, long_sum(9)),)),)))
    assert source.count("\n\\proofline") == 1 and source.count("\n\\reasonline") == 1


def test_an_unproved_line_has_no_tick() -> None:
    derivation = softmax_derivation()
    doubtful = replace(derivation.results[0].steps[0], proof=replace(PROVED, status="undecided"))
    changed = replace(derivation.results[0], steps=(doubtful, *derivation.results[0].steps[1:]))
    ticks = latex(derivation).count(r"\tick\ ")
    assert latex(replace(derivation, results=(changed, *derivation.results[1:]))).count(r"\tick\ ") == ticks - 1


def test_numbers_of_equations_are_unique() -> None:
    source = latex(softmax_derivation())
    numbers = re.findall(r"\\tag\{(\d+)\}", source) + re.findall(r"\\tick\\ \((\d+)\)", source)
    assert len(numbers) == len(set(numbers)) > 20


def test_braces_and_sized_brackets_close() -> None:
    source = latex(softmax_derivation())
    assert source.count("{") == source.count("}")
    for size in ("big", "Big", "bigg"):
        assert source.count(rf"\{size}l") == source.count(rf"\{size}r")


def test_a_step_prints_as_an_equation() -> None:
    step = Step("simplify", delta2, a1, PROVED)
    assert latex(step) == r"\delta_k^{(2)} = a_j^{(1)}"
    assert latex(softmax_derivation().result("W1")).startswith(r"\frac{\partial C}{\partial w_{ji}^{(1)}} = ")


def test_escaping() -> None:
    assert escape("50% a_b {c}") == r"50\% a\_b \{c\}"


def test_the_document_can_carry_further_sections() -> None:
    section = Section("Numerical check", (Paragraph(("all agree",)),))
    assert latex_document(document(softmax_derivation(), extra=(section,))).count("all agree") == 1


def test_the_first_line_of_a_derivation_stays_with_the_next() -> None:
    two = latex_document(Document("", (), (Section("", (chain(a1, delta2),)),)), fragment=True)
    one = latex_document(Document("", (), (Section("", (chain(a1),)),)), fragment=True)
    assert two.count("\\nopagebreak\n\\proofline") == 1 and "\\nopagebreak\n\\proofline" not in one
    assert not one.rstrip().endswith(r"\nopagebreak")


def test_long_boxes_are_split_evenly() -> None:
    source = latex_document(Document("", (), (Section("", (Box(("Ten",), (typeset(a1),) * 10),)),)))
    assert [part.count("&") for part in source.split(r"\fbox{")[1:]] == [5, 5]


LAYER = """data x
param V, c
z[j] = sum(i, W[j,i]*x[i]) + b[j]
g[j] = sum(i, V[j,i]*x[i]) + c[j]
h[j] = z[j]*sigmoid(g[j])
output h"""


def whole(fragment: bool) -> str:
    """The LaTeX of a layer with its program."""
    derivation = backpropagate(Model.parse(LAYER))
    made = document(derivation, extra=extra_sections(derivation, "en"))
    return latex_document(made, fragment=fragment)


@needs_pdflatex
@pytest.mark.parametrize("size", ["10pt", "11pt", "12pt"])
def test_a_fragment_fits_the_width_of_an_article(size: str, tmp_path: Path) -> None:
    packages = f"\\documentclass[{size}]{{article}}\n\\usepackage{{amsmath,bm}}\n"
    log = compiled(packages + "\\begin{document}\n" + whole(True) + "\\end{document}\n", tmp_path)
    assert all(points <= 2 for points in overfull(log))


@needs_pdflatex
def test_what_is_written_for_a_page_is_too_wide_for_an_article(tmp_path: Path) -> None:
    body = whole(False).split(r"\begin{document}")[1]
    macros = whole(True).split(r"\section")[0]
    log = compiled(
        "\\documentclass{article}\n\\usepackage{amsmath,bm}\n" + macros + "\\begin{document}\n" + body, tmp_path
    )
    assert any(points > 2 for points in overfull(log))


@pytest.mark.parametrize("columns", [30, 50, 84])
def test_program_text_is_broken_where_it_still_runs(columns: int) -> None:
    code = (
        "def f(a, b, c):\n    # above\n\n    total = (a + b) * (b + c) * (c + a) - a * b * c  # a long comment on it\n"
        "    return total"
    )
    shown = _within(code, columns)
    assert max(map(len, shown.splitlines())) <= columns
    assert ast.dump(ast.parse(shown)) == ast.dump(ast.parse(code))
    assert _within(code, 200) == code
