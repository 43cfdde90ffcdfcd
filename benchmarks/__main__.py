"""``python -m benchmarks``: the measurement of generated gradients."""

from .speed import main

main(prog_name="python -m benchmarks")
