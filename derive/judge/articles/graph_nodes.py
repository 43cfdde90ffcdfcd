"""What an article on the nodes of a computational graph states: each node's rule for what it passes back."""

from __future__ import annotations

from ..records import REFUTED
from .rows import Article, Claim, Row

NODE = """
data g
param x, y
z = {formula}
C = g*z
"""

LAYERS = """
data X, t
H[n,j] = sum(i, X[n,i]*W1[i,j]) + b1[j]
R[n,j] = relu(H[n,j])
A[n,k] = sum(j, R[n,j]*W2[j,k]) + b2[k]
Y[n,k] = softmax(A)[n,k]
C = {cost}
"""

SOFTMAX = """
data a, t
y[k] = softmax(a)[k]
C = -sum(k, t[k]*log(y[k]))
"""

_LOSS = "-sum(n, sum(k, t[n,k]*log(Y[n,k])))"

NORM = """
param W
C = 1/2*sum(i, W[i]^2)
"""

PATHS = """
data p, q
param x
u = f(x)
v = g(u)
w = h(u)
C = p*v + q*w
"""

ROWS = (
    Row(
        "4.1", "example", "Two cars at 20 and a tax of 10 %: the derivative is 44/44 · 44/40 · 40/20 = 2.2, node by "
        "node its value over the value before.",
        shown="price with a fee", finding=REFUTED,
        remark="The number is right, the method is not: a quotient of values is a derivative only where the node is "
        "proportional to its input. A fee added at the end shows it.",
    ),
    Row(
        "4.2", "rule", "An add node passes the gradient on unchanged, to both inputs.",
        (Claim("dC/dx = dC/dz", model="add", latex=r"\frac{\partial L}{\partial x} = \frac{\partial L}{\partial z}"),
         Claim("dC/dy = dC/dz", model="add", latex=r"\frac{\partial L}{\partial y} = \frac{\partial L}{\partial z}")),
        remark="g is the gradient that arrives; it may be any number.",
    ),
    Row(
        "4.3", "rule", "A multiply node passes the gradient on times the other input (the text says “add node”).",
        (Claim("dC/dx = y*dC/dz", model="multiply",
               latex=r"\frac{\partial L}{\partial x} = y \frac{\partial L}{\partial z}"),
         Claim("dC/dy = x*dC/dz", model="multiply",
               latex=r"\frac{\partial L}{\partial y} = x \frac{\partial L}{\partial z}"),
         Claim("dC/dx = y*dC/dz", REFUTED, model="add", said="of an add node, as the text says by a slip",
               mistake="extra-factor")),
    ),
    Row(
        "4.4", "formula", "Affine node H = X W1 + b1: “for X it is W1, for W1 it is X, for b1 it is 1”, a product of "
        "“vectors”.",
        (Claim("dC/dX[n,i] = sum(j, dC/dH[n,j]*W1[i,j])",
               latex=r"\frac{\partial L}{\partial X} = \frac{\partial L}{\partial H} W_1^T",
               said="W1 transposed, from the right"),
         Claim("dC/dW1[i,j] = sum(n, X[n,i]*dC/dH[n,j])",
               latex=r"\frac{\partial L}{\partial W_1} = X^T \frac{\partial L}{\partial H}",
               said="X transposed, from the left"),
         Claim("dC/db1[j] = sum(n, dC/dH[n,j])", said="1, and the sum over the records"),
         Claim("dC/dX[n,i] = sum(j, dC/dH[n,j]*W1[j,i])", REFUTED, said="W1 as it is",
               mistake="wrong-transpose-or-index"),
         Claim("dC/dW1[i,j] = sum(n, X[i,n]*dC/dH[n,j])", REFUTED, said="X as it is",
               mistake="wrong-transpose-or-index"),
         Claim("dC/db1[j] = dC/dH[n,j]", REFUTED, said="the gradient unchanged, for every record n",
               mistake="missing-sum")),
        remark="They are matrices, and their products have an order.",
    ),
    Row(
        "4.5", "formula", "ReLU passes the gradient where x > 0 and stops it where x ≤ 0.",
        (Claim("dC/dH[n,j] = dC/dR[n,j]*step(H[n,j])",
               said="step(x) is 1 where x > 0, else 0"),),
        remark="At 0 there is no derivative; 0 is a convention, here and in the article the same.",
    ),
    Row(
        "4.6", "formula", "Softmax with cross-entropy: the gradient by the scores is (y₁ − t₁, y₂ − t₂, y₃ − t₃).",
        (Claim("dC/da[k] = y[k] - t[k]", model="one-hot",
               latex=r"\frac{\partial L}{\partial a_k} = y_k - t_k", said="targets that add up to 1"),
         Claim("dC/da[k] = y[k] - t[k]", REFUTED, model="softmax", said="any targets"),
         Claim("dC/da[k] = y[k]*sum(m, t[m]) - t[k]", model="softmax", said="any targets"),
         Claim("dC/dA[n,k] = (Y[n,k] - t[n,k])/size(n)", model="mean", said="the mean over the records")),
    ),
    Row(
        "4.7", "formula", "A penalty ½ W² of strength reg: dW grows by reg·W; it prefers [1/3, 1/3, 1/3] to [1, 0, 0].",
        (Claim("dC/dW1[i,j] = sum(n, X[n,i]*dC/dH[n,j]) + mu*W1[i,j]", model="penalty",
               latex=r"dW = dW + reg * W", said="reg is mu here", quoted=True),),
        shown="two penalties", finding="holds",
        remark="The printed dW = dW + reg·W is an assignment; the formula says what stands in dW afterwards.",
    ),
    Row(
        "4.8", "update", "W = W − dW, b = b − db; better with a small rate.",
        (Claim("-epsilon*dC/dW1[i,j] = -epsilon*sum(n, X[n,i]*dC/dH[n,j])",
               latex=r"W = W - \epsilon dW", said="what is added to W"),
         Claim("-epsilon*dC/db1[j] = -epsilon*sum(n, dC/dH[n,j])",
               latex=r"b = b - \epsilon db", said="what is added to b")),
        shown="rate one and a smaller one", finding="run",
        remark="Steps of descent; the first form has the rate 1.",
    ),
    Row(
        "4.9", "statement", "“Know the derivative of each node, and multiply.”",
        (Claim("dv/dx = dv/du*du/dx", model="paths", said="along one path"),
         Claim("dC/dx = dC/dv*dv/du*dC/dw*dw/du*du/dx", REFUTED, model="paths",
               said="all nodes multiplied, where there are two paths"),
         Claim("dC/dx = (dC/dv*dv/du + dC/dw*dw/du)*du/dx", model="paths",
               said="products along each path, then their sum")),
    ),
    Row(
        "4.10", "formula", "“dW is the input value times X, db equals the input value.”",
        (Claim("dC/dW1[i,j] = X[n,i]*dC/dH[n,j]", REFUTED, said="for every record n, entry by entry",
               mistake="missing-sum"),
         Claim("dC/db1[j] = dC/dH[n,j]", REFUTED, said="for every record n", mistake="missing-sum"),
         Claim("dC/dW1[i,j] = sum(n, X[n,i]*dC/dH[n,j])", said="the sum over the records"),
         Claim("dC/db1[j] = sum(n, dC/dH[n,j])", said="the sum over the records")),
        remark="The “input value” is the gradient dH that arrives at the node. For a single record both hold.",
    ),
)  # fmt: skip

