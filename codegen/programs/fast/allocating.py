"""The arrays of ``make_gradient`` as text: one memory each, with all the names of what lies in it."""

from __future__ import annotations

from collections.abc import Mapping

from .. import parts
from .memory import in_one_loop
from .naming import Naming
from .statements import Code
from .text import spread

CONSTANTS = ("%ones", "%places", "%starts")
"""What the names of constants that are arrays begin with."""


class Arrays:
    """Writes the arrays of one program; `lodged` names the derivative in whose memory a memory lies, if it does,
    `together` says how many memories each loop over rows runs over."""

    def __init__(self, code: Code, naming: Naming) -> None:
        self.code, self.naming = code, naming
        self.lodged: Mapping[str, str] = {}
        self.together: Mapping[int, int] = {}

    def allocated(self) -> list[str]:
        """The statements that make them."""
        sharing = self._sharing()
        return [
            line
            for place in sorted(sharing, key=self.lodged.__contains__)
            for line in self._allocated(place, sharing[place])
        ]

    def told(self, name: str) -> list[str]:
        """The statements that say how many bytes they take, as an attribute of the function `name`."""
        arrays = [next(iter(looks.values()))[0] for p, looks in self._sharing().items() if p not in self.lodged]
        arrays += [self.naming.arrays[name] for name in self.code.constants if name.startswith(CONSTANTS)]
        comma = "," * (len(arrays) == 1)
        lines = spread(f"{name}.nbytes = sum(array.nbytes for array in (", arrays, f"{comma}))", 4)
        if self.naming.scratches:
            before = f"{name}.nbytes += sum(array.nbytes for array in ["
            lines += spread(before, self.naming.scratches, "] if array.base is None)", 4)
        return lines

    def _allocated(self, place: str, looks: Mapping[tuple[str, ...], list[str]]) -> list[str]:
        """One memory, and the names of the arrays in it, by their lengths."""
        shape = list(self.code.made[place].shape)
        if in_one_loop(self.code, place):
            together = str(self.together[self.code.loops[place]])
            row = parts.product_text([together, *shape[1:], "np.dtype(dtype).itemsize"])
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
