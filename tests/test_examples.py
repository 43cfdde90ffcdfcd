"""Examples that are called with something missing say how they are called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NEEDS = {"digits.py": "sklearn", "dask_gradient.py": "dask.distributed"}
CALLS = [(name, arguments) for name in NEEDS for arguments in ([], ["there is no such file"], ["a", "b", "c"])]


@pytest.mark.parametrize(("name", "arguments"), [*CALLS, ("dask_gradient.py", [__file__, "many"])])
def test_one_line_of_usage_and_status_2(name: str, arguments: list[str]) -> None:
    pytest.importorskip(NEEDS[name])
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"usage: python examples/{name} {done.stderr.split(maxsplit=3)[3]}"
    assert done.stderr.count("\n") == 1 and "gradient.py" in done.stderr.split()[3]
