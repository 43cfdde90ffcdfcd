"""The command ``verify``: what it prints, its exit status, its JSON, its files, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import click
import pytest

import backproof
from backproof.command import run
from backproof.verify_words import exact, number
from backproof.verifying import verify_claims
from derive.errors import InputError
from derive.forward.reading import parse_sides
from derive.judge.notations import NOTATIONS

HERE = Path(__file__).parent / "notes"
FILES_OF_NOTES = ["homework.md", "lecture.tex", "shorthand.txt", "standalone.tex"]
RIGHT = "dC/dW1[j,i] = delta1[j]*x[i]"
WRONG = "delta1[j] = sum(k, W2[k,j]*delta2[k])"
SOFTMAX = "delta2[k] = a2[k] - y[k]"
UNKNOWN = "dC/dW9[j,i] = delta1[j]"
NETWORK = ("--network", "2-3-4")


@pytest.fixture(autouse=True)
def _wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


def spoken(capsys, *arguments):
    """Exit status, standard output and standard error of the command."""
    status = run(["verify", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, click.unstyle(captured.out), click.unstyle(captured.err)


# What is typed, and the exit status: 2 goes before 1, 1 before 0.
STATUS = {
    (RIGHT,): 0,
    (SOFTMAX,): 0,
    (RIGHT, WRONG): 1,
    (UNKNOWN,): 2,
    (WRONG, UNKNOWN, RIGHT): 2,
    (HERE / "shorthand.txt",): 1,
}


@pytest.mark.parametrize("claims", STATUS, ids=lambda claims: " ".join(map(str, claims))[-40:])
def test_exit_status(claims, capsys):
    options = ("--delta", "dC/dz") if isinstance(claims[0], Path) else NETWORK
    status, _, _ = spoken(capsys, *claims, *options)
    assert status == STATUS[claims]


def test_undecided_is_status_3(monkeypatch):
    from backproof import verifying
    from derive.judge.notes import Marked, Written
    from derive.judge.records import Verdict

    open_one = Marked(Written("claim"), Verdict("claim", "claim", "undecided", "contains tan"))
    monkeypatch.setattr(verifying, "judge_notes", lambda *_: (open_one,))
    text, status = verify_claims(["claim"], network="2-3-4")
    assert (click.unstyle(text).split(), status) == (["undecided", "claim", "contains", "tan"], 3)


def test_how_it_speaks(capsys):
    _, out, _ = spoken(capsys, RIGHT, SOFTMAX, WRONG, *NETWORK)
    lines = out.splitlines()
    width = max(map(len, (RIGHT, SOFTMAX, WRONG)))
    assert lines[0].startswith(f"proved    {RIGHT:{width}}   for all widths (error < 2^-")
    assert "assuming sum(k, y[k]) = 1" in out.partition(SOFTMAX)[2].partition("refuted")[0]
    refuted = next(line for line in lines if line.startswith("refuted"))
    assert refuted == f"refuted   {WRONG:{width}}   the factor sigmoid'(z1[j]) is missing"
    rest = " ".join(" ".join(lines[lines.index(refuted) + 1 :]).split())
    assert rest.startswith("at n0=") and "...: the formula gives " in rest and ", the gradient is " in rest
    assert "right: delta1[j] = sum(k, W2[k,j]*delta2[k])" in rest
    assert all(len(line) <= 100 for line in lines)


def test_a_reading_is_printed_where_it_differs(capsys):
    _, out, _ = spoken(capsys, r"\frac{\partial C}{\partial b_1} = \delta_1", *NETWORK)
    assert "read as dC/db1[j] = dC/dz1[j]" in out
    _, out, _ = spoken(capsys, RIGHT, *NETWORK)
    assert "read as" not in out


KEYS = {
    "claim": str, "reading": str, "status": str, "assuming": list, "widths": (str, list), "method": str,
    "error_bound": float, "witness": (dict, type(None)), "diagnosis": (dict, type(None)), "notes": list,
    "alternatives": list, "follows_from": list, "step": (dict, type(None)), "where": (dict, type(None)),
    "error": (str, type(None)), "reason": (str, type(None)),
}  # fmt: skip
EMPTY = {"reading", "widths", "method", "error_bound"}
"""What is null for a claim that cannot be read."""


def test_the_schema_of_json(capsys):
    status, out, _ = spoken(capsys, RIGHT, SOFTMAX, WRONG, UNKNOWN, *NETWORK, "--json")
    claims = json.loads(out)["claims"]
    assert status == 2
    assert [one["claim"] for one in claims] == [RIGHT, SOFTMAX, WRONG, UNKNOWN]
    assert [one["status"] for one in claims] == ["proved", "proved", "refuted", "unreadable"]
    for one in claims:
        assert set(one) == set(KEYS)
        unread = one["status"] == "unreadable"
        for key, kind in KEYS.items():
            assert (unread and key in EMPTY and one[key] is None) or isinstance(one[key], kind), key
    right, softmax, wrong, unknown = claims
    assert (right["widths"], right["assuming"], right["witness"], right["diagnosis"]) == ("all", [], None, None)
    assert 0 < right["error_bound"] < 2.0**-60
    assert softmax["assuming"] == ["sum(k, y[k]) = 1"]
    assert unknown["error"] and unknown["reading"] is None
    assert set(wrong["diagnosis"]) == {"kind", "text", "correct", "would_hold_if"}
    assert wrong["diagnosis"]["kind"] == "missing-derivative"
    parse_sides(wrong["diagnosis"]["correct"], "the right formula")


def test_a_witness_refutes(capsys):
    """The numbers of the counterexample, put into both sides by hand."""
    claim = "dC/db[j] = (a[j] - y[j])*a[j]"
    _, out, _ = spoken(capsys, claim, "--model", HERE / "one_layer.eq", "--json")
    (one,) = json.loads(out)["claims"]
    at = {name: float(Fraction(value)) for name, value in one["witness"].items()}
    j, inputs = int(at["j"]), int(at["n_i"])
    z = at[f"b[{j}]"] + sum(at.get(f"W[{j},{i}]", 0) * at.get(f"x[{i}]", 0) for i in range(inputs))
    a = 1 / (1 + math.exp(-z))
    assert at["right"] == pytest.approx((a - at[f"y[{j}]"]) * a)
    assert at["left"] == pytest.approx((a - at[f"y[{j}]"]) * a * (1 - a))
    assert at["left"] != pytest.approx(at["right"])


def test_numbers_are_told_short_and_given_in_full():
    assert [number(v) for v in ("0.500000", "3", "-1/3", "0.1234567891234")] == ["1/2", "3", "-1/3", "0.123457"]
    assert [exact(v) for v in ("0.500000", "0.1234567891234")] == ["1/2", "0.1234567891234"]


def test_a_file_is_told_by_formula_and_line(capsys):
    status, out, _ = spoken(capsys, HERE / "lecture.tex")
    assert status == 2
    assert "lecture.tex, formula 7, line 26: column 48: unbalanced bracket" in out
    assert "; the other 6 formulas were judged" in out
    assert "the step from a^{l-1}_k \\delta^l_j to a^{l-1}_k a^l_j is wrong; the line before holds" in " ".join(
        out.split()
    )
    assert "4 proved, 2 refuted, 0 undecided, 1 unreadable" in out


def test_what_follows_from_a_mistake_is_said(capsys):
    status, out, _ = spoken(capsys, HERE / "homework.md")
    assert status == 1
    assert "follows correctly from your delta2, which is wrong" in out
    assert out.count("refuted  ") == 3


def test_the_command_line_goes_before_the_file(capsys):
    status, out, _ = spoken(capsys, HERE / "shorthand.txt")
    assert (status, "delta is read as -dC/dz in the whole file" in out) == (0, True)
    status, out, _ = spoken(capsys, HERE / "shorthand.txt", "--delta", "dC/dz")
    assert (status, "whole file" in out) == (1, False)


def test_a_folder_gives_a_table(capsys, tmp_path):
    table = tmp_path / "out" / "marks.csv"
    status, out, _ = spoken(capsys, HERE, "--csv", table)
    assert status == 2
    rows = list(csv.reader(io.StringIO(table.read_text())))
    assert rows[0] == ["file", "proved", "refuted", "carried on", "undecided", "unreadable", "first mistake"]
    assert [row[0] for row in rows[1:]] == FILES_OF_NOTES
    assert [row[:6] for row in rows[1:]] == [
        ["homework.md", "3", "3", "1", "0", "0"],
        ["lecture.tex", "4", "2", "0", "0", "1"],
        ["shorthand.txt", "3", "0", "0", "0", "0"],
        ["standalone.tex", "3", "1", "0", "0", "0"],
    ]
    assert rows[1][6].startswith("formula 1, line 16: ") and rows[3][6] == ""
    assert [line.split()[0] for line in out.splitlines()] == [row[0] for row in rows]


def test_a_file_that_cannot_be_read_is_a_row_among_others(capsys, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b.txt").write_text("no formula here\n")
    (tmp_path / "c.txt").write_text("dC/db1[j] = delta1[j]\n")
    status, out, _ = spoken(capsys, tmp_path, *NETWORK)
    assert status == 2
    first, second, third = out.splitlines()[1:]
    assert first.split(maxsplit=1) == ["a.txt", "not text in UTF-8 (byte 1)"]
    assert second.split(maxsplit=1) == ["b.txt", "no formula found in it"]
    assert third.split() == ["c.txt", "1", "0", "0", "0", "0"]


def test_annotated_files_are_judged_alike(capsys, tmp_path):
    out = tmp_path / "judged"
    status, _, _ = spoken(capsys, HERE, "--annotate", out)
    assert sorted(path.name for path in out.iterdir()) == FILES_OF_NOTES
    tex = (out / "lecture.tex").read_text()
    assert "% backproof: formula 1: proved: for all widths" in tex
    assert "> backproof: formula 3: **refuted**: follows correctly" in (out / "homework.md").read_text()
    again = tmp_path / "again"
    assert run(["verify", str(out), "--annotate", str(again)]) == status
    assert (again / "lecture.tex").read_text() == tex
    capsys.readouterr()


def test_annotating_overwrites_nothing(capsys, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text(f"{RIGHT}\n")
    status, _, err = spoken(capsys, notes, *NETWORK, "--annotate", notes)
    assert (status, notes.read_text()) == (2, f"{RIGHT}\n")
    assert "would be overwritten" in err
    (tmp_path / "file").write_text("")
    out = ("--csv", tmp_path / "ok.csv", "--annotate", tmp_path / "file" / "x")
    status, _, err = spoken(capsys, notes, *NETWORK, *out)
    assert (status, (tmp_path / "ok.csv").exists()) == (2, False)
    assert err.count("\n") == 1
    assert spoken(capsys, RIGHT, *NETWORK, "--annotate", tmp_path / "x")[0] == 2


def test_standard_input(monkeypatch, capsys):
    def given(text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    given(f"# homework\n{RIGHT}\n\n\\frac{{\\partial C}}{{\\partial b_1}}\n  = \\delta_1\n")
    status, out, _ = spoken(capsys, "-", *NETWORK)
    assert (status, "2 proved, 0 refuted" in out) == (0, True)
    given(f"# network: 2-3-4\n{WRONG}\n")
    assert spoken(capsys, "-")[0] == 1
    given("")
    assert spoken(capsys, "-", *NETWORK) == (2, "", "error     standard input: no formula found in it\n")


def test_a_file_judged_for_another_network_than_its_own_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("own.txt").write_text(f"% network: 4-3-5 --hidden tanh\n{RIGHT}\n")
    Path("none.txt").write_text(f"{RIGHT}\n")
    said = "judged for the model given, not for its own (4-3-5 --hidden tanh)"
    assert said in spoken(capsys, "own.txt", *NETWORK)[1]
    assert "not for its own" not in spoken(capsys, "own.txt")[1] + spoken(capsys, "none.txt", *NETWORK)[1]


# What can be typed and the line that answers it; it is all that is said.
REFUSED = {
    (RIGHT,): "there is no model to judge by: give --network 4-3-5 or --model FILE.eq, or state the forward equations",
    ("a[j] = x[j]^2", "C = sum(j, a[j])", "dC/dx[j] = 2*x[j]"): "there is no model to judge by: give --network 4-3-5 "
    "or --model FILE.eq, or state the forward equations",
    (RIGHT, "--hidden", "tanh"): "--hidden goes with --network",
    (RIGHT, "--network", "2-3", "--model", "x.eq"): "--network and --model are two ways to say the same; "
    "give one of them",
    (RIGHT, "--model", "2-3-4"): "./2-3-4: cannot be read (No such file or directory)",
    (RIGHT, *NETWORK, "--symbol", "o_j"): "symbol o_j: expected what is written and what it means, as in o_j = a1[j]",
    (RIGHT, *NETWORK, "--symbol", "o_j=a7[j]"): "symbol o_j: a7 is not defined; did you mean a2?",
    (RIGHT, *NETWORK, "--notation", "nielson"): "nielson is not a known notation; did you mean nielsen? known are "
    f"{', '.join(NOTATIONS)}",
    (RIGHT, *NETWORK, "--delta", "x"): "x is no meaning of delta; accepted are dC/dz, -dC/dz, dC/da, -dC/da",
    ("none.tex", *NETWORK): "none.tex: cannot be read (No such file or directory)",
    ("-", "--model", "-"): "standard input holds either the model or the claims, not both",
    (".", *NETWORK): ".: there is no .tex, .md or .txt file in it",
}


@pytest.mark.parametrize("typed", REFUSED, ids=lambda typed: " ".join(typed)[-40:])
def test_bad_input_is_one_line(typed, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert spoken(capsys, *typed) == (2, "", f"error     {REFUSED[typed]}\n")


UNREADABLE = {
    "nofolder/": 'nofolder/: column 10: the formula ends too early, expected a name, a number, "(", "[" '
    "or + or -, and there is no file or folder of that name",
    "notes": "notes: there is no equation in it; write ... = ..., and there is no file or folder of that name",
    r"\delt_j = a_j": r"\delt_j = a_j: column 1: found \delt, which is not known here; did you mean "
    r"\delta?",
}


@pytest.mark.parametrize("claim", UNREADABLE)
def test_what_is_neither_a_formula_nor_a_file(claim, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert spoken(capsys, claim, *NETWORK) == (2, f"error     {UNREADABLE[claim]}\n", "")


def test_an_unknown_notation_is_told_those_that_are_known():
    with pytest.raises(InputError, match="nobody is not a known notation; known are nielsen"):
        verify_claims([RIGHT], network="2-3-4", notation="nobody")


# Claims that are attacks or accidents.
HOSTILE = {
    "code": "__import__('os').system('true')",
    "input": r"\input{/etc/passwd}",
    "brackets": "(" * 100_000,
    "braces": r"\delta = " + "{" * 100_000,
    "tower": "a1[j] = x[i]^(10^(10^10))",
    "scalar tower": "C = 10^(10^(10^10))",
    "long": "delta1[j] = " + "x+" * 5_000_000,
    "nothing": "",
    "spaces": "  ",
    "no equation": "delta1[j]",
    "control": "a\x00 = b",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_claims_are_one_line(name, capsys):
    status, out, err = spoken(capsys, HOSTILE[name], *NETWORK)
    said = out + err
    assert status == 2
    assert said.startswith("error     ") and said.count("\n") == 1 and len(said) < 500


# Files that are attacks or accidents.
FILES = {
    "empty.tex": b"",
    "binary.tex": bytes(range(256)) * 20,
    "zero.md": b"a = b\0",
    "huge.txt": b"x" * 10_000_000,
    "line.txt": b"delta2[k] = " + b"a2[k]+" * 150_000,
    "brackets.tex": b"$$ a = " + b"(" * 90_000 + b"$$",
    "openers.tex": b"\\[" * 100_000,
    "dollars.md": b"$" * 100_001,
    "inline.tex": b"$a=" * 100_000,
    "loop.tex": b"\\newcommand{\\a}{\\a\\a}$$ \\a = 3 $$",
    "commands.tex": b"\\newcommand{\\a}{" * 40_000,
    "labels.tex": b"$$ a = b" + b"\\label{" * 100_000 + b"$$",
    "spaces.tex": b"$$ a = (b" + b" " * 500_000 + b"$$",
    "aligned.tex": b"$$" + b"\\begin{aligned}" * 20_000 + b"a=b" + b"\\end{aligned}" * 20_000 + b"$$",
    "comments.md": b"<!-- assume: " * 50_000,
    "fences.md": b"```\n" * 100_000,
    "bullets.md": b"- " * 200_000 + b"=",
    "slashes.tex": b"\\" * 900_001,
    "input.tex": b"$$\\input{/etc/passwd} = 3$$",
    "model.txt": b"% network: /etc/passwd\ndC/dW1[j,i] = delta1[j]\n",
    "shell.txt": b"% network: 4-3-5 '\ndC/dW1[j,i] = delta1[j]\n",
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_files_are_one_line(name, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(FILES[name])
    network = () if b"network" in FILES[name] else NETWORK
    status, out, err = spoken(capsys, name, *network)
    said = out + err
    assert status == 2
    assert said.startswith(f"error     {name}") and said.count("\n") == 1 and len(said) < 500


def test_it_runs_as_a_program():
    command = [sys.executable, "-m", "backproof", "verify", RIGHT, *NETWORK, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["claims"][0]["status"] == "proved"


def test_no_module_hides_a_public_name():
    """An import of the command must not turn ``backproof.verify`` into a module."""
    modules = {path.stem for path in Path(backproof.__file__).parent.glob("*.py")}
    assert modules.isdisjoint(backproof.__all__)
