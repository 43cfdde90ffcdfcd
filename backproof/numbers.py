"""The generated program against numbers: what it says of itself when it is run."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO

from codegen import compile_numpy
from derive.backward.steps import Derivation
from derive.errors import CheckFailed, InputError

MOST_LINES = 12


def numerical_lines(derivation: Derivation) -> list[str]:
    """The program's own table of errors, or why there is no program.

    Raises CheckFailed where the program disagrees with numerical derivatives.
    """
    try:
        program = compile_numpy(derivation)
    except InputError as problem:
        return [f"no program was run: {problem}"]
    printed = StringIO()
    with redirect_stdout(printed):
        status = program.main()
    lines = printed.getvalue().splitlines()
    if status:
        wrong = next(line for line in lines if "WRONG" in line)
        raise CheckFailed(f"the generated program disagrees with numerical derivatives: {' '.join(wrong.split())}")
    if len(lines) > MOST_LINES:
        lines[MOST_LINES:] = [f"... and {len(lines) - MOST_LINES} more, all ok"]
    return ["the generated program, run on random numbers:", *(f"  {line}" for line in lines)]
