"""Texts of notes: which formulas are found in them, and how they are judged in the light of one another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive import MLP, Model
from derive.errors import InputError
from derive.forward.claims import parse_equation
from derive.forward.language import ELEMENTARY
from derive.forward.plain import plain
from derive.judge.batched import result_with_records, with_records
from derive.judge.notes import Choices, Marked, Written, annotated, judge_notes, loose, model_of, read_notes
from derive.judge.notes.annotate import without_marks
from derive.judge.notes.conventions import one_reading
from derive.judge.notes.forward import forward_line
from derive.judge.notes.macros import commands, put_in
from derive.judge.notes.markdown import formula_in, outside_blocks
from derive.judge.notes.tex import blanked
from derive.judge.reading import read_latex
from derive.judge.records import PROVED, REFUTED, UNDECIDED, Verdict
from derive.proof.identity import decide
from derive.records import Equation
from derive.terms import indices_of, name_of

HERE = Path(__file__).parent / "notes"
SAMPLES = sorted(p for p in HERE.iterdir() if p.suffix != ".eq")

FORWARD = """
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = tanh(z1[j])
z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
a2[k] = sigmoid(z2[k])
C = 1/2*sum(k, (a2[k] - y[k])^2)
"""
TRUE_DELTA = "(a2[k] - y[k])*a2[k]*(1 - a2[k])"


@pytest.fixture(scope="module")
def model():
    return Model.parse(FORWARD)


def statuses(marked):
    return [one.status for one in marked]


def found(text, kind):
    return [(one.line, one.shown) for one in read_notes(text, kind).formulas]


# LaTeX texts, and the lines and formulas that are found in them.
TEX = {
    r"$$a = b$$": [(1, "a = b")],
    "text\n\\[ a = b. \\]": [(2, "a = b")],
    "\\begin{equation}\\label{x}\n a = b \\nonumber\n\\end{equation}": [(1, "a = b")],
    "\\begin{align*}\n a &= b \\\\[2pt]\n c &= d\n\\end{align*}": [(2, "a = b"), (3, "c = d")],
    "\\begin{gather} a = b \\\\ c = d \\end{gather}": [(1, "a = b"), (1, "c = d")],
    "\\begin{align}\n a &= b \\\\\n &= c \\\\\n &\\quad + d\n\\end{align}": [(2, "a = b = c \\quad + d")],
    "\\begin{align} a =& \\\\ & b \\end{align}": [(1, "a = b")],
    "\\[\\begin{aligned} a &= b \\\\ -c &= d \\end{aligned}\\]": [(1, "a = b"), (1, "-c = d")],
    "\\[ f = \\begin{cases} 1 & x > 0 \\\\ 0 \\end{cases} \\]": [(1, "f = \\begin{cases} 1 x > 0 0 \\end{cases}")],
    "% $$a = b$$\nc": [],
    "100\\% $$a = b$$": [(1, "a = b")],
    "\\begin{verbatim}$$a = b$$\\end{verbatim}": [],
    "\\verb|$$a = b$$| and \\verb+$x=1$+": [],
    "$$a + b$$ and \\[ \\sum_{k=1}^n a_k \\]": [],
    "$a = b$ but $\\delta_j = b_j$": [(1, "\\delta_j = b_j")],
    "\\(\\frac{\\partial C}{\\partial w} = x\\), \\(\\partial C\\)": [(1, "\\frac{\\partial C}{\\partial w} = x")],
    "costs \\$5 = $\\delta = y$": [(1, "\\delta = y")],
    "a \\\\[3pt] b = c": [],
    "$$a=b$$\\begin{document}$$c=d$$": [(1, "c=d")],
}


@pytest.mark.parametrize("text", TEX)
def test_formulas_of_a_latex_text(text):
    assert found(text, "tex") == TEX[text]


@pytest.mark.parametrize("opened", ["\\[", "$$", "\\begin{align}"])
def test_a_display_that_is_never_closed_is_told(opened):
    (formula,) = read_notes(f"text\n{opened} a = b", "tex").formulas
    assert (formula.line, formula.problem) == (2, f"{opened} is never closed")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab\\%{}$\n|", max_size=60) | st.text(max_size=40))
def test_comments_become_spaces_and_nothing_moves(text):
    plain = blanked(text)
    assert len(plain) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, plain, strict=True))
    assert plain.count("\n") == text.count("\n")


# Lines of prose, and whether they are formulas.
PROSE = {
    "delta2[k] = a2[k] - y[k]": "delta2[k] = a2[k] - y[k]",
    "- `delta2[k] = a2[k] - y[k]`": "delta2[k] = a2[k] - y[k]",
    "  3. dC/dW1[j,i] = delta1[j]*x[i].": "dC/dW1[j,i] = delta1[j]*x[i]",
    "-dC/db1[j] = delta1[j]": "-dC/db1[j] = delta1[j]",
    "ds[k]/dx[m] = s[k]*(kron(k,m) - s[m])": "ds[k]/dx[m] = s[k]*(kron(k,m) - s[m])",
    "C = -sum(k, y[k]*log(a2[k]))": "C = -sum(k, y[k]*log(a2[k]))",
    "delta1[j] = sum(k, W2[k,j]": "delta1[j] = sum(k, W2[k,j]",
    "delta1 = (W2^T delta2) ⊙ f'(z1)": "delta1 = (W2^T delta2) ⊙ f'(z1)",
    r"\delta_j = \sum_k w_{kj} \delta_k.": r"\delta_j = \sum_k w_{kj} \delta_k",
    r"\newcommand{\a}{b = c}": None,
    r"\[ a = b \]": None,
    r"as \delta_j = b": None,
    "the error is delta2[k] = a2[k] - y[k]": None,
    "N = 5": None,
    "if a[i] == b[i]: pass": None,
    "a[i] == b[i]": None,
    "It holds that x = y.": None,
    "> delta2[k] = a2[k]": None,
    "": None,
}


@pytest.mark.parametrize("line", PROSE)
def test_plain_formulas_in_prose(line):
    place = formula_in(line)
    assert (line[slice(*place)] if place else None) == PROSE[line]


def test_blocks_of_markdown():
    text = "```claims\ndelta = y\n  = z\n\n\\delta = x\n```\n```python\na[i] = 3\n```\n```math\na = b\n```\na[i] = 4\n"
    assert found(text, "md") == [(2, "delta = y = z"), (5, r"\delta = x"), (11, "a = b"), (13, "a[i] = 4")]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="a`~ \n$", max_size=60))
def test_what_stands_outside_blocks_does_not_move(text):
    plain = outside_blocks(text)
    assert len(plain) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, plain, strict=True))


# What is declared, as each kind of file writes it.
DECLARED = {
    "tex": "% notation: ng\n% delta: -dC/dz\n% assume: sum(k, y[k]) = 1\n% symbol: o_j = a1[j]\n%! C = x^2\n",
    "md": "<!-- notation: ng -->\n<!--delta:-dC/dz--><!-- assume: sum(k, y[k]) = 1 -->\n"
    "<!-- symbol: o_j = a1[j] -->\n```model\nC = x^2\n```\n",
    "txt": "# notation: ng\n% Delta: -dC/dz\n# assume: sum(k, y[k]) = 1\n"
    "% symbol: o_j = a1[j]\n# model:\n# C = x^2\n\n",
}


@pytest.mark.parametrize("kind", DECLARED)
def test_declarations(kind):
    said = read_notes(DECLARED[kind], kind).declared
    assert (said.notation, said.delta, said.assume) == ("ng", "-dC/dz", ("sum(k, y[k]) = 1",))
    assert (said.symbols, said.model) == ({"o_j": "a1[j]"}, ("C = x^2",))


def test_one_file_declares_one_notation():
    with pytest.raises(InputError, match="notes.tex: the notation is declared as ng and as nielsen"):
        read_notes("% notation: ng\n% notation: nielsen\n", "tex", "notes.tex")


def test_own_commands_are_put_in():
    known = commands(r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}} \def\half{\frac12} \newcommand\E{C}")
    assert put_in(r"\pd{\E}{w_{jk}} = \half x", known) == r"\frac{\partial C}{\partial w_{jk}} = \frac12 x"
    assert put_in(r"\E x \Eta", known) == r"C x \Eta"
    with pytest.raises(InputError, match="stands for itself"):
        put_in(r"\a", commands(r"\newcommand{\a}{\a\a}"))
    with pytest.raises(InputError, match="takes 2 arguments"):
        put_in(r"\pd{C}", known)


def test_definitions_are_the_model_and_the_rest_is_judged():
    text = f"{FORWARD}\ndelta2[k] = {TRUE_DELTA}\ndelta1[j] = sum(k, W2[k,j]*delta2[k])\n"
    model, notes = model_of(read_notes(text, "txt", "notes.txt"))
    assert [e.name for e in model.equations] == ["z1", "a1", "z2", "a2", "C"]
    assert statuses(judge_notes(notes, model)) == [PROVED, REFUTED]


# Forward equations in LaTeX and the lines they are read as; none where they are no equations between entries.
LATEX = {
    r"z^{(1)}_j = \sum_{i=1}^n w^{(1)}_{ji} x_i + b^{(1)}_j": "z1[j] = sum(i, w1[j,i]*x[i]) + b1[j]",
    r"a_j = \sigma(z_j)": "a[j] = sigmoid(z[j])",
    r"\hat y_k = \mathrm{softmax}(z)_k": "haty[k] = softmax(z)[k]",
    r"a^{[2]}_k = \frac{e^{z^{[2]}_k}}{\sum_m e^{z^{[2]}_m}}": "a2[k] = exp(z2[k])/sum(m, exp(z2[m]))",
    r"E = \frac12 \sum_k (d_k - o_k)^2": "E = 1/2*sum(k, (d[k] - o[k])^2)",
    r"C = -\sum_k y_k \ln a_k": "C = -sum(k, y[k]*log(a[k]))",
    "z = W x + b": None,
    r"C = \frac12 \|y - a\|^2": None,
    r"a_j = \psi(z_j)": None,
    r"z^l_j = \sum_k w^l_{jk} a^{l-1}_k": None,
    r"\delta_j = \sum_i x_i": None,
    r"\frac{\partial C}{\partial b_j} = \sum_i x_i": None,
    r"z_j = \sum_{i=2}^n x_i": None,
    r"a_j = b_j = c_j": None,
}


@pytest.mark.parametrize("text", LATEX)
def test_forward_equations_in_latex(text):
    (statement,) = read_latex(text)
    found = forward_line(statement)
    assert (found and found[1]) == LATEX[text]
    assert found is None or found[1].startswith(found[0])


def test_latex_notes_state_their_own_model():
    path = HERE / "standalone.tex"
    model, notes = model_of(read_notes(path.read_text(), "tex", path.name))
    assert [e.name for e in model.equations] == ["z1", "a1", "z2", "a2", "C"]
    marked = judge_notes(notes, model)
    assert statuses(marked) == [PROVED, PROVED, PROVED, REFUTED]
    assert marked[0].verdict is not None and marked[0].verdict.assuming == ("sum(k, y[k]) = 1",)


def test_notes_without_a_model_say_so():
    with pytest.raises(InputError, match="notes.md: there is no model to judge by: give --network"):
        model_of(read_notes("delta2[k] = a2[k]", "md", "notes.md"))


RIGHT = ["delta1[j]*x[i]", "sum(k, delta2[k]*W2[k,j])*(1 - a1[j]^2)*x[i]", "x[i]*delta1[j]*1", "dC/db1[j]*x[i]"]


@pytest.mark.parametrize("wrong", range(len(RIGHT)))
def test_the_first_wrong_step_of_a_chain(wrong, model):
    sides = [*RIGHT[:wrong], "2*delta1[j]*x[i]", *RIGHT[wrong:]]
    (one,) = judge_notes(loose([" = ".join(["dC/dW1[j,i]", *sides])]), model)
    assert one.status == REFUTED
    assert one.step == ((sides[wrong - 1], sides[wrong]) if wrong else None)
    (whole,) = judge_notes(loose([" = ".join(["dC/dW1[j,i]", *RIGHT])]), model)
    assert (whole.status, whole.step) == (PROVED, None)


def test_the_first_wrong_step_in_latex(model):
    text = r"\frac{\partial C}{\partial W_2} = \delta_2 a_1^T = \delta_2 z_1^T"
    (one,) = judge_notes(loose([text]), model)
    assert (one.status, one.step) == (REFUTED, (r"\delta_2 a_1^T", r"\delta_2 z_1^T"))
    (one,) = judge_notes(loose([text.replace("a_1", "z_1")]), model)
    assert (one.status, one.step) == (REFUTED, None)


WRONG_DELTA = "a2[k] - y[k]"


def test_what_follows_from_the_authors_own_mistake(model):
    claims = {
        f"delta2[k] = {WRONG_DELTA}": (REFUTED, ()),
        "delta1[j] = sum(k, W2[k,j]*delta2[k])*(1 - a1[j]^2)": (PROVED, ()),
        f"dC/dW2[k,j] = ({WRONG_DELTA})*a1[j]": (REFUTED, ("delta2",)),
        f"dC/db2[k] = {WRONG_DELTA}": (REFUTED, ("delta2",)),
        f"dC/db1[j] = sum(k, W2[k,j]*({WRONG_DELTA}))*(1 - a1[j]^2)": (REFUTED, ("delta2",)),
        f"dC/dW1[j,i] = sum(k, W2[k,j]*({WRONG_DELTA}))*x[i]": (REFUTED, ()),
        f"dC/dW2[k,j] = 2*({WRONG_DELTA})*a1[j]": (REFUTED, ()),
        f"dC/db2[k] = {TRUE_DELTA}": (PROVED, ()),
    }
    marked = judge_notes(loose(claims), model)
    assert {one.formula.text: (one.status, one.follows) for one in marked} == claims


def test_two_mistakes_that_only_together_explain(model):
    claims = [
        f"delta2[k] = {WRONG_DELTA}",
        "delta1[j] = sum(k, W2[k,j]*delta2[k])",
        f"dC/dW1[j,i] = sum(k, W2[k,j]*({WRONG_DELTA}))*x[i]",
    ]
    *_, last = judge_notes(loose(claims), model)
    assert (last.status, set(last.follows)) == (REFUTED, {"delta1", "delta2"})


def test_what_follows_from_a_mistake_told_with_a_minus(model):
    claims = ["-dC/dz2[k] = y[k] - a2[k]", f"dC/db2[k] = {WRONG_DELTA}", "dC/db2[k] = y[k] - a2[k]"]
    assert [one.follows for one in judge_notes(loose(claims), model)] == [(), ("dC/dz2",), ()]


SOFTMAX = MLP([4, 3, 5])
IN_BATCHES = [
    ("dZ2 = 2*(A2 - Y)/N", REFUTED, ()),
    ("dW2 = dZ2.T @ A1", PROVED, ()),
    ("dW2 = 2*(A2 - Y).T @ A1 / N", REFUTED, ("dC/dz2",)),
    ("dW2 = 3*(A2 - Y).T @ A1 / N", REFUTED, ()),
    ("dZ1 = 2*(A2 - Y)/N @ W2 * A1*(1 - A1)", REFUTED, ("dC/dz2",)),
    ("dW1 = 2*(((A2 - Y) @ W2)*A1*(1 - A1)).T @ X / N", REFUTED, ("dC/dz1",)),
]


def test_what_follows_for_all_records_at_once():
    marked = judge_notes(loose([text for text, _, _ in IN_BATCHES]), SOFTMAX)
    assert [(one.formula.text, one.status, one.follows) for one in marked] == IN_BATCHES


@pytest.mark.parametrize(
    "wrong",
    ["delta2[k] = 2*(a2[k] - y[k])", "dZ2 = 2*(A2 - Y)", r"\delta^2 = 2(a^2 - y)"],
)
@pytest.mark.parametrize(
    ("claim", "follows"),
    [
        ("dW2 = 2*(A2 - Y).T @ A1 / N", True),
        (r"\frac{\partial C}{\partial W^2} = \frac{2}{N}(A^2 - Y)^T A^1", True),
        ("db2 = 2*(A2 - Y).mean(axis=0)", True),
        ("dW1 = 2*(((A2 - Y) @ W2)*A1*(1 - A1)).T @ X / N", True),
        ("dW2 = 2*(A2 - Y).T @ A1", False),
        ("db2 = 3*(A2 - Y).mean(axis=0)", False),
    ],
)
def test_a_mistake_for_one_record_is_one_for_all(wrong, claim, follows):
    first, last = judge_notes(loose([wrong, claim]), SOFTMAX)
    assert first.status == last.status == REFUTED
    assert bool(last.follows) is follows


def test_a_mistake_with_a_penalty_and_with_another_derivative_in_it():
    """The penalty is no mean; a derivative by what belongs to one record is an N-th of it among all."""
    model = MLP([4, 3, 5], l2="lambda")
    claims = ["dC/dW2[k,j] = 2*delta2[k]*a1[j] + lambda*W2[k,j]", "dW2 = 2*dZ2.T @ A1 + lambda*W2"]
    assert [one.follows for one in judge_notes(loose(claims), model)] == [(), ()]
    right = result_with_records(_equation(claims[0], model), model)
    batch = with_records(model)
    shown = parse_equation("dC/dW2[k,j] = 2*sum(p, delta2[p,k]*a1[p,j]) + lambda*W2[k,j]", batch)
    assert decide(right.right, shown[1], ranges=shown[2]).status == "proved"
    lifted = result_with_records(_equation("delta1[j] = sum(k, delta2[k])", model), model)
    shown = parse_equation("delta1[p,j] = sum(k, delta2[p,k])", batch)
    assert len(lifted.indices) == 2 and decide(lifted.right, shown[1], ranges=lifted.ranges).status == "proved"
    lifted = result_with_records(_equation("delta2[k] = a2[k] + y[k]", model), model)
    assert plain(lifted.right) == "(a2[p,k] + y[p,k])/N"
    assert result_with_records(_equation("delta2[k] = dC/db2[k]", model), model) is None


def _equation(text, model):
    left, right, ranges = parse_equation(text, model)
    return Equation(name_of(left), indices_of(left), right, ranges)


def test_a_result_that_rests_on_itself_explains_nothing(model):
    claims = ["dC/da2[k] = dC/dz2[k]*dC/da2[k]", "dC/dz2[k] = dC/db2[k]*3", f"dC/db2[k] = {WRONG_DELTA}"]
    assert [one.follows for one in judge_notes(loose(claims), model)] == [(), (), ()]


NEGATIVE = [
    "delta2[k] = (y[k] - a2[k])*a2[k]*(1 - a2[k])",
    "delta1[j] = sum(k, W2[k,j]*delta2[k])*(1 - a1[j]^2)",
    "-dC/dW2[k,j] = delta2[k]*a1[j]",
]


def test_what_delta_means_holds_for_the_whole_file(model):
    marked = judge_notes(read_notes("\n".join(NEGATIVE), "txt", "notes.txt"), model)
    assert statuses(marked) == [PROVED] * 3
    assert all("delta is read as -dC/dz in the whole file" in one.notes[0] for one in marked)


def test_a_wrong_sign_stays_one(model):
    alone = judge_notes(read_notes(NEGATIVE[0], "txt", "notes.txt"), model)
    mixed = [*NEGATIVE[:2], "dC/dW2[k,j] = delta2[k]*a1[j]"]
    assert statuses(alone) == [REFUTED]
    assert statuses(judge_notes(read_notes("\n".join(mixed), "txt", "notes.txt"), model)) == [REFUTED, PROVED, PROVED]
    declared = judge_notes(read_notes("\n".join(NEGATIVE), "txt", "notes.txt"), model, Choices(delta="dC/dz"))
    assert statuses(declared) == [REFUTED, PROVED, REFUTED]


def way(status, *notes):
    return Verdict("claim", f"reading {status}", status, notes=notes)


def either(number, first, second):
    verdict = Verdict("claim", "", UNDECIDED, "differs", alternatives=(first, second))
    return Marked(Written("claim", number), verdict)


def test_one_way_of_reading_for_the_whole_file():
    rows, columns = "records are rows", "records are columns"
    first = either(1, way(REFUTED, rows, "x is the input"), way(PROVED, columns, "x is the input"))
    second = either(2, way(PROVED, rows), way(REFUTED, columns))
    chosen = one_reading([first, second])
    assert statuses(chosen) == [PROVED, REFUTED]
    assert all(one.notes == (f"read so in the whole file: {columns}, as formula 1 holds only so",) for one in chosen)
    fixed = Marked(Written("claim", 3), way(PROVED, rows))
    assert statuses(one_reading([first, fixed])) == [UNDECIDED, PROVED]
    assert statuses(one_reading([first, second, fixed])) == [REFUTED, PROVED, PROVED]
    never = either(1, way(REFUTED, rows), way(UNDECIDED, columns))
    assert statuses(one_reading([never])) == [UNDECIDED]


def test_one_numbering_of_the_layers_for_the_whole_file(model):
    right = r"\frac{\partial C}{\partial W_1} = \delta_1 x^T"
    shifted = right.replace("_1", "_2")
    again = shifted.replace("x^T", "a_1^T")
    assert statuses(judge_notes(loose([right, again]), model)) == [PROVED, PROVED]
    assert statuses(judge_notes(loose([right, shifted, again]), model)) == [PROVED, REFUTED, PROVED]
    last = r"\delta_3 = (a_3 - y) \odot a_3 \odot (1 - a_3)"
    assert statuses(judge_notes(loose([last]), model)) == [PROVED]
    assert statuses(judge_notes(loose([right, last]), model)) == [PROVED, UNDECIDED]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_annotating_adds_lines_and_changes_none(path):
    text, kind = path.read_text(), path.suffix[1:]
    notes = read_notes(text, kind, path.name)
    marked = [Marked(formula, way(PROVED)) for formula in notes.formulas]

    def said(one):
        return f"formula {one.formula.number}"

    once = annotated(notes.text, kind, marked, said)
    again = read_notes(once, kind, path.name)
    assert [one.shown for one in again.formulas] == [one.shown for one in notes.formulas]
    assert annotated(again.text, kind, [replace(m, formula=f) for m, f in zip(marked, again.formulas, strict=True)],
                     said) == once  # fmt: skip
    assert without_marks(once, kind) == text
    lines = once.split("\n")
    mark = "% backproof: " if kind == "tex" else "> backproof: "
    assert [line for line in lines if line.startswith(mark)] == [f"{mark}formula {f.number}" for f in notes.formulas]
    kept = [line for line in lines if not line.startswith(mark) and line.strip()]
    assert kept == [line for line in text.split("\n") if line.strip()]


def test_the_verdict_stands_beside_its_formula():
    text = "one\n\\begin{align}\n a &= b \\\\\n c &= d\n\\end{align}\n"
    marked = [Marked(formula, way(PROVED)) for formula in read_notes(text, "tex").formulas]
    said = annotated(text, "tex", marked, lambda one: one.formula.shown).split("\n")
    assert said[2:6] == ["% backproof: a = b", " a &= b \\\\", "% backproof: c = d", " c &= d"]


def test_formulas_that_cannot_be_read_do_not_stop_the_others():
    model = MLP([2, 3, 4])
    marked = judge_notes(loose(["delta1[j] = (", "dC/db1[j] = delta1[j]", r"\delta = \nosuch"]), model)
    assert statuses(marked) == ["unreadable", PROVED, "unreadable"]
    assert all(one.error and "\n" not in one.error for one in marked if one.verdict is None)


SHORT = r"""Let $e_k = a_k - y_k$.
\[ \xi_j = \sum_k w_{kj} \delta_k \]
\[ \delta_k = e_k a_k (1 - a_k) \]
\[ \delta_j = \xi_j (1 - a_j^2) \]
\[ \delta_j = \xi_j \]
\[ \delta_j = \chi_j \]
\[ \zeta_j = a_j \]
"""


def test_symbols_that_the_author_makes_up(model):
    marked = judge_notes(read_notes(SHORT, "tex", "notes.tex"), model)
    assert {one.formula.line: one.status for one in marked} == {
        3: PROVED, 4: PROVED, 5: REFUTED, 6: "unreadable", 7: "unreadable",
    }  # fmt: skip
    assert marked[0].verdict is not None and "with your e_k = a_k - y_k" in marked[0].verdict.notes


def test_a_known_symbol_is_not_made_up(model):
    text = "Let $a_k = y_k$ and $e_k = 0$.\n\\[ \\delta_k = (a_k - y_k) a_k (1 - a_k) + e_k \\]"
    assert statuses(judge_notes(read_notes(text, "tex", "notes.tex"), model)) == [PROVED]


@pytest.mark.parametrize("name", [name for name, (arguments, _) in ELEMENTARY.items() if arguments == 1])
def test_every_function_of_the_plain_language_may_define_an_array(name):
    assert forward_line(read_latex(rf"a_j = \operatorname{{{name}}}(z_j)")[0]) == ("a", f"a[j] = {name}(z[j])")
