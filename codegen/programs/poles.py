"""Poles that cancel: a derivative with 1/a in it that is only used times a is computed times a.

A softmax output can be 0 in floats, where a*(1/a) is 0*inf. The product is made an array of its own, without the pole.
It can be 1, too: then the derivative is computed times a*(1 - a).
"""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Mul, Pow, Sum, expand, powsimp

from derive.renaming import factors_of, rebuild
from derive.terms import element, indices_of, name_of, range_of, total


def times(entry: Expr, formula: Expr) -> Expr | None:
    """entry*formula without the pole that `formula` has where `entry` is 0; None where it has none."""
    factors = list(factors_of(formula))
    if any(_is_pole(factor, entry) for factor in factors):
        return entry * formula
    for place, factor in enumerate(factors):
        if isinstance(factor, Add) and any(_is_pole(f, entry) for term in factor.args for f in factors_of(term)):
            below = {f.base for term in factor.args for f in factors_of(term) if isinstance(f, Pow)}
            others = [entry, *factors[:place], *factors[place + 1 :]]
            inside = Mul(*(f for f in others if _base(f) in below))
            return Mul(
                *(f for f in others if _base(f) not in below),
                Add(*(powsimp(inside * term, combine="exp") for term in factor.args)),
            )
    return None


def times_rest(entry: Expr, formula: Expr) -> Expr | None:
    """entry*(1 - entry)*formula without the pole that `formula` has where `entry` is 1; None where it has none.

    A pole beside another power of 1 - entry is left as it is: that power may take it away.
    """
    product = times(1 - entry, formula)
    if product is None or any(p.base == 1 - entry and p.exp != -1 for p in formula.atoms(Pow)):
        return None
    inside = times(entry, product)
    return expand(entry * product if inside is None else inside)


def without_poles(right: Expr, array: str, cotangent: str, product: str) -> Expr | None:
    """`right` with product[k] in place of array[k]*cotangent[k]; None where the derivative stands alone, too."""
    found = _cancelled(_divided(right, array, cotangent, product))
    inverse = (p for p in found.atoms(Pow) if p.exp.is_negative and isinstance(p.base, Indexed))
    return None if any(name_of(p.base) == array for p in inverse) else found


def _divided(node: Expr, array: str, cotangent: str, product: str) -> Expr:
    """`node` with product[k]/array[k] in place of cotangent[k]."""
    if isinstance(node, Indexed) and name_of(node) == cotangent:
        indices = indices_of(node)
        return element(product, *indices) / element(array, *indices)
    if not node.args or isinstance(node, Indexed):
        return node
    if isinstance(node, Sum):
        return total(_divided(node.function, array, cotangent, product), range_of(node))
    return rebuild(node, [_divided(argument, array, cotangent, product) for argument in node.args])


def _cancelled(node: Expr) -> Expr:
    """a*(e/a - u) -> e - a*u, wherever a stands below in a sum and as a factor of it."""
    if isinstance(node, Mul):
        factors = list(node.args)
        for place, factor in enumerate(factors):
            if isinstance(factor, Add):
                others = [*factors[:place], *factors[place + 1 :]]
                entry = next((f for f in others if any(_is_pole(p, f) for p in _factors_inside(factor))), None)
                if entry is not None:
                    others.remove(entry)
                    return Mul(*others, Add(*(_cancelled(entry * term) for term in factor.args)))
    return node if not isinstance(node, Add) else Add(*map(_cancelled, node.args))


def _factors_inside(node: Add) -> list[Expr]:
    return [f for term in node.args for f in factors_of(term)]


def _is_pole(factor: Expr, entry: Expr) -> bool:
    return isinstance(factor, Pow) and factor.base == entry and factor.exp == -1


def _base(factor: Expr) -> Expr:
    return factor.base if isinstance(factor, Pow) else factor
