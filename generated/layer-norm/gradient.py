# made by: backproof derive examples/models/layer_norm.eq
"""A network: its outputs and their derivatives in NumPy.

Records are the rows of X, dH; derivatives by parameters are sums over them.
The comments give every line for one record, as it was derived.
Run this file to compare the derivatives with numerical ones.
"""

import functools
import math
import sys

import numpy as np

SIZES = {}
PARAMETERS = ("gain", "shift")
SHAPES = {
    "gain": ("n_j",),
    "shift": ("n_j",),
    "X": ("N", "n_j"),
    "eps": (),
    "dH": ("N", "n_j"),
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
    names = ("n_j",)
    for name, size in given.items():
        if name not in names and SIZES.get(name) != size:
            raise ValueError(f"{name} = {size!r}: the sizes to give are {', '.join(names)}")
        if not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"{name} = {size!r}: a size is a positive whole number")
    for name in names:
        if name not in given:
            raise ValueError(f"the size {name} is missing: give {', '.join(f'{n}=...' for n in names)}")
    return {**SIZES, **given}


def init(seed=0, dtype=np.float64, **sizes):
    """Random parameters: weights scaled by the square root of their last axis, biases zero."""
    sizes = widths(sizes)
    n_j = sizes["n_j"]
    rng = np.random.default_rng(seed)
    return {
        "gain": (rng.standard_normal((n_j,)) / math.sqrt(n_j)).astype(dtype),
        "shift": np.zeros((n_j,), dtype),
    }


def forward(params, X, eps):
    """The outputs H."""
    sizes = check(params, {"X": X, "eps": eps})
    n_j = sizes["n_j"]
    eps = float(eps)
    gain, shift = (params[name] for name in PARAMETERS)
    M = np.sum(X, axis=1) / n_j  # m = sum(j, x[j])/n_j
    V = np.sum((X - M[:, None])**2, axis=1) / n_j  # v = sum(j, (x[j] - m)^2)/n_j
    U = (X - M[:, None]) / np.sqrt(eps + V)[:, None]  # u[j] = (x[j] - m)/sqrt(eps + v)
    H = U * gain + shift  # h[j] = gain[j]*u[j] + shift[j]
    return H


def backward(params, X, eps, dH):
    """The derivatives by name from the derivatives dH by the outputs; for parameters, sums over the records."""
    sizes = check(params, {"X": X, "eps": eps, "dH": dH})
    n_j = sizes["n_j"]
    eps = float(eps)
    M = np.sum(X, axis=1) / n_j  # m = sum(j, x[j])/n_j
    V = np.sum((X - M[:, None])**2, axis=1) / n_j  # v = sum(j, (x[j] - m)^2)/n_j
    U = (X - M[:, None]) / np.sqrt(eps + V)[:, None]  # u[j] = (x[j] - m)/sqrt(eps + v)
    dgain = np.sum(U.T * dH.T, axis=1)  # dC/dgain[j] = dC/dh[j]*u[j], sum over the records
    dshift = np.sum(dH, axis=0)  # dC/dshift[j] = dC/dh[j], sum over the records
    return {"gain": dgain, "shift": dshift}


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


