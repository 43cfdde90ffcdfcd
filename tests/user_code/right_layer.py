"""A layer with its derivatives beside its parameters."""

import numpy as np


class Dense:
    def __init__(self, n, m):
        rng = np.random.default_rng(2)
        self.W, self.b = rng.standard_normal((n, m)), rng.standard_normal(m)

    def forward(self, x):
        self.x, self.out = x, np.tanh(x @ self.W + self.b)
        return self.out

    def backward(self, dout):
        dz = dout * (1 - self.out**2)
        self.dW, self.db = self.x.T @ dz, dz.sum(axis=0)
        return dz @ self.W.T


def sample():
    return Dense(3, 4), np.random.default_rng(0).standard_normal((5, 3))
