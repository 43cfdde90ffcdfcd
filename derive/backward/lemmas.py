"""Derivatives of named functions, expressed by the function's own output where it has an inverse.

For f(z) with a known formula: the slope is differentiated, then z is eliminated through
a = f(z), branch by branch where the formula has a kink at 0. Where z cannot be eliminated
(silu, gelu) the slope stays a formula in z.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Abs, Add, Expr, Mul, Poly, S, Symbol, cancel, exp, factor, gcd, log, symbols
from sympy import sign as sympy_sign

from ..expanding import is_short
from ..records import Equation, Formula
from ..renaming import factors_of
from ..terms import Named, maximum, minimum, named, scalar, step
from .calculus import arrays_in, partial
from .checking import checked
from .steps import Lemma, Step

INPUT, OUTPUT = scalar("z"), scalar("a")
KINKED = (maximum, minimum, Abs, sympy_sign, step)


def slope_lemma(formula: Formula, functions: Mapping[str, Formula]) -> Lemma:
    """The derivative of a function of one number, each step checked.

    The right side is in the scalars z and a, where a = f(z). Raises CheckFailed.
    """
    left = named(formula.name, 1)(INPUT)
    expression = formula.expression.xreplace({formula.variable: INPUT})
    raw = partial(expression, INPUT)
    steps = [checked(Step("differentiate", left, raw, about=(expression,)), functions=functions)]
    tidy = _through_inner(raw, functions)
    by_output = eliminate(expression, tidy)
    if by_output is not None and by_output != raw:
        output = Equation("a", (), named(formula.name)(INPUT))
        steps.append(checked(Step("eliminate", raw, by_output), definitions={"a": output}, functions=functions))
    elif tidy != raw:
        steps.append(checked(Step("through-output", raw, tidy), functions=functions))
    return Lemma(formula.name, left, steps[-1].after, tuple(steps))


def _through_inner(expression: Expr, functions: Mapping[str, Formula]) -> Expr:
    """Slopes of named functions inside a user's formula, by the output of those functions."""
    slopes = {n for n in expression.atoms(Named) if n.order == 1 and n.label in functions}
    replaced = {}
    for slope in slopes:
        inner = functions[slope.label]
        formula = inner.expression.xreplace({inner.variable: INPUT})
        by_output = eliminate(formula, partial(formula, INPUT))
        if by_output is not None:
            replaced[slope] = by_output.xreplace({OUTPUT: named(slope.label)(slope.args[0]), INPUT: slope.args[0]})
    return expression.xreplace(replaced)


def eliminate(value: Expr, slope: Expr) -> Expr | None:
    """`slope` (in z) expressed by a = `value`; None where z has no closed inverse, or powers are too high to look."""
    if not is_short(value) or not is_short(slope):
        return None
    if not value.has(*KINKED):
        return _eliminate_smooth(value, slope)
    above = _eliminate_smooth(_branch(value, S.One), _branch(slope, S.One))
    below = _eliminate_smooth(_branch(value, -S.One), _branch(slope, -S.One))
    if above is None or below is None:
        return None
    if above == below:
        return above
    if cancel(above.xreplace({OUTPUT: -OUTPUT}) - below) == 0 and _is_odd(value):
        return above.xreplace({OUTPUT: Abs(OUTPUT)})
    return Add(Mul(step(INPUT), above), Mul(1 - step(INPUT), below))


def _branch(expression: Expr, side: Expr) -> Expr:
    """The formula on one side of z = 0; kinks elsewhere are left standing."""
    if not expression.args:
        return expression
    arguments = [_branch(a, side) for a in expression.args]
    if isinstance(expression, KINKED):
        first, second = (*arguments, S.Zero)[:2]
        ratio = (first - second) / INPUT
        if ratio.is_number and ratio.is_nonzero:
            positive = bool(ratio * side > 0)
            return _chosen(expression, first, second, positive)
    return expression.func(*arguments)


