# made by: backproof derive examples/models/lstm.eq
"""A network: its outputs and their derivatives in NumPy.

Records are the rows of X, H0, C0, dH, dc; derivatives by parameters are sums over them.
The comments give every line for one record, as it was derived.
Run this file to compare the derivatives with numerical ones.
"""

import math
import sys

import numpy as np

SIZES = {}
PARAMETERS = (
    "Wi",
    "Wf",
    "Wg",
    "Wo",
    "Ui",
    "Uf",
    "Ug",
    "Uo",
    "bi",
    "bf",
    "bg",
    "bo",
)
SHAPES = {
    "Wi": ("n1", "n_m"),
    "Wf": ("n1", "n_m"),
    "Wg": ("n1", "n_m"),
    "Wo": ("n1", "n_m"),
    "Ui": ("n1", "n1"),
    "Uf": ("n1", "n1"),
    "Ug": ("n1", "n1"),
    "Uo": ("n1", "n1"),
    "bi": ("n1",),
    "bf": ("n1",),
    "bg": ("n1",),
    "bo": ("n1",),
    "X": ("N", "n_m"),
    "H0": ("N", "n1"),
    "C0": ("N", "n1"),
    "dH": ("N", "n1"),
    "dc": ("N", "n1"),
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
    names = ("n1", "n_m")
    for name, size in given.items():
        if name not in names and SIZES.get(name) != size:
            raise ValueError(f"{name} = {size!r}: the sizes to give are {', '.join(names)}")
        if not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"{name} = {size!r}: a size is a positive whole number")
    for name in names:
        if name not in given:
            raise ValueError(f"the size {name} is missing: give {', '.join(f'{n}=...' for n in names)}")
    return {**SIZES, **given}


