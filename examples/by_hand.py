"""A backward pass as one writes it by hand: softmax and cross-entropy behind a tanh layer, with a penalty.

    backproof check examples/by_hand.py

Take the division by len(X) out of a line, or forget a derivative, and run it again.
"""

import numpy as np


def sample():
    """What to check the gradient at: (params, *data)."""
    random = np.random.default_rng(0)
    params = {"W1": random.normal(size=(4, 3)), "b1": np.zeros(3), "W2": random.normal(size=(3, 5)), "b2": np.zeros(5)}
    return params, random.normal(size=(6, 4)), np.eye(5)[random.integers(0, 5, 6)]


def forward(params, X):
    """The hidden activations and the probabilities, one row for each record."""
    A1 = np.tanh(X @ params["W1"] + params["b1"])
    Z2 = A1 @ params["W2"] + params["b2"]
    E = np.exp(Z2 - Z2.max(1, keepdims=True).real)
    return A1, E / E.sum(1, keepdims=True)


def cost(params, X, Y):
    """The mean cross-entropy and half of 0.1 times the squared weights."""
    _, A2 = forward(params, X)
    penalty = sum((params[name] ** 2).sum() for name in ("W1", "W2"))
    return -(Y * np.log(A2)).sum() / len(X) + 0.1 / 2 * penalty


def gradient(params, X, Y):
    """The derivative of the cost by each parameter."""
    A1, A2 = forward(params, X)
    dZ2 = (A2 - Y) / len(X)
    dZ1 = (dZ2 @ params["W2"].T) * (1 - A1**2)
    return {
        "W1": X.T @ dZ1 + 0.1 * params["W1"],
        "b1": dZ1.sum(0),
        "W2": A1.T @ dZ2 + 0.1 * params["W2"],
        "b2": dZ2.sum(0),
    }
