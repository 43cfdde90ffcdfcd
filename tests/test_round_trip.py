"""Formulas as our documents print them are read back, and proved equal to what was printed."""

from __future__ import annotations

import pytest

from backproof.gallery import GALLERY
from backproof.runs import derived
from codegen.documents import latex
from codegen.documents.display import Symbol
from codegen.documents.latex import latex_math
from codegen.documents.notation import notation_for
from derive.forward.plain import plain
from derive.judge.verify import Judge

NETWORKS = {
    f"{piece.network} {' '.join(piece.options.typed())}": piece
    for piece in GALLERY.values()
    if piece.network not in ("n0-...-nL", "784-512-256-128-64-32-16-12-10")
}
UNREAD = "einsum"
"""Of forms with this word nothing is read back."""


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


@pytest.mark.parametrize("name", ["4-3-5 ", "examples/models/lstm.eq "])
def test_a_factor_too_many_is_found(name):
    derivation, symbols = judge_and_results(name)
    judge = Judge(derivation.model, symbols=symbols)
    for result in derivation.answers:
        assert judge.judge(f"{latex(result, derivation.model)} \\cdot 2").status == "refuted"
