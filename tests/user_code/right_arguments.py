"""Every array is an argument of its own; labels are numbers of classes; weights are inputs x outputs."""

import numpy as np


def sample():
    rng = np.random.default_rng(1)
    X, labels = rng.standard_normal((8, 5)), rng.integers(0, 3, 8)
    return X, labels, rng.standard_normal((5, 4)), rng.standard_normal(4), rng.standard_normal((4, 3)), np.zeros((1, 3))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def compute_loss(X, y, W1, b1, W2, b2, reg=0.01):
    scores = sigmoid(X @ W1 + b1) @ W2 + b2
    scores = scores - scores.max(axis=1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(y)), y].mean() + reg * ((W1 * W1).sum() + (W2 * W2).sum())


def compute_gradients(X, y, W1, b1, W2, b2, reg=0.01):
    H = sigmoid(X @ W1 + b1)
    P = np.exp(H @ W2 + b2)
    P /= P.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1
    P /= len(y)
    D = P @ W2.T * H * (1 - H)
    dW1, dW2 = X.T @ D + 2 * reg * W1, H.T @ P + 2 * reg * W2
    return dW1, D.sum(axis=0), dW2, P.sum(axis=0, keepdims=True)
