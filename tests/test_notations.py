"""Every notation can say the delta rule, the recursion and the gradients of a network of two layers."""

from __future__ import annotations

import re

import pytest

from derive import MLP, Model
from derive.backward.backprop import backpropagate
from derive.errors import InputError
from derive.forward.claims import parse_equation
from derive.judge.batched import with_records
from derive.judge.guessing import guess
from derive.judge.meaning import Setting, readings
from derive.judge.notations import NOTATIONS
from derive.judge.reading import read_latex
from derive.proof.identity import decide
from derive.records import Equation
from derive.terms import indices_of, name_of

NETWORK = MLP([4, 3, 5], hidden="f", output="f", cost="half-sse", bias=True)
EXAMPLES = [(name, text) for name, row in NOTATIONS.items() for text in row.examples]


def derived(model: Model) -> dict[str, Equation]:
    """The forward equations and every derivative of the cost, by name."""
    found = {equation.name: equation for equation in model.equations}
    for result in backpropagate(model, wrt=[*model.parameters, *model.data]).results:
        found[name_of(result.left)] = Equation(
            name_of(result.left),
            tuple(indices_of(result.left)),
            result.right,
            result.ranges,  # type: ignore[arg-type]
        )
    return found


DERIVED = {False: derived(NETWORK), True: derived(with_records(NETWORK))}


def statuses(text: str, notation: str) -> list[set[str]]:
    """The verdicts on the claims of each reading."""
    found = []
    for statement in read_latex(text):
        for reading in readings(statement, Setting(NETWORK, NOTATIONS[notation])):
            model = with_records(NETWORK) if reading.records else NETWORK
            verdicts = set()
            for claim in reading.claims:
                left, right, ranges = parse_equation(claim, model, scalars=reading.scalars)
                definitions = DERIVED[reading.records]
                verdicts.add(
                    decide(left, right, ranges=ranges, definitions=definitions, functions=model.functions).status
                )
            found.append(verdicts)
    return found


@pytest.mark.parametrize(("notation", "text"), EXAMPLES)
def test_every_example_has_one_reading_and_it_is_true(notation: str, text: str) -> None:
    assert statuses(text, notation) == [{"proved"}]


@pytest.mark.parametrize(("notation", "text"), EXAMPLES)
def test_twice_an_example_is_refuted(notation: str, text: str) -> None:
    left, _, right = text.partition("=")
    assert statuses(f"{left} = 2 ({right})", notation) == [{"refuted"}]


@pytest.mark.parametrize("notation", list(NOTATIONS))
def test_every_row_has_the_three_examples_and_a_title(notation: str) -> None:
    row = NOTATIONS[notation]
    assert row.name == notation and row.title
    assert len(row.examples) >= 3


def test_the_order_of_the_indices_of_a_weight_follows_the_notation() -> None:
    """With equal letters, w_jk of one notation is w_kj of another; the shapes do not decide where widths are equal."""
    square = MLP(["n", "n", "n"], hidden="f", output="f", cost="half-sse", bias=False)
    claims = {}
    for name in ("nielsen", "udacity"):
        (statement,) = read_latex(r"\frac{\partial C}{\partial w_{kj}} = \delta_k a_j")
        row = NOTATIONS[name]
        claims[name] = {claim for one in readings(statement, Setting(square, row)) for claim in one.claims}
    assert claims["nielsen"].isdisjoint(claims["udacity"])


def test_a_notation_is_guessed_by_symbols_that_no_other_has() -> None:
    assert guess(read_latex(r"\delta_k = (d_k - o_k) f'(net_k)"), NETWORK) is NOTATIONS["micheli"]
    assert guess(read_latex(r"\delta = a - y"), NETWORK) is None


def test_a_symbol_that_stands_for_nothing_is_named() -> None:
    (statement,) = read_latex(r"\delta_k = \Xi_k - y_k")
    with pytest.raises(InputError, match="Xi_k"):
        readings(statement, Setting(NETWORK, NOTATIONS["nielsen"]))


def test_notations_say_their_names_in_one_word() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+", name) for name in NOTATIONS)
