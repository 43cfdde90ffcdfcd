"""The table of contenders: one row each, what makes its gradient a call without arguments."""

from __future__ import annotations

import getpass
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import libraries
from .cases import AVX2, Case, Problem, Setting, derivation
from .libraries import Absent, Call


def bare(problem: Problem) -> Callable[[], None]:
    """The matrix products of a gradient alone, into arrays made beforehand."""
    import numpy as np

    rng = np.random.default_rng(1)
    weights = [W for W, _ in problem.layers]
    shapes = [(problem.case.batch, width) for width in problem.case.widths]
    values = [problem.X, *(rng.standard_normal(shape).astype(problem.dtype) for shape in shapes[1:])]
    errors = [rng.standard_normal(shape).astype(problem.dtype) for shape in shapes]
    sums = [np.empty_like(value) for value in values]
    slopes = [np.empty_like(W) for W in weights]

    def products() -> None:
        for n, W in enumerate(weights):
            np.dot(values[n], W.T, out=sums[n + 1])
        for n in range(len(weights) - 1, -1, -1):
            np.dot(errors[n + 1].T, values[n], out=slopes[n])
            if n:
                np.dot(errors[n + 1], weights[n], out=sums[n])

    return products


def made(problem: Problem, target: str) -> Any:
    """What `make_gradient` of the module for this target gives."""
    from codegen.programs.compile import load
    from codegen.programs.targets import TARGETS

    module = load(TARGETS[target](derivation(problem.case.widths, problem.case.hidden), ""), f"generated_{target}")
    return module.make_gradient() if target == "python" else module.make_gradient(problem.case.batch, problem.dtype)


def generated(target: str) -> Callable[[Problem], Call]:
    """`make_gradient` of a target, called as it is."""

    def make(problem: Problem) -> Call:
        gradient, params, X, Y = made(problem, target), problem.params, problem.X, problem.Y
        return lambda: gradient(params, X, Y)

    return make


def bound(target: str) -> Callable[[Problem], Call]:
    """`make_gradient` of a target, bound to its arrays, which it then looks at no more."""

    def make(problem: Problem) -> Call:
        gradient = made(problem, target)
        if not hasattr(gradient, "bind"):
            raise Absent("what make_gradient returns has no bind")
        return gradient.bind(problem.params, problem.X, problem.Y)

    return make


def lists(problem: Problem) -> Call:
    """The module in plain Python, for one record, in lists of floats."""
    gradient = made(problem, "python")
    params = {name: array.tolist() for name, array in problem.params.items()}
    x, y = problem.X[0].tolist(), problem.Y[0].tolist()
    return lambda: gradient(params, x, y)


@dataclass(frozen=True)
class Contender:
    """A way to a gradient: what makes it, and whose matrix products it takes."""

    make: Callable[[Problem], Call]
    products: Callable[[], str]
    tiny: bool = False
    """Measured for tiny networks only."""
    bare: bool = False
    """Matrix products alone, which are no gradient."""
    kernels: str | None = None
    """Measured only where OpenBLAS is told to use these."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What its process needs to be started with, besides."""

    def takes_part(self, setting: Setting) -> bool:
        """Whether it is measured in this setting."""
        return self.kernels in (None, setting.kernels)

    def takes(self, case: Case) -> bool:
        """Whether it is measured for this network."""
        return not self.bare if case.tiny else not self.tiny


NARROW = {
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "ATEN_CPU_CAPABILITY": "avx2",
    "TORCHINDUCTOR_CACHE_DIR": str(Path(tempfile.gettempdir()) / f"torchinductor_avx2_{getpass.getuser()}"),
}
"""What OPENBLAS_CORETYPE=Haswell is to NumPy, for PyTorch: the first binds its products, the second its own loops.

What was compiled for wider instructions must not be found again: run with narrower ones it gives wrong numbers.
"""

REFERENCE = "numpy"
"""The contender that all others are compared with."""

CONTENDERS: Mapping[str, Contender] = {
    "numpy": Contender(generated("numpy"), libraries.of_numpy),
    "numpy, bound": Contender(bound("numpy"), libraries.of_numpy, tiny=True),
    "numba": Contender(generated("numba"), libraries.of_numba),
    "numba, bound": Contender(bound("numba"), libraries.of_numba, tiny=True),
    "python": Contender(lists, lambda: "none: floats", tiny=True),
    "textbook NumPy": Contender(libraries.textbook, libraries.of_numpy),
    "HIPS autograd": Contender(libraries.autograd, libraries.of_numpy),
    "PyTorch's products": Contender(libraries.torch_products, libraries.of_torch, bare=True),
    "PyTorch": Contender(libraries.torch_eager, libraries.of_torch),
    "PyTorch compiled": Contender(libraries.torch_compiled, libraries.of_torch),
    "PyTorch's products, AVX2": Contender(
        libraries.torch_products, libraries.of_torch, bare=True, kernels=AVX2, environment=NARROW
    ),
    "PyTorch, AVX2": Contender(libraries.torch_eager, libraries.of_torch, kernels=AVX2, environment=NARROW),
    "PyTorch compiled, AVX2": Contender(libraries.torch_compiled, libraries.of_torch, kernels=AVX2, environment=NARROW),
    "JAX jit": Contender(libraries.jax_jit, libraries.of_jax),
}
