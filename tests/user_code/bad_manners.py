"""Functions that do what they should not, each with a cost and a gradient of its own."""

import numpy as np


def sample():
    rng = np.random.default_rng(4)
    return {"w": rng.standard_normal(3)}, rng.standard_normal((6, 3))


def cost(params, X):
    return np.sum(np.tanh(X @ params["w"]))


def right(params, X):
    return {"w": X.T @ (1 - np.tanh(X @ params["w"]) ** 2)}


def changes_params(params, X):
    grads = right(params, X)
    params["w"] -= 0.1 * grads["w"]
    return grads


def changes_data(params, X):
    grads = right(params, X)
    X *= 2
    return grads


def random(params, X):
    return {"w": right(params, X)["w"] * np.random.random(3)}


def random_cost(params, X):
    return cost(params, X) + np.random.random()


def raises(params, X):
    return {"w": X @ X}


def leaves(params, X):
    raise SystemExit


def never(params, X):
    while True:
        pass


kept = {}


def keeping_cost(params, X):
    kept["w"] = params["w"]
    return cost(params, X)


def stale(params, X):
    return right(kept, X)


def nothing(params, X):
    return None


def other_names(params, X):
    return {"v": np.zeros(3)}
