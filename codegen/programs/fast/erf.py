"""The pass that spells out the error function, which NumPy does not have, in statements on whole arrays."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from mpmath import mp, mpf

from .. import parts
from ..minimax import best_polynomial
from .statements import ERF, HORNER, Code, Operand, Statement

DEGREES = {4: 5, 8: 15}
"""Of the polynomial, by the bytes of a number: the least that leaves an error below half the last bit of 1."""
FARTHEST = {4: 4, 8: 6}
"""From where erf(x) is 1 but for rounding."""
TABLE = '''_ERF = {{
{rows}
}}
"""A polynomial P by the bytes of a number: erf(x) = 1 - P(t) t exp(-x^2) for x >= 0, where t = 1/(1 + 0.4 x)."""
'''
CONSTANTS = {
    "%erf_first": "_ERF[4 if np.dtype(dtype).itemsize == 4 else 8][0]",
    "%erf_terms": "_ERF[4 if np.dtype(dtype).itemsize == 4 else 8][1:]",
}


def error_functions(code: Code) -> Code:
    """erf(x) is the sign of x times 1 - P(t) t exp(-x^2), where t = 1/(1 + 0.4 |x|) and P is a polynomial."""
    if not any(s.call == ERF for s in code.statements):
        return code
    fresh = iter(code.fresh(20 * len(code.statements)))
    done = [new for s in code.statements for new in (_spelled(s, fresh) if s.call == ERF else [s])]
    return replace(code.having(done), constants={**code.constants, **CONSTANTS})


def _spelled(statement: Statement, fresh: Iterator[str]) -> list[Statement]:
    done: list[Statement] = []

    def say(call: str, *operands: Operand | float, last: bool = False) -> Operand:
        given = tuple(o if isinstance(o, Operand) else Operand("", repr(o)) for o in operands)
        target = statement.target if last else next(fresh)
        done.append(replace(statement, target=target, call=call, operands=given))
        return Operand(target, "{}", statement.axes)

    (x,) = statement.operands
    t = say("divide", 1, say("add", 1, say("multiply", 0.4, say("abs", x))))
    polynomial = say(HORNER, t, Operand("%erf_first", "{}"), Operand("%erf_terms", "{}"))
    decay = say("exp", say("negative", say("square", x)))
    rest = say("multiply", polynomial, decay)
    say("multiply", say("sign", x), say("subtract", 1, rest), last=True)
    return done


@cache
def polynomial(size: int) -> tuple[tuple[float, ...], float]:
    """P for numbers of so many bytes, the highest power first, and the largest error that it leaves in erf(x)."""

    def x(t: mpf) -> mpf:
        return (1 / t - 1) * mpf("2.5")

    with mp.workdps(40):
        found, error = best_polynomial(
            lambda t: mp.erfc(x(t)) * mp.exp(x(t) ** 2) / t,
            lambda t: t * mp.exp(-(x(t) ** 2)),
            1 / (1 + mpf("0.4") * FARTHEST[size]),
            mpf(1),
            DEGREES[size],
        )
        return tuple(float(mp.nstr(term, 10 if size == 4 else 17)) for term in found), float(error)


def table_text() -> str:
    """The polynomials as the table ``_ERF``."""
    rows = []
    for size in DEGREES:
        first, *others = textwrap.wrap(f"{size}: ({', '.join(map(repr, polynomial(size)[0]))}),", parts.WIDTH)
        rows += [f"    {first}", *(f"        {part}" for part in others)]
    return TABLE.format(rows="\n".join(rows))
