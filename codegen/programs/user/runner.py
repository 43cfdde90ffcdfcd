"""What runs in the process of its own: one check, from the job it finds in a folder to the result it leaves there."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from .calling import Caller
from .findings import Check, Stopped
from .functions import check_functions
from .layers import check_layer
from .loading import find, load
from .references import Reference

MEMORY = 6 << 30
"""Bytes of addresses that somebody's code may take: enough for any check, less than a machine has."""


def main(folder: str) -> int:
    """Do the job of the folder. What the code under check prints goes nowhere."""
    job = json.loads(Path(folder, "job.json").read_text(encoding="utf-8"))
    _limit_memory()
    found = checked(job, lambda name, text: _write(folder, name, text))
    _write(folder, "result.json", json.dumps(found.as_json()))
    os._exit(0)  # somebody's threads and exit handlers may never end


def checked(job: dict[str, Any], tell: Callable[[str, str], None] = lambda name, text: None) -> Check:
    """The check of a job, in this very process; `tell` is given its "stage" and the "names" it has found."""
    check = Check(job["file"])
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            _check(check, job, tell)
    except Stopped as problem:
        check.notes.append(problem.note)
        check.status = problem.status
    except MemoryError:
        check.note("raises", f"the check needs more than {MEMORY >> 30} GB of memory")
    return check


def _check(check: Check, job: dict[str, Any], tell: Callable[[str, str], None]) -> None:
    caller = Caller(job["file"], lambda stage: tell("stage", stage))
    reference = Reference.parse(job["model"]) if job["model"] else None
    module = load(job["file"], caller)
    target = find(module, tuple(job["names"]))
    check.functions = list(target.names)
    tell("names", "\n".join(target.names))
    if target.layer is not None:
        check_layer(check, target, caller, job["seed"], job["timeout"])
    else:
        check_functions(check, module, target, caller, reference, job["seed"], job["timeout"])


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _write(folder: str, name: str, text: str) -> None:
    """Whole or not at all: another process may be reading."""
    waiting = Path(folder, f".{name}")
    waiting.write_text(text, encoding="utf-8")
    waiting.replace(Path(folder, name))
