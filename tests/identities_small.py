"""Equations that hold at small widths only: what tempts a checker that tests a few widths to believe in all."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import permutations

from identities import a, d, f, g, leaky, named, relu, sigmoid, softplus
from identity_rules import renamed
from identity_words import Maker, S, i, j, n, p, r, z
from sympy import Abs, Expr, Integer, Mul, cosh, exp, log, sinh, sqrt, tanh
from sympy import sign as sympy_sign
from sympy.combinatorics import Permutation

from derive.terms import Partial, index, kron, maximum, minimum, range_of, scalar, step, total

square = named("square")
Body = Callable[[Expr], Expr]

TERMS: list[tuple[Body, Expr]] = [
    (z, n), (lambda k: z(k) * a("w", k), n), (lambda k: exp(z(k)), n), (lambda k: f(z(k)), n),
    (lambda k: z(k) - a("x"), n), (lambda k: sigmoid(z(k)), n), (lambda k: z(k) * exp(-a("w", k)), n),
    (lambda k: a("A", k, k), n), (lambda k: a("W", k, r), n), (lambda k: S(lambda t: a("W", k, t) * a("c", t), p), n),
    (lambda k: 1 / (1 + z(k) ** 2), n), (lambda t: a("b", t), p), (lambda t: a("W", j, t), p),
    (lambda t: S(lambda k: a("W", k, t) * z(k)), p), (lambda t: exp(a("b", t) + a("W", j, t)), p),
    (lambda k: a("part", k), n), (lambda k: a("plus", k), n), (lambda k: a("soft", k), n),
]  # fmt: skip


def power_sums(body: Body, size: Expr) -> Callable[[int], Expr]:
    return lambda e: S(lambda k: body(k) ** e, size)


@cache
def newton(order: int) -> Expr:
    """The elementary symmetric polynomial of this order in the power sums p1, p2, ..., by Newton's identities."""
    terms = [(-1) ** (h - 1) * newton(order - h) * scalar(f"p{h}") for h in range(1, order + 1)]
    return (sum(terms) / order).expand() if terms else Integer(1)


def elementary(power: Callable[[int], Expr], order: int) -> Expr:
    """The elementary symmetric polynomial in terms whose power sums are given: 0 at widths below the order."""
    return newton(order).xreplace({scalar(f"p{h}"): power(h) for h in range(1, order + 1)})


def determinant(entry: Callable[[int, int], Expr], order: int) -> Expr:
    return sum(
        Permutation(rows).signature() * Mul(*[entry(row, column) for column, row in enumerate(rows)])
        for rows in map(list, permutations(range(order)))
    )


VECTORS: list[Body] = [z, lambda k: a("w", k), lambda k: a("u", k), lambda k: exp(z(k))]
OTHERS: list[Body] = [lambda k: a("w", k) ** 2, lambda k: a("A", j, k), lambda k: a("W", k, r), lambda k: a("plus", k)]
WEIGHTS: list[Body] = [lambda t: a("b", t), lambda t: a("c", t), lambda t: a("b", t) ** 2]


def gram(order: int) -> Expr:
    """0 where fewer than `order` vectors are independent."""
    return determinant(lambda s, t: S(lambda k: VECTORS[s](k) * OTHERS[t](k)), order)


def rank(order: int) -> Expr:
    """0 where one of the two widths is below the order."""
    return determinant(lambda s, t: S(lambda k: VECTORS[s](k) * S(lambda at: a("W", k, at) * WEIGHTS[t](at), p)), order)


def cayley(order: int) -> Expr:
    """A square matrix in its own characteristic polynomial."""
    A = lambda s, t: a("A", s, t)  # noqa: E731
    trace = S(lambda k: A(k, k))
    if order == 1:
        return A(i, j) - trace * kron(i, j)
    second = (trace**2 - S(lambda k: S(lambda m: A(k, m) * A(m, k)))) / 2
    return S(lambda k: A(i, k) * A(k, j)) - trace * A(i, j) + second * kron(i, j)


