"""The functions in ``make_gradient`` that check what comes in and call `compute`: at once, or as often as one likes."""

from __future__ import annotations

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
    return [writer.names[i.name] for i in (*writer.program.of_kind("parameter"), *writer.arguments())]


def signature(writer: ModuleWriter) -> str:
    """What ``gradient`` and ``bind`` take."""
    return ", ".join(["params", *(writer.names[i.name] for i in writer.arguments())])


def defined(head: list[str], lines: list[str]) -> list[str]:
    """The lines of a function, whose head may have several."""
    return [*head, *(f"    {part}" if part else "" for line in lines for part in line.split("\n"))]


def returned(results: list[str]) -> str:
    """The last line of `compute`."""
    return f"return {', '.join(results)}"


def check_line(writer: ModuleWriter) -> str:
    """The call that checks everything."""
    return f"{parts.check_call(writer.given(writer.arguments()))[:-1]}, sizes, dtype)"


def partial_lines(writer: ModuleWriter, compute: str) -> list[str]:
    """The statement that returns `compute` at what came in."""
    given = [f'params["{i.name}"]' for i in writer.program.of_kind("parameter")]
    given += [f"float({writer.names[i.name]})" if not i.axes else writer.names[i.name] for i in writer.arguments()]
    return spread("return functools.partial(", [compute, *given], ")", 8)


def bind_lines(writer: ModuleWriter, bind: str, compute: str) -> list[str]:
    """The function `bind`."""
    lines = [check_line(writer), *partial_lines(writer, compute)]
    return defined([f"def {bind}({signature(writer)}):"], lines)
