"""Layers with a forward and a backward pass: right ones pass, mistakes are found and named."""

from pathlib import Path

import pytest

from codegen.programs.user.runner import checked

FOLDER = Path(__file__).parent / "user_code"


def examine(path, *names):
    return checked({"file": str(path), "names": names, "model": None, "seed": 0, "timeout": 60.0})


def written(tmp_path, text):
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    return path


LAYER = (FOLDER / "right_layer.py").read_text(encoding="utf-8")
LAYERS = {
    "no derivative": ("dout * (1 - self.out**2)", "dout", {"x", "W", "b"}, None),
    "not summed": ("dz.sum(axis=0)", "dz", {"b"}, "missing-sum"),
    "twice": ("self.x.T @ dz", "2 * self.x.T @ dz", {"W"}, "extra-factor"),
}


@pytest.mark.parametrize("mistake", LAYERS)
def test_mistakes_of_layers(mistake, tmp_path):
    old, new, names, kind = LAYERS[mistake]
    assert LAYER.count(old) == 1
    found = examine(written(tmp_path, LAYER.replace(old, new)), "Dense")
    wrong = {row.name: row.pattern for row in found.parameters if row.verdict == "wrong"}
    assert found.status == "wrong" and set(wrong) == names
    assert kind is None or {pattern.kind for pattern in wrong.values()} == {kind}


ELEMENT = """
import numpy as np
class Relu:
    mask = None
    def forward(self, x):
        if self.mask is None or {fresh}:
            self.mask = x > 0
        self.s = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
        return np.maximum(x, 0)
    def backward(self, dout):
        return {back}
def sample():
    return np.random.default_rng(0).standard_normal((4, 3))
"""


@pytest.mark.parametrize(
    ("fresh", "back", "status", "words"),
    [
        ("True", "dout * self.mask", "right", ""),
        ("False", "dout * self.mask", "wrong", "it uses a stale value"),
        ("True", "dout", "wrong", "the derivative of the layer is missing"),
        ("True", "dout * (dout > 0)", "wrong", "at what is passed back, not at the input"),
    ],
)
def test_layers_without_parameters(fresh, back, status, words, tmp_path):
    found = examine(written(tmp_path, ELEMENT.format(fresh=fresh, back=back)))
    said = [note.text for note in found.notes] + [row.pattern.text for row in found.parameters if row.pattern]
    assert found.status == status and words in " ".join(said)
