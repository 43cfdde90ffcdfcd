# made by: backproof derive n0-n1-n2 --hidden relu --notation saito
"""n0-n1-n2, relu, softmax, cross-entropy: its cost and their derivatives in NumPy.

Records are the rows of X, Y; the cost and its derivatives are means over them.
The comments give every line for one record, as it was derived.
It is assumed that sum(k, y[k]) = 1.
To train: `params = init(n0=..., n1=..., n2=...)`, then `train(params, X, Y)`.
Run this file to compare the derivatives with numerical ones.
"""

import functools
import math
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import numpy as np

SIZES = {}
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
    """All sizes; those that are names are given by keyword. A ValueError of one line otherwise."""
    names = ("n0", "n1", "n2")
    for name, size in given.items():
        if name not in names and SIZES.get(name) != size:
            raise ValueError(f"{name} = {size!r}: the sizes to give are {', '.join(names)}")
        if not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"{name} = {size!r}: a size is a positive whole number")
    for name in names:
        if name not in given:
            raise ValueError(f"the size {name} is missing: give {', '.join(f'{n}=...' for n in names)}")
    return {**SIZES, **given}


def relu(z):
    """relu(z) = max(z, 0)."""
    return np.maximum(z, 0)


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
    A1 = relu(Z1)  # a1[j] = relu(z1[j])
    Z2 = A1 @ W2.T + b2  # z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
    max2 = np.max(Z2, axis=1)  # max2 = the largest z2[m] over m
    exp2 = np.exp(Z2 - max2[:, None])  # exp2[m] = exp(z2[m] - max2)
    sum2 = np.sum(exp2, axis=1)  # sum2 = sum(m, exp2[m])
    A2 = exp2 / sum2[:, None]  # a2[k] = exp(z2[k])/sum(m, exp(z2[m]))
    return A2


def cost(params, X, Y):
    """The mean cost of the records."""
    sizes = check(params, {"X": X, "Y": Y})
    N = sizes["N"]
    W1, b1, W2, b2 = (params[name] for name in PARAMETERS)
    Z1 = X @ W1.T + b1  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
    A1 = relu(Z1)  # a1[j] = relu(z1[j])
    Z2 = A1 @ W2.T + b2  # z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
    max2 = np.max(Z2, axis=1)  # max2 = the largest z2[m] over m
    exp2 = np.exp(Z2 - max2[:, None])  # exp2[m] = exp(z2[m] - max2)
    sum2 = np.sum(exp2, axis=1)  # sum2 = sum(m, exp2[m])
    # C = -sum(k, y[k]*log(a2[k])), mean over the records
    C = -np.sum(Y * (Z2 - max2[:, None] - np.log(sum2)[:, None])) / N
    return C


def gradient(params, X, Y):
    """The cost and its derivatives by name, means over the records."""
    sizes = check(params, {"X": X, "Y": Y})
    N = sizes["N"]
    W1, b1, W2, b2 = (params[name] for name in PARAMETERS)
    Z1 = X @ W1.T + b1  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
    A1 = relu(Z1)  # a1[j] = relu(z1[j])
    Z2 = A1 @ W2.T + b2  # z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
    max2 = np.max(Z2, axis=1)  # max2 = the largest z2[m] over m
    exp2 = np.exp(Z2 - max2[:, None])  # exp2[m] = exp(z2[m] - max2)
    sum2 = np.sum(exp2, axis=1)  # sum2 = sum(m, exp2[m])
    A2 = exp2 / sum2[:, None]  # a2[k] = exp(z2[k])/sum(m, exp(z2[m]))
    # C = -sum(k, y[k]*log(a2[k])), mean over the records
    C = -np.sum(Y * (Z2 - max2[:, None] - np.log(sum2)[:, None])) / N
    Delta2 = A2 - Y  # delta2[k] = a2[k] - y[k]
    dW2 = (Delta2.T @ A1) / N  # dC/dW2[k,j] = delta2[k]*a1[j], mean over the records
    db2 = np.sum(Delta2, axis=0) / N  # dC/db2[k] = delta2[k], mean over the records
    Delta1 = (Delta2 @ W2) * (Z1 > 0)  # delta1[j] = sum(k, W2[k,j]*delta2[k])*step(z1[j])
    dW1 = (Delta1.T @ X) / N  # dC/dW1[j,i] = delta1[j]*x[i], mean over the records
    db1 = np.sum(Delta1, axis=0) / N  # dC/db1[j] = delta1[j], mean over the records
    return C, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


CACHE = 2**19
"""Arrays of more bytes together are worked on in blocks of rows."""


