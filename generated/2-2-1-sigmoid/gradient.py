# made by: backproof derive 2-2-1 --output sigmoid --cost half-sse
"""2-2-1, sigmoid, half-sse: its cost and their derivatives in NumPy.

Records are the rows of X, Y; the cost and its derivatives are means over them.
The comments give every line for one record, as it was derived.
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
    "n0": 2,
    "n1": 2,
    "n2": 1,
}
PARAMETERS = ("W1", "b1", "W2", "b2")
SHAPES = {
    "W1": ("n1", "n0"),
    "b1": ("n1",),
    "W2": ("n2", "n1"),
    "b2": ("n2",),
    "X": ("N", "n0"),
    "Y": ("N", "n2"),
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


def sigmoid(z):
    """sigmoid(z) = 1/(1 + exp(-z))."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def init(seed=0, dtype=np.float64, **sizes):
    """Random parameters: weights scaled by the square root of their last axis, biases zero."""
    sizes = widths(sizes)
    n0 = sizes["n0"]
    n1 = sizes["n1"]
    n2 = sizes["n2"]
    rng = np.random.default_rng(seed)
    return {
        "W1": (rng.standard_normal((n1, n0)) / math.sqrt(n0)).astype(dtype),
        "b1": np.zeros((n1,), dtype),
        "W2": (rng.standard_normal((n2, n1)) / math.sqrt(n1)).astype(dtype),
        "b2": np.zeros((n2,), dtype),
    }


def forward(params, X):
    """The outputs A2."""
    check(params, {"X": X})
    W1, b1, W2, b2 = (params[name] for name in PARAMETERS)
    Z1 = X @ W1.T + b1  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
    A1 = sigmoid(Z1)  # a1[j] = sigmoid(z1[j])
    Z2 = A1 @ W2.T + b2  # z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
    A2 = sigmoid(Z2)  # a2[k] = sigmoid(z2[k])
    return A2


def cost(params, X, Y):
    """The mean cost of the records."""
    sizes = check(params, {"X": X, "Y": Y})
    N = sizes["N"]
    W1, b1, W2, b2 = (params[name] for name in PARAMETERS)
    Z1 = X @ W1.T + b1  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
    A1 = sigmoid(Z1)  # a1[j] = sigmoid(z1[j])
    Z2 = A1 @ W2.T + b2  # z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
    A2 = sigmoid(Z2)  # a2[k] = sigmoid(z2[k])
    C = 0.5 * np.sum((A2 - Y)**2) / N  # C = 1/2*sum(k, (a2[k] - y[k])^2), mean over the records
    return C


