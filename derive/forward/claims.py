"""Formulas about a model: its names are known, and so are the derivatives of its cost."""

from __future__ import annotations

from collections.abc import Callable

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


def parse_equation(text: str, model: Model, where: str = "") -> tuple[Expr, Expr, dict[Symbol, Expr]]:
    """The two sides of an equation between the arrays of `model` and the derivatives of its cost,
    and the dimension of each free index.

    ``dC/dz1[j]`` and ``delta1[j]`` are entries of the cotangent of z1. Raises InputError, which
    begins with `where`, by default with the equation.
    """
    where = where or shortened(text)
    arrays = {**model.axes, **{cotangent_name(name): axes for name, axes in model.axes.items()}}
    heads = {name for name in (model.cost, *COST_NAMES) if name and (name == model.cost or name not in model.axes)}
    lookup = _lookup(model)
    tree = [_with_derivatives(side, model, heads, where) for side in parse_sides(text, where)]
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
    letters = tuple(letter for letter in _free_letters(left) if letter not in known)
    keys = survey.expression(Plus((left, right)), letters, where)
    survey.require_ranges()
    survey.ranges.settle()
    builder = builder_for(survey, where)
    builder.taken = {index(name) for name in names_in(left, right)}
    ranges = {index(letter): survey.ranges.dimension(key) for letter, key in zip(letters, keys, strict=True)}
    return builder.build(left), builder.build(right), ranges


def _lookup(model: Model) -> Callable[[str], Definition | None]:
    """The functions of the model as read, then those of the table."""
    own: dict[str, Definition] = {}

    def lookup(name: str) -> Definition | None:
        if name in model.functions and name not in own:
            text = model.functions[name].text
            own[name] = definition(*parse_sides(text, name), name, text)
        return own.get(name) or table_row(name)

    return lookup


def _with_derivatives(node: Node, model: Model, heads: set[str], where: str) -> Node:
    """The tree with ``dC/dW1[j,i]`` as one entry."""
    node = rebuilt(node, lambda child: _with_derivatives(child, model, heads, where))
    if not isinstance(node, Times):
        return node
    factors: list[Node] = []
    for factor in node.factors:
        cotangent = _cotangent(factor, model, where) if factors and _is_head(factors[-1], heads) else None
        if cotangent is not None:
            factors[-1] = Minus(cotangent) if isinstance(factors[-1], Minus) else cotangent
        else:
            factors.append(factor)
    return factors[0] if len(factors) == 1 else Times(tuple(factors))


def _is_head(node: Node, heads: set[str]) -> bool:
    """Whether this is the differential of the cost, ``dC`` or ``-dC``."""
    node = node.of if isinstance(node, Minus) else node
    return isinstance(node, Entry) and not node.subscripts and _by(node.name) in heads


def _cotangent(factor: Node, model: Model, where: str) -> Entry | None:
    """For ``/dW1[j,i]``, the entry of the cotangent of W1."""
    match factor:
        case Inverse(Entry(name, subscripts)) if _by(name) and name not in model.axes:
            if _by(name) not in model.axes:
                raise InputError(f"{where}: {_by(name)} is not defined{suggestion(_by(name), model.axes)}")
            return Entry(cotangent_name(_by(name)), subscripts)
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
