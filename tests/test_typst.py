"""Documents as PDF: everything compiles, nothing sticks out, names stay names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from hand_made import N2, J, K, a1, delta2, entry, softmax_derivation
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Add, Expr

from backproof.networks import Options
from backproof.runs import derived
from codegen.documents import display as show
from codegen.documents import document, pdf
from codegen.documents.display import Node, Operator, Symbol, equation, number, row
from codegen.documents.document import (
    Algorithm,
    Block,
    Box,
    Chain,
    Code,
    Display,
    Document,
    Figure,
    Heading,
    Line,
    Paragraph,
    Section,
    Table,
)
from codegen.documents.drawing import TONES, Arrow, Disc, Drawing, Label
from codegen.documents.pdf import document_pdf, pdf_bytes
from codegen.documents.typeset import typeset
from codegen.documents.typst import typst_math
from codegen.documents.typst_document import typst_document
from codegen.documents.typst_drawing import typst_drawing
from codegen.documents.typst_text import escape, typst_words
from derive import Model, backpropagate
from derive.errors import BackproofError, InputError
from derive.terms import total

typst = pytest.importorskip("typst", reason="the package typst is not installed")
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
needs_chinese = pytest.mark.skipif(find_spec(pdf.CHINESE_PACKAGE) is None, reason="the Chinese font is not installed")

MODELS = Path(__file__).parent.parent / "examples" / "models"
PAGE, MARGIN, OVERHANG = 595.28, 67.6, 3.0
X = Symbol("x")
NODES: tuple[Node, ...] = (
    X,
    *(Symbol(text, style) for text in ("W", "delta", "Delta", "price", "1") for style in ("italic", "upright", "bold")),
    Symbol("1", "indicator"), Symbol("exp", "function"), Symbol("gelu", "function"),
    show.Scripts(Symbol("sigma"), X, row(Operator("(", "punctuation"), number(1), Operator(")", "punctuation")), 2),
    show.Scripts(Symbol("price", "upright"), X, Operator("⊤", "punctuation")),
    *(show.Fraction(X, number(2), style) for style in ("display", "small", "slash")),
    show.Row((Symbol("price", "upright"), show.Space("product"), Symbol("fee", "upright"), show.Space("thin"), X)),
    *(row(X, show.Space(kind), X) for kind in ("product", "thin", "quad", "function")),
    *(row(X, Operator(sign), X) for sign in "+−=>⊙⊤·←→…∈×≠≥<≤♣"), row(Operator("−", "prefix"), X),
    row(X, Operator(":=", "relation"), X), row(Operator("∂", "prefix"), X), row(X, Operator(",", "punctuation"), X),
    *(show.Delimiter(text, text in "([", size) for text in "()[]|" for size in range(4)),
    *(show.Group(show.Fraction(X, X), kind, size) for kind in ("()", "[]", "||") for size in range(4)),
    *(row(show.BigOperator(kind, equation(X, number(1)), Symbol("n")), X) for kind in ("sum", "prod")),
    show.Root(X), show.Text("ij,jk → ik"), show.BigOperator("sum", X, X), show.Space("thin"), Operator("+"),
)  # fmt: skip
DISCS = tuple(Disc(3.0 * n + 2, 2, 1, (X,), tone) for n, tone in enumerate(TONES))
DRAWING = Drawing(
    21,
    8,
    (
        *DISCS,
        Arrow((2, 3), (5, 7)),
        Arrow((2, 3), (8, 7), ("w ", X), 0.3, "strong", True),
        *(Label(10, 6, ("in (1)",), anchor) for anchor in ("start", "middle", "end")),
    ),
)
BLOCKS: tuple[Block, ...] = (
    Paragraph(("It is ", X, " by (7).")),
    Heading(("The error term ", X)),
    Display(equation(X, X), 7),
    Display(X),
    Chain(X, (Line(X, ("by (7)",), True, 8), Line(X, ("since ", X), False, 9))),
    Table((("a",), ("b",)), (((X,), ("c",)),)),
    Box(("Results",), (equation(X, X), X)),
    Algorithm(("Steps",), ((0, ("repeat",)), (1, ("set ", X)))),
    Figure(DRAWING, ("The network ", X), "units and arrows"),
    Code("def f(x):\n\n    return 'x'  # δ\n"),
)


def of(*blocks: Block, title: str = "T") -> Document:
    return Document(title, (), (Section("S", blocks),))


def chain(*rights: Expr) -> Chain:
    return Chain(typeset(delta2), tuple(Line(typeset(right), ("why",), True, n) for n, right in enumerate(rights, 1)))


def long_sum(terms: int) -> Expr:
    return Add(*(entry(f"a{n}", J) * total(entry(f"W{n}", K, J), (K, N2)) for n in range(1, terms + 1)))


def texts_of(made: bytes, *options: str) -> str:
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=made, capture_output=True, timeout=30, check=True).stdout.decode()


def sticking_out(source: str) -> list[str]:
    """The words of the PDF that do not lie between the margins."""
    words = re.findall(r'<word xMin="(.*?)" .*? xMax="(.*?)" .*?>(.*?)</word>', texts_of(pdf_bytes(source), "-bbox"))
    assert words
    return [w for left, right, w in words if not MARGIN - 0.1 < float(left) < float(right) < PAGE - MARGIN + OVERHANG]


def shrunk(source: str) -> list[float]:
    """How much each formula that no break made narrow enough was made smaller."""
    return json.loads(typst.query(source.encode(), "<shrunk>", field="value", ignore_system_fonts=True))


@cache
def example(name: str) -> Document:
    """The document of a model in the folder of examples."""
    if name == "any depth":
        return document(derived("n0-...-nL", Options()))
    if name == "by hand":
        return document(softmax_derivation())
    return document(backpropagate(Model.parse((MODELS / f"{name}.eq").read_text(encoding="utf-8"))))


def test_every_node_is_known() -> None:
    assert {type(node) for node in NODES} >= set(Node.__subclasses__())
    pdf_bytes(typst_document(of(*(Display(node) for node in NODES))))


def test_every_block_is_known() -> None:
    assert {type(block) for block in BLOCKS} >= set(Block.__subclasses__())
    document_pdf(of(*BLOCKS))


def test_what_is_unknown_is_refused() -> None:
    class Other(Node, Block):
        pass

    with pytest.raises(TypeError, match="Other"):
        typst_math(Other())
    with pytest.raises(TypeError, match="Other"):
        typst_document(of(Other()))
    with pytest.raises(TypeError, match="Other"):
        typst_drawing(Drawing(1, 1, (Other(),)))


@pytest.mark.parametrize(
    ("node", "source"),
    [
        (show.Fraction(X, number(2), "slash"), "x slash 2"),
        (typeset(a1), r"a_j^(\(1\))"),
        (row(Symbol("price", "upright"), show.Space("product"), Symbol("fee", "upright")), '"price"thin"fee"'),
        (row(Operator("∂", "prefix"), Symbol("Wq", "bold")), 'partial#bf("Wq")'),
        (row(Symbol("1", "indicator"), show.Group(equation(Symbol("k"), Symbol("j")), "[]", 0)), r"bb(1) \[k = j\]"),
    ],
)
def test_formulas(node: Node, source: str) -> None:
    assert typst_math(node) == source


@needs_poppler
@pytest.mark.parametrize("name", ["by hand", "any depth", "attention", "lstm", "rnn3", "batch_norm"])
def test_nothing_sticks_out(name: str) -> None:
    source = typst_document(example(name))
    assert not sticking_out(source) and not shrunk(source)


@needs_poppler
def test_wide_formulas_stay_within_the_text() -> None:
    rights = [long_sum(n) for n in (2, 3, 4, 6, 9, 14)] + [long_sum(8) * a1]
    wide = equation(Symbol("C"), typeset(long_sum(12)))
    sides = equation(typeset(long_sum(3)), X), wide, equation(typeset(long_sum(9)), typeset(long_sum(9)))
    blocks = (
        chain(*rights),
        Box(("Wide",), (wide,) * 9),
        Box(("Sides",), sides),
        Display(wide, 99),
        Paragraph(("where ", wide)),
    )
    source = typst_document(of(*blocks))
    assert not sticking_out(source) and not shrunk(source)


@needs_poppler
def test_what_cannot_be_broken_is_made_smaller() -> None:
    word = Symbol("a" * 120, "upright")
    blocks = (Display(word), Chain(X, (Line(word, ("why",), True, 1),)), Box(("Wide",), (equation(X, word),)))
    source = typst_document(of(*blocks))
    assert not sticking_out(source) and len(shrunk(source)) == 3
    assert sticking_out(source.replace("if part >= 1 {", "if true {"))


@needs_poppler
def test_code_is_neither_cut_nor_changed() -> None:
    code = "x = 1  # " + "a_long_name " * 30 + "\n\n" + "y" * 400 + "\n"
    source = typst_document(of(Code(code * 9)))
    assert not sticking_out(source)
    assert "".join((code * 9).split()) in "".join(re.sub(r"\n\d+\n*\f", "", texts_of(pdf_bytes(source))).split())


def test_the_same_bytes_every_time() -> None:
    source = typst_document(example("by hand"))
    assert pdf_bytes(source) == pdf_bytes(source)


def test_title_language_and_standard_are_told() -> None:
    made = document_pdf(of(*BLOCKS, title="A #title"))
    assert b">A #title</rdf:li>" in made and b"<rdf:li>en</rdf:li>" in made and b"<pdfuaid:part>1<" in made


def test_every_formula_is_told_in_words() -> None:
    source = typst_document(example("by hand"))
    assert r'm("\\frac{\\partial C}{\\partial w_{ji}^{(1)}}", $frac(partial C, partial w_(j i)^(\(1\)))$)' in source
    with pytest.raises(typst.TypstError, match="missing alt text"):
        pdf_bytes(source + "\n$x$\n")


def test_references_link_to_the_lines_there_are() -> None:
    assert typst_words(("by (7), (8)",), {7}) == "by #link(<line-7>)[(7)];, (8)"
    assert typst_words(("by (", "7", ")"), {7}) == "by #link(<line-7>)[(7)];"
    twice = Display(X, 7), Display(X, 7), Paragraph(("by (7)",))
    assert "#link" not in typst_document(of(*twice))
    document_pdf(of(*twice))


def test_an_unproved_line_has_no_tick() -> None:
    sure = chain(a1, delta2)
    doubtful = replace(sure, lines=(replace(sure.lines[0], checked=False), *sure.lines[1:]))
    counts = [typst_document(of(block)).count("checked: true") for block in (sure, doubtful)]
    assert counts == [2, 1]


def test_a_paragraph_stays_with_the_formula_it_leads_to() -> None:
    words = Paragraph(("for which",))
    assert "#leading[for which]" in typst_document(of(words, Display(X)))
    assert "#leading[" not in typst_document(of(Display(X), words, words))


LETTERS = st.characters(codec="latin-1", categories=["L", "N", "P", "Sm", "Sc", "So"]) | st.sampled_from("δσΔ−→∑^` ")
"""Without marks such as ¨, which pdftotext puts on the letter before."""
NAMES = st.text(LETTERS, min_size=1, max_size=25).filter(str.strip) | st.sampled_from(
    [
        '#panic("x")',
        '")',
        "$",
        "\\",
        "@x",
        "*/",
        "//",
        "= x",
        "- x",
        "1. x",
        "]",
        "`",
        "<a>",
        "~",
        "--",
        "...",
        "\\u{41}",
    ]
)


def letters_of(text: str) -> str:
    return "".join(text.replace("'", "’").split())


@needs_poppler
@given(NAMES)
@settings(max_examples=30, deadline=None)
def test_text_is_taken_word_for_word(name: str) -> None:
    words = (f"{name} and x{name}",)
    blocks = (Paragraph(words), Table((words,), ((words,),)), Algorithm(words, ((0, words),)), Code(words[0]))
    found = texts_of(document_pdf(of(*blocks, Display(show.Text(name)), title=name)), "-raw")
    assert letters_of(found).count(letters_of(words[0])) == 6


@given(NAMES, st.sampled_from(["italic", "upright", "function", "bold"]))
@settings(max_examples=30, deadline=None)
def test_names_are_no_commands(name: str, style: str) -> None:
    symbol = Symbol(f"{name}x", style)
    formulas = (symbol, show.Scripts(symbol, symbol, symbol, 1), row(symbol, show.Group(symbol, "()", 1), symbol))
    blocks = [Display(show.Fraction(formula, row(X, formula, X))) for formula in formulas]
    pdf_bytes(typst_document(of(*blocks, Code(name, name), Figure(DRAWING, (name, symbol), name))))


def test_escaping() -> None:
    assert escape("the cost's a_b. 1.5 #x") == r"the cost’s a\_b. 1\.5 \#x"
    assert escape("a...\nb") == r"a.\.\. b"


@needs_chinese
def test_chinese() -> None:
    made = document_pdf(of(*BLOCKS, Paragraph(("误差 ", X, "。")), title="反向传播"))
    assert "反向传播".encode() in made


@pytest.mark.parametrize(
    ("package", "title", "advice"),
    [(pdf.CHINESE_PACKAGE, "反向传播", "pip install pylopdf-fonts-zh-cn"), ("typst", "T", "pip install typst")],
)
def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, package: str, title: str, advice: str) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda name: None if name == package else find_spec(name))
    with pytest.raises(InputError, match=advice):
        document_pdf(of(title=title))


def test_letters_without_a_font_are_named() -> None:
    with pytest.raises(InputError, match="😀"):
        document_pdf(of(Paragraph(("😀",))))


def test_warnings_of_the_compiler_are_errors() -> None:
    with pytest.raises(BackproofError, match="unknown font"):
        pdf_bytes('#set document(title: "T")\n#set text(font: "No Such Font")\nx')


def pages(*blocks: Block) -> list[str]:
    """The words on each page; the blocks come after so much text that they stand at the foot of the first."""
    return texts_of(pdf_bytes(typst_document(of(*blocks)))).split("\f")


FILLED = range(30, 44)
"""Numbers of lines above: the foot of a page is met at some of them."""


@needs_poppler
def test_a_short_table_is_never_parted() -> None:
    table = Table((("name",), ("size",)), tuple(((f"cell{n}",), ("1",)) for n in range(6)))
    found = [[page.count("cell") for page in pages(*[Paragraph(("line",))] * lines, table)] for lines in FILLED]
    assert all(set(counts) <= {0, 6} for counts in found)
    assert found[0][0] == 6 and found[-1][0] == 0


@needs_poppler
def test_a_long_table_may_be_parted() -> None:
    table = Table((("name",), ("size",)), tuple(((f"cell{n}",), ("1",)) for n in range(60)))
    assert [page.count("cell") > 0 for page in pages(table)][:2] == [True, True]


@needs_poppler
def test_a_sentence_below_a_heading_stays_with_the_derivation_that_it_leads_to() -> None:
    led = (Paragraph(("sentence",)), Heading(("heading",)), chain(a1, a1 * 2))
    found = [pages(*[Paragraph(("line",))] * lines, *led) for lines in FILLED]
    assert all(("sentence" in page) == ("heading" in page) == ("why" in page) for made in found for page in made)
    assert "sentence" in found[0][0] and "sentence" not in found[-1][0]
