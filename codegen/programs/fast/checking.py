"""The check of what comes in, quick where all is well: one comparison of types and shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import parts
from ..program import Input
from .text import spread

if TYPE_CHECKING:
    from ..module_writer import ModuleWriter


def check_lines(writer: ModuleWriter, fits: str, expected: str) -> list[str]:
    """Local names for what came in, and the check of it: one comparison, and what is wrong where it fails."""
    data, parameters = writer.arguments(), writer.program.of_kind("parameter")
    names = [writer.names[i.name] for i in parameters]
    keys = ", ".join(f'params["{i.name}"]' for i in parameters)
    short = 12 + len(", ".join(names)) + len(keys) + 3 <= parts.LONGEST
    unpacked = parts.wrapped(names, keys if short else "(params[name] for name in PARAMETERS)") if names else []
    if len(names) == 1:
        unpacked = [f"{names[0]} = {keys}"]
    elif short and names:
        unpacked = [f"{', '.join(names)} = {keys}"]
    numbers = [writer.names[i.name] for i in data if not i.axes]
    looks = [f"{writer.names[i.name]}.{what}" for i in _held(writer) for what in ("dtype", "shape")]
    before = f"{fits} = {''.join(f'type({n}) is float and ' for n in numbers)}("
    compared = spread(before, looks, f") == {expected}", 12)
    return [
        "try:",
        *(f"    {part}" for part in [*unpacked, *compared]),
        "except (AttributeError, IndexError, KeyError, TypeError):",
        f"    {fits} = False",
        f"if not {fits}:",
        *(f"    {part}" for part in f"{parts.check_call(writer.given(data))[:-1]}, sizes, dtype)".split("\n")),
        *(f"{name} = float({name})" for name in numbers),
    ]


def expected_lines(writer: ModuleWriter, expected: str) -> list[str]:
    """The types and shapes that all is well with."""
    shapes = [parts.shape_text(writer.planner.size(x).text for x in i.axes) for i in _held(writer)]
    return spread(f"{expected} = sum(((np.dtype(dtype), shape) for shape in [", shapes, "]), ())", 4)


def _held(writer: ModuleWriter) -> list[Input]:
    """The arrays that come in, parameters first."""
    return [i for i in (*writer.program.of_kind("parameter"), *writer.arguments()) if i.axes or i.kind == "parameter"]
