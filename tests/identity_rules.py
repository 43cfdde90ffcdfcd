"""Rewritings that change no value, at any width: a row takes a node and a `Maker`, and returns the new node or None."""

from __future__ import annotations

from collections.abc import Callable

from identities import a, d, elu, f, gelu, leaky, relu, sigmoid, silu, softplus, softsign, tanh_
from identity_words import DEFINITIONS, FREE, PARTIALS, Maker, S, i, j, n, p, r, softmax, z
from sympy import (
    Abs,
    Add,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Mul,
    Pow,
    Sum,
    Symbol,
    cosh,
    erf,
    exp,
    expand_mul,
    log,
    sinh,
    sqrt,
    tanh,
)
from sympy import sign as sympy_sign

from derive.renaming import factors_of, substitute
from derive.terms import Partial, free_indices, index, kron, maximum, minimum, range_of, step, total


def renamed(node: Sum, letter: Symbol) -> Expr:
    return substitute(node.args[0], {range_of(node)[0]: letter})


def _rename(node: Sum, m: Maker) -> Expr:
    """Any letter will do that is not free in the body: also one that is bound or free outside."""
    size = range_of(node)[1]
    letter = index(m.one("ijkm" if size == n else "rst"))
    return None if letter in free_indices(node.args[0]) else total(renamed(node, letter), (letter, size))


def _swap(node: Sum, m: Maker) -> Expr | None:
    inner = node.args[0]
    if not isinstance(inner, Sum) or range_of(inner)[0] == range_of(node)[0]:
        return None
    return total(inner.args[0], range_of(inner), range_of(node))


def _term_by_term(node: Sum, m: Maker) -> Expr | None:
    body = expand_mul(node.args[0], deep=False) if isinstance(node.args[0], (Mul, Pow)) else node.args[0]
    return Add(*[total(t, range_of(node)) for t in body.args]) if isinstance(body, Add) else None


def _pull_out(node: Sum, m: Maker) -> Expr | None:
    letter, size = range_of(node)
    factors = factors_of(node.args[0])
    outside = [q for q in factors if letter not in free_indices(q)]
    inside = [q for q in factors if letter in free_indices(q)]
    if not outside or node.args[0] == 1:
        return None
    return Mul(*outside) * (total(Mul(*inside), (letter, size)) if inside else size)


def _contract(node: Sum, m: Maker) -> Expr | None:
    letter, _ = range_of(node)
    factors = factors_of(node.args[0])
    for delta in factors:
        if isinstance(delta, KroneckerDelta) and letter in delta.args:
            other = delta.args[0] if delta.args[1] == letter else delta.args[1]
            return substitute(Mul(*[q for q in factors if q != delta]), {letter: other})
    return None


def _push_in(node: Mul, m: Maker) -> Expr | None:
    found = m.pick(node, Sum)
    if found is None:
        return None
    letter = m.letter()
    return total(renamed(found[0], letter) * found[1], (letter, range_of(found[0])[1]))


def _distribute(node: Mul, m: Maker) -> Expr | None:
    found = m.pick(node, Add)
    return found and Add(*[term * found[1] for term in found[0].args])


def _merge(node: Add, m: Maker) -> Expr | None:
    sums = [part for part in node.args if isinstance(part, Sum)]
    if len(sums) < 2 or range_of(sums[0])[1] != range_of(sums[1])[1]:
        return None
    letter, rest = m.letter(), [part for part in node.args if part not in sums[:2]]
    return total(renamed(sums[0], letter) + renamed(sums[1], letter), (letter, range_of(sums[0])[1])) + Add(*rest)


def _common_denominator(node: Add, m: Maker) -> Expr | None:
    (one, under), (other, below) = (part.as_numer_denom() for part in node.args[:2])
    rest = Add(*node.args[2:])
    return None if under == below == 1 else (one * below + other * under) / (under * below) + rest


def _multiply_out(node: Pow, m: Maker) -> Expr | None:
    base, exponent = node.args
    if not exponent.is_Integer or not 2 <= exponent <= 4:
        return None
    if isinstance(base, Add):
        return Add(*[term * base ** (exponent - 1) for term in base.args])
    if isinstance(base, Sum):
        letter, (_, size) = m.letter(), range_of(base)
        return total(renamed(base, letter) * base ** (exponent - 1), (letter, size))
    return None


