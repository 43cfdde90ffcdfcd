"""A generated gradient, textbook NumPy and the bare matrix products of both, timed in turn.

Run as a program in a process of its own, so that the number of threads is set before NumPy
is loaded; prints the figures as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from codegen import compile_numpy
from derive import MLP, backpropagate

WIDTHS, BATCH = (784, 512, 512, 10), 256

Arrays = dict[str, np.ndarray]


def textbook(params: Arrays, X: np.ndarray, Y: np.ndarray) -> tuple[float, Arrays]:
    """The same gradient as books write it."""
    Z1 = X @ params["W1"].T + params["b1"]
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ params["W2"].T + params["b2"]
    A2 = np.maximum(Z2, 0)
    Z3 = A2 @ params["W3"].T + params["b3"]
    E = np.exp(Z3 - Z3.max(axis=1, keepdims=True))
    A3 = E / E.sum(axis=1, keepdims=True)
    cost = -np.mean(np.sum(Y * np.log(A3), axis=1))
    D3 = (A3 - Y) / len(X)
    D2 = (D3 @ params["W3"]) * np.where(Z2 > 0, 1.0, 0.0)
    D1 = (D2 @ params["W2"]) * np.where(Z1 > 0, 1.0, 0.0)
    grads = {"W3": D3.T @ A2, "W2": D2.T @ A1, "W1": D1.T @ X}
    grads |= {"b3": D3.sum(axis=0), "b2": D2.sum(axis=0), "b1": D1.sum(axis=0)}
    return cost, grads


def bare(params: Arrays, X: np.ndarray) -> Callable[[], None]:
    """Only the matrix products, into arrays made beforehand."""
    W1, W2, W3 = params["W1"], params["W2"], params["W3"]
    Z1, Z2, Z3 = (np.ones((BATCH, n), X.dtype) for n in WIDTHS[1:])
    D1, D2 = np.ones_like(Z1), np.ones_like(Z2)
    G1, G2, G3 = (np.empty_like(W) for W in (W1, W2, W3))
    A1, A2, D3 = np.ones_like(Z1), np.ones_like(Z2), np.ones_like(Z3)

    def products() -> None:
        np.matmul(X, W1.T, out=Z1)
        np.matmul(A1, W2.T, out=Z2)
        np.matmul(A2, W3.T, out=Z3)
        np.matmul(D3.T, A2, out=G3)
        np.matmul(D3, W3, out=D2)
        np.matmul(D2.T, A1, out=G2)
        np.matmul(D2, W2, out=D1)
        np.matmul(D1.T, X, out=G1)

    return products


def timed(function: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def ratios(rounds: int = 40) -> dict[str, float]:
    """Medians over rounds in which all run in turn; ratios are of the same round."""
    module = compile_numpy(backpropagate(MLP(list(WIDTHS), hidden="relu")))
    rng = np.random.default_rng(0)
    params = module.init(dtype=np.float32)
    X = rng.standard_normal((BATCH, WIDTHS[0])).astype(np.float32)
    Y = np.eye(WIDTHS[-1], dtype=np.float32)[rng.integers(WIDTHS[-1], size=BATCH)]
    gradient = module.make_gradient(BATCH, dtype=np.float32)
    products = bare(params, X)
    runs = {
        "workspace": lambda: gradient(params, X, Y),
        "fresh": lambda: module.gradient(params, X, Y),
        "textbook": lambda: textbook(params, X, Y),
    }
    times: dict[str, list[float]] = {"bare": [], **{name: [] for name in runs}}
    relative: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(rounds + 3):
        for name, run in runs.items():
            one, other = timed(run), timed(products)
            if turn >= 3:
                times[name].append(one)
                times["bare"].append(other)
                relative[name].append(one / other)
    figures = {f"{name} ms": 1e3 * median(found) for name, found in times.items()}
    return figures | {f"{name} ratio": median(found) for name, found in relative.items()}


if __name__ == "__main__":
    json.dump(ratios(), sys.stdout)
