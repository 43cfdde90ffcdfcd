"""Partial derivatives of index expressions.

SymPy differentiates scalar functions of a few plain symbols; sums and indexed entries get
their own rules here, because SymPy's rules for them capture bound names.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Derivative, DiracDelta, Expr, Indexed, Product, S, Subs, Sum, Symbol

from ..errors import UnknownNode
from ..renaming import fresh, letters_in, substitute
from ..terms import Partial, free_indices, indices_of, kron, name_of, range_of, total


@lru_cache(maxsize=100_000)
def arrays_in(expression: Expr) -> frozenset[str]:
    """The names of all arrays and scalars that occur in `expression`."""
    if isinstance(expression, Indexed):
        return frozenset({name_of(expression)})
    if isinstance(expression, Symbol):
        return frozenset() if expression.is_integer else frozenset({expression.name})
    return frozenset().union(*map(arrays_in, expression.args))


def partial(expression: Expr, by: Expr) -> Expr:
    """The derivative of `expression` by the entry `by`, all other entries held fixed.

    `by` is ``X[j, i]`` with index letters, or a scalar. Indicators of equal indices are left
    as Kronecker deltas. Raises UnknownNode for a node without a rule.
    """
    name = name_of(by)
    if name not in arrays_in(expression):
        return S.Zero
    if isinstance(expression, (Indexed, Symbol)):
        return _entry(expression, by)
    if isinstance(expression, Add):
        return Add(*(partial(term, by) for term in expression.args))
    if isinstance(expression, Sum):
        letter, body = _clear_of(expression, by)
        return total(partial(body, by), (letter, range_of(expression)[1]))
    if isinstance(expression, Product):
        raise UnknownNode(expression, "the derivative rules")
    return _scalar(expression, by)


def _entry(entry: Expr, by: Expr) -> Expr:
    result = S.One
    for here, there in zip(indices_of(entry), indices_of(by), strict=True):
        result *= kron(here, there)
    return result


def _clear_of(node: Sum, by: Expr) -> tuple[Symbol, Expr]:
    """The bound letter and body of a sum, renamed away from the letters of `by`."""
    letter, _ = range_of(node)
    taken = free_indices(by)
    if letter not in taken:
        return letter, node.function
    renamed = fresh(taken | letters_in(node.function))
    return renamed, substitute(node.function, {letter: renamed})


def _scalar(expression: Expr, by: Expr) -> Expr:
    """The chain rule over the sums and entries that a scalar expression is made of."""
    slots: dict[Expr, Symbol] = {}
    plain = _plain(expression, slots)
    back = {slot: atom for atom, slot in slots.items()}
    result = S.Zero
    for atom, slot in slots.items():
        inner = partial(atom, by)
        if inner is not S.Zero:
            result += _slope(plain, slot).xreplace(back) * inner
    return result


def _plain(node: Expr, slots: dict[Expr, Symbol]) -> Expr:
    """The same function of plain symbols, numbered so that equal functions come out equal."""
    if isinstance(node, (Indexed, Sum, Product, Partial)) or (isinstance(node, Symbol) and not node.is_integer):
        return slots.setdefault(node, Symbol(f"slot {len(slots)}", real=True))
    if not node.args:
        return node
    return node.func(*(_plain(argument, slots) for argument in node.args))


@lru_cache(maxsize=10_000)
def _slope(function: Expr, by: Symbol) -> Expr:
    """SymPy's derivative of a scalar function; the slope of a jump counts as 0."""
    result = function.diff(by)
    if result.has(DiracDelta):
        result = result.replace(DiracDelta, lambda *_: S.Zero)
    if result.has(Derivative, Subs):
        raise UnknownNode(function, "the derivative rules")
    return result
