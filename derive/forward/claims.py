"""Formulas about a model: its names are known, and so are the derivatives of its cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sympy import Expr, Symbol

from ..errors import InputError
from ..records import Model
from ..terms import cotangent_name, dimensions_in, index
from .activations import ACTIVATIONS, table_row
from .expand import expand, names_in
from .functions import Definition, builder_for, check_call, definition
from .names import BINDERS, Names, suggestion
from .order import COST_NAMES
from .ranges import Ranges
from .reading import parse_sides, shortened
from .survey import Surveyor
from .syntax import Call, Entry, Inverse, Minus, Node, Plus, Times, children, rebuilt

CONVENTIONS = ("dC/dz", "-dC/dz", "dC/da", "-dC/da")
"""What ``delta1`` may stand for: the derivative by the pre-activation or by the activation of layer 1, or minus it."""
_ERROR_TERM = re.compile(r"(?:delta|δ)(\d*)")


def parse_equation(
    text: str, model: Model, where: str = "", delta: str = "dC/dz", scalars: Iterable[str] = ()
) -> tuple[Expr, Expr, dict[Symbol, Expr]]:
    """The two sides of an equation between the arrays of `model` and derivatives, and the dimension of each free index.

    ``dC/dz1[j]`` is an entry of the cotangent of z1, ``ds[k]/dx[m]`` one of the derivative of another array, called
    ds/dx, with the indices of both. ``delta1[j]`` is what the convention `delta` says, one of CONVENTIONS. `scalars`
    names numbers that the model does not know. Raises InputError, which begins with `where`, by default with the
    equation.
    """
    where = where or shortened(text)
    arrays = {**model.axes, **{cotangent_name(name): axes for name, axes in model.axes.items()}}
    arrays.update((name, ()) for name in scalars)
    heads = {name for name in (model.cost, *COST_NAMES) if name and (name == model.cost or name not in model.axes)}
    lookup = _lookup(model)
    tree = [_with_error_terms(side, model, delta, where) for side in parse_sides(text, where)]
    tree = [_with_derivatives(side, model, heads, where, arrays) for side in tree]
    said = [*(axis for axes in model.axes.values() for axis in axes), *(one.right for one in model.equations)]
    known = {str(symbol): symbol for symbol in dimensions_in(said)}
    left, right = (expand(side, lookup, where, names_in(*tree).union(known, arrays)) for side in tree)
    names = Names(known, closed=True)
    functions = (*model.functions, *ACTIVATIONS)
    survey = Surveyor(names, Ranges(model.sizes), lambda node, place: check_call(node, place, lookup, functions))
    for name, axes in arrays.items():
        names.add(name, "defined", where)
        survey.rank(name, len(axes), "the model")
        for position, axis in enumerate(axes):
            survey.ranges.fix(("axis", name, position), axis)
    letters = tuple(
        letter for letter in dict.fromkeys((*_free_letters(left), *_free_letters(right))) if letter not in known
    )
    keys = survey.expression(Plus((left, right)), letters, where)
    survey.require_ranges()
    survey.ranges.settle()
    builder = builder_for(survey, where)
    builder.taken = {index(name) for name in names_in(left, right)}
    ranges = {index(letter): survey.ranges.dimension(key) for letter, key in zip(letters, keys, strict=True)}
    return builder.build(left), builder.build(right), ranges


def _with_error_terms(node: Node, model: Model, delta: str, where: str) -> Node:
    """The tree with ``delta1[j]`` as the derivative it stands for."""
    if delta not in CONVENTIONS:
        raise InputError(f"{delta} is no meaning of delta; accepted are {', '.join(CONVENTIONS)}")
    node = rebuilt(node, lambda child: _with_error_terms(child, model, delta, where))
    match node:
        case Entry(name, subscripts) if (term := _ERROR_TERM.fullmatch(name)) and name not in model.axes:
            stem = delta[-1]
            array = next((n for n in (stem + term[1], stem.upper() + term[1]) if n in model.axes), None)
            if array is None:
                raise InputError(f"{where}: {name} is the derivative by {stem}{term[1]}, which the model does not have")
            entry = Entry(cotangent_name(array), subscripts)
            return Minus(entry) if delta.startswith("-") else entry
    return node


def _lookup(model: Model) -> Callable[[str], Definition | None]:
    """The functions of the model as read, then those of the table."""
    own: dict[str, Definition] = {}

    def lookup(name: str) -> Definition | None:
        if name in model.functions and name not in own:
            text = model.functions[name].text
            own[name] = definition(*parse_sides(text, name), name, text)
        return own.get(name) or table_row(name)

    return lookup


def _with_derivatives(
    node: Node, model: Model, heads: set[str], where: str, arrays: dict[str, tuple[Expr, ...]]
) -> Node:
    """The tree with ``dC/dW1[j,i]`` as one entry; `arrays` takes in derivatives of other arrays than the cost."""
    node = rebuilt(node, lambda child: _with_derivatives(child, model, heads, where, arrays))
    if not isinstance(node, Times):
        return node
    factors: list[Node] = []
    for factor in node.factors:
        found = _derivative(factors[-1], factor, model, heads, where, arrays) if factors else None
        if found is not None:
            factors[-1] = found
        else:
            factors.append(factor)
    return factors[0] if len(factors) == 1 else Times(tuple(factors))


def _derivative(
    above: Node, below: Node, model: Model, heads: set[str], where: str, arrays: dict[str, tuple[Expr, ...]]
) -> Node | None:
    """The entry of a derivative for ``ds[k]`` and ``/dx[m]``; None where these are no differentials."""
    match above, below:
        case Minus(of), _:
            found = _derivative(of, below, model, heads, where, arrays)
            return None if found is None else Minus(found)
        case Entry(head, of), Inverse(Entry(name, by)) if _by(head) and _by(name):
            if head in model.axes or name in model.axes or not (_by(head) in heads or _by(head) in model.axes):
                return None
            if _by(name) not in model.axes:
                raise InputError(f"{where}: {_by(name)} is not defined{suggestion(_by(name), model.axes)}")
            if _by(head) in heads and not of:
                return Entry(cotangent_name(_by(name)), by)
            joint = f"d{_by(head)}/d{_by(name)}"
            arrays[joint] = (*model.axes[_by(head)], *model.axes[_by(name)])
            return Entry(joint, (*of, *by))
    return None


def _by(name: str) -> str:
    """What a differential is of: W1 for dW1; nothing for another name."""
    return name[1:] if name[0] in "d∂" else ""


def _free_letters(node: Node) -> tuple[str, ...]:
    """The index letters that stand in brackets and are not summed over, in order."""
    match node:
        case Entry(_, subscripts):
            return tuple(dict.fromkeys(name for s in subscripts for name in sorted(names_in(s))))
        case Call(name, (Entry(letter, ()), body), _, (), bound) if name in BINDERS or bound is not None:
            return tuple(found for found in _free_letters(body) if found != letter)
        case Call("kron", arguments):
            return tuple(dict.fromkeys(name for a in arguments for name in sorted(names_in(a))))
    return tuple(dict.fromkeys(letter for child in children(node) for letter in _free_letters(child)))
