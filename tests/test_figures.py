"""Figures: nothing overlaps, all lies within the drawing, and the writers print what was drawn."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from functools import cache
from itertools import combinations
from math import hypot
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.documents import document, latex_document, terminal_document
from codegen.documents.author_notation import STYLES, author_notation
from codegen.documents.context import Context
from codegen.documents.depth_parts import parts_of
from codegen.documents.document import Document, Figure, Section
from codegen.documents.drawing import Arrow, Disc, Drawing, Item, Label
from codegen.documents.figure_chain import chain_of
from codegen.documents.figure_depth import depth_network_figure
from codegen.documents.figure_pieces import HALF_LINE, box, words_width
from codegen.documents.figures import backward_figure, credit_figure, network_figure
from codegen.documents.latex import latex_math
from codegen.documents.notation import notation_for
from codegen.documents.terminal_drawing import COLUMNS, one_line, terminal_drawing
from codegen.documents.texts import LANGUAGES
from derive.backward.backprop import backpropagate
from derive.backward.depth import induction
from derive.backward.steps import Derivation, Result
from derive.forward.any_depth import any_depth
from derive.forward.network import MLP
from derive.records import Model, Proof
from derive.terms import element, index, total

ROOT = Path(__file__).parent.parent
PROVED = Proof("proved", "by hand")
MODELS = sorted((ROOT / "examples").rglob("*.eq"))
NETWORKS: dict[str, Model] = {
    "2-2-1": MLP("2-2-1", output="sigmoid", cost="half-sse"),
    "4-3-5": MLP("4-3-5"),
    "20-16-12-8-5": MLP("20-16-12-8-5", "relu"),
    "3-6-2": MLP("3-6-2", "tanh", "identity", "half-sse", l2="lambda"),
    "n0-n1-n2": MLP("n0-n1-n2"),
    "no bias": MLP("3-2-2", bias=False),
    "long names": MLP("pixels-hiddenunits-classes", ["leaky_relu"]),
}


def context_of(derivation: Derivation, author: str | None = None, language: str = "en") -> Context:
    model = derivation.model
    notation = author_notation(model, author) if author else notation_for(model, [r.right for r in derivation.results])
    return Context(derivation, notation, LANGUAGES[language])


@cache
def derived(model: str) -> Derivation:
    return backpropagate(NETWORKS[model] if model in NETWORKS else Model.parse((ROOT / model).read_text("utf-8")))


def underived(model: Model) -> Derivation:
    """A derivation of a chain with the results that figures read, as they are known to be, and no steps."""
    results = []
    layers = chain_of(model)
    for n in range(1, len(layers) + 1):
        unit = element(f"delta{n}", index("j"))
        results.append(Result(f"delta{n}", f"z{n}", "delta", unit, element(f"a{n}", index("j")) - 1, {}, ()))
        if n < len(layers):
            above = layers[n]
            body = element(f"W{n + 1}", index("k"), index("j")) * element(f"delta{n + 1}", index("k"))
            right, left = total(body, (index("k"), above.width)), element(f"dC/da{n}", index("j"))
            results.append(Result(f"dC/da{n}", f"a{n}", "cotangent", left, right, {}, ()))
    return Derivation(model, tuple(results), (), PROVED)


def figures_of(context: Context) -> list[Figure]:
    credits = [credit_figure(context, result) for result in context.derivation.results]
    return [f for f in (network_figure(context), backward_figure(context), *credits) if f is not None]


def discs(drawing: Drawing) -> list[Disc]:
    return [item for item in drawing.items if isinstance(item, Disc)]


def labels(drawing: Drawing) -> list[Label]:
    return [item for item in drawing.items if isinstance(item, Label)]


def faults(drawing: Drawing) -> list[str]:
    """What overlaps, and what lies outside."""
    found = []
    for item in drawing.items:
        left, top, right, bottom = box(item)
        if min(left, top) < 0 or right > drawing.width or bottom > drawing.height:
            found.append(f"outside: {item}")
    for one, other in combinations(discs(drawing), 2):
        if hypot(one.x - other.x, one.y - other.y) < one.radius + other.radius:
            found.append(f"discs: {one} {other}")
    for disc in discs(drawing):
        if disc.words and words_width(disc.words) > 2 * disc.radius:
            found.append(f"too small: {disc}")
    for label in labels(drawing):
        found += [f"label and disc: {label} {disc}" for disc in discs(drawing) if _reaches(disc, box(label))]
    for one, other in combinations(labels(drawing), 2):
        if _overlap(box(one), box(other)):
            found.append(f"labels: {one} {other}")
    return found


def _overlap(one: tuple, other: tuple) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _reaches(disc: Disc, around: tuple) -> bool:
    x, y = min(max(disc.x, around[0]), around[2]), min(max(disc.y, around[1]), around[3])
    return hypot(disc.x - x, disc.y - y) < disc.radius - 1e-6


def crossings(drawing: Drawing) -> list[tuple[Item, Item]]:
    """Arrows that run through a disc they do not belong to, or through the middle of a label."""
    found: list[tuple[Item, Item]] = []
    for arrow in drawing.items:
        if isinstance(arrow, Arrow):
            places = _between(arrow)
            for disc in discs(drawing):
                if any(hypot(x - disc.x, y - disc.y) < 0.95 * disc.radius for x, y in places):
                    found.append((arrow, disc))
            for label in labels(drawing):
                left, top, right, bottom = box(label)
                if any(left + 0.2 < x < right - 0.2 and top + 0.25 < y < bottom - 0.25 for x, y in places):
                    found.append((arrow, label))
    return found


def _between(arrow: Arrow) -> list[tuple[float, float]]:
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    return [(x0 + (x1 - x0) * n / 60, y0 + (y1 - y0) * n / 60) for n in range(61)]


def said_in(figure: Figure) -> str:
    """All words of a figure, formulas as LaTeX."""
    parts = [figure.caption, *(item.words for item in figure.drawing.items)]
    return " ".join("".join(w if isinstance(w, str) else latex_math(w) for w in words) for words in parts)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_chain_has_three_figures_without_faults(name: str) -> None:
    figures = figures_of(context_of(derived(name)))
    assert len(figures) == 3
    for figure in figures:
        assert faults(figure.drawing) == []
        assert crossings(figure.drawing) == []
        assert figure.drawing.width <= 45.5 and figure.alt


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_any_model_has_figures_without_faults_or_none(path: Path) -> None:
    model = Model.parse(path.read_text("utf-8"))
    for figure in figures_of(context_of(Derivation(model, (), (), PROVED))):
        assert faults(figure.drawing) == []
        assert crossings(figure.drawing) == []
        assert figure.drawing.width <= 45.5 and figure.alt
        assert all(len(line) <= COLUMNS for line in terminal_drawing(figure.drawing).splitlines())


WIDTH = st.one_of(st.integers(1, 8), st.integers(1, 300), st.sampled_from(("n", "m", "hidden")))


@settings(deadline=None, max_examples=20)
@given(st.lists(WIDTH, min_size=2, max_size=13), st.sampled_from(("sigmoid", "relu", "leaky_relu", "identity", "f")))
def test_chains_of_any_widths_have_no_faults(widths: list[int | str], hidden: str) -> None:
    named = [f"{width}{n}" if isinstance(width, str) else width for n, width in enumerate(widths)]
    model = MLP(named, hidden, "sigmoid", "half-sse")
    figures = figures_of(context_of(underived(model)))
    assert len(figures) == (3 if len(widths) > 2 else 1)
    for figure in figures:
        assert faults(figure.drawing) == []
        assert figure.drawing.width <= 45.5
        assert [arrow for arrow, disc in crossings(figure.drawing) if isinstance(disc, Disc)] == []
        lines = terminal_drawing(figure.drawing).splitlines()
        assert max(map(len, lines)) <= COLUMNS


@pytest.mark.parametrize("author", STYLES)
@pytest.mark.parametrize("name", ["4-3-5", "2-2-1"])
def test_every_author_s_notation_can_be_drawn(author: str, name: str) -> None:
    for figure in figures_of(context_of(derived(name), author)):
        assert faults(figure.drawing) == []


def test_the_network_is_labelled_as_in_the_formulas() -> None:
    network, backward, credit = figures_of(context_of(derived("4-3-5")))
    assert all(
        text in said_in(network) for text in ("x_4", "a_3^{(1)}", "a_5^{(2)}", "w_{34}^{(1)}", "b_1^{(2)}", "softmax")
    )
    assert all(text in said_in(backward) for text in (r"\delta_3^{(1)}", "\\sigma'", "a_5^{(2)} - y_5", r"^{(2)\top}"))
    assert all(text in said_in(credit) for text in ("w_{5j}^{(2)}", r"\delta_5^{(2)}", r"\delta_j^{(1)}", r"\sum"))


def test_every_unit_of_a_narrow_network_is_joined_to_every_one_of_the_next_layer() -> None:
    network, backward, _ = figures_of(context_of(derived("4-3-5")))
    ends = {(a.start, a.end) for a in network.drawing.items if isinstance(a, Arrow) and a.start[0] < a.end[0]}
    assert len(ends) == 4 * 3 + 3 * 5 + 5
    assert all(a.start[0] > a.end[0] for a in backward.drawing.items if isinstance(a, Arrow))


def test_symbolic_widths_are_the_last_index() -> None:
    network = network_figure(context_of(derived("n0-n1-n2")))
    assert network is not None and "x_{n_0}" in said_in(network) and "w_{n_1, n_0}^{(1)}" in said_in(network)


def test_an_unusual_layer_is_drawn_as_a_graph() -> None:
    model = Model.parse("z1[j] = sum(i, W1[j,i]*x[i]) + x[j]\na1[j] = tanh(z1[j])\nC = sum(j, (a1[j] - y[j])^2)")
    context = context_of(Derivation(model, (), (), PROVED))
    figure = network_figure(context)
    assert context.notation.layered and chain_of(model) == ()
    assert figure is not None and figure.caption == context.texts.say("figure graph parameters")
    assert backward_figure(context) is None


def test_a_hidden_softmax_has_no_backward_network() -> None:
    model = MLP("3-4-4-2", ["softmax", "tanh"])
    assert backward_figure(context_of(underived(model))) is None
    assert network_figure(context_of(underived(model))) is not None


def test_a_long_list_of_equations_is_not_drawn() -> None:
    transformer = Model.parse((ROOT / "examples/models/transformer.eq").read_text("utf-8"))
    assert network_figure(context_of(Derivation(transformer, (), (), PROVED))) is None


def test_the_parameters_of_one_equation_stand_beside_it_and_shared_ones_are_drawn() -> None:
    def drawn(name: str) -> tuple[int, int]:
        model = Model.parse((ROOT / "examples/models" / name).read_text("utf-8"))
        figure = network_figure(context_of(Derivation(model, (), (), PROVED)))
        assert figure is not None
        return len(discs(figure.drawing)), len(labels(figure.drawing))

    assert drawn("lstm.eq") == (14, 4)
    assert drawn("rnn3.eq") == (14, 1)


def planted(drawing: Drawing, item: Item, changed: Item) -> Drawing:
    return replace(drawing, items=tuple(changed if other is item else other for other in drawing.items))


def test_the_checks_find_what_is_out_of_place() -> None:
    drawing = figures_of(context_of(derived("4-3-5")))[0].drawing
    disc, other, label = discs(drawing)[0], discs(drawing)[1], labels(drawing)[0]
    assert faults(planted(drawing, disc, replace(disc, x=-0.5)))
    assert faults(planted(drawing, disc, replace(disc, y=other.y - 1.5)))
    assert faults(planted(drawing, disc, replace(disc, radius=0.3)))
    assert faults(planted(drawing, label, replace(label, x=other.x, y=other.y)))
    assert faults(planted(drawing, label, replace(labels(drawing)[1], y=labels(drawing)[1].y + HALF_LINE)))
    assert faults(replace(drawing, height=drawing.height - 1))
    assert crossings(planted(drawing, disc, replace(disc, x=discs(drawing)[5].x - 3, y=discs(drawing)[5].y)))


def only_figures(name: str) -> Document:
    return Document("Figures", (), (Section("Figures", tuple(figures_of(context_of(derived(name))))),))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_terminal_shows_every_unit_within_its_columns(name: str) -> None:
    for figure in figures_of(context_of(derived(name))):
        lines = terminal_drawing(figure.drawing).splitlines()
        assert lines[0].strip() and lines[-1].strip() and max(map(len, lines)) <= COLUMNS
        for disc in discs(figure.drawing):
            assert not disc.words or any(f"({one_line(disc.words)})" in line for line in lines)
        for label in labels(figure.drawing):
            assert any(one_line(label.words) in line for line in lines)


def test_figures_stand_in_the_documents() -> None:
    made = document(derived("4-3-5"))
    titles = [section.title for section in made.sections for block in section.blocks if isinstance(block, Figure)]
    assert titles[:2] == ["The network", "Hidden layer 1"]
    assert "(x₁)" in terminal_document(made) and r"\begin{tikzpicture}" in latex_document(made)


def test_a_hidden_layer_of_a_network_of_any_depth_has_its_credit_figure() -> None:
    made = document(induction(any_depth()))
    figures = [block for section in made.sections for block in section.blocks if isinstance(block, Figure)]
    assert figures and any(r"\delta_k^{(l + 1)}" in said_in(figure) for figure in figures)
    assert all(faults(figure.drawing) == [] for figure in figures)


@pytest.mark.parametrize("bias", [True, False])
def test_a_network_of_any_depth_is_drawn_by_its_neighbouring_layers(bias: bool) -> None:
    figure = depth_network_figure(parts_of(induction(any_depth("f", bias=bias)), LANGUAGES["en"]))
    assert faults(figure.drawing) == [] and crossings(figure.drawing) == []
    assert all(
        text in said_in(figure) for text in ("x_{n_0}", "a_1^{(l - 1)}", "w_{n_l, n_{l - 1}}^{(l)}", "a_1^{(L)}")
    )
    assert ("b_1^{(l)}" in said_in(figure)) == bias


def test_a_document_without_figures_loads_no_tikz() -> None:
    assert "tikz" not in latex_document(Document("Nothing", (), (Section("Nothing", ()),)))


def compiled(source: str, folder: Path) -> str:
    """The words of the PDF that a LaTeX source becomes, and of what TeX said."""
    if not shutil.which("pdflatex") or not shutil.which("pdftotext"):
        pytest.skip("no pdflatex or no pdftotext here")
    (folder / "figures.tex").write_text(source, "utf-8")
    command = ("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "figures.tex")
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout[-2000:]
    shown = subprocess.run(("pdftotext", "figures.pdf", "-"), cwd=folder, capture_output=True, text=True, check=True)
    return made.stdout + shown.stdout


@pytest.mark.parametrize("name", ["4-3-5", "long names"])
def test_figures_compile_within_the_page(name: str, tmp_path: Path) -> None:
    shown = compiled(latex_document(only_figures(name)), tmp_path)
    assert "Overfull" not in shown and "The backward pass as a network" in shown


def test_without_tikz_the_words_stand_in_place_of_the_figure(tmp_path: Path) -> None:
    source = latex_document(only_figures("4-3-5")).replace("{tikz.sty}", "{not-there.sty}")
    assert "drawn as columns of units" in " ".join(compiled(source, tmp_path).split())
