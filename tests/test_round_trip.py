"""Formulas as our documents print them are read back, and proved equal to what was printed."""

from __future__ import annotations

import re

import pytest

from backproof.gallery import GALLERY
from backproof.networks import Options
from backproof.runs import derived
from codegen.documents import document, latex
from codegen.documents.display import Symbol
from codegen.documents.document import Box
from codegen.documents.latex import latex_math
from codegen.documents.notation import notation_for
from derive import MLP
from derive.forward.plain import plain
from derive.judge.verify import Judge

NETWORKS = {
    f"{piece.network} {' '.join(piece.options.typed())}": piece
    for piece in GALLERY.values()
    if piece.network != "n0-...-nL"
}
UNREAD = "einsum"
"""Of forms with this word nothing is read back."""
EXPLICIT = r"\partial ^+"
STEPPED = [name for name in NETWORKS if not name.startswith("784")]
"""Eight layers have lines like those of four, and their time."""


def judge_and_results(name):
    piece = NETWORKS[name]
    derivation = derived(piece.network, piece.options)
    notation = notation_for(derivation.model, [r.right for r in derivation.results])
    symbols = {}
    if not notation.layered:
        for array, letters in derivation.model.letters.items():
            if letters:
                entry = notation.entry(array, tuple(Symbol(str(letter)) for letter in letters))
                symbols[latex_math(entry)] = f"{array}[{','.join(map(str, letters))}]"
    return derivation, symbols


@pytest.mark.parametrize("name", NETWORKS)
def test_every_result_is_read_back_and_proved(name):
    derivation, symbols = judge_and_results(name)
    by_entry, whole = Judge(derivation.model, symbols=symbols), Judge(derivation.model)
    read = 0
    for result in derivation.answers:
        assert whole.plain(f"{plain(result.left)} = {plain(result.right)}").status == "proved"
        assert by_entry.judge(latex(result, derivation.model)).status == "proved", latex(result, derivation.model)
        for form in (result.matrix, result.batch):
            text = latex(form, derivation.model) if form is not None else UNREAD
            if UNREAD not in text:
                assert whole.judge(text).status == "proved", text
                read += 1
    assert read


@pytest.mark.parametrize("name", STEPPED)
def test_every_line_of_the_derivation_is_read_back_and_proved(name):
    """But for a line that tells the part of a derivative that a penalty has from the whole."""
    derivation, symbols = judge_and_results(name)
    judge = Judge(derivation.model, symbols=symbols)
    for equation in derivation.model.equations:
        assert judge.judge(latex(equation, derivation.model)).status == "proved"
    lines = [latex(step, derivation.model) for result in derivation.results for step in result.steps]
    read = [line for line in lines if EXPLICIT not in line]
    for line in read:
        assert judge.judge(line).status == "proved", line
    assert len(read) > 0.7 * len(lines)


def test_the_results_for_any_depth_hold_for_three_layers():
    made = document(derived("n0-...-nL", Options()))
    boxes = [block for section in made.sections for block in section.blocks if isinstance(block, Box)]
    judge = Judge(MLP(["n0", "n1", "n2", "n3"]))
    formulas = [re.split(r",?\\quad", latex_math(formula))[0].rstrip(", ") for box in boxes for formula in box.formulas]
    assert len(formulas) == 12
    for formula in formulas:
        assert judge.judge(formula).status == "proved", formula
        assert judge.judge(f"{formula} \\cdot 2").status != "proved"


@pytest.mark.parametrize("name", ["4-3-5 ", "examples/models/lstm.eq "])
def test_a_factor_too_many_is_found(name):
    derivation, symbols = judge_and_results(name)
    judge = Judge(derivation.model, symbols=symbols)
    for result in derivation.answers:
        assert judge.judge(f"{latex(result, derivation.model)} \\cdot 2").status == "refuted"
