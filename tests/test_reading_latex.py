"""LaTeX as it is printed: what is read, what is the same, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from latex_printed import PRINTED

from derive.errors import InputError
from derive.judge.reading import read_latex, walk
from derive.judge.reading import sketch as sk


def name(stem: str, below: str = "", above: str = "", order: int = 0, marks: tuple[str, ...] = ()) -> sk.Name:
    return sk.Name(stem, marks, tuple(map(sk.Name, below.split())), tuple(map(sk.Name, above.split())), order)


def number(value: int) -> sk.Number:
    return sk.Number(Fraction(value))


L_PLUS_1 = sk.Plus((sk.Name("l"), number(1)))
W_NEXT = sk.Name("w", above=(L_PLUS_1,))

# A formula and the sketch of its only side.
SIDES = [
    (r"w^l_{jk}", name("w", "j k", "l")),
    (r"w_{k_1j}", sk.Name("w", below=(sk.Name("k", below=(number(1),)), sk.Name("j")))),
    (r"\Gamma_f^{\langle t\rangle}", name("Gamma", "f", "t")),
    (r"a^{<t>}", name("a", "", "t")),
    (r"out_{h1}", sk.Name("out", below=(sk.Name("h"), number(1)))),
    (r"X_{out,j}", name("X", "out j")),
    (r"\mathbf W_{hh}", name("W", "hh", marks=("bold",))),
    (r"layer\_2", name("layer_2")),
    (r"d\hat Y", name("Y", marks=("d", "hat"))),
    (r"\mathrm{d}W^{[2]}", sk.Name("W", ("d",), (), (number(2),))),
    (r"{f^{l}}'", name("f", "", "l", 1)),
    (r"f^{\prime\prime}", name("f", order=2)),
    (r"x^2", sk.Power(sk.Name("x"), number(2))),
    (r"x^{(2)}", sk.Name("x", above=(number(2),))),
    (r"\sigma^2_{\mathcal B}", sk.Power(sk.Name("sigma", below=(name("B", marks=("cal",)),)), number(2))),
    (r"e^{-z}", sk.Power(sk.Name("e"), sk.Minus(sk.Name("z")))),
    (r"\frac12", sk.Divide(number(1), number(2))),
    (r"\sqrt[n]{x}", sk.Power(sk.Name("x"), sk.Divide(number(1), sk.Name("n")))),
    (r"\frac{\partial C}{\partial w^l_{jk}}", sk.Derivative(sk.Name("C"), name("w", "j k", "l"))),
    (r"\partial E/\partial x_j", sk.Derivative(sk.Name("E"), name("x", "j"))),
    (r"\nabla_a C", sk.Derivative(sk.Name("C"), sk.Name("a"), "nabla")),
    (r"\nabla C", sk.Derivative(sk.Name("C"), None, "nabla")),
    (r"\Delta w_{ij}", sk.Change(name("w", "i j"))),
    (r"\Delta^{(2)}", sk.Name("Delta", above=(number(2),))),
    (r"a(1-a)", sk.Apply(sk.Name("a"), (sk.Plus((number(1), sk.Minus(sk.Name("a")))),))),
    (r"\delta (a)^T", sk.Product((sk.Name("delta"), sk.Transpose(sk.Name("a"))), ("",))),
    (r"f(z)^2", sk.Power(sk.Apply(sk.Name("f"), (sk.Name("z"),)), number(2))),
    (r"\tanh^2 z", sk.Apply(sk.Power(sk.Name("tanh"), number(2)), (sk.Name("z"),))),
    (r"\overline{\nu}", name("nu", marks=("bar",))),
    (r"\overline{\nu x}", sk.Reduce("mean", sk.Product((sk.Name("nu"), sk.Name("x")), ("",)))),
    (r"\|w\|_2^2", sk.Power(sk.Norm(sk.Name("w")), number(2))),
    (r"a \otimes b", sk.Outer(sk.Name("a"), sk.Name("b"))),
    (r"(a b)_{\cdot j}", sk.At(sk.Product((sk.Name("a"), sk.Name("b")), ("",)), (":", sk.Name("j")))),
    (r"\prod_k a_k", sk.Multiply(("k",), name("a", "k"))),
    (r"\sum_{k\in outputs} a_k", sk.Sum(("k",), name("a", "k"), over="outputs")),
]

# Writings that mean the same sketch.
ALIKE = [
    [
        r"(w^{l+1})^T",
        r"{w^{l+1}}^T",
        r"w^{l+1\,T}",
        r"w^{(l+1)T}",
        r"w^{[l+1]\top}",
        r"w^{(l+1)^T}",
        r"w^{l+1 \intercal}",
    ],
    [r"W^T", r"W^{\mathrm T}", r"W^\top", r"W^{\mathsf{T}}", r"W^{\!\top}", r"W^{\rm T}", r"W^{\text{T}}", r"Wᵀ"],
    [r"\sigma'(z)", r"\sigma^\prime(z)", r"\sigma^{'}(z)", r"\sigma^{\prime}\left(z\right)", r"\sigma'\!\big( z \big)"],
    [
        r"\frac{\partial C}{\partial w}",
        r"\partial C/\partial w",
        r"\frac{d C}{d w}",
        r"dC/dw",
        r"\dfrac{dC}{dw}",
        r"\frac{\partial}{\partial w} C",
        r"\frac{\partial C(w,b;x,y)}{\partial w}",
        r"\frac{\mathrm{d}C}{\mathrm{d}w}",
    ],
    [r"\mathbb 1(y=k)", r"\mathbb{1}\{y = k\}", r"\mathbf 1[y=k]", r"[y = k]", r"\mathbb{I}(y=k)", r"\mathbf{1}_{y=k}"],
    [r"a \odot b", r"a \circ b", r"a .* b", r"a\,\odot\,b", r"a ⊙ b"],
    [r"a_{ij}", r"a_{i,j}", r"a_{i\,j}", r"{a}_{ij}", r"a_{{i}{j}}"],
    [r"net_j", r"\mathrm{net}_j", r"\text{net}_{j}", r"\operatorname{net}_j"],
    [r"\sum_{k} a_k b", r"\sum\nolimits_k a_k b", r"\sum\limits_{k} a_k\, b", r"\displaystyle\sum_k{a_k}b"],
    [r"\log a", r"\log(a)", r"\log{a}", r"\log\left(a\right)", r"\mathrm{log}(a)"],
    [
        r"a = b",
        r"$a = b$",
        r"$$a=b.$$",
        r"\[ a = b, \]",
        r"\begin{equation}\label{x} a = b \tag{1}\end{equation}",
        r"a := b",
        r"a \equiv b",
        r"a \stackrel{\text{def}}{=} b",
        r"\boxed{a = b}",
        r"{\color{red} a} = b",
        r"a &= b \\",
    ],
    [r"a \leftarrow b", r"a \gets b", r"a \to b"],
    [r"a += b", r"a \mathrel{+}= b", r"a \mathrel{+}{=} b"],
    [
        r"\begin{cases}1 & x>0\\0 & \text{otherwise}\end{cases}",
        r"\begin{cases}1, & \text{if } x>0,\\0, &\text{else.}\end{cases}",
        r"\left\{\begin{array}{ll}1 & (x>0)\\0 & \text{otherwise}\end{array}\right.",
    ],
]

# What is refused, and words of the message.
REFUSED = [
    (r"\foo x", "column 1: found \\foo"),
    (r"\input{secret}", "\\input"),
    (r"a = \begin{bmatrix}1\\2\end{bmatrix}", "bmatrix"),
    (r"a + \ldots + b", "\\ldots"),
    (r"\frac{1}{m", "column 9: unbalanced"),
    (r"(a + b", 'column 1: unbalanced bracket: this "("'),
    (r"a + b)", "column 6"),
    (r"(a]", "closed by"),
    (r"a_i_j", "second"),
    (r"a^b^c", "second"),
    (r"a = ", "ends too early"),
    (r"a = + ", "ends too early"),
    (r"a \times", "ends too early"),
    (r"\log a b", "unclear"),
    (r"1/2m", "unclear"),
    (r"\frac{\partial^2 C}{\partial w^2}", "second derivative"),
    (r"\mathbb E[x]", "expectation"),
    (r"(a, b)", "list in brackets"),
    (r"\tanh^{-1}(x)", "inverse"),
    (r"a . b", '"."'),
    (r"\hat{a+b}", "\\hat"),
    (r"\begin{cases}1 & x>0\\0\end{cases}", "when it holds"),
    (r"\frac{}{2}", "empty part"),
    (r"\frac{1}", "argument"),
    (r"   ", "empty"),
    (r"\\", "no formula"),
    (r"a # b", "#"),
    (r"\sum_{a+b} x", "under a sum"),
]


@pytest.mark.parametrize(("text", "side"), SIDES)
def test_a_side(text: str, side: sk.Sketch) -> None:
    (statement,) = read_latex(text)
    assert statement.sides == (side,)
    assert statement.signs == ()


@pytest.mark.parametrize("writings", ALIKE, ids=lambda writings: writings[0])
def test_writings_that_mean_the_same(writings: list[str]) -> None:
    first, *others = ([(s.sides, s.signs) for s in read_latex(text)] for text in writings)
    for text, other in zip(writings[1:], others, strict=True):
        assert other == first, text


def test_different_formulas_read_differently() -> None:
    read = [(s.sides, s.signs) for writings in ALIKE for s in read_latex(writings[0])] + [
        ((side,), ()) for _, side in SIDES
    ]
    assert len(set(read)) == len(read)


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_refusals_are_one_line_that_says_where(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_latex(text, "line 7")
    message = str(caught.value)
    assert message.startswith("line 7: ") and words in message and "\n" not in message


@pytest.mark.parametrize(("text", "signs"), PRINTED, ids=range(len(PRINTED)))
def test_printed_formulas_are_read(text: str, signs: str) -> None:
    statements = read_latex(text)
    assert " ".join("".join(statement.signs) or "-" for statement in statements) == signs
    for statement in statements:
        assert len(statement.sides) == len(statement.signs) + 1
        stems = {node.stem for node in walk(*statement.sides) if isinstance(node, sk.Name)}
        assert stems and not {"frac", "partial", "text", "left"} & stems


def test_a_sum_takes_the_product_behind_it_and_no_more() -> None:
    (statement,) = read_latex(r"\sum_k a_k b + c")
    total, rest = statement.sides[0].terms  # type: ignore[attr-defined]
    assert total == sk.Sum(("k",), sk.Product((name("a", "k"), sk.Name("b")), ("",)))
    assert rest == sk.Name("c")


def test_a_condition_under_a_sum_is_a_factor() -> None:
    (statement,) = read_latex(r"\sum_{j\neq i} a_j")
    condition = sk.Condition((sk.Name("j"), sk.Name("i")), ("!=",))
    assert statement.sides == (sk.Sum(("j",), sk.Product((sk.Indicator(condition), name("a", "j")), ("",))),)


def test_cases_before_formulas() -> None:
    same, other = read_latex(r"i=j:\ \frac{\partial y_j}{\partial x_i} = a;\quad i\neq j:\ -b")
    assert same.condition == sk.Condition((sk.Name("i"), sk.Name("j")), ("=",))
    assert other.condition == sk.Condition((sk.Name("i"), sk.Name("j")), ("!=",))
    assert other.sides == (same.sides[0], sk.Minus(sk.Name("b")))


def test_ranges_and_remarks_are_no_statements() -> None:
    for text in (
        r"a_j = b_j, \quad j = 1, \ldots, n",
        r"a_j = b_j \quad \text{for all } j",
        r"a_j = b_j \quad \forall j",
    ):
        (statement,) = read_latex(text)
        assert statement.sides == (name("a", "j"), name("b", "j")) and statement.condition is None


def test_a_condition_behind_a_formula_is_kept() -> None:
    (statement,) = read_latex(r"a_{ij} = 0 \quad \text{if } i \neq j")
    assert statement.condition == sk.Condition((sk.Name("i"), sk.Name("j")), ("!=",))


def test_lines_that_go_on() -> None:
    chain, last = read_latex(r"\begin{aligned} a &= b \\ &\quad + c \\ &= d \\ e &= f \end{aligned}")
    assert chain.sides == (sk.Name("a"), sk.Plus((sk.Name("b"), sk.Name("c"))), sk.Name("d"))
    assert last.sides == (sk.Name("e"), sk.Name("f"))


def test_the_text_of_each_statement_is_kept() -> None:
    first, second = read_latex(r"\delta_j = a_j,\quad b = c^2")
    assert (first.text, second.text) == (r"\delta_j = a_j", "b = c^2")
