"""Code without inputs of its own is given those of a network, in the layout that it takes."""

import json

import pytest

from backproof.check import check_file
from backproof.networks import Options


def written(tmp_path, text):
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    return str(path)


NETWORK = """
import numpy as np
def cost(params, X, Y):
    A = np.tanh(X @ params["W1"]{t} + params["b1"])
    return np.sum((A @ params["W2"]{t} + params["b2"] - Y) ** 2) / (2 * len(X))
def gradient(params, X, Y):
    A = np.tanh(X @ params["W1"]{t} + params["b1"])
    D = (A @ params["W2"]{t} + params["b2"] - Y) / len(X)
    E = D @ params["W2"]{s} * {slope}
    return {{"W1": ({one}){s}, "b1": E.sum(axis=0), "W2": ({two}){s}, "b2": D.sum(axis=0)}}
"""


@pytest.mark.parametrize("transposed", [True, False])
@pytest.mark.parametrize(("slope", "kind"), [("(1 - A**2)", None), ("1", "missing-derivative")])
def test_inputs_are_drawn_from_a_network(transposed, slope, kind, tmp_path):
    t, s = (".T", "") if transposed else ("", ".T")
    text = NETWORK.format(t=t, s=s, slope=slope, one="E.T @ X", two="D.T @ A").replace(".T.T", "")
    said, status = check_file(written(tmp_path, text), "4-3-2", Options(hidden="tanh", output="identity"), as_json=True)
    found = json.loads(said)
    assert not found["notes"], found["notes"]
    assert status == (1 if kind else 0)
    assert {row["name"]: (row["pattern"] or {}).get("kind") for row in found["parameters"]} == {
        "W1": kind, "b1": kind, "W2": None, "b2": None,
    }  # fmt: skip


def test_another_cost_than_that_of_the_network_is_told(tmp_path):
    text = NETWORK.format(t=".T", s="", slope="(1 - A**2)", one="E.T @ X", two="D.T @ A")
    said, status = check_file(written(tmp_path, text), "4-3-2", Options(hidden="relu", output="identity"))
    assert status == 0 and "the cost is not that of the network" in said


def test_a_large_network_comes_to_an_end(tmp_path):
    text = NETWORK.format(t=".T", s="", slope="1", one="E.T @ X", two="D.T @ A")
    said, status = check_file(written(tmp_path, text), "300-30-4", Options(hidden="tanh", output="identity"))
    assert status == 1 and "did not return" not in said
