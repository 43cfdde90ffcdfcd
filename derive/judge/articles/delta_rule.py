"""What an article on the delta rule states: a dialogue on error terms, and a list of steps to follow."""

from __future__ import annotations

from ..records import REFUTED
from .rows import Article, Claim, Row

NETWORK = """
data x, y
z1[j] = sum(i, W1[j,i]*x[i])
a1[j] = f(z1[j])
z2[k] = sum(j, W2[k,j]*a1[j])
a2[k] = f(z2[k])
C = 1/2*sum(k, (y[k] - a2[k])^2)
"""

ONE_OUTPUT = """
data x, y
z1[j] = sum(i, W1[j,i]*x[i])
a1[j] = f(z1[j])
z2 = sum(j, W2[j]*a1[j])
a2 = f(z2)
C = 1/2*(y - a2)^2
"""

RECORDS = """
data x, y
z1[p,j] = sum(i, W1[j,i]*x[p,i])
a1[p,j] = f(z1[p,j])
z2[p] = sum(j, W2[j]*a1[p,j])
a2[p] = f(z2[p])
E[p] = 1/2*(y[p] - a2[p])^2
C = {mean}sum(p, E[p])
"""

BIASES = """
data x, y
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = f(z1[j])
z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
a2[k] = f(z2[k])
C = 1/2*sum(k, (y[k] - a2[k])^2)
"""

_OUTPUT = "(y[p] - a2[p])*f'(z2[p])"
_HIDDEN = f"{_OUTPUT}*W2[j]*f'(z1[p,j])"

