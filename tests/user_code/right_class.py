"""A class that holds its parameters in a dictionary and gives the loss with its gradients."""

import numpy as np


class TwoLayerNet:
    def __init__(self, n, m, k):
        rng = np.random.default_rng(0)
        self.params = {"W1": rng.standard_normal((n, m)), "b1": np.zeros(m)}
        self.params |= {"W2": rng.standard_normal((m, k)), "b2": np.zeros(k)}
        self.reg = 0.5

    def loss(self, X, y):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        H = np.maximum(0, X @ W1 + b1)
        scores = H @ W2 + b2
        P = np.exp(scores - scores.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
        loss = -np.log(P[range(len(y)), y]).mean() + 0.5 * self.reg * (np.sum(W1**2) + np.sum(W2**2))
        P[range(len(y)), y] -= 1
        P /= len(y)
        D = P @ W2.T * (H > 0)
        grads = {"W2": H.T @ P + self.reg * W2, "b2": P.sum(axis=0)}
        return loss, grads | {"W1": X.T @ D + self.reg * W1, "b1": D.sum(axis=0)}


def loss_and_grad(net, X, y):
    return net.loss(X, y)


def sample():
    rng = np.random.default_rng(0)
    return TwoLayerNet(4, 6, 3), rng.standard_normal((5, 4)), rng.integers(0, 3, 5)
