"""Which letters an author's notation is printed in: one row for each row of the judge's table of notations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LETTERS = " letters"
"""The mark of a notation without numbers of layers: the letters of its indices tell the layers apart."""


@dataclass(frozen=True)
class Style:
    """The letters of one author, by role; `output` is the last activation, `last` has letters of the last layer alone.

    `delta` is empty where error terms are written as derivatives of the cost, with `is_differential` as dz.
    `marks` is how layers are marked, as in `Notation`. `words` stand above the error terms of hidden and of output
    units. `has_batch`: there are names for all records at once.
    """

    z: str = "z"
    a: str = "a"
    W: str = "W"
    b: str = "b"
    x: str = "x"
    y: str = "y"
    C: str = "C"
    delta: str = ""
    output: str = ""
    last: Mapping[str, str] = field(default_factory=dict)
    marks: str = ""
    is_differential: bool = False
    has_batch: bool = True
    words: tuple[str, str] | None = None


STYLES: dict[str, Style] = {
    "nielsen": Style(W="w", delta="delta", marks=" bare"),
    "udacity": Style(
        z="h", W="w", C="E", delta="delta", last={"z": "z", "W": "W"}, marks=LETTERS, words=("h", "o"),
    ),
    "lee": Style(W="w", y="t", output="y", marks=LETTERS),
    "micheli": Style(z="net", a="o", W="w", y="d", C="E", delta="delta", marks=LETTERS),
    "saito": Style(z="a", a="z", y="t", output="y", C="L"),
    "ng": Style(C="J", marks=" square", is_differential=True),
    "bishop": Style(z="a", a="z", W="w", y="t", output="y", C="E", delta="delta", marks=LETTERS),
    "goodfellow": Style(z="a", a="h", C="J", has_batch=False),
    "d2l": Style(a="h", C="J"),
    "ufldl": Style(delta="delta", C="J"),
}  # fmt: skip
