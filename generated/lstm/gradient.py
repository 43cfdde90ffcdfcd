# made by: backproof derive examples/models/lstm.eq
"""A network: its outputs and their derivatives in NumPy.

Records are the rows of X, H0, C0, dH, dC_out; derivatives by parameters are sums over them.
The comments give every line for one record, as it was derived.
Run this file to compare the derivatives with numerical ones.
"""

import functools
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
    "dC_out": ("N", "n1"),
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
    """The outputs H, C_out."""
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
    C_out = C  # c_out[j] = c[j]
    return H, C_out.copy()


def backward(params, X, H0, C0, dH, dC_out):
    """The derivatives by name from the derivatives dH, dC_out by the outputs; for parameters, sums over the records."""
    check(params, {"X": X, "H0": H0, "C0": C0, "dH": dH, "dC_out": dC_out})
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
    # dC/dWo[j,m] = dC/dh[j]*o[j]*x[m]*(1 - o[j])*tanh(c[j]), sum over the records
    dWo = (O.T * dH.T * (1 - O.T) * np.tanh(C.T)) @ X
    # dC/dUo[j,k] = dC/dh[j]*h0[k]*o[j]*(1 - o[j])*tanh(c[j]), sum over the records
    dUo = (O.T * dH.T * (1 - O.T) * np.tanh(C.T)) @ H0
    # dC/dbo[j] = dC/dh[j]*o[j]*(1 - o[j])*tanh(c[j]), sum over the records
    dbo = np.sum(O.T * dH.T * (1 - O.T) * np.tanh(C.T), axis=1)
    # dC/dWg[j,m] = i[j]*x[m]*(1 - g[j]^2)*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
    dWg = (I.T * (1 - G.T**2) * (O.T * dH.T * (1 - np.tanh(C.T)**2) + dC_out.T)) @ X
    # dC/dUg[j,k] = h0[k]*i[j]*(1 - g[j]^2)*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
    dUg = (I.T * (1 - G.T**2) * (O.T * dH.T * (1 - np.tanh(C.T)**2) + dC_out.T)) @ H0
    # dC/dbg[j] = i[j]*(1 - g[j]^2)*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
    dbg = np.sum(I.T * (1 - G.T**2) * (O.T * dH.T * (1 - np.tanh(C.T)**2) + dC_out.T), axis=1)
    # dC/dWf[j,m] = c0[j]*f[j]*x[m]*(1 - f[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
    dWf = (C0.T * F.T * (1 - F.T) * (O.T * dH.T * (1 - np.tanh(C.T)**2) + dC_out.T)) @ X
    # dC/dUf[j,k] = c0[j]*f[j]*h0[k]*(1 - f[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
    dUf = (C0.T * F.T * (1 - F.T) * (O.T * dH.T * (1 - np.tanh(C.T)**2) + dC_out.T)) @ H0
    # dC/dbf[j] = c0[j]*f[j]*(1 - f[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
    dbf = np.sum(C0.T * F.T * (1 - F.T) * (O.T * dH.T * (1 - np.tanh(C.T)**2) + dC_out.T), axis=1)
    # dC/dWi[j,m] = g[j]*i[j]*x[m]*(1 - i[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
    dWi = (G.T * I.T * (1 - I.T) * (O.T * dH.T * (1 - np.tanh(C.T)**2) + dC_out.T)) @ X
    # dC/dUi[j,k] = g[j]*h0[k]*i[j]*(1 - i[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
    dUi = (G.T * I.T * (1 - I.T) * (O.T * dH.T * (1 - np.tanh(C.T)**2) + dC_out.T)) @ H0
    # dC/dbi[j] = g[j]*i[j]*(1 - i[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
    dbi = np.sum(G.T * I.T * (1 - I.T) * (O.T * dH.T * (1 - np.tanh(C.T)**2) + dC_out.T), axis=1)
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


