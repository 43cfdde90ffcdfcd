"""What is not said is not guessed so that an error passes: letters, the order of indices, the numbers of layers."""

from __future__ import annotations

import pytest

from derive import MLP, Judge

NET = MLP([4, 3, 5])
DW1, DB1, DELTA1 = (
    r"\frac{\partial C}{\partial W^{(1)}_{ji}}",
    r"\frac{\partial C}{\partial b^{(1)}_j}",
    r"\delta^{(1)}_j",
)
SLOPE = r"a^{(1)}_j (1 - a^{(1)}_j)"
DW, DW1_WHOLE, DW2 = (
    r"\frac{\partial C}{\partial W^{(l)}}",
    r"\frac{\partial C}{\partial W_1}",
    r"\frac{\partial C}{\partial W_2}",
)

VERDICTS = {
    rf"{DW1} = \delta^{{(1)}}_j x_i": "proved",
    rf"{DW1} = \delta^{{(1)}}_j x_k": "refuted",
    rf"{DW1} = \delta^{{(1)}}_j x_j": "undecided",
    rf"{DB1} = \delta^{{(1)}}_j": "proved",
    rf"{DB1} = \delta^{{(1)}}": "proved",
    rf"{DB1} = \delta^{{(1)}}_k": "refuted",
    rf"{DELTA1} = {SLOPE} \sum_k w^{{(2)}}_{{kj}} \delta^{{(2)}}_k": "proved",
    rf"{DELTA1} = {SLOPE} w^{{(2)}}_{{kj}} \delta^{{(2)}}_k": "refuted",
    rf"{DW1_WHOLE} = \delta_1 x^T": "proved",
    rf"{DW2} = \delta_2 a_1^T": "proved",
    rf"{DW2} = \delta_2 x^T": "refuted",
    rf"{DW1_WHOLE} = \delta_2 x^T": "refuted",
    rf"{DW1_WHOLE} = \delta_2 a_1^T": "refuted",
    rf"{DW} = \delta^{{(l)}} (a^{{(l)}})^T": "refuted",
    rf"{DW} = \delta^{{(l)}} (a^{{(l-1)}})^T": "proved",
    r"\delta_3 = a_3 - y": "proved",
}
DOUBTS = {
    rf"{DW1} = \delta^{{(1)}}_i x_j": "the two indices of W1[j,i] are written in the other order",
    rf"{DELTA1} = {SLOPE} \sum_k w^{{(2)}}_{{jk}} \delta^{{(2)}}_k": (
        "the two indices of W2[k,j] are written in the other order"
    ),
    rf"{DW} = \delta^{{(l+1)}} (a^{{(l)}})^T": "the input is layer 1; the weights of a layer lead to the next",
    "dZ1 = (dZ2 @ W2.T) * A1 * (1 - A1)": "weights are written transposed to the model's",
}


@pytest.mark.parametrize("claim", VERDICTS)
def test_a_wrong_index_or_layer_does_not_pass(claim):
    assert Judge(NET).judge(claim).status == VERDICTS[claim]


@pytest.mark.parametrize("claim", DOUBTS)
def test_what_holds_only_in_another_convention_is_left_open_and_says_which(claim):
    verdict = Judge(NET).judge(claim)
    assert verdict.status == "undecided"
    assert verdict.reason.startswith(f"true only if {DOUBTS[claim]}")
    assert verdict.alternatives[0].status == "proved"


@pytest.mark.parametrize(
    ("notation", "claim"), [("ufldl", list(DOUBTS)[2]), ("udacity", r"\Delta w_{ij} = \eta \delta_j x_i")]
)
def test_a_notation_settles_it(notation, claim):
    assert Judge(NET, notation).judge(claim).status == "proved"


def test_a_notation_is_guessed_by_its_own_symbols_and_named():
    verdict = Judge(NET).judge(r"\Delta w_{ij} = \eta \delta^h_j x_i")
    assert verdict.status == "proved"
    assert verdict.notes[0] == "the notation is taken to be udacity"
