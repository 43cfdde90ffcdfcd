"""Documents in an author's notation: what they print is read back by the judge of that notation, and is true."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, reduce

import numpy as np
import pytest
from sympy import Expr

from codegen.documents import document, terminal_document
from codegen.documents.author_layout import Layout
from codegen.documents.author_notation import AuthorNotation, author_notation
from codegen.documents.author_signs import in_sign
from codegen.documents.author_styles import STYLES
from codegen.documents.document import Box, Chain, Display
from codegen.documents.latex import latex_math
from derive import MLP, Model, backpropagate
from derive.backward import matrix as m
from derive.backward.steps import Derivation
from derive.errors import InputError
from derive.judge.notations import NOTATIONS
from derive.judge.verify import Judge

NETS = {
    "softmax": MLP([4, 3, 5]),
    "unknown": MLP([4, 3, 5], hidden="f", output="sigmoid", cost="half-sse"),
    "no bias": MLP([2, 3, 4], hidden="relu", output="identity", cost="half-sse", bias=False),
    "one layer": MLP([4, 3]),
    "three layers": MLP([4, 3, 5, 2], hidden="tanh", output="sigmoid", cost="binary-cross-entropy"),
}
BY_LETTERS = [name for name, style in STYLES.items() if style.marks == " letters"]
BY_MARKS = [name for name in STYLES if name not in BY_LETTERS]
PAIRS = [
    *((net, name) for net in ("softmax", "no bias") for name in STYLES),
    *(("three layers", name) for name in ("ng", "ufldl")),
    *(("one layer", name) for name in ("micheli", "saito")),
    *(("unknown", name) for name in ("udacity", "d2l")),
]
ONES = r"\mathbf{1}_N"
"""A column of ones, which the judge does not read yet: these formulas are compared in numbers below."""


@cache
def derived(net: str) -> Derivation:
    return backpropagate(NETS[net])


@cache
def judge(net: str, name: str) -> Judge:
    return Judge(NETS[net], notation=name)


def printed(net: str, name: str) -> list[str]:
    """The results of a network in a notation, as LaTeX."""
    made = document(derived(net), notation=name, detail="results")
    formulas = (f for s in made.sections for b in s.blocks if isinstance(b, Box) for f in b.formulas)
    return [latex_math(formula).strip() for formula in formulas]


def test_every_notation_of_the_judge_can_be_printed() -> None:
    assert set(STYLES) == set(NOTATIONS)


def test_letters_mean_to_the_judge_what_they_are_printed_for() -> None:
    """Where the table of the judge has a letter at all, it has it in the role it is printed in."""
    for name, style in STYLES.items():
        stems = NOTATIONS[name].stems
        for role in ("z", "a", "W", "x", "y", "C"):
            assert stems.get(getattr(style, role), role) == role, (name, role)
        assert stems.get(style.output, "output") == "output", name
        assert bool(style.delta) <= ("delta" in stems), name


@pytest.mark.parametrize(("net", "name"), PAIRS)
def test_what_is_printed_is_read_back_and_true(net: str, name: str) -> None:
    formulas = printed(net, name)
    assert len(formulas) >= len(derived(net).answers)
    for text in formulas:
        if ONES not in text:
            assert judge(net, name).judge(text).status == "proved", text


@pytest.mark.parametrize("name", STYLES)
def test_a_planted_factor_of_two_is_refuted(name: str) -> None:
    """The test before can fail: twice the right side is false in every notation."""
    for text in printed("unknown", name)[:2]:
        left, _, right = text.partition(" = ")
        assert judge("unknown", name).judge(f"{left} = 2 ({right})").status == "refuted", text


def other_letters(net: str, name: str, other: str) -> set[str]:
    """What the judge of another notation says to what is printed in one."""
    found = set()
    for text in printed(net, name)[:3]:
        try:
            found.add(judge(net, other).judge(text).status)
        except InputError:
            found.add("unread")
    return found


def test_notations_differ() -> None:
    assert other_letters("softmax", "saito", "ufldl") != {"proved"}
    assert other_letters("softmax", "micheli", "nielsen") != {"proved"}


@pytest.mark.parametrize("name", ["udacity", "micheli"])
def test_error_terms_with_a_minus_are_so_in_every_line(name: str) -> None:
    """Every right side of a derivation of an error term, and its definition, has the author's sign."""
    made = document(derived("unknown"), notation=name)
    definition = next(b for b in made.sections[1].blocks if isinstance(b, Display))
    assert r":= -\frac{\partial E}" in latex_math(definition.formula)
    assert "minus the derivative" in terminal_document(made)
    chains = [b for s in made.sections for b in s.blocks if isinstance(b, Chain)]
    error_terms = [c for c in chains if latex_math(c.left).startswith(r"\delta")]
    assert len(error_terms) == 2
    for chain in error_terms:
        left = latex_math(chain.left).partition(" = ")[0]
        text = f"{left} = {latex_math(chain.lines[-1].right)}"
        assert judge("unknown", name).judge(text).status == "proved"
        assert latex_math(chain.lines[0].right).startswith("-")