def _chosen(node: Expr, first: Expr, second: Expr, positive: bool) -> Expr:
    if isinstance(node, maximum):
        return first if positive else second
    if isinstance(node, minimum):
        return second if positive else first
    if isinstance(node, Abs):
        return first if positive else -first
    if isinstance(node, step):
        return S.One if positive else S.Zero
    return S.One if positive else -S.One


def _is_odd(value: Expr) -> bool:
    above, below = _branch(value, S.One), _branch(value, -S.One)
    return cancel(above.xreplace({INPUT: -INPUT}) + below) == 0


def _eliminate_smooth(value: Expr, slope: Expr) -> Expr | None:
    if INPUT not in slope.free_symbols:
        return slope
    grown, base = symbols("u w", positive=True)
    value_u, slope_u = _in_exponential(value, slope, grown)
    known: Expr = OUTPUT
    if isinstance(value_u, Expr) and value_u.has(log):
        coefficient, rest = value_u.as_coeff_Mul()
        if not isinstance(rest, log):
            return None
        value_u, known = rest.args[0], exp(OUTPUT / coefficient)
    for unknown in (grown, INPUT):
        others = {grown, INPUT} - {unknown}
        if (value_u.free_symbols | slope_u.free_symbols) & others:
            continue
        found = _solve_power(value_u, slope_u, unknown, base)
        if found is not None:
            return _friendly(cancel(found).xreplace({base: known}))
    return None


def _friendly(expression: Expr) -> Expr:
    """The shorter of the factored and the expanded form; constants in a bracket come positive."""
    factored = Mul(*(part for f in factors_of(factor(expression)) for part in _positive_constant(f)))
    expanded = expression.expand()
    return min((factored, expanded), key=lambda e: e.count_ops())


def _positive_constant(part: Expr) -> tuple[Expr, ...]:
    """1 - a for a - 1, with the sign outside."""
    base, exponent = part.as_base_exp()
    if isinstance(base, Add) and exponent.is_Integer and base.as_coeff_Add()[0].is_negative:
        return (-S.One) ** exponent, Add(*(-t for t in base.args)) ** exponent
    return (part,)


def _in_exponential(value: Expr, slope: Expr, grown: Symbol) -> tuple[Expr, Expr]:
    """exp(c z) written as a power of u = exp(g z), g the common measure of the rates c."""
    exponentials = {e for e in (value + slope).atoms(exp) if e.args[0].has(INPUT)}
    rates = {e: e.args[0] / INPUT for e in exponentials}
    if not rates or not all(rate.is_Rational for rate in rates.values()):
        return value, slope
    measure = S.Zero
    for rate in rates.values():
        measure = gcd(measure, rate)
    powers = {e: grown ** (rate / measure) for e, rate in rates.items()}
    return value.xreplace(powers), slope.xreplace(powers)


def _solve_power(value: Expr, slope: Expr, unknown: Symbol, base: Symbol) -> Expr | None:
    """`slope` as a function of `base` = `value`, where one power of the unknown solves that."""
    numerator, denominator = cancel(value).as_numer_denom()
    equation = (numerator - base * denominator).expand()
    if not equation.is_polynomial(unknown):
        return None
    polynomial = Poly(equation, unknown)
    degrees = [d for (d,) in polynomial.monoms() if d]
    if len(set(degrees)) != 1:
        return None
    power = degrees[0]
    if power != 1 and not unknown.is_positive:
        return None
    root = -polynomial.coeff_monomial(1) / polynomial.coeff_monomial(unknown**power)
    compact = Symbol("v", positive=True)
    replaced = cancel(slope).replace(
        lambda e: e == unknown or (e.is_Pow and e.base == unknown),
        lambda e: compact ** (e.as_base_exp()[1] / power),
    )
    return None if unknown in replaced.free_symbols else replaced.xreplace({compact: root})


def is_expressed_by_output(lemma: Lemma) -> bool:
    """Whether the slope needs no more of z than its sign."""
    return not any(n.order or n.label == lemma.name for n in lemma.right.atoms(Named)) and "z" not in arrays_in(
        lemma.right.replace(step, lambda *_: S.One)
    )
