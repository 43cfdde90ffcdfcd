# made by: backproof derive examples/gelu.eq --wrt x,W,b
"""A network: its outputs and their derivatives in NumPy.

The comments give every line as it was derived.
Run this file to compare the derivatives with numerical ones.
"""

import functools
import math
import sys

import numpy as np

SIZES = {}
PARAMETERS = ("W", "b")
SHAPES = {
    "W": ("n_j", "n_i"),
    "b": ("n_j",),
    "x": ("n_i",),
    "dh": ("n_j",),
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
    names = ("n_i", "n_j")
    for name, size in given.items():
        if name not in names and SIZES.get(name) != size:
            raise ValueError(f"{name} = {size!r}: the sizes to give are {', '.join(names)}")
        if not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"{name} = {size!r}: a size is a positive whole number")
    for name in names:
        if name not in given:
            raise ValueError(f"the size {name} is missing: give {', '.join(f'{n}=...' for n in names)}")
    return {**SIZES, **given}


def normal_by_erfc(z):
    """The normal distribution (1 + erf(z/sqrt(2)))/2, entry by entry, small values with all their digits."""
    z = np.asarray(z)
    return np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2)).astype(z.dtype) / 2


def gelu(z):
    """gelu(z) = 1/2*z*(1 + erf(z/sqrt(2)))."""
    return z * normal_by_erfc(z)


def gelu_slope(z):
    """The derivative of gelu."""
    return 0.5 * math.sqrt(2) * z * np.exp(-0.5 * z**2) / math.sqrt(math.pi) + normal_by_erfc(z)


def init(seed=0, dtype=np.float64, **sizes):
    """Random parameters: weights scaled by the square root of their last axis, biases zero."""
    sizes = widths(sizes)
    n_i = sizes["n_i"]
    n_j = sizes["n_j"]
    rng = np.random.default_rng(seed)
    return {
        "W": (rng.standard_normal((n_j, n_i)) / math.sqrt(n_i)).astype(dtype),
        "b": np.zeros((n_j,), dtype),
    }


def forward(params, x):
    """The outputs h."""
    check(params, {"x": x})
    W, b = (params[name] for name in PARAMETERS)
    z = W @ x + b  # z[j] = sum(i, W[j,i]*x[i]) + b[j]
    h = gelu(z)  # h[j] = gelu(z[j])
    return h


def backward(params, x, dh):
    """The derivatives by name from the derivatives dh by the outputs."""
    check(params, {"x": x, "dh": dh})
    W, b = (params[name] for name in PARAMETERS)
    z = W @ x + b  # z[j] = sum(i, W[j,i]*x[i]) + b[j]
    delta = dh * gelu_slope(z)  # delta[j] = dC/dh[j]*gelu'(z[j])
    dx = W.T @ delta  # dC/dx[i] = sum(j, W[j,i]*delta[j])
    dW = delta[:, None] * x  # dC/dW[j,i] = delta[j]*x[i]
    db = delta  # dC/db[j] = delta[j]
    return {"W": dW, "b": db.copy(), "x": dx}


_NORMAL = {
    4: (-173.159443, 167.8491981, -20.35799969, 8.627420773, 1.145451147, 0.4044326213),
    8: (68373423.58576044, -211759253.51122755, 297543438.9584882, -249034762.56090558, 136893372.9428839,
        -51406911.61229199, 13383165.947797164, -2464539.475353431, 342398.8286120986, -35462.19282913766,
        1228.7301346744132, -259.6054392554654, 47.431253252051704, 59.83517946299597, 31.715371214916352,
        12.916677399629101, 4.488080460392409, 1.396298230503748, 0.3989422790766166),
}
"""Polynomials P by the bytes of a number: (1 + erf(x/sqrt(2)))/2 is |(x > 0) - P(t) t exp(-x^2/2)|, t = 1/(3.5 + |x|)."""


def _scratch(array, count):
    """The memory of an array that nothing was written to yet, where it is enough, for so many numbers."""
    return array.reshape(-1)[:count] if array.size >= count else np.empty(count, array.dtype)