def test_a_minus_in_front_of_every_error_term_is_undone_by_another() -> None:
    derivation = derived("softmax")
    twice = in_sign(in_sign(derivation, -1), -1)
    for one, other in zip(derivation.results, twice.results, strict=True):
        assert (one.right - other.right).expand() == 0
    assert in_sign(derivation, 1) is derivation
    assert in_sign(derivation, -1).results[1].right == -derivation.results[1].right


def sizes_of(model: Model, records: int = 7) -> dict[str, tuple[int, ...]]:
    return {name: tuple(model.sizes[d] for d in axes) for name, axes in model.axes.items()}


class Numbers:
    """Matrix forms at random numbers, arrays as the model has them or as an author lays them out."""

    def __init__(self, model: Model, notation: AuthorNotation, records: int = 7) -> None:
        self.model, self.notation, self.records = model, notation, records
        self.known: dict[tuple[str, bool], np.ndarray] = {}
        self.random = np.random.default_rng(1)

    def array(self, name: str, batch: bool) -> np.ndarray:
        """An array of the model, vectors as columns, records as rows."""
        if (name, batch) not in self.known:
            own = name.replace("dC/d", "")
            own = (
                {"Delta": "z", "delta": "z"}.get(own[:-1], own[:-1]) + own[-1]
                if own[:-1] in ("Delta", "delta")
                else own
            )
            shape = next(s for n, s in sizes_of(self.model).items() if n == own or n == own[0].lower() + own[1:])
            shape = shape if len(shape) == 2 else (shape[0], 1)
            if batch and own not in self.model.parameters:
                shape = (self.records, shape[0])
            self.known[name, batch] = self.random.uniform(0.5, 1.5, shape)
        return self.known[name, batch]

    def lying(self, name: str, batch: bool, made: np.ndarray | None = None) -> np.ndarray:
        """The same as the author writes it."""
        layout = self.notation.layout(batch)
        made = (self.array(name, batch) if made is None else made) / self.number(layout.times(name))
        return made.T if layout.is_turned(name) else made

    def value(self, node: m.Node, batch: bool, laid: bool) -> np.ndarray:
        match node:
            case m.Array(name):
                return self.lying(name, batch) if laid else self.array(name, batch)
            case m.Number(value):
                return np.array(self.number(value))
            case m.Transpose(of):
                return self.value(of, batch, laid).T
            case m.Product(factors):
                return reduce(np.matmul, [self.value(f, batch, laid) for f in factors])
            case m.Hadamard(factors):
                return np.prod([self.value(f, batch, laid) for f in factors], axis=0)
            case m.Scale(coefficient, of):
                return self.value(coefficient, batch, laid) * self.value(of, batch, laid)
            case m.Plus(terms):
                return sum((self.value(t, batch, laid) for t in terms), np.zeros(()))
            case m.Power(of, exponent):
                return self.value(of, batch, laid) ** float(exponent)
            case m.Apply(_, arguments):
                return np.cos(self.value(arguments[0], batch, laid))
            case m.Ones(size):
                return np.ones((int(self.number(size)), 1))
        raise AssertionError(node)

    def number(self, value: Expr) -> float:
        return float(
            value.subs({s: self.records if s.name == "N" else self.model.sizes[s] for s in value.free_symbols})
        )


@pytest.mark.parametrize("name", BY_MARKS)
@pytest.mark.parametrize("net", ["softmax", "unknown", "three layers"])
def test_laid_out_otherwise_a_form_has_the_same_numbers(net: str, name: str) -> None:
    """At random numbers, with rectangular arrays: the author's arrays are the model's, transposed or scaled."""
    notation = author_notation(NETS[net], name)
    numbers = Numbers(NETS[net], notation)
    for result in derived(net).results:
        for form in filter(None, (result.matrix, result.batch)):
            laid = notation.laid(form)
            if laid is None:
                assert form.record is not None and not STYLES[name].has_batch
                continue
            batch = form.record is not None
            assert isinstance(form.left, m.Array)
            right = numbers.lying(form.left.name, batch, numbers.value(form.right, batch, laid=False))
            np.testing.assert_allclose(numbers.value(laid.right, batch, laid=True), right, rtol=1e-12)


