# made by: backproof derive 20-16-12-8-5 --hidden relu
"""20-16-12-8-5, relu, softmax, cross-entropy: its cost and their derivatives in NumPy.

Records are the rows of X, Y; the cost and its derivatives are means over them.
The comments give every line for one record, as it was derived.
It is assumed that sum(k, y[k]) = 1.
To train: `params = init()`, then `train(params, X, Y)`.
Run this file to compare the derivatives with numerical ones.
"""

import functools
import math
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import numpy as np

SIZES = {
    "n0": 20,
    "n1": 16,
    "n2": 12,
    "n3": 8,
    "n4": 5,
}
PARAMETERS = ("W1", "b1", "W2", "b2", "W3", "b3", "W4", "b4")
SHAPES = {
    "W1": ("n1", "n0"),
    "b1": ("n1",),
    "W2": ("n2", "n1"),
    "b2": ("n2",),
    "W3": ("n3", "n2"),
    "b3": ("n3",),
    "W4": ("n4", "n3"),
    "b4": ("n4",),
    "X": ("N", "n0"),
    "Y": ("N", "n4"),
}


def check(params, data, sizes=SIZES, dtype=None):
    """The sizes by name; a ValueError of one line for an array of the wrong shape or type."""
    sizes = dict(sizes)
    if not isinstance(params, dict) or any(name not in params for name in PARAMETERS):
        raise ValueError(f"params is a dictionary of {', '.join(PARAMETERS)}")
    for name, array in {**{name: params[name] for name in PARAMETERS}, **data}.items():
        axes = SHAPES[name]
        if not axes and isinstance(array, (int, float, complex)):
            continue
        if not isinstance(array, (np.ndarray, np.generic)):
            raise ValueError(f"{name} is {type(array).__name__}, expected {_expected(axes, sizes)}")
        if array.dtype.kind not in "fc" or dtype is not None and array.dtype != dtype:
            raise ValueError(f"{name} has dtype {array.dtype}, expected {_expected(axes, sizes, dtype)}")
        if array.ndim != len(axes) or 0 in array.shape:
            raise ValueError(f"{name} has shape {array.shape}, expected {_expected(axes, sizes)}")
        for axis, size in zip(axes, array.shape):
            if sizes.get(axis, size) != size:
                raise ValueError(f"{name} has shape {array.shape}, expected {_expected(axes, sizes)}")
            sizes[axis] = size
    return sizes


def _expected(axes, sizes, dtype=None):
    """How a wanted array is described."""
    said = ", ".join(f"{axis} = {sizes[axis]}" if axis in sizes and axis != str(sizes[axis]) else axis for axis in axes)
    return f"an array of {np.dtype(dtype).name if dtype else 'floats'} of shape ({said})"


def widths(given):
    """All sizes, which are fixed. A ValueError of one line where others are given."""
    for name, size in given.items():
        if SIZES.get(name) != size:
            raise ValueError(f"{name} = {size!r}: the sizes of this network are fixed")
    return dict(SIZES)


def relu(z):
    """relu(z) = max(z, 0)."""
    return np.maximum(z, 0)


def init(seed=0, dtype=np.float64, **sizes):
    """Random parameters: weights scaled by the square root of their last axis, biases zero."""
    sizes = widths(sizes)
    n0 = sizes["n0"]
    n1 = sizes["n1"]
    n2 = sizes["n2"]
    n3 = sizes["n3"]
    n4 = sizes["n4"]
    rng = np.random.default_rng(seed)
    return {
        "W1": (rng.standard_normal((n1, n0)) / math.sqrt(n0)).astype(dtype),
        "b1": np.zeros((n1,), dtype),
        "W2": (rng.standard_normal((n2, n1)) / math.sqrt(n1)).astype(dtype),
        "b2": np.zeros((n2,), dtype),
        "W3": (rng.standard_normal((n3, n2)) / math.sqrt(n2)).astype(dtype),
        "b3": np.zeros((n3,), dtype),
        "W4": (rng.standard_normal((n4, n3)) / math.sqrt(n3)).astype(dtype),
        "b4": np.zeros((n4,), dtype),
    }


