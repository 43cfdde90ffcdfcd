"""The statements of ``make_gradient`` as text, each line of the program under its equation."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

from .. import parts
from .blocks import row_wise
from .naming import Naming
from .statements import COPY, NUMBER, REDUCTIONS, Code, Operand, Statement
from .text import spread, statement_text
from .twos import REVERSED
from .vectors import ROW
from .wide import Wide, wide

KINDS = {ROW: "row", "{}[0, ...]": "first", "{}[1, ...]": "second", REVERSED: "reversed"}
"""What views are called, where they are not columns."""


class Body:
    """Writes the statements of one program.

    `blocks` are the arrays that each loop over rows runs over, `together` says in how many memories they lie, `wide`
    in which of these loops several rows are taken as one; `rows_of` says which matrices of one row vectors are from,
    of which those that are read are `read_rows`.
    """

    def __init__(self, code: Code, naming: Naming, rows_of: Mapping[str, str] | None = None) -> None:
        self.code, self.naming, self.rows_of = code, naming, rows_of or {}
        self.read_rows: list[str] = []
        self.blocks: dict[int, list[str]] = {}
        self.together: dict[int, int] = {}
        self.wide: dict[int, Wide] = {}
        self._views: dict[str, str] = {}
        self._said: set[str] = set()

    def lines(self) -> list[str]:
        """The statements in order, those of a loop together."""
        lines: list[str] = []
        for statement in self.code.statements:
            loop = self.code.loops.get(statement.target)
            if loop is None:
                lines += self._line(statement, 8).split("\n")
            elif loop not in self.blocks:
                lines += self._loop(loop)
        return lines

    def _line(self, statement: Statement, indent: int) -> str:
        out, *operands = (self._operand(o, statement) for o in (_whole(statement), *statement.operands))
        text = statement_text(statement, operands, out, self.naming.local)
        if is_kept_number(self.code, statement):
            text = text.replace(f"{out} =", f"{out}[...] =", 1)
        note = statement.note
        if statement.line not in self._said and statement.line in self.code.equations:
            self._said.add(statement.line)
            note = "; ".join(filter(None, [self.code.equations[statement.line], note]))
        if self._is_there(statement):
            said = textwrap.wrap(f"{note}: the same array", parts.LONGEST - indent - 2)
            return "\n".join(f"# {line}" for line in said)
        return parts.commented(text, note, indent) if note else "\n".join(parts.broken(text, parts.LONGEST - indent))

    def _is_there(self, statement: Statement) -> bool:
        """Whether a copy lies where its source lies."""
        if statement.call != COPY or not statement.operands[0].plain:
            return False
        names = statement.target, statement.operands[0].name
        places, shapes = ({look(name) for name in names} for look in (self.code.memory.get, self.code.lengths))
        return len(places) == len(shapes) == 1 and None not in places

    def _look(self, name: str) -> str:
        return self._views.get(name, name)

    def _operand(self, operand: Operand, statement: Statement) -> str:
        if operand.pattern == ROW and operand.name in self.rows_of:
            row = self.rows_of[operand.name]
            self.read_rows += [row] if row not in self.read_rows else []
            return row
        inside = self.wide.get(self.code.loops.get(statement.target, -1))
        if inside is not None and (own := inside.operand(operand, statement)) is not None:
            return own
        name = self.naming.arrays.get(operand.name, operand.name)
        if _is_column(operand) and operand.name in self.code.memory:
            kind = KINDS.get(operand.pattern, "column")
            name, pattern = self.naming.view(name, operand.pattern.replace("{}", name), kind), "{}"
        else:
            pattern = operand.pattern
        return pattern.replace("{}", self._look(name) if _by_rows(operand, statement) else name)

    def _loop(self, loop: int) -> list[str]:
        """A loop over blocks of rows."""
        inside = [s for s in self.code.statements if self.code.loops.get(s.target) == loop]
        views: dict[str, str] = {}
        memories, sliced = set(), set()
        for statement in inside:
            for operand in (*statement.operands, _whole(statement)):
                if operand.name in self.code.memory and _by_rows(operand, statement):
                    name = (
                        self._operand(operand, statement) if _is_column(operand) else self.naming.arrays[operand.name]
                    )
                    views.setdefault(name, self.naming.rows_of(name))
                    memories.add(self.code.memory[operand.name])
                elif operand.name in self.code.given and _by_rows(operand, statement):
                    sliced.add(operand.name)
        wider = wide(self.code, self.naming, inside, loop)
        if wider is not None:
            self.wide[loop] = wider
        self.together[loop] = len(memories)
        self.blocks[loop] = [inside[0].shape[0], *views]
        self._views = views | {name: f"{name}[{self.naming.rows}]" for name in sliced}
        lines = [part for s in inside for part in self._line(s, 12).split("\n")]
        self._views = {}
        targets = [self.naming.rows if sliced else "_", *views.values()]
        head = spread("for ", targets, f" in {self.naming.blocks[loop]}:", 8)
        if len(head) > 1:
            head = [f"{head[0]}(", *head[1:-1], f"){head[-1]}"]
        filled = wider.filled if wider is not None else []
        return [*filled, *head, *(f"    {line}" for line in lines)]


def _by_rows(operand: Operand, statement: Statement) -> bool:
    """Whether a statement in a loop reads the rows of the block, not all of them."""
    return bool(operand.axes) and (row_wise(operand, statement) or statement.call in REDUCTIONS)


def _whole(statement: Statement) -> Operand:
    """The array that a statement writes into."""
    return Operand(statement.target, "{}", statement.axes)


def _is_column(operand: Operand) -> bool:
    """Whether it is one column of an array, or the array with axes of length one added to it."""
    return re.fullmatch(r"\{\}\[(:|None|::-1|\d)(, (:|None|\d|\.{3}))*\]", operand.pattern) is not None


def is_kept_number(code: Code, statement: Statement) -> bool:
    """Whether a derivative without axes is computed, which is returned as an array."""
    return statement.call == NUMBER and statement.target in code.kept and statement.part == "backward"