ROWS = (
    Row(
        "1.1", "formula", "The error term of an output unit is its error times the slope of its activation.",
        (Claim("delta2[k] = (y[k] - a2[k])*f'(z2[k])", latex=r"\delta^o_k = (y_k - \hat y_k) f'(z_k)"),),
        remark="Minus the gradient of half the squared error; as the gradient itself the sign is the other.",
    ),
    Row(
        "1.2", "formula", "The error term of a hidden unit gathers those of all outputs, each over its weight.",
        (Claim("delta1[j] = sum(k, W2[k,j]*delta2[k])*f'(z1[j])",
               latex=r"\delta^h_j = \sum_k W_{jk} \delta^o_k f'(h_j)"),),
    ),
    Row(
        "1.3", "update", "A weight moves by the rate times error term times input.",
        (Claim("-eta*dC/dW1[j,i] = eta*delta1[j]*x[i]", latex=r"\Delta w_{ij} = \eta \delta^h_j x_i"),),
        remark="A step of descent: minus the rate times the gradient.",
    ),
    Row(
        "1.4", "formula", "One output: its error term, with z the weighted sum of the hidden activations.",
        (Claim("delta2 = (y - a2)*f'(z2)", latex=r"\delta^o = (y - \hat y) f'(z)", model="one output"),
         Claim("z2 = sum(j, W2[j]*a1[j])", latex=r"z = \sum_j W_j a_j", model="one output")),
        remark="The article speaks of one hidden node; the formula with its index holds for any number of them.",
    ),
    Row(
        "1.5", "formula", "One output: the error term of a hidden unit.",
        (Claim("delta1[j] = delta2*W2[j]*f'(z1[j])", latex=r"\delta^h_j = \delta^o W_j f'(h_j)", model="one output"),),
    ),
    Row(
        "1.6", "update", "Every record adds its error term times its input to the steps.",
        (Claim("-dC/dW2[j] = delta2*a1[j]", latex=r"\Delta W_j = \delta^o a_j", model="one output",
               said="what one record adds to ΔW"),
         Claim("-dC/dW1[j,i] = delta1[j]*x[i]", latex=r"\Delta w_{ij} = \delta^h_j x_i", model="one output",
               said="what one record adds to Δw"),
         Claim(f"-dC/dW2[j] = sum(p, {_OUTPUT}*a1[p,j])", model="summed", said="what has been added up for W"),
         Claim(f"-dC/dW1[j,i] = sum(p, {_HIDDEN}*x[p,i])", model="summed", said="what has been added up for w")),
    ),
    Row(
        "1.7", "update", "At the end of an epoch the weights move by the rate times the steps over m, "
        "“m the number of input nodes”.",
        (Claim(f"-eta*dC/dW1[j,i] = eta*sum(p, {_HIDDEN}*x[p,i])/size(i)", REFUTED, model="mean",
               latex=r"w_{ij} = w_{ij} + \eta \Delta w_{ij} / m",
               said="m the number of input nodes, as the step for the mean cost", quoted=True),
         Claim(f"-eta*dC/dW2[j] = eta*sum(p, {_OUTPUT}*a1[p,j])/size(p)", model="mean",
               latex=r"W_j = W_j + \eta \Delta W_j / m", said="m the number of records", quoted=True),
         Claim(f"-eta*dC/dW1[j,i] = eta*sum(p, {_HIDDEN}*x[p,i])/size(p)", model="mean",
               said="m the number of records"),
         Claim(f"eta*sum(p, {_HIDDEN}*x[p,i])/mu = -(eta*size(p)/mu)*dC/dW1[j,i]", model="mean",
               said="any number μ in the place of m")),
        remark="Any positive m only rescales the rate η, so the step still descends; it is the step of the mean cost "
        "where m is the number of records.",
    ),
    Row(
        "1.8", "algorithm", "“Set the weights of every layer to 0”; for every record forward pass, error terms, steps; "
        "then update; repeat for e epochs.",
        (Claim("delta1[j] = 0", model="zero", said="where W = 0, the hidden error terms"),),
        shown="weights at zero", finding=REFUTED,
        remark="The article's own formulas below these words zero the steps, Δw = 0 and ΔW = 0, not the weights. "
        "The steps are zeroed at the start of every epoch; the weights start at random.",
    ),
    Row(
        "1.9", "statement", "“The error term of the output is proportional to the weights of the hidden layer”; "
        "the larger the error, the larger the weight.",
        (Claim("delta2[k] = (y[k] - a2[k])*f'(z2[k])", said="no weight but through the output itself"),
         Claim("-dC/da1[j] = sum(k, W2[k,j]*delta2[k])", said="what is proportional to a weight: the contribution "
               "of output k to hidden unit j")),
        shown="same error, other weights", finding=REFUTED,
    ),
    Row(
        "1.10", "statement", "“δ takes the place of x in wx + b.”",
        (Claim("-dC/da1[j] = sum(k, W2[k,j]*delta2[k])", model="biases",
               said="with the weights transposed and without a bias"),
         Claim("delta1[j] = sum(k, W2[k,j]*delta2[k]) + b1[j]", REFUTED, model="biases", said="with the bias"),
         Claim("delta1[j] = sum(k, W2[k,j]*delta2[k])", REFUTED, model="biases", said="without the slope f'",
               mistake="missing-derivative"),
         Claim("delta1[j] = sum(k, W2[j,k]*delta2[k])*f'(z1[j])", REFUTED, model="biases",
               said="with the weights as in the forward pass", mistake="wrong-transpose-or-index")),
        remark="An image for the eye: the way back is a weighted sum too, but over the other index, without bias, and "
        "times f'(h).",
    ),
)  # fmt: skip

ARTICLE = Article(
    1,
    "DeepLearning笔记：Backpropagation 反向传播算法 (a dialogue on the delta rule)",
    "One hidden layer, no biases, any activation f, C = ½ Σ (y − ŷ)².",
    "inputs $x_i$, hidden sums $h_j$ and activations $a_j$, output sums $z_k$, outputs $\\hat y_k$, weights $w_{ij}$ "
    "and $W_{jk}$ from the first index to the second, error terms $\\delta^h_j$ and $\\delta^o_k$",
    "-dC/dz",
    {
        "network": NETWORK,
        "one output": ONE_OUTPUT,
        "summed": RECORDS.format(mean=""),
        "mean": RECORDS.format(mean="1/size(p)*"),
        "biases": BIASES,
        "zero": NETWORK.replace("W2[k,j]", "0*W2[k,j]"),
    },
    ROWS,
    "udacity",
)
