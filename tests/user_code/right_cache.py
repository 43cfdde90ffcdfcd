"""A cost that keeps values for its gradient, which gives derivatives by dW names."""

import numpy as np


def sample():
    rng = np.random.default_rng(9)
    return {"W": rng.standard_normal((3, 4)), "b": rng.standard_normal(3)}, rng.standard_normal((4, 6)), np.ones((3, 6))


def forward(parameters, X, Y):
    A = 1 / (1 + np.exp(-(parameters["W"] @ X + parameters["b"][:, None])))
    return np.mean((A - Y) ** 2), (X, Y, A)


def backward(parameters, cache):
    X, Y, A = cache
    dZ = 2 * (A - Y) / A.size * A * (1 - A)
    return {"dW": dZ @ X.T, "db": dZ.sum(axis=1)}
