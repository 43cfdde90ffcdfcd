"""The measurement from start to end: a fresh process for each setting, then tables, numbers and a plot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import click

from .cases import CASES, DTYPES, SETTINGS, Setting
from .contenders import CONTENDERS, REFERENCE
from .quiet import busy
from .report import FOLDER, duration, report, save
from .results import Results, Row, machine

SECONDS, QUICK = 0.8, 0.02


class Stopped(Exception):
    """A measurement that cannot go on: why, in one line."""


@dataclass(frozen=True)
class Job:
    """What one process measures."""

    setting: Setting
    networks: list[tuple[str, str]]
    contenders: tuple[str, ...]
    environment: dict[str, str]


@click.command()
@click.argument("words", nargs=-1)
@click.option("--anyway", is_flag=True, help="measure on a busy machine too; the tables say so")
@click.option("--quick", is_flag=True, help=f"{QUICK} seconds for each figure instead of {SECONDS:g}")
@click.option("-c", "--contender", "chosen", multiple=True, type=click.Choice([*CONTENDERS]), help="only these")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="where the results go")
def main(words: tuple[str, ...], anyway: bool, quick: bool, chosen: tuple[str, ...], output: Path | None) -> None:
    """Measure generated gradients beside what one would take instead.

    WORDS choose what is measured: all of them stand in the network, its type and the setting, as in
    "784-128-10 float32 Haswell '1 thread'". Only a whole run writes to benchmarks/results, unless told -o.
    """
    why = busy()
    if why and not anyway:
        print(f"the machine is busy ({why}): the ratios would not mean much; --anyway measures all the same")
        sys.exit(3)
    results = Results(machine(), why)
    whole = not (words or quick or chosen)
    try:
        for job in jobs(words, chosen or tuple(CONTENDERS)):
            run(job, QUICK if quick else SECONDS, results)
    except Stopped as stop:
        print(stop)
        sys.exit(1)
    if not results.rows:
        print("nothing was measured: no network has all these words, or no contender could take part")
        sys.exit(2)
    if whole or output:
        save(results, output or FOLDER)
    else:
        print(f"\n{report(results, plot=False)}")


def jobs(words: tuple[str, ...], contenders: tuple[str, ...]) -> Iterator[Job]:
    """A process for each setting, and one more where contenders need an environment of their own."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for setting in SETTINGS:
        networks = [
            (network, dtype)
            for network in CASES
            for dtype in DTYPES
            if all(word in f"{network} {dtype} {setting.name}" for word in words)
        ]
        if not networks:
            continue
        if setting.threads > cores:
            print(f"{setting.name}: left out, there is one core")
            continue
        groups: dict[tuple, list[str]] = {}
        for name in contenders:
            if CONTENDERS[name].takes_part(setting):
                groups.setdefault(tuple(CONTENDERS[name].environment.items()), []).append(name)
        for environment, names in groups.items():
            together = tuple(dict.fromkeys([REFERENCE, *names]))
            yield Job(setting, networks, together, {**setting.environment(), **dict(environment)})


def run(job: Job, seconds: float, results: Results) -> None:
    """Start the process of a job and gather what it says."""
    setting = job.setting
    print(f"\n{setting.name}: {'; '.join(job.contenders)}", flush=True)
    told = {
        "threads": setting.threads, "networks": job.networks, "contenders": job.contenders, "seconds": seconds,
        "memory": not results.memory or setting == results.settings[0],
    }  # fmt: skip
    command = [sys.executable, "-m", "benchmarks.child", json.dumps(told)]
    with TemporaryFile("w+") as errors:
        with subprocess.Popen(
            command, env=job.environment, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=FOLDER.parent.parent
        ) as process:
            for line in process.stdout or ():
                for kind, said in json.loads(line).items():
                    gather(kind, said, setting, results)
        if process.returncode:
            errors.seek(0)
            lines = errors.read().strip().splitlines()
            raise Stopped(f"{setting.name}: the process failed ({lines[-1] if lines else process.returncode})")


def gather(kind: str, said: Any, setting: Setting, results: Results) -> None:
    """Put away one thing that a process says."""
    if kind == "stop":
        raise Stopped(f"stopped: {said}")
    if kind == "row":
        row = Row(setting.kernels, setting.threads, **said)
        if results.row(setting, row.network, row.dtype, row.contender) is None:  # the reference is in every process
            results.rows.append(row)
            beside = f"{duration(row.seconds):>9} {row.ratio:8.3f}"
            print(f"{row.network:32} {row.dtype} {row.contender:24} {beside}", flush=True)
    elif kind == "memory":
        if said not in results.memory:
            results.memory.append(said)
    elif kind == "products":
        results.products.setdefault(setting.name, {}).setdefault(*said)
    elif said[0] not in results.absent:
        results.absent[said[0]] = said[1]
        print(f"{said[0]}: left out, {said[1]}", flush=True)


if __name__ == "__main__":
    main()