def make_backward(batch, dtype=np.float64, **sizes):
    """`backward` with every array allocated once: what it returns is overwritten by its next call.

    `backward.bind(params, ...)` checks these arrays once and gives a function without arguments that
    computes from what they hold when it is called, and returns the same.
    """
    if not isinstance(batch, (int, np.integer)) or batch < 1:
        raise ValueError(f"batch = {batch!r}: the number of records is a positive whole number")
    sizes = {**widths(sizes), "N": batch}
    N = sizes["N"]
    n_j = sizes["n_j"]
    M = V = T3 = np.empty((_rows_at_once(N, 4 * np.dtype(dtype).itemsize),), dtype)
    T1 = U = np.empty((_rows_at_once(N, 4 * n_j * np.dtype(dtype).itemsize), n_j), dtype)
    T2 = np.empty((_rows_at_once(N, 4 * n_j * np.dtype(dtype).itemsize), n_j), dtype)
    T4 = np.empty((N, n_j), dtype)
    dgain = np.empty((n_j,), dtype)
    dshift = np.empty((n_j,), dtype)
    ones = np.ones(N, dtype)
    M_column = M[:, None]
    T3_column = T3[:, None]
    blocks1 = _by_rows(N, M, M_column, T1, T2, V, T3, T3_column, U, T4)
    expected = sum(((np.dtype(dtype), shape) for shape in [(n_j,), (n_j,), (N, n_j), (N, n_j)]), ())
    grads = {"gain": dgain, "shift": dshift}

    def compute(gain, shift, X, eps, dH):
        for rows, m, m_column, t1, t2, v, t3, t3_column, u, t4 in blocks1:
            np.add.reduce(X[rows], axis=1, out=m)  # m = sum(j, x[j])/n_j
            np.divide(m, n_j, out=m)
            np.subtract(X[rows], m_column, out=t1)  # v = sum(j, (x[j] - m)^2)/n_j
            np.square(t1, out=t2)
            np.add.reduce(t2, axis=1, out=v)
            np.divide(v, n_j, out=v)
            np.add(eps, v, out=t3)  # u[j] = (x[j] - m)/sqrt(eps + v)
            np.sqrt(t3, out=t3)
            np.divide(t1, t3_column, out=u)
            np.multiply(u, dH[rows], out=t4)
        ones.dot(T4, out=dgain)  # dC/dgain[j] = dC/dh[j]*u[j], sum over the records
        ones.dot(dH, out=dshift)  # dC/dshift[j] = dC/dh[j], sum over the records
        return grads

    def backward(params, X, eps, dH):
        try:
            gain, shift = params["gain"], params["shift"]
            fits = type(eps) is float and (
                gain.dtype, gain.shape, shift.dtype, shift.shape, X.dtype, X.shape, dH.dtype, dH.shape,
            ) == expected
        except (AttributeError, IndexError, KeyError, TypeError):
            fits = False
        if not fits:
            check(params, {"X": X, "eps": eps, "dH": dH}, sizes, dtype)
        eps = float(eps)
        return compute(gain, shift, X, eps, dH)

    def bind(params, X, eps, dH):
        check(params, {"X": X, "eps": eps, "dH": dH}, sizes, dtype)
        return functools.partial(compute, params["gain"], params["shift"], X, float(eps), dH)

    backward.nbytes = sum(array.nbytes for array in (M, T1, T2, T4, dgain, dshift, ones))
    backward.bind = bind
    return backward


def step(params, grads, rate):
    """One step of gradient descent, in place: w -= rate * (derivative by w). Returns `params`."""
    for name in PARAMETERS:
        if name in grads:
            params[name] -= rate * grads[name]
    return params


def slope(function):
    """The derivative of `function` at 0, by a complex step."""
    return function(1e-20j).imag / 1e-20


def self_check(seed=0):
    """The error of each derivative, relative to its size, along random directions."""
    rng = np.random.default_rng(seed)
    sizes = {**SIZES, "n_j": 2, "N": 3}
    arrays = {name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in SHAPES.items()}
    arrays = {name: array / math.sqrt(array.shape[-1] if array.ndim else 1) for name, array in arrays.items()}
    arrays["eps"] = np.exp(arrays["eps"])

    def value(changed):
        now = {**arrays, **changed}
        params = {name: now[name] for name in PARAMETERS}
        return np.sum(now["dH"] * forward(params, now["X"], now["eps"]))

    with np.errstate(all="ignore"):
        if not np.isfinite(value({})):  # a cost of positive numbers only
            arrays = {name: abs(array) for name, array in arrays.items()}
    params = {name: arrays[name] for name in PARAMETERS}
    given = [arrays["X"], arrays["eps"], arrays["dH"]]
    make = make_backward(sizes["N"], **{n: sizes[n] for n in ("n_j",)})
    found = [backward(params, *given), make(params, *given)]

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
    for grads in found:
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
        for name in ("gain", "shift"):
            if name not in grads:
                errors[name] = math.inf
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
