"""From the plain language to a Model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sympy import Expr, Symbol

from ..errors import InputError
from ..records import Equation, Model
from ..renaming import fresh
from ..terms import dimension, index
from .callable import Functions
from .expand import arrays_named, expand, names_in
from .facts import read_fact
from .functions import builder_for, check_call
from .names import Names, suggestion
from .order import find_cost, in_order
from .ranges import Ranges
from .source import Line, Source, read_source
from .subscripts import read_subscript
from .survey import Surveyor
from .syntax import functions_called

Axes = Mapping[str, tuple[Expr, ...]]


def parse_model(text: str) -> Model:
    """Read forward equations in the plain language; raises InputError in one line."""
    source = read_source(text)
    functions = Functions(source.definitions)
    named = source.named()
    lines = [
        replace(line, right=expand(line.right, functions.lookup, line.where, named | names_in(line.left)))
        for line in source.equations
    ]
    lines = _parted(source, lines)
    ordered = _ordered(lines)
    survey = _survey(source, lines, functions)
    _settle(source, survey)
    axes = _axes(survey)
    cost, outputs = _ends(source, lines)
    data = survey.names.of_kind("data")
    return Model(
        equations=_equations(survey, ordered),
        data=data,
        parameters=survey.names.of_kind("param"),
        axes=axes,
        letters=_letters(survey),
        cost=cost,
        outputs=outputs,
        batch=_listed(source.batch, data, "is not among the data"),
        sizes=survey.ranges.sizes,
        facts=tuple(read_fact(relation, words, axes, where) for relation, words, where in source.assumptions),
        functions=functions.reached_from(name for line in source.equations for name in functions_called(line.right)),
        text=source.text,
    )


def _ordered(lines: list[Line]) -> list[Line]:
    """The equations in an order in which they can be computed."""
    by_name: dict[str, Line] = {}
    for line in lines:
        first = by_name.setdefault(line.left.name, line)
        if first is not line:
            raise InputError(f"{line.where}: {line.left.name} is already defined in {first.where}")
    needs = {name: set(arrays_named(line.right)) for name, line in by_name.items()}
    return [by_name[name] for name in in_order(needs, lambda name: by_name[name].where)]


def _survey(source: Source, lines: list[Line], functions: Functions) -> Surveyor:
    """Declarations first, then the equations as written: every index gets its place."""
    dimensions = {name: dimension(name) for name in source.dimensions()}
    used = set().union(*(names_in(line.left, line.right) for line in lines))
    ranges = Ranges({dimension(name): size for name, size, _ in source.sizes})
    survey = Surveyor(
        Names(dimensions, used), ranges, lambda node, where: check_call(node, where, functions.lookup, functions.names)
    )
    for kind, name, extents, where in source.shapes:
        survey.names.add(name, kind, where)
        if extents:
            survey.rank(name, len(extents), where)
        for position, extent in enumerate(extents):
            if not ranges.fix(("axis", name, position), extent if isinstance(extent, int) else dimension(extent)):
                raise InputError(f"{where}: {name} is already declared with another shape")
    for line in lines:
        survey.names.add(line.left.name, "defined", line.where)
    for line in lines:
        survey.equation(line.left, line.right, line.where)
    return survey


def _settle(source: Source, survey: Surveyor) -> None:
    """Give every dimension its name; InputError where an array, an index or a size is left over."""
    for _, name, _, where in source.shapes:
        if name not in survey.letters:
            raise InputError(f"{where}: {name} is declared, but no equation uses it")
    survey.require_ranges()
    for key in survey.ranges.indices():
        if key[3] in survey.names.kinds or key[3] in survey.names.dimensions:
            raise InputError(f"{key[1]}: {key[3]} is an index letter here and a name elsewhere; rename one of them")
    sized = {name for name, _, _ in source.sizes}
    taken = {*survey.names.kinds, *survey.names.dimensions} - sized
    taken |= {str(value) for value in survey.ranges.declared()}

    def free_name(stem: str) -> str:
        name, number = f"n_{stem}", 2
        while name in taken:
            name, number = f"n_{stem}{number}", number + 1
        taken.add(name)
        return name

    survey.ranges.settle(free_name)
    for name, _, where in source.sizes:
        if name not in taken:
            raise InputError(f"{where}: no array has the dimension {name}{suggestion(name, taken)}")


def _axes(survey: Surveyor) -> Axes:
    return {
        name: tuple(survey.ranges.dimension(("axis", name, position)) for position in range(rank))
        for name, (rank, _) in survey.ranks.items()
    }


def _equations(survey: Surveyor, lines: Iterable[Line]) -> tuple[Equation, ...]:
    builder = builder_for(survey)
    made = []
    for line in lines:
        builder.where = line.where
        builder.taken = {index(name) for name in names_in(line.left, line.right)}
        indices = tuple(index(letter) for s in line.left.subscripts for letter in read_subscript(s, line.where).letters)
        axes = (survey.ranges.dimension(("axis", line.left.name, p)) for p in range(len(indices)))
        ranges = dict(zip(indices, axes, strict=True))
        made.append(Equation(line.left.name, indices, builder.build(line.right), ranges, line.number, line.text))
    return tuple(made)


def _letters(survey: Surveyor) -> dict[str, tuple[Symbol, ...]]:
    """The letters an array was first written with; a fresh one where there was none."""
    result = {}
    for name, written in survey.letters.items():
        letters: list[Symbol] = []
        for letter in written:
            known = {*letters, *(index(other) for other in written if other)}
            letters.append(index(letter) if letter and index(letter) not in letters else fresh(known))
        result[name] = tuple(letters)
    return result


def _ends(source: Source, lines: list[Line]) -> tuple[str | None, tuple[str, ...]]:
    """The cost or, without one, the outputs."""
    defined = tuple(line.left.name for line in lines)
    if source.outputs:
        return None, _listed(source.outputs, defined, "is not defined by an equation")
    used = set().union(*(names_in(line.right) for line in lines))
    return find_cost([line.left.name for line in lines if not line.left.subscripts], used), ()


def _parted(source: Source, lines: list[Line]) -> list[Line]:
    """The lines, and one more for each output that another line reads.

    What is given from outside is then the derivative by ``c_out``, and the whole derivative by c has its own name.
    """
    taken = {*source.named(), *(name for line in lines for name in names_in(line.left, line.right))}
    read = set().union(*(names_in(line.right) for line in lines))
    own: dict[str, str] = {}
    for line in lines:
        name = line.left.name
        if name in read and any(name == output for output, _ in source.outputs):
            own[name] = next(
                new for new in (f"{name}_out", *(f"{name}_out{n}" for n in range(2, 99))) if new not in taken
            )
    source.outputs = [(own.get(name, name), where) for name, where in source.outputs]
    copies = [_copy(line, own[line.left.name]) for line in lines if line.left.name in own]
    return [*lines, *copies]


def _copy(line: Line, name: str) -> Line:
    """The line that gives an array another name."""
    left = line.text.partition("=")[0].strip()
    return Line(replace(line.left, name=name), line.left, line.number, f"{name}{left[len(line.left.name) :]} = {left}")


def _listed(names: Iterable[tuple[str, str]], known: tuple[str, ...], complaint: str) -> tuple[str, ...]:
    for name, where in names:
        if name not in known:
            raise InputError(f"{where}: {name} {complaint}{suggestion(name, known)}")
    return tuple(dict.fromkeys(name for name, _ in names))
