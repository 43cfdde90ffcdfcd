"""Arrays recognised by what their equations say: ``x[j] - m`` is ``u[j]`` times a root, a sum is n times a mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Add, Expr, Indexed, Mul, Pow, Sum, Symbol, expand_mul

from ..records import Equation
from ..renaming import factors_of, found_in, letters_in, replace, substitute, terms_of
from ..terms import Partial, element, free_indices, is_index, range_of, total
from .contract import contract

Ranges = Mapping[Symbol, Expr]


def named_again(line: Expr, equations: Iterable[Equation], ranges: Ranges) -> tuple[Expr, tuple[str, ...]]:
    """`line` with arrays named where that makes it shorter, and the names of these arrays."""
    used: list[str] = []
    for equation in equations:
        for rewrite in (_differences, _sums):
            values = rewrite(line, equation)
            after = contract(replace(line, values), ranges) if values else line
            if length(after) < length(line):
                line = after
                used.append(equation.name)
    return line, tuple(dict.fromkeys(used))


def length(line: Expr) -> int:
    """How long a formula is to read: its operations and sums."""
    return line.count_ops() + len(found_in(line, Sum))


def _differences(line: Expr, equation: Equation) -> dict[Expr, Expr]:
    """For ``u = A*R`` with a difference A and no sum: multiples of A are multiples of u/R."""
    above = [f for f in factors_of(equation.right) if isinstance(f, Add)]
    if len(above) != 1 or equation.right.has(Sum, Partial):
        return {}
    (pattern,) = above
    rest = Mul(*(f for f in factors_of(equation.right) if f is not pattern))
    if not _divides_well(rest):
        return {}
    values: dict[Expr, Expr] = {}
    for node in found_in(line, Add):
        content, primitive = node.primitive()
        for sign in (1, -1):
            letters = match(pattern, sign * primitive, set(equation.indices))
            if letters is not None and set(letters) >= set(equation.indices):
                here = element(equation.name, *(letters[letter] for letter in equation.indices))
                values[node] = sign * content * here / substitute(rest, letters)
    return values


def _divides_well(rest: Expr) -> bool:
    """Whether dividing by this makes no new denominator, which could be 0."""
    return all(f.is_number or isinstance(f, Pow) and f.exp.is_negative for f in factors_of(rest))


def _sums(line: Expr, equation: Equation) -> dict[Expr, Expr]:
    """For ``m = c*Sum(T(k), k)``: sums that hold multiples of T, term by term."""
    inside = [f for f in factors_of(equation.right) if isinstance(f, Sum)]
    if len(inside) != 1 or inside[0].function.has(Sum):
        return {}
    rest = Mul(*(f for f in factors_of(equation.right) if f is not inside[0]))
    if not _divides_well(rest):
        return {}
    values = {}
    for node in found_in(line, Sum):
        terms = [_as_multiple(term, node, inside[0], equation, rest) for term in terms_of(expand_mul(node.function))]
        if any(found for _, found in terms):
            values[node] = Add(*(value for value, _ in terms))
    return values


def _as_multiple(term: Expr, node: Sum, pattern: Sum, equation: Equation, rest: Expr) -> tuple[Expr, bool]:
    """The sum of one term, and whether the equation's own sum was found in it."""
    letter, size = range_of(node)
    theirs, same = range_of(pattern)
    outside = [f for f in factors_of(term) if letter not in free_indices(f)]
    inside = Mul(*(f for f in factors_of(term) if letter in free_indices(f)))
    letters = match(pattern.function, inside, {*equation.indices, theirs}) if size == same else None
    if letters is None or letters.pop(theirs, None) != letter or letter in letters.values():
        return Mul(*outside, total(inside, (letter, size)) if inside != 1 else size), False
    here = element(equation.name, *(letters.get(i, i) for i in equation.indices))
    return Mul(*outside, here / substitute(rest, letters)), set(letters) >= set(equation.indices)


def match(pattern: Expr, node: Expr, letters: set[Symbol]) -> dict[Symbol, Expr] | None:
    """The indices in place of `letters` that turn `pattern` into `node`; None where they differ otherwise."""
    if pattern in letters:
        return {pattern: node} if is_index(node) else None
    if pattern == node and not letters & letters_in(pattern):
        return {}
    if type(pattern) is not type(node) or len(pattern.args) != len(node.args) or not pattern.args:
        return None
    if isinstance(pattern, (Add, Mul)) and not isinstance(pattern, Indexed):
        return _unordered(list(pattern.args), list(node.args), letters)
    found: dict[Symbol, Expr] = {}
    for ours, theirs in zip(pattern.args, node.args, strict=True):
        part = match(ours, theirs, letters)
        if part is None or any(found.get(key, value) != value for key, value in part.items()):
            return None
        found.update(part)
    return found


def _unordered(patterns: list[Expr], nodes: list[Expr], letters: set[Symbol]) -> dict[Symbol, Expr] | None:
    """Terms or factors matched one to one, in whatever order."""
    if not patterns:
        return {}
    first, *others = patterns
    for place, node in enumerate(nodes):
        part = match(first, node, letters)
        rest = _unordered(others, nodes[:place] + nodes[place + 1 :], letters) if part is not None else None
        if rest is not None and part is not None and all(rest.get(k, v) == v for k, v in part.items()):
            return {**part, **rest}
    return None
