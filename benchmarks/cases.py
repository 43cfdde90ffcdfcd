"""The networks that are measured, the settings they are measured under, and the goals."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from derive.backward.steps import Derivation

DTYPES = ("float32", "float64")


@dataclass(frozen=True)
class Case:
    """A network at a number of records; `goals` by contender: times of the bare products, or seconds where tiny."""

    widths: tuple[int, ...]
    hidden: str
    batch: int
    goals: Mapping[str, float]
    tiny: bool = False
    """Its products are nothing: what counts is the time of a call."""


CASES: Mapping[str, Case] = {
    "784-128-10 sigmoid, batch 64": Case((784, 128, 10), "sigmoid", 64, {"numpy": 1.15, "numba": 1.10}),
    "784-128-10 sigmoid, batch 1024": Case((784, 128, 10), "sigmoid", 1024, {"numpy": 1.10, "numba": 1.06}),
    "784-512-512-10 relu, batch 256": Case((784, 512, 512, 10), "relu", 256, {"numpy": 1.05, "numba": 1.02}),
    "784-512-512-10 relu, batch 4096": Case((784, 512, 512, 10), "relu", 4096, {"numpy": 1.06, "numba": 1.05}),
    "32 layers of 64 tanh, batch 256": Case((64,) * 33, "tanh", 256, {"numpy": 1.20, "numba": 1.12}),
    "1024-4096-1024 gelu, batch 1024": Case((1024, 4096, 1024), "gelu", 1024, {"numpy": 1.05, "numba": 1.03}),
    "2-3-2 sigmoid, batch 1": Case(
        (2, 3, 2), "sigmoid", 1, {"numpy": 13e-6, "numpy, bound": 7e-6, "python": 1.5e-6, "numba, bound": 0.4e-6}, True
    ),
}
KEPT = {"gelu": 2}
"""Arrays that a hidden layer keeps for the way back, 1 unless given: no slope of gelu can be read off its output."""


@dataclass(frozen=True)
class Setting:
    """How many threads, and which of its kernels OpenBLAS is told to use; None: it chooses."""

    kernels: str | None
    threads: int

    @property
    def name(self) -> str:
        """As said in a heading."""
        kernels = f"OPENBLAS_CORETYPE={self.kernels}" if self.kernels else "OPENBLAS_CORETYPE unset"
        return f"{kernels}, {self.threads} thread{'s' if self.threads > 1 else ''}"

    @property
    def with_goals(self) -> bool:
        """Whether the goals speak of this one."""
        return self.threads == 1 and self.kernels == AVX2

    def environment(self) -> dict[str, str]:
        """What a process is started with to be in this setting."""
        threads = str(self.threads)
        names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
        made = {**os.environ, **dict.fromkeys(names, threads)}
        made |= {"JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "1", "TORCHINDUCTOR_COMPILE_THREADS": "1"}
        made.pop("OPENBLAS_CORETYPE", None)
        made.pop("XLA_FLAGS", None)
        if self.kernels:
            made["OPENBLAS_CORETYPE"] = self.kernels
        if self.threads == 1:
            made["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
        return made


AVX2 = "Haswell"
"""What OpenBLAS calls its kernels for AVX2; of use on x86-64 only."""
KERNELS = (AVX2, None) if platform.machine().lower() in ("x86_64", "amd64") else (None,)
SETTINGS = tuple(Setting(kernels, threads) for threads in (1, 2) for kernels in KERNELS)


@dataclass(frozen=True)
class Problem:
    """What every contender computes: the cost and its derivatives at these numbers. Labels are one-hot."""

    case: Case
    dtype: str
    threads: int
    params: Mapping[str, np.ndarray]
    X: np.ndarray
    Y: np.ndarray

    @property
    def layers(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Weights and bias of each layer."""
        return [(self.params[f"W{n}"], self.params[f"b{n}"]) for n in range(1, len(self.case.widths))]


def drawn(case: Case, dtype: str, threads: int = 1) -> Problem:
    """Numbers for a network.

    Inputs and weights are multiples of small powers of two, so that the first two layers come out without rounding,
    and each bias is half a step of the sums it is added to: no z lies at the corner of a ReLU, and all libraries
    agree on its side.
    """
    import numpy as np

    rng = np.random.default_rng(0)
    params, widths = {}, case.widths
    for n, (before, here) in enumerate(zip(widths, widths[1:], strict=False), 1):
        W = rng.standard_normal((here, before)) / before**0.5
        params[f"W{n}"] = (np.round(W * 2**6) / 2**6).astype(dtype)
        params[f"b{n}"] = np.full(here, 2.0 ** -(7 * min(n, 3) + 2), dtype)
    X = (np.round(rng.standard_normal((case.batch, widths[0])) * 2**2) / 2**2).astype(dtype)
    Y = np.eye(widths[-1], dtype=dtype)[rng.integers(widths[-1], size=case.batch)]
    return Problem(case, dtype, threads, params, X, Y)


@cache
def derivation(widths: tuple[int, ...], hidden: str) -> Derivation:
    """The derivation behind the generated modules, with softmax and cross-entropy at the end."""
    from derive import MLP, backpropagate

    return backpropagate(MLP(list(widths), hidden=hidden))
