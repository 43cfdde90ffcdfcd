"""Who may know whom: the contracts of pyproject.toml, read from the sources."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = CONFIG["contracts"]


def modules() -> dict[str, Path]:
    """Every module of the project by its dotted name."""
    found = {}
    for package in CONFIG["root_packages"]:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(module: str, path: Path, known: dict[str, Path]) -> set[str]:
    """The modules that the source of `module` imports, wherever in it."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] if node.level else ""
            source = ".".join(part for part in (base, node.module) if part)
            inner = {f"{source}.{alias.name}" for alias in node.names}
            names |= {name if name in known else source for name in inner}
    return names


def graph(sources: dict[str, Path], ignored: list[str]) -> dict[str, set[str]]:
    dropped = {tuple(edge.split(" -> ")) for edge in ignored}
    edges = {name: imported(name, path, sources) for name, path in sources.items()}
    return {name: {to for to in targets if (name, to) not in dropped} for name, targets in edges.items()}


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def reached(start: str, edges: dict[str, set[str]]) -> set[str]:
    """Everything that `start` imports, by however many steps."""
    seen, waiting = set(), [start]
    while waiting:
        new = edges.get(waiting.pop(), set()) - seen
        seen |= new
        waiting.extend(new)
    return seen


def forbidden_pairs(contract: dict) -> list[tuple[str, str]]:
    """(who, whom): the imports that a contract forbids."""
    if contract["type"] == "forbidden":
        return [(a, b) for a in contract["source_modules"] for b in contract["forbidden_modules"]]
    if contract["type"] == "independence":
        return [(a, b) for a in contract["modules"] for b in contract["modules"] if a != b]
    pairs = []
    for container in contract["containers"]:
        floors = [[f"{container}.{name.strip()}" for name in floor.split("|")] for floor in contract["layers"]]
        for height, floor in enumerate(floors):
            above = [name for upper in floors[:height] for name in upper]
            pairs += [(a, b) for a in floor for b in [*above, *floor] if a != b]
    return pairs


def violations(contract: dict, sources: dict[str, Path]) -> list[str]:
    edges = graph(sources, contract.get("ignore_imports", []))
    return [
        f"{module} reaches {target}"
        for who, whom in forbidden_pairs(contract)
        for module in sources
        if inside(module, who)
        for target in reached(module, edges)
        if inside(target, whom)
    ]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda c: c["name"])
def test_contract(contract):
    assert violations(contract, modules()) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("derive/terms.py", "import numpy as np"),
        ("derive/proof/field.py", "def f():\n    from codegen.documents import latex"),
        ("derive/terms.py", "from .renaming import substitute"),
        ("codegen/__init__.py", "import backproof.command"),
        ("codegen/documents/display.py", "from ..programs import anything"),
    ],
)
def test_planted_import_is_found(name, line, tmp_path):
    sources = modules()
    module = name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    planted = tmp_path / Path(name).name
    planted.write_text((ROOT / name).read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    sources[module] = planted
    assert any(violations(contract, sources) for contract in CONTRACTS)


@pytest.mark.parametrize(
    ("start", "unwanted"),
    [
        ("import derive", "numpy"),
        ("import backproof", "sympy"),
        ("import backproof.command", "sympy"),
    ],
)
def test_nothing_heavy_is_loaded_early(start, unwanted):
    code = f"import sys; {start}; sys.exit({unwanted!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_public_names_are_handed_on():
    import backproof
    import codegen
    import derive

    assert sorted(backproof.__all__) == sorted({*derive.__all__, *codegen.__all__})
    for name in backproof.__all__:
        assert getattr(backproof, name) is getattr(derive if name in derive.__all__ else codegen, name)
