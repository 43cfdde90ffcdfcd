"""What an article on error terms and updates states: costs, gradients, what backpropagation is said to do."""

from __future__ import annotations

from ..records import PROVED, REFUTED
from .rows import UNREADABLE, Article, Claim, Row

NETWORK = """
data x, y
param X, T
z1[j] = sum(i, X[i,j]*x[i]) + b1[j]
p[j] = sigmoid(z1[j])
z2[k] = sum(j, T[j,k]*p[j]) + b2[k]
h[k] = {output}
J = {cost}
"""

REGRESSION = """
data x, y
param theta
z[i] = sum(j, theta[j]*x[i,j])
h[i] = sigmoid(z[i])
J = {cost}
"""

SHARES = """
data x, y
param theta
z[i] = sum(j, theta[j]*x[i,j])
h[i] = sigmoid(z[i])
beta[i] = y[i]/h[i]
alpha[i] = (1 - y[i])/(1 - h[i])
J = -sum(i, y[i]*log(h[i]) + (1 - y[i])*log(1 - h[i]))/size(i)
"""

TWICE = """
data x, y
param X, X0, T
z1[j] = X0[j] + sum(i, X[i,j]*x[i]) + b1[j]
p[j] = sigmoid(z1[j])
z2[k] = sum(j, T[j,k]*p[j]) + b2[k]
J = 1/2*sum(k, (sigmoid(z2[k]) - y[k])^2)
"""

SQUARE = """
data y
param z
h = sigmoid(z)
J = (h - y)^2
"""

_BINARY = "-sum(k, y[k]*log(h[k]) + (1 - y[k])*log(1 - h[k]))"
_LIKELIHOOD = "sum(i, y[i]*log(h[i]) + (1 - y[i])*log(1 - h[i]))"
_MEAN = f"-{_LIKELIHOOD}/size(i)"

