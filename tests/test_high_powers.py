"""High powers: derived, judged and computed with at once, or refused in one line; nothing ever runs away."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from sympy import Float, Rational, exp, symbols

from backproof.command import run
from backproof.verify_words import exact, number
from derive import MLP, Model, backpropagate, verify
from derive.backward import lemmas, simplify
from derive.errors import CheckFailed, InputError
from derive.expanding import MOST, is_short, terms_expanded
from derive.proof.identity import decide
from derive.proof.problem import Problem
from derive.proof.reals import Inexact, RealPoint
from derive.proof.witness import moderate_sides
from derive.terms import named, scalar

z, w = scalar("z"), scalar("w")
POWER = "data x, y\nparam w\ns = sum(i, w[i]*x[i])\nC = (s - y)^{}\n"


@pytest.mark.parametrize("hidden", ["z^1000", "z^10000", "z^(-1000)", "(1+z^2)^1000", "exp(z)^1000", "(1+z^1000)^9000"])
def test_high_powers_are_derived(hidden):
    derivation = backpropagate(MLP([2, 3, 2], hidden=hidden))
    assert derivation.audit.status == "proved" and derivation.audit.error_bits >= 60


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("z^10000000", "the exponent 10000000 is too large; at most 10000 is read"),
        ("z^(10^9)", "the exponent 1000000000 is too large; at most 10000 is read"),
        ("(z^10000)^10000", "the exponent 100000000 is too large; at most 10000 is read"),
        ("z^(-10001)", "the exponent -10001 is too large; at most 10000 is read"),
        ("exp(z)^100000", "the exponent 100000 is too large; at most 10000 is read"),
        ("(2*z)^10000", "the number 2^10000 is too large to be written out"),
        ("max(0,(1+z)^10000-1)", "the corners of the function cannot be found: its powers are too high"),
    ],
)
def test_higher_powers_are_refused_in_one_line(text, reason, capsys):
    assert run(["derive", "2-3-2", "--hidden", text]) == 2
    assert capsys.readouterr().err == f"error     activation {text}: {reason}\n"


def test_models_and_claims_are_refused_alike(tmp_path, capsys):
    """A model file, a claim in the plain language, in LaTeX and in NumPy."""
    with pytest.raises(InputError, match="line 4: the exponent 10000000 is too large"):
        Model.parse(POWER.format(10**7))
    file = tmp_path / "model.eq"
    file.write_text(POWER.format(1000))
    claims = ["dC/dw[i] = (s - y)^{}", r"\partial C/\partial w_i = (s - y)^{{{}}}", "dw = (s - y)**{}"]
    for claim in claims:
        assert run(["verify", claim.format(10**7), "--model", str(file)]) == 2
        assert "the exponent 10000000 is too large" in capsys.readouterr().out


@pytest.mark.parametrize("power", [1000, 10_000])
def test_claims_with_high_powers_are_judged(power):
    model = Model.parse(POWER.format(power))
    assert verify(f"dC/dw[i] = {power}*(s-y)^{power - 1}*x[i]", model).status == "proved"
    wrong = verify(f"dC/dw[i] = {power}*(s-y)^{power - 2}*x[i]", model)
    assert wrong.status == "refuted" and wrong.diagnosis.kind == "missing-factor"


def test_decimal_exponents_are_no_high_powers():
    assert backpropagate(MLP([2, 3, 2], hidden="(1+z^2)^0.333333")).audit.status == "proved"


def test_numbers_over_the_reals_stay_small():
    """Long fractions give way to 60 digits, and points with room for every number are found."""
    point = RealPoint(Problem(z, z, {}, {}, {}, {}), {}, Random(1), exact=True)
    assert point.whole_power(Fraction(1, 3), 1000, 0) == Fraction(1, 3**1000)
    with pytest.raises(Inexact):
        point.whole_power(Fraction(1, 3), 10_000, 0)
    assert point.power(Fraction(2**3000), Fraction(2, 3), 0) == 2**2000
    with pytest.raises(OverflowError):
        RealPoint(point.problem, {}, point.random).whole_power(3, 10**7, 0)


def test_points_with_room_are_looked_for():
    """The exponential of w^1000 overflows at most points of the usual size."""
    steep = exp(10**6 * w**1000)
    found = moderate_sides(Problem(steep, steep, {}, {}, {}, {}), {}, {}, Random(0))
    assert found[1] == found[2]
    undecided = decide(exp(10**9 * exp(z**2)) * exp(w), exp(10**9 * exp(z**2) + w), cached=False)
    assert (undecided.status, undecided.reason) == (
        "undecided",
        "wherever it was tried, its numbers are too large for any machine",
    )


def test_a_degree_beyond_the_field_is_said():
    left = (1 + (w + z**10_000) ** 10_000) ** 10_000
    proof = decide(left * w, left * (w + z) - left * z, cached=False)
    assert proof.status == "undecided" and proof.reason.endswith("its degree is too high for the exact test")


def test_the_audit_knows_its_degree():
    """A power of a power of a power: the field is too small to say anything."""
    with pytest.raises(CheckFailed, match="its degree is too high for the exact test"):
        backpropagate(Model.parse("data x\nparam w\nr = (w*x)^10000\nq = r^10000 + w\nC = q^10000"))


def test_multiplied_out():
    """The number of terms is an upper bound, and exact where no two terms are alike."""
    a, b, c = symbols("a b c")
    assert terms_expanded((a + b + c) ** 4) == len(((a + b + c) ** 4).expand().args) == 15
    assert terms_expanded((a + b) * (a + c) / (b + c) ** 2) == 12
    assert is_short((a * b) ** 100_000) and not is_short((1 + a) ** 100_000)
    assert terms_expanded(((1 + a) ** 100 + 1) ** 10_000) == MOST + 1


def test_slopes_of_high_powers_stay_as_they_are():
    lemma = backpropagate(MLP([2, 3, 2], hidden="(1+z)^1000")).lemmas[0]
    assert lemma.right == 1000 * (1 + z) ** 999 and str(lemma.left) == str(named("f", 1)(z))


def test_large_and_small_numbers_are_told():
    assert number(Rational(3) ** 1000) == "1.32207e+477" and number(Rational(3) ** -1000) == "7.56389e-478"
    assert number(Float("1e-30000000", 60)) == "1.00000e-30000000"
    assert exact(Rational(3) ** 1000) == str(3**1000) and number("hidden") == "hidden"


def test_graphs_at_numbers_with_high_powers(tmp_path, capsys):
    file = tmp_path / "model.eq"
    file.write_text("data x, y\nparam w\ns = w*x\nr = s^10000\nq = r^10000\np = q^10000\nC = (p - y)^2\n")
    assert run(["graph", str(file), "--at", "x=0.3,w=2,y=1"]) == 0
    assert "e-221848749604" in capsys.readouterr().out
    assert run(["graph", str(file), "--at", "x=3,w=2,y=1"]) == 2
    assert "the numbers grow too large for this machine" in capsys.readouterr().err


def test_a_power_in_every_layer():
    """As formulas, their degrees would multiply; as functions about which nothing is known they need not."""
    assert backpropagate(MLP([2, 3, 3, 3, 2], hidden="z^1000")).audit.error_bits >= 60


def test_degrees_within_one_equation_add_up():
    derivation = backpropagate(Model.parse("param a, b, c, d\nC = a^4000*b^4000*c^4000*d^4000"))
    assert derivation.audit.status == "proved" and derivation.audit.error_bits >= 60


def test_high_powers_are_not_multiplied_out(monkeypatch):
    """Neither the slope nor the simplified result is handed to computer algebra."""
    given = []
    for module in (lemmas, simplify):
        plain = module.cancel
        monkeypatch.setattr(module, "cancel", lambda formula, plain=plain: given.append(formula) or plain(formula))
    backpropagate(MLP([2, 3, 2], hidden="(1+z)^300/(2+z)^300"))
    backpropagate(Model.parse("data x\nparam w\nz = w*x\nu = 1/z + 1\nC = (1 + z)^300/(2 + z)^300*z + u"))
    assert all(is_short(formula) for formula in given)


def test_counterexamples_with_long_numbers_are_told():
    """A product of fractions of thousands of digits is told by its first digits; one too small for a float is not 0."""
    factors = ["a", "b", "c", "d"]
    model = Model.parse(f"param a, b, c, d\nC = {'*'.join(f'(2*{name} + 1)^4000' for name in factors)}")
    wrong = verify(f"C = 3*{'*'.join(f'(2*{name} + 1)^4000' for name in factors)}", model)
    assert wrong.status == "refuted" and wrong.witness is not None
    assert all(len(exact(value)) < 7000 for value in wrong.witness.values())
    small = verify("dC/da = 3*a^3999*b^4000*c^4000*d^4000", Model.parse("param a, b, c, d\nC = (a*b*c*d)^4000"))
    assert small.status == "refuted" and "is zero" not in small.diagnosis.text
