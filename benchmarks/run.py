"""Derivation time by depth, the command's wall time, and generated code beside its matrix products."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent / "results" / "latest.md"
DEPTHS, WIDTH = (100, 400), 8
KERNELS = ("as found", "Haswell")
"""Settings of OPENBLAS_CORETYPE: which of its kernels OpenBLAS is to use."""

Rows = list[tuple[str, str, str]]

DEPTH = """
import sys, time
from derive import MLP, backpropagate
depth, width = map(int, sys.argv[1:])
model = MLP([width] * (depth + 1), hidden="tanh")
start = time.perf_counter()
derivation = backpropagate(model)
derived = time.perf_counter()
from codegen import numpy_source
loaded = time.perf_counter()
numpy_source(derivation)
print(derived - start, time.perf_counter() - loaded)
"""


def main() -> None:
    """Measure, print the table and write it to results/latest.md."""
    rows = [*depths(), *command(), *products()]
    lines = [
        f"Measured on {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "",
        "| what | measured | goal |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    text = "# Speed\n\n" + "\n".join(lines) + "\n"
    print(text)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text)


def depths() -> Rows:
    """Derivation and writing of deep networks, each in a process of its own."""
    rows = []
    for depth in DEPTHS:
        found = [
            tuple(map(float, run([sys.executable, "-c", DEPTH, str(depth), str(WIDTH)]).split())) for _ in range(3)
        ]
        derived, written = (median(times) for times in zip(*found, strict=True))
        goal = "under 1 s" if depth == 100 else "the same time per layer"
        rows.append((
            f"derive {depth} layers (width {WIDTH}, tanh, softmax), every step checked",
            f"{derived:.2f} s ({1e3 * derived / depth:.1f} ms per layer)", goal,
        ))  # fmt: skip
        rows.append((f"write the NumPy module of {depth} layers", f"{written:.2f} s", ""))
    return rows


def command() -> Rows:
    """The command from start to end."""
    found = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            run([sys.executable, "-m", "backproof", "derive", "4-3-5", "-o", folder])
            found.append(time.perf_counter() - start)
    return [("`backproof derive 4-3-5 -o out`, start-up included", f"{median(found):.2f} s", "under 2 s")]


def products() -> Rows:
    """A generated gradient beside its bare matrix products, with one thread."""
    rows = []
    for kernel in KERNELS:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        environment.pop("OPENBLAS_CORETYPE", None)
        if kernel != KERNELS[0]:
            environment["OPENBLAS_CORETYPE"] = kernel
        found = json.loads(run([sys.executable, "-m", "benchmarks.products"], environment))
        what = f"784-512-512-10, batch 256, float32, one thread, OPENBLAS_CORETYPE {kernel}"
        rows.append((f"bare matrix products: {what}", f"{found['bare ms']:.1f} ms", ""))
        for name, said, goal in (
            ("workspace", "`make_gradient` beside them", "at most 1.25"),
            ("fresh", "`gradient` (fresh arrays)", ""),
            ("textbook", "textbook NumPy", ""),
        ):
            rows.append((said, f"{found[f'{name} ratio']:.2f} ({found[f'{name} ms']:.1f} ms)", goal))
    return rows


def run(arguments: list[str], environment: dict[str, str] | None = None) -> str:
    """What a program prints; raises CalledProcessError if it fails."""
    return subprocess.run(arguments, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