def _shift(node: Pow, m: Maker) -> Expr | None:
    """1/sum q = exp(c)/sum exp(c) q."""
    base, exponent = node.args
    if not isinstance(base, Sum) or not exponent.is_Rational:
        return None
    letter, c = m.letter(), m.entry()
    return exp(-c * exponent) * total(renamed(base, letter) * exp(c), (letter, range_of(base)[1])) ** exponent


def _log_shift(node: Expr, m: Maker) -> Expr | None:
    """log sum q = log sum exp(c) q - c."""
    base = node.args[0]
    if not isinstance(base, Sum):
        return None
    letter, c = m.letter(), m.entry()
    return log(total(renamed(base, letter) * exp(c), (letter, range_of(base)[1]))) - c


def _log_of_product(node: Expr, m: Maker) -> Expr | None:
    return Add(*map(log, node.args[0].args)) if isinstance(node.args[0], Mul) else None


def _power_by_exp(node: Pow, m: Maker) -> Expr | None:
    return None if node.args[1].is_Integer else exp(node.args[1] * log(node.args[0]))


def _power_of_product(node: Pow, m: Maker) -> Expr | None:
    return Mul(*[q ** node.args[1] for q in node.args[0].args]) if isinstance(node.args[0], Mul) else None


def _unfold(node: Indexed | Symbol, m: Maker) -> Expr | None:
    name = str(getattr(node, "base", node))
    known = DEFINITIONS.get(name)
    return known and substitute(known.right, dict(zip(known.indices, getattr(node, "indices", ()), strict=True)))


def _differentiate(node: Partial, m: Maker) -> Expr:
    names = tuple(str(getattr(part, "base", part)) for part in node.args)
    return PARTIALS[names](*[at for part in node.args for at in getattr(part, "indices", ())])


def _delta(node: Expr, m: Maker) -> Expr | None:
    """q[j] = sum_k delta(j, k) q[k]."""
    letters = [s for s in free_indices(node) if s in m.scope]
    if not letters:
        return None
    letter, new = m.one(sorted(letters, key=str)), m.letter()
    return total(substitute(node, {letter: new}) * kron(letter, new), (new, m.scope[letter]))


def forms(*makers: Callable[..., Expr]) -> Callable[[Expr, Maker], Expr]:
    return lambda node, m: m.one(makers)(*node.args)


FORMS: dict[type, Callable] = {
    relu: forms(
        lambda u: maximum(u, Integer(0)), lambda u: step(u) * u, lambda u: u + relu(-u), lambda u: (u + Abs(u)) / 2,
        lambda u: relu(3 * u) / 3,
    ),
    sigmoid: forms(
        lambda u: 1 - sigmoid(-u), lambda u: 1 / (1 + exp(-u)), lambda u: exp(u) / (1 + exp(u)),
        lambda u: (1 + tanh_(u / 2)) / 2, lambda u: exp(-softplus(-u)), d(softplus),
    ),
    tanh_: forms(lambda u: 2 * sigmoid(2 * u) - 1, lambda u: -tanh_(-u), tanh, lambda u: sinh(u) / cosh(u)),
    softplus: forms(
        lambda u: u + softplus(-u), lambda u: -log(sigmoid(-u)), lambda u: log(1 + exp(u)),
        lambda u: relu(u) + log(1 + exp(-Abs(u))),
    ),
    silu: forms(lambda u: u * sigmoid(u), lambda u: u + silu(-u)),
    gelu: forms(lambda u: u + gelu(-u), lambda u: u * (1 + erf(u / sqrt(2))) / 2),
    elu: forms(lambda u: relu(u) + exp(minimum(u, Integer(0))) - 1),
    leaky: forms(lambda u: relu(u) - relu(-u) / 100),
    softsign: forms(lambda u: -softsign(-u), lambda u: u / (1 + Abs(u))),
    d(sigmoid): forms(lambda u: sigmoid(u) * (1 - sigmoid(u)), lambda u: d(sigmoid)(-u)),
    d(tanh_): forms(lambda u: 1 - tanh_(u) ** 2),
    d(softplus): forms(sigmoid, lambda u: 1 - exp(-softplus(u))),
    d(relu): forms(step, lambda u: 1 - d(relu)(-u), lambda u: d(relu)(2 * u)),
    d(silu): forms(lambda u: 1 - d(silu)(-u), lambda u: sigmoid(u) * (1 + u * (1 - sigmoid(u)))),
    d(gelu): forms(lambda u: 1 - d(gelu)(-u)),
    d(elu): forms(lambda u: step(u) + (1 - step(u)) * (elu(u) + 1)),
    maximum: forms(
        lambda u, v: u + v - minimum(u, v), lambda u, v: v + relu(u - v), lambda u, v: (u + v + Abs(u - v)) / 2,
        lambda u, v: maximum(v, u), lambda u, v: step(u - v) * (u - v) + v,
    ),
    minimum: forms(lambda u, v: -maximum(-u, -v), lambda u, v: u - relu(u - v), lambda u, v: u + v - maximum(u, v)),
    Abs: forms(lambda u: relu(u) + relu(-u), lambda u: u * sympy_sign(u), lambda u: maximum(u, -u)),
    sympy_sign: forms(lambda u: step(u) - step(-u), lambda u: 2 * step(u) - 1),
    step: forms(lambda u: (1 + sympy_sign(u)) / 2, lambda u: 1 - step(-u), d(relu)),
    exp: forms(lambda u: cosh(u) + sinh(u), lambda u: (1 + tanh(u / 2)) / (1 - tanh(u / 2)), lambda u: exp(-u) ** -1),
    log: forms(lambda u: log(3 * u) - log(3), lambda u: -log(1 / u), lambda u: 2 * log(sqrt(u))),
}  # fmt: skip

