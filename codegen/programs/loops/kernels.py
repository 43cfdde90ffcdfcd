"""Loops between products of matrices as functions of their own, each compiled once and called wherever it fits."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .. import parts
from .fusing import Access, Line, Statement, lines_in, texts_in


@dataclass(frozen=True)
class Kernel:
    """A compiled function: its name, what it is given, its lines, the numbers it gives back."""

    name: str
    given: tuple[str, ...]
    body: tuple[str, ...]
    returned: tuple[str, ...]


def is_product(statement: Statement) -> bool:
    """Whether a statement is a product of matrices, which is called from Python."""
    return isinstance(statement, Line) and ", out=" in statement.text


class Splitter:
    """Cuts statements into functions; `shapes` are those of all arrays, `sizes` the names of widths.

    `written` gives the text of statements, `name` the name of a function by its number.
    """

    def __init__(
        self, shapes: Mapping[str, tuple[str, ...]], sizes: Iterable[str],
        written: Callable[[list[Statement]], list[str]], name: Callable[[int], str],
    ) -> None:  # fmt: skip
        self.shapes, self.sizes, self.written, self.name = shapes, list(sizes), written, name
        self.kernels: list[Kernel] = []
        self._known: dict[tuple[object, ...], Kernel] = {}

    def split(self, statements: Sequence[Statement], scalars: set[str], wanted: Iterable[str]) -> list[str]:
        """The lines that call products and functions in turn; `wanted` are the numbers needed at the end."""
        runs: list[list[Statement]] = [[]]
        for statement in statements:
            runs += [[statement], []] if is_product(statement) else []
            if not is_product(statement):
                runs[-1].append(statement)
        runs = [run for run in runs if run]
        outer = scalars | {name for s in statements for name, where in _written(s) if not where}
        outer -= self.shapes.keys()
        lines: list[str] = []
        for number, run in enumerate(runs):
            if is_product(run[0]):
                (line,) = lines_in(run[0])
                lines += parts.commented(line.text, line.note, 8).split("\n") if line.note else [line.text]
            else:
                after = {*wanted} | {n for other in runs[number + 1 :] for s in other for n in _read_first(s, outer)}
                lines += self._call(run, outer, after)
        return lines

    def _call(self, run: list[Statement], outer: set[str], after: set[str]) -> list[str]:
        """The call of a function for these statements, which is made unless there is one like it."""
        words = dict.fromkeys(word for s in run for text in texts_in(s) for word in re.findall(r"\w+", text))
        arrays = [name for name in words if name in self.shapes]
        sizes = [name for name in self.sizes if name in words]
        head, unknown = self._sizes_from(arrays, sizes)
        made = dict.fromkeys(name for s in run for name, where in _written(s) if not where)
        returned = [name for name in made if name in after]
        given = [*arrays, *_read_first_of(run, outer), *unknown]
        body = [*head, *self.written(run), *([f"return {', '.join(returned)}"] if returned else [])]
        key = _key(given, body)
        notes = [line.note for s in run for line in lines_in(s) if line.note] if key in self._known else []
        if key not in self._known:
            self._known[key] = Kernel(self.name(len(self.kernels) + 1), tuple(given), tuple(body), tuple(returned))
            self.kernels.append(self._known[key])
        call = called_with(self._known[key].name, given, 12)
        call = f"{', '.join(returned)} = {call}" if returned else call
        if len(notes) == 1:
            return parts.commented(call, notes[0], 8).split("\n")
        return [
            *(row for note in notes for row in textwrap.wrap(f"# {note}", 110, subsequent_indent="# ")),
            *call.split("\n"),
        ]

    def _sizes_from(self, arrays: list[str], sizes: list[str]) -> tuple[list[str], list[str]]:
        """Lines that read sizes off the arrays, and the sizes that none of them has."""
        lines, waiting = [], list(sizes)
        for array in arrays:
            shape = self.shapes[array]
            if not any(n in waiting for n in shape):
                continue
            if len({*shape}) == len(shape) and all(n in waiting for n in shape):
                lines.append(f"{', '.join(shape)}{',' * (len(shape) == 1)} = {array}.shape")
            else:
                lines += [f"{n} = {array}.shape[{axis}]" for axis, n in enumerate(shape) if n in waiting]
            waiting = [n for n in waiting if n not in shape]
        return lines, waiting


def _written(statement: Statement) -> Iterable[Access]:
    return (access for line in lines_in(statement) for access in line.written)


def _read_first(statement: Statement, names: set[str]) -> list[str]:
    return _read_first_of([statement], names)


def _read_first_of(run: Iterable[Statement], names: set[str]) -> list[str]:
    """Those of some numbers that are read before they are written here, in order."""
    written: set[str] = set()
    found: dict[str, None] = {}
    for line in (line for s in run for line in lines_in(s)):
        found |= {name: None for name, _ in line.read if name in names - written}
        written |= {name for name, _ in line.written}
    return list(found)


def called_with(name: str, arguments: Iterable[str], indent: int) -> str:
    """A call, or the head of a definition, over several lines where it is long."""
    text = ", ".join(arguments)
    if len(name) + len(text) <= parts.WIDTH - indent:
        return f"{name}({text})"
    rows = textwrap.wrap(f"{text},", parts.WIDTH - indent, break_long_words=False)
    return "\n".join([f"{name}(", *(f"    {row}" for row in rows), ")"])


def _key(names: list[str], body: list[str]) -> tuple[object, ...]:
    """What two functions have in common that differ in names alone."""
    text = "\n".join(row.split("  # ")[0] for row in body if not row.strip().startswith("#"))
    places: dict[str, str] = {name: f"§{n}" for n, name in enumerate(names)}
    own = re.findall(r"^ *(?:for )?(\w+(?:, \w+)*),?(?: \+?= | in )", text, re.M)
    for word in (word for group in own for word in group.split(", ")):
        places.setdefault(word, f"§{len(places)}")
    return len(names), re.sub(r"\w+", lambda word: places.get(word.group(), word.group()), text)
