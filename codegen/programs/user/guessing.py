"""Usual networks with the shapes of somebody's parameters, for code that comes without its network."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from derive.errors import InputError
from derive.forward.network import MLP

from .references import Arrays, Reference

HIDDEN = ("sigmoid", "tanh", "relu")
ENDS = (
    ("softmax", None), ("sigmoid", None), ("identity", None), ("sigmoid", "half-sse"), ("tanh", "half-sse"),
    ("relu", "half-sse"), ("softmax", "half-sse"),
)  # fmt: skip
"""Activations and costs that are tried: the code's own numbers tell which of them it computes."""
DEEPEST = 6


def guesses(params: Arrays) -> Iterator[Reference]:
    """Networks with these widths, one after the other, as they are asked for."""
    matrices = [a.shape for a in params.values() if a.ndim == 2 and (1 not in a.shape or len(params) <= 2)]
    bias = len(params) > len(matrices)
    if not matrices or bias and len(params) != 2 * len(matrices) or len(matrices) > DEEPEST:
        matrices = [a.shape for a in params.values() if a.ndim == 2][::2] if len(params) % 2 == 0 else []
    for shapes in (matrices, [shape[::-1] for shape in matrices]):
        widths = [shapes[0][1], *(shape[0] for shape in shapes)] if shapes else []
        if not shapes or any(shape[1] != width for shape, width in zip(shapes, widths, strict=False)):
            continue
        hidden = HIDDEN if len(shapes) > 1 else HIDDEN[:1]
        for (output, cost), inner in itertools.product(ENDS, hidden):
            try:
                yield Reference.of(MLP(widths, hidden=inner, output=output, cost=cost, bias=bias))
            except InputError:
                continue
