"""The judge on formulas made from many models, wrong and right: its verdicts, the mistakes it names, its time.

``python -m benchmarks.verdicts [N]``: N formulas of each sort for each model, 20 unless given.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path
from statistics import quantiles

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from mutations import EQUAL, MODELS, gap, made_by, model, question, rewritten, spoiled  # noqa: E402

from derive.judge.verify import Judge  # noqa: E402

USUAL = 20
SEED = 7
LONG = 3.0
"""Verdicts that took longer, in seconds, are shown."""
NAMED, OTHER_ROW, MISSED = "as made", "as another row makes it", "missed"


def main() -> None:
    """Judge each formula once and print what was found."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else USUAL
    verdicts: Counter = Counter()
    naming: Counter = Counter()
    times: list[float] = []
    for name in MODELS:
        judge = Judge(model(name))
        for claim in (*spoiled(name, SEED, count), *rewritten(name, SEED, count)):
            start = time.perf_counter()
            verdict = judge.plain(claim.text)
            times.append(time.perf_counter() - start)
            if times[-1] > LONG:
                print(f"{times[-1]:.1f} s: {name}: {claim.text}: {verdict.status}", flush=True)
            asked = question(name, claim.text)
            far = gap(asked)
            truth = "unknown" if far is None else "true" if far < EQUAL else "false"
            verdicts[truth, verdict.status] += 1
            if (truth, verdict.status) in (("true", "refuted"), ("false", "proved")):
                print(f"WRONG: {name}: {claim.text}: {verdict.status}", flush=True)
            if verdict.status == "undecided":
                print(f"undecided: {name}: {claim.text}: {verdict.reason}", flush=True)
            if claim.mistake is not None and verdict.diagnosis is not None:
                kind = verdict.diagnosis.kind
                other = OTHER_ROW if kind != claim.mistake.kind and made_by(kind, asked) else MISSED
                said = NAMED if kind == claim.mistake.kind else other
                naming[said] += 1
                if said == MISSED:
                    print(f"missed: {name}: {claim.text}: {claim.mistake.name} | {verdict.diagnosis.text}", flush=True)
        print(f"# {name}: {dict(naming)}", flush=True)
    print("\nthe floats say, the judge says, formulas")
    for (truth, status), number in sorted(verdicts.items()):
        print(f"{truth:8} {status:10} {number}")
    print("\nmistakes named", *(f"{said}: {number}" for said, number in naming.items()), sep="\n")
    spread = quantiles(times, n=100, method="inclusive")
    shown = (("median", 49), ("75%", 74), ("95%", 94), ("99%", 98))
    print("\nmilliseconds of a verdict, diagnosis included (each judged once)")
    print(*(f"{word} {1e3 * spread[place]:.0f}" for word, place in shown), f"max {1e3 * max(times):.0f}", sep="   ")


if __name__ == "__main__":
    main()
