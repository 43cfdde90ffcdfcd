"""What ``backproof verify`` judges: claims as typed, files of notes, folders of files, standard input."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from derive import Model
from derive.errors import InputError
from derive.judge.notes import KINDS, LONGEST_TEXT, Marked, Notes, loose, model_of, read_notes

from .networks import Options, read_model

ACCEPTED = "accepted are .tex, .md and .txt"
STDIN = "standard input"
MOST_FILES = 5000
_DOCUMENT = re.compile(r"\\begin\{|\\\[|\$\$|^\s*```", re.M)


@dataclass(frozen=True)
class Source:
    """Formulas from one place; `error` where it cannot be read. `folder` is the folder it was found in.

    `overruled` says which model of its own it was not judged for.
    """

    name: str
    notes: Notes | None = None
    error: str = ""
    folder: Path | None = None
    path: Path | None = None
    marked: tuple[Marked, ...] = ()
    overruled: str = ""


def read_sources(claims: Sequence[str]) -> list[Source]:
    """A source for every file, and one for all claims that were typed. Raises InputError for an empty folder."""
    typed: list[str] = []
    found: list[Source] = []
    for claim in claims:
        if claim == "-":
            found.append(_source(STDIN, None))
        elif os.path.isdir(claim):
            found += _folder(Path(claim))
        elif os.path.isfile(claim) or _is_path(claim):
            found.append(_source(claim, Path(claim)))
        else:
            typed.append(claim)
    return [Source("", loose(typed)), *found] if typed else found


def model_for(notes: Notes) -> tuple[Model, Notes]:
    """The model that notes state or name, with the formulas left to judge. Raises InputError."""
    words = notes.declared.network
    if words is None:
        return model_of(notes)
    if notes.declared.model:
        raise InputError(f"{notes.name}: it names a network and states a model; one of them is enough")
    try:
        return _named(words), notes
    except InputError as problem:
        raise InputError(f"{notes.name}, network: {problem}") from None


def _named(words: str) -> Model:
    """The model of ``4-3-5 --hidden tanh``; a file names no other file."""
    try:
        network, *typed = shlex.split(words)
    except ValueError:
        raise InputError(f"{words}: expected widths and options, as in 4-3-5 --hidden tanh") from None
    if os.sep in network or network == "-" or network.endswith(".eq"):
        raise InputError(f"{network}: expected widths, as in 4-3-5; equations belong in a model block")
    known = {f"--{option.name.replace('_', '-')}": option.name for option in fields(Options) if option.name != "wrt"}
    chosen: dict[str, str | bool] = {}
    while typed:
        option = typed.pop(0)
        if option not in known:
            raise InputError(f"{option}: there is no such option; there are {', '.join(known)}")
        if known[option] != "no_bias" and not typed:
            raise InputError(f"{option} takes a value")
        chosen[known[option]] = True if known[option] == "no_bias" else typed.pop(0)
    return read_model(network, Options(**chosen))  # type: ignore[arg-type]


def _is_path(claim: str) -> bool:
    """Whether this looks like the name of a file that is missing."""
    return claim.endswith(tuple(f".{kind}" for kind in KINDS)) and not re.search(r"[=\s]", claim)


def _folder(folder: Path) -> list[Source]:
    paths = [p for p in folder.rglob("*") if p.suffix[1:] in KINDS and p.is_file()]
    paths = sorted(p for p in paths if not any(part.startswith(".") for part in p.relative_to(folder).parts))
    if not paths:
        raise InputError(f"{folder}: there is no .tex, .md or .txt file in it")
    if len(paths) > MOST_FILES:
        raise InputError(f"{folder}: {len(paths)} files; at most {MOST_FILES} are judged")
    return [_source(str(path.relative_to(folder)), path, folder) for path in paths]


def _source(name: str, path: Path | None, folder: Path | None = None) -> Source:
    try:
        return Source(name, _read(name, path), "", folder, path)
    except InputError as problem:
        return Source(name, None, str(problem), folder, path)


def _read(name: str, path: Path | None) -> Notes:
    """The notes in a file, or in standard input. Raises InputError."""
    if path is not None and path.suffix[1:] not in KINDS:
        raise InputError(f"{name}: {ACCEPTED}, folders of them, and - for standard input")
    text = _text(name, path)
    kind = path.suffix[1:] if path is not None else _kind(text)
    notes = read_notes(text, kind, name)
    if not notes.formulas:
        raise InputError(f"{name}: no formula found in it")
    return notes


def _text(name: str, path: Path | None) -> str:
    try:
        if path is None:
            content = sys.stdin.buffer.read(4 * LONGEST_TEXT + 1)
        else:
            with open(path, "rb") as file:
                content = file.read(4 * LONGEST_TEXT + 1)
    except OSError as problem:
        raise InputError(f"{name}: cannot be read ({problem.strerror})") from None
    if len(content) > 4 * LONGEST_TEXT:
        raise InputError(f"{name}: more than {4 * LONGEST_TEXT} bytes; at most {LONGEST_TEXT} characters are read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InputError(f"{name}: not text in UTF-8 (byte {problem.start + 1})") from None
    if "\0" in text:
        raise InputError(f"{name}: not text (byte {content.index(0) + 1} is 0)")
    return text


def _kind(text: str) -> str:
    """What standard input holds: a document, or one formula a line."""
    if not _DOCUMENT.search(text):
        return "lines"
    return "tex" if "\\begin{document}" in text else "md"