def make_backward(dtype=np.float64, **sizes):
    """`backward` with every array allocated once: what it returns is overwritten by its next call.

    `backward.bind(params, ...)` checks these arrays once and gives a function without arguments that
    computes from what they hold when it is called, and returns the same.
    """
    sizes = widths(sizes)
    n_i = sizes["n_i"]
    n_j = sizes["n_j"]
    delta = db = np.empty((n_j,), dtype)
    T1 = np.empty((n_j,), dtype)
    T2 = np.empty((n_j,), dtype)
    T3 = np.empty((n_j,), dtype)
    dx = np.empty((n_i,), dtype)
    dW = np.empty((n_j, n_i), dtype)
    z_memory = _scratch(dW, n_j)
    z = T4 = z_memory.reshape(n_j)
    normal_first = _NORMAL[4 if np.dtype(dtype).itemsize == 4 else 8][0]
    normal_terms = _NORMAL[4 if np.dtype(dtype).itemsize == 4 else 8][1:]
    one = np.array(1, dtype)
    zero = np.array(0, dtype)
    delta_column = delta[:, None]
    expected = sum(((np.dtype(dtype), shape) for shape in [(n_j, n_i), (n_j,), (n_i,), (n_j,)]), ())
    grads = {"W": dW, "b": db, "x": dx}

    def compute(W, b, x, dh):
        W.dot(x, out=z)  # z[j] = sum(i, W[j,i]*x[i]) + b[j]
        np.add(z, b, out=z)
        np.multiply(0.5 * math.sqrt(2) / math.sqrt(math.pi), z, out=delta)  # delta[j] = dC/dh[j]*gelu'(z[j])
        np.square(z, out=T1)
        np.multiply(-0.5, T1, out=T1)
        np.exp(T1, out=T1)
        np.multiply(delta, T1, out=delta)
        np.abs(z, out=T2)
        np.add(3.5, T2, out=T2)
        np.divide(one, T2, out=T2)
        np.multiply(T2, normal_first, out=T3)
        for _term in normal_terms:
            np.add(T3, _term, out=T3)
            np.multiply(T3, T2, out=T3)
        np.multiply(T3, T1, out=T3)
        np.greater(z, zero, out=T4)
        np.subtract(T4, T3, out=T4)
        np.abs(T4, out=T4)
        np.add(delta, T4, out=delta)
        np.multiply(dh, delta, out=delta)
        delta.dot(W, out=dx)  # dC/dx[i] = sum(j, W[j,i]*delta[j])
        delta_column.dot(x[None], out=dW)  # dC/dW[j,i] = delta[j]*x[i]
        # dC/db[j] = delta[j]: the same array
        return grads

    def backward(params, x, dh):
        try:
            W, b = params["W"], params["b"]
            fits = (W.dtype, W.shape, b.dtype, b.shape, x.dtype, x.shape, dh.dtype, dh.shape) == expected
        except (AttributeError, IndexError, KeyError, TypeError):
            fits = False
        if not fits:
            check(params, {"x": x, "dh": dh}, sizes, dtype)
        return compute(W, b, x, dh)

    def bind(params, x, dh):
        check(params, {"x": x, "dh": dh}, sizes, dtype)
        return functools.partial(compute, params["W"], params["b"], x, dh)

    backward.nbytes = sum(array.nbytes for array in (delta, T1, T2, T3, dx, dW))
    backward.nbytes += sum(array.nbytes for array in [z_memory] if array.base is None)
    backward.bind = bind
    return backward


def step(params, grads, rate):
    """One step of gradient descent, in place: w -= rate * (derivative by w). Returns `params`."""
    for name in PARAMETERS:
        if name in grads:
            params[name] -= rate * grads[name]
    return params


def slope(function):
    """The derivative of `function` at 0, by central differences of two widths; None where they disagree, at a kink."""
    wide, narrow = ((function(h) - function(-h)) / (2 * h) for h in (2e-4, 1e-4))
    if not abs(wide - narrow) <= 1e-5 * max(abs(wide), abs(narrow)) + 1e-9:
        return None
    return narrow + (narrow - wide) / 3


def self_check(seed=0):
    """The error of each derivative, relative to its size, along random directions."""
    rng = np.random.default_rng(seed)
    sizes = {**SIZES, "n_i": 2, "n_j": 3}
    arrays = {name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in SHAPES.items()}
    arrays = {name: array / math.sqrt(array.shape[-1] if array.ndim else 1) for name, array in arrays.items()}
    arrays = {name: np.where(abs(array) < 2e-3, 2e-3, array) for name, array in arrays.items()}  # no kink at 0

    def value(changed):
        now = {**arrays, **changed}
        params = {name: now[name] for name in PARAMETERS}
        return np.sum(now["dh"] * forward(params, now["x"]))

    with np.errstate(all="ignore"):
        if not np.isfinite(value({})):  # a cost of positive numbers only
            arrays = {name: abs(array) for name, array in arrays.items()}
    params = {name: arrays[name] for name in PARAMETERS}
    given = [arrays["x"], arrays["dh"]]
    make = make_backward(**{n: sizes[n] for n in ("n_i", "n_j")})
    found = [backward(params, *given), make(params, *given)]

    def error(grads, floor):
        """The error of some derivatives along random directions, in which they count alike."""
        norms = {name: np.linalg.norm(grad) for name, grad in grads.items()}
        least, seen = min(norms.values()), []
        for _ in range(12):
            along = {n: (least / norms[n] if norms[n] else 1) * rng.standard_normal(grads[n].shape) for n in grads}
            wanted = slope(lambda t: value({name: arrays[name] + t * along[name] for name in grads}))
            if wanted is None:  # a direction that leads over a kink is drawn again
                continue
            size = max(least, floor, abs(wanted) / math.sqrt(len(grads))) or 1.0
            seen.append(abs(sum(np.sum(grads[n] * along[n]) for n in grads) - wanted) / size)
            if len(seen) == 3:
                break
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
                alone = together if together < 1e-8 or len(group) == 1 else error({name: grads[name]}, floor)
                errors[name] = np.maximum(errors.get(name, 0.0), alone)
        for name in ("W", "b", "x"):
            if name not in grads:
                errors[name] = math.inf
    return errors


def main():
    """Print the table of errors; 1 where a derivative is wrong, else 0."""
    errors = self_check()
    print(f"{'derivative':12} {'error':>8}   against central differences")
    for name, error in errors.items():
        print(f"{name:12} {error:8.1e}   {'ok' if error < 1e-7 else 'WRONG'}")
    return 0 if all(error < 1e-7 for error in errors.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
