"""The rewritings a derivation uses besides the chain rule; none of them guesses."""

from __future__ import annotations

from collections import Counter
from functools import reduce

from sympy import Add, Dummy, Expr, Indexed, Mul, Pow, Product, S, Sum, cancel, factor

from ..expanding import is_short
from ..records import Fact
from ..renaming import factors_of, rebuild, terms_of
from ..terms import indices_of, is_dimension, name_of, range_of

LARGEST = 9
"""Higher powers stay in one piece."""


def collect(expression: Expr, fractions: bool = True) -> Expr:
    """Take factors common to all terms out of a sum of terms; cancel `fractions` first."""
    if fractions and _has_denominator(expression):
        expression = _cancelled(expression)
    factored = Mul(*map(_common_factor, _common_factor(expression).as_ordered_factors()))
    return _common_number(_sign_inside(factored))


def _sign_inside(expression: Expr) -> Expr:
    """h - y for -(y - h)."""
    if not isinstance(expression, Mul) or not expression.args[0].is_Number or expression.args[0] >= 0:
        return expression
    sums = [f for f in expression.args if isinstance(f, Add)]
    if len(sums) != 1 or not any(_is_minus(t) for t in sums[0].args):
        return expression
    return Mul(*(f for f in expression.args if f is not sums[0]), -1, Add(*(-t for t in sums[0].args)))


def _is_minus(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _common_number(expression: Expr) -> Expr:
    """2(a - y)/n for (2a - 2y)/n."""
    if not isinstance(expression, Mul):
        return expression
    parts = [_whole_content(f) for f in expression.args]
    if all(number == 1 for number, _ in parts):
        return expression
    return Mul(*(n for n, _ in parts), *(f for _, f in parts))


def _whole_content(part: Expr) -> tuple[Expr, Expr]:
    number, rest = part.primitive() if isinstance(part, Add) else (S.One, part)
    return (number, rest) if number.is_Integer else (S.One, part)


def _has_denominator(expression: Expr) -> bool:
    if isinstance(expression, Pow):
        return bool(expression.exp.is_negative)
    return isinstance(expression, (Add, Mul)) and any(map(_has_denominator, expression.args))


def _cancelled(expression: Expr) -> Expr:
    """SymPy's cancellation over plain symbols, kept where it makes the expression smaller."""
    slots: dict[Expr, Dummy] = {}
    plain = _as_rational(expression, slots)
    if not is_short(plain):
        return expression
    smaller = min((plain, cancel(plain), factor(plain)), key=lambda e: (e.count_ops(), len(str(e))))
    return smaller.xreplace({dummy: atom for atom, dummy in slots.items()})


def _as_rational(node: Expr, slots: dict[Expr, Dummy]) -> Expr:
    if isinstance(node, (Add, Mul)) or (isinstance(node, Pow) and node.exp.is_Integer and not is_dimension(node.base)):
        return node.func(*(_as_rational(a, slots) for a in node.args))
    if node.is_Number:
        return node
    return slots.setdefault(node, Dummy(f"s{len(slots)}", real=True))


def _common_factor(expression: Expr) -> Expr:
    terms = terms_of(expression)
    if len(terms) < 2:
        return expression
    bags = [Counter(f for f in _single(t) if not f.is_Number) for t in terms]
    common = reduce(lambda a, b: a & b, bags)
    if not common:
        return _common_denominator(expression)
    shared = list(common.elements())
    return Mul(*shared, Add(*(_without(t, shared) for t in terms)))


def _common_denominator(expression: Expr) -> Expr:
    """The terms over one denominator taken together, where others have none: ``r + (a - b)/s``."""
    terms = terms_of(expression)
    quotients = [f for t in terms for f in factors_of(t) if isinstance(f, Pow) and _has_denominator(f)]
    below = Counter(f for f in quotients if not is_dimension(f.base))
    shared, often = max(below.items(), key=lambda item: (item[1], str(item[0])), default=(None, 0))
    if shared is None or often < 2:
        return expression
    inside = [t for t in terms if shared in factors_of(t)]
    return Add(*(t for t in terms if t not in inside), _common_factor(Add(*inside)))


def _single(term: Expr) -> list[Expr]:
    """The factors of a term, a whole power as often as it says."""
    found: list[Expr] = []
    for f in factors_of(term):
        whole = isinstance(f, Pow) and f.exp.is_Integer and abs(f.exp) <= LARGEST
        found += [f.base ** (1 if f.exp > 0 else -1)] * abs(int(f.exp)) if whole else [f]
    return found


def _without(term: Expr, shared: list[Expr]) -> Expr:
    factors = _single(term)
    for part in shared:
        factors.remove(part)
    return Mul(*factors)


def apply_facts(expression: Expr, facts: tuple[Fact, ...]) -> tuple[Expr, tuple[Fact, ...]]:
    """`expression` with the declared sums put in, and the facts that were used."""
    used: list[Fact] = []

    def visit(node: Expr) -> Expr:
        if not node.args or isinstance(node, Indexed):
            return node
        if isinstance(node, Sum):
            for fact in facts:
                if _is_declared_sum(node, fact):
                    used.append(fact)
                    return S.One
        new = (
            [visit(a) for a in node.args]
            if not isinstance(node, (Sum, Product))
            else [visit(node.args[0]), *node.args[1:]]
        )
        return node if all(a is b for a, b in zip(new, node.args, strict=True)) else rebuild(node, new)

    return visit(expression), tuple(dict.fromkeys(used))


SUMMED_AXIS = {"sums-to-one": -1, "one-hot": -1, "columns-sum-to-one": 0}


def _is_declared_sum(node: Sum, fact: Fact) -> bool:
    body, (letter, size) = node.function, range_of(node)
    if fact.kind not in SUMMED_AXIS or not isinstance(body, Indexed) or name_of(body) != fact.array:
        return False
    indices, axis = indices_of(body), SUMMED_AXIS[fact.kind]
    others = [i for n, i in enumerate(indices) if n != axis % len(indices)]
    return indices[axis] == letter and letter not in others and size == fact.axes[axis]
