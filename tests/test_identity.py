"""The judge of equations: the adversarial suite, facts, widths, witnesses, and what it refuses."""

from __future__ import annotations

from random import Random

import pytest
from identities import (
    AT_TESTED_WIDTHS,
    FALSE,
    FUNCTIONS,
    HOLD_AT_SMALL_WIDTHS,
    SUMS,
    SYMMETRIC,
    TRUE,
    J,
    S,
    Y,
    a,
    d,
    f,
    i,
    j,
    k,
    m,
    n,
    named,
    p,
    relu,
    s,
    sigmoid,
    softmax,
    t,
    total,
    u,
    w,
    x,
    y,
    z,
)
from sympy import Abs, Float, Integer, Mul, Rational, Symbol, cos, exp, gamma, log, sin, sqrt

from derive.errors import InputError, UnknownNode
from derive.proof import identity, signed
from derive.proof.identity import decide
from derive.proof.problem import Problem
from derive.proof.tower import FieldPoint
from derive.records import Equation, Fact, Formula, Proof
from derive.terms import Partial, dimension, element, index, kron, maximum, minimum, scalar, step


def verdict(row: tuple) -> Proof:
    left, right, ranges, facts = row
    return decide(left, right, ranges=ranges, facts=facts, functions=FUNCTIONS, cached=False)


def named_row(row: tuple) -> str:
    return f"{row[0]} = {row[1]}"[:60]


@pytest.mark.parametrize("row", TRUE, ids=named_row)
def test_true_equations_are_proved_at_all_widths(row: tuple) -> None:
    proof = verdict(row)
    assert (proof.status, proof.widths) == ("proved", "all"), proof
    assert proof.error_bits >= 60
    assert proof.assuming == tuple(fact.text for fact in row[3])


@pytest.mark.parametrize("row", AT_TESTED_WIDTHS, ids=named_row)
def test_true_equations_outside_the_theorem_are_proved_at_the_widths_they_name(row: tuple) -> None:
    proof = verdict(row)
    assert proof.status == "proved" and len(proof.widths) == 3 and proof.error_bits >= 60


COLLIDING = [
    ((x + y) ** 2, x**2 + 2 * x * y + y**2, x**2 + 2 * x * y + y ** scalar("s"), {}),
    (named("u")(x), x * named("g")(x), x * named("h")(x), {}),
    (
        total(total(element("x", k) * element("y", m), (m, n)), (k, n)),
        total(element("x", k), (k, n)) * total(element("y", k), (k, n)),
        None,
        {k: n},
    ),
]


def test_a_remembered_verdict_is_not_taken_for_another_equation() -> None:
    u = Formula("u", scalar("z"), scalar("z") * named("g")(scalar("z")))
    for left, right, wrong, ranges in COLLIDING:
        assert decide(left, right, ranges=ranges, functions={"u": u}).status == "proved"
        if wrong is not None:
            assert decide(left, wrong, ranges=ranges, functions={"u": u}).status == "refuted"
    shadowed = total(total(element("x", k) * element("y", k), (m, n)), (k, n))
    assert decide(shadowed, COLLIDING[2][1], ranges={k: n}).status == "refuted"


def test_a_branch_behind_a_sign_is_entered() -> None:
    hidden = Mul(*(step(scalar(f"d{q}")) for q in range(9)))
    c = scalar("c")
    assert decide(maximum(c * exp(x * hidden), 0), maximum(c, 0)).status == "refuted"


def test_too_many_free_indices_are_not_sampled() -> None:
    letters = [index(name) for name in "ijkt"]
    wrong = Mul(*(kron(letter, place) for place, letter in enumerate(letters))) * x
    assert decide(wrong, Integer(0), ranges=dict.fromkeys(letters, n)).status == "refuted"
    many = [index(f"i{place}") for place in range(6)]
    rare = Mul(*(kron(letter, place % 3) for place, letter in enumerate(many))) * x
    verdict = decide(rare, Integer(0), ranges=dict.fromkeys(many, n))
    assert verdict.status == "undecided" and "too many to try them all" in verdict.reason


