"""LaTeX to PDF by a TeX that is installed: no shell escape, a time limit, its first error in one line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from derive.errors import InputError

SECONDS = 120
ENGINES: dict[str, tuple[str, ...]] = {
    "latexmk": (
        "-pdf",
        "-norc",
        "-interaction=nonstopmode",
        "-halt-on-error",
        "-pdflatex=pdflatex -no-shell-escape %O %S",
    ),
    "pdflatex": ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"),
}
"""What can make a PDF, the first that is installed being taken, and how it is called."""
PASSES = {"pdflatex": 2}
FIXED = {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "TZ": "UTC"}
"""What makes the same source give the same bytes."""


def pdf_by_tex(source: str) -> bytes:
    """The PDF of a LaTeX source. Raises InputError where no TeX is installed, or where it refuses the source."""
    engine = next((name for name in ENGINES if shutil.which(name)), None)
    if engine is None:
        raise InputError(
            f"a PDF by TeX needs {' or '.join(ENGINES)}, and neither is installed; without --tex none is needed"
        )
    with TemporaryDirectory() as folder:
        file = Path(folder, "derivation.tex")
        file.write_text(source, encoding="utf-8")
        for _ in range(PASSES.get(engine, 1)):
            _run([engine, *ENGINES[engine], file.name], folder)
        return file.with_suffix(".pdf").read_bytes()


def _run(command: list[str], folder: str) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **FIXED},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise InputError(f"{command[0]} did not finish within {SECONDS} seconds") from None
    if done.returncode:
        raise InputError(f"{command[0]}: {first_error(done.stdout.decode('latin-1'))}")


def first_error(log: str) -> str:
    """The first error that TeX reports, with its line."""
    found = re.search(r"^! (.*?)$(?:.*?^(l\.\d+))?", log, re.M | re.S)
    if found is None:
        return "it failed and does not say why"
    return f"{found[1].rstrip('.')} ({found[2]})" if found[2] else found[1]
