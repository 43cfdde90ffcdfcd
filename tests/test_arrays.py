"""Lowering to arrays keeps the meaning, whatever the expression."""

import numpy as np
import pytest
from brute import brute_array
from sympy import Function, Rational, S, exp, log, sqrt

from codegen import lambdify
from derive.backward.arrays import Constant, Contraction, Delta, Elementwise, Gather, Leaf, lower, meaning, sizes_of
from derive.errors import UnknownNode
from derive.terms import dimension, element, free_indices, index, kron, maximum, named, scalar, step, total

I, J, K, M = map(index, "ijkm")
N0, N1, N2 = map(dimension, ("n0", "n1", "n2"))
SIZES = {"n0": 2, "n1": 3, "n2": 4}
RANGES = {I: N0, J: N1, K: N2, M: N2}
SHAPES = {"x": (2,), "a": (3,), "z": (4,), "y": (4,), "W": (3, 2), "U": (4, 3), "T": (4, 3, 2), "Q": (4, 4), "s": ()}


def e(name, *indices):
    return element(name, *indices)


x, a, z, y = e("x", I), e("a", J), e("z", K), e("y", K)
W, U, T, s = e("W", J, I), e("U", K, J), e("T", K, J, I), scalar("s")

CASES = {
    "affine": total(W * x, (I, N0)) + a,
    "transposed product": total(U * z, (K, N2)),
    "delta": total(U * z, (K, N2)) * a * (1 - a),
    "outer": a * x,
    "softmax": exp(z) / total(exp(e("z", M)), (M, N2)),
    "cross-entropy": -total(y * log(1 + z**2), (K, N2)),
    "penalty": s / 2 * total(total(W**2, (I, N0)), (J, N1)),
    "three operands": total(total(T * a * x, (J, N1)), (I, N0)),
    "weighted": total(W * x * a, (I, N0)),
    "width": total(S.One, (K, N2)) * x,
    "number taken out": total(3 * x, (I, N0)),
    "sum of terms": total(z - y + N1, (K, N2)),
    "same letter inside": total(x * total(W, (I, N0)), (I, N0)) * a,
    "nested": total(U * total(W * x, (I, N0)), (J, N1)),
    "mixed": total((z - y) ** 2 * U, (K, N2)) / N2,
    "functions": maximum(a, 0) + step(a) * named("silu")(a) - Rational(1, 3) * sqrt(1 + a**2),
    "indicator": kron(K, M) * z - z * e("z", M),
    "diagonal": total(e("Q", K, K), (K, N2)),
    "literal": e("z", 0) * x + e("z", 2),
    "shift": total(e("z", J + I), (I, N0)),
}


@pytest.mark.parametrize("name", CASES)
def test_meaning_and_code_are_the_expression(name):
    expression = CASES[name]
    rng = np.random.default_rng(3)
    arrays = {n: rng.standard_normal(shape) for n, shape in SHAPES.items()}
    axes = tuple(sorted(free_indices(expression), key=str))
    shape = tuple(SIZES[RANGES[i].name] if i not in (K, M) else 4 for i in axes)
    if name == "shift":
        shape = (3,)
    wanted = brute_array(expression, axes, arrays, SIZES, shape)
    again = meaning(lower(expression))
    assert np.allclose(brute_array(again, axes, arrays, SIZES, shape), wanted, rtol=1e-13, atol=0)
    if name in ("indicator", "width", "sum of terms", "mixed", "shift"):
        return
    function = lambdify(expression, axes)
    assert np.allclose(function(**{n: arrays[n] for n in function.arguments}), wanted, rtol=1e-13, atol=0)


def test_nodes():
    assert lower(W) == Leaf("W", (J, I))
    assert lower(kron(K, M)) == Delta(K, M, (K, M))
    assert lower(N2 * s) == Constant(N2 * s)
    assert lower(e("z", J + I)) == Gather("z", (I + J,), (I, J))
    assert lower(total(W * x, (I, N0))) == Contraction((Leaf("x", (I,)), Leaf("W", (J, I))), (I,), (N0,), (J,))


def test_factors_free_of_the_index_come_out_and_equal_axes_are_multiplied_first():
    node = lower(total(U * z * y * a, (K, N2)))
    assert isinstance(node, Elementwise) and node.operation == "mul"
    (contraction,) = (x for x in node.arguments if isinstance(x, Contraction))
    assert {frozenset(o.axes) for o in contraction.operands} == {frozenset((K, J)), frozenset((K,))}


def test_double_sums_are_one_contraction():
    node = lower(total(total(T**2, (I, N0)), (J, N1)))
    assert isinstance(node, Contraction) and node.over == (J, I) and node.sizes == (N1, N0)
    assert sizes_of(total(total(T**2, (I, N0)), (J, N1))) == {J: N1, I: N0}


def test_unknown_nodes_are_named():
    with pytest.raises(UnknownNode, match="Symbol"):
        lower(I * x)
    assert lower(Function("f")(a)).axes == (J,)
