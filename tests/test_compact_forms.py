"""The compact forms that textbooks give, found by the engine: normalisation, attention, RMS norm."""

from __future__ import annotations

from pathlib import Path

import pytest
from sympy import Sum

from derive import Model, backpropagate
from derive.forward import parse_equation
from derive.proof.identity import decide
from derive.renaming import found_in, nameless

MODELS = Path(__file__).parent.parent / "examples" / "models"

LAYER_NORM = """
    data x, eps
    m = 1/size(j)*sum(j, x[j])
    v = 1/size(j)*sum(j, (x[j] - m)^2)
    u[j] = (x[j] - m)/sqrt(v + eps)
    h[j] = gain[j]*u[j] + shift[j]
    param gain, shift
    output h
    assume eps > 0
"""
BATCH_NORM = """
    data x[N,n], eps
    m[j] = 1/size(p)*sum(p, x[p,j])
    v[j] = 1/size(p)*sum(p, (x[p,j] - m[j])^2)
    u[p,j] = (x[p,j] - m[j])/sqrt(v[j] + eps)
    h[p,j] = gain[j]*u[p,j] + shift[j]
    param gain, shift
    output h
    assume eps > 0
"""
RMS_NORM = """
    data x, eps
    q = 1/size(j)*sum(j, x[j]^2)
    h[j] = x[j]/sqrt(q + eps)
    output h
    assume eps > 0
"""
ATTENTION = """
    data q, k, v
    s[t,u] = sum(d, q[t,d]*k[u,d])/sqrt(size(d))
    a[t,u] = softmax(s)[t,u]
    o[t,e] = sum(u, a[t,u]*v[u,e])
    output o
"""
FORMS = {
    # Ioffe and Szegedy 2015, section 3, and its usual three-term form; Ba, Kiros and Hinton 2016
    "layer norm": (LAYER_NORM, "x", "dC/dx[j] = (dC/dh[j]*gain[j] - 1/size(j)*sum(i, dC/dh[i]*gain[i])"
                   " - u[j]*1/size(j)*sum(i, dC/dh[i]*gain[i]*u[i]))/sqrt(v + eps)"),
    "batch norm": (BATCH_NORM, "x", "dC/dx[p,j] = gain[j]*(dC/dh[p,j] - 1/size(p)*sum(i, dC/dh[i,j])"
                   " - u[p,j]*1/size(p)*sum(i, dC/dh[i,j]*u[i,j]))/sqrt(v[j] + eps)"),
    "attention scores": (ATTENTION, "s", "dC/ds[t,u] = a[t,u]*(dC/da[t,u] - sum(k, a[t,k]*dC/da[t,k]))"),
    "attention weights": (ATTENTION, "a", "dC/da[t,u] = sum(e, dC/do[t,e]*v[u,e])"),
    "attention queries": (ATTENTION, "q", "dC/dq[t,d] = sum(u, dC/ds[t,u]*k[u,d])/sqrt(size(d))"),
    "attention keys": (ATTENTION, "k", "dC/dk[u,d] = sum(t, dC/ds[t,u]*q[t,d])/sqrt(size(d))"),
    "attention values": (ATTENTION, "v", "dC/dv[u,e] = sum(t, a[t,u]*dC/do[t,e])"),
    "RMS norm": (RMS_NORM, "x", "dC/dx[j] = dC/dh[j]/sqrt(q + eps)"
                 " - x[j]*sum(i, dC/dh[i]*x[i])/(size(j)*(q + eps)^(3/2))"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_the_textbook_form_is_found(name):
    """Not only equal: the same terms, sums and factors; and every step to it is proved for all widths."""
    text, array, claim = FORMS[name]
    model = Model.parse(text)
    derivation = backpropagate(model, wrt=[n for n in model.data if model.axes[n]])
    result = derivation.result(array)
    left, right, ranges = parse_equation(claim, model)
    letters = dict(zip(left.args[1:], result.left.args[1:], strict=True))
    expected = right.xreplace(letters)
    assert decide(expected, result.right, ranges=result.ranges).status == "proved"
    assert len(found_in(result.right, Sum)) == len(found_in(expected, Sum))
    assert result.right.count_ops() <= expected.count_ops()
    assert {step.proof.status for step in derivation.steps} == {"proved"}
    assert {str(step.proof.widths) for step in result.steps} == {"all"}


def test_layer_norm_letter_for_letter():
    derivation = backpropagate(Model.parse(LAYER_NORM), wrt=["x"])
    _, expected, _ = parse_equation(FORMS["layer norm"][2], Model.parse(LAYER_NORM))
    assert nameless(derivation.gradients["x"].expand()) == nameless(expected.expand())


def test_a_block_keeps_the_forms():
    """Behind a residual connection the three terms stay together over their root."""
    model = Model.parse((MODELS / "transformer.eq").read_text())
    derivation = backpropagate(model, wrt=["x"])
    assert "/sqrt(eps + v1[t])" in str(derivation.gradients["x"])
    assert str(derivation.gradients["x"]).count("Sum(") == 2