def test_numbers_that_cancel_beyond_the_digits_do_not_refute() -> None:
    assert decide(exp(100 * x) * (1 + exp(-100 * x)) - exp(100 * x), Integer(1)).status != "refuted"


@pytest.mark.parametrize("row", FALSE, ids=named_row)
def test_false_equations_are_refuted_by_a_counterexample(row: tuple) -> None:
    proof = verdict(row)
    assert proof.status == "refuted", proof
    assert proof.witness is not None and proof.witness["left"] != proof.witness["right"]


@pytest.mark.parametrize("place", range(0, len(HOLD_AT_SMALL_WIDTHS), 12))
def test_what_holds_at_small_widths_only_is_refuted(place: int) -> None:
    for row in HOLD_AT_SMALL_WIDTHS[place : place + 12]:
        assert verdict(row).status == "refuted", row


def test_the_suite_is_large() -> None:
    assert len(TRUE) >= 60 and len(FALSE) + len(HOLD_AT_SMALL_WIDTHS) >= 60


def test_a_witness_is_small_and_names_only_what_occurs() -> None:
    proof = decide(S(a("W", k, j) * u(k)), S(a("W", j, k) * u(k)), ranges={j: n})
    assert proof.witness is not None
    assert proof.witness["n"] == 2
    assert set(proof.witness) <= {
        "n",
        "j",
        "left",
        "right",
        *(f"W[{r},{c}]" for r in (0, 1) for c in (0, 1)),
        "u[0]",
        "u[1]",
    }
    assert all(isinstance(value, int | Rational) for value in proof.witness.values())


def test_the_smallest_width_that_refutes_is_found() -> None:
    proof = decide(n * (n - 1) * (n - 2) * x, Integer(0))
    assert proof.status == "refuted" and proof.witness is not None and proof.witness["n"] == 3


def test_opaque_functions_may_prove_but_not_refute() -> None:
    assert decide(sin(x + y), sin(y + x)).status == "proved"
    assert decide(sin(-x) * cos(-x), -sin(x) * cos(x)).status == "proved"
    proof = decide(sin(x) ** 2 + cos(x) ** 2, Integer(1))
    assert proof.status == "undecided" and "sin" in proof.reason and "60 digits" in proof.reason
    assert decide(sin(2 * x), 2 * sin(x)).status == "refuted"


def test_what_rests_on_order_is_undecided() -> None:
    proof = decide(maximum(x, maximum(y, s)), maximum(maximum(x, y), s))
    assert proof.status == "undecided" and "order" in proof.reason


def test_outside_of_the_theorem_the_tested_widths_are_listed() -> None:
    row = decide(S(a("A", 0, k)), S(a("A", k, 0)), facts=SYMMETRIC)
    assert row.status == "proved" and isinstance(row.widths, tuple) and len(row.widths) == 3
    outer = decide(S(2 * exp(z(k)) / S(exp(a("s", k, t)), t)), 2 * S(exp(z(i)) / S(exp(a("s", i, j)), j), i))
    assert outer.status == "proved" and isinstance(outer.widths, tuple)


def test_shifts_and_literals_are_atoms_where_that_is_enough() -> None:
    inside = decide(S(kron(i, k + t) * a("x", i), i, n + p - 1), a("x", k + t), ranges={k: n, t: p})
    assert (inside.status, inside.widths) == ("proved", "all")
    shifted = decide(S(2 * a("h", k) * a("x", t + k), k, n), 2 * S(a("x", k + t) * a("h", k), k, n), ranges={t: p})
    literal = decide(2 * a("W", 0, j) - a("W", 5, j), a("W", 0, j) - a("W", 5, j) + a("W", 0, j), ranges={j: p})
    assert (shifted.status, shifted.widths) == (literal.status, literal.widths) == ("proved", "all")
    assert decide(S(a("x", k + t), k, n), S(a("x", k), k, n), ranges={t: p}).status == "refuted"
    assert decide(a("W", 0, j), a("W", 5, j), ranges={j: p}).status == "refuted"


