"""4-3-5, tanh and softmax, written by hand, right."""

import numpy as np

LAM = 0.1


def sample():
    rng = np.random.default_rng(3)
    params = {"W1": rng.standard_normal((3, 4)), "b1": rng.standard_normal(3)}
    params |= {"W2": rng.standard_normal((5, 3)), "b2": rng.standard_normal(5)}
    Y = np.eye(5)[rng.integers(0, 5, 6)]
    return params, rng.standard_normal((6, 4)), Y


def forward(params, X):
    A1 = np.tanh(X @ params["W1"].T + params["b1"])
    E = np.exp(A1 @ params["W2"].T + params["b2"])
    return A1, E / E.sum(axis=1, keepdims=True)


def cost(params, X, Y):
    _, A2 = forward(params, X)
    penalty = sum(np.sum(params[name] ** 2) for name in ("W1", "W2"))
    return -np.sum(Y * np.log(A2)) / len(X) + LAM / 2 * penalty


def gradient(params, X, Y):
    print("in the gradient")
    N = len(X)
    A1, A2 = forward(params, X)
    D2 = (A2 - Y) / N
    D1 = D2 @ params["W2"] * (1 - A1**2)
    return {
        "W1": D1.T @ X + LAM * params["W1"],
        "b1": D1.sum(axis=0),
        "W2": D2.T @ A1 + LAM * params["W2"],
        "b2": D2.sum(axis=0),
    }