ROWS = (
    Row(
        "5.1", "definition", "The sigmoid function.",
        (Claim("p[j] = 1/(1 + exp(-z1[j]))", latex=r"\sigma(z^j) = \frac{1}{1 + \exp(-z^j)}"),
         Claim("dp[j]/dz1[j] = p[j]*(1 - p[j])", said="and its derivative")),
    ),
    Row(
        "5.2", "formula", "Line 1: the “squared error” E.",
        (Claim(f"J = 1/(2*size(i))*{_LIKELIHOOD}", REFUTED, model="squared",
               latex=r"E = \frac{1}{2m} \sum_{i=1}^{m} (y^{(i)} \log h_\theta(x^{(i)}) + (1 - y^{(i)}) "
               r"\log (1 - h_\theta(x^{(i)})))", said="is (half) the squared error"),
         Claim(f"J = 1/(2*size(i))*{_LIKELIHOOD}", REFUTED, model="regression", said="is the cross-entropy"),
         Claim(f"-1/2*J = 1/(2*size(i))*{_LIKELIHOOD}", model="regression",
               said="what it is: minus half the binary cross-entropy")),
        remark="Sign, factor and name are wrong: minimising it would maximise the cross-entropy.",
    ),
    Row(
        "5.3", "formula", "Line 2, “since log(1 − σ) = −log σ”.",
        (Claim("log(1 - h[i]) = -log(h[i])", REFUTED, model="regression",
               latex=r"\log (1 - \sigma(z)) = -\log \sigma(z)", said="the reason"),
         Claim("log(1 - h[i]) = log(h[i]) - z[i]", PROVED, model="regression", said="what is true instead"),
         Claim(f"1/2*{_LIKELIHOOD} = -sum(i, log(h[i])*y[i] + y[i]*log(h[i]))", REFUTED, model="regression",
               latex=r"-\frac{1}{m} [ \log (h_\theta(x^{(i)})) y^{(i)} + y^{(i)} \log (h_\theta(x^{(i)})) ]",
               said="line 1 equals line 2, summed over i, which the article forgets; both times m",
               quoted=True)),
    ),
    Row(
        "5.4", "formula", "Line 3, “≈” line 1.",
        (Claim(f"J = -1/size(i)*{_LIKELIHOOD}", model="regression",
               latex=r"J = -\frac{1}{m} \sum_{i=1}^m \left( y^{(i)} \log h_\theta(x^{(i)}) + (1 - y^{(i)}) "
               r"\log (1 - h_\theta(x^{(i)})) \right)", said="with the bracket that is missing: binary cross-entropy"),
         Claim(f"J = -2*(1/(2*size(i))*{_LIKELIHOOD})", model="regression", said="which is −2 times line 1"),
         Claim(f"J = 1/(2*size(i))*{_LIKELIHOOD}", REFUTED, model="regression", said="and not line 1")),
    ),
    Row(
        "5.5", "formula", "The gradient, first line.",
        (Claim("dJ/dtheta[j] = sum(i, (y[i]/h[i] - (1 - y[i])/(1 - h[i]))*x[i,j])/size(i)", REFUTED, model="regression",
               latex=r"\nabla_\theta J(\theta) = \frac{1}{m} \sum_{i=1}^m \left( \frac{y^{(i)}}{h_\theta(x^{(i)})} - "
               r"\frac{1 - y^{(i)}}{1 - h_\theta(x^{(i)})} \right) x^{(i)}"),
         Claim("dJ/dtheta[j] = -sum(i, (y[i]/h[i] - (1 - y[i])/(1 - h[i]))*h[i]*(1 - h[i])*x[i,j])/size(i)",
               model="regression", said="with the sign and the slope of the sigmoid"),
         Claim("dJ/dtheta[j] = sum(i, (h[i] - y[i])*x[i,j])/size(i)", model="regression", said="and in short"),
         Claim("dJ/dX[i,j] = (h[k] - y[k])*x[i]", REFUTED, said="for the weights X of the network itself")),
        remark="The input x is the right factor for logistic regression only, not for a network with a hidden layer.",
    ),
    Row(
        "5.6", "formula", "The lines with α, β and γ, called probabilities.",
        (Claim("beta[i] + alpha[i] = 1", REFUTED, model="shares",
               latex=r"\beta + \alpha + \gamma = 1", said="with γ = 0, which γ = γ/(1 − h) leaves as the only choice"),
         Claim("gamma = gamma/(1 - h[i])", REFUTED, model="shares", latex=r"\gamma = \frac{\gamma}{1 - h_\theta(x)}",
               said="for other γ"),
         Claim("h[i]*beta[i] + (1 - h[i])*alpha[i] = 1", model="shares", said="what is true of β and α"),
         Claim("", UNREADABLE,
               latex=r"\frac{1}{m}\sum_{i=1}^m x^{(i)} \left[\frac{-(y^{(i)}-h_{\theta}(x^{(i)})}{\eta}+\gamma}{\eta}"
               r"\right]", model="shares", said="one line, as printed")),
        remark="With y = 1, β is 1/h > 1: no probability.",
    ),
    Row(
        "5.7", "formula", "The gradient, last line.",
        (Claim("dJ/dtheta[j] = sum(i, (h[i] - y[i])*sigmoid'(z[i]))/size(i)", REFUTED, model="regression",
               latex=r"\nabla_\theta J(\theta) \approx \frac{1}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) "
               r"\sigma'(z)", said="for the cross-entropy"),
         Claim("dJ/dtheta[j] = sum(i, (h[i] - y[i])*sigmoid'(z[i])*x[i,j])/size(i)", REFUTED, model="regression",
               said="with x, for the cross-entropy", mistake="extra-factor"),
         Claim("dJ/dtheta[j] = sum(i, (h[i] - y[i])*sigmoid'(z[i])*x[i,j])/size(i)", model="squared",
               said="with x, for half the squared error")),
        remark="Under cross-entropy σ' cancels.",
    ),
    Row(
        "5.8", "formula", "The gradient as (1/m) Aᵀ(Y − H), and with ∘ f(z).",
        (Claim("dJ/dtheta[j] = sum(i, x[i,j]*(y[i] - h[i]))/size(i)", REFUTED, model="regression",
               latex=r"\frac{1}{m} A^{\top} (Y - H)", said="with A the inputs, the kindest reading",
               mistake="wrong-sign", quoted=True),
         Claim("dJ/dtheta[j] = sum(i, (size(i)*(y[i] - h[i]) + gamma)*(y[i] - h[i]))/size(i)", REFUTED,
               model="regression", said="with A = (y − h)/η + γ and η = 1/m, as the article has it"),
         Claim("dJ/dtheta[j] = sum(i, (size(i)*(y[i] - h[i]) + gamma)*sigmoid'(z[i]))/size(i)", REFUTED,
               model="regression", said="the form with ∘ f(z), f = σ'"),
         Claim("dJ/dtheta[j] = sum(i, x[i,j]*(h[i] - y[i]))/size(i)", model="regression",
               said="what is true: (1/m) Xᵀ(H − Y)")),
    ),
    Row(
        "5.9", "statement", "Where σ(z) is 0 or 1, ∂E/∂z is 0.",
        (Claim("dC/dz1[j] = dC/dp[j]*p[j]*(1 - p[j])", said="hidden units: a factor that goes to 0 at both ends"),
         Claim("dC/dz2[k] = (h[k] - y[k])*h[k]*(1 - h[k])", model="squared error",
               said="output units under squared error: likewise"),
         Claim("dC/dz2[k] = h[k] - y[k]", said="output units under cross-entropy: no such factor"),
         Claim("dC/dz2[k] = (h[k] - y[k])*h[k]*(1 - h[k])", REFUTED, said="with the factor")),
        shown="saturated units", finding=REFUTED,
        remark="σ reaches neither 0 nor 1, so all of this is about limits.",
    ),
    Row(
        "5.10", "formula", "The sum of a layer: θᵀ x + b with b = 1.",
        (Claim("z1[j] = sum(i, X[i,j]*x[i]) + b1[j]", latex=r"z^{(l)}_j = {\theta^{(l)}_j}^{\top} x^{(i)} + b^{(l)}",
               said="for the first layer"),
         Claim("z2[k] = sum(j, T[j,k]*x[j]) + b2[k]", REFUTED, said="for the second: its input is p, not x"),
         Claim("z2[k] = sum(j, T[j,k]*p[j]) + b2[k]", said="with the activations of the layer before"),
         Claim("z2[k] = sum(j, T[j,k]*p[j]) + 1", REFUTED, said="with b = 1, which then could not be updated"),
         Claim("dJ/dX0[j] = dJ/db1[j]", model="twice", said="a bias row X0 in X and a bias b1: one number counted "
               "twice, both get the same gradient")),
    ),
    Row(
        "5.11", "statement", "δ as the effect of a unit of the layer before on this layer; ∂E/∂z as “the derivative of "
        "the output by the error term”.",
        (Claim("delta1[j] = sum(k, dz2[k]/dp[j])", REFUTED, said="the effect of unit j on the layer after it"),
         Claim("dC/dz1[j] = dp[j]/dz1[j]", REFUTED, said="a derivative of the output of the unit"),
         Claim("delta1[j] = dC/dz1[j]", said="what δ is: how the cost changes with the unit's sum"),
         Claim("delta1[j] = sum(k, T[j,k]*delta2[k])*p[j]*(1 - p[j])", said="and how it is computed")),
    ),
    Row(
        "5.12", "formula", "The error (h − y)² with y = −1 and a sigmoid h: “large” where h < 0.5, the right answer.",
        (Claim("J = (h - y)^2", model="square", latex=r"e_i = (h_\theta(x) - y)^2"),),
        shown="labels out of range", finding=REFUTED,
        remark="Labels −1 and 1 do not fit outputs in (0, 1): with y = −1 every answer scores more than 1, "
        "the right one as well. Labels 0 and 1 fit.",
    ),
    Row(
        "5.13", "update", "Weights and biases move against their derivatives.",
        (Claim("-alpha*dJ/dT[j,k] = -alpha*p[j]*(h[k] - y[k])",
               latex=r"\theta \leftarrow \theta - \alpha \frac{\partial J}{\partial \theta}",
               said="what is added to a weight of the output layer"),
         Claim("-alpha*dJ/db2[k] = -alpha*(h[k] - y[k])",
               latex=r"b \leftarrow b - \alpha \frac{\partial J}{\partial b}", said="and to its bias")),
        remark="Steps of descent; each is computed from the old values of all parameters.",
    ),
    Row(
        "5.14", "statement", "Backpropagation prevents vanishing gradients and overfitting, and includes learning-rate "
        "decay.",
        shown="vanishing and overfitting", finding=REFUTED,
        remark="It computes the gradient, exactly, vanishing or not. Rates and their decay belong to the loop that "
        "trains.",
    ),
    Row(
        "5.15", "to derive", "The error terms of output and hidden units of this network, which the article never "
        "writes down.",
        (Claim("delta2[k] = h[k] - y[k]", said="sigmoid outputs"),
         Claim("delta1[j] = sum(k, T[j,k]*(h[k] - y[k]))*p[j]*(1 - p[j])", said="sigmoid outputs"),
         Claim("delta2[k] = h[k] - y[k]", model="softmax", said="softmax outputs"),
         Claim("delta1[j] = sum(k, T[j,k]*(h[k] - y[k]))*p[j]*(1 - p[j])", model="softmax", said="softmax outputs")),
        shown="error terms of the network", finding="supplied",
        remark="For two classes one sigmoid output and for any number a softmax: the same δ.",
    ),
)  # fmt: skip

