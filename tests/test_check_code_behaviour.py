"""What hand-written code does besides computing, and what it cannot be checked for, is told in one line."""

from pathlib import Path

import pytest

from backproof.check import check_file
from backproof.networks import Options
from codegen.programs.user import examine
from codegen.programs.user.runner import checked
from derive.errors import InputError

FOLDER = Path(__file__).parent / "user_code"
MANNERS = str(FOLDER / "bad_manners.py")

CASES = {
    "cost,right": ("right", None, ""),
    "cost,changes_params": ("wrong", "mutates", "changes_params changes its input params.w"),
    "cost,changes_data": ("wrong", "mutates", "changes_data changes its input X"),
    "cost,random": ("undecided", "random", "random is random: two calls with the same inputs differ"),
    "random_cost,right": ("undecided", "random", "random_cost is random"),
    "cost,raises": ("wrong", "raises", "raises raised ValueError: matmul"),
    "cost,leaves": ("wrong", "raises", "leaves raised SystemExit (line"),
    "cost,never": ("undecided", "timeout", "never did not return within 2 s"),
    "never,right": ("undecided", "timeout", "never did not return within 2 s"),
    "keeping_cost,stale": ("right", "state", "stale uses what the last call of keeping_cost left behind"),
    "cost,nothing": ("unreadable", "structure", "the gradient does not go with its parameters"),
    "cost,other_names": ("unreadable", "structure", "no derivative by w"),
    "right,right": ("unreadable", "structure", "right gave dict; a number is expected"),
    "cost,gradeint": ("unreadable", "names", "gradeint is no function or class of the file; it has sample, cost"),
    "cost,right,never": ("unreadable", "names", "one class, or a cost and a gradient, are expected"),
}


@pytest.mark.parametrize("names", CASES)
def test_each_is_reported(names):
    status, kind, words = CASES[names]
    asked = names.split(",")
    if "never" in names:
        found = examine(MANNERS, asked, timeout=2)
    else:
        found = checked({"file": MANNERS, "names": asked, "model": None, "seed": 0, "timeout": 60.0})
    assert found.status == status, found
    if kind is None:
        assert found.notes == []
    else:
        (note,) = [note for note in found.notes if note.kind == kind]
        assert words in note.text and "\n" not in note.text


def written(tmp_path, text, name="mine.py"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_training_at_import_is_told(tmp_path):
    path = written(tmp_path, "import time\nwhile True:\n    time.sleep(1)\n")
    text, status = check_file(path, timeout=1.5)
    assert status == 2
    assert 'importing mine.py did not finish within 1.5 s; put the training under if __name__ == "__main__"' in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def cost(:\n", "mine.py, line 1: invalid syntax"),
        ("import numpy\n1 / 0\n", "importing mine.py raised ZeroDivisionError: division by zero (line 2: 1 / 0)"),
        ("def helper():\n    pass\n", "no cost was found by a usual name; it has helper"),
        ("def cost(p):\n    return 0\n", "no gradient was found by a usual name; it has cost"),
        ("def cost(p):\n    return 0\ndef grad(p):\n    return p\n", "there are no inputs: define sample()"),
        ("def cost(p):\n    return 0\ndef grad(p):\n    return p\ndef sample():\n    return 'x'\n", "without arrays"),
    ],
)
def test_what_cannot_be_read_is_status_2(text, words, tmp_path):
    said, status = check_file(written(tmp_path, text))
    assert status == 2 and words in said


def test_a_process_that_is_gone_is_told(tmp_path):
    text = "import os\ndef cost(w):\n    os._exit(7)\ndef grad(w):\n    return w\n"
    text += "def sample():\n    return [1.0, 2.0]\n"
    said, status = check_file(written(tmp_path, text))
    assert status == 3 and "the process ended with status 7 while cost was running" in said


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere.py", "there is no such file"),
        (MANNERS + ":", "behind the file are names"),
        (MANNERS + ":a b", "behind the file are names"),
        (str(FOLDER), "a file of Python is expected"),
    ],
)
def test_bad_targets(target, words):
    with pytest.raises(InputError, match=words):
        check_file(target)
    with pytest.raises(InputError, match="goes with a network"):
        check_file(MANNERS, options=Options(hidden="tanh"))
