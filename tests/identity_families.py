"""Families of expressions to start from: each grows at random from heads of its own."""

from __future__ import annotations

from collections.abc import Callable

from identities import a, d, f, g, relu, sigmoid, softplus, tanh_
from identity_words import AXES, PARTIALS, Maker, S, i, j, n, p, softmax, z
from sympy import Abs, Expr, Rational, erf, exp, log, sqrt
from sympy import sign as sympy_sign

from derive.renaming import substitute
from derive.terms import Partial, kron, maximum, minimum, named, step, total

Head = Callable[[Maker, Callable[[], Expr]], Expr]


def _sum(m: Maker, grow: Callable[[], Expr]) -> Expr:
    letter, size = m.letter(), m.one([n, n, p])
    m.scope[letter] = size
    body = m.entry([name for name, axes in AXES.items() if axes[:1] == (size,) and name in "zwuWABbc"]) * grow()
    axes = [s for s, other in m.scope.items() if other == size]
    del m.scope[letter]
    return total(substitute(body, {m.one(axes): letter}), (letter, size))


def _along(m: Maker, grow: Callable[[], Expr], build: Callable[[Callable[[Expr], Expr], Expr], Expr]) -> Expr:
    """`build` gets a body that depends on one letter, and the dimension of that letter."""
    letter, size = m.letter(), m.one([n, n, p])
    m.scope[letter] = size
    body = m.entry("zwu" if size == n else "bc") + m.one([0, 0, 1]) * m.entry("WAV" if size == n else "WV")
    body = substitute(body, {m.one([s for s, other in m.scope.items() if other == size]): letter})
    del m.scope[letter]
    return build(lambda at: substitute(body, {letter: at}), size)


def _act(*functions: Callable[[Expr], Expr]) -> Head:
    return lambda m, grow: m.one(functions)(grow())


def _derivative(m: Maker, grow: Callable[[], Expr]) -> Expr:
    of, by = m.one(PARTIALS)
    return Partial(m.entry([of]), m.entry([by]))


def _softmax_entry(m: Maker, grow: Callable[[], Expr]) -> Expr:
    def build(body, size):
        return softmax(body, m.one([s for s, other in m.scope.items() if other == size]), size)

    return _along(m, grow, build)


def _weighted(value: Expr, row: Expr, shift: str) -> Expr:
    """The average of a value with the weights of one row of an attention."""
    return S(lambda k: value * a("V", i, k) * softmax(lambda at: a("W", row, at) + a(shift, at), k, p), p)


def _names(*names: str) -> Head:
    return lambda m, grow: m.entry(names)


ADD: Head = lambda m, grow: grow() + m.one([1, -1, 2]) * grow()  # noqa: E731
TIMES: Head = lambda m, grow: grow() * grow()  # noqa: E731
KRON: Head = lambda m, grow: kron(*m.random.sample([s for s, size in m.scope.items() if size == n], 2))  # noqa: E731
BASE = (ADD, TIMES, _sum)
POSITIVE = _act(lambda u: 1 + u**2, lambda u: exp(u))
FAMILIES: dict[str, tuple[Head, ...]] = {
    "sums": (*BASE, _sum, _act(lambda u: u**2, lambda u: u**3, lambda u: u / n, lambda u: u / sqrt(n))),
    "deltas": (*BASE, _sum, lambda m, grow: KRON(m, grow) * grow(), lambda m, grow: KRON(m, grow) + grow()),
    "activations": (*BASE, _act(sigmoid, tanh_, softplus, *map(named, ("silu", "gelu"))), _act(sigmoid, tanh_, erf)),
    "slopes": (*BASE, _act(d(sigmoid), d(tanh_), d(softplus), d(named("silu"))), _act(sigmoid, tanh_)),
    "softmax": (*BASE, _softmax_entry, lambda m, grow: log(_softmax_entry(m, grow))),
    "attention": (
        _sum,
        lambda m, grow: _weighted(grow(), m.one([i, j]), m.one("bc")),
        _softmax_entry,
        ADD,
    ),
    "logs": (
        *BASE,
        lambda m, grow: log(_along(m, grow, lambda body, size: S(lambda k: exp(body(k)), size))),
        lambda m, grow: sqrt(_along(m, grow, lambda body, size: S(lambda k: body(k) ** 2, size))),
        lambda m, grow: log(POSITIVE(m, grow)) * grow(),
    ),
    "powers": (
        *BASE,
        lambda m, grow: POSITIVE(m, grow) ** m.one([a("x"), a("y") + 2, Rational(1, 2), Rational(-3, 2), -a("h")]),
        lambda m, grow: (a("plus", j) * a("x")) ** a("y") * grow(),
    ),
    "signs": (
        ADD,
        TIMES,
        _act(relu, Abs, step, sympy_sign, d(relu), *map(named, ("leaky", "elu", "softsign"))),
        lambda m, grow: m.one([maximum, minimum])(m.entry("zwu"), m.entry("xyh")) * grow(),
        lambda m, grow: S(lambda k: z(k) * a("u", k)),
    ),
    "unknown": (*BASE, _act(f, g, d(f)), _act(f, d(f), lambda u: f(2 * u))),
    "quotients": (
        *BASE,
        lambda m, grow: grow() / _along(m, grow, lambda body, size: S(lambda k: body(k) ** 2, size)),
        lambda m, grow: grow() / (1 + grow() ** 2),
    ),
    "facts": (*BASE, _names("share", "hot", "bit", "plus", "part", "pair", "column")),
    "partials": (*BASE, _derivative, _derivative, _names("z1", "a1", "soft", "f1")),
}


def grown(m: Maker, heads: tuple[Head, ...], depth: int) -> Expr:
    """A random expression of these heads."""
    head = m.one(heads)
    return m.entry() if depth == 0 else head(m, lambda: grown(m, heads, depth - 1))