ONES: list[Callable[[Maker], Expr]] = [
    lambda m: S(lambda k: softmax(z, k, n)),
    lambda m: S(lambda k: softmax(lambda at: a("W", i, at) * a("c", at), k, p), p),
    lambda m: S(lambda k: kron(k, j)),
    lambda m: S(lambda k: 1 / n),
    lambda m: (lambda u: cosh(u) ** 2 - sinh(u) ** 2)(m.entry()),
    lambda m: (lambda u: sigmoid(u) + sigmoid(-u))(m.entry()),
    lambda m: (lambda u: step(u) + step(-u))(m.entry()),
    lambda m: S(lambda k: a("share", k)),
    lambda m: S(lambda k: a("hot", k) ** 2),
    lambda m: S(lambda k: a("column", k, r)),
]
ZEROS: list[Callable[[Maker], Expr]] = [
    lambda m: (lambda u: relu(u) - relu(-u) - u)(m.entry()),
    lambda m: (lambda u: softplus(u) - softplus(-u) - u)(m.entry()),
    lambda m: (lambda u, v: maximum(u, v) + minimum(u, v) - u - v)(m.entry("zw"), m.entry("xh")),
    lambda m: S(lambda k: z(k) - S(z) / n),
    lambda m: S(lambda k: softmax(z, k, n) * (kron(k, j) - softmax(z, j, n))),
    lambda m: S(lambda k: a("bit", k) * (1 - a("bit", k))),
    lambda m: a("hot", j) * (a("hot", i) - kron(i, j)),
    lambda m: a("pair", i, j) - a("pair", j, i),
    lambda m: Abs(a("part", j)) + Abs(1 - a("part", j)) - 1,
    lambda m: sqrt(a("plus", j) ** 2) - a("plus", j),
    lambda m: S(lambda k: Partial(a("soft", k), z(j))),
    lambda m: Partial(a("lse"), z(i)) - a("soft", i),
    lambda m: Partial(a("f1", i), a("z1", j)) - kron(i, j) * d(f)(a("z1", i)),
]

SCALARS = (Add, Mul, Pow, Sum, Indexed, exp, log)
RULES: list[tuple[type | tuple[type, ...], Callable[[Expr, Maker], Expr | None]]] = [
    (Sum, _rename), (Sum, _swap), (Sum, _term_by_term), (Sum, _pull_out), (Sum, _contract), (Mul, _push_in),
    (Mul, _distribute), (Add, _merge), (Add, _common_denominator), (Pow, _multiply_out), (Pow, _shift),
    (log, _log_shift), (log, _log_of_product), (Pow, _power_by_exp), (Pow, _power_of_product),
    ((Indexed, Symbol), _unfold), (Partial, _differentiate), (SCALARS, _delta),
    *FORMS.items(),
]  # fmt: skip
"""Each is sound at every width, wherever both sides are defined."""


def _inserted(node: Expr, m: Maker) -> Expr | None:
    """A 1 or a 0 in disguise, where i, j and r are what they are outside."""
    if any(m.scope[letter] != size for letter, size in FREE.items()):
        return None
    return m.one([node * m.one(ONES)(m), node + m.entry() * m.one(ZEROS)(m)])


INSERTIONS: list[tuple[type | tuple[type, ...], Callable[[Expr, Maker], Expr | None]]] = [(SCALARS, _inserted)]
"""The same, but they make the expression larger."""
