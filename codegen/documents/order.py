"""The textbook order of factors and terms."""

from __future__ import annotations

from sympy import Abs, Add, Expr, Function, Indexed, KroneckerDelta, Mul, Pow, Product, Sum, Symbol

from derive.renaming import factors_of
from derive.terms import Named, Partial, is_dimension, is_index, maximum, minimum, name_of, range_of, step, total

from .display import GREEK
from .notation import DERIVATIVE_NAME, Notation, split_name

FACTORS = (
    "dimension", "scalar", "weight", "error", "residual", "indicator",
    "error sum", "partial", "slope", "entry", "activation", "bracket", "call", "sum",
)  # fmt: skip
"""The order of factors in a product, first to last."""

TERMS = ("number", "indicator", "main", "product", "plain", "small number", "penalty")
"""The order of terms of the same sign in a sum."""

SMALL = 0.01
"""A number up to this is an epsilon added for stability and stands last."""

PLAIN_SCALARS = frozenset("zaxytduvhpq") | {"theta"}


def factor_key(factor: Expr, notation: Notation) -> tuple[int, str]:
    """Sorts the factors of a product."""
    return FACTORS.index(_factor_class(factor, notation)), str(factor)


def term_key(term: Expr, notation: Notation) -> tuple[bool, int, int, str]:
    """Sorts the terms of a sum: positive ones first, then by class (sums taken away last), short ones first."""
    kind = _term_class(term, notation)
    if term.is_integer and not term.has(KroneckerDelta):
        return is_negative(term), int(term.is_Number), 0, str(term)
    place = len(TERMS) if kind == "main" and is_negative(term) else TERMS.index(kind)
    return is_negative(term), place, len(str(term)) if kind == "product" else 0, str(term)


def is_negative(term: Expr) -> bool:
    """Whether a term is written with a minus sign in front; a sum passes on its body's sign."""
    if isinstance(term, Sum):
        return is_negative(term.args[0])
    return bool(term.is_Number and term.is_negative) or (
        isinstance(term, Mul) and bool(term.args[0].is_Number and term.args[0].is_negative)
    )


def negated(term: Expr) -> Expr:
    """A negative term without its sign."""
    return total(negated(term.args[0]), range_of(term)) if isinstance(term, Sum) else -term


def is_error(name: str) -> bool:
    """Whether this names a derivative of the cost: ``delta1``, ``dC/dW1``."""
    return split_name(name)[0] == "delta" or DERIVATIVE_NAME.fullmatch(name) is not None


def is_weight(name: str, notation: Notation) -> bool:
    return notation.roles.get(name, "parameter" if name[0] in "Wwb" else "") == "parameter"


def is_scalar_constant(symbol: Expr) -> bool:
    """A rate or strength such as λ, as against the variable of a function."""
    return isinstance(symbol, Symbol) and not symbol.is_integer and symbol.name not in PLAIN_SCALARS


def _factor_class(factor: Expr, notation: Notation) -> str:
    if isinstance(factor, Pow):
        return _factor_class(factor.base, notation)
    if isinstance(factor, Indexed):
        return _entry_class(name_of(factor), notation)
    if isinstance(factor, Symbol):
        if is_dimension(factor) or is_index(factor) or is_error(factor.name):
            return "error" if is_error(factor.name) else "dimension"
        return "scalar" if is_scalar_constant(factor) else "entry"
    if isinstance(factor, (Sum, Product)):
        return "error sum" if _has_error(factor) else "sum"
    if isinstance(factor, Add):
        return "residual" if _is_residual(factor, notation) else "bracket"
    if isinstance(factor, KroneckerDelta):
        return "indicator"
    if isinstance(factor, Partial):
        return "partial"
    if isinstance(factor, step) or (isinstance(factor, Named) and factor.order):
        return "slope"
    if isinstance(factor, Named):
        return "activation"
    return "dimension" if factor.is_number else "call"


def _entry_class(name: str, notation: Notation) -> str:
    if is_error(name):
        return "error"
    return "weight" if is_weight(name, notation) else "entry"


def _is_residual(factor: Add, notation: Notation) -> bool:
    """A computed value less a target: it stands where an error term would stand."""
    names = {name_of(t) for term in factor.args for t in factors_of(term) if isinstance(t, Indexed)}
    data = {n for n in names if notation.roles.get(n, "data" if n in ("y", "t", "d") else "") == "data"}
    return bool(data) and len(names) > len(data)


def _has_error(node: Expr) -> bool:
    return bool(node.atoms(Partial)) or any(is_error(name_of(entry)) for entry in node.atoms(Indexed))


def _term_class(term: Expr, notation: Notation) -> str:
    factors = [f for f in factors_of(term) if not f.is_Number]
    if not factors:
        return "number" if term.is_Integer or abs(term) > SMALL else "small number"
    if any(is_scalar_constant(f) and f.name in GREEK for f in factors):
        return "penalty"
    if any(isinstance(f, (KroneckerDelta, step)) for f in factors):
        return "indicator" if len(factors) == 1 else "product"
    if any(isinstance(f, (Sum, Partial)) for f in factors) or _has_error(term):
        return "main"
    return "product" if len(factors) > 1 or isinstance(factors[0], (Pow, Function, Abs, maximum, minimum)) else "plain"