def differences(body: Body, size: Expr, order: int) -> Expr:
    """A sum over all choices of `order` indices of the product of squared differences."""
    if order == 2:
        return S(lambda k: S(lambda m: (body(k) - body(m)) ** 2, size), size)
    return S(
        lambda k: S(
            lambda m: S(lambda t: (body(k) - body(m)) ** 2 * (body(m) - body(t)) ** 2 * (body(t) - body(k)) ** 2, size),
            size,
        ),
        size,
    )


def falling(order: int, size: Expr) -> Expr:
    return Mul(*[size - e for e in range(1, order + 1)])


def again(q: Expr) -> Expr:
    """The same sum under another letter, which SymPy does not recognise."""
    return total(renamed(q, index("s0")), (index("s0"), range_of(q)[1]))


DISGUISES: list[tuple[Callable[[Expr], Expr], tuple[int, ...]]] = [
    (lambda q: softplus(q) - softplus(-q), (3, 4, 6)),
    (lambda q: log(sigmoid(q)) - log(sigmoid(-again(q))), (5, 6)),
    (lambda q: log(exp(q) * a("y") + exp(q)) - log(1 + a("y")), (3, 4, 6)),
    (lambda q: cosh(log(q)) + sinh(log(q)), (5, 6)),
    (lambda q: (1 + tanh(log(q))) / (1 - tanh(log(again(q)))) / q, (4, 5)),
    (lambda q: q ** a("y") * again(q) ** (1 - a("y")), (9,)),
    (lambda q: sqrt(q) * sqrt(again(q)), (7, 8)),
    (lambda q: relu(q) - relu(-q), (5, 6)),
    (lambda q: maximum(q, a("x")) + minimum(q, a("x")) - a("x"), (4,)),
    (lambda q: Abs(q) * sympy_sign(q), (6, 8)),
    (lambda q: d(square)(q) / 2, (3, 4, 6)),
    (lambda q: (d(square)(q + 1) ** 2 - d(square)(q - 1) ** 2) / 16, (3, 4)),
]
"""Forms of a sum q that hide that it is a polynomial, and orders at which that counts."""


def _disguised(m: Maker) -> Expr:
    power, (form, orders) = power_sums(z, n), m.one(DISGUISES)
    return elementary(lambda e: form(power(e)) if e == 1 else power(e), m.one(orders))


def _reciprocal(order: int) -> Expr:
    """The elementary polynomial of all z and x, over a power of their sum, of which a derivative is the reciprocal."""
    under = Partial(a("slack"), a("x"))
    sums = lambda e: a("x") ** e + S(lambda k: z(k) ** e)  # noqa: E731
    return elementary(lambda e: sums(e) * under**e if e > 1 else Integer(1), order)


def _elementary(m: Maker) -> Expr:
    return elementary(power_sums(*m.one(TERMS)), m.one([2, 3, 3, 4]))


def _both(m: Maker) -> Expr:
    """One polynomial in each dimension, added or multiplied."""
    one, other = (elementary(power_sums(*term), m.one([2, 3])) for term in (m.one(TERMS[:5]), TERMS[11]))
    return m.one([one * other, one + a("x") * other])


ZEROS: dict[str, Callable[[Maker], Expr]] = {
    "elementary": _elementary,
    "two dimensions": _both,
    "gram": lambda m: gram(m.one([2, 3])),
    "rank": lambda m: rank(m.one([2, 3])),
    "cayley": lambda m: cayley(m.one([1, 2])),
    "differences": lambda m: differences(*m.one(TERMS[:5] + TERMS[11:13]), m.one([2, 3])),
    "falling": lambda m: falling(m.one([1, 2, 3, 4]), m.one([n, p])) * m.entry(),
    "disguised": _disguised,
    "shares": lambda m: S(lambda k: a("share", k) ** 2) + 2 * a("share", j) * (1 - a("share", j)) - 1,
}
"""Numbers that are 0 at small widths."""


def _added(e: Expr, m: Maker) -> tuple[Expr, Expr]:
    entry = m.entry([*"zwbxW", "slack", "lse", "soft"])
    return e + entry, entry


