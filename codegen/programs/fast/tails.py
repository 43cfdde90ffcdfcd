"""The pass that spells out functions which NumPy does not have, in statements on whole arrays."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from mpmath import mp, mpf

from .. import parts
from ..minimax import best_polynomial
from ..special import ERF, NORMAL
from .statements import HORNER, Code, Operand, Statement

Function = Callable[[mpf], mpf]
Say = Callable[..., Operand]


@dataclass(frozen=True)
class Tail:
    """A function with what it lacks to 1, for x >= 0, as P(t) t decay(x), where t = 1/(shift + x), P a polynomial.

    `degrees` of P, where it ends, and what its error counts as part of the function beside what it counts as it is,
    are given by the bytes of a number.
    """

    table: str
    meaning: str
    shift: str
    degrees: Mapping[int, int]
    ends: Mapping[int, str]
    relative: Mapping[int, str]
    function: Function
    decay: Function

    def constants(self) -> dict[str, str]:
        """The first term of P and the others, by the names of what is prepared once."""
        row = f"{self.table}[4 if np.dtype(dtype).itemsize == 4 else 8]"
        stem = self.table.lower().strip("_")
        return {f"%{stem}_first": f"{row}[0]", f"%{stem}_terms": f"{row}[1:]"}


TAILS: Mapping[str, Tail] = {
    ERF: Tail(
        "_ERF", "erf(x) is 1 - P(t) t exp(-x^2), with the sign of x", "2.5", {4: 5, 8: 15}, {4: "4", 8: "6"},
        {4: "0", 8: "0"}, mp.erfc, lambda x: mp.exp(-(x**2)),
    ),
    NORMAL: Tail(
        "_NORMAL", "(1 + erf(x/sqrt(2)))/2 is |(x > 0) - P(t) t exp(-x^2/2)|", "3.5", {4: 5, 8: 18},
        {4: "14.4", 8: "38.6"}, {4: "3e-5", 8: "1e-4"}, lambda x: mp.erfc(x / mp.sqrt(2)) / 2,
        lambda x: mp.exp(-(x**2) / 2),
    ),
}  # fmt: skip
"""Degrees are the least that leave an error below half the last bit of 1.

erf is 1 at its ends, but for rounding; the normal distribution has digits until it is 0.
"""


@cache
def polynomial(name: str, size: int) -> tuple[tuple[float, ...], float]:
    """P for numbers of so many bytes, the highest power first, and the largest error that it leaves."""
    tail = TAILS[name]
    shift, relative = mpf(tail.shift), mpf(tail.relative[size])

    def wanted(t: mpf) -> mpf:
        x = 1 / t - shift
        return tail.function(x) / tail.decay(x) / t

    def weight(t: mpf) -> mpf:
        return max(t * tail.decay(1 / t - shift), relative / wanted(t))

    with mp.workdps(40):
        ends = 1 / (shift + mpf(tail.ends[size])), 1 / shift
        found, error = best_polynomial(wanted, weight, *ends, tail.degrees[size])
        return tuple(float(mp.nstr(term, 10 if size == 4 else 17)) for term in found), float(error)


def tables(text: str) -> list[str]:
    """The tables of polynomials that a text reads."""
    found = []
    for name, tail in TAILS.items():
        if f"{tail.table}[" in text:
            rows = []
            for size in tail.degrees:
                row = f"{size}: ({', '.join(map(repr, polynomial(name, size)[0]))}),"
                first, *others = textwrap.wrap(row, parts.WIDTH)
                rows += [f"    {first}", *(f"        {part}" for part in others)]
            said = f"Polynomials P by the bytes of a number: {tail.meaning}, t = 1/({tail.shift} + |x|)."
            found.append("\n".join([f"{tail.table} = {{", *rows, "}", f'"""{said}"""', ""]))
    return found


def functions_spelled_out(code: Code) -> Code:
    """erf(x) and (1 + erf(x/sqrt(2)))/2 by polynomials in 1/(c + |x|), times exp(-x^2) and exp(-x^2/2)."""
    used = [name for name in TAILS if any(s.call == name for s in code.statements)]
    if not used:
        return code
    fresh = iter(code.fresh(20 * len(code.statements)))
    done = [new for s in code.statements for new in (_spelled(s, fresh) if s.call in TAILS else [s])]
    constants = {name: value for call in used for name, value in TAILS[call].constants().items()}
    return replace(code.having(done), constants={**code.constants, **constants})


def _spelled(statement: Statement, fresh: Iterator[str]) -> list[Statement]:
    done: list[Statement] = []

    def say(call: str, *operands: Operand | float, last: bool = False) -> Operand:
        given = tuple(o if isinstance(o, Operand) else Operand("", repr(o)) for o in operands)
        target = statement.target if last else next(fresh)
        done.append(replace(statement, target=target, call=call, operands=given))
        return Operand(target, "{}", statement.axes)

    tail, (x,) = TAILS[statement.call], statement.operands
    t = say("divide", 1, say("add", float(tail.shift), say("abs", x)))
    polynomial = say(HORNER, t, *(Operand(name, "{}") for name in tail.constants()))
    SPELLED[statement.call](say, x, polynomial)
    return done


def _error_function(say: Say, x: Operand, polynomial: Operand) -> None:
    rest = say("multiply", polynomial, say("exp", say("negative", say("square", x))))
    say("multiply", say("sign", x), say("subtract", 1, rest), last=True)


def _normal_distribution(say: Say, x: Operand, polynomial: Operand) -> None:
    rest = say("multiply", polynomial, say("exp", say("multiply", -0.5, say("square", x))))
    say("abs", say("subtract", say("greater", x, 0), rest), last=True)


SPELLED: Mapping[str, Callable[[Say, Operand, Operand], None]] = {ERF: _error_function, NORMAL: _normal_distribution}
