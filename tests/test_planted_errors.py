"""A wrong step, planted in the engine, is refused; each kind of mistake once."""

from __future__ import annotations

import pytest
from sympy import Indexed, Mul, Pow

from derive.backward import backprop, book, forms, result
from derive.backward import matrix as m
from derive.backward.backprop import backpropagate
from derive.errors import BackproofError, CheckFailed
from derive.forward.network import MLP
from derive.renaming import found_in, replace
from derive.terms import element, indices_of, name_of


def swapped(expression):
    """The same expression with the indices of every matrix entry exchanged."""
    entries = [e for e in found_in(expression, Indexed) if len(indices_of(e)) == 2]
    return replace(expression, {e: element(name_of(e), *reversed(indices_of(e))) for e in entries})


def without_a_factor(expression):
    """The product without its last factor."""
    return Mul(*expression.args[:-1]) if isinstance(expression, Mul) else expression


LOCAL_MISTAKES = {
    "sign": lambda e: -e,
    "index": swapped,
    "factor 2": lambda e: 2 * e,
    "lost": lambda e: e * 0,
    "square": lambda e: Pow(e, 2),
}


@pytest.mark.parametrize("mistake", LOCAL_MISTAKES)
def test_a_wrong_local_derivative_is_refused(monkeypatch, mistake):
    right = result.partial
    monkeypatch.setattr(result, "partial", lambda e, by: LOCAL_MISTAKES[mistake](right(e, by)))
    with pytest.raises(CheckFailed, match="refuted"):
        backpropagate(MLP([4, 3, 5]))


@pytest.mark.parametrize("rule", ["contract", "collect"])
def test_a_wrong_rewriting_is_refused(monkeypatch, rule):
    right = getattr(result, rule)
    monkeypatch.setattr(result, rule, lambda e, *more, **options: -right(e, *more, **options))
    with pytest.raises(CheckFailed):
        backpropagate(MLP([4, 3, 5]))


def test_a_lost_factor_in_the_slope_of_an_activation_is_refused(monkeypatch):
    right = result.through_outputs

    def wrong(*arguments):
        expression, arrays, functions = right(*arguments)
        return (without_a_factor(expression) if functions else expression), arrays, functions

    monkeypatch.setattr(result, "through_outputs", wrong)
    with pytest.raises(CheckFailed, match="through-output"):
        backpropagate(MLP([4, 3, 5]))


def test_a_softmax_jacobian_with_only_its_diagonal_is_refused(monkeypatch):
    right = book.recognise

    def diagonal(expression, equation):
        return right(expression.args[-1] if expression.is_Add else expression, equation)

    monkeypatch.setattr(book, "recognise", diagonal)
    with pytest.raises(CheckFailed, match="name"):
        backpropagate(MLP([4, 3, 5]))


def test_a_forgotten_consumer_is_refused_by_the_second_engine(monkeypatch):
    right = backprop.graph

    def forgetful(model, targets):
        graph = right(model, targets)
        consumers = {name: list(uses) for name, uses in graph.consumers.items()}
        consumers["W1"] = consumers["W1"][:1]
        return type(graph)(consumers, graph.wanted, graph.order)

    monkeypatch.setattr(backprop, "graph", forgetful)
    with pytest.raises(CheckFailed, match="W1"):
        backpropagate(MLP([4, 3, 5], l2="lambda"))


def test_a_fact_that_was_not_declared_is_not_used():
    with_fact = backpropagate(MLP([4, 3, 5]))
    without = backpropagate(MLP([4, 3, 5], facts=False))
    assert any(step.facts for step in with_fact.steps)
    assert not any(step.facts for step in without.steps)
    assert with_fact.delta["delta2"] != without.delta["delta2"]


@pytest.mark.parametrize("widths", [[4, 3, 5], [3, 3, 3]])
def test_a_transposed_product_in_the_matrix_form_is_refused(monkeypatch, widths):
    right = forms.to_matrix

    def transposed(node, row, column, sizes):
        form = right(node, row, column, sizes)
        return m.Transpose(form) if isinstance(form, m.Array) and form.name.startswith("W") else form

    monkeypatch.setattr(forms, "to_matrix", transposed)
    with pytest.raises(BackproofError):
        backpropagate(MLP(widths))
