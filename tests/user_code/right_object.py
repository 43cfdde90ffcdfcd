"""Parameters in an object, one record and no matrices of NumPy: lists of numbers."""

import math
from dataclasses import dataclass


@dataclass
class Unit:
    w: list
    b: float
    rate: str = "0.1"


def sample():
    return Unit([0.3, -1.2, 0.7], 0.2), [1.0, 2.0, -0.5], 1.0


def activation(unit, x):
    z = sum(w * v for w, v in zip(unit.w, x, strict=True)) + unit.b
    return 1 / (1 + math.exp(-z))


def loss(unit, x, y):
    return -y * math.log(activation(unit, x)) - (1 - y) * math.log(1 - activation(unit, x))


def backprop(unit, x, y):
    delta = activation(unit, x) - y
    return Unit([delta * v for v in x], delta)
