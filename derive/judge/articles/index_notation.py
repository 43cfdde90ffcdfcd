"""What a full derivation in index notation states: from one unit to output and hidden units of a network."""

from __future__ import annotations

from ..records import REFUTED
from .rows import Article, Claim, Row

UNIT = """
data x, d
z = sum(i, w[i]*x[i])
a = f(z)
C = 1/2*(d - a)^2
"""

NETWORK = """
data x, d
z1[j] = sum(i, W1[j,i]*x[i])
a1[j] = f(z1[j])
z2[k] = sum(j, W2[k,j]*a1[j])
a2[k] = g(z2[k])
C = 1/2*sum(k, (d[k] - a2[k])^2)
"""

PATTERNS = """
data x, d
z1[p,j] = sum(i, W1[j,i]*x[p,i])
a1[p,j] = f(z1[p,j])
z2[p,k] = sum(j, W2[k,j]*a1[p,j])
a2[p,k] = g(z2[p,k])
E[p] = 1/2*sum(k, (d[p,k] - a2[p,k])^2)
C = sum(p, E[p])
"""

DEEP = """
data x, d
z1[i] = sum(h, W1[i,h]*x[h])
a1[i] = f(z1[i])
z2[j] = sum(i, W2[j,i]*a1[i])
a2[j] = g(z2[j])
z3[k] = sum(j, W3[k,j]*a2[j]){skip}
a3[k] = h(z3[k])
C = 1/2*sum(k, (d[k] - a3[k])^2)
"""

PENALTY = NETWORK.replace("^2)\n", "^2) + 1/2*mu*sum(j, sum(i, W1[j,i]^2))\n").replace("data x, d", "data x, d, mu")

BIASES = """
data x, d
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = f(z1[j])
z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
a2[k] = g(z2[k])
C = 1/2*sum(k, (d[k] - a2[k])^2)
"""

SHARED = """
data x, d
z1[j] = sum(i, W[j,i]*x[i])
a1[j] = f(z1[j])
z2[i] = sum(j, W[j,i]*a1[j])
a2[i] = g(z2[i])
C = 1/2*sum(i, (d[i] - a2[i])^2)
"""

RULES = """
data n
param x
s = g(x)
u = f(s)
v = f(x) + g(x)
q = x^n
C = u + v + q
assume x > 0
"""

