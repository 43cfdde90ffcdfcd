"""Equations with a known verdict, kept for good: what the checker must never get wrong.

Rows of (left, right, ranges, facts); `TRUE` hold at every width and point of their domain,
`FALSE` do not, however tempting they look.
"""

from __future__ import annotations

from itertools import product

from sympy import Abs, Expr, Integer, Rational, cosh, erf, exp, log, pi, sinh, sqrt, tanh
from sympy import sign as sympy_sign

from derive.records import Fact, Formula
from derive.terms import dimension, element, index, kron, maximum, minimum, named, scalar, step, total

i, j, k, m, r, t = map(index, "ijkmrt")
n, p, q = map(dimension, ("n", "p", "q"))
x, y, s, c, v = map(scalar, "xyscv")
z_ = scalar("z")

FUNCTIONS = {
    "relu": Formula("relu", z_, maximum(z_, Integer(0))),
    "sigmoid": Formula("sigmoid", z_, 1 / (1 + exp(-z_))),
    "tanh": Formula("tanh", z_, (exp(z_) - exp(-z_)) / (exp(z_) + exp(-z_))),
    "softplus": Formula("softplus", z_, log(1 + exp(z_))),
    "softsign": Formula("softsign", z_, z_ / (1 + Abs(z_))),
    "silu": Formula("silu", z_, z_ / (1 + exp(-z_))),
    "gelu": Formula("gelu", z_, z_ / 2 * (1 + erf(z_ / sqrt(2)))),
    "elu": Formula("elu", z_, maximum(z_, Integer(0)) + exp(minimum(z_, Integer(0))) - 1),
    "leaky": Formula("leaky", z_, maximum(z_, Integer(0)) + minimum(z_, Integer(0)) / 100),
}
relu, sigmoid, tanh_, softplus, silu, gelu, elu, leaky = map(
    named, ("relu", "sigmoid", "tanh", "softplus", "silu", "gelu", "elu", "leaky")
)
softsign, f, g = named("softsign"), named("f"), named("g")


def d(function: type) -> type:
    """The derivative of a named function."""
    return named(function.label, 1)


def a(name: str, *places: Expr) -> Expr:
    return element(name, *places)


def S(body: Expr, letter=k, size=n) -> Expr:
    return total(body, (letter, size))


SUMS = (Fact("sums-to-one", "y", (n,), "sum(k, y[k]) = 1"),)
HOT = (Fact("one-hot", "y", (n,), "onehot y"),)
BINARY = (Fact("binary", "y", (n,), "binary y"),)
POSITIVE = (Fact("positive", "y", (n,), "y > 0"),)
UNIT = (Fact("unit", "y", (n,), "0 < y < 1"),)
SYMMETRIC = (Fact("symmetric", "A", (n, n), "A symmetric"),)
COLUMNS = (Fact("columns-sum-to-one", "P", (n, p), "sum(i, P[i,j]) = 1"),)

z, w, u, b = (lambda at, name=name: a(name, at) for name in "zwub")
Y = lambda at: a("y", at)  # noqa: E731
softmax = lambda at: exp(z(at)) / S(exp(z(m)), m)  # noqa: E731
J, JI, JK = {j: n}, {j: n, i: n}, {j: n, i: n, k: n}
NONE: tuple = ()

STABLE = [
    (softplus(x) - x, softplus(-x), {}, NONE),
    (log(1 + exp(x)), maximum(x, Integer(0)) + log(1 + exp(-Abs(x))), {}, NONE),
    (log(S(exp(z(k) - s))) + s, log(S(exp(z(k)))), {}, NONE),
    (exp(z(j) - s) / S(exp(z(k) - s)), exp(z(j)) / S(exp(z(k))), J, NONE),
    (log(softmax(j)), z(j) - log(S(exp(z(k)))), J, NONE),
    (exp(log(1 + exp(x))), 1 + exp(x), {}, NONE),
    (exp(2 * log(S(exp(z(k))))), S(exp(z(k))) ** 2, {}, NONE),
    (sqrt(x**2 * y**2), Abs(x * y), {}, NONE),
    (sqrt(x) ** 2, x, {}, NONE),
    (sqrt(S(z(k) ** 2) * 4), 2 * sqrt(S(z(k) ** 2)), {}, NONE),
    (1 / (1 + exp(-x)), exp(x) / (1 + exp(x)), {}, NONE),
    (1 - sigmoid(x), sigmoid(-x), {}, NONE),
    (log(sigmoid(x)), -softplus(-x), {}, NONE),
    (log(1 - sigmoid(x)), -softplus(x), {}, NONE),
    (
        -y * log(sigmoid(x)) - (1 - y) * log(1 - sigmoid(x)),
        maximum(x, Integer(0)) - x * y + log(1 + exp(-Abs(x))),
        {},
        NONE,
    ),
    (tanh_(x), 2 * sigmoid(2 * x) - 1, {}, NONE),
    (tanh(x), tanh_(x), {}, NONE),
    (cosh(x) ** 2 - sinh(x) ** 2, Integer(1), {}, NONE),
    (tanh_(softplus(x)), ((1 + exp(x)) ** 2 - 1) / ((1 + exp(x)) ** 2 + 1), {}, NONE),
    (Abs(x), x * sympy_sign(x), {}, NONE),
    (relu(2 * x), 2 * relu(x), {}, NONE),
    (relu(7 * x), 7 * relu(x), {}, NONE),
    (relu(x) - relu(-x), x, {}, NONE),
    (relu(x) + relu(-x), Abs(x), {}, NONE),
    (maximum(x, y) + minimum(x, y), x + y, {}, NONE),
    (maximum(x, y), (x + y + Abs(x - y)) / 2, {}, NONE),
    (elu(x), step(x) * x + (1 - step(x)) * (exp(x) - 1), {}, NONE),
    (relu(relu(x)), relu(x), {}, NONE),
    (x**y * x**2, x ** (y + 2), {}, NONE),
    (log(x * y), log(x) + log(y), {}, NONE),
    (log(S(z(k)) * x), log(S(z(k))) + log(x), {}, NONE),
    (erf(-x), -erf(x), {}, NONE),
]

