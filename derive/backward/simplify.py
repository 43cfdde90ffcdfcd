"""The rewritings a derivation uses besides the chain rule; none of them guesses."""

from __future__ import annotations

from collections import Counter
from functools import reduce

from sympy import Add, Dummy, Expr, Indexed, KroneckerDelta, Mul, Pow, Product, S, Sum, Symbol, cancel, factor

from ..records import Fact
from ..renaming import factors_of, rebuild, substitute, terms_of
from ..terms import Partial, free_indices, indices_of, is_index, name_of, range_of, total


def contract(expression: Expr) -> Expr:
    """Collapse every sum over a Kronecker delta and take out what a sum does not depend on.

    ``Sum(kron(k, m)*T(k), k)`` is ``T(m)``: both letters of a delta range over one dimension,
    which the model's unification of dimensions has established.
    """
    if not expression.args or isinstance(expression, (Indexed, Partial)):
        return expression
    if isinstance(expression, Sum):
        return _contract_sum(expression)
    new = [contract(argument) for argument in expression.args]
    if all(a is b for a, b in zip(new, expression.args, strict=True)):
        return expression
    return rebuild(expression, new)


def _contract_sum(node: Sum) -> Expr:
    letter, size = range_of(node)
    body = contract(node.function)
    terms = _distribute(body, letter)
    if len(terms) == 1:
        return _contract_term(terms[0], letter, size)
    collapsed = [t for t in terms if _delta(t, letter) is not None]
    kept = [t for t in terms if _delta(t, letter) is None]
    if not collapsed:
        return total(body, (letter, size))
    return Add(*(_contract_term(t, letter, size) for t in (*collapsed, *kept)))


def _distribute(body: Expr, letter: Symbol) -> list[Expr]:
    """The terms of `body`, multiplied out only where an indicator of `letter` stands inside."""
    result = []
    for term in terms_of(body):
        factors = factors_of(term)
        mixed = next((f for f in factors if isinstance(f, Add) and _has_delta(f, letter)), None)
        if mixed is None:
            result.append(term)
            continue
        rest = Mul(*(f for f in factors if f is not mixed))
        for part in mixed.args:
            result.extend(_distribute(rest * part, letter))
    return result


def _has_delta(expression: Expr, letter: Symbol) -> bool:
    return any(letter in d.free_symbols for d in expression.atoms(KroneckerDelta))


def _delta(term: Expr, letter: Symbol) -> KroneckerDelta | None:
    for candidate in factors_of(term):
        if isinstance(candidate, KroneckerDelta) and letter in candidate.args:
            other = candidate.args[1] if candidate.args[0] == letter else candidate.args[0]
            if is_index(other) or other.is_Integer:
                return candidate
    return None


def _contract_term(term: Expr, letter: Symbol, size: Expr) -> Expr:
    delta = _delta(term, letter)
    if delta is not None:
        other = delta.args[1] if delta.args[0] == letter else delta.args[0]
        rest = Mul(*(f for f in factors_of(term) if f is not delta))
        return contract(substitute(rest, {letter: other}))
    outside = [f for f in factors_of(term) if letter not in free_indices(f)]
    inside = [f for f in factors_of(term) if letter in free_indices(f)]
    if not inside:
        return Mul(size, *outside)
    return Mul(*outside, total(Mul(*inside), (letter, size)))


def collect(expression: Expr, fractions: bool = True) -> Expr:
    """Take factors common to all terms out of a sum of terms; cancel `fractions` first."""
    if fractions and _has_denominator(expression):
        expression = _cancelled(expression)
    return _common_number(_common_factor(expression))


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
    smaller = min((plain, cancel(plain), factor(plain)), key=lambda e: (e.count_ops(), len(str(e))))
    return smaller.xreplace({dummy: atom for atom, dummy in slots.items()})


def _as_rational(node: Expr, slots: dict[Expr, Dummy]) -> Expr:
    if isinstance(node, (Add, Mul)) or (isinstance(node, Pow) and node.exp.is_Integer):
        return node.func(*(_as_rational(a, slots) for a in node.args))
    if node.is_Number:
        return node
    return slots.setdefault(node, Dummy(f"s{len(slots)}", real=True))


def _common_factor(expression: Expr) -> Expr:
    terms = terms_of(expression)
    if len(terms) < 2:
        return expression
    bags = [Counter(f for f in factors_of(t) if not f.is_Number) for t in terms]
    common = reduce(lambda a, b: a & b, bags)
    if not common:
        return expression
    shared = list(common.elements())
    return Mul(*shared, Add(*(_without(t, shared) for t in terms)))


def _without(term: Expr, shared: list[Expr]) -> Expr:
    factors = list(factors_of(term))
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