ROWS = (
    Row(
        "3.1", "definition", "(1) The error of a pattern and the total, “MSE”.",
        (Claim("E[p] = 1/2*sum(k, (d[p,k] - a2[p,k])^2)", model="patterns",
               latex=r"E_p = \frac{1}{2} \sum_k (d_k - o_k)^2"),
         Claim("C = sum(p, E[p])", model="patterns", latex=r"E_{tot} = \sum_p E_p"),
         Claim("C = sum(p, sum(k, (d[p,k] - a2[p,k])^2))/(size(p)*size(k))", REFUTED, model="patterns",
               said="the total is the mean squared error"),
         Claim("C = sum(p, E[p])/size(p)", REFUTED, model="patterns",
               said="the total is the average over the patterns, as the article's first assumption has it")),
        remark="Half the sum of squares. Mean and sum differ by a factor: the gradients' directions are the same.",
    ),
    Row(
        "3.2", "definition", "(2), (5) A unit: the weighted sum of its inputs, and a function of it.",
        (Claim("z = sum(i, w[i]*x[i])", model="unit", latex=r"net = \sum_i w_i x_i"),
         Claim("a = f(z)", model="unit", latex=r"\text{out} = f(\text{net})")),
        remark="The forward equations themselves.",
    ),
    Row(
        "3.3", "rule", "(3) The chain rule, the power rule, the sum rule: “only three” (the picture is lost).",
        (Claim("du/dx = du/ds*ds/dx", model="rules", said="chain rule"),
         Claim("dv/dx = f'(x) + g'(x)", model="rules", said="sum rule"),
         Claim("dq/dx = n*x^(n-1)", model="rules", said="power rule")),
        shown="the rules of the derivation", finding="run",
    ),
    Row(
        "3.4", "formula", "(4) Through the sum net; its derivative by a weight is that weight's input, every other "
        "term vanishes.",
        (Claim("dC/dw[i] = dC/dz*dz/dw[i]", model="unit",
               latex=r"\frac{\partial E}{\partial w_i} = \frac{\partial E}{\partial net}"
               r"\frac{\partial net}{\partial w_i}"),
         Claim("dz/dw[i] = x[i]", model="unit", latex=r"\frac{\partial net}{\partial w_i} = x_i"),
         Claim("dz/dw[i] = sum(b, kron(b,i)*x[b])", model="unit", said="all terms, with 1 for b = i and 0 for the "
               "others")),
    ),
    Row(
        "3.5", "formula", "(6) The derivative by net, through out.",
        (Claim("dC/dz = dC/da*da/dz", model="unit",
               latex=r"\frac{\partial E}{\partial net} = \frac{\partial E}{\partial out}"
               r"\frac{\partial out}{\partial net}"),
         Claim("dC/dz = -(d - a)*f'(z)", model="unit", latex=r"\frac{\partial E}{\partial net} = -(d - out) f'(net)")),
    ),
    Row(
        "3.6", "formula", "(7–9) The delta rule of one unit.",
        (Claim("-dC/dw[i] = delta*x[i]", model="unit", latex=r"\Delta w_i = \delta x_i"),
         Claim("delta = (d - a)*f'(z)", model="unit", latex=r"\delta = (d - out) f'(net)")),
    ),
    Row(
        "3.7", "formula", "(10) The step for the total is the sum of the patterns' steps.",
        (Claim("-dC/dW1[j,i] = sum(p, -dE[p]/dW1[j,i])", model="patterns",
               latex=r"\Delta w_{ti} = -\frac{\partial E_{tot}}{\partial w_{ti}} = "
               r"-\sum_p \frac{\partial E_p}{\partial w_{ti}}", said="t = j, a hidden unit"),
         Claim("-dC/dW2[k,j] = sum(p, -dE[p]/dW2[k,j])", model="patterns", said="t = k, an output unit")),
    ),
    Row(
        "3.8", "formula", "(11–12) The derivative of a unit's sum by one of its weights is the input of that weight.",
        (Claim("dz1[j]/dW1[j,i] = x[i]", latex=r"\frac{\partial net_j}{\partial w_{ji}} = x_i",
               said="t = j, a hidden unit"),
         Claim("dz2[k]/dW2[k,j] = a1[j]", latex=r"\frac{\partial net_k}{\partial w_{kj}} = o_j",
               said="t = k, an output unit")),
    ),
    Row(
        "3.9", "formula", "(13) A weight's step is the error term of its unit times its input.",
        (Claim("-dC/dW1[j,i] = delta1[j]*x[i]", latex=r"\Delta w_{ji} = \delta_j x_i"),
         Claim("-dC/dW2[k,j] = delta2[k]*a1[j]", latex=r"\Delta w_{kj} = \delta_k o_j"),
         Claim("delta1[j] = -dC/da1[j]*f'(z1[j])",
               latex=r"\delta_j = -\frac{\partial E}{\partial o_j} f'_j(net_j)"),
         Claim("delta2[k] = -dC/da2[k]*g'(z2[k])",
               latex=r"\delta_k = -\frac{\partial E}{\partial o_k} f'_k(net_k)")),
        remark="f'ₜ may differ from unit to unit; here from layer to layer, f and g.",
    ),
    Row(
        "3.10", "formula", "(14–16) An output unit: only its own term of the error depends on it.",
        (Claim("-dC/da2[k] = d[k] - a2[k]", latex=r"-\frac{\partial E}{\partial o_k} = d_k - o_k"),
         Claim("delta2[k] = (d[k] - a2[k])*g'(z2[k])", latex=r"\delta_k = (d_k - o_k) f'_k(net_k)")),
    ),
    Row(
        "3.11", "formula", "(17–20) A hidden unit: the error reaches it through every output unit.",
        (Claim("-dC/da1[j] = sum(k, delta2[k]*dz2[k]/da1[j])",
               latex=r"-\frac{\partial E}{\partial o_j} = \sum_k \delta_k \frac{\partial net_k}{\partial o_j}"),
         Claim("-dC/da1[j] = sum(k, delta2[k]*W2[k,j])",
               latex=r"-\frac{\partial E}{\partial o_j} = \sum_k \delta_k w_{kj}"),
         Claim("delta1[j] = sum(k, delta2[k]*W2[k,j])*f'(z1[j])",
               latex=r"\delta_j = \left( \sum_k \delta_k w_{kj} \right) f'_j(net_j)")),
    ),
    Row(
        "3.12", "formula", "(21–22) The summary; then any number of hidden layers, the error terms coming from “any "
        "layer above”.",
        (Claim("delta1[i] = sum(j, delta2[j]*W2[j,i])*f'(z1[i])", model="deep",
               latex=r"\delta_j = \left( \sum_K \delta_K w_{Kj} \right) f'_j(net_j)", said="the layer just above"),
         Claim("delta1[i] = sum(j, sum(k, delta3[k]*W3[k,j])*W2[j,i])*f'(z1[i])", REFUTED, model="deep",
               said="two layers above, their weights multiplied"),
         Claim("delta1[i] = (sum(j, delta2[j]*W2[j,i]) + sum(k, delta3[k]*V[k,i]))*f'(z1[i])", model="deep with skip",
               said="two layers above as well, where connections V skip a layer")),
        remark="“Any layer above” needs connections from there: in a chain of layers that is the next one only.",
    ),
    Row(
        "3.13", "algorithm", "Compute Δw by the error terms, pattern by pattern or for all of them; w ← w + ηΔw; until "
        "a test says stop.",
        shown="online and batch", finding="run",
    ),
    Row(
        "3.14", "statement", "Assumption 2: the cost is a function of the network's outputs.",
        (Claim("-dC/dW1[j,i] = delta1[j]*x[i]", latex=r"\Delta w_{ji} = \delta_j x_i",
               said="where it is one"),
         Claim("-dC/dW1[j,i] = delta1[j]*x[i]", REFUTED, model="penalty", said="where it has a penalty on the weights",
               mistake="missing-regulariser-factor"),
         Claim("-dC/dW1[j,i] = delta1[j]*x[i] - mu*W1[j,i]", model="penalty", said="and what then is true")),
        remark="It leaves out weight penalties: they add a term to the step that no error term carries.",
    ),
    Row(
        "3.15", "formula", "The direct derivation of the hidden case, in one chain.",
        (Claim("-dC/da1[j] = -sum(k, dC/da2[k]*da2[k]/dz2[k]*dz2[k]/da1[j])",
               latex=r"-\frac{\partial E}{\partial o_j} = -\sum_k \frac{\partial E}{\partial o_k}"
               r"\frac{\partial o_k}{\partial net_k}\frac{\partial net_k}{\partial o_j}"),
         Claim("-dC/da1[j] = sum(k, (d[k] - a2[k])*g'(z2[k])*W2[k,j])",
               latex=r"-\frac{\partial E}{\partial o_j} = \sum_k (d_k - o_k) f'_k(net_k) w_{kj}"),
         Claim("-dC/da1[j] = -1/2*sum(k, 2*(d[k] - a2[k])*(-1)*da2[k]/da1[j])",
               said="straight from the definition of the error")),
        remark="An alternative way to the sum of 3.11; the picture is lost, the chain is from the text.",
    ),
    Row(
        "3.16", "gap", "Derivatives by the biases are promised and never derived.",
        (Claim("-dC/db1[j] = delta1[j]", model="biases", latex=r"\Delta b_j = \delta_j"),
         Claim("-dC/db2[k] = delta2[k]", model="biases", latex=r"\Delta b_k = \delta_k"),
         Claim("delta1[j] = sum(k, delta2[k]*W2[k,j])*f'(z1[j])", model="biases",
               said="the error terms stay as they are")),
        shown="bias gradients", finding="supplied",
        remark="The gap closed: ∂E/∂b is −δ, as though the bias were the weight of an input that is always 1.",
    ),
    Row(
        "3.17", "statement", "“The mathematics follows the architecture”: other connections, other sums.",
        (Claim("delta1[i] = (sum(j, delta2[j]*W2[j,i]) + sum(k, delta3[k]*V[k,i]))*f'(z1[i])", model="deep with skip",
               said="connections that skip a layer: a second sum"),
         Claim("-dC/dV[k,i] = delta3[k]*a1[i]", model="deep with skip", said="and the step of their weights"),
         Claim("-dC/dW[j,i] = delta1[j]*x[i] + a1[j]*delta2[i]", model="shared",
               said="one weight at two places: a second term"),
         Claim("-dC/dW[j,i] = delta1[j]*x[i]", REFUTED, model="shared", said="the rule of 3.9 for a weight at two "
               "places", mistake="missing-sum")),
    ),
)  # fmt: skip

