"""The lines of a model, sorted by what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError
from .functions import Definition, definition
from .reading import LONGEST_FORMULA, parse_statement
from .syntax import Call, Entry, Node, Statement, walk

LONGEST_TEXT = 1_000_000


@dataclass(frozen=True)
class Line:
    """An equation as written: ``left = right`` in line `number`."""

    left: Entry
    right: Node
    number: int
    text: str

    @property
    def where(self) -> str:
        return f"line {self.number}"


@dataclass
class Source:
    """A text taken apart. Declarations carry where they stand; shapes are names and numbers."""

    equations: list[Line] = field(default_factory=list)
    definitions: dict[str, Definition] = field(default_factory=dict)
    shapes: list[tuple[str, str, tuple[str | int, ...], str]] = field(default_factory=list)
    sizes: list[tuple[str, int, str]] = field(default_factory=list)
    batch: list[tuple[str, str]] = field(default_factory=list)
    outputs: list[tuple[str, str]] = field(default_factory=list)
    assumptions: list[tuple[tuple[Any, ...], str, str]] = field(default_factory=list)
    text: str = ""

    def dimensions(self) -> set[str]:
        """The names of dimensions that are declared."""
        in_shapes = {extent for _, _, extents, _ in self.shapes for extent in extents if isinstance(extent, str)}
        bounds = {part.bound for line in self.equations for part in walk(line.right) if isinstance(part, Call)}
        return in_shapes | {name for name, _, _ in self.sizes} | {name for name in bounds if isinstance(name, str)}

    def named(self) -> frozenset[str]:
        """The names that are declared or defined."""
        return frozenset(self.dimensions().union(line.left.name for line in self.equations))


def read_source(text: str) -> Source:
    """Take a text apart. Raises InputError with the line."""
    if len(text) > LONGEST_TEXT:
        raise InputError(f"a text of {len(text)} characters; at most {LONGEST_TEXT} are read, {LONGEST_FORMULA} a line")
    source, kept = Source(), []
    for number, raw in enumerate(text.split("\n"), 1):
        line = " ".join(raw.partition("#")[0].split())
        if line:
            kept.append(line)
            where = f"line {number}"
            _sort(source, parse_statement(line.replace("one-hot", "onehot"), where), number, line)
    if not source.equations:
        raise InputError("there are no equations; one equation a line, as in z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]")
    source.text = "\n".join(kept)
    return source


def _sort(source: Source, statement: Statement, number: int, line: str) -> None:
    where, parts = f"line {number}", statement.parts
    left, right = parts if statement.kind == "equation" else (None, None)
    match statement.kind:
        case "equation" if isinstance(left, Entry):
            source.equations.append(Line(left, right, number, line))
        case "equation":
            _define(source, definition(left, right, where, line))
        case "param" | "data" as kind:
            source.shapes.extend((kind, name, extents, where) for name, extents in parts)
        case "size":
            source.sizes.extend((name, size, where) for name, size in parts)
        case "batch":
            source.batch.extend((name, where) for name in parts)
        case "output":
            source.outputs.extend((name, where) for name in parts)
        case "assume":
            source.assumptions.append((parts, line.removeprefix("assume").strip(), where))


def _define(source: Source, new: Definition) -> None:
    old = source.definitions.get(new.name)
    if old is not None:
        raise InputError(f"{new.where}: {new.name} is already defined in {old.where}")
    source.definitions[new.name] = new
