"""What notes on the forward pass and the backward pass state: a gradient as the product of the two."""

from __future__ import annotations

from ..records import REFUTED
from .rows import Article, Claim, Row

NEURON = """
data x1, x2, g1, g2
param w1, w2, w3, w4, b
z = w1*x1 + w2*x2 + b
a = f(z)
u = w3*a
v = w4*a
C = g1*u + g2*v
"""

OUTPUTS = """
data x, g
z[k] = sum(j, W[k,j]*x[j]) + b[k]
y[k] = {activation}
C = sum(k, g[k]*y[k])
"""

LAYERS = """
data x, y
z1[i] = sum(h, W1[i,h]*x[h]) + b1[i]
a1[i] = f(z1[i])
z2[j] = sum(i, W2[j,i]*a1[i]) + b2[j]
a2[j] = g(z2[j])
z3[k] = sum(j, W3[k,j]*a2[j]) + b3[k]
a3[k] = h(z3[k])
C = 1/2*sum(k, (a3[k] - y[k])^2)
"""

RIDGE = """
data x, y{rate}
param w
C = {mean}1/2*sum(n, (w*x[n] - y[n])^2){penalty}
"""

SAMPLES = """
data x, y
z[n] = sum(i, w[i]*x[n,i]) + b
a[n] = f(z[n])
E[n] = 1/2*(a[n] - y[n])^2
C = sum(n, E[n])
"""

COMPOSITION = """
param s
x = g(s)
u = h(x)
C = u
"""

TWO_PATHS = """
data p, q
param s
x = f(s)
y = g(s)
C = p*x*y + q*(x + y)
"""

STEP = """
data x, y, t, g
param w
v[i] = w[i] - t*g[i]
z = sum(i, v[i]*x[i])
C = 1/2*(f(z) - y)^2
"""

_PENALTY = " + 1/2*rate*w^2"
_BEST = "sum(n, x[n]*y[n])/sum(n, x[n]^2)"
_BEST_PENALISED = "sum(n, x[n]*y[n])/(sum(n, x[n]^2) + rate)"
_BEST_MEAN = "sum(n, x[n]*y[n])/(sum(n, x[n]^2) + size(n)*rate)"