ARTICLE = Article(
    4,
    "反向传播, Mr.括号 (nodes of a computational graph)",
    "H = X W1 + b1, ReLU, H W2 + b2, softmax with cross-entropy; records are the rows of X.",
    "input $X$, sums $H$, weights $W1$ from in to out, scores $a$, softmax outputs $y$, targets $t$, loss $L$, "
    "gradients $dW$, $db$; there is no error term. The hidden activations are $R$ here, the loss $C$",
    "dC/dz",
    {
        "network": LAYERS.format(cost=_LOSS),
        "mean": LAYERS.format(cost=_LOSS + "/size(n)") + "assume sum(k, t[n,k]) = 1\n",
        "penalty": LAYERS.format(cost=_LOSS + " + 1/2*mu*sum(i, sum(j, W1[i,j]^2))").replace("X, t", "X, t, mu"),
        "add": NODE.format(formula="x + y"),
        "multiply": NODE.format(formula="x*y"),
        "softmax": SOFTMAX,
        "one-hot": SOFTMAX + "assume sum(k, t[k]) = 1\n",
        "norm": NORM,
        "paths": PATHS,
    },
    ROWS,
    "saito",
    {"multiply": {"x": "x", "y": "y", "z": "z"}, "add": {"x": "x", "y": "y", "z": "z"}},
)
