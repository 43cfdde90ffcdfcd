"""The textbook order of formulas, as LaTeX shows it."""

from __future__ import annotations

import re

import pytest
from hand_made import (
    N0,
    N1,
    N2,
    RECORDS,
    SIGMOID,
    I,
    J,
    K,
    M,
    a1,
    a2,
    back,
    delta1,
    delta2,
    entry,
    softmax_model,
    y,
    z1,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Add, Expr, Function, Indexed, Mul, Piecewise, Rational, Sum, erf, exp, log, sqrt
from sympy import Symbol as SympySymbol

from codegen.documents import latex
from codegen.documents.display import BigOperator, Fraction, Group, Node, Operator, Row, Scripts, Space, Symbol, inline
from codegen.documents.latex import latex_math
from codegen.documents.measure import broken, width
from codegen.documents.notation import Notation, notation_for
from codegen.documents.typeset import typeset
from derive.backward.matrix import Apply, Array, Einsum, Hadamard, Number, Ones, Plus, Power, Product, Scale, Transpose
from derive.errors import UnknownNode
from derive.records import Equation, Model
from derive.terms import Partial, dimension, element, index, kron, maximum, named, scalar, step, total

Z, LAMBDA = scalar("z"), scalar("lambda")
W1, W2 = entry("W1", J, I), entry("W2", K, J)
NORMAL = total(exp(entry("z2", M)), (M, N2))

TEXTBOOK = {
    r"\Bigl(\sum_{k=1}^{n_2} w_{kj}^{(2)} \delta_k^{(2)}\Bigr) a_j^{(1)} \bigl(1 - a_j^{(1)}\bigr)": back
    * a1
    * (1 - a1),
    r"a_k^{(2)} - y_k": a2 - y,
    r"\sum_{i=1}^{n_0} w_{ji}^{(1)} x_i + b_j^{(1)}": total(W1 * entry("x", I), (I, N0)) + entry("b1", J),
    r"\sigma'\bigl(z_j^{(1)}\bigr)": named("sigmoid", 1)(z1),
    r"\tanh(z)": named("tanh")(Z),
    r"\operatorname{relu}''(z)": named("relu", 2)(Z),
    r"\frac{\exp\bigl(z_k^{(2)}\bigr)}{\sum_{m=1}^{n_2} \exp\bigl(z_m^{(2)}\bigr)}": exp(entry("z2", K)) / NORMAL,
    r"-\sum_{k=1}^{n_2} y_k \log a_k^{(2)}": -total(y * log(a2), (K, N2)),
    r"y_k \log a_k^{(2)} + (1 - y_k) \log\bigl(1 - a_k^{(2)}\bigr)": y * log(a2) + (1 - y) * log(1 - a2),
    r"\tfrac{1}{2} \sum_{k=1}^{n_2} \bigl(a_k^{(2)} - y_k\bigr)^2": total((a2 - y) ** 2, (K, N2)) / 2,
    r"\frac{1}{N} \sum_{k=1}^{n_2} a_k^{(2)}": total(a2, (K, N2)) / RECORDS,
    r"-\frac{y_k}{a_k^{(2)}}": -y / a2,
    r"a_k^{(2)} \bigl(\mathbf{1}[k = j] - a_j^{(2)}\bigr)": a2 * (kron(K, J) - entry("a2", J)),
    r"\frac{\partial C}{\partial a_k^{(2)}} \frac{\partial a_k^{(2)}}{\partial z_m^{(2)}}": entry("dC/da2", K)
    * Partial(a2, entry("z2", M)),
    r"a_k^{(2)} \sum_{m=1}^{n_2} y_m - y_k": a2 * total(entry("y", M), (M, N2)) - y,
    r"\delta_j^{(1)} x_i + \lambda w_{ji}^{(1)}": delta1 * entry("x", I) + LAMBDA * W1,
    r"\tfrac{1}{2} z \Bigl(1 + \operatorname{erf}\Bigl(\frac{z}{\sqrt{2}}\Bigr)\Bigr)": Z * (1 + erf(Z / sqrt(2))) / 2,
    r"\delta_j^{(1)}\, \mathbf{1}\bigl[z_j^{(1)} > 0\bigr]": delta1 * step(z1),
    r"\max(z, 0)": maximum(Z, 0),
    r"\lvert z - 1\rvert": Abs(Z - 1),
    r"z \sigma(1.7 z)": Z * SIGMOID(Rational(17, 10) * Z),
    r"\bigl(a_k^{(2)} - y_k\bigr) a_k^{(2)} \bigl(1 - a_k^{(2)}\bigr)": (a2 - y) * a2 * (1 - a2),
    r"2 \bigl(a_k^{(2)} - y_k\bigr)": 2 * (a2 - y),
    r"\frac{\exp(-z)}{(1 + \exp(-z))^2}": exp(-Z) / (1 + exp(-Z)) ** 2,
    r"-2": Rational(-2),
    r"\tfrac{3}{4}": Rational(3, 4),
    r"0.044715": Rational(44715, 1000000),
}  # fmt: skip


@pytest.mark.parametrize(("expected", "expression"), TEXTBOOK.items(), ids=list(TEXTBOOK))
def test_textbook_formula(expected: str, expression: Expr) -> None:
    assert latex(expression) == expected


MATRIX = {
    r"\bigl(\mathbf{W}^{(2)\top} \bm{\delta}^{(2)}\bigr) \odot \sigma'\bigl(\mathbf{z}^{(1)}\bigr)": Hadamard(
        (Apply("sigmoid'", (Array("z1"),)), Product((Transpose(Array("W2")), Array("delta2"))))
    ),
    r"\frac{1}{N} \mathbf{\Delta}^{(1)\top} \mathbf{X} + \lambda \mathbf{W}^{(1)}": Plus(
        (
            Scale(Number(LAMBDA), Array("W1")),
            Scale(Number(1 / RECORDS), Product((Transpose(Array("Delta1")), Array("X")))),
        )
    ),
    r"1 - \mathbf{a}^{(1)}": Plus((Scale(Number(Rational(-1)), Array("a1")), Number(Rational(1)))),
    r"\bm{\delta}^{(1)} \mathbf{x}^{\top}": Product((Array("delta1"), Transpose(Array("x")))),
    r"\bigl(\mathbf{z}^{(1)}\bigr)^{\odot 2}": Power(Array("z1"), Rational(2)),
    r"\mathbf{1}_{n_1}": Ones(N1),
    r"\mathbf{1}\bigl[\mathbf{z}^{(1)} > 0\bigr]": Apply("step", (Array("z1"),)),
    r"\operatorname{einsum}(\text{ji,j → i}, \mathbf{x})": Einsum("ji,j->i", (Array("x"),)),
}


@pytest.mark.parametrize(("expected", "node"), MATRIX.items(), ids=list(MATRIX))
def test_matrix_form(expected: str, node: object) -> None:
    assert latex(node) == expected


def test_two_factors_of_a_sum_keep_their_brackets() -> None:
    inner = total(a1, (J, N1))
    shown = latex(inner**2 * y)
    assert shown.startswith(r"y_k \Bigl(") and shown.endswith(r"\Bigr)^2")


def test_a_kronecker_delta_never_prints_as_an_error_term() -> None:
    for expression in (kron(K, J), kron(K, J) * a2, total(kron(K, J) * a2, (K, N2))):
        assert "delta" not in latex(expression)
    assert latex(delta2) == r"\delta_k^{(2)}"


def test_names() -> None:
    shown = {
        "W": entry("W", J, I), "x": entry("x", index("j1")), "gamma": entry("gamma", J), "loss": scalar("loss"),
        "W_q": entry("W_q", I, J), "eta": scalar("eta"),
    }  # fmt: skip
    assert [latex(e) for e in shown.values()] == [
        "W_{ji}",
        "x_{j_1}",
        r"\gamma_j",
        r"\mathrm{loss}",
        "W_{q, ij}",
        r"\eta",
    ]


def test_digits_are_layers_only_in_a_chain_of_layers() -> None:
    equation = Equation("h1", (J,), entry("W1", J, I) * entry("x", I), {J: N1})
    skip = Model((equation,), ("x",), ("W1",), {}, {}, outputs=("h1",))
    assert latex(entry("W1", J, I), skip) == "W_{1, ji}"
    assert latex(entry("W1", J, I), softmax_model()) == "w_{ji}^{(1)}"


def test_indices_count_from_one_unless_one_is_a_number_or_shifted() -> None:
    t, steps = index("t"), dimension("T")
    plain, shifted = total(entry("x", t), (t, steps)), total(entry("x", t + 1), (t, steps))
    assert latex(plain) == r"\sum_{t=1}^{T} x_t"
    assert latex(shifted) == r"\sum_{t=0}^{T - 1} x_{t + 1}"
    assert latex(entry("h", 0) + plain).startswith(r"\sum_{t=0}")


def test_a_generic_layer() -> None:
    notation = Notation(layer=3)
    expression = total(entry("W4", K, J) * entry("delta4", K), (K, dimension("n4"))) * entry("a2", J)
    shown = latex_math(typeset(expression, notation))
    assert r"\delta_k^{(l + 1)}" in shown and r"a_j^{(l - 1)}" in shown and "n_{l + 1}" in shown


def test_an_unknown_node_is_refused_by_name() -> None:
    with pytest.raises(UnknownNode, match="Piecewise"):
        latex(Piecewise((Z, Z > 0), (0, True)))
    with pytest.raises(UnknownNode):
        latex(Function("mystery")(Z, Z))
    with pytest.raises(TypeError, match="str"):
        latex("x")  # type: ignore[arg-type]


def _leaves() -> st.SearchStrategy[Expr]:
    entries = [a1, a2, y, delta1, delta2, W1, W2, z1, LAMBDA, kron(K, J), Rational(1, 2), Rational(-3), N1]
    return st.sampled_from(entries)


def _grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda p: Add(*p)),
        two.map(lambda p: Mul(*p)),
        two.map(lambda p: p[0] - p[1]),
        two.map(lambda p: p[0] / (1 + p[1] ** 2)),
        inner.map(lambda e: named("sigmoid", 1)(e)),
        inner.map(lambda e: log(1 + exp(e))),
        inner.map(lambda e: total(e, (K, N2))),
    )