def forward(params, X):
    """The outputs A4."""
    check(params, {"X": X})
    W1, b1, W2, b2, W3, b3, W4, b4 = (params[name] for name in PARAMETERS)
    Z1 = X @ W1.T + b1  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
    A1 = relu(Z1)  # a1[j] = relu(z1[j])
    Z2 = A1 @ W2.T + b2  # z2[j] = sum(i, W2[j,i]*a1[i]) + b2[j]
    A2 = relu(Z2)  # a2[j] = relu(z2[j])
    Z3 = A2 @ W3.T + b3  # z3[j] = sum(i, W3[j,i]*a2[i]) + b3[j]
    A3 = relu(Z3)  # a3[j] = relu(z3[j])
    Z4 = A3 @ W4.T + b4  # z4[k] = sum(j, W4[k,j]*a3[j]) + b4[k]
    max4 = np.max(Z4, axis=1)  # max4 = the largest z4[m] over m
    exp4 = np.exp(Z4 - max4[:, None])  # exp4[m] = exp(z4[m] - max4)
    sum4 = np.sum(exp4, axis=1)  # sum4 = sum(m, exp4[m])
    A4 = exp4 / sum4[:, None]  # a4[k] = exp(z4[k])/sum(m, exp(z4[m]))
    return A4


def cost(params, X, Y):
    """The mean cost of the records."""
    sizes = check(params, {"X": X, "Y": Y})
    N = sizes["N"]
    W1, b1, W2, b2, W3, b3, W4, b4 = (params[name] for name in PARAMETERS)
    Z1 = X @ W1.T + b1  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
    A1 = relu(Z1)  # a1[j] = relu(z1[j])
    Z2 = A1 @ W2.T + b2  # z2[j] = sum(i, W2[j,i]*a1[i]) + b2[j]
    A2 = relu(Z2)  # a2[j] = relu(z2[j])
    Z3 = A2 @ W3.T + b3  # z3[j] = sum(i, W3[j,i]*a2[i]) + b3[j]
    A3 = relu(Z3)  # a3[j] = relu(z3[j])
    Z4 = A3 @ W4.T + b4  # z4[k] = sum(j, W4[k,j]*a3[j]) + b4[k]
    max4 = np.max(Z4, axis=1)  # max4 = the largest z4[m] over m
    exp4 = np.exp(Z4 - max4[:, None])  # exp4[m] = exp(z4[m] - max4)
    sum4 = np.sum(exp4, axis=1)  # sum4 = sum(m, exp4[m])
    # C = -sum(k, y[k]*log(a4[k])), mean over the records
    C = -np.sum(Y * (Z4 - max4[:, None] - np.log(sum4)[:, None])) / N
    return C


