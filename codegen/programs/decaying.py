"""Fractions in exponentials that grow, rewritten in exponentials that decay: nothing overflows.

One branch for each sign of z: 3/(2 + exp(-2z)) is inf/inf in its derivative at z = -1000; as 3v/(2v + 1) for z < 0 and
3/(2 + v) for z > 0, with v = exp(-2|z|), it and its derivative are finite everywhere.
"""

from __future__ import annotations

from sympy import Abs, Add, Expr, Indexed, Mul, Poly, Pow, Sum, Symbol, cancel, exp, fraction, gcd

from derive.expanding import is_short
from derive.renaming import rebuild
from derive.terms import named, step

sigmoid = named("sigmoid")

GROWN, DECAYED = Symbol("u", positive=True), Symbol("v", positive=True)


def decaying(expression: Expr, z: Expr) -> Expr:
    """An equal formula whose exponentials decay, where it is a finite fraction in them; else as given."""
    if isinstance(expression, Add):
        terms = [decaying(term, z) for term in expression.args]
        if all(new != old or not old.has(exp) for new, old in zip(terms, expression.args, strict=True)):
            return Add(*terms)
    if not _rates(expression, z):
        return expression
    given, expression = expression, expression.replace(sigmoid, lambda u: 1 / (1 + exp(-u)))
    rates = _rates(expression, z)
    measure = abs(gcd(list(rates.values())))
    slots: dict[Expr, Symbol] = {}
    plain = _fraction_in(expression, {e: GROWN ** (rate / measure) for e, rate in rates.items()}, slots)
    if any(slot.atoms(exp) & rates.keys() for slot in slots):
        return given
    above, below = (_bounded(plain.xreplace({GROWN: u}), measure * z, slots) for u in (1 / DECAYED, DECAYED))
    if above is None or below is None:
        return given
    return above if above == below else step(z) * above + (1 - step(z)) * below


def decaying_entries(node: Expr) -> Expr:
    """A formula in entries of arrays, with its finite fractions in exponentials of one entry decaying."""
    if not node.args or isinstance(node, Indexed) or not node.has(exp):
        return node
    if isinstance(node, (Mul, Pow)) and not node.has(Sum):
        for entry in sorted({e.args[0].as_coeff_Mul()[1] for e in node.atoms(exp)}, key=str):
            factors = [f for f in Mul.make_args(node) if f.has(exp, sigmoid) and f.has(entry)]
            grown = Mul(*factors)
            decayed = decaying(grown, entry) if isinstance(entry, (Indexed, Symbol)) else grown
            if decayed != grown:
                return decaying_entries(Mul(*(f for f in Mul.make_args(node) if f not in factors))) * decayed
    new = [decaying_entries(argument) for argument in node.args]
    return node if all(a is b for a, b in zip(new, node.args, strict=True)) else rebuild(node, new)


def _rates(expression: Expr, z: Expr) -> dict[Expr, Expr]:
    """The exponentials of rational multiples of z, and these numbers."""
    rates = {e: e.args[0] / z for e in expression.atoms(exp)}
    return {e: rate for e, rate in rates.items() if rate.is_Rational}


def _fraction_in(node: Expr, powers: dict[Expr, Expr], slots: dict[Expr, Symbol]) -> Expr:
    """The formula as a fraction in u; what else occurs gets a symbol of its own."""
    if node in powers:
        return powers[node]
    if isinstance(node, (Add, Mul)) or (isinstance(node, Pow) and node.exp.is_Integer):
        return node.func(*(_fraction_in(a, powers, slots) for a in node.args))
    return node if node.is_Rational else slots.setdefault(node, Symbol(f"slot {len(slots)}", real=True))


def _bounded(plain: Expr, exponent: Expr, slots: dict[Expr, Symbol]) -> Expr | None:
    """The formula for 0 < v <= 1; None where it has a pole there, or too high a degree."""
    if not is_short(plain):
        return None
    above, below = fraction(cancel(plain))
    if below.free_symbols - {DECAYED}:
        return None
    if DECAYED in below.free_symbols and Poly(below, DECAYED).count_roots(0, 1):
        return None
    back: dict[Expr, Expr] = {slot: atom for atom, slot in slots.items()}
    return (above / below).xreplace({**back, DECAYED: exp(-Abs(exponent))})
