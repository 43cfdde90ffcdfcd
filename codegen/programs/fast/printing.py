"""``make_gradient`` as text: the arrays made once, and the function that writes into them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .. import parts
from ..threads import CALL, is_threaded
from .binding import SAID, bind_lines, defined, inputs, returned, signature
from .body import Body, is_kept_number
from .checking import check_lines, expected_lines
from .compiling import straight
from .erf import table_text
from .lodging import lodgings
from .memory import in_one_loop
from .naming import Naming
from .passes import optimised
from .statements import Code
from .text import spread
from .wide import ROWS_TOGETHER, SCRATCH

if TYPE_CHECKING:
    from ..numpy_writer import Writer

ARRAYS = ("%ones", "%places", "%starts")
"""What the names of constants that are arrays begin with."""

ROWS = '''CACHE = 2**18
"""Arrays of more bytes are worked on in blocks of rows."""


def _rows_at_once(records, row):
    """How many rows of an array, each of `row` bytes, stay in the cache; all where the whole array does."""
    return records if records * row <= CACHE else max(1, CACHE // 2 // row)


def _by_rows(records, *arrays):
    """The same rows of all arrays, block by block: a slice, and a view of each; of a shorter array its beginning."""
    step = min(_rows_at_once(records, array[0].nbytes) for array in arrays)
    blocks = [slice(start, min(start + step, records)) for start in range(0, records, step)]
    return [(rows, *(a[rows] if len(a) == records else a[: rows.stop - rows.start] for a in arrays)) for rows in blocks]
'''

CALLED = frozenset({"_by_rows", "_rows_at_once", "_rows_together", "_scratch", "CACHE", "_ERF"})
"""Names of the functions and tables before ``make_gradient``."""


def workspace_text(writer: Writer) -> str:
    """``make_gradient``, and before it the functions it needs."""
    return Printer(writer, optimised(straight(writer))).text()


class Printer:
    """Writes the function that makes the gradient of one program."""

    def __init__(self, writer: Writer, code: Code) -> None:
        self.writer, self.code = writer, code
        self.naming = Naming(code, writer.names)
        self.body = Body(code, self.naming)
        self.lodged: dict[str, str] = {}

    def text(self) -> str:
        """``make_gradient``, and before it the functions it needs."""
        writer, naming, name = self.writer, self.naming, self.writer.derivative
        body = self.body.lines()
        if not naming.local:
            self.lodged = lodgings(self.code, {wide.weights: loop for loop, wide in self.body.wide.items()})
        costs = [writer.names[c] for c in [writer.program.cost] if c]
        inner = [
            *self._made(),
            "",
            *defined(spread(f"def {naming.compute}(", inputs(writer), "):", 4), [*body, returned([*costs, "grads"])]),
            "",
            *defined([f"def {name}({signature(writer)}):"], self._checked()),
            "",
            *bind_lines(writer, naming.bind, naming.compute),
            "",
            *self._told(),
            f"return {name}",
        ]
        words = set(re.findall(r"\w+", "\n".join(inner)))
        sizes = [(writer.names[s.name], s.name) for s in writer.dimensions() if writer.names[s.name] in words]
        lines = [
            f'"""`{name}` with every array allocated once: what it returns is overwritten by its next call.',
            *(line.format(name=name) for line in SAID),
            '"""',
            *self._sizes_checked(),
            *(f'{own} = sizes["{size}"]' for own, size in sizes),
            *inner,
        ]
        batch = "" if writer.program.records is None else "batch, "
        threads = "threads=1, " if is_threaded(writer) else ""
        text = parts.define(f"make_{name}({batch}dtype=np.float64, {threads}**sizes)", lines)
        helpers = {"_ERF": table_text(), "_by_rows(": ROWS, "_rows_together(": ROWS_TOGETHER, "_scratch(": SCRATCH}
        return "\n\n".join([*(helper for call, helper in helpers.items() if call in text), text])

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
        ]

    def _checked(self) -> list[str]:
        """The body of ``gradient``: what comes in is checked, and computed with."""
        call = spread(f"return {self.naming.compute}(", inputs(self.writer), ")", 8)
        return [*check_lines(self.writer, self.naming.fits, self.naming.expected), *call]

    def _made(self) -> list[str]:
        """The statements that allocate everything."""
        code, naming, writer = self.code, self.naming, self.writer
        sharing, lines = self._sharing(), []
        for place in sorted(sharing, key=self.lodged.__contains__):
            lines += self._allocated(place, sharing[place])
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
        lines += expected_lines(writer, naming.expected)
        return lines + parts.entries("grads = ", writer._dictionary(fresh=False))

    def _allocated(self, place: str, looks: Mapping[tuple[str, ...], list[str]]) -> list[str]:
        """One memory, and the names of the arrays in it, by their lengths."""
        shape = list(self.code.made[place].shape)
        if in_one_loop(self.code, place):
            row = parts.product_text([*shape[1:], "np.dtype(dtype).itemsize"])
            shape[0] = f"_rows_at_once({shape[0]}, {row})"
        (_, names), *others = looks.items()
        lines, made = [], f"np.empty({parts.shape_text(shape)}, dtype)"
        if place in self.lodged:
            memory = self.naming.scratch(f"{names[0]}_memory")
            lines = [f"{memory} = _scratch({self.naming.arrays[self.lodged[place]]}, {parts.product_text(shape)})"]
            made = f"{memory}.reshape({', '.join(shape)})"
        lines.append(" = ".join([*names, made]))
        for lengths, more in others:
            turned = next(s.shape for s in self.code.statements if self.code.lengths(s.target) == lengths)
            lines.append(f"{' = '.join(more)} = {names[0]}.reshape({', '.join(turned)})")
        return lines

    def _sharing(self) -> dict[str, dict[tuple[str, ...], list[str]]]:
        """The names of the arrays that lie in each memory, by their lengths; first those of its own shape."""
        sharing: dict[str, dict[tuple[str, ...], list[str]]] = {}
        for target, place in self.code.memory.items():
            names = sharing.setdefault(place, {}).setdefault(self.code.lengths(target), [])
            if self.naming.arrays[target] not in names:
                names.append(self.naming.arrays[target])
        return sharing

    def _told(self) -> list[str]:
        """The statements that say how much memory there is, and how to check once."""
        arrays = [next(iter(looks.values()))[0] for p, looks in self._sharing().items() if p not in self.lodged]
        arrays += [self.naming.arrays[name] for name in self.code.constants if name.startswith(ARRAYS)]
        comma = "," * (len(arrays) == 1)
        name, scratches = self.writer.derivative, self.naming.scratches
        lines = spread(f"{name}.nbytes = sum(array.nbytes for array in (", arrays, f"{comma}))", 4)
        if scratches:
            before = f"{name}.nbytes += sum(array.nbytes for array in ["
            lines += spread(before, scratches, "] if array.base is None)", 4)
        return [*lines, f"{name}.bind = {self.naming.bind}"]
