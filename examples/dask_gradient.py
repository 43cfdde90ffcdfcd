"""One gradient over a million records that lie in chunks, computed by two worker processes.

Usage: backproof code 20-16-5 --hidden tanh --target array-api -o out/gradient.py
       python examples/dask_gradient.py out/gradient.py [ROWS]

The generated module knows nothing of Dask: given Dask's arrays it describes the cost and its derivatives as a graph of
small tasks, one for every chunk of records, and sums of these. Dask shares the tasks out. In the end the result is
compared with that of the same module on NumPy arrays, chunk by chunk.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType

import dask
import dask.array as da
import numpy as np
from dask.distributed import Client, LocalCluster

USAGE = "usage: python examples/dask_gradient.py out/gradient.py [ROWS]"
ROWS, CHUNKS, WORKERS, CLOSE = 1_000_000, 16, 2, 1e-10


def load(path: str) -> ModuleType:
    """The generated module."""
    spec = importlib.util.spec_from_file_location("gradient", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def records(rows: int, inputs: int, classes: int) -> tuple[da.Array, da.Array]:
    """Random inputs and one-hot targets in chunks of rows; nothing is drawn before it is needed."""
    chunk = -(-rows // CHUNKS)
    rng = da.random.default_rng(0)
    X = rng.standard_normal((rows, inputs), chunks=(chunk, inputs))
    labels = rng.integers(0, classes, rows, chunks=chunk)
    return X, (labels[:, None] == da.arange(classes)).astype(float)


def on_workers(network: ModuleType, params: dict, X: da.Array, Y: da.Array) -> tuple[float, dict[str, np.ndarray]]:
    """The cost and its derivatives, from one graph."""
    arrays = {name: da.from_array(array) for name, array in params.items()}
    return dask.compute(network.gradient(arrays, X, Y))[0]


def on_numpy(network: ModuleType, params: dict, X: da.Array, Y: da.Array) -> tuple[float, dict[str, np.ndarray]]:
    """The same by hand: the means of the chunks, each counted by its rows."""
    total, sums = 0.0, {name: np.zeros_like(array) for name, array in params.items()}
    for x, y in zip(X.partitions, Y.partitions, strict=True):
        cost, grads = network.gradient(params, *dask.compute(x, y))
        share = len(x) / len(X)
        total += share * cost
        for name, grad in grads.items():
            sums[name] += share * grad
    return total, sums


def main(path: str, rows: int = ROWS) -> int:
    network = load(path)
    params = network.init(seed=0)
    shapes = [[network.SIZES[axis] for axis in network.SHAPES[name][1:]] for name in ("X", "Y")]
    X, Y = records(rows, *shapes[0], *shapes[1])
    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        X, Y = dask.persist(X, Y)
        start = time.perf_counter()
        cost, grads = on_workers(network, params, X, Y)
        took = time.perf_counter() - start
        wanted, right = on_numpy(network, params, X, Y)
    print(f"{rows} records in {X.numblocks[0]} chunks on {WORKERS} workers: cost {cost:.6f}, {took:.2f} seconds")
    errors = {name: np.abs(grad - right[name]).max() / np.abs(right[name]).max() for name, grad in grads.items()}
    for name, error in {"cost": abs(cost - wanted) / wanted, **errors}.items():
        print(f"  {name:5} differs from NumPy by {error:.1e}")
    return 0 if max(errors.values()) < CLOSE and abs(cost - wanted) < CLOSE * wanted else 1


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_file() or not all(map(str.isdecimal, sys.argv[2:])):
        print(USAGE, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
