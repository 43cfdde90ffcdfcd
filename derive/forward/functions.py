"""Functions defined by one line, ``f(z) = z*sigmoid(1.7*z)`` or ``softmax(z)[k] = ...``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import InputError
from ..records import Formula
from ..terms import index, scalar
from .kinks import kinks_of
from .language import ELEMENTARY, Builder
from .names import BINDERS, GENERIC, Names, suggestion
from .ranges import Ranges
from .survey import Surveyor
from .syntax import Call, Entry, Node

SPECIAL = {**dict.fromkeys(BINDERS, 2), "size": 1, "kron": 2}


@dataclass(frozen=True)
class Definition:
    """``name(variable) = body`` or, with `axis`, ``name(variable)[axis] = body``, as written."""

    name: str
    variable: str
    axis: str | None
    body: Node
    where: str
    text: str


Lookup = Callable[[str], Definition | None]


def definition(left: Node, right: Node, where: str, text: str) -> Definition:
    """Read the two sides of a definition. Raises InputError where the left side is none."""
    match left:
        case Call(name, (Entry(variable, ()),), 0, ()) if name not in ELEMENTARY and name not in SPECIAL:
            return Definition(name, variable, None, right, where, text)
        case Call(name, (Entry(variable, ()),), 0, (Entry(axis, ()),)) if name not in SPECIAL:
            return Definition(name, variable, axis, right, where, text)
    raise InputError(f"{where}: the left side is an array entry as in z1[j], a scalar, or a new function as in f(z)")


def check_call(node: Call, where: str, lookup: Lookup, candidates: tuple[str, ...]) -> None:
    """InputError unless the function is known and called with as many arguments as it has."""
    known = lookup(node.name)
    count = SPECIAL.get(node.name) or (ELEMENTARY[node.name][0] if node.name in ELEMENTARY else 1)
    if node.name not in SPECIAL and node.name not in ELEMENTARY and known is None and not GENERIC.fullmatch(node.name):
        near = suggestion(node.name, (*ELEMENTARY, *SPECIAL, *candidates))
        raise InputError(f"{where}: {node.name} is not a known function{near}")
    if node.bound is not None and node.name not in BINDERS:
        raise InputError(f"{where}: {node.name} takes no range; sum, prod, max and min do, as in sum(s < 3, ...)")
    if len(node.arguments) != count:
        raise InputError(f"{where}: {node.name} takes {count} argument{'s' * (count > 1)}, not {len(node.arguments)}")
    if known is not None and known.axis is not None:
        raise InputError(f"{where}: {node.name} takes an array and gives one: write {node.name}(z)[k]")
    if node.subscripts:
        raise InputError(f"{where}: {node.name}(...) is a number and has no indices")
    if node.order and (node.name in ELEMENTARY or node.name in SPECIAL):
        raise InputError(f"{where}: {node.name}' is not written with a prime; only activations and f, g, h are")


def formula(
    row: Definition, lookup: Lookup, candidates: tuple[str, ...], formulas: Callable[[str], Formula | None]
) -> Formula:
    """The function a definition states; `formulas` gives those it may call.

    Raises InputError, also where its kinks cannot be found.
    """
    names = Names({}, closed=True)
    names.add(row.variable, "data", row.where)
    survey = Surveyor(names, Ranges({}), lambda node, where: check_call(node, where, lookup, candidates))
    try:
        keys = survey.expression(row.body, (row.axis,) if row.axis else (), row.where)
    except InputError as problem:
        if "is not defined" in str(problem):
            raise InputError(f"{problem}; {row.name} is a function of {row.variable} alone") from None
        raise
    if survey.ranks.get(row.variable, (int(row.axis is not None),))[0] != int(row.axis is not None):
        raise InputError(f"{row.where}: {row.variable} is {'an array' if row.axis else 'a number'} in {row.name}")
    survey.ranges.settle(lambda stem: f"n_{stem}")
    builder = builder_for(survey, row.where)
    expression = builder.build(row.body)
    if row.axis is not None:
        size = survey.ranges.dimension(keys[0])
        return Formula(row.name, scalar(row.variable), expression, index(row.axis), size, text=row.text)
    kinks = kinks_of(expression, scalar(row.variable), formulas, row.where)
    return Formula(row.name, scalar(row.variable), expression, kinks=kinks, text=row.text)


def builder_for(survey: Surveyor, where: str = "") -> Builder:
    """What builds the formulas of a settled survey."""
    ranges = survey.ranges
    extents = {}
    for node, (keys, label) in survey.extents.items():
        found = {ranges.dimension(key) for key in keys}
        if len(found) > 1:
            raise InputError(f"{label} may be {' or '.join(sorted(map(str, found)))}; use different letters")
        extents[node] = found.pop()
    binders = {node: ranges.dimension(key) for node, key in survey.binders.items()}
    return Builder(
        binders, extents, survey.names.dimensions, where, lambda name, place: ranges.dimension(("axis", name, place))
    )