def make_backward(batch, dtype=np.float64, **sizes):
    """`backward` with every array allocated once: what it returns is overwritten by its next call.

    `backward.bind(params, ...)` checks these arrays once and gives a function without arguments that
    computes from what they hold when it is called, and returns the same.
    """
    if not isinstance(batch, (int, np.integer)) or batch < 1:
        raise ValueError(f"batch = {batch!r}: the number of records is a positive whole number")
    sizes = {**widths(sizes), "N": batch}
    N = sizes["N"]
    n1 = sizes["n1"]
    n_m = sizes["n_m"]
    T2 = Zg = G = np.empty((N, n1), dtype)
    T5 = np.empty((N, n1), dtype)
    C = np.empty((_rows_at_once(N, 9 * n1 * np.dtype(dtype).itemsize), n1), dtype)
    T6 = np.empty((N, n1), dtype)
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
    Zi_memory = _scratch(dWi, N * n1)
    Zi = I = T8 = Zi_memory.reshape(N, n1)
    T1_memory = _scratch(dWf, N * n1)
    T1 = Zf = F = T1_memory.reshape(N, n1)
    T3_memory = _scratch(dUg, N * n1)
    T3 = Zo = O = T3_memory.reshape(N, n1)
    T4_memory = _scratch(dUi, N * n1)
    T4 = T4_memory.reshape(N, n1)
    T7_memory = _scratch(dUf, N * n1)
    T7 = T7_memory.reshape(N, n1)
    ones = np.ones(N, dtype)
    half = np.array(0.5, dtype)
    one = np.array(1, dtype)
    together1 = _rows_together(N, n1, dWo.size)
    bi_wide = _scratch(dWo, together1 * n1)
    bi_rows = bi_wide.reshape(together1, n1)
    blocks1 = _by_rows(N // together1, Zi.reshape(-1, together1 * n1), T1.reshape(-1, together1 * n1))
    together2 = _rows_together(N, n1, dWo.size)
    bf_wide = _scratch(dWo, together2 * n1)
    bf_rows = bf_wide.reshape(together2, n1)
    blocks2 = _by_rows(N // together2, Zf.reshape(-1, together2 * n1), T2.reshape(-1, together2 * n1))
    together3 = _rows_together(N, n1, dWo.size)
    bg_wide = _scratch(dWo, together3 * n1)
    bg_rows = bg_wide.reshape(together3, n1)
    blocks3 = _by_rows(N // together3, Zg.reshape(-1, together3 * n1), T3.reshape(-1, together3 * n1))
    blocks4 = _by_rows(N, Zo, T4, Zi, I, Zf, F, Zg, G, O, T5, C, T6, T3, T7)
    blocks5 = _by_rows(N, G, T2, I, T7, T6)
    blocks6 = _by_rows(N, F, T1, T4, T6)
    blocks7 = _by_rows(N, I, T8, T5, T6)
    expected = sum(((np.dtype(dtype), shape) for shape in [
        (n1, n_m), (n1, n_m), (n1, n_m), (n1, n_m), (n1, n1), (n1, n1), (n1, n1), (n1, n1), (n1,), (n1,), (n1,), (n1,),
        (N, n_m), (N, n1), (N, n1), (N, n1), (N, n1),
    ]), ())
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

    def compute(Wi, Wf, Wg, Wo, Ui, Uf, Ug, Uo, bi, bf, bg, bo, X, H0, C0, dH, dC_out):
        H0.dot(Ui.T, out=Zi)  # zi[j] = sum(k, Ui[j,k]*h0[k]) + sum(m, Wi[j,m]*x[m]) + bi[j]
        X.dot(Wi.T, out=T1)
        np.copyto(bi_rows, bi)
        for _, zi, t1 in blocks1:
            np.add(zi, t1, out=zi)
            np.add(zi, bi_wide, out=zi)
        H0.dot(Uf.T, out=Zf)  # zf[j] = sum(k, Uf[j,k]*h0[k]) + sum(m, Wf[j,m]*x[m]) + bf[j]
        X.dot(Wf.T, out=T2)
        np.copyto(bf_rows, bf)
        for _, zf, t2 in blocks2:
            np.add(zf, t2, out=zf)
            np.add(zf, bf_wide, out=zf)
        H0.dot(Ug.T, out=Zg)  # zg[j] = sum(k, Ug[j,k]*h0[k]) + sum(m, Wg[j,m]*x[m]) + bg[j]
        X.dot(Wg.T, out=T3)
        np.copyto(bg_rows, bg)
        for _, zg, t3 in blocks3:
            np.add(zg, t3, out=zg)
            np.add(zg, bg_wide, out=zg)
        H0.dot(Uo.T, out=Zo)  # zo[j] = sum(k, Uo[j,k]*h0[k]) + sum(m, Wo[j,m]*x[m]) + bo[j]
        X.dot(Wo.T, out=T4)
        for rows, zo, t4, zi, i, zf, f, zg, g, o, t5, c, t6, t3, t7 in blocks4:
            np.add(zo, t4, out=zo)
            np.add(zo, bo, out=zo)
            np.multiply(half, zi, out=i)  # i[j] = sigmoid(zi[j])
            np.tanh(i, out=i)
            np.multiply(half, i, out=i)
            np.add(half, i, out=i)
            np.multiply(half, zf, out=f)  # f[j] = sigmoid(zf[j])
            np.tanh(f, out=f)
            np.multiply(half, f, out=f)
            np.add(half, f, out=f)
            np.tanh(zg, out=g)  # g[j] = tanh(zg[j])
            np.multiply(half, zo, out=o)  # o[j] = sigmoid(zo[j])
            np.tanh(o, out=o)
            np.multiply(half, o, out=o)
            np.add(half, o, out=o)
            np.multiply(C0[rows], f, out=t4)  # c[j] = c0[j]*f[j] + g[j]*i[j]
            np.multiply(g, i, out=t5)
            np.add(t4, t5, out=c)
            np.multiply(o, dH[rows], out=t6)
            np.subtract(one, o, out=t3)
            np.multiply(t6, t3, out=t3)
            np.tanh(c, out=t7)
            np.multiply(t3, t7, out=t3)
        T3.T.dot(X, out=dWo)  # dC/dWo[j,m] = dC/dh[j]*o[j]*x[m]*(1 - o[j])*tanh(c[j]), sum over the records
        T3.T.dot(H0, out=dUo)  # dC/dUo[j,k] = dC/dh[j]*h0[k]*o[j]*(1 - o[j])*tanh(c[j]), sum over the records
        ones.dot(T3, out=dbo)  # dC/dbo[j] = dC/dh[j]*o[j]*(1 - o[j])*tanh(c[j]), sum over the records
        for rows, g, t2, i, t7, t6 in blocks5:
            # dC/dWg[j,m] = i[j]*x[m]*(1 - g[j]^2)*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the
            # records
            np.square(g, out=t2)
            np.subtract(one, t2, out=t2)
            np.multiply(i, t2, out=t2)
            np.square(t7, out=t7)
            np.subtract(one, t7, out=t7)
            np.multiply(t6, t7, out=t6)
            np.add(t6, dC_out[rows], out=t6)
            np.multiply(t2, t6, out=t2)
        T2.T.dot(X, out=dWg)
        # dC/dUg[j,k] = h0[k]*i[j]*(1 - g[j]^2)*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
        T2.T.dot(H0, out=dUg)
        # dC/dbg[j] = i[j]*(1 - g[j]^2)*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
        ones.dot(T2, out=dbg)
        for _, f, t1, t4, t6 in blocks6:
            # dC/dWf[j,m] = c0[j]*f[j]*x[m]*(1 - f[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the
            # records
            np.subtract(one, f, out=t1)
            np.multiply(t4, t1, out=t4)
            np.multiply(t4, t6, out=t4)
        T4.T.dot(X, out=dWf)
        # dC/dUf[j,k] = c0[j]*f[j]*h0[k]*(1 - f[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the
        # records
        T4.T.dot(H0, out=dUf)
        # dC/dbf[j] = c0[j]*f[j]*(1 - f[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
        ones.dot(T4, out=dbf)
        for _, i, t8, t5, t6 in blocks7:
            # dC/dWi[j,m] = g[j]*i[j]*x[m]*(1 - i[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the
            # records
            np.subtract(one, i, out=t8)
            np.multiply(t5, t8, out=t5)
            np.multiply(t5, t6, out=t5)
        T5.T.dot(X, out=dWi)
        # dC/dUi[j,k] = g[j]*h0[k]*i[j]*(1 - i[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the
        # records
        T5.T.dot(H0, out=dUi)
        # dC/dbi[j] = g[j]*i[j]*(1 - i[j])*(dC/dc_out[j] + dC/dh[j]*o[j]*(1 - tanh(c[j])^2)), sum over the records
        ones.dot(T5, out=dbi)
        return grads

    def backward(params, X, H0, C0, dH, dC_out):
        try:
            Wi, Wf, Wg, Wo, Ui, Uf, Ug, Uo, bi, bf, bg, bo = (params[name] for name in PARAMETERS)
            fits = (
                Wi.dtype, Wi.shape, Wf.dtype, Wf.shape, Wg.dtype, Wg.shape, Wo.dtype, Wo.shape, Ui.dtype, Ui.shape,
                Uf.dtype, Uf.shape, Ug.dtype, Ug.shape, Uo.dtype, Uo.shape, bi.dtype, bi.shape, bf.dtype, bf.shape,
                bg.dtype, bg.shape, bo.dtype, bo.shape, X.dtype, X.shape, H0.dtype, H0.shape, C0.dtype, C0.shape,
                dH.dtype, dH.shape, dC_out.dtype, dC_out.shape,
            ) == expected
        except (AttributeError, IndexError, KeyError, TypeError):
            fits = False
        if not fits:
            check(params, {"X": X, "H0": H0, "C0": C0, "dH": dH, "dC_out": dC_out}, sizes, dtype)
        return compute(Wi, Wf, Wg, Wo, Ui, Uf, Ug, Uo, bi, bf, bg, bo, X, H0, C0, dH, dC_out)

    def bind(params, X, H0, C0, dH, dC_out):
        check(params, {"X": X, "H0": H0, "C0": C0, "dH": dH, "dC_out": dC_out}, sizes, dtype)
        return functools.partial(
            compute, params["Wi"], params["Wf"], params["Wg"], params["Wo"], params["Ui"], params["Uf"], params["Ug"],
            params["Uo"], params["bi"], params["bf"], params["bg"], params["bo"], X, H0, C0, dH, dC_out,
        )

    backward.nbytes = sum(array.nbytes for array in (
        T2, T5, C, T6, dWo, dUo, dbo, dWg, dUg, dbg, dWf, dUf, dbf, dWi, dUi, dbi, ones,
    ))
    backward.nbytes += sum(array.nbytes for array in [
        bi_wide, bf_wide, bg_wide, Zi_memory, T1_memory, T3_memory, T4_memory, T7_memory,
    ] if array.base is None)
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
    sizes = {**SIZES, "n1": 2, "n_m": 3, "N": 3}
    arrays = {name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in SHAPES.items()}
    arrays = {name: array / math.sqrt(array.shape[-1] if array.ndim else 1) for name, array in arrays.items()}

    def value(changed):
        now = {**arrays, **changed}
        params = {name: now[name] for name in PARAMETERS}
        given, outputs = (now["dH"], now["dC_out"]), forward(params, now["X"], now["H0"], now["C0"])
        return sum(np.sum(one * output) for one, output in zip(given, outputs))

    with np.errstate(all="ignore"):
        if not np.isfinite(value({})):  # a cost of positive numbers only
            arrays = {name: abs(array) for name, array in arrays.items()}
    params = {name: arrays[name] for name in PARAMETERS}
    given = [arrays["X"], arrays["H0"], arrays["C0"], arrays["dH"], arrays["dC_out"]]
    make = make_backward(sizes["N"], **{n: sizes[n] for n in ("n1", "n_m")})
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
