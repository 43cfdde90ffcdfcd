"""The 4-3-5 network and its derivation written out by hand, for tests of what is printed."""

from __future__ import annotations

from sympy import S, exp, log

from derive.backward.matrix import Array, Hadamard, MatrixForm, Node, Number, Plus, Product, Scale, Transpose
from derive.backward.steps import Derivation, Lemma, Result, Step
from derive.records import Equation, Fact, Formula, Model, Proof
from derive.terms import Partial, dimension, element, index, kron, named, scalar, total

I, J, K, M = map(index, "ijkm")
N0, N1, N2, RECORDS = map(dimension, ("n0", "n1", "n2", "N"))
PROVED = Proof("proved", "finite field", "all", 80)
SIGMOID = named("sigmoid")


def entry(name, *indices):
    return element(name, *indices)


x, y = entry("x", I), entry("y", K)
z1, a1, z2, a2 = entry("z1", J), entry("a1", J), entry("z2", K), entry("a2", K)
W1, W2, b1, b2 = entry("W1", J, I), entry("W2", K, J), entry("b1", J), entry("b2", K)
delta1, delta2 = entry("delta1", J), entry("delta2", K)
Z2_SOFTMAX = exp(z2) / total(exp(entry("z2", M)), (M, N2))
back = total(W2 * delta2, (K, N2))


def softmax_model() -> Model:
    equations = (
        Equation("z1", (J,), total(W1 * x, (I, N0)) + b1, {J: N1}),
        Equation("a1", (J,), SIGMOID(z1), {J: N1}),
        Equation("z2", (K,), total(W2 * a1, (J, N1)) + b2, {K: N2}),
        Equation("a2", (K,), Z2_SOFTMAX, {K: N2}),
        Equation("C", (), -total(y * log(a2), (K, N2))),
    )
    letters = {"x": (I,), "y": (K,), "W1": (J, I), "b1": (J,), "z1": (J,), "a1": (J,)}
    letters |= {"W2": (K, J), "b2": (K,), "z2": (K,), "a2": (K,), "C": ()}
    sizes = {I: N0, J: N1, K: N2}
    axes = {name: tuple(sizes[letter] for letter in own) for name, own in letters.items()}
    z = scalar("z")
    functions = {"sigmoid": Formula("sigmoid", z, 1 / (1 + exp(-z)))}
    fact = Fact("sums-to-one", "y", (N2,), "sum(k, y[k]) = 1")
    return Model(
        equations, ("x", "y"), ("W1", "b1", "W2", "b2"), axes, letters, "C", (), ("x", "y"),
        {N0: 4, N1: 3, N2: 5}, (fact,), functions, "", "", (N0, N1, N2),
    )  # fmt: skip


def _steps(left, *rows, ranges):
    steps, before = [], left
    for rule, after, extra in rows:
        steps.append(Step(rule, before, after, PROVED, ranges=ranges, **extra))
        before = after
    return tuple(steps)


def _form(left: str, right: Node, rows, columns=None, batch: bool = False) -> MatrixForm:
    record = {"record": index("r"), "records": RECORDS} if batch else {}
    return MatrixForm(Array(left), right, rows, columns, PROVED, **record)


def _delta2() -> Result:
    jacobian = a2 * (kron(K, M) - entry("a2", M))
    chain = total(entry("dC/da2", M) * Partial(entry("a2", M), z2), (M, N2))
    by_lemma = total(-entry("y", M) / entry("a2", M) * jacobian, (M, N2))
    steps = _steps(
        delta2,
        ("chain-rule", chain, {"about": (Partial(entry("a2", M), z2),)}),
        ("lemma", by_lemma, {"about": (Partial(entry("a2", M), z2),)}),
        ("contract", a2 * total(entry("y", M), (M, N2)) - y, {}),
        ("fact", a2 - y, {"facts": ("sum(k, y[k]) = 1",)}),
        ranges={K: N2},
    )
    matrix = Plus((Scale(Number(-S.One), Array("y")), Array("a2")))
    forms = _form("delta2", matrix, K), _form("delta2", matrix, index("r"), K, True)
    return Result("delta2", "z2", "delta", delta2, a2 - y, {K: N2}, steps, *forms)


