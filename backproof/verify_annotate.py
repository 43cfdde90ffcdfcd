"""Files of notes written back, with a verdict beside each formula."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from derive.errors import InputError
from derive.judge.notes import UNREADABLE, Marked, annotated

from .verify_sources import Source
from .verify_words import correction, message


def written_back(sources: Sequence[Source], out: Path) -> dict[Path, str]:
    """The text of every annotated file: `out` for a single one, else files of the same names in the folder `out`.

    Raises InputError where there is no file, or where one would be overwritten.
    """
    files = [source for source in sources if source.notes is not None and source.name and not source.error]
    if not files:
        raise InputError("--annotate: there is no file to write back")
    alone = len(sources) == 1 and sources[0].folder is None and not out.is_dir()
    contents: dict[Path, str] = {}
    for source in files:
        own = Path(source.name) if source.folder else Path((source.path or Path("formulas.txt")).name)
        path = out if alone else out / own
        if path in contents or (source.path is not None and path.resolve() == source.path.resolve()):
            raise InputError(f"--annotate {out}: {path} would be overwritten; name another place")
        contents[path] = _text(source)
    return contents


def _text(source: Source) -> str:
    assert source.notes is not None
    kind = source.notes.kind
    return annotated(source.notes.text, kind, source.marked, lambda one: _said(one, kind))


def _said(one: Marked, kind: str) -> str:
    """``refuted: the factor f'(z1[j]) is missing; right: ...``, words in bold and formulas as code in Markdown."""
    bold, code = ("**", "`") if kind == "md" else ("", "")
    status = "error" if one.status == UNREADABLE else one.status
    right = correction(one)
    said = f"formula {one.formula.number}: {bold}{status}{bold}: {message(one)}"
    notes = "".join(f"; {note}" for note in one.notes)
    return said + (f"; right: {code}{right}{code}" if right else "") + notes