@settings(max_examples=150, deadline=None)
@given(st.recursive(_leaves(), _grown, max_leaves=8))
def test_every_symbol_is_shown_and_brackets_close(expression: Expr) -> None:
    shown = latex(expression)
    for atom in expression.atoms(Indexed):
        assert latex(atom) in shown
    for size in ("", "big", "Big", "bigg"):
        left, right = (rf"\\{size}l[\(\[]", rf"\\{size}r[\)\]]") if size else (r"(?<![lr])[\(\[]", r"(?<![lr])[\)\]]")
        assert len(re.findall(left, shown)) == len(re.findall(right, shown))
    assert shown.count("{") == shown.count("}")
    assert "+ -" not in shown and "- -" not in shown


def test_one_half_stands_before_the_sum() -> None:
    for body in (a2**2, (a2 - y) ** 2, a2 * y):
        assert latex(total(body, (K, N2)) / 2).startswith(r"\tfrac{1}{2} \sum")


def test_wide_formulas_are_broken_within_their_room() -> None:
    long = Add(*(entry(f"a{n}", J) * entry(f"z{n}", K) for n in range(1, 12)))
    node = typeset(long)
    lines = broken(node, 12.0)
    assert len(lines) > 2 and all(width(line) <= 12.0 for line in lines)
    inside = broken(typeset(back * long), 14.0)
    assert all(width(line) <= 14.0 for line in inside)


