"""What arrays are called in the text of ``make_gradient``."""

from __future__ import annotations

import math

from ..identifiers import Names
from .statements import COPY, HORNER, Code

TINY = 64
"""Up to so many numbers in, for one record, finding functions and arrays takes longer than computing."""


def is_tiny(code: Code) -> bool:
    """Whether all widths are known, and hardly any numbers come in for each record."""
    lengths = [[n for n in code.lengths(name) if n != code.records] for name in code.given]
    known = all(n.isdigit() for ns in lengths for n in ns)
    return known and sum(math.prod(map(int, ns)) for ns in lengths) <= TINY


class Naming:
    """Names of arrays, of their views and of blocks of their rows, all different from those of the program.

    `arrays` are the names of the arrays of the code: temporary ones are called what they are on the way to, where
    that lies in the same memory in the same shape, else T1, T2, ...; `columns` the views made once, by their text;
    `local` the local names of NumPy's functions in a tiny network, which spends its time on finding them.
    """

    def __init__(self, code: Code, names: Names) -> None:
        self._code, self._names = code, names
        self._invented: set[str] = set()
        self._rows: dict[str, str] = {}
        self.scratches: list[str] = []
        self.columns: dict[str, str] = {}
        self.arrays: dict[str, str] = {}
        shared: dict[tuple[str, tuple[str, ...]], str] = {}
        for target, statement in code.made.items():
            place, lengths = code.memory.get(target), code.lengths(target)
            if target in code.equations:
                self.arrays[target] = target
            elif place is not None and (code.memory.get(statement.line), code.lengths(statement.line)) == (
                place,
                lengths,
            ):
                self.arrays[target] = statement.line
            else:
                if (place or target, lengths) not in shared:
                    shared[place or target, lengths] = names.fresh("T")
                self.arrays[target] = shared[place or target, lengths]
        self.arrays |= {name: self.unused(name.split()[0][1:]) for name in code.constants}
        self.expected, self.rows, self.fits = map(self.unused, ("expected", "rows", "fits"))
        self.compute, self.bind = map(self.unused, ("compute", "bind"))
        calls = dict.fromkeys(s.call for s in code.statements if s.entrywise and not s.option)
        plain = [call for call in calls if call not in (COPY, HORNER)] if is_tiny(code) else []
        self.local = {call: self.unused(call) for call in plain}
        self.blocks = {loop: self.unused(f"blocks{loop}") for loop in dict.fromkeys(code.loops.values())}

    def unused(self, wanted: str) -> str:
        """A name that the program does not have, as wanted unless it has."""
        known = {*self._code.given, *self._code.equations, *self._code.widths, *self._invented}
        is_taken = wanted in known or self._names[wanted] in self._invented
        name = self._names.fresh(wanted) if is_taken else self._names[wanted]
        self._invented.add(name)
        return name

    def view(self, array: str, view: str, kind: str = "column") -> str:
        """The name of a view of an array that is made once."""
        if view not in self.columns:
            self.columns[view] = self.unused(f"{array}_{kind}")
        return self.columns[view]

    def scratch(self, wanted: str) -> str:
        """The name of memory that may be an array of its own."""
        self.scratches.append(self.unused(wanted) if wanted not in self._invented else wanted)
        return self.scratches[-1]

    def rows_of(self, array: str) -> str:
        """What a block of rows of an array is called: a1 of A1."""
        if array not in self._rows:
            lower = array.lower()
            self._rows[array] = self.unused(lower if lower != array and lower.isidentifier() else f"{array}_rows")
        return self._rows[array]
