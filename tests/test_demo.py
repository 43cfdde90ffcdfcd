"""A generated program learns to read digits, about as well as scikit-learn."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from backproof.command import run

ROOT = Path(__file__).resolve().parent.parent


def test_generated_program_learns_digits(tmp_path):
    pytest.importorskip("sklearn", reason="needs scikit-learn")
    program = tmp_path / "gradient.py"
    assert run(["code", "64-32-10", "--hidden", "tanh", "-o", str(program)]) == 0
    command = [sys.executable, str(ROOT / "examples" / "digits.py"), str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    ours, theirs = map(float, re.findall(r"test accuracy ([\d.]+)%", done.stdout))
    assert 95 <= ours and theirs - 2 <= ours, done.stdout
    assert done.stdout.startswith("generated code") and "\nscikit-learn" in done.stdout