def sigmoid(z):
    """sigmoid(z) = 1/(1 + exp(-z))."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def init(seed=0, dtype=np.float64, **sizes):
    """Random parameters: weights scaled by the square root of their last axis, biases zero."""
    sizes = widths(sizes)
    n1 = sizes["n1"]
    n_m = sizes["n_m"]
    rng = np.random.default_rng(seed)
    return {
        "Wi": (rng.standard_normal((n1, n_m)) / math.sqrt(n_m)).astype(dtype),
        "Wf": (rng.standard_normal((n1, n_m)) / math.sqrt(n_m)).astype(dtype),
        "Wg": (rng.standard_normal((n1, n_m)) / math.sqrt(n_m)).astype(dtype),
        "Wo": (rng.standard_normal((n1, n_m)) / math.sqrt(n_m)).astype(dtype),
        "Ui": (rng.standard_normal((n1, n1)) / math.sqrt(n1)).astype(dtype),
        "Uf": (rng.standard_normal((n1, n1)) / math.sqrt(n1)).astype(dtype),
        "Ug": (rng.standard_normal((n1, n1)) / math.sqrt(n1)).astype(dtype),
        "Uo": (rng.standard_normal((n1, n1)) / math.sqrt(n1)).astype(dtype),
        "bi": np.zeros((n1,), dtype),
        "bf": np.zeros((n1,), dtype),
        "bg": np.zeros((n1,), dtype),
        "bo": np.zeros((n1,), dtype),
    }


def forward(params, X, H0, C0):
    """The outputs H, C."""
    check(params, {"X": X, "H0": H0, "C0": C0})
    Wi, Wf, Wg, Wo, Ui, Uf, Ug, Uo, bi, bf, bg, bo = (params[name] for name in PARAMETERS)
    Zi = H0 @ Ui.T + X @ Wi.T + bi  # zi[j] = sum(k, Ui[j,k]*h0[k]) + sum(m, Wi[j,m]*x[m]) + bi[j]
    Zf = H0 @ Uf.T + X @ Wf.T + bf  # zf[j] = sum(k, Uf[j,k]*h0[k]) + sum(m, Wf[j,m]*x[m]) + bf[j]
    Zg = H0 @ Ug.T + X @ Wg.T + bg  # zg[j] = sum(k, Ug[j,k]*h0[k]) + sum(m, Wg[j,m]*x[m]) + bg[j]
    Zo = H0 @ Uo.T + X @ Wo.T + bo  # zo[j] = sum(k, Uo[j,k]*h0[k]) + sum(m, Wo[j,m]*x[m]) + bo[j]
    I = sigmoid(Zi)  # i[j] = sigmoid(zi[j])
    F = sigmoid(Zf)  # f[j] = sigmoid(zf[j])
    G = np.tanh(Zg)  # g[j] = tanh(zg[j])
    O = sigmoid(Zo)  # o[j] = sigmoid(zo[j])
    C = C0 * F + G * I  # c[j] = c0[j]*f[j] + g[j]*i[j]
    H = O * np.tanh(C)  # h[j] = o[j]*tanh(c[j])
    return H, C


def backward(params, X, H0, C0, dH, dc):
    """The derivatives by name from the derivatives dH, dc by the outputs; for parameters, sums over the records."""
    check(params, {"X": X, "H0": H0, "C0": C0, "dH": dH, "dc": dc})
    Wi, Wf, Wg, Wo, Ui, Uf, Ug, Uo, bi, bf, bg, bo = (params[name] for name in PARAMETERS)
    Zi = H0 @ Ui.T + X @ Wi.T + bi  # zi[j] = sum(k, Ui[j,k]*h0[k]) + sum(m, Wi[j,m]*x[m]) + bi[j]
    Zf = H0 @ Uf.T + X @ Wf.T + bf  # zf[j] = sum(k, Uf[j,k]*h0[k]) + sum(m, Wf[j,m]*x[m]) + bf[j]
    Zg = H0 @ Ug.T + X @ Wg.T + bg  # zg[j] = sum(k, Ug[j,k]*h0[k]) + sum(m, Wg[j,m]*x[m]) + bg[j]
    Zo = H0 @ Uo.T + X @ Wo.T + bo  # zo[j] = sum(k, Uo[j,k]*h0[k]) + sum(m, Wo[j,m]*x[m]) + bo[j]
    I = sigmoid(Zi)  # i[j] = sigmoid(zi[j])
    F = sigmoid(Zf)  # f[j] = sigmoid(zf[j])
    G = np.tanh(Zg)  # g[j] = tanh(zg[j])
    O = sigmoid(Zo)  # o[j] = sigmoid(zo[j])
    C = C0 * F + G * I  # c[j] = c0[j]*f[j] + g[j]*i[j]
    dC = O * dH * (1 - np.tanh(C)**2) + dc  # dC/dc[j] = dC/dc[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)
    # dC/dWo[j,m] = dC/dh[j]*o[j]*x[m]*(1 - o[j])*tanh(c[j]), sum over the records
    dWo = (O.T * dH.T * (1 - O.T) * np.tanh(C.T)) @ X
    # dC/dUo[j,k] = dC/dh[j]*h0[k]*o[j]*(1 - o[j])*tanh(c[j]), sum over the records
    dUo = (O.T * dH.T * (1 - O.T) * np.tanh(C.T)) @ H0
    # dC/dbo[j] = dC/dh[j]*o[j]*(1 - o[j])*tanh(c[j]), sum over the records
    dbo = np.sum(O.T * dH.T * (1 - O.T) * np.tanh(C.T), axis=1)
    dWg = (I.T * dC.T * (1 - G.T**2)) @ X  # dC/dWg[j,m] = dC/dc[j]*i[j]*x[m]*(1 - g[j]^2), sum over the records
    dUg = (I.T * dC.T * (1 - G.T**2)) @ H0  # dC/dUg[j,k] = dC/dc[j]*h0[k]*i[j]*(1 - g[j]^2), sum over the records
    dbg = np.sum(I.T * dC.T * (1 - G.T**2), axis=1)  # dC/dbg[j] = dC/dc[j]*i[j]*(1 - g[j]^2), sum over the records
    dWf = (C0.T * F.T * dC.T * (1 - F.T)) @ X  # dC/dWf[j,m] = dC/dc[j]*c0[j]*f[j]*x[m]*(1 - f[j]), sum over the records
    # dC/dUf[j,k] = dC/dc[j]*c0[j]*f[j]*h0[k]*(1 - f[j]), sum over the records
    dUf = (C0.T * F.T * dC.T * (1 - F.T)) @ H0
    # dC/dbf[j] = dC/dc[j]*c0[j]*f[j]*(1 - f[j]), sum over the records
    dbf = np.sum(C0.T * F.T * dC.T * (1 - F.T), axis=1)
    dWi = (G.T * I.T * dC.T * (1 - I.T)) @ X  # dC/dWi[j,m] = dC/dc[j]*g[j]*i[j]*x[m]*(1 - i[j]), sum over the records
    dUi = (G.T * I.T * dC.T * (1 - I.T)) @ H0  # dC/dUi[j,k] = dC/dc[j]*g[j]*h0[k]*i[j]*(1 - i[j]), sum over the records
    # dC/dbi[j] = dC/dc[j]*g[j]*i[j]*(1 - i[j]), sum over the records
    dbi = np.sum(G.T * I.T * dC.T * (1 - I.T), axis=1)
    return {
        "Wi": dWi,
        "Wf": dWf,
        "Wg": dWg,
        "Wo": dWo,
        "Ui": dUi,
        "Uf": dUf,
        "Ug": dUg,
        "Uo": dUo,
        "bi": dbi,
        "bf": dbf,
        "bg": dbg,
        "bo": dbo,
    }


def make_backward(batch, dtype=np.float64, **sizes):
    """`backward` with every array allocated once: what it returns is overwritten by its next call."""
    if not isinstance(batch, (int, np.integer)) or batch < 1:
        raise ValueError(f"batch = {batch!r}: the number of records is a positive whole number")
    sizes = {**widths(sizes), "N": batch}
    N = sizes["N"]
    n1 = sizes["n1"]
    n_m = sizes["n_m"]
    Zi = np.empty((N, n1), dtype)
    Zf = np.empty((N, n1), dtype)
    Zg = np.empty((N, n1), dtype)
    Zo = np.empty((N, n1), dtype)
    I = np.empty((N, n1), dtype)
    F = np.empty((N, n1), dtype)
    G = np.empty((N, n1), dtype)
    O = np.empty((N, n1), dtype)
    C = np.empty((N, n1), dtype)
    dC = np.empty((N, n1), dtype)
    dWo = np.empty((n1, n_m), dtype)
    dUo = np.empty((n1, n1), dtype)
    dbo = np.empty((n1,), dtype)
    dWg = np.empty((n1, n_m), dtype)
    dUg = np.empty((n1, n1), dtype)
    dbg = np.empty((n1,), dtype)
    dWf = np.empty((n1, n_m), dtype)
    dUf = np.empty((n1, n1), dtype)
    dbf = np.empty((n1,), dtype)
    dWi = np.empty((n1, n_m), dtype)
    dUi = np.empty((n1, n1), dtype)
    dbi = np.empty((n1,), dtype)
    T1 = np.empty((N, n1), dtype)
    T2 = np.empty((n1, N), dtype)
    T3 = np.empty((n1, N), dtype)
    grads = {
        "Wi": dWi,
        "Wf": dWf,
        "Wg": dWg,
        "Wo": dWo,
        "Ui": dUi,
        "Uf": dUf,
        "Ug": dUg,
        "Uo": dUo,
        "bi": dbi,
        "bf": dbf,
        "bg": dbg,
        "bo": dbo,
    }

    def backward(params, X, H0, C0, dH, dc):
        check(params, {"X": X, "H0": H0, "C0": C0, "dH": dH, "dc": dc}, sizes, dtype)
        Wi, Wf, Wg, Wo, Ui, Uf, Ug, Uo, bi, bf, bg, bo = (params[name] for name in PARAMETERS)
        np.matmul(H0, Ui.T, out=Zi)  # zi[j] = sum(k, Ui[j,k]*h0[k]) + sum(m, Wi[j,m]*x[m]) + bi[j]
        np.matmul(X, Wi.T, out=T1)
        np.add(Zi, T1, out=Zi)
        np.add(Zi, bi, out=Zi)
        np.matmul(H0, Uf.T, out=Zf)  # zf[j] = sum(k, Uf[j,k]*h0[k]) + sum(m, Wf[j,m]*x[m]) + bf[j]
        np.matmul(X, Wf.T, out=T1)
        np.add(Zf, T1, out=Zf)
        np.add(Zf, bf, out=Zf)
        np.matmul(H0, Ug.T, out=Zg)  # zg[j] = sum(k, Ug[j,k]*h0[k]) + sum(m, Wg[j,m]*x[m]) + bg[j]
        np.matmul(X, Wg.T, out=T1)
        np.add(Zg, T1, out=Zg)
        np.add(Zg, bg, out=Zg)
        np.matmul(H0, Uo.T, out=Zo)  # zo[j] = sum(k, Uo[j,k]*h0[k]) + sum(m, Wo[j,m]*x[m]) + bo[j]
        np.matmul(X, Wo.T, out=T1)
        np.add(Zo, T1, out=Zo)
        np.add(Zo, bo, out=Zo)
        np.multiply(0.5, Zi, out=I)  # i[j] = sigmoid(zi[j])
        np.tanh(I, out=I)
        np.multiply(0.5, I, out=I)
        np.add(0.5, I, out=I)
        np.multiply(0.5, Zf, out=F)  # f[j] = sigmoid(zf[j])
        np.tanh(F, out=F)
        np.multiply(0.5, F, out=F)
        np.add(0.5, F, out=F)
        np.tanh(Zg, out=G)  # g[j] = tanh(zg[j])
        np.multiply(0.5, Zo, out=O)  # o[j] = sigmoid(zo[j])
        np.tanh(O, out=O)
        np.multiply(0.5, O, out=O)
        np.add(0.5, O, out=O)
        np.multiply(C0, F, out=C)  # c[j] = c0[j]*f[j] + g[j]*i[j]
        np.multiply(G, I, out=T1)
        np.add(C, T1, out=C)
        np.multiply(O, dH, out=dC)  # dC/dc[j] = dC/dc[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)
        np.tanh(C, out=T1)
        np.square(T1, out=T1)
        np.subtract(1, T1, out=T1)
        np.multiply(dC, T1, out=dC)
        np.add(dC, dc, out=dC)
        np.multiply(O.T, dH.T, out=T2)  # dC/dWo[j,m] = dC/dh[j]*o[j]*x[m]*(1 - o[j])*tanh(c[j]), sum over the records
        np.subtract(1, O.T, out=T3)
        np.multiply(T2, T3, out=T2)
        np.tanh(C.T, out=T3)
        np.multiply(T2, T3, out=T2)
        np.matmul(T2, X, out=dWo)
        np.multiply(O.T, dH.T, out=T3)  # dC/dUo[j,k] = dC/dh[j]*h0[k]*o[j]*(1 - o[j])*tanh(c[j]), sum over the records
        np.subtract(1, O.T, out=T2)
        np.multiply(T3, T2, out=T3)
        np.tanh(C.T, out=T2)
        np.multiply(T3, T2, out=T3)
        np.matmul(T3, H0, out=dUo)
        np.multiply(O.T, dH.T, out=T2)  # dC/dbo[j] = dC/dh[j]*o[j]*(1 - o[j])*tanh(c[j]), sum over the records
        np.subtract(1, O.T, out=T3)
        np.multiply(T2, T3, out=T2)
        np.tanh(C.T, out=T3)
        np.multiply(T2, T3, out=T2)
        np.sum(T2, axis=1, out=dbo)
        np.multiply(I.T, dC.T, out=T3)  # dC/dWg[j,m] = dC/dc[j]*i[j]*x[m]*(1 - g[j]^2), sum over the records
        np.square(G.T, out=T2)
        np.subtract(1, T2, out=T2)
        np.multiply(T3, T2, out=T3)
        np.matmul(T3, X, out=dWg)
        np.multiply(I.T, dC.T, out=T2)  # dC/dUg[j,k] = dC/dc[j]*h0[k]*i[j]*(1 - g[j]^2), sum over the records
        np.square(G.T, out=T3)
        np.subtract(1, T3, out=T3)
        np.multiply(T2, T3, out=T2)
        np.matmul(T2, H0, out=dUg)
        np.multiply(I.T, dC.T, out=T3)  # dC/dbg[j] = dC/dc[j]*i[j]*(1 - g[j]^2), sum over the records
        np.square(G.T, out=T2)
        np.subtract(1, T2, out=T2)
        np.multiply(T3, T2, out=T3)
        np.sum(T3, axis=1, out=dbg)
        np.multiply(C0.T, F.T, out=T2)  # dC/dWf[j,m] = dC/dc[j]*c0[j]*f[j]*x[m]*(1 - f[j]), sum over the records
        np.multiply(T2, dC.T, out=T2)
        np.subtract(1, F.T, out=T3)
        np.multiply(T2, T3, out=T2)
        np.matmul(T2, X, out=dWf)
        np.multiply(C0.T, F.T, out=T3)  # dC/dUf[j,k] = dC/dc[j]*c0[j]*f[j]*h0[k]*(1 - f[j]), sum over the records
        np.multiply(T3, dC.T, out=T3)
        np.subtract(1, F.T, out=T2)
        np.multiply(T3, T2, out=T3)
        np.matmul(T3, H0, out=dUf)
        np.multiply(C0.T, F.T, out=T2)  # dC/dbf[j] = dC/dc[j]*c0[j]*f[j]*(1 - f[j]), sum over the records
        np.multiply(T2, dC.T, out=T2)
        np.subtract(1, F.T, out=T3)
        np.multiply(T2, T3, out=T2)
        np.sum(T2, axis=1, out=dbf)
        np.multiply(G.T, I.T, out=T3)  # dC/dWi[j,m] = dC/dc[j]*g[j]*i[j]*x[m]*(1 - i[j]), sum over the records
        np.multiply(T3, dC.T, out=T3)
        np.subtract(1, I.T, out=T2)
        np.multiply(T3, T2, out=T3)
        np.matmul(T3, X, out=dWi)
        np.multiply(G.T, I.T, out=T2)  # dC/dUi[j,k] = dC/dc[j]*g[j]*h0[k]*i[j]*(1 - i[j]), sum over the records
        np.multiply(T2, dC.T, out=T2)
        np.subtract(1, I.T, out=T3)
        np.multiply(T2, T3, out=T2)
        np.matmul(T2, H0, out=dUi)
        np.multiply(G.T, I.T, out=T3)  # dC/dbi[j] = dC/dc[j]*g[j]*i[j]*(1 - i[j]), sum over the records
        np.multiply(T3, dC.T, out=T3)
        np.subtract(1, I.T, out=T2)
        np.multiply(T3, T2, out=T3)
        np.sum(T3, axis=1, out=dbi)
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
    sizes = {**SIZES, "n1": 2, "n_m": 3, "N": 3}
    arrays = {name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in SHAPES.items()}
    arrays = {name: array / math.sqrt(array.shape[-1] if array.ndim else 1) for name, array in arrays.items()}

    def value(changed):
        now = {**arrays, **changed}
        params = {name: now[name] for name in PARAMETERS}
        given, outputs = (now["dH"], now["dc"]), forward(params, now["X"], now["H0"], now["C0"])
        return sum(np.sum(one * output) for one, output in zip(given, outputs))

    with np.errstate(all="ignore"):
        if not np.isfinite(value({})):  # a cost of positive numbers only
            arrays = {name: abs(array) for name, array in arrays.items()}
    params = {name: arrays[name] for name in PARAMETERS}
    given = [arrays["X"], arrays["H0"], arrays["C0"], arrays["dH"], arrays["dc"]]
    make = make_backward(sizes["N"], **{n: sizes[n] for n in ("n1", "n_m")})
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
        for name in ("Wi", "Wf", "Wg", "Wo", "Ui", "Uf", "Ug", "Uo", "bi", "bf", "bg", "bo"):
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
