"""From the tree of a formula as it was written to equations in the plain language, by the shapes of a model."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import DimensionClash, InputError
from ...forward.claims import CONVENTIONS, parse_equation
from ...forward.reading import shortened
from ...records import Model
from ..batched import with_records
from ..guessing import guess
from ..notation import Notation
from ..notations import NOTATIONS
from ..reading.sketch import At, Name, Reduce, Statement, Transpose, walk
from .candidates import stem_of
from .names import COUNTS
from .normal import normal
from .roles import roles_of
from .search import MOST_PATHS, Misshapen, Unfit, search
from .setting import Setting
from .symbols import Symbol, read_symbols
from .task import Task, is_code

MOST = 8
MOST_NODES, LEAST_PATHS = 12_000, 8
BATCHES = {"X", "Y", "Z", "A", "H", "O", "T", "Delta", "D"}


@dataclass(frozen=True)
class Reading:
    """One way to understand a statement: all of `claims` are meant. `records`: about `with_records(model)`.

    `scalars` are the numbers in the claims that the model does not have, such as a learning rate. `doubts` are the
    notes of what was guessed: with another guess the statement would not fit.
    """

    claims: tuple[str, ...]
    notes: tuple[str, ...] = ()
    records: bool = False
    relation: str = "="
    scalars: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


class ShapeError(DimensionClash):
    """A formula that names what the model has, but fits its shapes in no way."""


def readings(statement: Statement, setting: Setting) -> tuple[Reading, ...]:
    """The ways to understand a statement about a model, the likeliest first.

    Raises InputError where there is none, saying why: ShapeError where only the shapes do not fit.
    """
    if setting.delta is not None and setting.delta not in CONVENTIONS:
        raise InputError(f"{setting.delta} is no meaning of delta; accepted are {', '.join(CONVENTIONS)}")
    statement = normal(statement, setting.model, setting.notation)
    symbols = read_symbols(setting.symbols, setting.model)
    found, why = _found(statement, setting, setting.model, symbols, lifted=False)
    if not found and _of_records(statement, setting):
        try:
            model = with_records(setting.model)
        except InputError:
            model = None
        if model is not None:
            found, why = _found(statement, setting, model, symbols, lifted=True)
    if not found:
        shown = shortened(statement.text) or "the formula"
        shapes = bool(why) and why[0][1] is Misshapen and all(kind is not Unfit for _, kind in why)
        raise (ShapeError if shapes else InputError)(f"{shown}: {why[0][0] if why else 'nothing in it is known'}")
    return found


def _found(
    statement: Statement, setting: Setting, model: Model, symbols: tuple[Symbol, ...], lifted: bool
) -> tuple[tuple[Reading, ...], list[tuple[str, type[Unfit]]]]:
    """The readings about one model; without any, why and in what way."""
    task = Task(statement, setting, model, symbols, lifted)
    size = sum(1 for _ in walk(*statement.sides))
    results, reasons = search(task.run, max(LEAST_PATHS, min(MOST_PATHS, MOST_NODES // size)))
    made: dict[tuple[str, ...], Reading] = {}
    for one in results:
        claims, scalars = one.value
        if claims in made:
            continue
        try:
            for claim in claims:
                parse_equation(claim, model, scalars=scalars)
        except InputError as problem:
            reasons.append((str(problem), Misshapen if isinstance(problem, DimensionClash) else Unfit))
            continue
        made[claims] = Reading(claims, one.notes, lifted, task.relation, scalars, one.doubts)
    return tuple(made.values())[:MOST], reasons


def _of_records(statement: Statement, setting: Setting) -> bool:
    """Whether a statement may be one on all records at once: capitals for data, a number of records, array code."""
    roles = roles_of(setting.model)
    if roles.records is not None:
        return False
    nodes = list(walk(*statement.sides))
    names = [node for node in nodes if isinstance(node, Name) and node.stem not in setting.model.axes]
    turned = (node.of for node in nodes if isinstance(node, Transpose) and isinstance(node.of, Name))
    vectors = any(not stem_of(name)[:1].isupper() and name.stem[:1] not in "w" for name in turned)
    return (
        vectors
        and any(map(is_code, nodes))
        or any(isinstance(node, (Reduce, At)) for node in nodes)
        or any(name.stem in BATCHES or name.stem in COUNTS and not name.below or name.stem == "1" for name in names)
        or bool(setting.notation and setting.notation.record_mark)
    )


__all__ = ["NOTATIONS", "Notation", "Reading", "Setting", "ShapeError", "guess", "readings"]
