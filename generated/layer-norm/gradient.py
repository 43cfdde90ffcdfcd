# made by: backproof derive examples/models/layer_norm.eq
"""A network: its outputs and their derivatives in NumPy.

Records are the rows of X, dH; derivatives by parameters are sums over them.
The comments give every line for one record, as it was derived.
Run this file to compare the derivatives with numerical ones.
"""

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


def make_backward(batch, dtype=np.float64, **sizes):
    """`backward` with every array allocated once: what it returns is overwritten by its next call."""
    if not isinstance(batch, (int, np.integer)) or batch < 1:
        raise ValueError(f"batch = {batch!r}: the number of records is a positive whole number")
    sizes = {**widths(sizes), "N": batch}
    N = sizes["N"]
    n_j = sizes["n_j"]
    M = np.empty((N,), dtype)
    V = np.empty((N,), dtype)
    U = np.empty((N, n_j), dtype)
    dgain = np.empty((n_j,), dtype)
    dshift = np.empty((n_j,), dtype)
    T1 = np.empty((N, n_j), dtype)
    T2 = np.empty((N,), dtype)
    T3 = np.empty((n_j, N), dtype)
    grads = {"gain": dgain, "shift": dshift}

    def backward(params, X, eps, dH):
        check(params, {"X": X, "eps": eps, "dH": dH}, sizes, dtype)
        eps = float(eps)
        np.sum(X, axis=1, out=M)  # m = sum(j, x[j])/n_j
        np.divide(M, n_j, out=M)
        np.subtract(X, M[:, None], out=T1)  # v = sum(j, (x[j] - m)^2)/n_j
        np.square(T1, out=T1)
        np.sum(T1, axis=1, out=V)
        np.divide(V, n_j, out=V)
        np.subtract(X, M[:, None], out=U)  # u[j] = (x[j] - m)/sqrt(eps + v)
        np.add(eps, V, out=T2)
        np.sqrt(T2, out=T2)
        np.divide(U, T2[:, None], out=U)
        np.multiply(U.T, dH.T, out=T3)  # dC/dgain[j] = dC/dh[j]*u[j], sum over the records
        np.sum(T3, axis=1, out=dgain)
        np.sum(dH, axis=0, out=dshift)  # dC/dshift[j] = dC/dh[j], sum over the records
        return grads

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
        least, worst = min(norms.values()), 0.0
        for _ in range(3):
            along = {n: (least / norms[n] if norms[n] else 1) * rng.standard_normal(grads[n].shape) for n in grads}
            wanted = slope(lambda t: value({name: arrays[name] + t * along[name] for name in grads}))
            size = max(least, floor, abs(wanted) / math.sqrt(len(grads))) or 1.0
            worst = np.maximum(worst, abs(sum(np.sum(grads[n] * along[n]) for n in grads) - wanted) / size)
        return worst

    errors = {}
    for grads in found:
        grads = {name: np.asarray(grad) for name, grad in grads.items()}
        norms = {name: np.linalg.norm(grad) for name, grad in grads.items()}
        largest = max(norms.values())
        moving = [name for name in grads if norms[name] > 1e-15 * largest]
        nearly = [name for name in grads if 0 < norms[name] <= 1e-15 * largest]  # zero but for rounding
        groups = [moving[n::8] for n in range(8)] + [nearly, [name for name in grads if not norms[name]]]
        for group in filter(None, groups):
            floor = 1e-4 * largest if group[0] in nearly else 0.0
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
