# made by: backproof derive n0-...-nL
"""n0-...-nL, sigmoid, softmax, cross-entropy: its cost and their derivatives in NumPy.

The parameters of L layers are a dictionary of W1, b1, ..., WL, bL; L is found from the names.
Records are the rows of X, Y; the cost and its derivatives are means over them.
The comments give every line for one record, as it was derived.
It is assumed that sum(k, y[k]) = 1.
To train: `params = init([4, 3, 5])` with your widths, then `train(params, X, Y)`.
Run this file to compare the derivatives with numerical ones.
"""

import functools
import math
import sys

import numpy as np


def layers(params):
    """The number of layers L: the parameters are W1, b1, ..., WL, bL. A ValueError of one line otherwise."""
    if not isinstance(params, dict) or "W1" not in params:
        raise ValueError("params is a dictionary of W1, b1, ..., WL, bL")
    L = 1
    while f"W{L + 1}" in params:
        L += 1
    for name in parameters(L):
        if name not in params:
            raise ValueError(f"params has W{L} and no {name}: it is a dictionary of W1, b1, ..., WL, bL")
    for name in params:
        if name not in parameters(L):
            raise ValueError(f"params has {name!r} beside its {L} layers: it is a dictionary of W1, b1, ..., WL, bL")
    return L


def parameters(L, stems=("W", "b")):
    """The names of the parameters of L layers."""
    return [f"{stem}{l}" for l in range(1, L + 1) for stem in stems]


def shapes(L):
    """The axes of every array of a network of L layers, by its name."""
    axes = {"X": ("N", "n0"), "Y": ("N", f"n{L}")}
    for l in range(1, L + 1):
        axes[f"W{l}"] = (f"n{l}", f"n{l - 1}")
        axes[f"b{l}"] = (f"n{l}",)
    return axes


def check(params, data, sizes=(), dtype=None):
    """The sizes by name; a ValueError of one line for an array of the wrong shape or type."""
    sizes = dict(sizes)
    L = layers(params)
    if sizes.setdefault("L", L) != L:
        raise ValueError(f"params has {L} layers, expected {sizes['L']}")
    names, axes_of = parameters(L), shapes(L)
    for name, array in {**{name: params[name] for name in names}, **data}.items():
        axes = axes_of[name]
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


def checked_widths(widths):
    """The widths from the input to the output, as in [4, 3, 5]. A ValueError of one line otherwise."""
    if not isinstance(widths, (list, tuple, np.ndarray)) or len(widths) < 2:
        raise ValueError(f"widths = {widths!r}: give those of the input and of every layer, as in [4, 3, 5]")
    for size in widths:
        if not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"widths = {widths!r}: a width is a positive whole number, as in [4, 3, 5]")
    return [int(size) for size in widths]