def _delta1() -> Result:
    chain = total(delta2 * Partial(z2, a1), (K, N2)) * Partial(a1, z1)
    steps = _steps(
        delta1,
        ("chain-rule", chain, {"about": (Partial(z2, a1), Partial(a1, z1))}),
        ("local-derivative", back * named("sigmoid", 1)(z1), {"about": (Partial(z2, a1),), "uses": ("z2", "a1")}),
        ("through-output", back * a1 * (1 - a1), {"uses": ("a1",)}),
        ranges={J: N1},
    )
    rest = (Array("a1"), Plus((Scale(Number(-S.One), Array("a1")), Number(S.One))))
    one = Hadamard((Product((Transpose(Array("W2")), Array("delta2"))), *rest))
    many = Hadamard((Product((Array("delta2"), Array("W2"))), *rest))
    forms = _form("delta1", one, J), _form("delta1", many, index("r"), J, True)
    return Result("delta1", "z1", "delta", delta1, steps[-1].after, {J: N1}, steps, *forms)


def _weight(layer: int, before: str) -> Result:
    to, of = (J, I) if layer == 1 else (K, J)
    sizes = {I: N0, J: N1, K: N2}
    delta, below = entry(f"delta{layer}", to), entry(before, of)
    left = entry(f"dC/dW{layer}", to, of)
    slope = Partial(entry(f"z{layer}", to), entry(f"W{layer}", to, of))
    steps = _steps(
        left,
        ("chain-rule", delta * slope, {"about": (slope,)}),
        ("local-derivative", delta * below, {"about": (slope,), "uses": (f"z{layer}",)}),
        ranges={to: sizes[to], of: sizes[of]},
    )
    one = Product((Array(f"delta{layer}"), Transpose(Array(before))))
    mean = Product((Transpose(Array(f"delta{layer}")), Array(before)))
    many = Scale(Number(1 / RECORDS), mean)
    name = f"dC/dW{layer}"
    forms = _form(name, one, to, of), _form(name, many, to, of, True)
    return Result(name, f"W{layer}", "gradient", left, delta * below, steps[0].ranges, steps, *forms)


def _bias(layer: int) -> Result:
    to, size = (J, N1) if layer == 1 else (K, N2)
    name, delta = f"dC/db{layer}", entry(f"delta{layer}", to)
    slope = Partial(entry(f"z{layer}", to), entry(f"b{layer}", to))
    steps = _steps(
        entry(name, to),
        ("chain-rule", delta * slope, {"about": (slope,)}),
        ("local-derivative", delta, {"about": (slope,), "uses": (f"z{layer}",)}),
        ranges={to: size},
    )
    forms = _form(name, Array(f"delta{layer}"), to), None
    return Result(name, f"b{layer}", "gradient", entry(name, to), delta, {to: size}, steps, *forms)


def _lemmas() -> tuple[Lemma, ...]:
    z, a = scalar("z"), scalar("a")
    left = named("sigmoid", 1)(z)
    raw = exp(-z) / (1 + exp(-z)) ** 2
    slope = _steps(
        left, ("differentiate", raw, {"about": (1 / (1 + exp(-z)),)}), ("eliminate", a * (1 - a), {}), ranges={}
    )
    of, by = entry("a2", K), entry("z2", M)
    normal = total(exp(entry("z2", J)), (J, N2))
    quotient = kron(K, M) * exp(z2) / normal - exp(z2) * exp(by) / normal**2
    jacobian = of * (kron(K, M) - entry("a2", M))
    lines = _steps(
        Partial(of, by), ("differentiate", quotient, {"uses": ("a2",)}), ("name", jacobian, {"uses": ("a2",)}),
        ranges={K: N2, M: N2},
    )  # fmt: skip
    return Lemma("sigmoid", left, a * (1 - a), slope), Lemma("da2/dz2", Partial(of, by), jacobian, lines)


def softmax_derivation() -> Derivation:
    results = _delta2(), _weight(2, "a1"), _bias(2), _delta1(), _weight(1, "x"), _bias(1)
    return Derivation(softmax_model(), results, _lemmas(), PROVED)