ARTICLE = Article(
    3,
    "假人的反向传播 / [Backpropagation for Dummies]"
    "(https://medium.com/analytics-vidhya/backpropagation-for-dummies-e069410fa585)",
    "One unit, then one hidden layer, no biases, any activations; E_p = ½ Σ (d − o)².",
    "units $i$ (input), $j$ (hidden), $k$ (output), $t$ (any), sums $net$, outputs $o$ or $out$, targets $d$, weights "
    "$w_{ji}$ and $w_{kj}$ to the first index from the second, patterns $p$",
    "-dC/dz",
    {
        "unit": UNIT,
        "network": NETWORK,
        "patterns": PATTERNS,
        "deep": DEEP.format(skip=""),
        "deep with skip": DEEP.format(skip=" + sum(i, V[k,i]*a1[i])").replace("data x, d", "data x, d\nparam V"),
        "penalty": PENALTY,
        "biases": BIASES,
        "shared": SHARED,
        "rules": RULES,
    },
    ROWS,
    "micheli",
    {
        "unit": {"out": "a", "net": "z", "d": "d"},
        "patterns": {"E_p": "E[p]", "E_{tot}": "C", "d_k": "d[p,k]", "o_k": "a2[p,k]", "w_{ti}": "W1[j,i]"},
    },
)
