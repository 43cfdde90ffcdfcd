"""Proofs by a more general equation: what they reach, and that nothing false gets through."""

from __future__ import annotations

import pytest
from identities import FALSE, FUNCTIONS, HOLD_AT_SMALL_WIDTHS, SUMS, TRUE, S, Y, a, i, j, k, m, n, p, q, r, t, x
from sympy import Abs, Expr, Integer, Mul, exp, log

from derive.proof.any_signs import without_signs
from derive.proof.general import generalised
from derive.proof.identity import by_another, decide
from derive.proof.problem import Problem, declared
from derive.records import Equation, Proof
from derive.terms import Partial, element, index, kron, maximum, minimum, named, scalar, sign, step

u, c, d, e = map(index, "ucde")
OUT = p - n + 1
"""How often a kernel of n entries fits into p."""
STRIDED, TWO = (p - n) / 2 + 1, Integer(2)


def X(*at: Expr) -> Expr:
    return a("x", *at)


def w(*at: Expr) -> Expr:
    return a("w", *at)


def g(*at: Expr) -> Expr:
    return a("g", *at)


def defined(right: Expr, **ranges: Expr) -> dict[str, Equation]:
    """``z`` with this right side."""
    letters = {index(name): size for name, size in ranges.items()}
    return {"z": Equation("z", tuple(letters), right, letters)}


PLAIN = defined(S(w(k) * X(t + k)), t=OUT)
STRIDE = defined(S(w(k) * X(2 * t + k)), t=STRIDED)
PADDED = defined(S(w(k) * X(t + k - 1)), t=OUT)
CHANNELS = defined(S(S(a("W", c, d, k) * X(d, t + k)), d, q) + a("b", c), c=p, t=OUT)
SQUARED = defined(S(X(t + k) ** 2) * X(t), t=p)
WINDOW = defined(S(X(2 * t + k), k, TWO), t=q)
LARGEST = defined(maximum(X(2 * t), X(2 * t + 1)), t=q)
Z = a("z", t)
OF_X, OF_W = Partial(a("z", c, t), X(e, i)), Partial(a("z", c, t), a("W", u, e, r))

CONVOLUTIONS = [
    (PLAIN, Partial(Z, X(i)), S(w(k) * kron(t + k, i)), {i: p, t: OUT}),
    (PLAIN, Partial(Z, w(r)), X(t + r), {r: n, t: OUT}),
    (PLAIN, S(g(t) * Partial(Z, X(i)), t, OUT), S(g(t) * S(w(k) * kron(i, t + k)), t, OUT), {i: p}),
    (STRIDE, Partial(Z, X(i)), S(w(k) * kron(2 * t + k, i)), {i: p, t: STRIDED}),
    (PADDED, Partial(Z, X(i)), S(w(k) * kron(t + k - 1, i)), {i: p, t: OUT}),
    (CHANNELS, OF_X, S(a("W", c, e, k) * kron(i, t + k)), {c: p, t: OUT, e: q, i: p}),
    (CHANNELS, OF_W, kron(c, u) * X(e, t + r), {c: p, t: OUT, u: p, e: q, r: n}),
    (SQUARED, Partial(Z, X(i)), kron(i, t) * S(X(t + k) ** 2) + 2 * X(t) * S(X(t + k) * kron(t + k, i)), {i: p, t: p}),
    (WINDOW, Partial(Z, X(i)), S(kron(2 * t + k, i), k, TWO), {i: p, t: q}),
    (
        LARGEST,
        Partial(Z, X(i)),
        step(X(2 * t) - X(2 * t + 1)) * (kron(2 * t, i) - kron(2 * t + 1, i)) + kron(2 * t + 1, i),
        {i: p, t: q},
    ),
]

