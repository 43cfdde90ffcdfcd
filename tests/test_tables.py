"""The tables: every row is read, means what numbers say, and is all there is to add."""

from __future__ import annotations

import math
from itertools import product

import pytest
from mpmath import mpf
from sympy import Rational

from derive.errors import InputError
from derive.forward import ACTIVATIONS, COSTS, MLP, PENALTIES, activation, parse_model, plain
from derive.forward.activations import ROWS, table_formula
from derive.forward.choices import check_output, choose_activations
from derive.forward.domains import SAMPLES, accepted, fits
from derive.forward.rewriting import renamed
from derive.forward.values import apply, apply_vector
from derive.terms import named

SCALAR = [name for name in ACTIVATIONS if activation(name).axis is None]
VECTOR = [name for name in ACTIVATIONS if activation(name).axis is not None]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_read(name):
    formula = activation(name)
    assert formula.name == name and formula.text in ROWS
    assert activation(name) is formula
    assert formula.expression.free_symbols - {formula.variable} == set() or formula.axis is not None


@pytest.mark.parametrize("name", SCALAR)
def test_every_activation_is_printed_as_it_is_read(name):
    formula = activation(name)
    model = parse_model(f"f(z) = {plain(formula.expression)}\nC = f(x)")
    assert model.functions["f"].expression == formula.expression
    assert model.functions["f"].kinks == formula.kinks


@pytest.mark.parametrize("name", SCALAR)
def test_there_is_no_corner_besides_the_kinks(name):
    """Away from its kinks the function is smooth: its third difference there is small."""
    formula, step = activation(name), mpf("0.0001")
    for z in SAMPLES[::6]:
        if any(abs(float(kink) - float(z)) < 0.01 for kink in formula.kinks):
            continue
        values = [apply(formula, mpf(float(z)) + n * step, table_formula) for n in (-2, -1, 1, 2)]
        assert abs(values[3] - 2 * values[2] + 2 * values[1] - values[0]) < 1e-4 * (1 + abs(values[0]))


@pytest.mark.parametrize("name", VECTOR)
def test_functions_of_a_vector_give_one_number_an_entry(name):
    values = apply_vector(activation(name), [1.0, -2.0, 0.5], table_formula)
    assert len(values) == 3 and all(math.isfinite(float(value)) for value in values)


@pytest.mark.parametrize(("hidden", "cost"), list(product(ACTIVATIONS, COSTS)))
def test_a_cost_takes_an_activation_or_gives_a_witness(hidden, cost):
    try:
        model = MLP([2, 2], output=hidden, cost=cost)
    except InputError as refused:
        words = str(refused)
        assert words.startswith(f"{cost} needs outputs in (") and f"; {hidden} gives " in words
        offered = words.rpartition("(use ")[2].rstrip(")")
        assert MLP([2, 2], output=offered, cost=cost).cost == "C"
    else:
        assert model.cost == "C"


@pytest.mark.parametrize("row", COSTS.values(), ids=lambda row: row.name)
def test_every_cost_is_a_number_of_outputs_and_labels(row):
    for output in row.usual_for:
        (chosen,) = choose_activations([output])
        check_output(row, chosen)
    given = ", ".join(("a", "y", *row.constants))
    model = parse_model(f"C = {row.formula}\ndata {given}\n" + "\n".join(f"assume {fact}" for fact in row.assume))
    assert len(model.facts) == len(row.assume)


def test_what_a_cost_accepts_is_derived_from_its_logarithms():
    right = parse_model("C = -sum(k, log(2*a[k] - 1) + log(3 - a[k]))\ndata a").equation("C").right
    assert accepted(right, "a") == (Rational(1, 2), 3)
    assert not fits("sigmoid", accepted(right, "a"))


@pytest.mark.parametrize("kind", PENALTIES)
def test_every_penalty_is_read(kind):
    assert parse_model(f"C = {PENALTIES[kind]}\ndata lambda").parameters == ("W",)


def test_renaming_puts_all_names_in_at_once():
    assert renamed("z[k] = sum(j, W[k,j]*a[j])", {"k": "j", "j": "i", "a": "x"}) == "z[j] = sum(i, W[j,i]*x[i])"


def test_an_unknown_activation_is_refused_with_the_nearest_and_the_list():
    with pytest.raises(InputError) as caught:
        activation("sigmod")
    known = ", ".join(ACTIVATIONS)
    assert str(caught.value) == f"sigmod is not a known activation; did you mean sigmoid? (known: {known})"


@pytest.mark.parametrize("name", SCALAR)
def test_an_activation_is_applied_by_its_name(name):
    model = parse_model(f"C = {name}(x)")
    assert model.equation("C").right == named(name)(*model.equation("C").right.args)
    assert name in model.functions


CORNERS = {"max(z, 0)^2": 0, "z*abs(z)": 0, "100 + abs(z - 1)": 1, "step(z)": 1}


@pytest.mark.parametrize(("text", "kinks"), CORNERS.items())
def test_only_true_kinks_are_kinks(text, kinks):
    (formula, *_) = MLP([2, 2, 2], hidden=text).functions.values()
    assert len(formula.kinks) == kinks


def test_an_activation_is_a_formula_in_z():
    with pytest.raises(InputError, match="an activation is a formula in z"):
        MLP([2, 2, 2], hidden="3")
