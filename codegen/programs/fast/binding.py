"""The functions in ``make_gradient`` that check what comes in and call `compute`: at once, or as often as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import parts
from .text import spread

if TYPE_CHECKING:
    from ..module_writer import ModuleWriter

SAID = (
    "",
    "`{name}.bind(params, ...)` checks these arrays once and gives a function without arguments that",
    "computes from what they hold when it is called, and returns the same.",
)
"""What the docstring of ``make_gradient`` says of `bind`."""


def inputs(writer: ModuleWriter) -> list[str]:
    """What `compute` takes: the identifiers of all that comes in, parameters first."""
    return [*(writer.names[i.name] for i in writer.program.of_kind("parameter")), *data(writer)]


def data(writer: ModuleWriter) -> list[str]:
    """The identifiers of what comes in besides the parameters."""
    return [writer.names[i.name] for i in writer.arguments()]


def first_rows(writer: ModuleWriter) -> list[str]:
    """The same, of what has rows the first; views all, of a vector too."""
    rows = []
    for name, i in zip(data(writer), writer.arguments(), strict=True):
        first = "[0]" if len(i.axes) > 1 else "[0, ...]"
        rows.append(name + first if writer.program.records in i.axes[:1] else name)
    return rows


def signature(writer: ModuleWriter) -> str:
    """What ``gradient`` and ``bind`` take."""
    return ", ".join(["params", *data(writer)])


def defined(head: list[str], lines: list[str]) -> list[str]:
    """The lines of a function, whose head may have several."""
    return [*head, *(f"    {part}" if part else "" for line in lines for part in line.split("\n"))]


def returned(results: list[str]) -> str:
    """The last line of `compute`."""
    return f"return {', '.join(results)}"


def check_line(writer: ModuleWriter) -> str:
    """The call that checks everything."""
    return f"{parts.check_call(writer.given(writer.arguments()))[:-1]}, sizes, dtype)"


def partial_lines(writer: ModuleWriter, compute: str, given: Sequence[str]) -> list[str]:
    """The statement that returns `compute` at the parameters and what is `given` besides."""
    numbers = [writer.names[i.name] for i in writer.arguments() if not i.axes]
    found = [f'params["{i.name}"]' for i in writer.program.of_kind("parameter")]
    found += [f"float({name})" if name in numbers else name for name in given]
    return spread("return functools.partial(", [compute, *found], ")", 8)


def bind_lines(writer: ModuleWriter, bind: str, compute: str, given: Sequence[str]) -> list[str]:
    """The function `bind`."""
    lines = [check_line(writer), *partial_lines(writer, compute, given)]
    return defined([f"def {bind}({signature(writer)}):"], lines)
