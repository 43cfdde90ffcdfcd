"""The generated program against numbers: what it says of itself when it is run."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from math import prod

from codegen import compile_numpy
from derive.backward.depth import Induction
from derive.backward.steps import Derivation
from derive.errors import CheckFailed, InputError
from derive.records import Model

MOST_LINES = 12
MOST_NUMBERS = 5_000_000


def numerical_lines(derivation: Derivation | Induction) -> list[str]:
    """The program's own table of errors, or why there is no program.

    Raises CheckFailed where the program disagrees with numerical derivatives.
    """
    try:
        program = compile_numpy(derivation)
    except InputError as problem:
        return [f"no program was run: {problem}"]
    size = 0 if isinstance(derivation, Induction) else numbers_in(derivation.model)
    if size > MOST_NUMBERS:
        return [f"no program was run: {size} numbers are too many to try here; run gradient.py to check it"]
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


def numbers_in(model: Model) -> int:
    """How many numbers the arrays of a model hold, as far as their sizes are known."""
    return sum(prod(model.sizes.get(size, 1) for size in axes) for axes in model.axes.values())
