"""The pass that moves the mean over the records from the large derivatives to the small error they start from."""

from __future__ import annotations

from dataclasses import replace

from .statements import PRODUCTS, Code, Operand, Statement

NOTE = "1/N of the mean, here once: all that follows is linear in it"


class _Stop(Exception):
    """A value is read both with the factor and without it."""


def mean_at_the_start(code: Code) -> Code:
    """The backward pass is linear: its first error is divided by N, in place of every derivative it leads to."""
    divided = [s for s in code.statements if _is_mean(s, code.records)]
    try:
        return _Scaling(code, divided).done() if divided else code
    except _Stop:
        return code


def _is_mean(statement: Statement, records: str | None) -> bool:
    return (
        statement.call == "divide"
        and statement.part == "backward"
        and statement.operands[1].text == records
        and statement.operands[0].plain
    )


class _Scaling:
    """Finds which values carry the factor, and where it enters."""

    def __init__(self, code: Code, divided: list[Statement]) -> None:
        self.code, self.divided = code, divided
        self.made = code.made
        self.after: set[str] = set()
        for statement in code.statements:
            if statement.part == "backward" and (
                self.after & set(statement.reads) or statement.target == statement.line
            ):
                self.after.add(statement.target)
        self.carried: dict[str, tuple[str, ...]] = {}
        self.starts: set[str] = set()

    def done(self) -> Code:
        sources = {s.operands[0].name: s for s in self.divided}
        for name in sources:
            self._carry(name)
        self._require(sources)
        fresh = iter(self.code.fresh(len(self.starts)))
        renamed: dict[str, Operand] = {}
        statements: list[Statement] = []
        for statement in self.code.statements:
            if statement in self.divided:
                continue
            name = statement.target
            if name in self.carried and name not in self.starts:
                statement = statement.renamed({n: o for n, o in renamed.items() if n not in self.carried[name]})
            else:
                statement = statement.renamed(renamed)
            if name in sources:
                statement = replace(statement, target=sources[name].target)
            statements.append(statement)
            if name in self.starts:
                whole = Operand(next(fresh), "{}", statement.axes)
                renamed[name] = whole
                statements[-1] = replace(statement, target=whole.name)
                size = Operand("", str(self.code.records))
                statements.append(
                    replace(statement, call="divide", operands=(whole, size), option="", note=NOTE)
                )  # fmt: skip
        return self.code.having(statements)

    def _carry(self, name: str) -> None:
        """Have the value `name` carry the factor: through what it is linear in, or from here on."""
        if name in self.carried:
            return
        statement = self.made.get(name)
        if statement is None or name in self.code.kept:
            raise _Stop
        through = self._linear(statement)
        self.carried[name] = through
        if not through:
            self.starts.add(name)
        for inner in through:
            self._carry(inner)

    def _linear(self, statement: Statement) -> tuple[str, ...]:
        """The operands through which a statement gets the factor; none where it starts there."""
        behind = [o.name for o in statement.operands if o.name in self.after]
        match statement.call:
            case "add" | "subtract":
                return tuple(behind) if len(behind) == len(statement.operands) else ()
            case "divide":
                return tuple(behind) if behind == [statement.operands[0].name] else ()
            case "negative" | "add.reduce" | "copyto":
                return tuple(behind)
            case "multiply":
                return tuple(behind) if len(behind) == 1 else ()
            case call if call in PRODUCTS:
                return tuple(behind) if len(behind) == 1 else ()
        return ()

    def _require(self, sources: dict[str, Statement]) -> None:
        """Every reader of a value with the factor must carry it on, once."""
        for statement in self.code.statements:
            carrying = [n for n in statement.reads if n in self.carried and n not in self.starts]
            if statement in self.divided:
                continue
            if any(n not in self.carried.get(statement.target, ()) for n in carrying) or (
                statement.target in self.starts and carrying
            ):
                raise _Stop
        readers = self.code.readers
        for name, divided in sources.items():
            if readers[name] != [divided] or name in self.starts:
                raise _Stop
