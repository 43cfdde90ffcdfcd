"""Index expressions evaluated entry by entry with plain Python numbers: slow, and like nothing in the project."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from sympy import Abs, Add, Expr, Indexed, KroneckerDelta, Mul, Pow, Sum, Symbol, erf, exp, log
from sympy import sign as sympy_sign

from derive.forward import activation
from derive.terms import Named, is_dimension, maximum, minimum, step

FUNCTIONS = {
    exp: math.exp,
    log: math.log,
    erf: math.erf,
    Abs: abs,
    maximum: max,
    minimum: min,
    step: lambda u: float(u > 0),
    sympy_sign: lambda u: float(u > 0) - float(u < 0),
}


def brute(node: Expr, arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int], at: Mapping[Symbol, int]) -> float:
    """The value of `node` with its free indices at the places `at`."""
    if node in at:
        return at[node]
    if node.is_Number or not node.args and node.is_number:
        return float(node)
    if isinstance(node, Indexed):
        return arrays[str(node.base.label)][tuple(int(brute(i, arrays, sizes, at)) for i in node.indices)]
    if isinstance(node, Symbol):
        return sizes[node.name] if is_dimension(node) else float(arrays[node.name])
    if isinstance(node, Sum):
        letter, lower, upper = node.args[1]
        last = int(brute(upper, arrays, sizes, at))
        return sum(brute(node.args[0], arrays, sizes, {**at, letter: n}) for n in range(int(lower), last + 1))
    values = [brute(a, arrays, sizes, at) for a in node.args]
    if isinstance(node, KroneckerDelta):
        return float(values[0] == values[1])
    if isinstance(node, (Add, Mul, Pow)):
        return {Add: sum, Mul: math.prod, Pow: lambda v: v[0] ** v[1]}[node.func](values)
    if isinstance(node, Named) and node.order == 0:
        formula = activation(node.label)
        return brute(formula.expression, {formula.variable.name: np.array(values[0])}, {}, {})
    return FUNCTIONS[node.func](*values)


def brute_array(
    node: Expr, axes: tuple[Symbol, ...], arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int], shape: tuple
) -> np.ndarray:
    """The array of all values of `node`, its free indices being `axes`."""
    result = np.empty(shape)
    for here in np.ndindex(*shape):
        result[here] = brute(node, arrays, sizes, dict(zip(axes, here, strict=True)))
    return result
