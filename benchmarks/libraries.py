"""What a user would take instead: the same gradient in NumPy by hand, and by libraries that differentiate.

Each function gives a call without arguments that returns the cost and its derivatives, by name or in the order of
the parameters.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from itertools import chain
from typing import Any

from .cases import Problem

Call = Callable[[], tuple[Any, Any]]


class Absent(Exception):
    """A contender that cannot take part here: why, in one line."""


def textbook(problem: Problem) -> Call:
    """The gradient as books write it, layer by layer, in fresh arrays."""
    import numpy as np

    act, slope = _by_hand(problem.case.hidden)
    layers, X, Y = problem.layers, problem.X, problem.Y

    def gradient() -> tuple[Any, Any]:
        Z, A = [X], [X]
        for W, b in layers:
            Z.append(A[-1] @ W.T + b)
            A.append(act(Z[-1]))
        E = np.exp(Z[-1] - Z[-1].max(axis=1, keepdims=True))
        P = E / E.sum(axis=1, keepdims=True)
        cost = -np.mean(np.sum(Y * np.log(P), axis=1))
        grads = {}
        D = (P - Y) / len(X)
        for n in range(len(layers), 0, -1):
            grads[f"W{n}"], grads[f"b{n}"] = D.T @ A[n - 1], D.sum(axis=0)
            if n > 1:
                D = (D @ layers[n - 1][0]) * slope(Z[n - 1], A[n - 1])
        return cost, grads

    return gradient


def _by_hand(hidden: str) -> tuple[Callable, Callable]:
    """An activation, and its slope from z and a."""
    import numpy as np

    if hidden == "gelu":
        from scipy.special import erf

        half, density = 2**-0.5, (2 * np.pi) ** -0.5
        return (
            lambda z: 0.5 * z * (1 + erf(half * z)),
            lambda z, a: 0.5 * (1 + erf(half * z)) + density * z * np.exp(-0.5 * z**2),
        )
    table: dict[str, tuple[Callable, Callable]] = {
        "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
        "tanh": (np.tanh, lambda z, a: 1 - a**2),
        "relu": (lambda z: np.maximum(z, 0), lambda z, a: z > 0),
    }
    return table[hidden]


def autograd(problem: Problem) -> Call:
    """HIPS autograd: NumPy, recorded and differentiated."""
    import autograd as recorded
    import autograd.numpy as np
    from autograd.scipy.special import erf

    act = {
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0),
        "gelu": lambda z: 0.5 * z * (1 + erf(2**-0.5 * z)),
    }[problem.case.hidden]
    X, Y, params = problem.X, problem.Y, dict(problem.params)
    depth = len(problem.layers)

    def cost(params: dict) -> Any:
        A = X
        for n in range(1, depth):
            A = act(A @ params[f"W{n}"].T + params[f"b{n}"])
        Z = A @ params[f"W{depth}"].T + params[f"b{depth}"]
        Z = Z - np.max(Z, axis=1, keepdims=True)
        return -np.mean(np.sum(Y * (Z - np.log(np.sum(np.exp(Z), axis=1, keepdims=True))), axis=1))

    run = recorded.value_and_grad(cost)
    return lambda: run(params)


def torch_eager(problem: Problem) -> Call:
    """PyTorch: linear, cross_entropy, backward; by its functions, which are quicker than its modules."""
    return _torch(problem, lambda cost: cost)


def torch_products(problem: Problem) -> Call:
    """The matrix products of a gradient alone, by PyTorch, into arrays made beforehand."""
    import torch

    torch.set_num_threads(problem.threads)
    weights = [torch.from_numpy(W) for W, _ in problem.layers]
    like = [torch.empty(problem.case.batch, width, dtype=weights[0].dtype) for width in problem.case.widths]
    values = [torch.from_numpy(problem.X), *map(torch.randn_like, like[1:])]
    errors, sums = [*map(torch.randn_like, like)], [*map(torch.empty_like, like)]
    slopes = [*map(torch.empty_like, weights)]

    def products() -> None:
        for n, W in enumerate(weights):
            torch.mm(values[n], W.t(), out=sums[n + 1])
        for n in range(len(weights) - 1, -1, -1):
            torch.mm(errors[n + 1].t(), values[n], out=slopes[n])
            if n:
                torch.mm(errors[n + 1], weights[n], out=sums[n])

    return products


def torch_compiled(problem: Problem) -> Call:
    """The same through torch.compile, which writes C++ and has it compiled."""
    import torch

    if not any(map(shutil.which, filter(None, (os.environ.get("CXX"), "g++", "clang++", "c++")))):
        raise Absent("torch.compile needs a C++ compiler, and there is none")
    torch.compiler.reset()  # each network is a new function of the same code, of which it compiles eight at most
    call = _torch(problem, torch.compile)
    try:
        call()
    except Exception as failure:
        raise Absent(f"torch.compile failed: {str(failure).strip().splitlines()[0]}") from failure
    return call


def _torch(problem: Problem, through: Callable) -> Call:
    """PyTorch, with the cost put through something before it is called."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(problem.threads)
    act = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "gelu": functional.gelu}
    hidden = act[problem.case.hidden]
    X, labels = torch.from_numpy(problem.X), torch.from_numpy(problem.Y.argmax(axis=1))
    layers = [tuple(torch.tensor(array, requires_grad=True) for array in layer) for layer in problem.layers]
    params = [*chain(*layers)]

    def cost(A: Any) -> Any:
        for W, b in layers[:-1]:
            A = hidden(functional.linear(A, W, b))
        return functional.cross_entropy(functional.linear(A, *layers[-1]), labels)

    run = through(cost)

    def gradient() -> tuple[Any, Any]:
        for param in params:
            param.grad = None
        value = run(X)
        value.backward()
        return value.detach(), [param.grad for param in params]

    return gradient


