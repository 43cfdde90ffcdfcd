"""The second engine: a whole model differentiated forwards, exactly, against its cotangents.

Every array is moved at once in a random direction v. Then dC is the sum, over all arrays X, of
their cotangents times v_X, and a wrong entry of any cotangent shows. Nothing is used but the
forward equations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil
from random import Random

from sympy import Abs, Add, Expr, Mul, Pow, Rational, Symbol
from sympy import sign as sympy_sign

from ..records import Equation, Formula, Model, Proof
from ..terms import maximum, minimum, step
from .moving import FieldSweep, RealSweep, SweepPoint
from .points import OutsideDomain
from .sweep import Network

FIELD = "forward differentiation of the whole model, exact in a tower of prime fields"
REALS = "forward differentiation of the whole model, over the reals to 60 digits"
MODERATE = 20
POINTS = 3
LEAST = 60
LOW = 8
"""A higher power is a random function: its degree, taken to a power in each layer, would use up the field."""
TOO_HIGH = "agrees wherever it was tested; its degree is too high for the exact test"
ALGEBRAIC = (Add, Mul, Rational, Symbol, Abs, sympy_sign, step, maximum, minimum)


def audit(
    model: Model,
    cotangents: Mapping[str, Equation],
    functions: Mapping[str, Formula],
    slopes: Mapping[str, Expr] = {},
    upstream: Mapping[str, str] = {},
) -> Proof:
    """Whether `cotangents`, by the array they belong to, are the derivatives of the model's cost.

    Their right sides may name each other. In the field a function of one number is a random
    function; `slopes` gives its derivative in the scalars z and a, where a is its value, else
    the derivative is a second random function. `upstream` names the given cotangent of each
    output of a model without a cost (dC/dh for h unless given). `Proof.reason` names the
    arrays whose cotangents are wrong.
    """
    functions = {label: formula for label, formula in functions.items() if formula.axis is None}
    plain = {label: formula for label, formula in functions.items() if is_algebraic(formula.expression)}
    opaque = Network(model, cotangents, upstream, plain, slopes)
    full = opaque if len(plain) == len(functions) else Network(model, cotangents, upstream, functions)
    try:
        if opaque.levels is None:
            return _over_reals(full)
        try:
            tested, wrong = opaque, _wrong(opaque, lambda seed: FieldSweep(opaque, Random(seed)))
        except OutsideDomain:
            return _over_reals(full)
        if wrong and full is not opaque and full.levels is not None:
            tested, wrong = full, _wrong(full, lambda seed: FieldSweep(full, Random(seed)))
        if len(model.equations) <= MODERATE:
            if (_over_reals(full).status == "refuted") != bool(wrong):
                return Proof("undecided", FIELD, (opaque.named_widths,), reason="the field and the reals disagree")
        return _verdict(tested, FIELD, wrong)
    except OutsideDomain as outside:
        return Proof("undecided", FIELD, (opaque.named_widths,), reason=str(outside))


def _over_reals(network: Network) -> Proof:
    """The verdict of 60 digits alone: where exponentials nest too deep, or too many roots have to exist at once."""
    return _verdict(network, REALS, _wrong(network, lambda seed: RealSweep(network, Random(seed))))


def is_algebraic(expression: Expr) -> bool:
    """Whether only polynomials of low degree, signs and the like occur, which the field evaluates at any depth."""
    if isinstance(expression, Pow):
        return bool(expression.exp.is_Integer) and abs(expression.exp) <= LOW and is_algebraic(expression.base)
    return isinstance(expression, ALGEBRAIC) and all(is_algebraic(a) for a in expression.args)


def _points(network: Network) -> int:
    """As many points as it takes to be certain to 60 bits, and a few patterns of signs."""
    return max(POINTS, ceil(LEAST / network.bits)) if network.bits > 0 else POINTS


def _wrong(network: Network, point_at: Callable[[int], SweepPoint]) -> list[str]:
    """The arrays whose cotangents do not fit, in the order in which they are derived."""
    names = list(network.cotangents)
    for seed in range(_points(network)):
        if not network.fits(point_at, seed, names):
            return [name for name in names if not network.fits(point_at, seed, [name])]
    return []


def _verdict(network: Network, method: str, wrong: list[str]) -> Proof:
    tested = (network.named_widths,)
    if not wrong and method == FIELD and network.bits <= 0:
        return Proof("undecided", method, tested, reason=TOO_HIGH)
    if not wrong:
        return Proof("proved", method, tested, network.bits * _points(network) if method == FIELD else 0)
    formulas = ", ".join(f"{network.cotangents[name].left}" for name in wrong)
    return Proof("refuted", method, tested, reason=f"not the derivative of the cost: {formulas}")
