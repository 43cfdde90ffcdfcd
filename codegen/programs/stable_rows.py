"""The rows of stable forms for numbers: each is found by its pattern, and an identity over the reals.

All but those of `LEAST` and `FAR`, which hold but for less than any float sees: exp(-60) beside 1.
"""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, Pow, S, erf, exp, expand, log, sqrt

from derive.renaming import factors_of, terms_of
from derive.terms import maximum, minimum, named

from .special import normal

sigmoid, softplus, tanh = named("sigmoid"), named("softplus"), named("tanh")

LEAST = Integer(60)
"""Below u = -60 softplus(u) is exp(u), but for a factor between 1 - exp(-60) and 1."""

FAR = Integer(60)
"""Above u = 60 1 + exp(u) is exp(u) in floats."""


def grown(u: Expr, most: Expr = FAR) -> Expr:
    """exp(u), kept from infinity."""
    return exp(minimum(u, most))


def one_plus_exp(expression: Expr) -> Expr | None:
    """The u of 1 + exp(u)."""
    terms = terms_of(expression)
    if len(terms) == 2 and S.One in terms:
        other = terms[1] if terms[0] == 1 else terms[0]
        return other.args[0] if isinstance(other, exp) else None
    return None


def logistic(node: Expr) -> Expr | None:
    """exp(c u)/(1 + exp(u))^n -> sigmoid(u)^c sigmoid(-u)^(n - c)."""
    factors = list(factors_of(node))
    for power in factors:
        u = one_plus_exp(power.base) if isinstance(power, Pow) else None
        if u is None or not (power.exp.is_Integer and power.exp < 0):
            continue
        grown = next((f for f in factors if isinstance(f, exp) and (f.args[0] / u).is_Integer), None)
        count = grown.args[0] / u if grown is not None else Integer(0)
        if not 0 <= count <= -power.exp:
            grown, count = None, Integer(0)
        rest = Mul(*(f for f in factors if f is not power and f is not grown))
        return rest * sigmoid(u) ** count * sigmoid(-u) ** (-power.exp - count)
    return None


def log_one_plus_exp(argument: Expr) -> Expr | None:
    """log(1 + exp(u)) -> softplus(u)."""
    u = one_plus_exp(argument)
    return None if u is None else softplus(u)


def log_sigmoid(argument: Expr) -> Expr | None:
    """log(sigmoid(u)) -> -softplus(-u)."""
    return -softplus(-argument.args[0]) if isinstance(argument, sigmoid) else None


def log_one_minus_sigmoid(argument: Expr) -> Expr | None:
    """log(1 - sigmoid(u)) -> -softplus(u)."""
    rest = 1 - argument
    return -softplus(rest.args[0]) if isinstance(rest, sigmoid) else None


def log_softplus(argument: Expr, u: Expr) -> Expr:
    """log(softplus(u)) -> log(max(softplus(u), exp(-60))) + min(u + 60, 0), which is u where softplus(u) is exp(u)."""
    return log(at_least(argument)) + minimum(u + LEAST, 0)


def at_least(positive: Expr) -> Expr:
    """A positive number, kept from 0: f(max(u, exp(-60))) is f(u) but for exp(-60)*|f'|."""
    return maximum(positive, exp(-LEAST))


def entropy(node: Expr) -> Expr | None:
    """y*(c*log(y) + d) -> y*(c*log(max(y, exp(-60))) + d), which is 0 where y is."""
    for y in factors_of(node):
        kept = Mul(*(Add(*(_kept(term, y) for term in terms_of(factor))) for factor in factors_of(node)))
        if kept != node:
            return kept
    return None


def _kept(term: Expr, y: Expr) -> Expr:
    """c*log(y) with y kept from 0; other terms as they are."""
    is_log = [isinstance(factor, log) and factor.args[0] == y for factor in factors_of(term)]
    return Mul(*(log(at_least(y)) if is_ else f for is_, f in zip(is_log, factors_of(term), strict=True)))


def exponential_quotient(node: Expr) -> Expr | None:
    """The u of (1 - exp(-u))*f(u), where f has a single pole 1/u and the product is finite at u = 0."""
    for factor in factors_of(node):
        for term in terms_of(factor) if isinstance(factor, Add) and len(factor.args) == 2 else ():
            u = next((-f.args[0] for f in factors_of(term) if isinstance(f, exp)), None)
            if u is not None and expand(factor.subs(u, 0)) == 0 and 1 / u in node.atoms(Pow):
                return u
    return None


def centred(node: Expr) -> Expr | None:
    """2c*sigmoid(u) - c -> c*tanh(u/2), where the sigmoid may stand as exp(-softplus(-u))."""
    for term in terms_of(node):
        for factor in factors_of(term):
            c, u = term / factor / 2, _of_sigmoid(factor)
            if u is not None and -c in terms_of(node):
                return Add(*(t for t in terms_of(node) if t not in (term, -c))) + c * tanh(expand(u / 2))
    return None


def normal_distribution(node: Expr) -> Expr | None:
    """c + c*erf(v) -> 2c*normal(sqrt(2)*v), which keeps its digits near 0, and c - c*erf(v) with -v."""
    terms = terms_of(node)
    for term in terms:
        for factor in (f for f in factors_of(term) if isinstance(f, erf) and not f.is_number):
            for sign in (1, -1):
                if (c := sign * term / factor) in terms:
                    rest = Add(*(t for t in terms if t not in (term, c)))
                    return rest + 2 * c * normal(sign * sqrt(2) * factor.args[0])
    return None


def tanh_as_sigmoid(formula: Expr) -> Expr:
    """c + c*tanh(u) -> 2c*sigmoid(2u), which keeps its digits near 0.

    Beside it 1 - tanh(u)^2 -> 4 sigmoid(2u) sigmoid(-2u); other functions of tanh(u) stay as they are.
    """
    for t in sorted(formula.atoms(tanh), key=str):
        u = 2 * t.args[0]
        found = _paired(formula, t, 2 * sigmoid(u))
        if found != formula:
            formula = _paired(found, -(t**2), 4 * sigmoid(u) * sigmoid(-u))
    return formula


def _paired(formula: Expr, other: Expr, value: Expr) -> Expr:
    """c + c*other -> c*value in every sum."""
    for node in sorted(formula.atoms(Add), key=str):
        for c in node.args:
            if c * other in node.args:
                rest = Add(*(term for term in node.args if term not in (c, c * other)))
                return _paired(formula.xreplace({node: rest + c * value}), other, value)
    return formula


def tanh_of_softplus(formula: Expr) -> Expr:
    """tanh(log(1 + e)) -> w/(w + 2) for w = e*(e + 2), and 1 - tanh(log(1 + e))^2 -> 2(1 + w/(w + 2))/(w + 2)."""
    for t in formula.atoms(tanh):
        if isinstance(t.args[0], softplus):
            e = grown(t.args[0].args[0], Integer(30))  # the square is finite in floats of every type
            w = e * (e + 2)
            formula = formula.xreplace({1 - t**2: 2 * (1 + w / (w + 2)) / (w + 2), t: w / (w + 2)})
    return formula


def _of_sigmoid(factor: Expr) -> Expr | None:
    """The u of sigmoid(u) or exp(-softplus(-u))."""
    if isinstance(factor, exp) and isinstance(-factor.args[0], softplus):
        return expand(-(-factor.args[0]).args[0])
    return factor.args[0] if isinstance(factor, sigmoid) else None


SUMS = (centred, normal_distribution)
PRODUCTS = (logistic, entropy)
LOGARITHMS = (log_one_plus_exp, log_sigmoid, log_one_minus_sigmoid)