SLOPES = [
    (d(sigmoid)(x), sigmoid(x) * (1 - sigmoid(x)), {}, NONE),
    (d(tanh_)(x), 1 - tanh_(x) ** 2, {}, NONE),
    (d(softplus)(x), sigmoid(x), {}, NONE),
    (d(softplus)(x), 1 - exp(-softplus(x)), {}, NONE),
    (d(relu)(x), step(x), {}, NONE),
    (d(relu)(x), step(relu(x)), {}, NONE),
    (d(leaky)(x), step(x) + (1 - step(x)) / 100, {}, NONE),
    (d(elu)(x), step(x) + (1 - step(x)) * (elu(x) + 1), {}, NONE),
    (d(softsign)(x), (1 - Abs(softsign(x))) ** 2, {}, NONE),
    (d(silu)(x), sigmoid(x) * (1 + x * (1 - sigmoid(x))), {}, NONE),
    (d(gelu)(x), (1 + erf(x / sqrt(2))) / 2 + x * exp(-(x**2) / 2) / sqrt(2 * pi), {}, NONE),
]

REWRITING = [
    (S(kron(k, m) * a("T", m), m), a("T", k), {k: n}, NONE),
    (S(kron(k, j)), Integer(1), J, NONE),
    (S(kron(k, k)), n, {}, NONE),
    (S(Integer(1)), n, {}, NONE),
    (S(x), n * x, {}, NONE),
    (S(z(k) - S(z(m), m) / n), Integer(0), {}, NONE),
    (S((z(k) - S(z(m), m) / n) ** 2), S(z(k) ** 2) - S(z(k)) ** 2 / n, {}, NONE),
    (S(S(w(k) * z(m), m)), S(w(k)) * S(z(k)), {}, NONE),
    (S(a("W", k, j) * u(k)) * b(j), S(b(j) * u(m) * a("W", m, j), m), {j: p}, NONE),
    (S(S(a("W", k, m) * a("V", m, j), m, p) * u(k)), S(S(a("W", k, m) * u(k)) * a("V", m, j), m, p), {j: q}, NONE),
    (softmax(j) * S(kron(j, k) - softmax(k)), softmax(j) * (1 - S(softmax(k))), J, NONE),
    (S(softmax(k)), Integer(1), {}, NONE),
    (S(w(k) * softmax(k) * (kron(k, j) - softmax(j))), softmax(j) * (w(j) - S(w(k) * softmax(k))), J, NONE),
    (S(Y(k) / softmax(k) * softmax(k) * (kron(k, j) - softmax(j))), Y(j) - softmax(j) * S(Y(k)), J, NONE),
    (S(f(z(k)) * kron(k, j)), f(z(j)), J, NONE),
    (S(f(z(k)) + g(x)), S(f(z(k))) + n * g(x), {}, NONE),
    ((S(z(k)) + y) ** 3, S(z(k)) ** 3 + 3 * S(z(k)) ** 2 * y + 3 * S(z(k)) * y**2 + y**3, {}, NONE),
    (1 / S(exp(z(k))) + 1 / (1 + exp(x)), (1 + exp(x) + S(exp(z(k)))) / (S(exp(z(k))) * (1 + exp(x))), {}, NONE),
    (S(kron(k, j) * kron(k, i)), kron(i, j), JI, NONE),
    (S(relu(z(k))) * 2, S(relu(2 * z(m)), m), {}, NONE),
    (f(S(w(k) * z(k))), f(S(z(m) * w(m), m)), {}, NONE),
    (S(a("W", j, k) * a("W", i, k)), S(a("W", i, k) * a("W", j, k)), JI, NONE),
    (sqrt(S(z(k) ** 2) / n), sqrt(S(z(m) ** 2, m)) / sqrt(n), {}, NONE),
]

