"""What is checked in under generated/ is what the code writes today, and it works."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from backproof import articles
from backproof.gallery import FOLDER, GALLERY, rendered

ROOT = Path(__file__).resolve().parent.parent
NAMES = sorted(GALLERY)


@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("name", NAMES)
def test_checked_in_files_are_up_to_date(name):
    for path, text in rendered(name).items():
        assert path.exists(), f"{path} is missing; `make gallery` mends it"
        assert path.read_bytes() == text.encode(), f"{path} differs from what the code writes; `make gallery` mends it"
        assert re.match(r"[%#] made by: backproof derive \S+", text)


def test_nothing_else_is_checked_in():
    made = {path for name in NAMES for path in (FOLDER / name / "derivation.tex", FOLDER / name / "gradient.py")}
    made.add(FOLDER / articles.NAME)
    there = {p for p in FOLDER.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert there == made, "`make gallery` mends it"


@pytest.mark.parametrize("name", NAMES)
def test_program_checks_itself(name, tmp_path):
    program = ROOT / FOLDER / name / "gradient.py"
    done = subprocess.run([sys.executable, "-I", str(program)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_latex_compiles_without_an_overfull_line(name, tmp_path):
    source = ROOT / FOLDER / name / "derivation.tex"
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", str(source)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    log = (tmp_path / "derivation.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-2000:]
    assert [width for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) if float(width) > 2] == []
    assert "undefined" not in log
