"""``make_gradient`` as text: the arrays made once, and the function that writes into them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .. import parts
from ..threads import CALL, is_threaded
from .allocating import Arrays
from .binding import SAID, bind_lines, data, defined, first_rows, inputs, returned, signature
from .body import Body, is_kept_number
from .checking import check_lines, expected_lines
from .compiling import straight
from .lodging import lodgings
from .naming import Naming, is_tiny
from .passes import optimised
from .statements import Code
from .tails import TAILS, tables
from .text import spread
from .wide import ROWS_TOGETHER, SCRATCH

if TYPE_CHECKING:
    from ..numpy_writer import Writer

ROWS = '''CACHE = 2**19
"""Arrays of more bytes together are worked on in blocks of rows."""


def _rows_at_once(records, row):
    """How many rows, which take `row` bytes in all arrays together, stay in the cache: an even part of all."""
    blocks = -(-records // max(1, CACHE // row))
    return -(-records // blocks)


def _by_rows(records, *arrays):
    """The same rows of all arrays, block by block: a slice, and a view of each; of a shorter array its beginning."""
    memories = {}
    for array in arrays:
        memories[array.ctypes.data] = max(memories.get(array.ctypes.data, 0), array[0].nbytes)
    step = min(_rows_at_once(records, sum(memories.values())), *map(len, arrays))
    blocks = [slice(start, min(start + step, records)) for start in range(0, records, step)]
    return [(rows, *(a[rows] if len(a) == records else a[: rows.stop - rows.start] for a in arrays)) for rows in blocks]
'''

SINGLE = "_of_one_record"
"""The name of the function for one record alone."""

CALLED = frozenset({SINGLE, "_by_rows", "_rows_at_once", "_rows_together", "_scratch", "CACHE"}) | {
    tail.table for tail in TAILS.values()
}
"""Names of the functions and tables before ``make_gradient``."""


def workspace_text(writer: Writer) -> str:
    """``make_gradient``, and before it the functions it needs."""
    code = straight(writer)
    if not is_tiny(code):
        return Printer(writer, optimised(code)).text()
    if code.records is None:
        return Printer(writer, optimised(straight(writer, held=True))).text()
    return Printer(writer, optimised(code), single=single(writer)).text()


def single(writer: Writer) -> Printer | None:
    """What writes the function for one record alone; None where there is no such program."""
    alone = single_writer(writer)
    return None if alone is None else Printer(alone, optimised(straight(alone, held=True)), whole=writer)


def single_writer(writer: Writer) -> Writer | None:
    """The writer of the program for one record; None where there is none, or no mean of records to take part in."""
    if writer.of_one_record is None or not is_threaded(writer):
        return None
    return type(writer)(writer.of_one_record())


class Printer:
    """Writes the function that makes the gradient of one program.

    Where that is for one record alone, `whole` is the writer for any number of them; `single` is the printer of the
    function that one record is handed on to.
    """

    def __init__(self, writer: Writer, code: Code, whole: Writer | None = None, single: Printer | None = None) -> None:
        self.writer, self.code, self.single = writer, code, single
        self.whole, self.alone = whole or writer, whole is not None
        self.naming = Naming(code, writer.names)
        inner, outer = ([w.names[i.name] for i in w.arguments()] for w in (writer, self.whole))
        self.body = Body(code, self.naming, dict(zip(inner, outer, strict=True)) if self.alone else {})
        self.arrays = Arrays(code, self.naming)

    def text(self) -> str:
        """``make_gradient``, and before it the functions it needs."""
        name = self.writer.derivative
        lines = [
            f'"""`{name}` with every array allocated once: what it returns is overwritten by its next call.',
            *(line.format(name=name) for line in SAID),
            '"""',
            *self._sizes_checked(),
            *self._inner(),
        ]
        batch = "" if self.writer.program.records is None else "batch, "
        threads = "threads=1, " if is_threaded(self.writer) else ""
        text = parts.define(f"make_{name}({batch}dtype=np.float64, {threads}**sizes)", lines)
        if self.single is not None:
            text = f"{self.single.single_text()}\n\n{text}"
        helpers = {"_by_rows(": ROWS, "_rows_together(": ROWS_TOGETHER, "_scratch(": SCRATCH}
        return "\n\n".join([*tables(text), *(helper for call, helper in helpers.items() if call in text), text])

    def single_text(self) -> str:
        """The function that does the same for one record alone."""
        said = f'"""`{self.writer.derivative}` of one record alone: vectors in place of matrices of one row."""'
        return parts.define(f"{SINGLE}(dtype, sizes)", [said, *self._inner()])

    def _inner(self) -> list[str]:
        """What is made once, and the functions that compute with it."""
        writer, naming = self.writer, self.naming
        body = self.body.lines()
        self.arrays.together = self.body.together
        if not naming.local:
            self.arrays.lodged = lodgings(self.code, {wide.weights: loop for loop, wide in self.body.wide.items()})
        given = [*inputs(writer), *self.body.read_rows]
        costs = [writer.names[c] for c in [writer.program.cost] if c]
        inner = [
            *self._made(),
            "",
            *defined(spread(f"def {naming.compute}(", given, "):", 4), [*body, returned([*costs, "grads"])]),
            "",
            *defined([f"def {writer.derivative}({signature(self.whole)}):"], self._checked()),
            "",
            *bind_lines(self.whole, naming.bind, naming.compute, self._handed()),
            "",
            *self._told(),
            f"return {writer.derivative}",
        ]
        words = set(re.findall(r"\w+", "\n".join(inner)))
        sizes = [s.name for s in self.whole.dimensions() if self.whole.names[s.name] in words]
        return [*(f'{self.whole.names[size]} = sizes["{size}"]' for size in sizes), *inner]

    def _sizes_checked(self) -> list[str]:
        """The lines that say what the sizes are."""
        records = self.writer.program.records
        if records is None:
            return ["sizes = widths(sizes)"]
        return [
            "if not isinstance(batch, (int, np.integer)) or batch < 1:",
            '    raise ValueError(f"batch = {batch!r}: the number of records is a positive whole number")',
            *(CALL if is_threaded(self.writer) else []),
            f'sizes = {{**widths(sizes), "{records}": batch}}',
            *(["if batch == 1:", f"    return {SINGLE}(dtype, sizes)"] if self.single else []),
        ]

    def _checked(self) -> list[str]:
        """The body of ``gradient``: what comes in is checked, and computed with."""
        parameters = [self.whole.names[i.name] for i in self.whole.program.of_kind("parameter")]
        call = spread(f"return {self.naming.compute}(", [*parameters, *self._handed()], ")", 8)
        return [*check_lines(self.whole, self.naming.fits, self.naming.expected), *call]

    def _handed(self) -> list[str]:
        """What `compute` is called with besides the parameters."""
        return [*(first_rows if self.alone else data)(self.whole), *self.body.read_rows]

    def _made(self) -> list[str]:
        """The statements that allocate everything."""
        code, naming = self.code, self.naming
        lines = self.arrays.allocated()
        lines += [f"{s.target} = np.empty((), dtype)" for s in code.statements if is_kept_number(code, s)]
        lines += [f"{naming.arrays[name]} = {value}" for name, value in code.constants.items()]
        lines += [f"{name} = {view}" for view, name in naming.columns.items()]
        for loop, (records, *arrays) in self.body.blocks.items():
            given = [records, *arrays]
            if loop in self.body.wide:
                wide = self.body.wide[loop]
                lines += wide.made
                given = [f"{records} // {wide.together}", *(f"{array}.reshape(-1, {wide.length})" for array in arrays)]
            lines += spread(f"{naming.blocks[loop]} = _by_rows(", given, ")", 4)
        lines += [f"{name} = np.{call}" for call, name in naming.local.items()]
        lines += expected_lines(self.whole, naming.expected)
        return lines + parts.entries("grads = ", self._returned())

    def _returned(self) -> str:
        """The dictionary of the derivatives, those by records with a row for each."""
        keys = map(self.whole.key, self.whole.program.gradients)
        found = dict(zip(keys, map(self.writer.names.__getitem__, self.writer.program.gradients.values()), strict=True))
        if self.alone:
            found |= {key: f"{found[key]}[None]" for key in self.whole.by_record()}
        listed = (f'"{key}": {array}' for key, array in found.items())
        return f"{{{', '.join(listed)}}}"

    def _told(self) -> list[str]:
        """The statements that say how much memory there is, and how to check once."""
        name = self.writer.derivative
        return [*self.arrays.told(name), f"{name}.bind = {self.naming.bind}"]
