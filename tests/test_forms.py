"""Forms shared between layers are the forms each layer would get by itself."""

from __future__ import annotations

import pytest
from sympy import Integer

from derive.backward.backprop import backpropagate
from derive.backward.forms import Forms, _form
from derive.backward.matrix import Array, Ones, Product, Transpose
from derive.backward.shapes import meaning, shape
from derive.errors import BackproofError
from derive.forward.network import MLP
from derive.records import Model
from derive.terms import dimension, index

TWO_UNKNOWN = """
u[j] = sum(i, W1[j,i]*x[i])
v[k] = f(u[k])
s[k] = sum(j, W2[k,j]*v[j])
t[k] = g(s[k])
C = lambda*sum(k, t[k]^2) + mu*sum(j, v[j]^2)
batch x
data x, lambda, mu
"""


@pytest.mark.parametrize(
    "model",
    [
        MLP([5, 4, 3, 4, 5, 2], hidden="tanh", l2="lambda"),
        MLP([5, 4, 3, 4, 5, 2], hidden=["relu", "tanh", "gelu", "softmax"], l1="mu", output="identity"),
        Model.parse(TWO_UNKNOWN),
    ],
    ids=["like layers", "unlike layers", "unknown functions"],
)
def test_a_shared_form_is_its_own(model):
    for result in backpropagate(model).results:
        alone = Forms(model)
        assert result.matrix == _form(result.left, result.right, result.ranges, alone.axes)
        assert result.batch == alone._lifted(result)


AXES = {"W": (dimension("n"), dimension("m")), "x": (dimension("m"),)}


def test_shapes_that_do_not_fit_are_refused():
    assert shape(Product((Array("W"), Array("x"))), AXES) == (dimension("n"), None)
    with pytest.raises(BackproofError, match="inner sizes"):
        shape(Product((Transpose(Array("W")), Array("x"))), AXES)


def test_a_product_with_ones_means_a_sum():
    row = Product((Array("W"), Ones(dimension("m"))))
    assert str(meaning(row, index("j"), None, AXES)) == "Sum(W[j, k], (k, 0, m - 1))"
    assert Integer(1) == meaning(Ones(dimension("m")), index("j"), None, AXES)
