"""The statements of ``make_gradient`` as text, each line of the program under its equation."""

from __future__ import annotations

import re

from .. import parts
from .blocks import row_wise
from .naming import Naming
from .statements import NUMBER, REDUCTIONS, Code, Operand, Statement
from .text import spread, statement_text
from .wide import Wide, wide


class Body:
    """Writes the statements of one program; `blocks` are the arrays that each loop over rows runs over,
    `wide` says in which of them several rows are taken as one."""

    def __init__(self, code: Code, naming: Naming) -> None:
        self.code, self.naming = code, naming
        self.blocks: dict[int, list[str]] = {}
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
        look = self._of_one_row if self._spreads_rows(statement) else self._operand
        out, *operands = (look(o, statement) for o in (_whole(statement), *statement.operands))
        text = statement_text(statement, operands, out, self.naming.local)
        if is_kept_number(self.code, statement):
            text = text.replace(f"{out} =", f"{out}[...] =", 1)
        note = statement.note
        if statement.line not in self._said and statement.line in self.code.equations:
            self._said.add(statement.line)
            note = "; ".join(filter(None, [self.code.equations[statement.line], note]))
        return parts.commented(text, note, indent) if note else "\n".join(parts.broken(text, parts.LONGEST - indent))

    def _spreads_rows(self, statement: Statement) -> bool:
        """Whether a tiny network spreads a vector over rows, which takes long even where there is only one."""
        if not self.naming.local or not statement.entrywise or len(statement.axes) != 2:
            return False
        whole = [o for o in (_whole(statement), *statement.operands) if o.axes == statement.axes]
        less = [o for o in statement.operands if o.axes and o.axes != statement.axes]
        mine = all(o.plain and o.name in self.code.memory for o in whole)
        return bool(less) and mine and self.code.records == statement.shape[0] and all(map(_is_spread, less))

    def _of_one_row(self, operand: Operand, statement: Statement) -> str:
        """An array in such a statement, without the axis of the records where there is one record."""
        name, records = self.naming.arrays.get(operand.name, operand.name), statement.shape[0]
        if operand.axes == statement.axes:
            return self.naming.view(name, f"{name}[0] if {records} == 1 else {name}", "row")
        if _is_column(operand):
            return self.naming.view(name, f"{name}[0, ...] if {records} == 1 else {name}[:, None]")
        return self._operand(operand, statement)

    def _look(self, name: str) -> str:
        return self._views.get(name, name)

    def _operand(self, operand: Operand, statement: Statement) -> str:
        inside = self.wide.get(self.code.loops.get(statement.target, -1))
        if inside is not None and (own := inside.operand(operand, statement)) is not None:
            return own
        name = self.naming.arrays.get(operand.name, operand.name)
        if _is_column(operand) and operand.name in self.code.memory:
            name, pattern = self.naming.view(name, operand.pattern.replace("{}", name)), "{}"
        else:
            pattern = operand.pattern
        return pattern.replace("{}", self._look(name) if _by_rows(operand, statement) else name)

    def _loop(self, loop: int) -> list[str]:
        """A loop over blocks of rows."""
        inside = [s for s in self.code.statements if self.code.loops.get(s.target) == loop]
        views: dict[str, str] = {}
        sliced = set()
        for statement in inside:
            for operand in (*statement.operands, _whole(statement)):
                if operand.name in self.code.memory and _by_rows(operand, statement):
                    name = (
                        self._operand(operand, statement) if _is_column(operand) else self.naming.arrays[operand.name]
                    )
                    views.setdefault(name, self.naming.rows_of(name))
                elif operand.name in self.code.given and _by_rows(operand, statement):
                    sliced.add(operand.name)
        wider = wide(self.code, self.naming, inside, loop)
        if wider is not None:
            self.wide[loop] = wider
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


def _is_spread(operand: Operand) -> bool:
    """Whether it is a vector as it stands, spread over the rows, or one as a column."""
    return operand.plain and len(operand.axes) == 1 or operand.pattern == "{}[:, None]"


def _is_column(operand: Operand) -> bool:
    """Whether it is one column of an array, or the array with axes of length one added to it."""
    return re.fullmatch(r"\{\}\[(:|None|\d)(, (:|None|\d))*\]", operand.pattern) is not None


def is_kept_number(code: Code, statement: Statement) -> bool:
    """Whether a derivative without axes is computed, which is returned as an array."""
    return statement.call == NUMBER and statement.target in code.kept and statement.part == "backward"
