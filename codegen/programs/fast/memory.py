"""The pass that plans the memory: arrays of as many entries share it where their lives do not overlap."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .blocks import row_wise
from .statements import HORNER, NUMBER, REDUCTIONS, Code, Statement


class MemoryInUse(Exception):
    """An array is read after its memory was written by another one."""


@dataclass(frozen=True)
class Life:
    """The statements, by number, between which an array is needed."""

    born: int
    dies: int


def shared_memory(code: Code) -> Code:
    """An array takes over the memory of one that nobody reads any more, best of one it is computed from."""
    lives = lifetimes(code)
    memory: dict[str, str] = {}
    free: dict[tuple[tuple[str, ...], bool], list[str]] = {}

    def kind(name: str, place: str) -> tuple[tuple[str, ...], bool]:
        """What arrays have in common that can lie in the same memory: the lengths of whole arrays in any order."""
        lengths, block = code.lengths(name), in_one_loop(code, place)
        return lengths if block else tuple(sorted(lengths)), block

    for number, statement in enumerate(code.statements):
        dying = [n for n, life in lives.items() if life.dies == number and n in memory]
        if statement.call != NUMBER:
            into = _in_place(code, statement, set(dying), memory)
            wanted = kind(statement.target, statement.target)
            if into is not None:
                dying.remove(into)
                memory[statement.target] = memory[into]
            else:
                memory[statement.target] = free[wanted].pop() if free.get(wanted) else statement.target
            if lives[statement.target].dies == number:
                dying.append(statement.target)
        for name in dying:
            free.setdefault(kind(name, memory[name]), []).append(memory[name])
    checked(code, memory)
    return replace(code, memory=memory)


def lifetimes(code: Code) -> dict[str, Life]:
    """From the statement that makes an array to the last that reads it; what is read whole lives to its loop's end."""
    ends = {loop: n for n, s in enumerate(code.statements) if (loop := code.loops.get(s.target)) is not None}
    lives: dict[str, Life] = {}
    for number, statement in enumerate(code.statements):
        lives[statement.target] = Life(number, number)
        loop = code.loops.get(statement.target)
        for operand in statement.operands:
            if operand.name in lives:
                whole = loop is not None and not (row_wise(operand, statement) or statement.call in REDUCTIONS)
                dies = ends[loop] if whole and loop is not None else number
                known = lives[operand.name]
                lives[operand.name] = replace(known, dies=max(known.dies, dies))
    last = len(code.statements)
    return {name: replace(life, dies=last) if name in code.kept else life for name, life in lives.items()}


def in_one_loop(code: Code, name: str) -> bool:
    """Whether an array is used in one loop over rows alone: memory for one block of rows is enough."""
    loops = {code.loops.get(s.target) for s in (code.made[name], *code.readers.get(name, []))}
    return len(loops) == 1 and None not in loops and name not in code.kept


def _in_place(code: Code, statement: Statement, dying: set[str], memory: dict[str, str]) -> str | None:
    """The operand whose memory the result takes: one that is read for the last time, entry by entry."""
    if not statement.entrywise or statement.call == HORNER:
        return None
    block = in_one_loop(code, statement.target)
    for operand in statement.operands:
        if operand.plain and operand.name in dying and code.lengths(operand.name) == code.lengths(statement.target):
            looks = {o.pattern for o in statement.operands if o.name == operand.name}
            if looks == {"{}"} and (block or not in_one_loop(code, memory[operand.name])):
                return operand.name
    return None


def checked(code: Code, memory: dict[str, str]) -> None:
    """Raises MemoryInUse where a statement would read an array whose memory holds another one by then.

    A statement inside a loop is followed by the others of its loop, of the next block, so what is read
    whole there must not be written anywhere in the loop.
    """
    holds: dict[str, str] = {}
    for statement in code.statements:
        loop = code.loops.get(statement.target)
        for operand in statement.operands:
            if operand.name not in memory:
                continue
            if holds[memory[operand.name]] != operand.name:
                raise MemoryInUse(f"{statement.target} reads {operand.name}, whose memory holds another array")
            if loop is not None and not (row_wise(operand, statement) or statement.call in REDUCTIONS):
                inside = {memory[s.target] for s in code.statements if code.loops.get(s.target) == loop}
                if memory[operand.name] in inside:
                    raise MemoryInUse(f"{statement.target} reads all rows of {operand.name}, which its loop writes")
        if statement.target in memory:
            place = memory[statement.target]
            if (not statement.entrywise or statement.call == HORNER) and place in {
                memory[n] for n in statement.reads if n in memory
            }:
                raise MemoryInUse(f"{statement.target} is written over what it is computed from")
            holds[place] = statement.target
    for name in code.kept & set(memory):
        if holds[memory[name]] != name:
            raise MemoryInUse(f"{name} is returned, and its memory holds another array")
