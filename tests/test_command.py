"""The command: what it prints and writes, and the one line it says about what it cannot read."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from backproof.command import run
from backproof.files import write_all
from backproof.formats import FORMATS, USUAL
from backproof.listing import TABLES
from backproof.networks import split_list
from backproof.runs import TARGETS
from derive.errors import CheckFailed, InputError
from derive.forward import ACTIVATIONS, COSTS, LAYERS
from derive.judge.notations import NOTATIONS


def spoken(capsys, *arguments):
    """Exit status, standard output and standard error of the command."""
    status = run(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


# What is typed, and the line that answers it.
REFUSED = {
    ("derive",): "missing argument 'NETWORK' (backproof derive --help tells what is accepted)",
    ("derive", "4-3-5", "--hiden", "relu"): "no such option --hiden; did you mean --hidden? "
    "(backproof derive --help tells what is accepted)",
    ("derive", "4-3-5", "6-7"): "got unexpected extra argument (6-7) (backproof derive --help tells what is accepted)",
    ("list", "activation"): f"list activation: there is no such table; did you mean activations? there are "
    f"{', '.join(TABLES)}",
    ("list", "qqq"): f"list qqq: there is no such table; there are {', '.join(TABLES)}",
    ("derive", "4-3-5", "-o", "x", "--notation", "nielson"): "--notation: 'nielson' is not known; did you mean "
    f"nielsen? accepted are {', '.join(NOTATIONS)}",
    ("derive", "nofile"): "nofile: a network has at least two widths, of its input and its output, as in 4-3-5, "
    "and there is no file of that name",
    ("derive", "4-3-5", "--l2", "-o", "o1"): "--l2 needs a value (backproof derive --help tells what is accepted)",
    ("derive", "4-3-5", "-o", "x", "--fragment", "--formats", "pdf"): "--fragment is about LaTeX; --formats pdf "
    "leaves out tex",
    ("derive", "-3"): "-3: a width is a positive whole number or a name, as in 4-3-5 or n0-n1-n2",
    ("derive", "-3-4"): "-3-4: a width is a positive whole number or a name, as in 4-3-5 or n0-n1-n2",
    ("derive", "4-3-5", "--language", "zh"): "--language needs a folder to write to: -o DIR",
    ("derive", "4-3-5", "-o", "x", "--language", "xx"): "--language: 'xx' is not known; accepted are en, zh",
    (
        "derive",
        "4-3-5",
        "-o",
        "x",
        "--detail",
        "all",
    ): "--detail: 'all' is not known; accepted are results, steps, every",
    (
        "derive",
        "4-3-5",
        "-o",
        "x",
        "--notation",
        "me",
    ): f"--notation: 'me' is not known; accepted are {', '.join(NOTATIONS)}",
    ("derive", "4-3-5", "--formats", "tex"): "--formats needs a folder to write to: -o DIR",
    ("derive", "4-3-5", "-o", "x", "--formats", "doc"): "--formats: 'doc' is not known; accepted are "
    f"{', '.join(FORMATS)}",
    ("code", "4-3-5", "--target", "fortran"): f"--target: 'fortran' is not known; accepted are {', '.join(TARGETS)}",
    ("verfy",): "no such command 'verfy'; did you mean verify? (backproof --help tells what is accepted)",
    ("derive", "none.eq"): "none.eq: cannot be read (No such file or directory)",
    ("derive", "out/none"): "out/none: cannot be read (No such file or directory)",
}


@pytest.mark.parametrize("typed", REFUSED, ids=" ".join)
def test_bad_input_is_one_line(typed, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert spoken(capsys, *typed) == (2, "", f"error     {REFUSED[typed]}\n")
    assert list(tmp_path.iterdir()) == []


KNOWN = ", ".join(ACTIVATIONS)
WIDTH = "a width is a positive whole number or a name, as in 4-3-5 or n0-n1-n2"
FORMULA = "which no formula contains (numbers, names, + - * / ^, brackets and functions only)"

# Networks that cannot be, as arguments of derive.
REFUSED_NETWORKS = {
    ("4--5",): f"4--5: {WIDTH}",
    ("0",): f"0: {WIDTH}",
    ("4-0-5",): f"4-0-5: {WIDTH}",
    ("4-3.5-2",): f"4-3.5-2: {WIDTH}",
    ("4",): "4: a network has at least two widths, of its input and its output, as in 4-3-5",
    ("4-3-5", "--hidden", "sigmod"): f"sigmod is not a known activation; did you mean sigmoid? (known: {KNOWN})",
    ("4-3-5", "--output", "tanhh"): f"tanhh is not a known activation; did you mean tanh? (known: {KNOWN})",
    ("4-3-5", "--cost", "crossentropy"): "crossentropy is not a known cost; did you mean cross-entropy? "
    f"(known: {', '.join(COSTS)})",
    ("4-3-5", "--hidden", "tanh,relu"): "2 hidden activations for 1 hidden layer: give one, or one a layer",
    ("4-1-5", "--hidden", "softmax"): "softmax over the one unit of layer 1 is always 1 (use sigmoid)",
    ("4-3-1",): "softmax over the one unit of layer 2 is always 1 (use sigmoid)",
    ("4-3-2", "--output", "identity", "--cost", "binary-cross-entropy"): "binary-cross-entropy needs outputs in "
    "(0, 1); identity gives -1 at z = -1 (use sigmoid)",
    ("4-3-5", "--hidden", "z*q"): "activation z*q: q is not defined; f is a function of z alone",
    ("4-3-5", "--hidden", "__import__('os').system('ls')"): "activation __import__('os').system('ls'), column 12: "
    f'found "\'", {FORMULA}',
    ("4-3-5", "--l2", "-1"): "l2: -1 is neither a number from 0 nor a name such as lambda",
    ("4-3-5", "--hidden", "3"): "activation 3: an activation is a formula in z, as in z*sigmoid(1.7*z)",
    ("4-3-5", "--hidden", "sum(i,z)"): "activation sum(i,z): an activation is a formula in z, as in z*sigmoid(1.7*z)",
    ("4-3-5", "--wrt", "x,W7"): "W7: not an input to differentiate by; the model has W1, b1, W2, b2, x, y",
}


@pytest.mark.parametrize("typed", REFUSED_NETWORKS, ids=" ".join)
def test_impossible_network_is_one_line(typed, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert spoken(capsys, "derive", *typed, "-o", "out") == (2, "", f"error     {REFUSED_NETWORKS[typed]}\n")
    assert list(tmp_path.iterdir()) == []


# Equations that cannot be, and the line that answers them.
REFUSED_EQUATIONS = {
    "z1[j] = sum(i, W1[j,i]*x[i])\nC = sum(j, z1[j]*q[j])": "line 2: q is not defined; declare it by data or param",
    "a1[j] = x[j]\nC = sum(j, aa1[j])": "line 2: aa1 is not defined; did you mean a1?",
    "param W1[3,4], W2[5,2]\nz1[j] = sum(i, W1[j,i]*x[i])\nz2[k] = sum(j, W2[k,j]*z1[j])\nC = sum(k, z2[k])": "line 3: "
    "index j runs over 2 units of W2 and over 3 units of z1",
    "z[j] = x[j]\nz[j] = 2*x[j]\nC = sum(j, z[j])": "line 2: z is already defined in line 1",
    "z[j] = c[j]\nc[j] = z[j]\nC = sum(j, z[j])": "line 1: z is defined by itself: z needs c, c needs z",
    "z[j] = 2*x[j]": "there is neither a cost nor an output; add a scalar such as C = ..., or a line such as: output h",
    "C = sum(j, eval(x[j]))": "line 1: eval is not a known function; did you mean elu?",
    "C = sum(j, x[j].real)": f'line 1, column 16: found ".", {FORMULA}',
    "C = sum(j, open('f'))": f'line 1, column 17: found "\'", {FORMULA}',
    "C = sum(j, x[j]": 'line 1, column 16: found the end of the line, expected an operator, ")" or ","',
    "C = " + "x[1]+" * 2_000_000 + "x[1]": "a text of 10000008 characters; at most 1000000 are read, 100000 a line",
    "C = " + "x[1]+" * 20_004 + "x[1]": "line 1: a formula of 100028 characters; at most 100000 are read",
    "": "there are no equations; one equation a line, as in z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]",
}


@pytest.mark.parametrize("text", REFUSED_EQUATIONS, ids=lambda text: text[:40])
def test_impossible_equations_are_one_line(text, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "net.eq"
    file.write_text(text)
    assert spoken(capsys, "derive", "net.eq", "-o", "out") == (2, "", f"error     {REFUSED_EQUATIONS[text]}\n")
    assert list(tmp_path.iterdir()) == [file]


def test_options_of_a_network_do_not_go_with_equations(capsys, tmp_path):
    file = tmp_path / "net.eq"
    file.write_text("C = sum(i, x[i]^2)")
    status, out, err = spoken(capsys, "derive", str(file), "--hidden", "relu")
    assert (status, out) == (2, "")
    assert err == f"error     --hidden goes with widths such as 4-3-5; {file} states its own equations\n"


def test_file_that_is_not_text(capsys, tmp_path):
    file = tmp_path / "net.eq"
    file.write_bytes(b"C = \xff")
    assert spoken(capsys, "derive", str(file)) == (2, "", f"error     {file}: not text in UTF-8 (byte 5)\n")


@pytest.mark.parametrize("arguments", [("derive", "4-3-5", "-o"), ("code", "4-3-5", "-o")], ids="-".join)
def test_folder_that_cannot_be_written(arguments, capsys, tmp_path):
    (tmp_path / "file").write_text("kept")
    status, out, err = spoken(capsys, *arguments, str(tmp_path / "file" / "below"))
    assert (status, out) == (2, "")
    assert err.startswith(f"error     {tmp_path}/file/below") and err.endswith("cannot be written (Not a directory)\n")
    assert err.count("\n") == 1
    assert [p.name for p in tmp_path.rglob("*")] == ["file"]


def test_line_that_does_not_check_is_status_1_and_writes_nothing(capsys, tmp_path, monkeypatch):
    def fails(*_):
        raise CheckFailed("refuted: planted")

    monkeypatch.setattr("backproof.runs.backpropagate", fails)
    assert spoken(capsys, "derive", "4-3-5", "-o", str(tmp_path / "out")) == (1, "", "error     refuted: planted\n")
    assert list(tmp_path.iterdir()) == []


def test_derive_prints_the_cost_the_results_and_the_checks(capsys):
    status, out, err = spoken(capsys, "derive", "4-3-5")
    assert (status, err) == (0, "")
    cost, mean = "C = -sum(k, y[k]*log(a2[k]))", "the mean over the records of x, y"
    assert out.splitlines()[0] == f"cost      {cost}, {mean}; data x, y; parameters W1, b1, W2, b2"
    for said in ("entry by entry", "column vectors", "rows of the matrices", "chain-rule", "< 2^-", "program"):
        assert said in out
    assert "\x1b" not in out


def test_derive_writes_whole_files_that_name_their_command(capsys, tmp_path):
    out = tmp_path / "out"
    status, said, _ = spoken(capsys, "derive", "4-3-5", "--hidden", "z*sigmoid(1.7*z)", "-o", str(out))
    assert status == 0
    assert {p.name for p in out.iterdir()} == {FORMATS[key][0] for key in USUAL}
    command = "made by: backproof derive 4-3-5 --hidden 'z*sigmoid(1.7*z)'"
    assert (out / "derivation.tex").read_text().splitlines()[0] == f"% {command}"
    assert (out / "gradient.py").read_text().splitlines()[0] == f"# {command}"
    assert [line for line in said.splitlines() if line.startswith("wrote")] == [
        f"wrote     {out / FORMATS[key][0]}" for key in USUAL
    ]


def test_every_format_and_the_same_bytes_twice(capsys, tmp_path):
    for folder in ("one", "two"):
        command = (
            "derive",
            "2-3-1",
            "--output",
            "identity",
            "-o",
            str(tmp_path / folder),
            "--formats",
            ",".join(FORMATS),
        )
        assert spoken(capsys, *command)[0] == 0
    for name, _ in FORMATS.values():
        first = (tmp_path / "one" / name).read_bytes()
        assert first and first == (tmp_path / "two" / name).read_bytes()


def test_documents_in_chinese_in_a_notation_and_as_a_fragment(capsys, tmp_path):
    options = ("-o", str(tmp_path), "--formats", "tex,txt")
    assert spoken(capsys, "derive", "4-3-5", *options, "--language", "zh")[0] == 0
    assert (
        "反向传播" in (tmp_path / "derivation.txt").read_text()
        and "CJKutf8" in (tmp_path / "derivation.tex").read_text()
    )
    assert spoken(capsys, "derive", "4-3-5", *options, "--notation", "nielsen", "--detail", "results")[0] == 0
    text = (tmp_path / "derivation.tex").read_text()
    assert "made by: backproof derive 4-3-5 --detail results --notation nielsen" in text and r"\proofline{" not in text
    assert spoken(capsys, "derive", "4-3-5", *options, "--fragment")[0] == 0
    assert r"\documentclass" not in (tmp_path / "derivation.tex").read_text()


def test_only_the_formats_asked_for(capsys, tmp_path):
    assert spoken(capsys, "derive", "n0-n1-n2", "-o", str(tmp_path), "--formats", "txt")[0] == 0
    assert [p.name for p in tmp_path.iterdir()] == ["derivation.txt"]


def test_equations_from_standard_input():
    command = [sys.executable, "-m", "backproof", "derive", "-"]
    done = subprocess.run(command, input="C = sum(i, (w[i]*x[i] - y[i])^2)\n", capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == (
        "cost      C = sum(i, (w[i]*x[i] - y[i])^2), of one record; data x, y; parameters w"
    )


def test_code_prints_a_program_that_runs(capsys, tmp_path):
    status, out, _ = spoken(capsys, "code", "3-4-2", "--hidden", "tanh", "--l2", "0.1", "--no-bias")
    assert status == 0
    assert out.startswith("# made by: backproof code 3-4-2 --hidden tanh --l2 0.1 --no-bias\n")
    program = tmp_path / "gradient.py"
    program.write_text(out)
    assert subprocess.run([sys.executable, "-I", str(program)], capture_output=True).returncode == 0


def test_list_shows_every_row_of_every_table(capsys):
    status, out, _ = spoken(capsys, "list")
    assert status == 0
    for name in (*ACTIVATIONS, *COSTS, *LAYERS, *TARGETS, "sum"):
        assert name in out
    assert spoken(capsys, "list", "activations")[1].splitlines()[1].split() == ["identity", "identity(z)", "=", "z"]


def test_help_and_version_load_nothing_heavy():
    code = "import sys; from backproof.command import run; status = run(sys.argv[1:]); "
    code += "sys.exit(status or any(name in sys.modules for name in ('sympy', 'numpy', 'lark')))"
    for arguments in (["--help"], ["--version"], ["derive", "--help"]):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout


def test_nothing_typed_shows_the_help(capsys):
    assert spoken(capsys) == spoken(capsys, "--help")
    assert spoken(capsys)[0] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_color", "colours"), [("", True), ("1", False)])
def test_colours_on_a_terminal_unless_refused(no_color, colours):
    import pty

    said = bytearray()

    def read(descriptor):
        said.extend(data := os.read(descriptor, 1024))
        return data

    code = f"import os; os.environ['NO_COLOR'] = {no_color!r}; from backproof.command import run; run(['derive', '0'])"
    pty.spawn([sys.executable, "-c", code], read)
    assert b"a width is a positive whole number" in said
    assert (b"\x1b[" in said) is colours


def test_version_is_the_distribution_s(capsys):
    from importlib.metadata import version

    assert spoken(capsys, "--version") == (0, f"backproof {version('backproof')}\n", "")


def test_parts_between_commas_respect_brackets():
    assert split_list("tanh,relu") == ["tanh", "relu"]
    assert split_list("max(z, 0), z*sigmoid(1.7*z)") == ["max(z, 0)", "z*sigmoid(1.7*z)"]


def test_files_are_written_all_or_none(tmp_path):
    good, blocked = tmp_path / "a" / "good.txt", tmp_path / "b"
    blocked.mkdir()
    with pytest.raises(InputError, match="b: cannot be written"):
        write_all({good: "text", blocked: "text"})
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
    write_all({good: "old"})
    write_all({good: "new"})
    assert good.read_text() == "new"
    assert [p.name for p in good.parent.iterdir()] == ["good.txt"]