ZERO_AT: list[Callable[[Expr, Maker], tuple[Expr, Expr]]] = [
    _added,
    lambda e, m: (e * m.entry(), Integer(0)),
    lambda e, m: (S(lambda k: a("u", k) * (1 + e)), S(lambda k: a("u", k))),
    lambda e, m: (exp(e), Integer(1)),
    lambda e, m: (f(e + a("x")), f(a("x"))),
    lambda e, m: (d(f)(e + a("x")), d(f)(a("x"))),
    lambda e, m: (log(1 + e**2), Integer(0)),
    lambda e, m: (sqrt(1 + e**2), Integer(1)),
    lambda e, m: (1 / (1 + e**2), Integer(1)),
    lambda e, m: (a("plus", j) ** e, Integer(1)),
    lambda e, m: (sigmoid(e + a("y")) * a("x"), a("x") * sigmoid(a("y"))),
    lambda e, m: (g(e * S(lambda k: a("u", k)) + a("y")), g(a("y"))),
    lambda e, m: (f(S(lambda k: a("w", k) * exp(e))), f(S(lambda k: a("w", k)))),
]
"""Equations that hold where e = 0."""


def _zero(name: str) -> Callable[[Maker], tuple[Expr, Expr]]:
    return lambda m: m.one(ZERO_AT[:3] if name in HEAVY else ZERO_AT)(ZEROS[name](m), m)


HEAVY = ("gram", "rank", "disguised", "two dimensions")


def _definite(m: Maker) -> tuple[Expr, Expr]:
    """2 sum q^2 - (sum q)^2 is a square at widths 1 and 2, of either sign beyond."""
    body, size = m.one(TERMS[:6] + TERMS[11:13])
    q, x = 2 * S(lambda k: body(k) ** 2, size) - S(body, size) ** 2, a("x")
    function = m.one([step, sympy_sign, d(relu), d(leaky)])
    grows = m.one([Abs, relu, leaky])
    return m.one([(function(x * q), function(x)), (grows(x * q), q * grows(x)), (function(x * q) * q, function(x) * q)])


def _nested(m: Maker) -> tuple[Expr, Expr]:
    """A function of a sum inside a sum inside a function."""
    outer, inner, first = m.one([f, exp, d(f), sigmoid, g]), m.one([exp, f, g, exp]), S(z)
    row = lambda k: S(lambda t: a("W", k, t), p)  # noqa: E731
    return m.one([
        (outer(S(lambda k: a("w", k) * inner(first))), outer(S(lambda k: a("w", k) * inner(z(k))))),
        (outer(inner(first)), outer(S(lambda k: inner(z(k))))),
        (outer(a("x") * inner(row(j))), outer(S(lambda t: a("x") * inner(a("W", j, t)), p))),
        (outer(inner(inner(first))), outer(inner(S(lambda k: inner(z(k)))))),
        (outer(S(lambda k: a("w", k) * exp(first**2))), outer(S(lambda k: a("w", k) * exp(S(lambda m: z(m) ** 2))))),
    ])  # fmt: skip


SMALL: dict[str, Callable[[Maker], tuple[Expr, Expr]]] = {
    **{name: _zero(name) for name in ZEROS},
    "reciprocal": lambda m: (a("slack"), a("slack") + _reciprocal(m.one([3, 5, 7, 7])) * m.entry()),
    "definite": _definite,
    "nested": _nested,
}


def _polynomial(form: Callable[[Expr], Expr], order: int) -> tuple[Expr, Expr]:
    power = power_sums(z, n)
    return elementary(lambda e: form(power(e)) if e == 1 else power(e), order), Integer(0)


TRAPS: list[tuple[Expr, Expr]] = [
    *((function(exp(S(z))), function(S(lambda k: exp(z(k))))) for function in (f, exp, softplus, sigmoid, tanh)),
    *(
        (function(S(lambda k: a("w", k) * exp(S(z)))), function(S(lambda k: a("w", k) * exp(z(k)))))
        for function in (f, exp)
    ),
    *(_polynomial(form, order) for form, orders in DISGUISES for order in orders),
    (d(relu)(a("x") * (2 * S(lambda k: z(k) ** 2) - S(z) ** 2)), d(relu)(a("x"))),
    (a("slack"), a("slack") + _reciprocal(7)),
]
"""The shortest of each kind: true at widths at which one may think to have seen enough."""