_SAMPLE = {"h_\\theta(x^{(i)})": "h[i]", "y^{(i)}": "y[i]", "x^{(i)}": "x[i,j]",
           "\\nabla_\\theta J(\\theta)": "dJ/dtheta[j]", r"\sigma'(z)": "sigmoid'(z[i])"}  # fmt: skip

ARTICLE = Article(
    5,
    "反向传播算法, 禅与计算机程序设计艺术 (error terms and updates)",
    "One hidden layer of sigmoid units; sigmoid or softmax outputs; m samples.",
    "weights $X$ from inputs to hidden units and $T$ from there to the outputs, hidden activations $\\hat p_j$, "
    "outputs $h_\\theta(x)$, cost $J(\\theta)$, error terms $\\delta^{(l)}_j$, described in "
    "words only: here the gradient",
    "dC/dz",
    {
        "network": NETWORK.format(output="sigmoid(z2[k])", cost=_BINARY),
        "squared error": NETWORK.format(output="sigmoid(z2[k])", cost="1/2*sum(k, (h[k] - y[k])^2)"),
        "softmax": NETWORK.format(output="softmax(z2)[k]", cost="-sum(k, y[k]*log(h[k]))")
        + "assume sum(k, y[k]) = 1\n",
        "regression": REGRESSION.format(cost=_MEAN),
        "squared": REGRESSION.format(cost="sum(i, (h[i] - y[i])^2)/(2*size(i))"),
        "shares": SHARES,
        "twice": TWICE,
        "square": SQUARE,
    },
    ROWS,
    symbols={
        "regression": _SAMPLE,
        "squared": {**_SAMPLE, "E": "J"},
        "shares": {"h_\\theta(x)": "h[i]", "\\beta": "beta[i]", "\\alpha": "alpha[i]"},
        "square": {"e_i": "J", "h_\\theta(x)": "h"},
        "network": {"z^{(l)}_j": "z1[j]", "b^{(l)}": "b1[j]"},
    },
)
