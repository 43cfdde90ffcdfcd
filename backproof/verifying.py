"""The command ``verify``: formulas derived by hand are read, judged and reported."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from derive import Model
from derive.errors import InputError
from derive.judge.conventions import check_symbol
from derive.judge.notations import NOTATIONS, unknown_notation
from derive.judge.notes import UNREADABLE, Choices, Marked, judge_notes
from derive.judge.notes.declared import symbol
from derive.judge.records import PROVED, REFUTED, UNDECIDED
from derive.judge.verify import Judge

from .files import write_all
from .networks import Options, missing, read_model
from .progress import progress
from .verify_annotate import written_back
from .verify_json import as_text
from .verify_report import report
from .verify_sources import Source, model_for, read_sources
from .verify_table import csv_text

STATUS = {UNREADABLE: 2, REFUTED: 1, UNDECIDED: 3, PROVED: 0}
"""The exit status for each verdict; the first that occurs holds for all."""


def verify_claims(
    claims: Sequence[str],
    network: str | None = None,
    model: str | None = None,
    options: Options | None = None,
    notation: str | None = None,
    delta: str | None = None,
    assume: Iterable[str] = (),
    symbols: Iterable[str] = (),
    annotate: Path | None = None,
    as_json: bool = False,
    csv: Path | None = None,
) -> tuple[str, int]:
    """What to print about the claims, files and folders, and the exit status.

    `symbols` are as typed, ``o_j=a1[j]``. Raises InputError where nothing can be judged at all.
    """
    given = _given(claims, network, model, options or Options())
    if notation is not None and notation not in NOTATIONS:
        raise unknown_notation(notation)
    choices = Choices(notation, delta, tuple(assume), tuple(map(symbol, symbols)))
    if given is not None:
        for key, said in choices.symbols:
            check_symbol(key, said, given)
        Judge(given, notation, delta, choices.assume, dict(choices.symbols))
    found = [judge_source(source, given, choices) for source in read_sources(claims)]
    if len(found) == 1 and found[0].error and not as_json:
        raise InputError(found[0].error)
    contents: dict[Path, str] = {}
    if annotate is not None:
        contents |= written_back(found, annotate)
    if csv is not None:
        contents[csv] = csv_text(found)
    write_all(contents)
    return as_text(found) if as_json else report(found), exit_status(found)


def judge_source(source: Source, given: Model | None, choices: Choices) -> Source:
    """The source with what was found of its formulas; `given` goes before the model it states itself."""
    if source.notes is None:
        return source
    try:
        model, notes = (given, source.notes) if given is not None else model_for(source.notes)
        if not notes.formulas:
            raise InputError(f"{source.name}: no formula found in it beside its forward equations")
        with progress(f"judging {source.name or 'the claims'}"):
            marked = judge_notes(notes, model, choices)
        marked = marked if source.name else tuple(map(_or_file, marked))
        return replace(source, notes=notes, marked=marked, overruled=_own(source) if given is not None else "")
    except InputError as problem:
        said = str(problem)
        return replace(source, error=said if said.startswith(source.name) else f"{source.name}: {said}")


def _own(source: Source) -> str:
    """The model that a source names or states itself."""
    declared = source.notes.declared if source.notes is not None else None
    if declared is None or not (declared.network or declared.model):
        return ""
    return declared.network or "its forward equations"


def _or_file(one: Marked) -> Marked:
    """A claim as typed that cannot be read, and is no file either where it looks like one."""
    return replace(one, error=one.error + missing(one.formula.text, "file or folder")) if one.error else one


def exit_status(sources: Iterable[Source]) -> int:
    """2 where something cannot be read, else 1 where something is refuted, else 3 where something is undecided."""
    seen = {one.status for source in sources for one in source.marked}
    seen |= {UNREADABLE for source in sources if source.error}
    return next((STATUS[status] for status in STATUS if status in seen), 0)


def _given(claims: Sequence[str], network: str | None, model: str | None, options: Options) -> Model | None:
    """The model named on the command line."""
    if network is not None and model is not None:
        raise InputError("--network and --model are two ways to say the same; give one of them")
    if network is None and model is None:
        if options.typed():
            raise InputError(f"{options.typed()[0]} goes with --network")
        return None
    if "-" in (network, model) and "-" in claims:
        raise InputError("standard input holds either the model or the claims, not both")
    if model is not None:
        named = model == "-" or model.endswith(".eq") or os.sep in model
        return read_model(model if named else f"./{model}", options)
    return read_model(network or "", options)