def jax_jit(problem: Problem) -> Call:
    """JAX: the value and the gradient of the cost, compiled, waited for; in float64 only if JAX_ENABLE_X64 is set."""
    import jax
    import jax.numpy as np

    nn = jax.nn
    act = {"sigmoid": nn.sigmoid, "tanh": np.tanh, "relu": nn.relu, "gelu": lambda z: nn.gelu(z, approximate=False)}
    hidden = act[problem.case.hidden]

    def cost(layers: list, X: Any, Y: Any) -> Any:
        *before, (W, b) = layers
        for V, c in before:
            X = hidden(X @ V.T + c)
        return -np.mean(np.sum(Y * nn.log_softmax(X @ W.T + b), axis=1))

    run = jax.jit(jax.value_and_grad(cost))
    layers, X, Y = jax.device_put((problem.layers, problem.X, problem.Y))

    def gradient() -> tuple[Any, Any]:
        value, grads = jax.block_until_ready(run(layers, X, Y))
        return value, [*chain(*grads)]

    return gradient


def of_numpy() -> str:
    """Which library multiplies NumPy's matrices."""
    import numpy

    return f"NumPy {numpy.__version__}: {_blas(numpy, 'numpy')}"


def of_numba() -> str:
    """Which library multiplies matrices for loops that Numba compiles: NumPy's."""
    import numba

    return f"Numba {numba.__version__}, {of_numpy()}"


def _blas(library: Any, name: str) -> str:
    """The BLAS a library was built with, and the kernels it chose."""
    built = library.show_config(mode="dicts")["Build Dependencies"]["blas"]
    said = f"{built['name']} {built['version']}".replace("scipy-openblas", "OpenBLAS")
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return said
    loaded = [i for i in threadpool_info() if i["user_api"] == "blas" and f"{name}.libs" in i["filepath"]]
    kernels = {i.get("architecture") for i in loaded} - {None}
    return f"{said}, {' '.join(sorted(kernels))} kernels" if kernels else said


def of_torch() -> str:
    """Which library multiplies PyTorch's matrices."""
    import torch

    said = torch.__config__.show()
    mkl = re.search(r"Math Kernel Library Version ([\d.]+)", said)
    other = re.search(r"BLAS_INFO=(\w+)", said)
    narrow = os.environ.get("MKL_ENABLE_INSTRUCTIONS")
    blas = f"MKL {mkl[1]}, {narrow or 'its own choice of'} kernels" if mkl else other[1] if other else "BLAS unknown"
    loops = torch.backends.cpu.get_cpu_capability()
    return f"PyTorch {torch.__version__.split('+')[0]}: {blas}; loops for {loops}"


def of_jax() -> str:
    """Which library multiplies JAX's matrices."""
    import jax

    return f"JAX {jax.__version__}: what XLA brings along, its own choice of kernels"
