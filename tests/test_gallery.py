"""What is checked in under generated/ is what the code writes today, and it works."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from backproof import articles
from backproof.gallery import FOLDER, GALLERY, listing, rendered

ROOT = Path(__file__).resolve().parent.parent
NAMES = sorted(GALLERY)
WITH = {kind: [name for name in NAMES if kind in GALLERY[name].formats] for kind in ("tex", "py")}
LISTING = FOLDER / "README.md"
PRINTED = (".pdf", ".png")
"""What another version of typst may write in other bytes."""


@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("name", NAMES)
def test_checked_in_files_are_up_to_date(name):
    for path, content in rendered(name).items():
        assert path.exists(), f"{path} is missing; `make gallery` mends it"
        if path.suffix in PRINTED and version("typst") not in LISTING.read_text(encoding="utf-8"):
            continue
        data = content.encode() if isinstance(content, str) else content
        assert path.read_bytes() == data, f"{path} differs from what the code writes; `make gallery` mends it"
        if path.suffix in (".tex", ".py"):
            assert re.match(rb"[%#] made by: backproof derive \S+", data)


def test_the_list_is_up_to_date():
    assert _unversioned(LISTING.read_text(encoding="utf-8")) == _unversioned(listing()), "`make gallery` mends it"


def _unversioned(text: str) -> str:
    return re.sub(r"typst [\d.]+\d", "typst", text)


def test_nothing_else_is_checked_in():
    made = {path for name in NAMES for path in rendered(name)} | {FOLDER / articles.NAME, LISTING}
    there = {p for p in FOLDER.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert there == made, "`make gallery` mends it"


@pytest.mark.parametrize("name", WITH["py"])
def test_program_checks_itself(name, tmp_path):
    program = ROOT / FOLDER / name / "gradient.py"
    done = subprocess.run([sys.executable, "-I", str(program)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", WITH["tex"])
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_latex_compiles_without_an_overfull_line(name, tmp_path):
    source = ROOT / FOLDER / name / "derivation.tex"
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", str(source)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    log = (tmp_path / "derivation.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-2000:]
    assert [width for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) if float(width) > 2] == []
    assert "undefined" not in log