def test_text_formulas_have_slashes_and_plain_brackets() -> None:
    node = inline(typeset(Partial(a2, entry("z2", M))))
    assert isinstance(node, Fraction) and node.style == "slash"
    flat = inline(typeset(back * a1))
    assert isinstance(flat, Row) and isinstance(flat.items[0], Group) and flat.items[0].size == 0


def test_delimiters_grow_with_what_they_hold() -> None:
    sizes = [
        next(item.size for item in typeset(e).items if isinstance(item, Group))
        for e in (named("f")(Z), named("f")(z1), back * a1, total(exp(z1) / NORMAL, (J, N1)) * total(y, (K, N2)))
        if any(isinstance(item, Group) for item in typeset(e).items)
    ]
    assert sizes == sorted(sizes) and sizes[0] == 0
    assert isinstance(typeset(z1), Scripts) and isinstance(typeset(back).items[0], BigOperator)


def test_the_notation_of_a_model_knows_the_roles() -> None:
    notation = notation_for(softmax_model())
    assert notation.layered and notation.roles["W1"] == "parameter" and notation.roles["y"] == "data"
    assert notation.function("f") == Symbol("f") and element("f") is not None


STANDING_ALONE = {
    r"2 \sum_{i=1}^{n_0} W x_i": total(2 * scalar("W") * entry("x", I), (I, N0)),
    r"\tfrac{1}{2} \sum_{k=1}^{n_2} \bigl(a_k^{(2)} - y_k\bigr)^2": total((a2 - y) ** 2 / 2, (K, N2)),
    r"\tfrac{1}{3} \sum_{i=1}^{n_0} \frac{a - x_i}{b}": total(
        (scalar("a") - entry("x", I)) / (3 * scalar("b")), (I, N0)
    ),
    r"\exp\Bigl(2 \sum_{i=1}^{n_0} x_i\Bigr)": exp(total(2 * entry("x", I), (I, N0))),
    r"\frac{1}{2 \sum_{i=1}^{n_0} x_i}": 1 / total(2 * entry("x", I), (I, N0)),
    r"6 \sum_{i=1}^{n_0} \sum_{k=1}^{n_2} y_k": total(3 * total(2 * y, (K, N2)), (I, N0)),
}