def _rows_at_once(records, row):
    """How many rows, which take `row` bytes in all arrays together, stay in the cache: an even part of all."""
    blocks = -(-records // max(1, CACHE // row))
    return -(-records // blocks)


def _by_rows(records, *arrays):
    """The same rows of all arrays, block by block: a slice, and a view of each; of a shorter array its beginning."""
    memories = {}
    for array in arrays:
        memories[array.ctypes.data] = max(memories.get(array.ctypes.data, 0), array[0].nbytes)
    step = min(_rows_at_once(records, sum(memories.values())), *map(len, arrays))
    blocks = [slice(start, min(start + step, records)) for start in range(0, records, step)]
    return [(rows, *(a[rows] if len(a) == records else a[: rows.stop - rows.start] for a in arrays)) for rows in blocks]


def _rows_together(records, width, room):
    """How many rows of so many numbers to take as one; one alone where that does not come out even, or in the room."""
    least = -(-np.getbufsize() // width)
    most = min(4 * least, records // 4, room // width)
    return next((rows for rows in range(least, most + 1) if records % rows == 0), 1)


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
    Z1 = A1 = T3 = np.empty((N, n1), dtype)
    max2 = sum2 = T2 = np.empty((_rows_at_once(N, 4 * np.dtype(dtype).itemsize),), dtype)
    exp2 = np.empty((_rows_at_once(N, 4 * n2 * np.dtype(dtype).itemsize), n2), dtype)
    A2 = Delta2 = np.empty((N, n2), dtype)
    dW2 = np.empty((n2, n1), dtype)
    db2 = np.empty((n2,), dtype)
    Delta1 = np.empty((N, n1), dtype)
    dW1 = np.empty((n1, n0), dtype)
    db1 = np.empty((n1,), dtype)
    Z2_memory = _scratch(dW1, N * n2)
    Z2 = T1 = Z2_memory.reshape(N, n2)
    ones = np.ones(N, dtype)
    zero = np.array(0, dtype)
    count = np.array(N, dtype)
    max2_column = max2[:, None]
    sum2_column = sum2[:, None]
    T2_column = T2[:, None]
    together1 = _rows_together(N, n1, dW1.size // 2)
    tiles1 = _scratch(dW1, 2 * together1 * n1)
    b1_wide, zeros1 = tiles1.reshape(2, -1)
    b1_rows = b1_wide.reshape(together1, n1)
    blocks1 = _by_rows(N // together1, Z1.reshape(-1, together1 * n1), A1.reshape(-1, together1 * n1))
    blocks2 = _by_rows(N, Z2, max2, max2_column, T1, exp2, sum2, sum2_column, A2, T2, T2_column)
    blocks3 = _by_rows(N, A2, Delta2)
    blocks4 = _by_rows(N, A1, T3, Delta1)
    expected = sum(((np.dtype(dtype), shape) for shape in [(n1, n0), (n1,), (n2, n1), (n2,), (N, n0), (N, n2)]), ())
    grads = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def compute(W1, b1, W2, b2, X, Y):
        X.dot(W1.T, out=Z1)  # z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
        np.copyto(b1_rows, b1)
        zeros1.fill(0)
        for _, z1, a1 in blocks1:
            np.add(z1, b1_wide, out=z1)
            np.maximum(z1, zeros1, out=a1)  # a1[j] = relu(z1[j])
        A1.dot(W2.T, out=Z2)  # z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
        for (
            rows, z2, max2_rows, max2_column_rows, t1, exp2_rows, sum2_rows, sum2_column_rows, a2, t2, t2_column,
        ) in blocks2:
            np.add(z2, b2, out=z2)
            np.maximum.reduce(z2, axis=1, out=max2_rows)  # max2 = the largest z2[m] over m
            np.subtract(z2, max2_column_rows, out=t1)  # exp2[m] = exp(z2[m] - max2)
            np.exp(t1, out=exp2_rows)
            np.add.reduce(exp2_rows, axis=1, out=sum2_rows)  # sum2 = sum(m, exp2[m])
            np.divide(exp2_rows, sum2_column_rows, out=a2)  # a2[k] = exp(z2[k])/sum(m, exp(z2[m]))
            np.log(sum2_rows, out=t2)  # C = -sum(k, y[k]*log(a2[k])), mean over the records
            np.subtract(t1, t2_column, out=t1)
            np.multiply(Y[rows], t1, out=t1)
        C = -np.add.reduce(T1, axis=None) / N
        for rows, a2, delta2 in blocks3:
            np.subtract(a2, Y[rows], out=delta2)  # delta2[k] = a2[k] - y[k]
            np.divide(delta2, count, out=delta2)  # 1/N of the mean, here once: all that follows is linear in it
        Delta2.T.dot(A1, out=dW2)  # dC/dW2[k,j] = delta2[k]*a1[j], mean over the records
        ones.dot(Delta2, out=db2)  # dC/db2[k] = delta2[k], mean over the records
        Delta2.dot(W2, out=Delta1)  # delta1[j] = sum(k, W2[k,j]*delta2[k])*step(z1[j])
        for _, a1, t3, delta1 in blocks4:
            np.greater(a1, zero, out=t3)
            np.multiply(delta1, t3, out=delta1)
        Delta1.T.dot(X, out=dW1)  # dC/dW1[j,i] = delta1[j]*x[i], mean over the records
        ones.dot(Delta1, out=db1)  # dC/db1[j] = delta1[j], mean over the records
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

    gradient.nbytes = sum(array.nbytes for array in (Z1, max2, exp2, A2, dW2, db2, Delta1, dW1, db1, ones))
    gradient.nbytes += sum(array.nbytes for array in [tiles1, Z2_memory] if array.base is None)
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
    own = {axis: sizes[axis] for axis in ("n0", "n1", "n2")}
    made = {
        size: make_gradient(size, params["W1"].dtype, threads, **own)
        for size in {batch, N % (batch or 1) or batch}
    }
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
    sizes = {**SIZES, "n0": 2, "n1": 3, "n2": 4, "N": 3}
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
    make = make_gradient(sizes["N"], **{n: sizes[n] for n in ("n0", "n1", "n2")})
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
