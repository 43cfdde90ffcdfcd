"""The judge of equations on the made identities of the tests: its verdicts by family, and the time of a decision."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path
from statistics import quantiles

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from identities_made import CASES, Row, rows  # noqa: E402

WORDS = ("proved, all widths", "proved, some widths", "refuted", "undecided", "no verdict")


def main() -> None:
    """Decide each once, nothing remembered, and print both tables."""
    counts: dict[tuple[str, str], Counter] = {}
    times: list[float] = []
    for case in CASES:
        made = rows(*case)
        counts[case] = Counter()
        for row in made:
            said, seconds = decided(row)
            counts[case][said] += 1
            times.append(seconds)
    print("# Verdicts\n")
    table(["kind", "family", *WORDS], [[*case, *(str(counts[case][word]) for word in WORDS)] for case in CASES])
    print(f"\n# Milliseconds of a decision ({len(times)} decisions, cold cache)\n")
    table(["min", "25%", "median", "75%", "90%", "99%", "max"], [[f"{1e3 * t:.1f}" for t in spread(times)]])


def decided(row: Row) -> tuple[str, float]:
    """What is said of an equation, and the seconds it took."""
    start = time.perf_counter()
    try:
        proof = row.verdict()
    except Exception as failure:
        print(f"{type(failure).__name__}: {failure} in {row.left} = {row.right}\n")
        return "no verdict", time.perf_counter() - start
    seconds = time.perf_counter() - start
    if proof.status != "proved":
        return proof.status, seconds
    return "proved, all widths" if proof.widths == "all" else "proved, some widths", seconds


def spread(times: list[float]) -> tuple[float, ...]:
    """Least, quartiles, 90%, 99% and greatest."""
    percent = quantiles(times, n=100, method="inclusive")
    return min(times), percent[24], percent[49], percent[74], percent[89], percent[98], max(times)


def table(head: list[str], body: list[list[str]]) -> None:
    for row in [head, ["---"] * len(head), *body]:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
