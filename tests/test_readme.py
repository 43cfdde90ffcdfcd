"""What README.md and the pages in docs/ show is what happens: its Python runs, its commands print what stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from backproof.command import run

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


PAGES = ("tutorial.md", "how-to.md", "judging.md", "language.md", "reference.md")
DOCS = "".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in PAGES)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README + DOCS, flags=re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """(command, what it prints) out of the console blocks; `...` stands for lines left out."""
    pairs = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            pairs.append((command, shown))
    return pairs


def as_pattern(shown: str) -> str:
    """A pattern for the output: ``...`` for what is left out, columns of any width, small errors of any size."""
    return "".join(r"([^\n]*\n)*?" if line == "..." else line_pattern(line) + r"\n" for line in shown.splitlines())


def line_pattern(line: str) -> str:
    text = re.escape(line).replace(r"\.\.\.", ".*")
    text = re.sub(r"(\\ ){2,}", " +", text)
    return re.sub(r"\d(\\\.\d)?e\\-\d\d", r"\\d(\\.\\d)?e(-\\d\\d|\\+00)", text)


def test_there_is_something_to_test():
    assert blocks("python") and commands()


@pytest.mark.parametrize("code", blocks("python"))
def test_python_runs(code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    printed = capsys.readouterr().out.splitlines()
    promised = re.findall(r"^print\(.*?# (.*)$", code, flags=re.MULTILINE)
    assert [said.strip() for said in promised] == printed


@pytest.mark.parametrize("command", re.findall(r"^    (backproof [^#\n]*)", README, flags=re.MULTILINE))
def test_command_shown_without_output_works(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert run(_elsewhere(shlex.split(command)[1:], tmp_path)) == 0


def _elsewhere(arguments: list[str], folder: Path) -> list[str]:
    """The arguments with another folder to write to."""
    if "-o" in arguments:
        place = arguments.index("-o") + 1
        return [*arguments[:place], str(folder / "out"), *arguments[place + 1 :]]
    return arguments


@pytest.mark.parametrize(("command", "shown"), commands())
def test_command_prints_what_is_shown(command, shown, tmp_path, monkeypatch, capsys):
    program, *arguments = shlex.split(command)
    assert program == "backproof"
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    run(_elsewhere(arguments, tmp_path))
    captured = capsys.readouterr()
    printed = (captured.out + captured.err).replace(str(tmp_path / "out"), "out")
    assert re.fullmatch(as_pattern(shown), printed), printed
