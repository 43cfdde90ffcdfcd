"""Loops that add a bias to every row, with several rows taken as one: NumPy adds long vectors to one another fastest.

A vector spread over rows goes through a buffer of `np.getbufsize()` numbers unless it is as long as that itself, and
the maximum with a number takes twice as long as that with an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import parts
from .memory import in_one_loop
from .naming import Naming
from .statements import COPY, HORNER, Code, Operand, Statement

ROWS_TOGETHER = '''def _rows_together(records, width, room):
    """How many rows of so many numbers to take as one; one alone where that does not come out even, or in the room."""
    least = -(-np.getbufsize() // width)
    most = min(4 * least, records // 4, room // width)
    return next((rows for rows in range(least, most + 1) if records % rows == 0), 1)
'''
SCRATCH = '''def _scratch(array, count):
    """The memory of an array that nothing was written to yet, where it is enough, for so many numbers."""
    return array.reshape(-1)[:count] if array.size >= count else np.empty(count, array.dtype)
'''


@dataclass(frozen=True)
class Wide:
    """The names in a loop over wide rows: of the bias, of its copies, of zeros where there are any.

    All these lie in the memory of the derivative `weights`.
    """

    weights: str
    bias: str
    copies: str
    as_rows: str
    zeros: str | None
    together: str
    length: str
    """How many numbers a wide row has."""
    made: tuple[str, ...]
    """The statements that make them."""

    @property
    def filled(self) -> list[str]:
        """The statements that fill them before the loop."""
        zeros = [f"{self.zeros}.fill(0)"] if self.zeros else []
        return [f"np.copyto({self.as_rows}, {self.bias})", *zeros]

    def operand(self, operand: Operand, statement: Statement) -> str | None:
        """What stands for an operand; None where that is what it is."""
        if operand.name == self.bias:
            return self.copies
        return self.zeros if self.zeros and statement.call == "maximum" and operand.name == "%zero" else None


def wide(code: Code, naming: Naming, inside: Sequence[Statement], loop: int) -> Wide | None:
    """How the rows of a loop are taken together; None for a loop that adds no bias or does more than that."""
    biases = {o.name for s in inside for o in s.operands if o.axes == s.axes[1:] and o.axes}
    if len(biases) != 1 or not all(_is_simple(code, s, biases) for s in inside):
        return None
    scratch = _unwritten(code, inside[0])
    if scratch is None:
        return None
    (bias,), (records, width) = biases, inside[0].shape
    has_zeros = any(s.call == "maximum" and "%zero" in s.reads for s in inside)
    zeros = naming.unused(f"zeros{loop}") if has_zeros else None
    name, copies, as_rows = (naming.arrays.get(bias, bias), *map(naming.unused, (f"{bias}_wide", f"{bias}_rows")))
    together, scratches = naming.unused(f"together{loop}"), naming.arrays[scratch]
    length = parts.product_text([together, width])
    room = f"{scratches}.size // 2" if zeros else f"{scratches}.size"
    made = [f"{together} = _rows_together({records}, {width}, {room})"]
    if zeros:
        tiles = naming.scratch(f"tiles{loop}")
        made += [f"{tiles} = _scratch({scratches}, 2 * {length})", f"{copies}, {zeros} = {tiles}.reshape(2, -1)"]
    else:
        made.append(f"{naming.scratch(copies)} = _scratch({scratches}, {length})")
    made.append(f"{as_rows} = {copies}.reshape({together}, {width})")
    return Wide(scratch, name, copies, as_rows, zeros, together, length, tuple(made))


def _is_simple(code: Code, statement: Statement, biases: set[str]) -> bool:
    """Whether a statement reads whole arrays made here, numbers and the bias, entry by entry."""
    if not statement.entrywise or len(statement.axes) != 2 or statement.call in (COPY, HORNER):
        return False
    whole = [statement.target, *(o.name for o in statement.operands if o.axes == statement.axes)]
    simple = all(
        o.plain and (o.axes == statement.axes or o.name in biases) if o.axes else True for o in statement.operands
    )
    return simple and all(name in code.memory and not in_one_loop(code, code.memory[name]) for name in whole)


def _unwritten(code: Code, statement: Statement) -> str | None:
    """A derivative by weights as wide as the rows: nothing is written to it on the way forward."""
    places = list(code.memory.values())
    found = [s for s in code.statements if s.target in code.kept and s.part == "backward" and len(s.axes) == 2]
    found = [s for s in found if s.shape[0] == statement.shape[1] and places.count(code.memory.get(s.target, "")) == 1]
    return found[0].target if found and statement.part == "forward" else None