FACTS = [
    (S(Y(k)), Integer(1), {}, SUMS),
    (softmax(j) * S(Y(k)) - Y(j), softmax(j) - Y(j), J, SUMS),
    (S(Y(k)) ** 3 + S(Y(k)), Integer(2), {}, SUMS),
    (S(Y(k) * (1 - Y(k))), 1 - S(Y(k) ** 2), {}, SUMS),
    (Y(j) * Y(i), kron(i, j) * Y(j), JI, HOT),
    (S(Y(k) ** 2), Integer(1), {}, HOT),
    (Y(j) ** 3, Y(j), J, BINARY),
    (S(Y(k) * (1 - Y(k))), Integer(0), {}, BINARY),
    (Abs(Y(j)), Y(j), J, POSITIVE),
    (sqrt(Y(j) ** 2), Y(j), J, POSITIVE),
    (Abs(1 - Y(j)) + Abs(Y(j)), Integer(1), J, UNIT),
    (relu(Y(j) - 1), Integer(0), J, UNIT),
    (a("A", i, j), a("A", j, i), JI, SYMMETRIC),
    (S(a("A", j, k) * z(k)), S(a("A", k, j) * z(k)), J, SYMMETRIC),
    (S(a("P", k, j)), Integer(1), {j: p}, COLUMNS),
]

AT_TESTED_WIDTHS = [
    (S(Y(k) * log(1 + z(k) ** 2)), log(S(Y(k) * (1 + z(k) ** 2))), {}, HOT),
]
"""True, but the width enters the argument of a function: proved at the widths tested, not for all."""

TRUE = [*STABLE, *SLOPES, *REWRITING, *FACTS]

ONE_BIT = [
    (2 * u(j) * step(z(j)), u(j) * step(z(j)), J, NONE),
    (2 * step(x) * step(y) * step(s), step(x) * step(y) * step(s), {}, NONE),
    (x * step(x) * step(y) * step(s) * step(c) * step(v) * step(a("z6")), Integer(0), {}, NONE),
    (d(relu)(x) * d(relu)(y) * s, 2 * d(relu)(x) * d(relu)(y) * s, {}, NONE),
    (S(w(k) * step(z(k))), S(w(k)), {}, NONE),
    (S(w(k) * step(z(k)) * step(u(k))), S(w(k) * step(z(k))), {}, NONE),
    (step(x - y) * step(y - s) * step(s - c) * v, Integer(0), {}, NONE),
    (Abs(x), x, {}, NONE),
    (sqrt(x**2), x, {}, NONE),
    (relu(x + y), relu(x) + relu(y), {}, NONE),
    (maximum(x, y), x, {}, NONE),
    (step(x), step(-x), {}, NONE),
    (relu(-x), -relu(x), {}, NONE),
    (sympy_sign(x) * sympy_sign(y), sympy_sign(x + y), {}, NONE),
    (leaky(x), relu(x), {}, NONE),
    (Y(j) * Y(i), Y(j), JI, BINARY),
    (S(Y(k)), Integer(1), {}, BINARY),
]

SMALL_WIDTHS = [
    (S(1 / (S(z(r), r) - z(k))), S(1 / z(k)), {}, NONE),
    (S(Y(k) ** 2) + 2 * Y(j) * (1 - Y(j)), Integer(1), J, SUMS),
    (S(z(k)) ** 2, S(z(k) ** 2), {}, NONE),
    (S(z(k) * w(k)), S(z(k)) * S(w(k)), {}, NONE),
    (S(z(k)), z(j), J, NONE),
    (S(x), x, {}, NONE),
    (n * (n - 1) * x, Integer(0), {}, NONE),
    (n * (n - 1) * (n - 2) * (n - 3) * x, Integer(0), {}, NONE),
    (S(kron(k, j) * kron(k, i)), Integer(1), JI, NONE),
    (kron(i, j) + kron(j, k) + kron(i, k) - kron(i, j) * kron(j, k), Integer(1), JK, NONE),
    (softmax(j), Integer(1), J, NONE),
    (a("A", i, j), a("A", j, i), JI, NONE),
    (S(a("W", j, k) * u(k)), S(a("W", k, j) * u(k)), J, NONE),
    (log(S(exp(z(k)))), S(z(k)), {}, NONE),
    (f(S(z(k))), S(f(z(k))), {}, NONE),
    (sqrt(S(z(k) ** 2)), S(Abs(z(k))), {}, NONE),
    (S(z(k)) / n, S(z(k)), {}, NONE),
]

