"""The plain language: what it says, what it refuses and how, and that printing undoes reading."""

from __future__ import annotations

import pytest
from counting import work
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, exp, log, pi

from derive.errors import InputError
from derive.forward import MLP, parse_equation, plain, plain_equation
from derive.records import Model
from derive.terms import dimension, element, free_indices, index, kron, maximum, minimum, named, scalar, total

i, j, k, m = map(index, "ijkm")
MODEL = MLP([4, 3, 5], l2="lambda")
N0, N1, N2 = MODEL.widths


def read(text: str):
    """The right side of a claim that is about delta1[j], so that j is free."""
    return parse_equation(f"delta1[j] = {text}", MODEL)[1]


MEANINGS = [
    ("1/2*x[0] + 0.1", element("x", 0) / 2 + Rational(1, 10)),
    ("2e-3", Rational(1, 500)),
    ("-a1[j]^2", -(element("a1", j) ** 2)),
    ("2**-1*a1[j]", element("a1", j) / 2),
    ("a1[j]^2^3", element("a1", j) ** 8),
    ("z1[j]/z1[0]/z1[1]", element("z1", j) / (element("z1", 0) * element("z1", 1))),
    ("1 - - 2", 3),
    ("sum(i, W1[j,i]*x[i])", total(element("W1", j, i) * element("x", i), (i, N0))),
    ("sum(k, sum(i, W2[k,j]*W1[j,i]))", total(element("W2", k, j) * element("W1", j, i), (k, N2), (i, N0))),
    ("size(j)", N1),
    ("n2", N2),
    ("size(k)*sum(k, y[k])", N2 * total(element("y", k), (k, N2))),
    ("sum(i, x[i] - x[i] + y[0])", N0 * element("y", 0)),
    ("sum(i, kron(i,0)*x[i])", total(kron(i, 0) * element("x", i), (i, N0))),
    ("f'(z1[j])", named("f", 1)(element("z1", j))),
    ("sigmoid''(z1[j])", named("sigmoid", 2)(element("z1", j))),
    ("max(0, z1[j])", maximum(element("z1", j), 0)),
    ("min(z1[j], 1)", minimum(element("z1", j), 1)),
    ("exp(z1[j]) + log(lambda)*pi", exp(element("z1", j)) + log(scalar("lambda")) * pi),
    ("softmax(z2)[4]", exp(element("z2", 4)) / total(exp(element("z2", m)), (m, N2))),
    ("softmax(z1)[j]", exp(element("z1", j)) / total(exp(element("z1", m)), (m, N1))),
    ("δ1[j]*λ", element("delta1", j) * scalar("lambda")),
    ("dC/dW1[j,0]", element("dC/dW1", j, 0)),
    ("2*dC/dz1[j]*x[0]", 2 * element("delta1", j) * element("x", 0)),
    ("-∂C/∂W1[j,0]", -element("dC/dW1", j, 0)),
    ("dJ/db1[j]", element("dC/db1", j)),
    ("delta1[j]/delta2[0]", element("delta1", j) / element("delta2", 0)),
]


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
def test_meaning(text, meaning):
    assert read(text) == meaning


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
def test_printing_undoes_reading(text, meaning):
    assert read(plain(read(text))) == meaning


def test_a_bound_letter_of_softmax_is_not_captured():
    left, right, _ = parse_equation("sum(m, softmax(z2)[m]*y[m]) = 1", MODEL)
    inner = exp(element("z2", m)) / total(exp(element("z2", i)), (i, N2))
    assert plain(left).count("sum(m") == 1
    assert left == total(inner * element("y", m), (m, N2)) or "sum(m, exp(z2[m]))" not in plain(left)


def test_left_side_and_ranges():
    left, _, ranges = parse_equation("dC/dW1[j,i] = delta1[j]*x[i]", MODEL)
    assert left == element("dC/dW1", j, i)
    assert ranges == {j: N1, i: N0}


@pytest.mark.parametrize("equation", MODEL.equations, ids=lambda e: e.name)
def test_equations_are_read_back(equation):
    left, right, ranges = parse_equation(plain_equation(equation), MODEL)
    assert (left, right, ranges) == (equation.left, equation.right, equation.ranges)


