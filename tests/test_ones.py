"""Columns of ones and powers entry by entry, as our own documents print them, are read back."""

from __future__ import annotations

import pytest

from derive import MLP, Judge

SUMMED = r"\frac{\partial C}{\partial \mathbf{b}^{(2)}} = \frac{1}{N} {\boldsymbol\Delta^{(2)}}^\top "
BACK = r"\delta_1 = (W_2^T \delta_2) \odot "
VERDICTS = {
    SUMMED + r"\mathbf{1}_N": "proved",
    SUMMED + r"\mathbb{1}": "proved",
    SUMMED + r"\mathbf{1}_N / N": "refuted",
    BACK + r"(a_1 - a_1^{\odot 2})": "proved",
    BACK + r"(a_1 - a_1^{\odot 3})": "refuted",
    BACK + r"(\mathbf{1} - a_1) \odot a_1": "proved",
}


@pytest.mark.parametrize("claim", VERDICTS)
def test_the_verdict(claim):
    assert Judge(MLP([4, 3, 5])).judge(claim).status == VERDICTS[claim]


def test_a_number_of_the_cost_is_no_target():
    verdict = Judge(MLP([4, 3, 5], l2="lambda"), "nielsen").judge(r"\delta^3 = a^3 - y")
    assert verdict.status == "proved"