def sigmoid(z):
    """sigmoid(z) = 1/(1 + exp(-z))."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def init(widths, seed=0, dtype=np.float64):
    """Random parameters for widths such as [4, 3, 5]: weights scaled by the square root of their last axis, biases zero."""
    n = checked_widths(widths)
    rng = np.random.default_rng(seed)
    params = {}
    for l in range(1, len(n)):
        params[f"W{l}"] = (rng.standard_normal((n[l], n[l - 1])) / math.sqrt(n[l - 1])).astype(dtype)
        params[f"b{l}"] = np.zeros((n[l],), dtype)
    return params


def forward(params, X):
    """The outputs A[L]."""
    sizes = check(params, {"X": X})
    L = sizes["L"]
    W = [None, *(params[f"W{l}"] for l in range(1, L + 1))]
    b = [None, *(params[f"b{l}"] for l in range(1, L + 1))]
    Z = [None] * (L + 1)
    A = [X] + [None] * L
    for l in range(1, L + 1):
        Z[l] = A[l - 1] @ W[l].T + b[l]  # z[l][j] = sum(i, W[l][j,i]*a[l-1][i]) + b[l][j]
        if l < L:
            A[l] = sigmoid(Z[l])  # a[l][j] = sigmoid(z[l][j])
    maxL = np.max(Z[L], axis=1)  # maxL = the largest z[L][m] over m
    expL = np.exp(Z[L] - maxL[:, None])  # expL[m] = exp(z[L][m] - maxL)
    sumL = np.sum(expL, axis=1)  # sumL = sum(m, expL[m])
    A[L] = expL / sumL[:, None]  # a[L][k] = exp(z[L][k])/sum(m, exp(z[L][m]))
    return A[L]


def cost(params, X, Y):
    """The mean cost of the records."""
    sizes = check(params, {"X": X, "Y": Y})
    L, N = sizes["L"], sizes["N"]
    W = [None, *(params[f"W{l}"] for l in range(1, L + 1))]
    b = [None, *(params[f"b{l}"] for l in range(1, L + 1))]
    Z = [None] * (L + 1)
    A = [X] + [None] * L
    for l in range(1, L + 1):
        Z[l] = A[l - 1] @ W[l].T + b[l]  # z[l][j] = sum(i, W[l][j,i]*a[l-1][i]) + b[l][j]
        if l < L:
            A[l] = sigmoid(Z[l])  # a[l][j] = sigmoid(z[l][j])
    maxL = np.max(Z[L], axis=1)  # maxL = the largest z[L][m] over m
    expL = np.exp(Z[L] - maxL[:, None])  # expL[m] = exp(z[L][m] - maxL)
    sumL = np.sum(expL, axis=1)  # sumL = sum(m, expL[m])
    # C = -sum(k, y[k]*log(a[L][k])), mean over the records
    C = -np.sum(Y * (Z[L] - maxL[:, None] - np.log(sumL)[:, None])) / N
    return C


def gradient(params, X, Y):
    """The cost and its derivatives by name, means over the records."""
    sizes = check(params, {"X": X, "Y": Y})
    L, N = sizes["L"], sizes["N"]
    W = [None, *(params[f"W{l}"] for l in range(1, L + 1))]
    b = [None, *(params[f"b{l}"] for l in range(1, L + 1))]
    Z = [None] * (L + 1)
    Delta = [None] * (L + 1)
    A = [X] + [None] * L
    grads = dict.fromkeys(parameters(L, ("W", "b")))
    for l in range(1, L + 1):
        Z[l] = A[l - 1] @ W[l].T + b[l]  # z[l][j] = sum(i, W[l][j,i]*a[l-1][i]) + b[l][j]
        if l < L:
            A[l] = sigmoid(Z[l])  # a[l][j] = sigmoid(z[l][j])
    maxL = np.max(Z[L], axis=1)  # maxL = the largest z[L][m] over m
    expL = np.exp(Z[L] - maxL[:, None])  # expL[m] = exp(z[L][m] - maxL)
    sumL = np.sum(expL, axis=1)  # sumL = sum(m, expL[m])
    A[L] = expL / sumL[:, None]  # a[L][k] = exp(z[L][k])/sum(m, exp(z[L][m]))
    # C = -sum(k, y[k]*log(a[L][k])), mean over the records
    C = -np.sum(Y * (Z[L] - maxL[:, None] - np.log(sumL)[:, None])) / N
    Delta[L] = A[L] - Y  # delta[L][k] = a[L][k] - y[k]
    for l in range(L, 0, -1):
        if l < L:
            # delta[l][j] = sum(k, W[l+1][k,j]*delta[l+1][k])*a[l][j]*(1 - a[l][j])
            Delta[l] = (Delta[l + 1] @ W[l + 1]) * A[l] * (1 - A[l])
        grads[f"W{l}"] = (Delta[l].T @ A[l - 1]) / N  # dC/dW[l][j,i] = delta[l][j]*a[l-1][i], mean over the records
        grads[f"b{l}"] = np.sum(Delta[l], axis=0) / N  # dC/db[l][j] = delta[l][j], mean over the records
    return C, grads


def make_gradient(batch, dtype=np.float64, widths=()):
    """`gradient` with every array allocated once: what it returns is overwritten by its next call."""
    if not isinstance(batch, (int, np.integer)) or batch < 1:
        raise ValueError(f"batch = {batch!r}: the number of records is a positive whole number")
    N, n = batch, checked_widths(widths)
    L = len(n) - 1
    sizes = {"N": N, "L": L, **{f"n{l}": size for l, size in enumerate(n)}}
    Z = [None, *(np.empty((N, n[l]), dtype) for l in range(1, L + 1))]
    A = [None, *(np.empty((N, n[l]), dtype) for l in range(1, L + 1))]
    Delta = [None, *(np.empty((N, n[l]), dtype) for l in range(1, L + 1))]
    maxL = np.empty((N,), dtype)
    expL = np.empty((N, n[L]), dtype)
    sumL = np.empty((N,), dtype)
    grads = dict.fromkeys(parameters(L, ("W", "b")))
    for l in range(1, L + 1):
        grads[f"W{l}"] = np.empty((n[l], n[l - 1]), dtype)
        grads[f"b{l}"] = np.empty((n[l],), dtype)
    T1 = np.empty((N, n[L]), dtype)
    T2 = np.empty((N,), dtype)
    T3 = [None, *(np.empty((N, n[l]), dtype) for l in range(1, L))]
    axes_of, arrays = shapes(L), (*parameters(L), "X", "Y")
    expected = [(np.dtype(dtype), tuple(sizes[axis] for axis in axes_of[name])) for name in arrays]

    def gradient(params, X, Y):
        try:
            given = [*(params[name] for name in parameters(L)), X, Y]
            fits = len(params) == len(parameters(L))
            fits = fits and [(array.dtype, array.shape) for array in given] == expected
        except (AttributeError, IndexError, KeyError, TypeError):
            fits = False
        if not fits:
            check(params, {"X": X, "Y": Y}, sizes, dtype)
        W = [None, *(params[f"W{l}"] for l in range(1, L + 1))]
        b = [None, *(params[f"b{l}"] for l in range(1, L + 1))]
        A[0] = X
        for l in range(1, L + 1):
            np.matmul(A[l - 1], W[l].T, out=Z[l])  # z[l][j] = sum(i, W[l][j,i]*a[l-1][i]) + b[l][j]
            np.add(Z[l], b[l], out=Z[l])
            if l < L:
                np.multiply(0.5, Z[l], out=A[l])  # a[l][j] = sigmoid(z[l][j])
                np.tanh(A[l], out=A[l])
                np.multiply(0.5, A[l], out=A[l])
                np.add(0.5, A[l], out=A[l])
        np.max(Z[L], axis=1, out=maxL)  # maxL = the largest z[L][m] over m
        np.subtract(Z[L], maxL[:, None], out=expL)  # expL[m] = exp(z[L][m] - maxL)
        np.exp(expL, out=expL)
        np.sum(expL, axis=1, out=sumL)  # sumL = sum(m, expL[m])
        np.divide(expL, sumL[:, None], out=A[L])  # a[L][k] = exp(z[L][k])/sum(m, exp(z[L][m]))
        np.subtract(Z[L], maxL[:, None], out=T1)  # C = -sum(k, y[k]*log(a[L][k])), mean over the records
        np.log(sumL, out=T2)
        np.subtract(T1, T2[:, None], out=T1)
        np.multiply(Y, T1, out=T1)
        C = -np.sum(T1) / N
        np.subtract(A[L], Y, out=Delta[L])  # delta[L][k] = a[L][k] - y[k]
        np.divide(Delta[L], N, out=Delta[L])  # 1/N of the mean, here once: all that follows is linear in it
        for l in range(L, 0, -1):
            if l < L:
                # delta[l][j] = sum(k, W[l+1][k,j]*delta[l+1][k])*a[l][j]*(1 - a[l][j])
                np.matmul(Delta[l + 1], W[l + 1], out=Delta[l])
                np.multiply(Delta[l], A[l], out=Delta[l])
                np.subtract(1, A[l], out=T3[l])
                np.multiply(Delta[l], T3[l], out=Delta[l])
            # dC/dW[l][j,i] = delta[l][j]*a[l-1][i], mean over the records
            np.matmul(Delta[l].T, A[l - 1], out=grads[f"W{l}"])
            np.sum(Delta[l], axis=0, out=grads[f"b{l}"])  # dC/db[l][j] = delta[l][j], mean over the records
        return C, grads

    gradient.bind = lambda *given: functools.partial(gradient, *given)
    return gradient


def step(params, grads, rate):
    """One step of gradient descent, in place: w -= rate * (derivative by w). Returns `params`."""
    for name in params:
        if name in grads:
            params[name] -= rate * grads[name]
    return params


def _moved(params, update, count, rate, decay):
    """The function of an optimiser: it moves `params` by `update`, with `count` arrays of zeros for each of them."""
    params.update({name: np.asarray(params[name]) for name in params})
    kept = {name: [np.zeros_like(params[name]) for _ in range(count)] for name in params}
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


def train(params, X, Y, optimiser=None, epochs=10, batch=64, seed=0, progress=False):
    """Move `params` in place by shuffled batches of records; the mean cost in each epoch, as a list.

    `optimiser` is made for these parameters, `adam(params)` unless given; `progress` shows a bar by tqdm or rich.
    """
    sizes = check(params, {"X": X, "Y": Y})
    N = sizes["N"]
    optimiser, batch, rng, costs = optimiser or adam(params), min(batch, N), np.random.default_rng(seed), []
    own = {"widths": [sizes[f"n{l}"] for l in range(sizes["L"] + 1)]}
    made = {size: make_gradient(size, params["W1"].dtype, **own) for size in {batch, N % (batch or 1) or batch}}
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


def self_check(L, seed=0):
    """The error of each derivative, relative to its size, along random directions."""
    rng = np.random.default_rng(seed)
    sizes = {"N": 3, **{f"n{l}": 2 + (l + L) % 4 for l in range(L + 1)}}
    arrays = {name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in shapes(L).items()}
    arrays = {name: array / math.sqrt(array.shape[-1] if array.ndim else 1) for name, array in arrays.items()}
    arrays["Y"] = np.exp(arrays["Y"]) / np.exp(arrays["Y"]).sum(axis=-1, keepdims=True)

    def value(changed):
        now = {**arrays, **changed}
        params = {name: now[name] for name in parameters(L)}
        return cost(params, now["X"], now["Y"])

    with np.errstate(all="ignore"):
        if not np.isfinite(value({})):  # a cost of positive numbers only
            arrays = {name: abs(array) for name, array in arrays.items()}
    params = {name: arrays[name] for name in parameters(L)}
    given = [arrays["X"], arrays["Y"]]
    make = make_gradient(sizes["N"], widths=[sizes[f"n{l}"] for l in range(L + 1)])
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
        for name in parameters(L, ("W", "b")):
            if name not in grads:
                errors[name] = math.inf
        errors["cost"] = np.maximum(errors.get("cost", 0.0), abs(returned - at) / max(1.0, abs(at)))
    return errors


def main():
    """Print the table of errors at several depths; 1 where a derivative is wrong, else 0."""
    print(f"{'derivative':12} {'error':>8}   against a complex step")
    worst = 0.0
    for L in (1, 2, 5):
        errors = {}
        for name, error in self_check(L).items():
            stem = name.rstrip("0123456789")
            errors[stem] = np.maximum(errors.get(stem, 0.0), error)
        for stem, error in errors.items():
            said = f"{stem}, L = {L}"
            print(f"{said:12} {error:8.1e}   {'ok' if error < 1e-10 else 'WRONG'}")
            worst = np.maximum(worst, error)
    return 0 if worst < 1e-10 else 1


if __name__ == "__main__":
    sys.exit(main())