def gradient(params, X, Y):
    """The cost and its derivatives by name, means over the records."""
    sizes = check(params, {"X": X, "Y": Y})
    N = sizes["N"]
    W1, b1, W2, b2 = (params[name] for name in PARAMETERS)
    Z1 = X @ W1.T + b1  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
    A1 = sigmoid(Z1)  # a1[j] = sigmoid(z1[j])
    Z2 = A1 @ W2.T + b2  # z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
    A2 = sigmoid(Z2)  # a2[k] = sigmoid(z2[k])
    C = 0.5 * np.sum((A2 - Y)**2) / N  # C = 1/2*sum(k, (a2[k] - y[k])^2), mean over the records
    Delta2 = A2 * (1 - A2) * (A2 - Y)  # delta2[k] = a2[k]*(1 - a2[k])*(a2[k] - y[k])
    dW2 = (Delta2.T @ A1) / N  # dC/dW2[k,j] = delta2[k]*a1[j], mean over the records
    db2 = np.sum(Delta2, axis=0) / N  # dC/db2[k] = delta2[k], mean over the records
    Delta1 = (Delta2 @ W2) * A1 * (1 - A1)  # delta1[j] = sum(k, W2[k,j]*delta2[k])*a1[j]*(1 - a1[j])
    dW1 = (Delta1.T @ X) / N  # dC/dW1[j,i] = delta1[j]*x[i], mean over the records
    db1 = np.sum(Delta1, axis=0) / N  # dC/db1[j] = delta1[j], mean over the records
    return C, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def _of_one_record(dtype, sizes):
    """`gradient` of one record alone: vectors in place of matrices of one row."""
    N = sizes["N"]
    n0 = sizes["n0"]
    n1 = sizes["n1"]
    n2 = sizes["n2"]
    z1 = a1 = T3 = np.empty((n1,), dtype)
    z2 = a2 = delta2 = db2 = np.empty((n2,), dtype)
    T1 = np.empty((n2,), dtype)
    T2 = np.empty((n2,), dtype)
    dW2 = np.empty((n2, n1), dtype)
    delta1 = db1 = np.empty((n1,), dtype)
    dW1 = np.empty((n1, n0), dtype)
    half = np.array(0.5, dtype)
    one = np.array(1, dtype)
    delta2_column = delta2[:, None]
    a1_row = a1[None]
    delta1_column = delta1[:, None]
    add = np.add
    multiply = np.multiply
    tanh = np.tanh
    subtract = np.subtract
    expected = sum(((np.dtype(dtype), shape) for shape in [(n1, n0), (n1,), (n2, n1), (n2,), (N, n0), (N, n2)]), ())
    grads = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def compute(W1, b1, W2, b2, x, y, X):
        W1.dot(x, z1)  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
        add(z1, b1, z1)
        multiply(half, z1, a1)  # a1[j] = sigmoid(z1[j])
        tanh(a1, a1)
        multiply(half, a1, a1)
        add(half, a1, a1)
        W2.dot(a1, z2)  # z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
        add(z2, b2, z2)
        multiply(half, z2, a2)  # a2[k] = sigmoid(z2[k])
        tanh(a2, a2)
        multiply(half, a2, a2)
        add(half, a2, a2)
        subtract(a2, y, T1)  # C = 1/2*sum(k, (a2[k] - y[k])^2)
        C = 0.5 * T1.dot(T1)
        subtract(one, a2, T2)  # delta2[k] = a2[k]*(1 - a2[k])*(a2[k] - y[k])
        multiply(a2, T2, delta2)
        multiply(delta2, T1, delta2)
        delta2_column.dot(a1_row, dW2)  # dC/dW2[k,j] = delta2[k]*a1[j]
        delta2.dot(W2, delta1)  # delta1[j] = sum(k, W2[k,j]*delta2[k])*a1[j]*(1 - a1[j])
        # dC/db2[k] = delta2[k]: the same array
        multiply(delta1, a1, delta1)
        subtract(one, a1, T3)
        multiply(delta1, T3, delta1)
        delta1_column.dot(X, dW1)  # dC/dW1[j,i] = delta1[j]*x[i]
        # dC/db1[j] = delta1[j]: the same array
        return C, grads

    def gradient(params, X, Y):
        try:
            W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
            fits = (
                W1.dtype, W1.shape, b1.dtype, b1.shape, W2.dtype, W2.shape, b2.dtype, b2.shape, X.dtype, X.shape,
                Y.dtype, Y.shape,
            ) == expected
        except (AttributeError, IndexError, KeyError, TypeError):
            fits = False
        if not fits:
            check(params, {"X": X, "Y": Y}, sizes, dtype)
        return compute(W1, b1, W2, b2, X[0], Y[0], X)

    def bind(params, X, Y):
        check(params, {"X": X, "Y": Y}, sizes, dtype)
        return functools.partial(compute, params["W1"], params["b1"], params["W2"], params["b2"], X[0], Y[0], X)

    gradient.nbytes = sum(array.nbytes for array in (z1, z2, T1, T2, dW2, delta1, dW1))
    gradient.bind = bind
    return gradient


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
    if batch == 1:
        return _of_one_record(dtype, sizes)
    N = sizes["N"]
    n0 = sizes["n0"]
    n1 = sizes["n1"]
    n2 = sizes["n2"]
    Z1 = A1 = T4 = np.empty((N, n1), dtype)
    Z2 = A2 = T2 = np.empty((N, n2), dtype)
    T1 = Delta2 = np.empty((N, n2), dtype)
    T3 = np.empty((N, n2), dtype)
    dW2 = np.empty((n2, n1), dtype)
    db2 = np.empty((n2,), dtype)
    Delta1 = np.empty((N, n1), dtype)
    dW1 = np.empty((n1, n0), dtype)
    db1 = np.empty((n1,), dtype)
    ones = np.ones(N, dtype)
    half = np.array(0.5, dtype)
    one = np.array(1, dtype)
    count = np.array(N, dtype)
    add = np.add
    multiply = np.multiply
    tanh = np.tanh
    subtract = np.subtract
    square = np.square
    divide = np.divide
    expected = sum(((np.dtype(dtype), shape) for shape in [(n1, n0), (n1,), (n2, n1), (n2,), (N, n0), (N, n2)]), ())
    grads = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def compute(W1, b1, W2, b2, X, Y):
        X.dot(W1.T, Z1)  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
        add(Z1, b1, Z1)
        multiply(half, Z1, A1)  # a1[j] = sigmoid(z1[j])
        tanh(A1, A1)
        multiply(half, A1, A1)
        add(half, A1, A1)
        A1.dot(W2.T, Z2)  # z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
        add(Z2, b2, Z2)
        multiply(half, Z2, A2)  # a2[k] = sigmoid(z2[k])
        tanh(A2, A2)
        multiply(half, A2, A2)
        add(half, A2, A2)
        subtract(one, A2, T1)
        multiply(A2, T1, T1)
        subtract(A2, Y, T2)  # C = 1/2*sum(k, (a2[k] - y[k])^2), mean over the records
        square(T2, T3)
        C = 0.5 * np.add.reduce(T3, axis=None) / N
        multiply(T1, T2, Delta2)  # delta2[k] = a2[k]*(1 - a2[k])*(a2[k] - y[k])
        divide(Delta2, count, Delta2)  # 1/N of the mean, here once: all that follows is linear in it
        Delta2.T.dot(A1, dW2)  # dC/dW2[k,j] = delta2[k]*a1[j], mean over the records
        ones.dot(Delta2, db2)  # dC/db2[k] = delta2[k], mean over the records
        Delta2.dot(W2, Delta1)  # delta1[j] = sum(k, W2[k,j]*delta2[k])*a1[j]*(1 - a1[j])
        multiply(Delta1, A1, Delta1)
        subtract(one, A1, T4)
        multiply(Delta1, T4, Delta1)
        Delta1.T.dot(X, dW1)  # dC/dW1[j,i] = delta1[j]*x[i], mean over the records
        ones.dot(Delta1, db1)  # dC/db1[j] = delta1[j], mean over the records
        return C, grads

    def gradient(params, X, Y):
        try:
            W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
            fits = (
                W1.dtype, W1.shape, b1.dtype, b1.shape, W2.dtype, W2.shape, b2.dtype, b2.shape, X.dtype, X.shape,
                Y.dtype, Y.shape,
            ) == expected
        except (AttributeError, IndexError, KeyError, TypeError):
            fits = False
        if not fits:
            check(params, {"X": X, "Y": Y}, sizes, dtype)
        return compute(W1, b1, W2, b2, X, Y)

    def bind(params, X, Y):
        check(params, {"X": X, "Y": Y}, sizes, dtype)
        return functools.partial(compute, params["W1"], params["b1"], params["W2"], params["b2"], X, Y)

    gradient.nbytes = sum(array.nbytes for array in (Z1, Z2, T1, T3, dW2, db2, Delta1, dW1, db1, ones))
    gradient.bind = bind
    return gradient


def _in_threads(batch, threads, dtype, sizes):
    """`gradient` with the records dealt out to threads, each with arrays of its own; the means are put together."""
    if not isinstance(threads, (int, np.integer)) or threads < 1:
        raise ValueError(f"threads = {threads!r}: the number of threads is a positive whole number")
    ends = [batch * n // threads for n in range(threads + 1)]
    shares = [slice(*ends) for ends in zip(ends, ends[1:]) if ends[0] < ends[1]]
    made = [make_gradient(share.stop - share.start, dtype, **sizes) for share in shares]
    means = ("W1", "b1", "W2", "b2")
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
    found.append(make_gradient(sizes["N"], threads=sizes["N"])(params, *given))  # each record alone

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
        for name in ("W1", "b1", "W2", "b2"):
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