def gradient(params, X, Y):
    """The cost and its derivatives by name, means over the records."""
    sizes = check(params, {"X": X, "Y": Y})
    N = sizes["N"]
    W1, b1, W2, b2, W3, b3, W4, b4 = (params[name] for name in PARAMETERS)
    Z1 = X @ W1.T + b1  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
    A1 = relu(Z1)  # a1[j] = relu(z1[j])
    Z2 = A1 @ W2.T + b2  # z2[j] = sum(i, W2[j,i]*a1[i]) + b2[j]
    A2 = relu(Z2)  # a2[j] = relu(z2[j])
    Z3 = A2 @ W3.T + b3  # z3[j] = sum(i, W3[j,i]*a2[i]) + b3[j]
    A3 = relu(Z3)  # a3[j] = relu(z3[j])
    Z4 = A3 @ W4.T + b4  # z4[k] = sum(j, W4[k,j]*a3[j]) + b4[k]
    max4 = np.max(Z4, axis=1)  # max4 = the largest z4[m] over m
    exp4 = np.exp(Z4 - max4[:, None])  # exp4[m] = exp(z4[m] - max4)
    sum4 = np.sum(exp4, axis=1)  # sum4 = sum(m, exp4[m])
    A4 = exp4 / sum4[:, None]  # a4[k] = exp(z4[k])/sum(m, exp(z4[m]))
    # C = -sum(k, y[k]*log(a4[k])), mean over the records
    C = -np.sum(Y * (Z4 - max4[:, None] - np.log(sum4)[:, None])) / N
    Delta4 = A4 - Y  # delta4[k] = a4[k] - y[k]
    dW4 = (Delta4.T @ A3) / N  # dC/dW4[k,j] = delta4[k]*a3[j], mean over the records
    db4 = np.sum(Delta4, axis=0) / N  # dC/db4[k] = delta4[k], mean over the records
    Delta3 = (Delta4 @ W4) * (Z3 > 0)  # delta3[j] = sum(k, W4[k,j]*delta4[k])*step(z3[j])
    dW3 = (Delta3.T @ A2) / N  # dC/dW3[j,i] = delta3[j]*a2[i], mean over the records
    db3 = np.sum(Delta3, axis=0) / N  # dC/db3[j] = delta3[j], mean over the records
    Delta2 = (Delta3 @ W3) * (Z2 > 0)  # delta2[j] = sum(k, W3[k,j]*delta3[k])*step(z2[j])
    dW2 = (Delta2.T @ A1) / N  # dC/dW2[j,i] = delta2[j]*a1[i], mean over the records
    db2 = np.sum(Delta2, axis=0) / N  # dC/db2[j] = delta2[j], mean over the records
    Delta1 = (Delta2 @ W2) * (Z1 > 0)  # delta1[j] = sum(k, W2[k,j]*delta2[k])*step(z1[j])
    dW1 = (Delta1.T @ X) / N  # dC/dW1[j,i] = delta1[j]*x[i], mean over the records
    db1 = np.sum(Delta1, axis=0) / N  # dC/db1[j] = delta1[j], mean over the records
    return C, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3, "W4": dW4, "b4": db4}


def _scratch(array, count):
    """The memory of an array that nothing was written to yet, where it is enough, for so many numbers."""
    return array.reshape(-1)[:count] if array.size >= count else np.empty(count, array.dtype)


