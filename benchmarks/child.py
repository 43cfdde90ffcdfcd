"""One process of a measurement, in one setting: ``python -m benchmarks.child JOB``, with the job in JSON.

Prints one JSON object a line: {"products": ...}, {"row": ...}, {"memory": ...}, {"absent": ...} or {"stop": ...}.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict

from .cases import CASES, Problem, drawn
from .contenders import CONTENDERS, REFERENCE, Contender, bare
from .goals import concerned
from .libraries import Absent, Call
from .measuring import Disagreement, compare, memory, timed
from .quiet import Watch

Say = Callable[..., None]


def main(job: dict) -> int:
    """Do a job: `networks` as pairs of name and type, `contenders` by name, `threads`, `seconds`, `memory` or not."""
    pin(job["threads"])
    with os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)  # what libraries print goes elsewhere

        def say(**said: object) -> None:
            print(json.dumps(said), file=out, flush=True)

        chosen = {name: CONTENDERS[name] for name in job["contenders"]}
        measured: dict[str, Call] = {}
        try:
            for network, dtype in job["networks"]:
                measured |= measure(network, drawn(CASES[network], dtype, job["threads"]), chosen, job, say)
        except Disagreement as failure:
            say(stop=f"{network}, {dtype}: {failure}")
            return 1
        for name in measured:
            say(products=[name, chosen[name].products()])
    return 0


def pin(threads: int) -> None:
    """Keep this process to as many cores as threads, where the platform can: some libraries know no other limit."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])


def measure(network: str, problem: Problem, chosen: Mapping[str, Contender], job: dict, say: Say) -> dict[str, Call]:
    """Measure the contenders for one network, once they are seen to compute the same; those that took part."""
    calls: dict[str, Call] = {}
    for name, contender in chosen.items():
        if contender.takes(problem.case):
            try:
                calls[name] = call_of(contender, problem)
            except Absent as why:
                say(absent=[name, str(why)])
    compare({name: call for name, call in calls.items() if not chosen[name].bare}, problem)
    watch = Watch()
    found = timed(calls, bare(problem), job["seconds"], problem.threads, concerned(problem))
    others = watch.cores()
    for name, times in found.items():
        about = {"network": network, "dtype": problem.dtype, "contender": name}
        say(row={**about, **asdict(times), "others": others and round(others, 3)})
    if job["memory"] and REFERENCE in calls:
        say(memory={"network": network, "dtype": problem.dtype, **memory(problem)})
    return calls


def call_of(contender: Contender, problem: Problem) -> Call:
    """The call of a contender; raises Absent where a library is missing."""
    try:
        return contender.make(problem)
    except ImportError as failure:
        raise Absent(f"{failure.name or failure} is missing") from failure


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
