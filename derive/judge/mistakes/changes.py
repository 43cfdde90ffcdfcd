"""One change to a formula: what came out, and the parts to speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sympy import Expr, Mul, Pow

from ...records import Equation
from .places import Scope
from .setting import Setting


@dataclass(frozen=True)
class Change:
    """A formula with one thing changed: `right` is what belongs in it, `wrong` what stands there in error.

    `line`: it is not the formula that is changed but this equation, a line of the derivation, that gives way.
    """

    formula: Expr
    right: Expr | str | None = None
    wrong: Expr | str | None = None
    line: Equation | None = None

    def turned(self) -> Change:
        """The same change seen from the other side."""
        return Change(self.formula, self.wrong, self.right, self.line)


Move = Callable[[Expr, Scope, Setting], Iterable[Change]]
"""Every way to make one change: the formula, the dimensions of its free indices, the setting."""


def nothing(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
    """No change at all: where a mistake is looked for from the other side only."""
    yield from ()


def turned(move: Move) -> Move:
    """The move, its right and wrong parts exchanged."""

    def other(formula: Expr, scope: Scope, setting: Setting) -> Iterator[Change]:
        for change in move(formula, scope, setting):
            yield change.turned()

    return other


def without(factors: Iterable[Expr], part: Expr) -> Expr | None:
    """The product of the factors with `part` (one or more of them) taken out; None where it is not in there."""
    powers: dict[Expr, Expr] = {}
    for factor in factors:
        base, exponent = factor.as_base_exp()
        powers[base] = powers.get(base, 0) + exponent
    for factor in Mul.make_args(part):
        base, exponent = factor.as_base_exp()
        left = powers.get(base, 0)
        if base.is_number or not left or (left - exponent) * left < 0 or abs(left - exponent) >= abs(left):
            return None
        powers[base] = left - exponent
    return Mul(*(Pow(base, exponent) for base, exponent in powers.items()))
