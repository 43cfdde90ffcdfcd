"""NumPy statements: one call each, whose result goes into an array that nothing else writes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..trees import Axes

COPY, DOT, MATMUL, EINSUM, NUMBER = "copyto", "dot", "matmul", "einsum", "number"
HORNER = "polynomial"
"""x times a polynomial in x, the first operand, of the highest coefficient and the others."""
ROW_MAXIMUM = "row_maximum"
"""The largest entry of each row, found by its place; operands are the matrix, the places and where each row starts."""
PRODUCTS = frozenset({DOT, MATMUL, EINSUM})
REDUCTIONS = frozenset({"add.reduce", "maximum.reduce"})
COMMUTING = frozenset({"add", "multiply", "maximum", "minimum"})


@dataclass(frozen=True)
class Operand:
    """What a call reads: the array `name` as `pattern` looks at it, or the pattern alone where there is no name."""

    name: str
    pattern: str
    axes: Axes = ()

    @property
    def text(self) -> str:
        return self.pattern.replace("{}", self.name)

    @property
    def plain(self) -> bool:
        """Whether it is the array itself, not a view of it."""
        return bool(self.name) and self.pattern == "{}"

    def named(self, name: str) -> Operand:
        """The same look at another array."""
        return replace(self, name=name)


@dataclass(frozen=True)
class Statement:
    """``np.call(*operands, out=target)``; a `NUMBER` is the text `option` with the operands put in.

    `option` is what else stands in the call (axes, the letters of an einsum, a template). `line` is the array of
    the program whose equation this statement is part of, `part` where that equation stands: forward, cost, backward.
    """

    target: str
    call: str
    operands: tuple[Operand, ...]
    axes: Axes
    shape: tuple[str, ...]
    line: str
    part: str
    option: str = ""
    note: str = ""

    @property
    def entrywise(self) -> bool:
        """Whether each entry of the result needs only the entries of the operands at its place."""
        return self.call not in PRODUCTS | REDUCTIONS | {NUMBER, ROW_MAXIMUM}

    @property
    def reads(self) -> tuple[str, ...]:
        """The names it reads."""
        return tuple(o.name for o in self.operands if o.name)

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two statements compute the same."""
        texts = [o.text for o in self.operands]
        return self.call, self.option, tuple(sorted(texts) if self.call in COMMUTING else texts), self.shape

    def renamed(self, names: Mapping[str, Operand]) -> Statement:
        """The statement with other arrays, or views of them, in place of some that it reads."""
        return replace(self, operands=tuple(seen(o, names[o.name]) if o.name in names else o for o in self.operands))


def seen(look: Operand, of: Operand) -> Operand:
    """A look at an array that is itself a look at another one; a transpose of a transpose is none."""
    pattern = look.pattern.replace("{}", of.pattern)
    return Operand(of.name, pattern.replace(".T.T", ""), look.axes)


@dataclass(frozen=True)
class Code:
    """The statements of a program, and what the passes find out about them.

    `given` are the shapes of the arrays from outside, `kept` the arrays that are returned, `records` the name of
    the number of records, `equations` the line each array of the program comes from, `widths` the sizes that are
    known numbers. `constants` are prepared once, by name; `loops` holds the number of the loop over rows that a
    statement stands in, by its target; `memory` the array in whose memory each array lies.
    """

    statements: tuple[Statement, ...]
    given: Mapping[str, tuple[str, ...]]
    kept: frozenset[str]
    records: str | None
    equations: Mapping[str, str]
    widths: Mapping[str, int] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    loops: Mapping[str, int] = field(default_factory=dict)
    memory: Mapping[str, str] = field(default_factory=dict)

    def having(self, statements: Iterable[Statement]) -> Code:
        """The same with other statements."""
        return replace(self, statements=tuple(statements))

    @cached_property
    def made(self) -> dict[str, Statement]:
        """The statement that computes each array."""
        return {s.target: s for s in self.statements}

    @cached_property
    def readers(self) -> dict[str, list[Statement]]:
        """Who reads each array, in order."""
        found: dict[str, list[Statement]] = {}
        for statement in self.statements:
            for name in dict.fromkeys(statement.reads):
                found.setdefault(name, []).append(statement)
        return found

    def shape(self, name: str) -> tuple[str, ...]:
        """The shape of an array, computed or given."""
        return self.made[name].shape if name in self.made else self.given.get(name, ())

    def lengths(self, name: str) -> tuple[str, ...]:
        """The shape of an array, known sizes as numbers."""
        return tuple(str(self.widths.get(size, size)) for size in self.shape(name))

    def fresh(self, count: int) -> list[str]:
        """Names nobody has; the writer of the text gives them better ones."""
        numbered = (temporary(number) for number in itertools.count(1))
        return list(itertools.islice((name for name in numbered if name not in self.made), count))


def temporary(number: int) -> str:
    """The name of an array that is none of the program's: no identifier, so that it is nobody else's."""
    return f"%{number}"
