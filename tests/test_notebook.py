"""What notebooks show of models, derivations, steps and verdicts."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

import backproof as bp
from codegen import notebook

NOTEBOOK = Path(__file__).resolve().parent.parent / "examples" / "tutorial.ipynb"
NET = bp.MLP([2, 3, 2], hidden="tanh")
DERIVATION = bp.backpropagate(NET)
SHOWN = {
    "model": NET,
    "model without layers": bp.Model.parse("z = w*x\nC = (z - y)^2"),
    "derivation": DERIVATION,
    "step": DERIVATION.steps[-1],
    "proved": bp.verify("dC/db1[j] = delta1[j]", NET),
    "refuted": bp.verify("dC/db1[j] = 2*delta1[j]", NET),
    "assuming": bp.verify("delta2[k] = a2[k] - y[k]", NET),
}


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    for record, forms in notebook.FORMS.items():
        for name in forms:
            monkeypatch.setattr(record, name, None, raising=False)
    notebook.register()


@pytest.mark.parametrize("name", SHOWN)
def test_html_is_whole(name):
    html = SHOWN[name]._repr_html_()
    ElementTree.fromstring(html.replace("&nbsp;", " "))


@pytest.mark.parametrize("name", ["model", "derivation", "step"])
def test_latex_is_displayed(name):
    text = SHOWN[name]._repr_latex_()
    assert text.startswith("$$") and text.endswith("$$")


def test_a_verdict_says_what_is_wrong_and_what_is_right():
    html = SHOWN["refuted"]._repr_html_()
    assert "refuted" in html and "the factor 2 is one too many" in html and "dC/db1[j] = delta1[j]" in html


def test_nothing_in_a_claim_is_markup():
    verdict = bp.Verdict("<b>&", "<b>", "undecided", "<i>")
    assert "<b>" not in notebook.verdict_html(verdict) and "<i>" not in notebook.verdict_html(verdict)


def test_ipython_finds_the_forms():
    formatters = pytest.importorskip("IPython.core.formatters", reason="needs IPython")
    data, _ = formatters.DisplayFormatter().format(DERIVATION)
    assert "<math" in data["text/html"] and "aligned" in data["text/latex"]


def test_the_notebook_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    scope: dict = {}
    for text in code:
        exec(compile(text, NOTEBOOK.name, "exec"), scope)
    assert len(code) >= 5 and scope["verdict"].status == "refuted"