WRONG_CONVOLUTIONS = {
    "wrong shift": (PLAIN, Partial(Z, X(i)), S(w(k) * kron(t + k + 1, i)), {i: p, t: OUT}),
    "back instead of forth": (PLAIN, Partial(Z, X(i)), S(w(k) * kron(t - k, i)), {i: p, t: OUT}),
    "flipped kernel": (PLAIN, Partial(Z, X(i)), S(w(n - 1 - k) * kron(t + k, i)), {i: p, t: OUT}),
    "missing indicator": (PLAIN, Partial(Z, X(i)), S(w(k)), {i: p, t: OUT}),
    "one entry of the kernel": (PLAIN, Partial(Z, X(i)), w(0) * kron(t, i), {i: p, t: OUT}),
    "shift lost": (PLAIN, Partial(Z, w(r)), X(t), {r: n, t: OUT}),
    "shift doubled": (PLAIN, Partial(Z, w(r)), X(t + 2 * r), {r: n, t: OUT}),
    "shift turned": (PLAIN, Partial(Z, w(r)), X(t - r), {r: n, t: OUT}),
    "stride lost": (STRIDE, Partial(Z, X(i)), S(w(k) * kron(t + k, i)), {i: p, t: STRIDED}),
    "wrong stride": (STRIDE, Partial(Z, X(i)), S(w(k) * kron(3 * t + k, i)), {i: p, t: STRIDED}),
    "stride on the kernel": (STRIDE, Partial(Z, X(i)), S(w(k) * kron(t + 2 * k, i)), {i: p, t: STRIDED}),
    "padding forgotten": (PADDED, Partial(Z, X(i)), S(w(k) * kron(t + k, i)), {i: p, t: OUT}),
    "padding off by one": (PADDED, Partial(Z, X(i)), S(w(k) * kron(t + k - 2, i)), {i: p, t: OUT}),
    "padding the other way": (PADDED, Partial(Z, w(r)), X(t + r + 1), {r: n, t: OUT}),
    "another channel": (CHANNELS, OF_X, S(a("W", e, c, k) * kron(i, t + k)), {c: p, t: OUT, e: q, i: p}),
    "channels not compared": (CHANNELS, OF_W, X(e, t + r), {c: p, t: OUT, u: p, e: q, r: n}),
    "native use forgotten": (SQUARED, Partial(Z, X(i)), 2 * X(t) * S(X(t + k) * kron(t + k, i)), {i: p, t: p}),
    "shifted use forgotten": (SQUARED, Partial(Z, X(i)), kron(i, t) * S(X(t + k) ** 2), {i: p, t: p}),
    "window too long": (WINDOW, Partial(Z, X(i)), S(kron(2 * t + k, i), k, Integer(3)), {i: p, t: q}),
    "the smaller one": (
        LARGEST,
        Partial(Z, X(i)),
        step(X(2 * t + 1) - X(2 * t)) * (kron(2 * t, i) - kron(2 * t + 1, i)) + kron(2 * t + 1, i),
        {i: p, t: q},
    ),
}  # fmt: skip


def judged(row: tuple) -> Proof:
    definitions, left, right, ranges = row
    return decide(left, right, ranges=ranges, definitions=definitions, functions=FUNCTIONS, cached=False)


@pytest.mark.parametrize("row", CONVOLUTIONS, ids=lambda row: str(row[1:3])[:60])
def test_derivatives_through_shifted_entries_are_proved_at_all_widths(row: tuple) -> None:
    proof = judged(row)
    assert (proof.status, proof.widths) == ("proved", "all"), proof


@pytest.mark.parametrize("mistake", WRONG_CONVOLUTIONS)
def test_wrong_derivatives_through_shifted_entries_are_not_proved(mistake: str) -> None:
    assert judged(WRONG_CONVOLUTIONS[mistake]).status != "proved"


WRONG_PLACES = [
    (a("W", 0, i), a("W", i, 0), {i: n}),
    (a("W", 0, i), a("W", 1, i), {i: n}),
    (X(t + 1, r), X(t + r, r), {t: n, r: p}),
    (X(t + r, r), X(t + r, t), {t: n, r: n}),
    (X(2 * t + r), X(t + 2 * r), {t: n, r: n}),
    (X(t - r), X(r - t), {t: n, r: n}),
    (X(t + 1), X(t - 1), {t: n}),
    (X(n - 1 - t), X(p - 1 - t), {t: n}),
    (S(X(k + t)), S(X(k)), {t: p}),
    (S(X(k + 1)), S(X(k)), {}),
    (S(X(k), k, p + 1), S(X(k), k, p), {}),
    (S(X(k), k, Integer(2)), X(0), {}),
    (kron(t, r + 1), kron(r, t + 1), {t: n, r: n}),
    (kron(t + r, i), kron(t - r, i), {t: n, r: n, i: p}),
    (kron(t + r, i), kron(t, i), {t: n, r: n, i: p}),
    (S(kron(k + t, i) * X(i), i, p), X(k + t), {k: n, t: p}),
    (a("V", i, j), a("V", j, i), {i: n, j: p}),
    (kron(j, k) * x, Integer(0), {j: n, k: p}),
    (exp(kron(j, k) * x), Integer(1), {j: n, k: p}),
    (S(kron(j, k) * X(k), k, p), X(j), {j: n}),
    (step(k - 9) * x, Integer(0), {k: n}),
    (kron(i, 1) * x, Integer(0), {i: TWO}),
    (X(i), X(1), {i: TWO}),
    (kron(t, 5) * x, Integer(0), {t: n}),
    (kron(t, 3) * x, Integer(0), {t: n - p}),
    (S(exp(k * X(k))), S(exp(X(k))), {}),
]


