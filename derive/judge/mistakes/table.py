"""The table of typical mistakes: one row each, how it is made and how it is mended.

The order of the rows is the order in which they are looked for: what says most comes first.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from ...forward.plain import plain
from . import activations as slopes
from . import indices, scaling, wholes
from .changes import Change, Move, nothing, turned

KINDS = (
    "missing-derivative",
    "derivative-at-wrong-point",
    "extra-factor",
    "missing-factor",
    "wrong-sign",
    "wrong-transpose-or-index",
    "missing-sum",
    "wrong-layer",
    "softmax-diagonal-only",
    "missing-regulariser-factor",
    "other",
)
"""What kinds of mistakes there are."""


@dataclass(frozen=True)
class Mistake:
    """A typical mistake: `spoil` makes wrong formulas from a right one, `mend` right ones from a wrong one.

    `says` is how it is told: {right} is what belongs in the formula, {wrong} what stands there. A row may leave
    one of the two moves to the other: to find a mistake, one is enough. A mistake that is looked for `alone` says
    too little to be one of two.
    """

    name: str
    kind: str
    says: str
    spoil: Move = nothing
    mend: Move = nothing
    alone: bool = False

    def told(self, change: Change) -> str:
        """The mistake in words, with the parts of the formula it is about."""
        return self.says.format(right=_shown(change.right), wrong=_shown(change.wrong))


def _shown(part: Expr | str | None) -> str:
    return plain(part) if isinstance(part, Expr) else str(part or "")


def both(name: str, kind: str, says: str, move: Move) -> Mistake:
    """A mistake that is made and mended in the same way."""
    return Mistake(name, kind, says, turned(move), move)


MISTAKES = (
    Mistake(
        "prime-dropped",
        "missing-derivative",
        "{wrong} stands where its derivative {right} belongs",
        slopes.slope_to_value,
        slopes.value_to_slope,
    ),
    Mistake(
        "bracket",
        "missing-factor",
        "the factor {right} belongs to the whole bracket, not to {wrong} alone",
        scaling.out_of_bracket,
        scaling.into_bracket,
    ),
    Mistake(
        "derivative-missing",
        "missing-derivative",
        "the factor {right} is missing",
        slopes.drop_slope,
        slopes.add_slope,
    ),
    Mistake(
        "derivatives-missing",
        "missing-derivative",
        "the derivatives of the activations are missing, first {right}",
        slopes.drop_slopes,
    ),
    Mistake(
        "diagonal-only",
        "softmax-diagonal-only",
        "every output depends on every input: the sum over {right} is missing, only its diagonal term stands there",
        wholes.diagonal_only,
    ),
    Mistake(
        "indicator-dropped",
        "softmax-diagonal-only",
        "{right} is missing: the cases of equal and of different indices are not told apart",
        indices.drop_indicator,
    ),
    Mistake(
        "point-moved",
        "derivative-at-wrong-point",
        "the derivative is taken at the wrong point: {wrong} stands where {right} belongs",
        turned(slopes.move_point),
        slopes.move_point,
    ),
    Mistake(
        "sign",
        "wrong-sign",
        "{wrong} has the wrong sign",
        scaling.flip_sign,
        scaling.flip_sign,
    ),
    Mistake(
        "penalty-missing",
        "missing-regulariser-factor",
        "the penalty's term {right} is missing",
        wholes.drop_penalty,
        wholes.add_penalty,
    ),
    both(
        "penalty-factor",
        "missing-regulariser-factor",
        "the penalty's term lacks the factor {right}",
        scaling.scale_penalty,
    ),
    Mistake(
        "weights-updated",
        "other",
        "the weights are those after the update: {wrong} stands where {right} belongs",
        wholes.new_weights,
        wholes.old_weights,
    ),
    Mistake(
        "square-missing",
        "missing-factor",
        "{wrong} stands where {right} belongs: the square is missing",
        scaling.drop_square,
    ),
    Mistake(
        "square-extra",
        "extra-factor",
        "{wrong} stands where {right} belongs: the square is one too many",
        nothing,
        turned(scaling.drop_square),
    ),
    Mistake(
        "constant-extra",
        "extra-factor",
        "the factor {wrong} is one too many",
        nothing,
        scaling.divide_out,
    ),
    Mistake(
        "constant-missing",
        "missing-factor",
        "the factor {right} is missing",
        turned(scaling.divide_out),
        scaling.multiply,
    ),
    Mistake(
        "constant-gained",
        "extra-factor",
        "the factor {wrong} is one too many",
        turned(scaling.multiply),
    ),
    Mistake(
        "path-forgotten",
        "missing-sum",
        "the path through {right} is forgotten: the chain rule sums over all of them",
        wholes.forgotten_path,
    ),
    Mistake(
        "sum-missing",
        "missing-sum",
        "the sum over {right} is missing",
        indices.drop_sum,
        indices.add_sum,
    ),
    Mistake(
        "derivative-twice",
        "extra-factor",
        "the factor {wrong} is one too many",
        turned(slopes.add_slope),
        turned(slopes.drop_slope),
    ),
    Mistake(
        "derivative-too-many",
        "extra-factor",
        "the factor {wrong} is one too many",
        nothing,
        slopes.divide_by_slope,
    ),
    Mistake(
        "transposed",
        "wrong-transpose-or-index",
        "{wrong} stands where {right} belongs: the indices are exchanged",
        turned(indices.swap_indices),
        indices.swap_indices,
    ),
    Mistake(
        "index",
        "wrong-transpose-or-index",
        "{wrong} stands where {right} belongs: the index is another",
        turned(indices.other_index),
        indices.other_index,
    ),
    Mistake(
        "letters-exchanged",
        "wrong-transpose-or-index",
        "the indices {right} and {wrong} are exchanged",
        turned(indices.swap_letters),
        indices.swap_letters,
    ),
    Mistake(
        "other-array",
        "wrong-layer",
        "{wrong} stands where {right} belongs",
        turned(indices.other_array),
        indices.other_array,
    ),
    Mistake(
        "factor-missing",
        "missing-factor",
        "the factor {right} is missing",
        turned(scaling.drop_factor),
        scaling.add_factor,
    ),
    Mistake(
        "factor-extra",
        "extra-factor",
        "the factor {wrong} is one too many",
        turned(scaling.add_factor),
        scaling.drop_factor,
    ),
    both(
        "other-activation",
        "other",
        "{wrong}, the derivative of another activation, stands where {right} belongs",
        slopes.other_function,
    ),
    Mistake(
        "term-missing",
        "other",
        "the term {right} is missing",
        turned(wholes.drop_term),
        wholes.mend_term,
        alone=True,
    ),
    Mistake(
        "term-extra",
        "other",
        "the term {wrong} does not belong there",
        turned(wholes.add_term),
        wholes.drop_term,
        alone=True,
    ),
)
"""The typical mistakes."""