def test_what_is_no_matrix_algebra_has_no_layout() -> None:
    form = derived("softmax").results[1].matrix
    assert form is not None
    sums = m.MatrixForm(form.left, m.Einsum("ij,j->i", (form.right,)), form.rows, None, form.proof)
    assert Layout(lambda name: True).form(sums) is None


@pytest.mark.parametrize("name", STYLES)
def test_a_whole_document_in_every_notation(name: str) -> None:
    language = "zh" if name in ("ng", "saito", "udacity") else "en"
    shown = terminal_document(document(derived("softmax"), notation=name, language=language), 400)
    assert ("δ" in shown) == bool(STYLES[name].delta)
    assert ("字母前的 d 表示" in shown) == STYLES[name].is_differential


@pytest.mark.parametrize("name", ["nielsen", "ufldl", "ng"])
def test_deep_networks_count_layers_as_the_author_does(name: str) -> None:
    deep = document(backpropagate(MLP([2] * 7, hidden="tanh", output="sigmoid", cost="half-sse")), notation=name)
    shown = terminal_document(deep, 400)
    first = NOTATIONS[name].first
    assert f"l = {first + 1}, …, {first + 4}" in shown
    assert ("The input of the network is layer 1." in shown) == (first == 2)


def test_what_a_notation_has_no_names_for_is_refused_in_one_line() -> None:
    with pytest.raises(InputError, match=r"^nobody is not a known notation; known are nielsen, "):
        author_notation(NETS["softmax"], "nobody")
    for name in BY_LETTERS:
        with pytest.raises(InputError, match=rf"^the notation {name} has letters for two layers .* has 3$"):
            document(derived("three layers"), notation=name)
    open_ended = Model.parse("data x\nh[j] = tanh(sum(i, W[j,i]*x[i]))\noutput h")
    with pytest.raises(InputError, match=r"names a chain of layers"):
        author_notation(open_ended, "nielsen")
    text = "data x, y, t\nz1[j] = sum(i, W1[j,i]*x[i])\na1[j] = tanh(z1[j])\nC = 1/2*t*sum(j, (a1[j] - y[j])^2)"
    with pytest.raises(InputError, match=r"^t: in the notation bishop this letter means something else$"):
        author_notation(Model.parse(text), "bishop")


def test_a_penalty_keeps_its_own_letter() -> None:
    model = MLP([4, 3, 5], hidden="tanh", output="identity", cost="half-sse", l2="lambda")
    derivation = backpropagate(model)
    for name in ("nielsen", "micheli", "saito"):
        shown = [latex_math(f) for s in document(derivation, notation=name, detail="results").sections for b in s.blocks
                 if isinstance(b, Box) for f in b.formulas]  # fmt: skip
        assert any(r"\lambda " in text for text in shown), name


def test_weights_written_in_by_out_in_the_model_keep_their_meaning() -> None:
    """A model of one's own with W1[i,j]: an author's first index is still that of the unit it leads to."""
    text = (
        "data x, y\nparam W1, b1\nz1[j] = sum(i, W1[i,j]*x[i]) + b1[j]\na1[j] = tanh(z1[j])\n"
        "C = 1/2*sum(j, (a1[j] - y[j])^2)\nsize n_i = 3\nsize n_j = 2\nbatch x, y"
    )
    model = Model.parse(text)
    derivation = backpropagate(model)
    for name in ("nielsen", "saito"):
        made = document(derivation, notation=name, detail="results")
        own = Judge(model, notation=name)
        for section in made.sections:
            for block in section.blocks:
                for formula in block.formulas if isinstance(block, Box) else ():
                    text = latex_math(formula).strip()
                    assert ONES in text or own.judge(text).status == "proved", text


def blocks_of(derivation: Derivation, name: str) -> Iterator[object]:
    return (b for s in document(derivation, notation=name, detail="results").sections for b in s.blocks)


def test_index_notations_print_no_matrices() -> None:
    for name in BY_LETTERS:
        assert len([b for b in blocks_of(derived("softmax"), name) if isinstance(b, Box)]) == 1
    for name in BY_MARKS:
        count = len([b for b in blocks_of(derived("softmax"), name) if isinstance(b, Box)])
        assert count == (3 if STYLES[name].has_batch else 2)
