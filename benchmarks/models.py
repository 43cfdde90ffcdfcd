"""``python -m benchmarks.models``: what the models of `examples/models` take, and how far they are from PyTorch."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from subprocess import CalledProcessError

from .run import run

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "examples" / "models"
GOAL = {"transformer": 10.0}
"""Seconds, 5 unless given."""

MEASURE = """
import json, sys, time
import model_samples as samples
name = sys.argv[1]
start = time.perf_counter()
found = samples.derive(name)
seconds = time.perf_counter() - start
everywhere = sum(step.proof.widths == "all" for step in found.steps)
row = {"seconds": seconds, "steps": len(found.steps), "everywhere": everywhere, "error": None}
try:
    import torch_models
except ImportError:
    pass
else:
    given = samples.sample(name)
    _, wanted = torch_models.derivatives(name, given.params, given.data, given.upstream, given.inputs)
    row["error"] = max(samples.error(g, wanted[n]) for n, g in samples.gradient(name, given).items())
print(json.dumps(row))
"""


def main() -> None:
    """Print one line for each model, or for those named; each is measured in a process of its own."""
    print(f"{'model':14} {'seconds':>8} {'goal':>5} {'steps':>6} {'all widths':>11} {'some':>5}   against PyTorch")
    for name in sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("*.eq")):
        print(f"{name:14} {line(name)}", flush=True)


def line(name: str) -> str:
    """What is measured of one model, in columns."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    try:
        row = json.loads(run([sys.executable, "-c", MEASURE, name], {**os.environ, "PYTHONPATH": paths}))
    except CalledProcessError:
        return "failed, as said above"
    told = "not installed" if row["error"] is None else f"{row['error']:.1e}"
    some = row["steps"] - row["everywhere"]
    goal = GOAL.get(name, 5.0)
    return f"{row['seconds']:8.2f} {goal:5.0f} {row['steps']:6} {row['everywhere']:11} {some:5}   {told}"


if __name__ == "__main__":
    main()
