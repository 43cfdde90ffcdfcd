"""The pass that spells out the error function, which NumPy does not have, in statements on whole arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .statements import ERF, HORNER, Code, Operand, Statement

TERMS = '''_ERF = {
    4: (-0.200260136, 0.709151, -0.370913945, 0.468279051, 0.161821593, 0.23192241),
    8: (
        0.0028245981582293214, -0.028769511266440232, 0.12590414000006772, -0.29018852012902924, 0.2902027486906495,
        0.27337329969997676, -1.4222704339334744, 2.446476281472056, -2.5962055827998904, 1.975014958993861,
        -1.1725412829130568, 0.49605978086423297, -0.15718899990591825, 0.11319632758651664, 0.11239091923546746,
        0.17287795727875385, 0.207483204402883, 0.2256845358228304, 0.22567557874228475,
    ),
}
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
