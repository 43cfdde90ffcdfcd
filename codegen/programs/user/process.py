"""A check in a process of its own, with a limit on its time: somebody's code may do anything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .findings import Check, Finding, Note, Pattern

TIMEOUT = 60.0
STARTING = 60.0
"""Seconds that Python and its packages may take to start; somebody's file is imported after that."""
ROOT = Path(__file__).resolve().parents[3]
START = "import sys; sys.path.append({!r}); from codegen.programs.user.runner import main; sys.exit(main(sys.argv[1]))"


def examine(
    file: str, names: Sequence[str] = (), *, model: str | None = None, timeout: float = TIMEOUT, seed: int = 0
) -> Check:
    """Check the gradient code in a file: two functions, or one class, by name or with usual names.

    `model` is the text of a network in the plain language, from which inputs are drawn where the
    file has no ``sample()``, and to which mistakes are traced. Nothing is raised for what the
    code does: it is found and told in the notes of the Check.
    """
    file = os.path.abspath(file)
    with tempfile.TemporaryDirectory(prefix="check-") as folder:
        job = {"file": file, "names": list(names), "model": model, "seed": seed, "timeout": timeout}
        Path(folder, "job.json").write_text(json.dumps(job), encoding="utf-8")
        status = _run(folder, timeout)
        with suppress(FileNotFoundError, ValueError):
            return read(json.loads(Path(folder, "result.json").read_text(encoding="utf-8")))
        return _unfinished(folder, file, status, timeout)


def _run(folder: str, timeout: float) -> int | None:
    """The exit status of the process; None where it was ended because its time was over."""
    command = [sys.executable, "-P", "-c", START.format(str(ROOT)), folder]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    try:
        started, end = None, time.monotonic() + STARTING
        while time.monotonic() < end:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(0.02)
            if started is None and _stage(folder):
                started = time.monotonic()
                end = started + timeout
        return None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it has started, where that is still running."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _stage(folder: str) -> str:
    """What the process is doing: the name of the function it is in, or "import"; empty before that."""
    with suppress(FileNotFoundError):
        return Path(folder, "stage").read_text(encoding="utf-8")
    return ""


def _unfinished(folder: str, file: str, status: int | None, timeout: float) -> Check:
    """What is said of a process that left no result."""
    stage, short = _stage(folder), os.path.basename(file)
    names = [name for name in _names(folder) if name]
    if status is not None:
        doing = f"importing {short}" if stage == "import" else stage or "starting"
        ended = f"signal {-status}" if status < 0 else f"status {status}"
        note = Note("raises", f"the process ended with {ended} while {doing} was running")
        return Check(file, names, "undecided", notes=[note])
    if not stage:
        return Check(file, names, notes=[Note("timeout", f"Python did not start within {STARTING:g} s")])
    if stage == "import":
        text = f"importing {short} did not finish within {timeout:g} s"
        text += '; put the training under if __name__ == "__main__"'
        return Check(file, names, "unreadable", notes=[Note("timeout", text)])
    return Check(file, names, notes=[Note("timeout", f"{stage} did not return within {timeout:g} s")])


def _names(folder: str) -> list[str]:
    with suppress(FileNotFoundError):
        return Path(folder, "names").read_text(encoding="utf-8").split("\n")
    return []


def read(found: dict[str, Any]) -> Check:
    """The Check that a process wrote as JSON."""
    rows = [Finding(**{**row, "pattern": row["pattern"] and Pattern(**row["pattern"])}) for row in found["parameters"]]
    notes = [Note(**note) for note in found["notes"]]
    return Check(found["file"], found["functions"], found["status"], rows, notes)
