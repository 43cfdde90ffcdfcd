"""What ``backproof verify`` prints: a verdict for each formula, its counterexample, its mistake, the right formula."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from shutil import get_terminal_size
from textwrap import wrap

import click

from derive.judge.notes import UNREADABLE, Marked
from derive.judge.records import PROVED, REFUTED, UNDECIDED, Verdict

from .table import columns, table
from .verify_sources import Source
from .verify_table import HEADER, place, rows
from .verify_words import FIXED, correction, counterexample, message

COLOURS = {PROVED: "green", REFUTED: "red", UNDECIDED: "yellow", "error": "red"}
INDENT = 10
WIDEST_CLAIM = 60
LONGEST_CLAIM = 400
NARROWEST, USUAL = 60, 100


def report(sources: Sequence[Source]) -> str:
    """All verdicts; of a folder, one row for each file."""
    width = max(NARROWEST, get_terminal_size((USUAL, 24)).columns)
    parts = ["\n".join(_of_source(source, width)) for source in sources if source.folder is None]
    folders = dict.fromkeys(source.folder for source in sources if source.folder is not None)
    for folder in folders:
        parts.append(_table([source for source in sources if source.folder == folder], width))
    return "\n\n".join(parts)


def _of_source(source: Source, width: int) -> Iterator[str]:
    if source.error:
        yield f"{_status('error')}{source.error}"
        return
    titled = source.name and any(one.verdict is not None for one in source.marked)
    if titled:
        yield click.style(source.name, bold=True)
        if source.overruled:
            yield from _under(f"judged for the model given, not for its own ({source.overruled})", width, grey=True)
        for note in dict.fromkeys(note for one in source.marked for note in one.notes):
            yield from _under(note, width, grey=True)
    fit = [columns(claim) for one in source.marked if columns(claim := _claim(one)) <= WIDEST_CLAIM]
    for one in source.marked:
        yield from _formula(source, one, max(fit, default=0), width)
    if titled:
        counts = Counter("unreadable" if one.verdict is None else one.status for one in source.marked)
        yield f"{'':{INDENT}}" + ", ".join(f"{counts[status]} {status}" for status in (*list(COLOURS)[:3], UNREADABLE))


def _formula(source: Source, one: Marked, column: int, width: int) -> Iterator[str]:
    verdict = one.verdict
    if verdict is None:
        yield f"{_status('error')}{_error(source, one)}"
        return
    claim, said = _claim(one), message(one)
    if columns(claim) <= column and INDENT + column + 3 + columns(said) <= width:
        yield f"{_status(one.status)}{claim}{' ' * (column - columns(claim))}   {said}"
    else:
        yield from _row(one.status, claim, width)
        yield from _under(said, width)
    if " ".join(verdict.reading.split()) != claim:
        yield from _under(f"read as {verdict.reading}", width, grey=True)
    if verdict.status == REFUTED and not one.follows:
        yield from _under(counterexample(verdict, 2 * (width - INDENT) - 8), width)
    if right := correction(one):
        yield from _under(f"right: {right}", width)
    yield from _under("; ".join(verdict.notes), width, grey=True)
    for other in _distinct(verdict):
        yield from _under(f"read as {other.reading}: {other.status}", width, grey=True)


def _distinct(verdict: Verdict) -> Iterator[Verdict]:
    """The other readings, each once."""
    seen = set() if verdict.status == UNDECIDED else {verdict.reading}
    for other in verdict.alternatives:
        if other.reading not in seen:
            seen.add(other.reading)
            yield other


def _error(source: Source, one: Marked) -> str:
    """Where and why a formula cannot be read, and that the others could."""
    claim = _claim(one)
    short = claim if len(claim) <= WIDEST_CLAIM else f"{claim[: WIDEST_CLAIM - 3]}..."
    if not source.name:
        return one.error if not claim or one.error.startswith(short) else f"{short}: {one.error}"
    judged = sum(other.verdict is not None for other in source.marked)
    rest = f"; the other {judged} formulas were judged" if judged > 1 else ""
    error = one.error.removeprefix(f"{short}, ").removeprefix(f"{short}: ")
    return f"{source.name}, {place(source, one)}: {error}{rest}"


def _claim(one: Marked) -> str:
    claim = one.formula.shown
    return claim if len(claim) <= LONGEST_CLAIM else f"{claim[: LONGEST_CLAIM - 3]}..."


def _row(status: str, text: str, width: int) -> Iterator[str]:
    first, *rest = _wrapped(text, width) or [""]
    yield f"{_status(status)}{first}"
    for line in rest:
        yield f"{'':{INDENT}}{line}"


def _under(text: str, width: int, grey: bool = False) -> Iterator[str]:
    for line in _wrapped(text, width):
        yield f"{'':{INDENT}}" + (click.style(line, fg="bright_black") if grey else line)


def _wrapped(text: str, width: int) -> list[str]:
    lines = wrap(text, width - INDENT, break_on_hyphens=False, subsequent_indent="  ")
    return [line.replace(FIXED, " ") for line in lines]


def _status(status: str) -> str:
    return click.style(status, fg=COLOURS[status], bold=True) + " " * (INDENT - len(status))


def _table(sources: Sequence[Source], width: int) -> str:
    """The summary of a folder, the last column cut to the width."""
    lines = table(HEADER, rows(sources))
    first, *rest = (line if columns(line) <= width else f"{line[: width - 3]}..." for line in lines)
    return "\n".join((click.style(first, bold=True), *rest))
