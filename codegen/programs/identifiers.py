"""Names of arrays as names in a program: Python identifiers, all different."""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Iterable

RESERVED = frozenset(
    {"np", "math", "sys", "params", "grads", "sizes", "dtype", "batch", "rate", "seed", "init", "forward", "cost"}
    | {"gradient", "backward", "step", "check", "widths", "slope", "self_check", "main", "name", "erf"}
    | {"make_gradient", "make_backward", "SIZES", "SHAPES", "PARAMETERS"}
)
"""What generated modules use themselves."""


def identifier(name: str) -> str:
    """A Python name for an array: ``dC/da1`` -> ``da1``, ``lambda`` -> ``lambda_``."""
    _, slash, array = name.partition("/d")
    text = unicodedata.normalize("NFKC", f"d{array}" if slash else name)
    text = "".join(c if f"a{c}".isidentifier() else "_" for c in text)
    if not text.isidentifier():
        text = f"_{text}"
    if keyword.iskeyword(text) or text in RESERVED or hasattr(builtins, text):
        text += "_"
    return text


class Names:
    """Gives every name an identifier of its own, the same one each time it is asked."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._given: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._given:
            text = identifier(name)
            while text in self._taken:
                text += "_"
            self._taken.add(text)
            self._given[name] = text
        return self._given[name]

    @property
    def taken(self) -> frozenset[str]:
        """The identifiers that have been given."""
        return frozenset(self._taken)

    def fresh(self, stem: str) -> str:
        """A name nobody has: t1, t2, ..."""
        number = 1
        while f"{stem}{number}" in self._taken:
            number += 1
        self._taken.add(f"{stem}{number}")
        return f"{stem}{number}"
