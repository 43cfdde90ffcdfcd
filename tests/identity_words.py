"""The words of the made identities: arrays with their axes, facts, definitions, and chance."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from identities import a, d, f, tanh_
from sympy import Expr, Integer, Symbol, exp, log, sqrt

from derive.records import Equation, Fact
from derive.renaming import fresh, letters_in
from derive.terms import dimension, index, kron, total

n, p = dimension("n"), dimension("p")
i, j, r = map(index, "ijr")
FREE = {j: n, i: n, r: p}
AXES = {
    **dict.fromkeys(["z", "w", "u"], (n,)), **dict.fromkeys(["b", "c"], (p,)), **dict.fromkeys(["W", "V"], (n, p)),
    **dict.fromkeys(["A", "B"], (n, n)), **dict.fromkeys(["x", "y", "h"], ()),
    "share": (n,), "hot": (n,), "bit": (n,), "plus": (n,), "part": (n,), "pair": (n, n), "column": (n, p),
    "z1": (n,), "a1": (n,), "f1": (n,), "soft": (n,), "lse": (), "norm": (), "slack": (), "cost": (),
}  # fmt: skip
FACTS = (
    Fact("sums-to-one", "share", (n,), "sum(k, share[k]) = 1"), Fact("one-hot", "hot", (n,), "onehot hot"),
    Fact("binary", "bit", (n,), "binary bit"), Fact("positive", "plus", (n,), "plus > 0"),
    Fact("unit", "part", (n,), "0 < part < 1"), Fact("symmetric", "pair", (n, n), "pair symmetric"),
    Fact("columns-sum-to-one", "column", (n, p), "sum(i, column[i,j]) = 1"),
)  # fmt: skip


def softmax(body: Callable[[Expr], Expr], at: Expr, size: Expr) -> Expr:
    """The entry at `at` of the softmax of body(k)."""
    k = fresh(letters_in(body(at)) | set(FREE))
    return exp(body(at)) / total(exp(body(k)), (k, size))


def S(body: Callable[[Expr], Expr], size: Expr = n) -> Expr:
    """The sum of body(k)."""
    k = fresh(letters_in(body(index("k0"))) | set(FREE))
    return total(body(k), (k, size))


def z(at: Expr) -> Expr:
    return a("z", at)


DEFINITIONS = {
    equation.name: equation
    for equation in (
        Equation("z1", (j,), S(lambda t: a("W", j, t) * a("b", t), p) + a("u", j), {j: n}),
        Equation("a1", (j,), tanh_(a("z1", j)), {j: n}),
        Equation("f1", (j,), f(a("z1", j)), {j: n}),
        Equation("soft", (j,), softmax(z, j, n), {j: n}),
        Equation("lse", (), log(S(lambda k: exp(z(k))))),
        Equation("slack", (), log(a("x") + S(z))),
        Equation("norm", (), sqrt(S(lambda k: z(k) ** 2))),
        Equation("cost", (), a("lse") - S(lambda k: a("share", k) * z(k)) + S(lambda k: a("a1", k) ** 2) / 2),
    )
}
PARTIALS: dict[tuple[str, str], Callable[..., Expr]] = {
    ("z1", "b"): lambda j, r: a("W", j, r),
    ("z1", "W"): lambda j, i, r: kron(i, j) * a("b", r),
    ("z1", "u"): lambda j, i: kron(i, j),
    ("a1", "z1"): lambda j, i: kron(i, j) * (1 - a("a1", j) ** 2),
    ("f1", "z1"): lambda j, i: kron(i, j) * d(f)(a("z1", j)),
    ("soft", "z"): lambda j, i: a("soft", j) * (kron(i, j) - a("soft", i)),
    ("lse", "z"): lambda j: a("soft", j),
    ("slack", "x"): lambda: exp(-a("slack")),
    ("norm", "z"): lambda j: z(j) / a("norm"),
    ("cost", "lse"): lambda: Integer(1),
    ("cost", "z"): lambda j: -a("share", j),
    ("cost", "a1"): lambda j: a("a1", j),
}


class Maker:
    """Chance, and the place of a node: `scope` are the letters around it, `taken` all letters of the whole."""

    def __init__(self, random: Random) -> None:
        self.random, self.scope, self.taken = random, dict(FREE), set(FREE)

    def one(self, choices):
        return self.random.choice(list(choices))

    def letter(self) -> Symbol:
        return fresh(self.taken | set(self.scope))

    def pick(self, node: Expr, kind: type | tuple[type, ...]) -> tuple[Expr, Expr] | None:
        """One argument of this kind, and the node without it."""
        places = [place for place, part in enumerate(node.args) if isinstance(part, kind)]
        if not places:
            return None
        place = self.one(places)
        return node.args[place], node.func(*node.args[:place], *node.args[place + 1 :])

    def entry(self, names: str = "zwubcWVABxyh", without: tuple[Symbol, ...] = ()) -> Expr:
        """An entry of an array whose indices are letters in scope."""
        name = self.one(names) if isinstance(names, str) else self.one(names)
        letters = [[s for s, size in self.scope.items() if size == axis and s not in without] for axis in AXES[name]]
        return a(name, *map(self.one, letters)) if all(letters) else a("x")