def make_gradient(batch, dtype=np.float64, threads=1, **sizes):
    """`gradient` with every array allocated once: what it returns is overwritten by its next call.

    `gradient.bind(params, ...)` checks these arrays once and gives a function without arguments that
    computes from what they hold when it is called, and returns the same.
    """
    if not isinstance(batch, (int, np.integer)) or batch < 1:
        raise ValueError(f"batch = {batch!r}: the number of records is a positive whole number")
    if threads != 1:
        return _in_threads(batch, threads, dtype, sizes)
    sizes = {**widths(sizes), "N": batch}
    N = sizes["N"]
    n0 = sizes["n0"]
    n1 = sizes["n1"]
    n2 = sizes["n2"]
    n3 = sizes["n3"]
    n4 = sizes["n4"]
    Z2 = A2 = T5 = np.empty((N, n2), dtype)
    max4 = sum4 = T3 = np.empty((N,), dtype)
    dW4 = np.empty((n4, n3), dtype)
    db4 = np.empty((n4,), dtype)
    Delta3 = np.empty((N, n3), dtype)
    dW3 = np.empty((n3, n2), dtype)
    db3 = np.empty((n3,), dtype)
    Delta2 = np.empty((N, n2), dtype)
    dW2 = np.empty((n2, n1), dtype)
    db2 = np.empty((n2,), dtype)
    Delta1 = np.empty((N, n1), dtype)
    dW1 = np.empty((n1, n0), dtype)
    db1 = np.empty((n1,), dtype)
    Z1_memory = _scratch(dW1, N * n1)
    Z1 = A1 = T6 = Z1_memory.reshape(N, n1)
    Z3_memory = _scratch(dW3, N * n3)
    Z3 = A3 = T4 = Z3_memory.reshape(N, n3)
    Z4_memory = _scratch(dW4, N * n4)
    Z4 = T2 = Z4_memory.reshape(N, n4)
    T1_memory = _scratch(dW2, n4 * N)
    T1 = T1_memory.reshape(n4, N)
    exp4 = A4 = Delta4 = T1.reshape(N, n4)
    ones = np.ones(N, dtype)
    ones1 = np.ones(n4, dtype)
    zero = np.array(0, dtype)
    count = np.array(N, dtype)
    max4_column = max4[:, None]
    sum4_column = sum4[:, None]
    T3_column = T3[:, None]
    expected = sum(((np.dtype(dtype), shape) for shape in [
        (n1, n0), (n1,), (n2, n1), (n2,), (n3, n2), (n3,), (n4, n3), (n4,), (N, n0), (N, n4),
    ]), ())
    grads = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3, "W4": dW4, "b4": db4}

    def compute(W1, b1, W2, b2, W3, b3, W4, b4, X, Y):
        X.dot(W1.T, out=Z1)  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
        np.add(Z1, b1, out=Z1)
        np.maximum(Z1, zero, out=A1)  # a1[j] = relu(z1[j])
        A1.dot(W2.T, out=Z2)  # z2[j] = sum(i, W2[j,i]*a1[i]) + b2[j]
        np.add(Z2, b2, out=Z2)
        np.maximum(Z2, zero, out=A2)  # a2[j] = relu(z2[j])
        A2.dot(W3.T, out=Z3)  # z3[j] = sum(i, W3[j,i]*a2[i]) + b3[j]
        np.add(Z3, b3, out=Z3)
        np.maximum(Z3, zero, out=A3)  # a3[j] = relu(z3[j])
        A3.dot(W4.T, out=Z4)  # z4[k] = sum(j, W4[k,j]*a3[j]) + b4[k]
        np.add(Z4, b4, out=Z4)
        np.copyto(T1, Z4.T)  # max4 = the largest z4[m] over m
        np.maximum.reduce(T1, axis=0, out=max4)
        np.subtract(Z4, max4_column, out=T2)  # exp4[m] = exp(z4[m] - max4)
        np.exp(T2, out=exp4)
        exp4.dot(ones1, out=sum4)  # sum4 = sum(m, exp4[m])
        np.divide(exp4, sum4_column, out=A4)  # a4[k] = exp(z4[k])/sum(m, exp(z4[m]))
        np.log(sum4, out=T3)  # C = -sum(k, y[k]*log(a4[k])), mean over the records
        np.subtract(T2, T3_column, out=T2)
        np.multiply(Y, T2, out=T2)
        C = -np.add.reduce(T2, axis=None) / N
        np.subtract(A4, Y, out=Delta4)  # delta4[k] = a4[k] - y[k]
        np.divide(Delta4, count, out=Delta4)  # 1/N of the mean, here once: all that follows is linear in it
        Delta4.T.dot(A3, out=dW4)  # dC/dW4[k,j] = delta4[k]*a3[j], mean over the records
        ones.dot(Delta4, out=db4)  # dC/db4[k] = delta4[k], mean over the records
        Delta4.dot(W4, out=Delta3)  # delta3[j] = sum(k, W4[k,j]*delta4[k])*step(z3[j])
        np.greater(A3, zero, out=T4)
        np.multiply(Delta3, T4, out=Delta3)
        Delta3.T.dot(A2, out=dW3)  # dC/dW3[j,i] = delta3[j]*a2[i], mean over the records
        ones.dot(Delta3, out=db3)  # dC/db3[j] = delta3[j], mean over the records
        Delta3.dot(W3, out=Delta2)  # delta2[j] = sum(k, W3[k,j]*delta3[k])*step(z2[j])
        np.greater(A2, zero, out=T5)
        np.multiply(Delta2, T5, out=Delta2)
        Delta2.T.dot(A1, out=dW2)  # dC/dW2[j,i] = delta2[j]*a1[i], mean over the records
        ones.dot(Delta2, out=db2)  # dC/db2[j] = delta2[j], mean over the records
        Delta2.dot(W2, out=Delta1)  # delta1[j] = sum(k, W2[k,j]*delta2[k])*step(z1[j])
        np.greater(A1, zero, out=T6)
        np.multiply(Delta1, T6, out=Delta1)
        Delta1.T.dot(X, out=dW1)  # dC/dW1[j,i] = delta1[j]*x[i], mean over the records
        ones.dot(Delta1, out=db1)  # dC/db1[j] = delta1[j], mean over the records
        return C, grads

    def gradient(params, X, Y):
        try:
            W1, b1, W2, b2, W3, b3, W4, b4 = (params[name] for name in PARAMETERS)
            fits = (
                W1.dtype, W1.shape, b1.dtype, b1.shape, W2.dtype, W2.shape, b2.dtype, b2.shape, W3.dtype, W3.shape,
                b3.dtype, b3.shape, W4.dtype, W4.shape, b4.dtype, b4.shape, X.dtype, X.shape, Y.dtype, Y.shape,
            ) == expected
        except (AttributeError, IndexError, KeyError, TypeError):
            fits = False
        if not fits:
            check(params, {"X": X, "Y": Y}, sizes, dtype)
        return compute(W1, b1, W2, b2, W3, b3, W4, b4, X, Y)

    def bind(params, X, Y):
        check(params, {"X": X, "Y": Y}, sizes, dtype)
        return functools.partial(
            compute, params["W1"], params["b1"], params["W2"], params["b2"], params["W3"], params["b3"], params["W4"],
            params["b4"], X, Y,
        )

    gradient.nbytes = sum(array.nbytes for array in (
        Z2, max4, dW4, db4, Delta3, dW3, db3, Delta2, dW2, db2, Delta1, dW1, db1, ones, ones1,
    ))
    gradient.nbytes += sum(array.nbytes for array in [Z1_memory, Z3_memory, Z4_memory, T1_memory] if array.base is None)
    gradient.bind = bind
    return gradient