def test_definitions_are_evaluated_and_may_nest() -> None:
    definitions = {
        "z1": Equation("z1", (j,), S(a("W", j, i) * a("x", i), i) + a("b", j), {j: p}),
        "a1": Equation("a1", (j,), sigmoid(a("z1", j)), {j: p}),
    }
    left, right = a("a1", k), 1 / (1 + exp(-a("b", k) - S(a("W", k, j) * a("x", j), j)))
    assert decide(left, right, ranges={k: p}, definitions=definitions, functions=FUNCTIONS).status == "proved"
    assert decide(left, right, ranges={k: p}, functions=FUNCTIONS).status == "refuted"


def test_facts_about_defined_arrays_are_not_assumed() -> None:
    definitions = {"y": Equation("y", (j,), z(j), {j: n})}
    assert decide(S(Y(k)), Integer(1), definitions=definitions, facts=SUMS).status == "refuted"


def test_a_fact_that_does_not_occur_is_not_reported() -> None:
    assert decide(x + s, s + x, facts=SUMS).assuming == ()


def test_unknown_functions_and_their_derivatives() -> None:
    definitions = {"a1": Equation("a1", (j,), f(z(j)), {j: n})}
    partial = Partial(a("a1", j), z(k))
    ranges = {j: n, k: n}
    assert decide(partial, kron(j, k) * d(f)(z(j)), ranges=ranges, definitions=definitions).status == "proved"
    assert decide(partial, d(f)(z(j)), ranges=ranges, definitions=definitions).status == "refuted"
    assert decide(d(f)(x), named("g", 1)(x)).status == "refuted"


def test_many_signs_at_once_are_enumerated() -> None:
    names = [scalar(f"c{number}") for number in range(9)]
    product = x
    for name in names:
        product *= step(name)
    assert decide(product, Integer(0)).status == "refuted"
    assert decide(product * 2, product + product * step(names[0])).status == "proved"


def test_more_signs_than_can_be_enumerated_are_not_called_proved() -> None:
    product = x
    for number in range(40):
        product *= step(scalar(f"c{number}"))
    assert decide(product, 2 * product).status != "proved"


def test_exponentials_nested_too_deep_are_undecided() -> None:
    nested = x
    for _ in range(12):
        nested = exp(nested / 9)
    proof = decide(nested + y, y + nested - 0 * x)
    assert proof.status in {"undecided", "proved"}
    proof = decide((nested + y) ** 2, nested**2 + 2 * nested * y + y**2)
    assert proof.status == "undecided" and "nested" in proof.reason


def test_an_empty_domain_is_undecided() -> None:
    assert decide(log(-exp(x)) + y, log(-exp(x)) + 2 * y).status == "undecided"


def test_unknown_nodes_are_refused_by_name() -> None:
    with pytest.raises(UnknownNode, match="gamma"):
        decide(gamma(x), x)
    with pytest.raises(UnknownNode, match="Float"):
        decide(Float(0.5) * x, x)
    with pytest.raises(UnknownNode, match="a7"):
        decide(Partial(a("a7", j), z(k)), x, ranges={j: n, k: n})


def test_an_index_without_range_is_an_error() -> None:
    with pytest.raises(InputError, match="index j has no range"):
        decide(z(j), z(j))


def test_facts_that_cannot_be_drawn_together_are_an_error() -> None:
    both = (Fact("sums-to-one", "A", (n, n), "rows"), Fact("columns-sum-to-one", "A", (n, n), "columns"))
    with pytest.raises(InputError, match="rows and columns"):
        decide(S(a("A", j, k)), Integer(1), ranges=J, facts=both)
    with pytest.raises(InputError, match="known are"):
        decide(Y(j), x, ranges=J, facts=(Fact("prime", "y", (n,), "y prime"),))


