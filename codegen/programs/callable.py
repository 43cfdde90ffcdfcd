"""Any index expression as a NumPy function of the arrays in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sympy import Expr, Indexed, Sum, Symbol

from derive.backward import arrays as a
from derive.errors import InputError
from derive.forward.activations import table_formula
from derive.forward.plain import plain
from derive.records import Formula
from derive.renaming import found_in
from derive.terms import Named, dimension, free_indices, indices_of, is_dimension, name_of, range_of

from . import parts
from .building import letters_apart, of_helper
from .compile import load
from .identifiers import Names
from .planning import Planner
from .program import Assignment
from .stable import Stabiliser
from .writing import definitions, text


def lambdify(expression: Expr, indices: Iterable[Symbol | str] | None = None) -> Callable[..., object]:
    """A NumPy function that computes `expression` at all values of its free indices.

    Its arguments are the arrays and named scalars of the expression, positional or by keyword,
    in the order in which the plain language writes them (``.arguments``), with names made
    identifiers: ``dC/da1`` becomes ``da1``. The axes of the result follow `indices`; unless
    given, the free indices in the order in which they are written, so ``delta1[j]*x[i]`` has
    axes j, i. Raises InputError if `indices` are not the free indices, or for no expression.
    """
    if not isinstance(expression, Expr):
        raise InputError(
            f"lambdify got {type(expression).__name__}; a SymPy expression is expected, such as a gradient"
        )
    written = plain(expression)
    axes = _axes(expression, written, indices)
    names = Names()
    given = sorted(_arrays(expression), key=lambda name: _place(written, name))
    identifiers = [names[name] for name in given]
    ranges, sizes = _ranges(expression, names)
    assignments = _assignments(expression, axes, ranges, given)
    source = _source(assignments, Planner(names.__getitem__, _functions(expression)), identifiers, sizes)
    function = load(source, "lambdified").function
    function.__doc__ = f"{written}\n\nIndices of the result: {', '.join(map(str, axes)) or 'none'}.\n\n{source}"
    function.arguments = tuple(identifiers)
    return function


def _assignments(
    expression: Expr, axes: tuple[Symbol, ...], ranges: dict[Symbol, Expr], given: list[str]
) -> list[Assignment]:
    """What is computed one after the other; the expression comes last."""
    helpers, right = Stabiliser(given).rewrite(expression, ranges, "_")
    own = {axis: ranges[axis] for axis in axes}
    result = Assignment("value", axes, own, a.lower(letters_apart(right, {*ranges})), "", "forward")
    return [*(of_helper(helper, helper.right, {}, "forward") for helper in helpers), result]


def _source(assignments: list[Assignment], planner: Planner, identifiers: list[str], sizes: dict[str, str]) -> str:
    trees = [planner.plan(assignment) for assignment in assignments]
    lines = [f"{planner.name(a.name)} = {text(tree)}" for a, tree in zip(assignments[:-1], trees, strict=False)]
    lines.append(f"return {text(trees[-1])}")
    words = set(re.findall(r"\w+", "\n".join(lines)))
    opening = [f"{name} = {value}" for name, value in sizes.items() if name in words]
    if "dtype" in words:
        opening.append(f"dtype = np.result_type({', '.join(identifiers)})")
    functions = definitions(trees, planner.descriptions)
    body = parts.define(f"function({', '.join(identifiers)})", [*opening, *lines])
    return "\n".join(["import math\n\nimport numpy as np\n", *functions, body])


def _axes(expression: Expr, written: str, indices: Iterable[Symbol | str] | None) -> tuple[Symbol, ...]:
    free = free_indices(expression)
    if indices is None:
        return tuple(sorted(free, key=lambda s: _place(written, s.name)))
    by_name = {s.name: s for s in free}
    wanted = [str(i) for i in indices]
    if sorted(wanted) != sorted(by_name):
        raise InputError(f"indices {', '.join(wanted)}: the free indices of {written} are {', '.join(sorted(by_name))}")
    return tuple(by_name[name] for name in wanted)


def _place(written: str, name: str) -> tuple[int, str]:
    """Where a name first stands in a text."""
    found = re.search(rf"(?<![\w/]){re.escape(name)}(?![\w'])", written)
    return found.start() if found else len(written), name


def _arrays(expression: Expr) -> set[str]:
    entries = {name_of(e) for e in found_in(expression, Indexed)}
    return entries | {s.name for s in found_in(expression, Symbol) if not s.is_integer and _is_scalar(s, expression)}


def _is_scalar(symbol: Symbol, expression: Expr) -> bool:
    """Whether a symbol stands for itself, not for the name of an array."""
    return symbol in expression.free_symbols and all(e.base.label != symbol for e in found_in(expression, Indexed))


def _ranges(expression: Expr, names: Names) -> tuple[dict[Symbol, Expr], dict[str, str]]:
    """The dimension of each free index, and how the program finds each dimension: from a shape."""
    ranges: dict[Symbol, Expr] = {}
    sizes: dict[str, str] = {}
    bound = dict(range_of(s) for s in found_in(expression, Sum))
    for entry in found_in(expression, Indexed):
        for axis, letter in enumerate(indices_of(entry)):
            where = f"{names[name_of(entry)]}.shape[{axis}]"
            if letter in bound and is_dimension(bound[letter]):
                sizes.setdefault(names[bound[letter].name], where)
            elif letter in free_indices(expression) and letter not in ranges:
                ranges[letter] = dimension(f"size_{letter}")
                sizes[names[f"size_{letter}"]] = where
    missing = free_indices(expression) - set(ranges)
    if missing:
        raise InputError(f"{plain(expression)}: no array says how many values {min(map(str, missing))} has")
    return ranges, sizes


def _functions(expression: Expr) -> dict[str, Formula]:
    """The activations of the table that are called, and those that they call."""
    found: dict[str, Formula] = {}
    waiting = [n.label for n in expression.atoms(Named)]
    while waiting:
        label = waiting.pop()
        formula = table_formula(label)
        if formula is not None and label not in found:
            found[label] = formula
            waiting += [n.label for n in formula.expression.atoms(Named)]
    return found