def _in_threads(batch, threads, dtype, sizes):
    """`gradient` with the records dealt out to threads, each with arrays of its own; the means are put together."""
    if not isinstance(threads, (int, np.integer)) or threads < 1:
        raise ValueError(f"threads = {threads!r}: the number of threads is a positive whole number")
    ends = [batch * n // threads for n in range(threads + 1)]
    shares = [slice(*ends) for ends in zip(ends, ends[1:]) if ends[0] < ends[1]]
    made = [make_gradient(share.stop - share.start, dtype, **sizes) for share in shares]
    means = ("W1", "b1", "W2", "b2", "W3", "b3", "W4", "b4")
    pool, sizes = ThreadPoolExecutor(len(shares)), {**widths(sizes), "N": batch}

    def gradient(params, X, Y):
        check(params, {"X": X, "Y": Y}, sizes, dtype)

        def of(share, gradient):
            part = (share.stop - share.start) / batch
            cost, grads = gradient(params, X[share], Y[share])
            for name in means:
                np.multiply(grads[name], part, out=grads[name])
            return part * cost, grads

        settings = [copy_context() for _ in shares]  # such as np.errstate
        costs, (grads, *others) = zip(*pool.map(lambda s, *given: s.run(of, *given), settings, shares, made))
        for name in means:
            for other in others:
                np.add(grads[name], other[name], out=grads[name])
        return sum(costs), grads

    gradient.nbytes = sum(each.nbytes for each in made)
    gradient.bind = lambda *given: functools.partial(gradient, *given)
    return gradient


def step(params, grads, rate):
    """One step of gradient descent, in place: w -= rate * (derivative by w). Returns `params`."""
    for name in PARAMETERS:
        if name in grads:
            params[name] -= rate * grads[name]
    return params


def _moved(params, update, count, rate, decay):
    """The function of an optimiser: it moves `params` by `update`, with `count` arrays of zeros for each of them."""
    params.update({name: np.asarray(params[name]) for name in PARAMETERS})
    kept = {name: [np.zeros_like(params[name]) for _ in range(count)] for name in PARAMETERS}
    t = 0

    def optimiser(grads):
        nonlocal t
        t += 1
        r = rate / (1 + decay * (t - 1))
        for name in kept.keys() & grads.keys():
            update(params[name], grads[name], r, t, *kept[name])
        return params

    return optimiser


def sgd(params, rate=0.1, decay=0.0):
    """Gradient descent: `move = sgd(params)`, then `move(grads)` for each step in place."""

    def update(w, g, r, t, T1):
        np.multiply(r, g, out=T1)  # w = w - r*g
        np.subtract(w, T1, out=w)

    return _moved(params, update, 1, rate, decay)


def momentum(params, rate=0.01, decay=0.0, beta=0.9):
    """Gradient descent with momentum: `move = momentum(params)`, then `move(grads)` for each step in place."""

    def update(w, g, r, t, m, T1):
        np.multiply(beta, m, out=m)  # m = beta*m + g
        np.add(m, g, out=m)
        np.multiply(r, m, out=T1)  # w = w - r*m
        np.subtract(w, T1, out=w)

    return _moved(params, update, 2, rate, decay)


def adam(params, rate=0.001, decay=0.0, beta1=0.9, beta2=0.999, eps=1e-08):
    """Adam, with bias correction: `move = adam(params)`, then `move(grads)` for each step in place."""

    def update(w, g, r, t, m, v, T1, T2):
        np.multiply(beta1, m, out=m)  # m = beta1*m + (1 - beta1)*g
        np.multiply(1 - beta1, g, out=T1)
        np.add(m, T1, out=m)
        np.multiply(beta2, v, out=v)  # v = beta2*v + (1 - beta2)*g^2
        np.square(g, out=T1)
        np.multiply(1 - beta2, T1, out=T1)
        np.add(v, T1, out=v)
        np.multiply(r / (1 - beta1**t), m, out=T1)  # w = w - r*(m/(1 - beta1^t))/(sqrt(v/(1 - beta2^t)) + eps)
        np.multiply(1 / (1 - beta2**t), v, out=T2)
        np.sqrt(T2, out=T2)
        np.add(T2, eps, out=T2)
        np.divide(T1, T2, out=T1)
        np.subtract(w, T1, out=w)

    return _moved(params, update, 4, rate, decay)


def train(params, X, Y, optimiser=None, epochs=10, batch=64, seed=0, progress=False, threads=1):
    """Move `params` in place by shuffled batches of records; the mean cost in each epoch, as a list.

    `optimiser` is made for these parameters, `adam(params)` unless given; `progress` shows a bar by tqdm or rich.
    Batches are dealt out to `threads`, as by `make_gradient`.
    """
    sizes = check(params, {"X": X, "Y": Y})
    N = sizes["N"]
    optimiser, batch, rng, costs = optimiser or adam(params), min(batch, N), np.random.default_rng(seed), []
    made = {size: make_gradient(size, params["W1"].dtype, threads) for size in {batch, N % (batch or 1) or batch}}
    for _ in _epochs(epochs, progress):
        costs.append(0.0)
        for chosen in np.split(rng.permutation(N), range(batch, N, batch)):
            cost, grads = made[len(chosen)](params, X[chosen], Y[chosen])
            if optimiser(grads) is not params:
                raise ValueError("the optimiser was made for other parameters")
            costs[-1] += len(chosen) / N * float(cost)
    return costs


def _epochs(count, progress):
    """The numbers of the epochs, with a bar where tqdm or rich is installed."""
    for library, bar in (("tqdm", "tqdm"), ("rich.progress", "track")) if progress else ():
        try:
            return getattr(__import__(library, fromlist=[bar]), bar)(range(count))
        except ImportError:
            pass
    return range(count)


def slope(function):
    """The derivative of `function` at 0, by a complex step."""
    return function(1e-20j).imag / 1e-20


def self_check(seed=0):
    """The error of each derivative, relative to its size, along random directions."""
    rng = np.random.default_rng(seed)
    sizes = {**SIZES, "N": 3}
    arrays = {name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in SHAPES.items()}
    arrays = {name: array / math.sqrt(array.shape[-1] if array.ndim else 1) for name, array in arrays.items()}
    arrays["Y"] = np.exp(arrays["Y"]) / np.exp(arrays["Y"]).sum(axis=-1, keepdims=True)

    def value(changed):
        now = {**arrays, **changed}
        params = {name: now[name] for name in PARAMETERS}
        return cost(params, now["X"], now["Y"])

    with np.errstate(all="ignore"):
        if not np.isfinite(value({})):  # a cost of positive numbers only
            arrays = {name: abs(array) for name, array in arrays.items()}
    params = {name: arrays[name] for name in PARAMETERS}
    given = [arrays["X"], arrays["Y"]]
    make = make_gradient(sizes["N"])
    found = [gradient(params, *given), make(params, *given)]

    def error(grads, floor):
        """The error of some derivatives along random directions, in which they count alike."""
        norms = {name: np.linalg.norm(grad) for name, grad in grads.items()}
        least, seen = min(norms.values()), []
        for _ in range(3):
            along = {n: (least / norms[n] if norms[n] else 1) * rng.standard_normal(grads[n].shape) for n in grads}
            wanted = slope(lambda t: value({name: arrays[name] + t * along[name] for name in grads}))
            size = max(least, floor, abs(wanted) / math.sqrt(len(grads))) or 1.0
            seen.append(abs(sum(np.sum(grads[n] * along[n]) for n in grads) - wanted) / size)
        return np.max(seen) if seen else math.inf

    at = value({})
    errors, small = {}, 1e-5 * abs(at)  # where all are far below, rounding is all one sees
    for returned, grads in found:
        grads = {name: np.asarray(grad) for name, grad in grads.items()}
        norms = {name: np.linalg.norm(grad) for name, grad in grads.items()}
        largest = max(norms.values())
        moving = [name for name in grads if norms[name] > 1e-15 * largest]
        nearly = [name for name in grads if 0 < norms[name] <= 1e-15 * largest]  # zero but for rounding
        groups = [moving[n::8] for n in range(8)] + [nearly, [name for name in grads if not norms[name]]]
        for group in filter(None, groups):
            floor = small if largest < 1e-9 * small else 1e-4 * largest if group[0] in nearly else 0.0
            together = error({name: grads[name] for name in group}, floor)
            for name in group:  # one by one where they are not right together
                alone = together if together < 1e-11 or len(group) == 1 else error({name: grads[name]}, floor)
                errors[name] = np.maximum(errors.get(name, 0.0), alone)
        for name in ("W1", "b1", "W2", "b2", "W3", "b3", "W4", "b4"):
            if name not in grads:
                errors[name] = math.inf
        errors["cost"] = np.maximum(errors.get("cost", 0.0), abs(returned - at) / max(1.0, abs(at)))
    return errors


def main():
    """Print the table of errors; 1 where a derivative is wrong, else 0."""
    errors = self_check()
    print(f"{'derivative':12} {'error':>8}   against a complex step")
    for name, error in errors.items():
        print(f"{name:12} {error:8.1e}   {'ok' if error < 1e-10 else 'WRONG'}")
    return 0 if all(error < 1e-10 for error in errors.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
