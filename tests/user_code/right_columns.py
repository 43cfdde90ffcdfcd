"""A relu network with records in columns, its parameters in lists, its gradients in a tuple after the loss."""

import numpy as np


def sample():
    rng = np.random.default_rng(8)
    weights = [rng.standard_normal((4, 3)), rng.standard_normal((4, 4)), rng.standard_normal((2, 4))]
    biases = [rng.standard_normal((n, 1)) for n in (4, 4, 2)]
    return (weights, biases), rng.standard_normal((3, 7)), rng.standard_normal((2, 7))


def forward(params, X):
    A, values = X, [X]
    for W, b in zip(*params, strict=True):
        Z = W @ A + b
        A = np.maximum(Z, 0) if W is not params[0][-1] else Z
        values.append(A)
    return values


def loss_and_grad(params, X, Y):
    weights, biases = params
    values, m = forward(params, X), X.shape[1]
    D = (values[-1] - Y) / m
    dW, db = [], []
    for layer in reversed(range(len(weights))):
        dW.insert(0, D @ values[layer].T)
        db.insert(0, D.sum(axis=1, keepdims=True))
        if layer:
            D = weights[layer].T @ D * (values[layer] > 0)
    return np.sum((values[-1] - Y) ** 2) / (2 * m), (dW, db)
