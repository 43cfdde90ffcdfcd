"""Train a generated 64-32-10 network on scikit-learn's handwritten digits.

Usage: python examples/digits.py out/digits/gradient.py

Every gradient comes from the generated module; this file only feeds it.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

EPOCHS, BATCH, RATE, WANTED = 60, 32, 0.2, 0.95


def load(path: str) -> ModuleType:
    """The generated module."""
    spec = importlib.util.spec_from_file_location("gradient", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def digits() -> tuple[np.ndarray, ...]:
    """Pictures as rows of 64 numbers in [0, 1] and their digits, for training and for the test."""
    pictures, labels = load_digits(return_X_y=True)
    return train_test_split(pictures / 16, labels, test_size=0.25, random_state=0, stratify=labels)


def train(network: ModuleType, pictures: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Gradient descent over small batches; the parameters it ends with."""
    rng = np.random.default_rng(0)
    params, targets = network.init(seed=0), np.eye(10)[labels]
    for epoch in range(1, EPOCHS + 1):
        costs = []
        for rows in np.array_split(rng.permutation(len(pictures)), len(pictures) // BATCH):
            cost, grads = network.gradient(params, pictures[rows], targets[rows])
            network.step(params, grads, RATE)
            costs.append(cost)
        if epoch % 20 == 0:
            print(f"epoch {epoch:3}   mean cost {np.mean(costs):.4f}")
    return params


def accuracy(network: ModuleType, params: dict[str, np.ndarray], pictures: np.ndarray, labels: np.ndarray) -> float:
    """The share of the pictures whose digit has the largest output."""
    outputs = network.forward(params, pictures)
    return float(np.mean(outputs.argmax(axis=1) == labels))


def main(path: str) -> int:
    train_pictures, test_pictures, train_labels, test_labels = digits()
    network = load(path)
    params = train(network, train_pictures, train_labels)
    reached = accuracy(network, params, test_pictures, test_labels)
    print(f"test accuracy {reached:.1%} on {len(test_labels)} digits never seen in training")
    return 0 if reached >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