PLANTED = [
    (softplus(x) + x, softplus(-x), {}, NONE),
    (log(S(exp(z(k) - s))), log(S(exp(z(k)))), {}, NONE),
    (log(1 + exp(x)), x, {}, NONE),
    (1 - sigmoid(x), sigmoid(x), {}, NONE),
    (tanh_(x), 2 * sigmoid(x) - 1, {}, NONE),
    (d(sigmoid)(x), sigmoid(x), {}, NONE),
    (d(sigmoid)(x), sigmoid(x) * (1 + sigmoid(x)), {}, NONE),
    (d(tanh_)(x), 1 - tanh_(x), {}, NONE),
    (d(softplus)(x), exp(-softplus(x)), {}, NONE),
    (d(elu)(x), step(x) + (1 - step(x)) * elu(x), {}, NONE),
    (d(softsign)(x), (1 - softsign(x)) ** 2, {}, NONE),
    (d(silu)(x), sigmoid(x) * (1 - sigmoid(x)), {}, NONE),
    (d(gelu)(x), (1 + erf(x / sqrt(2))) / 2, {}, NONE),
    (erf(2 * x), 2 * erf(x), {}, NONE),
    (log(x + y), log(x) + log(y), {}, NONE),
    (exp(x + y), exp(x) + exp(y), {}, NONE),
    (x**y, y**x, {}, NONE),
    (f(x + y), f(x) + f(y), {}, NONE),
    (d(f)(x), f(x), {}, NONE),
    (f(-x), -f(x), {}, NONE),
    (S(a("W", k, j) * u(k)) * b(j), S(a("W", k, j) * u(k)), {j: n}, NONE),
    (S(a("W", k, j) * u(k)), S(a("W", j, k) * u(k)), {j: n}, NONE),
    (u(j) * x, u(j) * x / n, J, NONE),
    (S(w(k) * softmax(k) * (kron(k, j) - softmax(j))), w(j) * softmax(j) * (1 - softmax(j)), J, NONE),
    (softmax(j) * S(Y(k)) - Y(j), softmax(j) - Y(j), J, NONE),
    (S(Y(k) ** 2), Integer(1), {}, SUMS),
    (Y(j) ** 2, Y(j), J, UNIT),
    (S(a("P", j, k), k, p), Integer(1), J, COLUMNS),
    (S((z(k) - S(z(m), m)) ** 2), S(z(k) ** 2) - S(z(k)) ** 2, {}, NONE),
    (z(j) + Rational(1, 10**9), z(j), J, NONE),
    (x * 85864769 * 171729539, Integer(0), {}, NONE),
    (S(exp(z(k))) ** 2, S(exp(2 * z(k))), {}, NONE),
]

SUMS_IN_FUNCTIONS = [
    (S(exp(z(k))), exp(S(z(k))), {}, NONE),
    (f(S(x)), f(x), {}, NONE),
    (exp(S(x)), exp(x), {}, NONE),
    (log(S(x)), log(2 * x), {}, NONE),
    (sympy_sign(S(x) - 3 * x), -sympy_sign(x), {}, NONE),
    (exp(S(s)) * S(exp(-z(k))), exp(s) * S(exp(-z(k))), {}, NONE),
    ((n + sqrt(2)) * x, (1 + sqrt(2)) * sqrt(n) * x, {}, NONE),
]
"""True at one or two widths, where a function of a sum meets what is no sum."""

FALSE = [*ONE_BIT, *SMALL_WIDTHS, *PLANTED, *SUMS_IN_FUNCTIONS]


def symmetric(term, order: int) -> Expr:
    """The elementary symmetric polynomial of this order in term(k): 0 at widths below the order only."""
    power = [None, *(S(term(k) ** e) for e in range(1, order + 1))]
    elementary: list = [Integer(1)]
    for e in range(1, order + 1):
        elementary.append(sum((-1) ** (h - 1) * elementary[e - h] * power[h] for h in range(1, e + 1)) / e)
    return elementary[order]


TERMS = [
    z,
    lambda at: z(at) * w(at),
    lambda at: exp(z(at)),
    lambda at: f(z(at)),
    lambda at: z(at) - x,
    lambda at: 1 / (1 + exp(z(at))),
    lambda at: relu(z(at)) + u(at),
    lambda at: z(at) * exp(-w(at)),
]
FACTORS = [Integer(1), x, S(w(k)), exp(x), n + 1]
HOLD_AT_SMALL_WIDTHS = [
    (symmetric(term, order) * factor, Integer(0), {}, NONE)
    for term, order, factor in product(TERMS, (2, 3, 4), FACTORS)
]
