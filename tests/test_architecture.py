"""docs/architecture.md lists every module with the first line of what the module says of itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
FOLDERS = [
    "derive",
    "derive/forward",
    "derive/proof",
    "derive/backward",
    "derive/judge",
    "derive/judge/reading",
    "derive/judge/meaning",
    "derive/judge/mistakes",
    "derive/judge/notes",
    "derive/judge/articles",
    "codegen",
    "codegen/documents",
    "codegen/programs",
    "codegen/programs/fast",
    "codegen/programs/loops",
    "codegen/programs/checks",
    "codegen/programs/user",
    "backproof",
]


def row(path: Path) -> str:
    """The line of the page for a module."""
    first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0].rstrip(".")
    word = first.split()[0]
    said = first if any(c.isupper() for c in word[1:]) else first[0].lower() + first[1:]
    return f"| `{path.stem}` | {said.replace('``', '`')} |"


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_modules_of_a_floor_are_listed_as_they_are(folder):
    part = PAGE.split(f"\n## {folder}:")[1].split("\n## ")[0]
    listed = [line for line in part.splitlines() if line.startswith("| `")]
    assert listed == [row(path) for path in sorted((ROOT / folder).glob("*.py")) if path.stem != "__init__"]
