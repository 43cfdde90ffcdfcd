"""What ``backproof check`` does: gradient code in a file, checked in a process of its own, and told in a table."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import click

from codegen.programs.user import examine
from codegen.programs.user.findings import Check, Finding
from derive.errors import InputError

from .networks import Options, read_model
from .table import table

STATUS = {"right": 0, "wrong": 1, "unreadable": 2, "undecided": 3}
COLOURS = {"right": "green", "wrong": "red", "unreadable": "red", "undecided": "yellow"}
LONGEST = 9
"""The width of the words that stand before a line, as in ``wrong     W1 ...``."""


def check_file(
    target: str,
    network: str | None = None,
    options: Options | None = None,
    as_json: bool = False,
    timeout: float = 60.0,
    seed: int = 0,
) -> tuple[str, int]:
    """Check ``FILE.py``, ``FILE.py:cost,gradient`` or ``FILE.py:Layer``: the text to print, and the exit status.

    The status is 0 where all is right, 1 where something is wrong, 2 where the code cannot be read,
    3 where it is undecided. Raises InputError for a file or a network that cannot be read.
    """
    file, names = split_target(target)
    if not timeout > 0:
        raise InputError(f"--timeout {timeout:g}: a positive number of seconds is expected")
    options = options or Options()
    if network is None and options.typed():
        raise InputError(f"{options.typed()[0]} goes with a network; name it with --network")
    model = read_model(network, options).text if network is not None else None
    found = examine(file, names, model=model, timeout=timeout, seed=seed)
    found.file = file
    text = json.dumps(found.as_json(), indent=2) if as_json else "\n".join(told(found))
    return text, STATUS[found.status]


def split_target(target: str) -> tuple[str, tuple[str, ...]]:
    """The file and the names behind it. Raises InputError."""
    file, colon, names = target.rpartition(":")
    if not colon or not file.endswith(".py"):
        file, names = target, ""
    wanted = tuple(name.strip() for name in names.split(",")) if names else ()
    if any(not name.isidentifier() for name in wanted) or colon and file != target and not wanted:
        raise InputError(f"{target}: behind the file are names, as in FILE.py:cost,gradient or FILE.py:Layer")
    if not file.endswith(".py"):
        raise InputError(f"{file}: a file of Python is expected, as in FILE.py or FILE.py:cost,gradient")
    if not os.path.isfile(file):
        raise InputError(f"{file}: there is no such file")
    if not os.access(file, os.R_OK):
        raise InputError(f"{file}: cannot be read")
    return file, wanted


def told(found: Check) -> Iterator[str]:
    """The lines for people: what was checked, a row for each parameter, a line for each finding."""
    functions = f": {', '.join(found.functions)}" if found.functions else ""
    yield f"{_word('check')} {found.file}{functions}"
    if found.parameters:
        yield ""
        yield from table(("parameter", "method", "error", "order", "kinks", "verdict"), map(_row, found.parameters))
    lines = [*(_line(p) for p in found.parameters if p.verdict == "wrong"), *_notes(found)]
    if lines:
        yield ""
        yield from lines
    yield ""
    yield f"{_word(found.status, COLOURS[found.status])} {_summary(found)}"


def _row(finding: Finding) -> tuple[str, ...]:
    if finding.method is None or finding.error is None and finding.verdict == "missing":
        return finding.name, "", "", "", "", finding.verdict
    order = "exact" if finding.order is None else f"{finding.order:.2f}"
    error = "not finite" if finding.error is None else f"{finding.error:.1e}"
    return finding.name, finding.method, error, order, str(finding.kinks or ""), finding.verdict


def _line(finding: Finding) -> str:
    said = finding.pattern.text if finding.pattern else "the gradient is wrong, in no way that is known"
    worst = finding.worst
    where = ""
    if worst is not None:
        place = f"[{','.join(map(str, worst['index']))}]" if worst["index"] else ""
        given, true = (_number(worst[key]) for key in ("given", "true"))
        where = f" ({finding.name}{place}: given {given}, true {true})"
    return f"{_word('wrong', 'red')} {finding.name}   {said}{where}"


def _notes(found: Check) -> Iterator[str]:
    for note in found.notes:
        yield f"{_word(note.kind)} {note.text}"


def _summary(found: Check) -> str:
    bad = [p.name for p in found.parameters if p.verdict in ("wrong", "missing")]
    if found.status == "right":
        return f"the derivatives by {', '.join(p.name for p in found.parameters)} agree with numerical ones"
    if found.status == "wrong":
        return f"the derivatives by {', '.join(bad)} are not right" if bad else "see above"
    unsure = [p.name for p in found.parameters if p.verdict == "undecided"]
    if unsure:
        return f"rounding hides the derivatives by {', '.join(unsure)}"
    return "the code could not be checked" if found.status == "unreadable" else "no verdict was reached"


def _word(word: str, colour: str | None = None) -> str:
    return click.style(word.ljust(LONGEST), fg=colour, bold=True)


def _number(value: float | None) -> str:
    return "not finite" if value is None else f"{value:.6g}"
