# made by: backproof derive examples/models/attention.eq
"""A network: its outputs and their derivatives in NumPy.

Records are the rows of X, dO; derivatives by parameters are sums over them.
The comments give every line for one record, as it was derived.
Run this file to compare the derivatives with numerical ones.
"""

import functools
import math
import sys

import numpy as np

SIZES = {}
PARAMETERS = ("Wq", "Wk", "Wv")
SHAPES = {
    "Wq": ("n_c", "n_d"),
    "Wk": ("n_c", "n_d"),
    "Wv": ("n_c", "n_e"),
    "X": ("N", "n_t", "n_c"),
    "dO": ("N", "n_t", "n_e"),
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
    names = ("n_c", "n_d", "n_e", "n_t")
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
    n_c = sizes["n_c"]
    n_d = sizes["n_d"]
    n_e = sizes["n_e"]
    rng = np.random.default_rng(seed)
    return {
        "Wq": (rng.standard_normal((n_c, n_d)) / math.sqrt(n_d)).astype(dtype),
        "Wk": (rng.standard_normal((n_c, n_d)) / math.sqrt(n_d)).astype(dtype),
        "Wv": (rng.standard_normal((n_c, n_e)) / math.sqrt(n_e)).astype(dtype),
    }


def forward(params, X):
    """The outputs O."""
    sizes = check(params, {"X": X})
    n_d = sizes["n_d"]
    Wq, Wk, Wv = (params[name] for name in PARAMETERS)
    Q = X @ Wq  # q[t,d] = sum(c, Wq[c,d]*x[t,c])
    K = X @ Wk  # k[t,d] = sum(c, Wk[c,d]*x[t,c])
    V = X @ Wv  # v[t,e] = sum(c, Wv[c,e]*x[t,c])
    S = (Q @ np.swapaxes(K, -1, -2)) / n_d**0.5  # s[t,u] = sum(d, k[u,d]*q[t,d])/sqrt(n_d)
    max_a = np.max(S, axis=2)  # max_a[t] = the largest s[t,m] over m
    exp_a = np.exp(S - max_a[:, :, None])  # exp_a[t,m] = exp(s[t,m] - max_a[t])
    sum_a = np.sum(exp_a, axis=2)  # sum_a[t] = sum(m, exp_a[t,m])
    A = exp_a / sum_a[:, :, None]  # a[t,u] = exp(s[t,u])/sum(m, exp(s[t,m]))
    O = A @ V  # o[t,e] = sum(u, a[t,u]*v[u,e])
    return O


def backward(params, X, dO):
    """The derivatives by name from the derivatives dO by the outputs; for parameters, sums over the records."""
    sizes = check(params, {"X": X, "dO": dO})
    n_d = sizes["n_d"]
    Wq, Wk, Wv = (params[name] for name in PARAMETERS)
    Q = X @ Wq  # q[t,d] = sum(c, Wq[c,d]*x[t,c])
    K = X @ Wk  # k[t,d] = sum(c, Wk[c,d]*x[t,c])
    V = X @ Wv  # v[t,e] = sum(c, Wv[c,e]*x[t,c])
    S = (Q @ np.swapaxes(K, -1, -2)) / n_d**0.5  # s[t,u] = sum(d, k[u,d]*q[t,d])/sqrt(n_d)
    max_a = np.max(S, axis=2)  # max_a[t] = the largest s[t,m] over m
    exp_a = np.exp(S - max_a[:, :, None])  # exp_a[t,m] = exp(s[t,m] - max_a[t])
    sum_a = np.sum(exp_a, axis=2)  # sum_a[t] = sum(m, exp_a[t,m])
    A = exp_a / sum_a[:, :, None]  # a[t,u] = exp(s[t,u])/sum(m, exp(s[t,m]))
    dA = dO @ np.swapaxes(V, -1, -2)  # dC/da[t,u] = sum(e, dC/do[t,e]*v[u,e])
    dS = A * (dA - np.sum(A * dA, axis=2)[:, :, None])  # dC/ds[t,u] = a[t,u]*(dC/da[t,u] - sum(k, dC/da[t,k]*a[t,k]))
    dV = np.swapaxes(A, -1, -2) @ dO  # dC/dv[t,e] = sum(k, dC/do[k,e]*a[k,t])
    # dC/dWv[c,e] = sum(t, dC/dv[t,e]*x[t,c]), sum over the records
    dWv = np.einsum("ptc,pte->ce", X, dV, optimize=True)
    dK = (np.swapaxes(dS, -1, -2) @ Q) / n_d**0.5  # dC/dk[t,d] = sum(k, dC/ds[k,t]*q[k,d])/sqrt(n_d)
    # dC/dWk[c,d] = sum(t, dC/dk[t,d]*x[t,c]), sum over the records
    dWk = np.einsum("ptc,ptd->cd", X, dK, optimize=True)
    dQ = (dS @ K) / n_d**0.5  # dC/dq[t,d] = sum(u, dC/ds[t,u]*k[u,d])/sqrt(n_d)
    # dC/dWq[c,d] = sum(t, dC/dq[t,d]*x[t,c]), sum over the records
    dWq = np.einsum("ptc,ptd->cd", X, dQ, optimize=True)
    return {"Wq": dWq, "Wk": dWk, "Wv": dWv}


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


def _scratch(array, count):
    """The memory of an array that nothing was written to yet, where it is enough, for so many numbers."""
    return array.reshape(-1)[:count] if array.size >= count else np.empty(count, array.dtype)


def make_backward(batch, dtype=np.float64, **sizes):
    """`backward` with every array allocated once: what it returns is overwritten by its next call.

    `backward.bind(params, ...)` checks these arrays once and gives a function without arguments that
    computes from what they hold when it is called, and returns the same.
    """
    if not isinstance(batch, (int, np.integer)) or batch < 1:
        raise ValueError(f"batch = {batch!r}: the number of records is a positive whole number")
    sizes = {**widths(sizes), "N": batch}
    N = sizes["N"]
    n_c = sizes["n_c"]
    n_d = sizes["n_d"]
    n_e = sizes["n_e"]
    n_t = sizes["n_t"]
    Q = np.empty((N, n_t, n_d), dtype)
    V = dV = np.empty((N, n_t, n_e), dtype)
    max_a = sum_a = T2 = np.empty((_rows_at_once(N, 2 * n_t * np.dtype(dtype).itemsize), n_t), dtype)
    dA = dS = np.empty((N, n_t, n_t), dtype)
    T1 = np.empty((_rows_at_once(N, 4 * n_t * n_t * np.dtype(dtype).itemsize), n_t, n_t), dtype)
    dWv = np.empty((n_c, n_e), dtype)
    dK = dQ = np.empty((N, n_t, n_d), dtype)
    dWk = np.empty((n_c, n_d), dtype)
    dWq = np.empty((n_c, n_d), dtype)
    K_memory = _scratch(dWq, N * n_t * n_d)
    K = K_memory.reshape(N, n_t, n_d)
    S_memory = _scratch(dWk, N * n_t * n_t)
    S = exp_a = A = S_memory.reshape(N, n_t, n_t)
    max_a_column = max_a[:, :, None]
    sum_a_column = sum_a[:, :, None]
    T2_column = T2[:, :, None]
    blocks1 = _by_rows(N, S, max_a, max_a_column, exp_a, sum_a, sum_a_column, A)
    blocks2 = _by_rows(N, A, dA, T1, T2, T2_column, dS)
    expected = sum(((np.dtype(dtype), shape) for shape in [
        (n_c, n_d), (n_c, n_d), (n_c, n_e), (N, n_t, n_c), (N, n_t, n_e),
    ]), ())
    grads = {"Wq": dWq, "Wk": dWk, "Wv": dWv}

    def compute(Wq, Wk, Wv, X, dO):
        np.matmul(X, Wq, out=Q)  # q[t,d] = sum(c, Wq[c,d]*x[t,c])
        np.matmul(X, Wk, out=K)  # k[t,d] = sum(c, Wk[c,d]*x[t,c])
        np.matmul(X, Wv, out=V)  # v[t,e] = sum(c, Wv[c,e]*x[t,c])
        np.matmul(Q, np.swapaxes(K, -1, -2), out=S)  # s[t,u] = sum(d, k[u,d]*q[t,d])/sqrt(n_d)
        for _, s, max_a_rows, max_a_column_rows, exp_a_rows, sum_a_rows, sum_a_column_rows, a in blocks1:
            np.divide(s, n_d**0.5, out=s)
            np.maximum.reduce(s, axis=2, out=max_a_rows)  # max_a[t] = the largest s[t,m] over m
            np.subtract(s, max_a_column_rows, out=exp_a_rows)  # exp_a[t,m] = exp(s[t,m] - max_a[t])
            np.exp(exp_a_rows, out=exp_a_rows)
            np.add.reduce(exp_a_rows, axis=2, out=sum_a_rows)  # sum_a[t] = sum(m, exp_a[t,m])
            np.divide(exp_a_rows, sum_a_column_rows, out=a)  # a[t,u] = exp(s[t,u])/sum(m, exp(s[t,m]))
        np.matmul(dO, np.swapaxes(V, -1, -2), out=dA)  # dC/da[t,u] = sum(e, dC/do[t,e]*v[u,e])
        for _, a, da, t1, t2, t2_column, ds in blocks2:
            np.multiply(a, da, out=t1)  # dC/ds[t,u] = a[t,u]*(dC/da[t,u] - sum(k, dC/da[t,k]*a[t,k]))
            np.add.reduce(t1, axis=2, out=t2)
            np.subtract(da, t2_column, out=ds)
            np.multiply(a, ds, out=ds)
        np.matmul(np.swapaxes(A, -1, -2), dO, out=dV)  # dC/dv[t,e] = sum(k, dC/do[k,e]*a[k,t])
        # dC/dWv[c,e] = sum(t, dC/dv[t,e]*x[t,c]), sum over the records
        np.einsum("ptc,pte->ce", X, dV, out=dWv, optimize=True)
        np.matmul(np.swapaxes(dS, -1, -2), Q, out=dK)  # dC/dk[t,d] = sum(k, dC/ds[k,t]*q[k,d])/sqrt(n_d)
        np.divide(dK, n_d**0.5, out=dK)
        # dC/dWk[c,d] = sum(t, dC/dk[t,d]*x[t,c]), sum over the records
        np.einsum("ptc,ptd->cd", X, dK, out=dWk, optimize=True)
        np.matmul(dS, K, out=dQ)  # dC/dq[t,d] = sum(u, dC/ds[t,u]*k[u,d])/sqrt(n_d)
        np.divide(dQ, n_d**0.5, out=dQ)
        # dC/dWq[c,d] = sum(t, dC/dq[t,d]*x[t,c]), sum over the records
        np.einsum("ptc,ptd->cd", X, dQ, out=dWq, optimize=True)
        return grads

    def backward(params, X, dO):
        try:
            Wq, Wk, Wv = params["Wq"], params["Wk"], params["Wv"]
            fits = (
                Wq.dtype, Wq.shape, Wk.dtype, Wk.shape, Wv.dtype, Wv.shape, X.dtype, X.shape, dO.dtype, dO.shape,
            ) == expected
        except (AttributeError, IndexError, KeyError, TypeError):
            fits = False
        if not fits:
            check(params, {"X": X, "dO": dO}, sizes, dtype)
        return compute(Wq, Wk, Wv, X, dO)

    def bind(params, X, dO):
        check(params, {"X": X, "dO": dO}, sizes, dtype)
        return functools.partial(compute, params["Wq"], params["Wk"], params["Wv"], X, dO)

    backward.nbytes = sum(array.nbytes for array in (Q, V, max_a, dA, T1, dWv, dK, dWk, dWq))
    backward.nbytes += sum(array.nbytes for array in [K_memory, S_memory] if array.base is None)
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
    sizes = {**SIZES, "n_c": 2, "n_d": 3, "n_e": 4, "n_t": 5, "N": 3}
    arrays = {name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in SHAPES.items()}
    arrays = {name: array / math.sqrt(array.shape[-1] if array.ndim else 1) for name, array in arrays.items()}

    def value(changed):
        now = {**arrays, **changed}
        params = {name: now[name] for name in PARAMETERS}
        return np.sum(now["dO"] * forward(params, now["X"]))

    with np.errstate(all="ignore"):
        if not np.isfinite(value({})):  # a cost of positive numbers only
            arrays = {name: abs(array) for name, array in arrays.items()}
    params = {name: arrays[name] for name in PARAMETERS}
    given = [arrays["X"], arrays["dO"]]
    make = make_backward(sizes["N"], **{n: sizes[n] for n in ("n_c", "n_d", "n_e", "n_t")})
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
        for name in ("Wq", "Wk", "Wv"):
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
