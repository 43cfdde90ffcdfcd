"""Operations that are more than one step of arithmetic: functions of a vector, and a softmax that meets its cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sympy import Expr, Indexed, Mul, S, Sum, Symbol, log

from ..records import Equation, Formula, Model
from ..renaming import clear_of, factors_of, found_in, nameless, rebuild, replace, substitute
from ..terms import element, free_indices, indices_of, is_index, name_of, range_of, total
from .calculus import arrays_in

SOFTMAX = "softmax"


def vector_call(expression: Expr, model: Model) -> tuple[str, Expr, Expr] | None:
    """The name of a function of a vector among the factors, the factors it is made of, and the others.

    The function's own formula says what it looks like; nothing is known of it here.
    """
    factors = {nameless(factor): factor for factor in factors_of(expression)}
    for label, formula in model.functions.items():
        for entry in _candidates(expression, formula):
            call = _at(formula, entry, model.axes[name_of(entry)][-1])
            parts = [nameless(factor) for factor in factors_of(call)]
            if all(part in factors for part in parts):
                others = (factor for key, factor in factors.items() if key not in parts)
                return label, Mul(*(factors[part] for part in parts)), Mul(*others)
    return None


def _candidates(expression: Expr, formula: Formula) -> Iterator[Expr]:
    """The entries that a function of a vector may have been applied to."""
    if formula.axis is None:
        return
    for entry in found_in(expression, Indexed):
        if indices_of(entry)[-1] in free_indices(expression):
            yield entry


def _at(formula: Formula, entry: Expr, size: Expr) -> Expr:
    """The formula of a function of a vector, at this entry of an array."""
    *outer, last = indices_of(entry)
    letters = frozenset().union(*map(free_indices, outer))
    here = clear_of(substitute(formula.expression, {formula.axis: last}), letters)
    variables = [e for e in found_in(here, Indexed) if name_of(e) == formula.variable.name]
    applied = replace(here, {e: element(name_of(entry), *outer, *indices_of(e)) for e in variables})
    return _sized(applied, {formula.size: size})


def _sized(node: Expr, sizes: Mapping[Expr | None, Expr]) -> Expr:
    """`node` with its sums over other dimensions."""
    if isinstance(node, Sum):
        letter, size = range_of(node)
        return total(_sized(node.args[0], sizes), (letter, sizes.get(size, size)))
    if not node.args or isinstance(node, Indexed):
        return sizes.get(node, node)
    return rebuild(node, [_sized(argument, sizes) for argument in node.args])


def is_softmax(expression: Expr, model: Model) -> bool:
    """Whether this is the formula of softmax, and nothing else."""
    found = vector_call(expression, model)
    return found is not None and found[0] == SOFTMAX and found[2] is S.One


@dataclass(frozen=True)
class CrossEntropy:
    """``sign * sum(letter, targets*log(inside))``, `size` values of the letter."""

    sign: Expr
    letter: Symbol
    size: Expr
    targets: Expr
    inside: Expr


def cross_entropy(expression: Expr) -> CrossEntropy | None:
    """The parts of ``-sum(k, y[k]*log(a[k]))``; None where the expression is none, up to its sign."""
    sign, rest = expression.as_coeff_Mul()
    if sign not in (1, -1) or not isinstance(rest, Sum):
        return None
    letter, size = range_of(rest)
    logs = [factor for factor in factors_of(rest.function) if isinstance(factor, log)]
    if len(logs) != 1:
        return None
    inner, targets = Mul(*(f for f in factors_of(rest.function) if f is not logs[0])).as_coeff_Mul()
    inside = logs[0].args[0]
    if inner not in (1, -1) or not {letter} <= free_indices(targets) & free_indices(inside):
        return None
    return CrossEntropy(sign * inner, letter, size, targets, inside)


def absorbed(model: Model) -> dict[str, Equation]:
    """The softmax outputs that nothing uses but one cross-entropy: they and the cost are one node."""
    found: dict[str, Equation] = {}
    for equation in model.equations:
        users = [e for e in model.equations if equation.name in arrays_in(e.right)]
        if len(users) == 1 and equation.name not in model.outputs and is_softmax(equation.right, model):
            if _meets_cross_entropy(equation.name, users[0].right):
                found[equation.name] = equation
    return found


def _meets_cross_entropy(name: str, right: Expr) -> bool:
    """Whether a cross-entropy in `right` takes the logarithm of the array, over its last axis, and nothing else."""
    for part in found_in(right, Sum):
        match = cross_entropy(part)
        if match is None or name in arrays_in(match.targets) or name in arrays_in(replace(right, {part: S.One})):
            continue
        if isinstance(match.inside, Indexed) and name_of(match.inside) == name:
            indices = indices_of(match.inside)
            return indices[-1] == match.letter and all(map(is_index, indices)) and len(set(indices)) == len(indices)
    return False


def minus_inside(expression: Expr) -> Expr:
    """``-1/N*sum(p, sum(k, ...))`` with its minus at the inner sum where that is a cross-entropy."""
    coefficient, _ = expression.as_coeff_Mul()
    if not coefficient.is_negative or cross_entropy(expression) is not None:
        return expression
    factors = factors_of(expression)
    for factor in factors:
        negative = _negative(factor)
        if negative is not None:
            return Mul(-1, *(f for f in factors if f is not factor), negative)
    return expression


def _negative(node: Expr) -> Expr | None:
    if not isinstance(node, Sum):
        return None
    if cross_entropy(node) is not None:
        return -node
    letter, size = range_of(node)
    inner = _negative(node.function)
    return None if inner is None else total(inner, (letter, size))
