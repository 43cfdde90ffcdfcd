"""The second engine: exact derivatives by evaluation, and a whole model against its cotangents."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from counting import work
from identities import FUNCTIONS, S, a, d, f, i, j, k, m, n, p, relu, sigmoid, softmax, tanh_, u, w, z
from sympy import Abs, Expr, Integer, erf, exp, log, pi, sqrt

from derive.proof.audit import audit
from derive.proof.field import TOP
from derive.proof.identity import decide
from derive.proof.problem import Problem
from derive.proof.tower import FieldPoint
from derive.records import Equation, Fact, Model, Proof
from derive.terms import Partial, dimension, element, kron, maximum, minimum, named, scalar, sign, step, total

RANGES = {j: n, k: n}
SLOPES = {"sigmoid": scalar("a") * (1 - scalar("a"))}

LOCAL = [
    (w(j) * z(j), kron(j, k) * w(j)),
    (z(j) ** 3 + w(j), 3 * kron(j, k) * z(j) ** 2),
    (S(a("W", j, i) * z(i), i), a("W", j, k)),
    (exp(z(j)) / S(exp(z(m)), m), softmax(j) * (kron(j, k) - softmax(k))),
    (log(S(exp(z(m)), m)) * w(j), softmax(k) * w(j)),
    (z(j) / S(z(m), m), kron(j, k) / S(z(m), m) - z(j) / S(z(m), m) ** 2),
    (sqrt(S(z(m) ** 2, m)), z(k) / sqrt(S(z(m) ** 2, m))),
    (Abs(z(j)), kron(j, k) * sign(z(j))),
    (maximum(z(j), w(j)), kron(j, k) * step(z(j) - w(j))),
    (minimum(z(j), w(j)), kron(j, k) * (1 - step(z(j) - w(j)))),
    (step(z(j)) * z(j), kron(j, k) * step(z(j))),
    (erf(z(j)), kron(j, k) * 2 * exp(-(z(j) ** 2)) / sqrt(pi)),
    (z(j) ** w(j), kron(j, k) * w(j) * z(j) ** (w(j) - 1)),
    (w(j) ** z(j), kron(j, k) * log(w(j)) * w(j) ** z(j)),
    (f(S(a("W", j, i) * z(i), i)), d(f)(S(a("W", j, i) * z(i), i)) * a("W", j, k)),
    (sigmoid(2 * z(j)), 2 * kron(j, k) * sigmoid(2 * z(j)) * (1 - sigmoid(2 * z(j)))),
    (relu(tanh_(z(j))), kron(j, k) * step(tanh_(z(j))) * (1 - tanh_(z(j)) ** 2)),
    (z(j) * a("h", j), kron(j, k) * a("h", j)),
]


@pytest.mark.parametrize("right, expected", LOCAL, ids=str)
def test_partial_derivatives_of_one_equation(right: Expr, expected: Expr) -> None:
    """Other defined arrays (h, which depends on z) are held fixed."""
    definitions = {
        "out": Equation("out", (j,), right, {j: n}),
        "h": Equation("h", (j,), z(j) ** 2, {j: n}),
    }
    partial = Partial(a("out", j), z(k))
    options = {"ranges": RANGES, "definitions": definitions, "functions": FUNCTIONS}
    assert decide(partial, expected, **options).status == "proved"
    assert decide(partial, 2 * expected, **options).status == "refuted"
    assert decide(partial, expected + kron(j, k), **options).status == "refuted"


def test_partial_of_a_scalar() -> None:
    cost = {"C": Equation("C", (), S(z(k) ** 2) / 2)}
    assert decide(Partial(scalar("C"), z(j)), z(j), ranges={j: n}, definitions=cost).status == "proved"


def network(depth: int, activation: str = "sigmoid") -> tuple[Model, dict[str, Equation]]:
    """A perceptron with softmax and cross-entropy, and its cotangents, written by hand."""
    widths = [dimension(f"n{layer}") for layer in range(depth + 1)]
    equations, axes, cotangents = [], {"x": (widths[0],), "y": (widths[-1],)}, {}
    for layer in range(1, depth + 1):
        before = "x" if layer == 1 else f"a{layer - 1}"
        here, pre = {j: widths[layer]}, element(f"z{layer}", j)
        body = total(element(f"W{layer}", j, i) * element(before, i), (i, widths[layer - 1]))
        equations.append(Equation(f"z{layer}", (j,), body + element(f"b{layer}", j), here))
        last = exp(pre) / total(exp(element(f"z{layer}", m)), (m, widths[-1]))
        equations.append(Equation(f"a{layer}", (j,), named(activation)(pre) if layer < depth else last, here))
        axes |= dict.fromkeys((f"b{layer}", f"z{layer}", f"a{layer}"), (widths[layer],))
        axes[f"W{layer}"] = (widths[layer], widths[layer - 1])
        error = element(f"delta{layer}", j)
        weights = {j: widths[layer], i: widths[layer - 1]}
        cotangents[f"W{layer}"] = Equation(f"dC/dW{layer}", (j, i), error * element(before, i), weights)
        cotangents[f"b{layer}"] = Equation(f"dC/db{layer}", (j,), error, here)
        value = element(f"a{layer}", j)
        slope = value * (1 - value) if activation == "sigmoid" else step(pre)
        if layer < depth:
            pulled = element(f"W{layer + 1}", k, j) * element(f"delta{layer + 1}", k)
            cotangents[f"z{layer}"] = Equation(
                f"delta{layer}", (j,), total(pulled, (k, widths[layer + 1])) * slope, here
            )
        else:
            cotangents[f"z{layer}"] = Equation(f"delta{layer}", (j,), value - element("y", j), here)
    output = element(f"a{depth}", k)
    equations.append(Equation("C", (), -total(element("y", k) * log(output), (k, widths[-1]))))
    fact = Fact("sums-to-one", "y", (widths[-1],), "sum(k, y[k]) = 1")
    functions = {name: FUNCTIONS[name] for name in ("sigmoid", "relu")}
    parameters = tuple(f"{letter}{layer}" for layer in range(1, depth + 1) for letter in "Wb")
    model = Model(tuple(equations), ("x", "y"), parameters, axes, {}, "C", facts=(fact,), functions=functions)
    return model, cotangents


def judged(model: Model, cotangents: dict[str, Equation]) -> Proof:
    return audit(model, cotangents, model.functions, SLOPES)


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
@pytest.mark.parametrize("depth", [1, 2, 3, 8])
def test_right_cotangents_pass(depth: int, activation: str) -> None:
    proof = judged(*network(depth, activation))
    assert proof.status == "proved" and proof.error_bits >= 60, proof


def test_the_fact_is_needed() -> None:
    model, cotangents = network(2)
    proof = judged(replace(model, facts=()), cotangents)
    assert proof.status == "refuted" and "delta2" in proof.reason


def swapped(right: Expr) -> Expr:
    """The weights with their indices exchanged."""
    return right.xreplace({element("W2", k, j): element("W2", j, k), element("W3", k, j): element("W3", j, k)})


MISTAKES = {
    "sign": lambda right: -right,
    "factor 2": lambda right: 2 * right,
    "lost factor": lambda right: right.args[0] if right.is_Mul else right + 1,
    "added term": lambda right: right + 1,
    "transposed": swapped,
    "squared": lambda right: right**2,
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_planted_mistakes_are_found_and_named(mistake: str, activation: str) -> None:
    model, cotangents = network(3, activation)
    for name, equation in cotangents.items():
        wrong = MISTAKES[mistake](equation.right)
        if wrong == equation.right:
            continue
        proof = judged(model, {**cotangents, name: replace(equation, right=wrong)})
        assert proof.status == "refuted", (name, mistake)
        assert str(equation.left) in proof.reason
        unrelated = "dC/dW3" if name != "W3" and not name.startswith("z3") else "dC/db2"
        if not name.startswith("z") and name != unrelated.removeprefix("dC/d"):
            assert unrelated not in proof.reason


def test_a_layer_without_a_cost() -> None:
    inner = total(element("W", j, m) * element("x", m), (m, p))
    axes = {"W": (n, p), "x": (p,), "h": (n,)}
    model = Model((Equation("h", (j,), f(inner), {j: n}),), ("x",), ("W",), axes, {}, outputs=("h",))
    error = element("dC/dh", j) * d(f)(inner)
    pulled = total(element("W", j, i) * error, (j, n))
    cotangents = {
        "W": Equation("dC/dW", (j, i), error * element("x", i), {j: n, i: p}),
        "x": Equation("dC/dx", (i,), pulled, {i: p}),
    }
    assert audit(model, cotangents, {}).status == "proved"
    wrong = {**cotangents, "x": replace(cotangents["x"], right=2 * pulled)}
    assert audit(model, wrong, {}).reason.endswith("dC/dx[i]")


def test_attention_needs_no_more_than_the_tower_has() -> None:
    """Two nested softmaxes."""
    soft = [exp(a(f"s{layer}", j)) / total(exp(a(f"s{layer}", m)), (m, n)) for layer in (1, 2)]
    equations = (
        Equation("a1", (j,), soft[0], {j: n}),
        Equation("s2", (j,), a("a1", j) * w(j), {j: n}),
        Equation("a2", (j,), soft[1], {j: n}),
        Equation("C", (), total(a("a2", k) * u(k), (k, n))),
    )
    axes = dict.fromkeys(("s1", "a1", "s2", "a2", "w", "u"), (n,))
    model = Model(equations, ("u",), ("s1", "w"), axes, {}, "C")
    through = a("a2", j) * (u(j) - total(a("a2", k) * u(k), (k, n)))
    back = a("dC/ds2", j) * w(j)
    mean = total(a("a1", k) * a("dC/ds2", k) * w(k), (k, n))
    cotangents = {
        "s2": Equation("dC/ds2", (j,), through, {j: n}),
        "w": Equation("dC/dw", (j,), a("dC/ds2", j) * a("a1", j), {j: n}),
        "s1": Equation("dC/ds1", (j,), a("a1", j) * (back - mean), {j: n}),
    }
    assert audit(model, cotangents, {}).status == "proved"
    wrong = {**cotangents, "s1": replace(cotangents["s1"], right=a("a1", j) * back)}
    assert audit(model, wrong, {}).status == "refuted"


def test_a_tower_too_low_falls_back_to_the_reals() -> None:
    equations, before = [], "x"
    for layer in range(1, 9):
        equations.append(Equation(f"h{layer}", (j,), exp(a(before, j) / 9) - 1, {j: n}))
        before = f"h{layer}"
    equations.append(Equation("C", (), total(a(before, k), (k, n))))
    cotangents = {"h8": Equation("dC/dh8", (j,), Integer(1), {j: n})}
    for layer in range(8, 0, -1):
        below = "x" if layer == 1 else f"h{layer - 1}"
        slope = exp(a(below, j) / 9) / 9 * a(f"dC/dh{layer}", j)
        cotangents[below] = Equation(f"dC/d{below}", (j,), slope, {j: n})
    axes = dict.fromkeys(("x", *(f"h{layer}" for layer in range(1, 9))), (n,))
    proof = audit(Model(tuple(equations), ("x",), (), axes, {}, "C"), cotangents, {})
    assert proof.status == "proved" and "reals" in proof.method


def test_the_work_grows_with_the_depth_alone() -> None:
    assert judged(*network(100)).status == "proved"
    few, many = (work(lambda n=n: judged(*network(n))) for n in (40, 160))
    assert many < 5 * few


def value_at(node: Expr, width: int, equation: Expr | None = None) -> int:
    """The value of `node` at a random point where every width is `width`."""
    definitions = {"C": Equation("C", (), equation)} if equation is not None else {}
    problem = Problem(node, node, {}, definitions, {}, {})
    point = FieldPoint(problem, dict.fromkeys((n, p), width), Random(0))
    return point.value(node, {i: 1, j: 0}, TOP - 1)


def test_an_indicator_leaves_one_term_of_a_sum() -> None:
    """However deep the sums around it, and whatever the index is multiplied by."""
    nested = S(S(kron(2 * k - 1, i) * kron(m, j) * a("W", k, m), m), k, p)
    assert value_at(nested, 5) == value_at(a("W", 1, 0), 5)
    assert value_at(S(S(kron(2 * k, i) * a("W", k, m), m), k, p), 5) == 0
    assert value_at(S(kron(k, i + 9) * z(k)), 5) == 0
    few, many = (work(lambda width=width: value_at(nested, width)) for width in (5, 50))
    assert many < 2 * few


def test_a_partial_derivative_visits_the_terms_that_move() -> None:
    cost = S(S(a("W", k, m) ** 2 * z(m), m, p))
    partial = Partial(scalar("C"), a("W", i, j))
    assert value_at(partial, 5, cost) == value_at(2 * a("W", i, j) * z(j), 5)
    few, many = (work(lambda width=width: value_at(partial, width, cost)) for width in (5, 50))
    assert many < 2 * few
    twisted = S(S(a("W", k, m) * a("W", m, k), m))
    assert value_at(partial, 5, twisted) == value_at(2 * a("W", j, i), 5)
