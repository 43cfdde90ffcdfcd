"""The passes of the compiler, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .blocks import in_blocks
from .keeping import slopes_early
from .maxima import maxima_by_columns
from .memory import shared_memory
from .multiples import divisors_in_front, numbers_together
from .numbers import numbers_made_once
from .rewriting import masks_from_outputs, needed, shared, signs_outside, untransposed
from .scaling import mean_at_the_start
from .statements import Code
from .sums import sums_as_products
from .tails import functions_spelled_out
from .twos import softmax_of_two
from .vectors import copies_last, outer_products, sums_of_products, vectors_in_front

PASSES: Mapping[str, Callable[[Code], Code]] = {
    "transposes pulled out": untransposed,
    "signs pulled out": signs_outside,
    "functions spelled out": functions_spelled_out,
    "numbers together": numbers_together,
    "divisors in front": divisors_in_front,
    "masks from outputs": masks_from_outputs,
    "computed once": shared,
    "only what is needed": needed,
    "slopes early": slopes_early,
    "the mean at the start": mean_at_the_start,
    "sums as products": sums_as_products,
    "maxima by columns": maxima_by_columns,
    "softmax of two": softmax_of_two,
    "sums of products": sums_of_products,
    "products of vectors": outer_products,
    "vectors in front": vectors_in_front,
    "copies last": copies_last,
    "blocks of rows": in_blocks,
    "numbers made once": numbers_made_once,
    "shared memory": shared_memory,
}
"""What each pass does is the first line of its function."""


def optimised(code: Code) -> Code:
    """The code after all passes."""
    for optimise in PASSES.values():
        code = optimise(code)
    return code