@pytest.mark.parametrize("row", WRONG_PLACES, ids=lambda row: str(row)[:60])
def test_entries_at_other_places_are_other_entries(row: tuple) -> None:
    left, right, ranges = row
    proof = decide(left, right, ranges=ranges, cached=False)
    assert proof.status == "refuted" or step in (type(f) for f in left.args) and proof.widths != "all", proof


MADE = ("x at 0", "x at 1", "where equal, 0", "where equal, 1", "sign 0", "sign 1", "z by x")


@pytest.mark.parametrize("name", MADE)
def test_names_made_on_the_way_are_nobody_elses(name: str) -> None:
    """An array may be called as one that is made on the way: still the two are not the same."""
    own, ranges = element(name, t), {t: n, r: n}
    assert decide(own + X(t + 1), 2 * X(t + 1), ranges=ranges, cached=False).status != "proved"
    assert decide(own + kron(t, r + 1), 2 * kron(t, r + 1), ranges=ranges, cached=False).status != "proved"
    definitions = defined(X(t + 1) * own, t=n)
    right = element(name, r) * kron(r + 1, i)
    partial = Partial(a("z", r), X(i))
    ranges = {r: n, i: p}
    assert decide(partial, right, ranges=ranges, definitions=definitions, cached=False).status == "proved"
    wrong = X(r + 1) * kron(r + 1, i)
    assert decide(partial, wrong, ranges=ranges, definitions=definitions, cached=False).status != "proved"


def test_facts_hold_of_an_array_and_not_of_what_is_taken_from_it() -> None:
    shifted = S(a("y", k + t))
    assert decide(shifted, Integer(1), ranges={t: p}, facts=SUMS).status != "proved"
    used = decide(S(Y(k)) * X(t + r), X(t + r), ranges={t: n, r: p}, facts=SUMS)
    assert (used.status, used.widths, used.assuming) == ("proved", "all", (SUMS[0].text,))
    assert decide(X(t + r) * 2, X(t + r) + X(r + t), ranges={t: n, r: p}, facts=SUMS).assuming == ()


def test_an_array_moves_in_all_its_shapes_at_once() -> None:
    """Two equations take x in different ways; the partial derivative of one is not that of the other."""
    one, two = X(t) * X(t + 1), X(t) * X(t + 2)
    definitions = {name: Equation(name, (t,), right, {t: n}) for name, right in (("z", one), ("h", two))}
    ranges = {t: n, i: p}

    def slope(shift: int) -> Expr:
        return kron(i, t) * X(t + shift) + kron(i, t + shift) * X(t)

    both = Partial(a("z", t), X(i)) + 2 * Partial(a("h", t), X(i))
    for right, status in ((slope(1) + 2 * slope(2), "proved"), (2 * slope(1) + slope(2), "refuted")):
        assert decide(both, right, ranges=ranges, definitions=definitions).status == status


kappa = scalar("kappa")


def huber(at: Expr, by: Expr = kappa, larger=maximum) -> Expr:
    """The derivative of the cost of Huber."""
    gap = a("a", at) - a("y", at)
    return gap - larger(gap - by, 0) + larger(-gap - by, 0)


def through_softmax(slope) -> Expr:
    return a("a", j) * (slope(j) - S(slope(m) * a("a", m), m))


MANY_SIGNS = {"g": Equation("g", (k,), huber(k), {k: n})}
MISTAKES = {
    "lost sign": lambda at: huber(at).args[0],
    "other side": lambda at: huber(at, -kappa),
    "twice as far": lambda at: huber(at, 2 * kappa),
    "minimum": lambda at: huber(at, larger=minimum),
    "absolute value": lambda at: huber(at, larger=lambda left, right: Abs(left - right)),
    "twice": lambda at: 2 * huber(at),
    "one entry": lambda at: huber(j),
    "labels": lambda at: a("a", at) - a("y", at),
}


