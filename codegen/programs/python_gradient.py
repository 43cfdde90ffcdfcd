"""The gradient in plain Python: the function that fills lists made once, and the one that makes new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import parts
from .python_sharing import kept_in
from .python_text import bound

if TYPE_CHECKING:
    from .python_writer import PythonWriter


def gradient_text(writer: PythonWriter) -> str:
    """``make_gradient``, whose lists are made once, and ``gradient``, which makes new ones."""
    data, found, cost = writer.arguments(), writer.program.gradients, writer.program.cost or ""
    statements = writer.computed(writer.program.needed([cost, *found.values()]))
    stored = {end: place for key, name in found.items() for end, place in _stored(writer, key, name).items()}
    body = writer.rows_of(kept_in(statements, stored), 8)
    inner = [
        f'"""{writer.said()}"""',
        "try:",
        *(f"    {line}" for line in writer.unpacked_entries(data, "\n".join(body), 12)),
        "except (KeyError, TypeError, ValueError):",
        *(f"    {line}" for line in parts.check_call(writer.given(data)).split("\n")),
        "    raise",
        *body,
        f"return {writer.names[cost]}, grads",
    ]
    signature = ", ".join(["params", *(writer.names[i.name] for i in data)])
    lines = [
        '"""`gradient` with every list made once: what it returns is overwritten by its next call."""',
        *bound(body),
        f"grads = {{name: filled(SHAPES[name], float) for name in {parts.quoted(map(writer.key, found))}}}",
        *(line for key, name in found.items() for line in _lists(writer, key, name)),
        "",
        *parts.define(f"gradient({signature})", inner).rstrip("\n").split("\n"),
        "",
        "return gradient",
    ]
    plain = [f'"""{writer.said()}"""', f"return make_gradient()({signature})"]
    return f"{parts.define('make_gradient()', lines)}\n\n{parts.define(f'gradient({signature})', plain)}"


def _stored(writer: PythonWriter, key: str, name: str) -> dict[str, str]:
    """Where the entries of a derivative are stored."""
    array = writer.names[name]
    if array not in writer.shapes():
        return {array: f'grads["{writer.key(key)}"]'}
    return {writer.entry(array, p): f"{writer.entry(array, p[:-1])}[{p[-1]}]" for p in writer.places(array)}


def _lists(writer: PythonWriter, key: str, name: str) -> list[str]:
    """The names of the lists of a derivative that hold numbers."""
    array = writer.names[name]
    shape = writer.shapes().get(array, ())
    if len(shape) < 2:
        return [f'{array} = grads["{writer.key(key)}"]'] * len(shape)
    return writer.given_names(writer.rows(array, "()", spared=1), f'grads["{writer.key(key)}"]', 4)