def test_an_index_on_one_side_alone_is_free():
    _, right, ranges = parse_equation("delta1[j] = W2[k,j]*delta2[k]", MODEL)
    assert {str(letter): str(size) for letter, size in ranges.items()} == {"j": "n1", "k": "n2"}
    assert {str(letter) for letter in free_indices(right)} == {"j", "k"}


def test_textbook_order():
    for text in (
        "sum(k, W2[k,j]*delta2[k])*sigmoid'(z1[j])",
        "delta1[j]*x[0] + lambda*W1[j,0]",
        "a1[j]*(1 - a1[j])",
        "1/2*sum(k, (a2[k] - y[k])^2)",
        "1/(1 + exp(-z1[j]))",
    ):
        assert plain(read(text)) == text


REFUSED = [
    ("q*x[0]", "q is not defined"),
    ("W_1[j,0]", "W_1 is not defined; did you mean W1?"),
    ("dC/db3[j]", "b3 is not defined; did you mean b2?"),
    ("sigmod(z1[j])", "sigmod is not a known function; did you mean sigmoid?"),
    ("W1[j]", "W1 has 1 index here and 2 indices in the model"),
    ("lambda[j]", "lambda has 1 index here and no indices in the model"),
    ("sum(j, a1[j])", "index j stands on the left and is summed over in sum(j, ...); take another letter"),
    ("sum(i, sum(i, x[i]))", "index i is bound twice, by a sum inside a sum; take another letter"),
    ("sum(i, 1)", "index i stands in no array, so nothing says how many values it has"),
    ("sum(x[0], 1)", "sum begins with an index letter, as in sum(k, ...)"),
    ("sum(i)", "sum takes 2 arguments, not 1"),
    ("exp(1, 2)", "exp takes 1 argument, not 2"),
    ("kron(j,0)*a2[j]", "index j runs over 3 units of delta1 and over 5 units of a2"),
    ("sum(k, a2[k]*kron(j,k))", "in kron, j runs over 3 values and k over 5"),
    ("sum(k, kron(j,k)*a2[k])", "in kron, j runs over 3 values and k over 5"),
    ("x[4]", "the index 4 of x is beyond its 4 units"),
    ("x[1/2]", "an index is a letter, a number from 0, or a sum of these, as in x[2*t+s-1]"),
    ("x[0-1]", "an index that begins at -1; indices count from 0"),
    ("size(p)", "size(p): p is no index of this equation"),
    ("j*a1[j]", "the index j is used as a number; indices stand in brackets only"),
    ("softmax(z1[j])", "softmax takes an array and gives one: write softmax(z)[k]"),
    ("softmax(2*z1)[j]", "softmax takes the name of an array, as in softmax(z)[k]"),
    ("exp(z1[j])[j]", "exp(...) is a number and has no indices"),
    ("exp'(z1[j])", "exp' is not written with a prime; only activations and f, g, h are"),
    ("a1[j]/(1 - 1)", "1/(0) divides by zero"),
    ("log(0)", "log(0) divides by zero"),
    ("sqrt(1 - 2)", "sqrt(-1) is not a real number"),
    ("9^9^9", "the number 9^387420489 is too large to be written out"),
    ("1" * 100, "the number 111111111111... is too long; at most 60 digits are read"),
    ("1e999999999999", "the number 1e9999999999... is too long; at most 60 digits are read"),
    ("sin(" * 60 + "1" + ")" * 60, "a formula nested more than 40 levels deep; give its parts names"),
    ("-" * 5000 + "1", "a formula nested more than 40 levels deep; give its parts names"),
    ("2" + "^2" * 5000, "a formula nested more than 40 levels deep; give its parts names"),
    ("1" + "+1" * 60_000, "a formula of 120013 characters; at most 100000 are read"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=range(len(REFUSED)))
def test_refused_in_one_line(text, reason):
    with pytest.raises(InputError) as caught:
        parse_equation(f"delta1[j] = {text}", MODEL, "claim")
    assert str(caught.value) == f"claim: {reason}"


FOREIGN = "which no formula contains (numbers, names, + - * / ^, brackets and functions only)"
UNREADABLE = [
    ("__import__('os')", f"""column 12: found "'", {FOREIGN}"""),
    ('"text"', f"""column 1: found "\"", {FOREIGN}"""),
    ("x.shape", f'column 2: found ".", {FOREIGN}'),
    ("lambda: 1", f'column 7: found ":", {FOREIGN}'),
    ("2x", 'column 2: found "x", expected an operator or the end of the line (* is always written)'),
    ("x[0]y[0]", 'column 5: found "y", expected an operator or the end of the line (* is always written)'),
    ("(1 + 2", 'column 7: found the end of the line, expected an operator or ")"'),
    ("1 +", 'column 4: found the end of the line, expected a name, a number or "("'),
    ("x[", 'column 3: found the end of the line, expected a name, a number or "("'),
    ("[i for i in x]", 'column 1: found "[", expected a name, a number or "("'),
    ("1 = 2", 'column 3: found "=", expected an operator or the end of the line'),
]


@pytest.mark.parametrize(("text", "reason"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_unreadable_with_its_column(text, reason):
    from derive.forward.reading import parse_tree

    with pytest.raises(InputError) as caught:
        parse_tree(text, "line 3")
    assert str(caught.value) == f"line 3, {reason}"


def test_brackets_alone_may_be_deep():
    assert read("(" * 2000 + "a1[j]" + ")" * 2000) == element("a1", j)


def test_long_sums_are_read_in_linear_time():
    assert read("+".join(["a1[j]"] * 5000)) == 5000 * element("a1", j)
    few, many = (work(lambda n=n: read("+".join(["a1[j]"] * n))) for n in (500, 4000))
    assert many < 10 * few


LEAVES = st.sampled_from("a1[j] z1[j] x[0] W1[j,1] lambda 2 3/4 0.5 delta1[j] dC/db1[j] n1".split())


def _combined(inner):
    shapes = [
        "{0} + {1}",
        "{0} - {1}",
        "({0})*({1})",
        "-({0})",
        "({0})^2",
        "({0})/(1 + exp({1}))",
        "exp({0})",
        "sigmoid'({0})",
        "max({0}, 0)",
        "abs({0} + x[1])",
        "sum(i, x[i]*({0}))",
        "sum(k, W2[k,j]*({0})^3)*({1})",
        "1/2*({0})",
        "f({0})",
        "tanh({0} - {1})",
        "prod(k, y[k] + {0})",
        "step({0})",
        "sqrt(exp({0}))",
    ]
    fill = st.builds(lambda shape, one, two: shape.format(one, two), st.sampled_from(shapes), inner, inner)
    return fill.filter(lambda text: text.count("sum(i") < 2 and text.count("(k,") < 2)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.recursive(LEAVES, _combined, max_leaves=8))
def test_any_formula_is_printed_as_it_is_read(text):
    try:
        expression = read(text)
    except InputError as refused:
        assert "zero" in str(refused) or "large" in str(refused)
        return
    assert read(plain(expression)) == expression


def test_dimensions_are_names():
    assert all(width == dimension(f"n{place}") for place, width in enumerate(MODEL.widths))


def test_signs_as_they_are_printed():
    assert parse_equation("a1[j] = −x[0]·z1[j] – 2×b1[j]", MODEL) == parse_equation(
        "a1[j] = -x[0]*z1[j] - 2*b1[j]", MODEL
    )


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("w2", ("W2", "z2"), "W2"),
        ("floor", ("log", "abs"), None),
        ("a7", ("a1", "z7"), "a1"),
        ("nielson", ("nielsen", "lee"), "nielsen"),
        ("dat", ("data", "param"), "data"),
    ],
)
def test_the_name_that_was_meant(name, known, near):
    from derive.forward.names import nearest

    assert nearest(name, known) == near


def test_a_word_that_begins_a_line_is_offered():
    with pytest.raises(InputError, match='"x", expected an operator or "="; did you mean data[?]$'):
        Model.parse("dat x[i]")
