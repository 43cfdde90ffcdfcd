"""Train a generated 64-32-10 network on scikit-learn's handwritten digits, beside scikit-learn's own.

Usage: python examples/digits.py out/digits/gradient.py

Gradients, optimiser and training come from the generated module; this file only feeds it.
"""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from types import ModuleType

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

USAGE = "usage: python examples/digits.py out/digits/gradient.py"
EPOCHS, BATCH, RATE, WANTED = 60, 32, 0.003, 0.95


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


def generated(network: ModuleType, pictures: np.ndarray, labels: np.ndarray, seed: int = 0) -> Callable:
    """The generated network, trained: a function from pictures to digits."""
    params = network.init(seed=seed)
    adam = network.adam(params, rate=RATE)
    network.train(params, pictures, np.eye(10)[labels], adam, epochs=EPOCHS, batch=BATCH, seed=seed)
    return lambda unseen: network.forward(params, unseen).argmax(axis=1)


def by_scikit_learn(pictures: np.ndarray, labels: np.ndarray, seed: int = 0) -> Callable:
    """The same network in scikit-learn, trained the same way: the same epochs, batches and optimiser, no penalty."""
    network = MLPClassifier(
        (32,),
        activation="tanh",
        alpha=0,
        batch_size=BATCH,
        learning_rate_init=RATE,
        max_iter=EPOCHS,
        n_iter_no_change=EPOCHS,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # all epochs were wanted
        return network.fit(pictures, labels).predict


def main(path: str) -> int:
    train_pictures, test_pictures, train_labels, test_labels = digits()
    network = load(path)
    ways = {
        "generated code": lambda *records: generated(network, *records),
        "scikit-learn": by_scikit_learn,
    }
    reached = {}
    for name, train in ways.items():
        start = perf_counter()
        read = train(train_pictures, train_labels)
        seconds = perf_counter() - start
        reached[name] = np.mean(read(test_pictures) == test_labels)
        said = f"{name:14}   test accuracy {reached[name]:.1%} on {len(test_labels)} unseen digits"
        print(f"{said}   {seconds:.2f} s of training")
    return 0 if reached["generated code"] >= WANTED else 1


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        print(USAGE, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
