"""From the plans of a writer to statements: what is given, what is returned, and the lines in between."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from ..trees import Axes
from .linear import ShapeOf, Straightener
from .statements import Code, temporary

if TYPE_CHECKING:
    from ..numpy_writer import Writer
    from ..program import Assignment


def straight(writer: Writer, held: bool = False) -> Code:
    """The statements of the cost and the derivatives as they are written, before any pass.

    Where numbers are `held`, those on the way are computed into arrays.
    """
    program, names = writer.program, writer.names
    cost = [program.cost] if program.cost else []
    lines = program.needed([*cost, *program.gradients.values()])
    given = {names[i.name]: tuple(writer.planner.size(axis).text for axis in i.axes) for i in program.inputs}
    numbers = count(1)
    arrays: dict[str, Axes] = {names[i.name]: i.axes for i in program.inputs}
    straightener = Straightener(arrays, lambda: temporary(next(numbers)), held)
    for line in lines:
        returned = line.name in {*cost, *program.gradients.values()}
        straightener.assign(writer.trees[line.name], names[line.name], line.part, _shapes(writer, line), returned)
    return Code(
        tuple(straightener.statements),
        given,
        frozenset(names[name] for name in (*cost, *program.gradients.values())),
        names[program.records.name] if program.records is not None else None,
        {names[line.name]: line.equation for line in lines},
        {names[s.name]: n for s, n in program.sizes.items()},
    )


def _shapes(writer: Writer, line: Assignment) -> ShapeOf:
    ranges = writer.planner.ranges[line.name]
    return lambda axes: tuple(writer.planner.size(ranges[axis]).text for axis in axes)
