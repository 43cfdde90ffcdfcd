"""``python -m benchmarks.run``: derivation time by depth, and the command's wall time."""

from __future__ import annotations

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
    rows = [*depths(), *command()]
    lines = [
        f"Measured on {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "",
        "| what | measured | goal |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    text = "# Speed of derivations\n\n" + "\n".join(lines) + "\n"
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


def run(arguments: list[str], environment: dict[str, str] | None = None) -> str:
    """What a program prints; raises CalledProcessError if it fails."""
    return subprocess.run(arguments, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
