"""Formulas as pictures of text."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from click import unstyle
from hand_made import N2, Z2_SOFTMAX, J, K, M, a1, a2, back, delta1, entry, softmax_derivation, y
from sympy import sqrt

from backproof.networks import Options
from backproof.report import report
from backproof.runs import derived
from codegen.documents import document, terminal, terminal_document
from codegen.documents.boxes import Box, beside, bracketed, fraction, scripts, stacked, text
from derive.backward.matrix import Array, Hadamard, Product, Transpose
from derive.terms import Partial, kron, scalar, total

PICTURES = {
    "entry": (entry("W1", J, M), """
         (1)
        w
         jm
    """),
    "residual": (a2 - y, """
         (2)
        a    − y
         k      k
    """),
    "hidden error": (back * a1 * (1 - a1), """
        ⎛n₂   (2)  (2)⎞  (1)       (1)
        ⎜ ∑  w    δ   ⎟ a    (1 − a   )
        ⎝k=1  kj   k  ⎠  j         j
    """),
    "partial": (Partial(a2, entry("z2", M)), """
           (2)
         ∂a
           k
        ───────
           (2)
         ∂z
           m
    """),
    "half": (total((a2 - y) ** 2, (K, N2)) / 2, """
          n₂    (2)
        ½  ∑  (a    − y )²
          k=1   k      k
    """),
    "indicator": (a2 * (kron(K, J) - entry("a2", J)), """
         (2)              (2)
        a    (𝟙[k = j] − a   )
         k                j
    """),
    "softmax": (Z2_SOFTMAX, """
                (2)
           exp(z   )
                k
        ───────────────
         n₂       (2)
          ∑  exp(z   )
         m=1      m
    """),
    "derivative": (entry("dC/dW1", J, M), """
          ∂C
        ───────
           (1)
         ∂w
           jm
    """),
    "matrix": (Hadamard((Product((Transpose(Array("W2")), Array("delta2"))), Array("a1"))), """
          (2)⊤  (2)     (1)
        (W     δ   ) ⊙ a
    """),
    "root": (sqrt(scalar("z")), """
        √z
    """),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str) -> None:
    expression, picture = PICTURES[name]
    expected = dedent(picture).strip("\n").rstrip()
    assert terminal(expression) == expected


def test_side_by_side_on_the_baseline() -> None:
    tall = Box(("a", "b", "c"), 2)
    deep = Box(("d", "e"), 0)
    assert beside((tall, deep)).lines == ("a ", "b ", "cd", " e")
    assert beside((tall, deep)).baseline == 2


def test_above_each_other_the_baseline_is_the_chosen_box() -> None:
    column = stacked((text("a"), text("wide"), text("b")), 1)
    assert column.baseline == 1 and {len(line) for line in column.lines} == {4}


def test_scripts_stand_above_each_other() -> None:
    assert scripts(text("w"), text("ji"), text("(1)")).lines == (" (1)", "w   ", " ji ")


def test_brackets_are_as_tall_as_what_they_hold() -> None:
    assert bracketed(Box(("x", "y"), 0), "(", ")", tall=True).lines == ("⎛x⎞", "⎝y⎠")
    assert bracketed(text("x"), "[", "]", tall=True).lines == ("[x]",)


def test_a_fraction_stands_on_its_line() -> None:
    box = fraction(text("a"), text("bcd"))
    assert box.lines == ("  a  ", "─────", " bcd ") and box.baseline == 1


def test_the_whole_derivation() -> None:
    shown = terminal(softmax_derivation())
    assert "4-3-5" in shown and "n₀ = 4, n₁ = 3 and n₂ = 5" in shown
    assert terminal(delta1).splitlines()[0] in shown
    assert max(len(line) for line in shown.splitlines()) <= 100
    assert not any(line != line.rstrip() for line in shown.splitlines())


CITED = re.compile(r"(✓|differentiate|by|and) \(\d+\)")
"""A number of a line, as documents cite it."""


SHORT = [("4-3-5", None), ("3-4-2", "gelu"), ("2-3-2", "z*exp(-z^2)"), ("n0-...-nL", "silu")]


@pytest.mark.parametrize(("network", "hidden"), SHORT)
def test_the_short_form_begins_with_results_and_cites_no_line_that_is_not_shown(
    network: str, hidden: str | None
) -> None:
    shown = report(derived(network, Options(hidden=hidden)))
    titles = re.findall(r"^\d  (.*)$", shown, flags=re.MULTILINE)
    assert titles[0] == "Results" and titles[-1] == "Checks"
    assert unstyle(shown).splitlines()[1] == "assuming  sum(k, y[k]) = 1"
    assert not CITED.search(shown)
    assert all(lemma in re.findall(r"^(Lemma \d)\.", shown, re.MULTILINE) for lemma in re.findall(r"Lemma \d", shown))


def test_numbers_of_lines_are_found_where_they_stand() -> None:
    made = document(derived("4-3-5", Options()))
    assert CITED.search(terminal_document(made)) and not re.search(r"✓ \(", terminal_document(made, numbered=False))


def test_nothing_is_assumed_where_nothing_is_declared() -> None:
    assert "assuming" not in report(derived("2-2-1", Options(output="identity")))