def test_more_signs_than_can_be_tried_are_any_numbers() -> None:
    proof = decide(through_softmax(lambda at: g(at)), through_softmax(huber), ranges={j: n}, definitions=MANY_SIGNS)
    assert (proof.status, proof.widths) == ("proved", "all") and proof.error_bits >= 60


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_sign_among_too_many_is_not_proved(mistake: str) -> None:
    wrong = through_softmax(MISTAKES[mistake])
    proof = decide(through_softmax(lambda at: g(at)), wrong, ranges={j: n}, definitions=MANY_SIGNS)
    assert proof.status == "refuted", proof


def problem_of(left: Expr, right: Expr, ranges=None, definitions=None, facts: tuple = ()) -> Problem:
    return Problem(left, right, ranges or {}, definitions or {}, declared(facts), FUNCTIONS)


def test_signs_are_written_in_one_way() -> None:
    """Each pair is one array of signs, whatever the letters are called and however the argument is written."""
    U, V = a("u", j), a("v", j)
    elu, leaky = named("elu"), named("leaky")
    same = [
        (maximum(U, V) + minimum(U, V), U + V),
        (maximum(U, V) - minimum(U, V), Abs(V - U)),
        (maximum(2 * U, 0), 2 * U * step(3 * U)),
        (Abs(U), U * sign(U)),
        (sign(U * V), sign(-U) * sign(-V)),
        (step(U - V) + step(V - U), Integer(1)),
        (S(step(a("u", k) - a("A", k, j))), S(1 - step(a("A", m, j) - a("u", m)), m)),
        (leaky(U), maximum(U, 0) - maximum(-U, 0) / 100),
        (sign(exp(U) * V**2 * U), sign(U)),
        (elu(U) - exp(minimum(U, 0)), maximum(U, 0) - 1),
    ]
    for left, right in same:
        assert by_another(without_signs(problem_of(left, right, {j: n})), ()), (left, right)
        assert not by_another(without_signs(problem_of(left, right + sign(V), {j: n})), ()), (left, right)


def test_signs_stand_still_where_something_is_differentiated() -> None:
    cost = {"C": Equation("C", (), S(maximum(a("u", k) - a("y", k), 0) ** 2))}
    partial, gap = Partial(scalar("C"), a("u", j)), a("u", j) - a("y", j)
    assert by_another(without_signs(problem_of(partial, 2 * maximum(gap, 0) * (1 + sign(gap)) / 2, {j: n}, cost)), ())
    assert not by_another(without_signs(problem_of(partial, 2 * maximum(gap, 0), {j: n}, cost)), ())
    assert not by_another(without_signs(problem_of(partial, 2 * gap * step(gap), {j: n}, cost)), ())
    slope = {"C": Equation("C", (), S(named("elu", 1)(a("u", k))))}
    assert without_signs(problem_of(partial, Integer(0), {j: n}, slope)) is None


WITH_SIGNS = [row for row in TRUE if without_signs(problem_of(*row[:3], facts=row[3]))]


def test_no_other_equation_proves_a_false_one() -> None:
    """The two more general equations of every false one, as far as there are any."""
    tried = 0
    for left, right, ranges, facts in (*FALSE, *HOLD_AT_SMALL_WIDTHS):
        problem = problem_of(left, right, ranges, facts=facts)
        for other in (generalised(problem), without_signs(problem)):
            proof = by_another(other, facts)
            assert proof is None or proof.widths != "all", (left, right)
            tried += other is not None
    assert tried > 10


def test_some_true_equations_hold_whatever_the_signs() -> None:
    proved = [row for row in WITH_SIGNS if by_another(without_signs(problem_of(*row[:3], facts=row[3])), row[3])]
    assert len(proved) >= 5, [str(row[:2]) for row in proved]


def test_logarithms_and_signs_too_many_at_once() -> None:
    """The domain is met although nothing is known of the signs."""
    heights = Mul(*(log(1 + Abs(a(f"u{number}", j))) for number in range(9)))
    assert decide(2 * heights, heights + heights * 1, ranges={j: n}).status == "proved"
    assert decide(S(heights * a("v", j), j), S(2 * heights * a("v", j), j)).status == "refuted"