ROWS = (
    Row(
        "2.1", "formula", "The derivative by a weight is a factor of the forward pass times a factor of the backward "
        "pass.",
        (Claim("dC/dw1 = dz/dw1*dC/dz", model="neuron",
               latex=r"\frac{\partial C}{\partial w} = \frac{\partial z}{\partial w}\frac{\partial C}{\partial z}"),),
    ),
    Row(
        "2.2", "formula", "The forward factor is the input that the weight carries.",
        (Claim("dz/dw1 = x1", latex=r"\frac{\partial z}{\partial w_1} = x_1", model="neuron"),
         Claim("dz/dw2 = x2", latex=r"\frac{\partial z}{\partial w_2} = x_2", model="neuron")),
        shown="a neuron at numbers", finding="drawn",
        remark="The numbers of the figure are lost; these are ours.",
    ),
    Row(
        "2.3", "formula", "Backward factor: through the activation, “⇒ σ'(z)”.",
        (Claim("dC/dz = da/dz*dC/da", model="neuron",
               latex=r"\frac{\partial C}{\partial z} = \frac{\partial a}{\partial z}\frac{\partial C}{\partial a}"),
         Claim("da/dz = f'(z)", latex=r"\frac{\partial a}{\partial z} = \sigma'(z)", model="neuron",
               said="what is σ'(z)"),
         Claim("dC/dz = f'(z)", REFUTED, latex=r"\frac{\partial C}{\partial z} = \sigma'(z)", model="neuron",
               said="as printed", mistake="missing-factor")),
    ),
    Row(
        "2.4", "formula", "Through the next neurons z' and z'': one term for each (picture lost; from the text).",
        (Claim("dC/da = du/da*dC/du + dv/da*dC/dv", model="neuron",
               latex=r"\frac{\partial C}{\partial a} = \frac{\partial z'}{\partial a}\frac{\partial C}{\partial z'} + "
               r"\frac{\partial z''}{\partial a}\frac{\partial C}{\partial z''}"),),
        remark="u and v stand for z' and z''. The cost is g1·u + g2·v with any numbers g1, g2: so the derivatives by u "
        "and v may be anything, as with any cost behind them.",
    ),
    Row(
        "2.5", "formula", "The result of the last two (the picture is lost; from the text).",
        (Claim("dC/dz = f'(z)*(w3*dC/du + w4*dC/dv)", model="neuron",
               latex=r"\frac{\partial C}{\partial z} = \sigma'(z) \left[ w_3 \frac{\partial C}{\partial z'} + "
               r"w_4 \frac{\partial C}{\partial z''} \right]"),),
    ),
    Row(
        "2.6", "formula", "Case 1, output layer: the derivative through the unit's own output (picture lost).",
        (Claim("dC/dz[k] = dy[k]/dz[k]*dC/dy[k]", model="elementwise",
               latex=r"\frac{\partial C}{\partial z'} = \frac{\partial y_1}{\partial z'}"
               r"\frac{\partial C}{\partial y_1}", said="for an activation of each unit on its own"),
         Claim("dC/dz[k] = dy[k]/dz[k]*dC/dy[k]", REFUTED, model="softmax", said="for softmax outputs",
               mistake="softmax-diagonal-only"),
         Claim("dC/dz[k] = sum(m, dy[m]/dz[k]*dC/dy[m])", model="softmax",
               said="for softmax outputs, through all of them")),
        remark="Softmax outputs all depend on every sum, so all paths count.",
    ),
    Row(
        "2.7", "algorithm", "Case 2, not the output layer: compute ∂C/∂z from the output layer on, layer by layer.",
        (Claim("dC/dz3[k] = h'(z3[k])*dC/da3[k]", model="layers"),
         Claim("dC/dz2[j] = g'(z2[j])*sum(k, W3[k,j]*dC/dz3[k])", model="layers"),
         Claim("dC/dz1[i] = f'(z1[i])*sum(j, W2[j,i]*dC/dz2[j])", model="layers")),
        shown="from the output on", finding="run",
    ),
    Row(
        "2.8", "figure", "The backward pass is itself a network: it takes ∂C/∂z at the outputs, its weights are "
        "transposed, its neurons multiply by the constant σ'(z).",
        (Claim("dC/dz2[j] = g'(z2[j])*sum(k, W3[k,j]*dC/dz3[k])", model="layers"),),
        shown="the backward network", finding="drawn",
    ),
    Row(
        "2.9", "statement", "The loss belongs to a sample, the cost to the set; sum or mean, “the solution is the "
        "same”.",
        (Claim(f"dC/dw = sum(n, x[n]^2)*(w - {_BEST})", model="sum", said="sum: the only zero of the derivative"),
         Claim(f"dC/dw = sum(n, x[n]^2)*(w - {_BEST})/size(n)", model="mean",
               said="mean: the derivative is zero at the same w"),
         Claim(f"dC/dw = (sum(n, x[n]^2) + rate)*(w - {_BEST_PENALISED})", model="sum with penalty",
               said="sum and a penalty"),
         Claim(f"dC/dw = (sum(n, x[n]^2)/size(n) + rate)*(w - {_BEST_PENALISED})", REFUTED, model="mean with penalty",
               said="mean and the same penalty: zero at the same w"),
         Claim(f"dC/dw = (sum(n, x[n]^2)/size(n) + rate)*(w - {_BEST_MEAN})", model="mean with penalty",
               said="mean and the same penalty: where its zero is")),
        shown="ridge", finding=REFUTED,
        remark="True without a penalty. With a penalty of fixed strength, here `rate`·w²/2, the best w is another one.",
    ),
    Row(
        "2.10", "formula", "The derivative of the total is the sum of the samples' derivatives.",
        (Claim("dC/dw[i] = sum(n, dE[n]/dw[i])", model="samples",
               latex=r"\frac{\partial L}{\partial w} = \sum_n \frac{\partial C^n}{\partial w}"),),
    ),
    Row(
        "2.11", "formula", "The chain rule: case 1, one function after another; case 2, several paths (lost picture).",
        (Claim("du/ds = du/dx*dx/ds", model="composition", latex=r"\frac{dz}{dx} = \frac{dz}{dy}\frac{dy}{dx}",
               said="case 1"),
         Claim("dC/ds = dC/dx*dx/ds + dC/dy*dy/ds", model="two paths", said="case 2",
               latex=r"\frac{dz}{ds} = \frac{\partial z}{\partial x}\frac{dx}{ds} + "
               r"\frac{\partial z}{\partial y}\frac{dy}{ds}")),
        remark="For any functions f, g, h; the outer function of case 2 is p·x·y + q·(x + y) with any p and q, so its "
        "two derivatives may be any two numbers.",
    ),
    Row(
        "2.12", "update", "Gradient descent: the parameters move against the gradient of the total.",
        (Claim("dC/dt = -sum(i, g[i]*dC/dv[i])", model="step",
               latex=r"\theta \leftarrow \theta - \eta \nabla L(\theta)",
               said="how the cost changes with the length t of a step from w along −g",
               quoted=True),),
        shown="steps of two lengths", finding="run",
        remark="With g the gradient at t = 0 the slope is minus a sum of squares: the cost falls at first. How far, "
        "nobody says: too long a step climbs.",
    ),
)  # fmt: skip

ARTICLE = Article(
    2,
    "文章说明: 反向传播 (notes on the forward pass and the backward pass)",
    "One neuron with its successors, then any number of layers; σ and the cost any functions.",
    "neuron $z = w_1 x_1 + w_2 x_2 + b$, $a = \\sigma(z)$, the next neurons $z'$ and $z''$, cost $C$ of one sample, "
    "total $L(\\theta)$; there is no error term, derivatives are written out",
    "dC/dz",
    {
        "neuron": NEURON,
        "elementwise": OUTPUTS.format(activation="f(z[k])"),
        "softmax": OUTPUTS.format(activation="softmax(z)[k]"),
        "layers": LAYERS,
        "sum": RIDGE.format(rate="", mean="", penalty=""),
        "mean": RIDGE.format(rate="", mean="1/size(n)*", penalty=""),
        "sum with penalty": RIDGE.format(rate=", rate", mean="", penalty=_PENALTY),
        "mean with penalty": RIDGE.format(rate=", rate", mean="1/size(n)*", penalty=_PENALTY),
        "samples": SAMPLES,
        "composition": COMPOSITION,
        "two paths": TWO_PATHS,
        "step": STEP,
    },
    ROWS,
    "lee",
    {
        "neuron": {
            "a": "a",
            "z": "z",
            "z'": "u",
            "z''": "v",
            "w": "w1",
            "w_1": "w1",
            "w_2": "w2",
            "w_3": "w3",
            "w_4": "w4",
            "x_1": "x1",
            "x_2": "x2",
        },
        "elementwise": {"z'": "z[k]", "y_1": "y[k]"},
        "samples": {"L": "C", "C^n": "E[n]", "w": "w[i]"},
        "composition": {"z": "u", "y": "x", "x": "s"},
        "two paths": {"z": "C", "x": "x", "y": "y", "s": "s"},
    },
)
