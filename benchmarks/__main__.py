"""``python -m benchmarks``: run every measurement."""

from .run import main

main()
