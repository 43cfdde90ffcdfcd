"""How functions are computed in NumPy: one row each. A function without a row is computed by its formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import sympy
from sympy import Abs, Expr, cos, exp, log, sin, tan

from derive.backward.calculus import partial
from derive.errors import InputError
from derive.records import Formula
from derive.terms import Named, maximum, minimum, named, scalar

from .decaying import decaying
from .special import NORMAL
from .stable import sigmoid, stable_scalar
from .stable_rows import grown, tanh_as_sigmoid, tanh_of_softplus

z = scalar("z")

UFUNCS: Mapping[Callable[..., Expr], str] = {
    exp: "exp",
    log: "log",
    sin: "sin",
    cos: "cos",
    tan: "tan",
    sympy.tanh: "tanh",
    maximum: "maximum",
    minimum: "minimum",
    named("tanh"): "tanh",
}
"""Functions NumPy has itself."""

PRECISE = "sigmoid_by_exp"
"""The sigmoid with all digits of its small values, where they are multiplied by what may be large."""

STABLE: Mapping[str, Expr] = {
    "sigmoid": (1 + named("tanh")(z / 2)) / 2,
    PRECISE: grown(z) / (1 + grown(z)),
    "softplus": maximum(z, 0) + log(1 + exp(minimum(z, -z))),
}
"""Formulas equal to the usual ones that neither overflow nor lose digits."""

SPELLED: Mapping[Callable[..., Expr], Expr] = {
    Abs: maximum(z, -z),
}
"""Functions written by others, which also hold for the complex numbers of a complex step."""

OWN = (PRECISE, NORMAL)
"""Functions that no formula names, which modules define where they need them."""


def function_names(functions: Iterable[str]) -> set[str]:
    """The names a module may give to functions of one number, the slopes of these among them."""
    return {label + "_slope" * order for label in (*functions, *STABLE, *OWN) for order in range(3)}


def unless_taken(label: str, functions: Mapping[str, Formula]) -> None:
    """Raise InputError where somebody has given the name of a function of every module to one of their own."""
    if label in OWN and label in functions:
        raise InputError(f"{label} is a function of every module; take another name")


def body_of(function: type[Named], functions: Mapping[str, Formula], slopes: Mapping[str, Expr]) -> Expr:
    """The value of a named function, or of its slope, as a formula in the number z.

    `slopes` holds slopes already found, in z and the output a. Raises InputError for a
    function whose formula nobody gave.
    """
    label = function.label
    unless_taken(label, functions)
    if function.order == 0 and label in STABLE:
        return STABLE[label]
    if label not in functions:
        raise InputError(f"{label} has no formula, so there is no program for it")
    formula = functions[label]
    value = formula.expression.xreplace({formula.variable: z})
    if function.order == 0:
        return _stable(value)
    if function.order == 1 and function.__name__ in slopes:
        slope = slopes[function.__name__].xreplace({scalar("a"): named(label)(z)})
        if not any(n.func is function for n in slope.atoms(Named)):
            return _stable(slope)
    for _ in range(function.order):
        value = partial(value, z)
    return _stable(value)


def _stable(value: Expr) -> Expr:
    """The formula in forms that keep their digits."""
    value = tanh_of_softplus(decaying(stable_scalar(tanh_as_sigmoid(value)), z))
    is_factor = value.replace(sigmoid, lambda u: scalar("s")).has(z)
    return value.replace(sigmoid, _precise) if is_factor else value


def _precise(u: Expr) -> Expr:
    """A sigmoid with all digits; sigmoid(-u) is made of the same exponential as sigmoid(u)."""
    return 1 / (1 + grown(-u)) if u.could_extract_minus_sign() else named(PRECISE)(u)