@pytest.mark.parametrize(("expected", "expression"), STANDING_ALONE.items(), ids=list(STANDING_ALONE))
def test_the_number_of_a_sum_is_shown_once(expected: str, expression: Expr) -> None:
    assert latex(expression) == expected


VALUES = {"x": Rational(7), "y": Rational(11), "b": Rational(13)}
LENGTH = Rational(5)


def meant(expression: Expr) -> Expr:
    """The value of a formula in which every index ranges over five entries, all alike."""
    if isinstance(expression, Indexed | SympySymbol):
        return VALUES[str(expression.base if isinstance(expression, Indexed) else expression)]
    if isinstance(expression, Sum):
        return LENGTH * meant(expression.args[0])
    return expression.func(*map(meant, expression.args)) if expression.args else expression


def shown(node: Node) -> Expr:
    """The same value, read from what is to be seen."""
    match node:
        case Symbol(text):
            return VALUES[text] if text in VALUES else Rational(text)
        case Scripts(base, _, sup):
            return shown(base) ** (shown(sup) if sup else 1)
        case Fraction(over, under):
            return shown(over) / shown(under)
        case Group(body):
            return shown(body)
        case BigOperator():
            return LENGTH
        case Row(items):
            return _shown_row(items)
    raise TypeError(type(node).__name__)


def _shown_row(items: tuple[Node, ...]) -> Expr:
    terms: list[list[Expr]] = [[]]
    for item in items:
        if isinstance(item, Operator):
            terms.append([Rational(-1 if item.text == "−" else 1)])
        elif not isinstance(item, Space):
            terms[-1].append(shown(item))
    digits = [isinstance(i, Symbol) and i.text.isdigit() for i in items if not isinstance(i, Space)]
    assert not any(a and b for a, b in zip(digits, digits[1:], strict=False)), "two numbers side by side"
    return Add(*(Mul(*term) for term in terms if term))


def _scaled(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    numbers = st.sampled_from([Rational(2), Rational(-3), Rational(1, 2), Rational(5, 3), Rational(-1, 6)])
    two = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(numbers, inner).map(lambda p: p[0] * p[1]),
        st.tuples(numbers, inner).map(lambda p: total(p[0] * p[1], (K, N2))),
        two.map(lambda p: total(p[0] - p[1], (K, N2))),
        two.map(lambda p: p[0] * p[1]),
        two.map(lambda p: p[0] + p[1]),
        two.map(lambda p: p[0] / (1 + p[1] ** 2)),
        inner.map(lambda e: total(2 * e, (I, N0)) ** 2),
    )


@settings(max_examples=200, deadline=None)
@given(st.recursive(st.sampled_from([entry("x", I), y, scalar("b")]), _scaled, max_leaves=6))
def test_the_numbers_in_print_are_those_of_the_formula(expression: Expr) -> None:
    assert shown(typeset(expression)) == meant(expression)


def test_a_transposed_derivative_stands_in_brackets() -> None:
    assert latex(Transpose(Array("dC/dv"))) == r"\Bigl(\frac{\partial C}{\partial \mathbf{v}}\Bigr)^{\top}"
    powered = latex(Power(Array("dC/dv"), Rational(2)))
    assert powered == r"\Bigl(\frac{\partial C}{\partial \mathbf{v}}\Bigr)^{\odot 2}"