def test_renamed_equations_share_one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def rows(layer: int) -> tuple:
        width, before = dimension(f"n{layer}"), dimension(f"n{layer - 1}")
        unit, feature = index("j"), index("i")
        body = element(f"W{layer}", unit, feature) * element(f"h{layer}", feature)
        return total(body, (feature, before)), total(body * 1, (feature, before)), {unit: width}

    left, right, ranges = rows(41)
    assert decide(left, right, ranges=ranges).status == "proved"
    monkeypatch.setattr(identity, "_decide", lambda *_: pytest.fail("checked again"))
    left, right, ranges = rows(42)
    assert decide(left, right, ranges=ranges).status == "proved"


BOTH = {i: n, j: p}


def test_terms_that_do_not_move_are_no_part_of_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The penalties of other layers: the same check for each layer, however many there are."""
    penalty = [S(S(a(f"W{layer}", k, m) ** 2, m, p)) * x for layer in range(6)]
    cost = {"C": Equation("C", (), sum(penalty) + log(S(z(k) ** 2)))}
    right = decide(Partial(scalar("C"), a("W0", i, j)), 2 * x * a("W0", i, j), ranges=BOTH, definitions=cost)
    assert right.status == "proved"
    wrong = decide(Partial(scalar("C"), a("W0", i, j)), 2 * x * a("W1", i, j), ranges=BOTH, definitions=cost)
    assert wrong.status == "refuted"
    both = Partial(scalar("C"), a("W0", i, j)) * scalar("C")
    whole = decide(both, 2 * x * a("W0", i, j) * scalar("C"), ranges=BOTH, definitions=cost)
    short = decide(both, 2 * x * a("W0", i, j) * penalty[0], ranges=BOTH, definitions=cost)
    assert (whole.status, short.status) == ("proved", "refuted")
    monkeypatch.setattr(identity, "_decide", lambda *_: pytest.fail("checked again"))
    again = decide(Partial(scalar("C"), a("W5", i, j)), 2 * x * a("W5", i, j), ranges=BOTH, definitions=cost)
    assert (again.status, again.widths) == ("proved", "all")


def test_renaming_does_not_confuse_what_differs() -> None:
    assert decide(S(w(k) * z(k)), S(z(k) * w(k))).status == "proved"
    assert decide(S(w(k) * z(k)), S(z(k) * z(k))).status == "refuted"
    assert decide(softmax(j), softmax(i), ranges={i: n, j: n}).status == "refuted"
    other = {"relu": Formula("relu", Symbol("z", real=True), maximum(Symbol("z", real=True), Integer(1)))}
    assert decide(relu(2 * x), 2 * relu(x), functions=FUNCTIONS).status == "proved"
    assert decide(relu(2 * x), 2 * relu(x), functions=other).status == "refuted"


def test_equality_is_meant_where_both_sides_are_defined() -> None:
    assert decide(log(x**2), 2 * log(x)).status == "proved"
    assert decide(sqrt(x * y), sqrt(x) * sqrt(y)).status == "proved"
    assert decide(sqrt(x) * Abs(x), sqrt(x) * x).status == "proved"
    assert decide(Abs(x), x).status == "refuted"


@pytest.mark.parametrize("kind", [maximum, minimum])
def test_nested_maxima_take_one_comparison_each(monkeypatch: pytest.MonkeyPatch, kind: type) -> None:
    """Both the sign and the value of the last comparison need all others: each is made once at a point."""
    entries = [element("x", Integer(place)) for place in range(12)]
    nested = entries[0]
    for entry in entries[1:]:
        nested = kind(nested, entry)
    compared: list[object] = []
    plain = FieldPoint.sign_of_number
    monkeypatch.setattr(FieldPoint, "sign_of_number", lambda *given: compared.append(given) or plain(*given))
    FieldPoint(Problem(nested, nested, {}, {}, {}, {}), {}, Random(1)).evaluate([nested, nested**2], {}, 4)
    assert len(compared) == len(entries) - 1


def test_signs_that_the_form_shows_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    plain = signed.certainly_positive
    monkeypatch.setattr(signed, "certainly_positive", lambda node, known: looked.append(node) or plain(node, known))
    size = Abs(1 + element("x", Integer(0)))
    assert decide(size * (size - 1), size**2 - size, cached=False).status == "proved"
    assert looked.count(size.args[0]) == 1
