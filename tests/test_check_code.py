"""Gradient code written by hand: right code passes, each planted mistake is found and named."""

import json
from pathlib import Path

import pytest

from backproof.check import check_file
from codegen.programs.user.runner import checked

FOLDER = Path(__file__).parent / "user_code"
RIGHT = sorted(path.name for path in FOLDER.glob("right_*.py"))

MISTAKES = {
    "missing 1/N": ("D2 = (A2 - Y) / N", "D2 = A2 - Y", "b2", "missing-factor", "1/N is missing"),
    "factor 2 in L2": (
        '+ LAM * params["W1"]', '+ 2 * LAM * params["W1"]', "W1", "missing-regulariser-factor", "LAM*W1 too much",
    ),
    "no penalty": ('+ LAM * params["W2"]', "", "W2", "missing-regulariser-factor", "LAM*W2 too little"),
    "missing derivative": ("* (1 - A1**2)", "", "b1", "missing-derivative", "derivative of tanh is missing"),
    "tanh twice": ("(1 - A1**2)", "(1 - np.tanh(A1)**2)", "b1", "derivative-at-wrong-point", "tanh is applied twice"),
    "stale value": ("(1 - A1**2)", "(1 - A1[:1]**2)", "b1", "derivative-at-wrong-point", "the first record"),
    "updated weights": (
        'D2 @ params["W2"]', 'D2 @ (params["W2"] - 0.25 * (D2.T @ A1 + LAM * params["W2"]))',
        "b1", "derivative-at-wrong-point", "W2 after its update (rate 0.25)",
    ),
    "diagonal softmax": (
        "D2 = (A2 - Y) / N", "D2 = -Y / A2 * A2 * (1 - A2) / N",
        "b2", "softmax-diagonal-only", "only the diagonal of the derivative of softmax",
    ),
    "wrong sign": ('"b2": D2.sum(axis=0)', '"b2": -D2.sum(axis=0)', "b2", "wrong-sign", "the sign is wrong"),
    "twice": ('"b2": D2.sum(axis=0)', '"b2": 2 * D2.sum(axis=0)', "b2", "extra-factor", "2 times too large"),
    "bias not summed": ('"b1": D1.sum(axis=0)', '"b1": D1', "b1", "missing-sum", "the sum over axis 0"),
    "last record": ('"b1": D1.sum(axis=0)', '"b1": D1[-1]', "b1", "missing-sum", "the last record alone"),
    "transposed shape": ("D1.T @ X + LAM * params[\"W1\"]", "X.T @ D1 + LAM * params[\"W1\"].T", "W1",
                         "wrong-transpose-or-index", "it is transposed"),
    "zero": ('"b2": D2.sum(axis=0)', '"b2": 0 * D2.sum(axis=0)', "b2", "other", "zero everywhere"),
    "one row": ('"b2": D2.sum(axis=0)', '"b2": D2.sum(axis=0) * [1, 1, 0, 1, 1]', "b2", "other", "1 of 5 entries"),
    "slope twice": ("(1 - A1**2)", "(1 - A1**2)**2", "b1", "extra-factor", "multiplied in twice"),
}  # fmt: skip


COLUMNS = {
    "no mask": ("D * (values[layer] > 0)", "D", "missing-derivative", "the derivative of relu is missing"),
    "mask of what is passed back": (
        "D = weights[layer].T @ D * (values[layer] > 0)", "D = weights[layer].T @ D; D = D * (D > 0)",
        "derivative-at-wrong-point", "is it a stale value or mask",
    ),
    "a stale mask": (
        "(values[layer] > 0)", "(values[layer] > 0)[:, -1:]", "derivative-at-wrong-point", "of the last record",
    ),
    "mask without the bias": (
        "(values[layer] > 0)", "(weights[layer - 1] @ values[layer - 1] > 0)", "derivative-at-wrong-point", "without b",
    ),
    "mask of the other layer": ("(values[layer] > 0)", "(values[3 - layer] > 0)", "derivative-at-wrong-point", "a"),
    "transposed weights": (
        "weights[layer].T @ D", "(weights[layer] if layer == 1 else weights[layer].T) @ D",
        "wrong-transpose-or-index", "the weights from a1 to z2 are transposed",
    ),
    "another layer's weights": (
        "values[layer].T)", "values[2 if layer == 1 else layer].T)", "wrong-layer", "a2 stands in the place of a1",
    ),
}  # fmt: skip
ARGUMENTS = {
    "no derivative": ("* H * (1 - H)", "", "missing-derivative", "the derivative of sigmoid is missing"),
    "sigmoid twice": (
        "* H * (1 - H)", "* sigmoid(H) * (1 - sigmoid(H))", "derivative-at-wrong-point", "sigmoid is applied twice",
    ),
    "half the penalty": (
        "X.T @ D + 2 * reg", "X.T @ D + reg", "missing-regulariser-factor", "reg*W1 too little",
    ),
    "1/N": ("P /= len(y)", "pass", "missing-factor", "1/N is missing"),
}  # fmt: skip


def examine(path, *names):
    """The check of a file in this process, which is faster than one of its own."""
    return checked({"file": str(path), "names": names, "model": None, "seed": 0, "timeout": 60.0})


def planted(tmp_path, old, new, source="right_network.py"):
    text = (FOLDER / source).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path = tmp_path / "planted.py"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", RIGHT)
def test_right_code_passes(name):
    found = examine(FOLDER / name)
    assert found.status == "right", found
    assert not [note for note in found.notes if note.kind != "kink"]
    assert all(row.error < 1e-9 for row in found.parameters)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_and_named(mistake, tmp_path):
    old, new, parameter, kind, words = MISTAKES[mistake]
    found = examine(planted(tmp_path, old, new))
    assert found.status == "wrong"
    row = next(row for row in found.parameters if row.name == parameter)
    assert row.verdict == "wrong" and row.pattern is not None
    assert row.pattern.kind == kind
    assert words in row.pattern.text
    if "penalty" in mistake or "L2" in mistake:
        assert [r.name for r in found.parameters if r.verdict == "wrong"] == [parameter]


@pytest.mark.parametrize(
    ("source", "mistake"), [("right_columns.py", m) for m in COLUMNS] + [("right_arguments.py", m) for m in ARGUMENTS]
)
def test_in_other_layouts_as_well(source, mistake, tmp_path):
    old, new, kind, words = {**COLUMNS, **ARGUMENTS}[mistake]
    found = examine(planted(tmp_path, old, new, source))
    patterns = [row.pattern for row in found.parameters if row.verdict == "wrong"]
    assert found.status == "wrong" and patterns
    assert any(p and p.kind == kind and words in p.text for p in patterns), patterns
    assert all(patterns)


def test_what_is_printed(tmp_path):
    path = planted(tmp_path, '"b2": D2.sum(axis=0)', '"b2": 2 * D2.sum(axis=0)')
    text, status = check_file(f"{path}:cost,gradient")
    assert status == 1 and "b2   the gradient is 2 times too large at every entry" in text
    found = json.loads(check_file(f"{path}:cost,gradient", as_json=True)[0])
    assert found["functions"] == ["cost", "gradient"] and found["status"] == "wrong"
    (row,) = [row for row in found["parameters"] if row["verdict"] == "wrong"]
    worst = row["worst"]
    assert row["pattern"]["kind"] == "extra-factor" and abs(worst["given"] / worst["true"] - 2) < 1e-9
