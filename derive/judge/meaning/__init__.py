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
from ..reading.sketch import Apply, At, Name, Reduce, Statement, Transpose, walk
from .candidates import CONVENTIONS as STEMS
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
    literal = is_of_arrays(statement, setting.model)
    own = roles_of(setting.model).records is not None
    model = _of_all_records(setting.model) if literal and not own or _of_records(statement, setting) else None
    found: tuple[Reading, ...] = ()
    if not literal or model is None:
        found, why = _found(statement, setting, setting.model, symbols, lifted=False, literal=literal and own)
    if not found and model is not None:
        found, why = _found(statement, setting, model, symbols, lifted=True, literal=literal)
    if not found:
        shown = shortened(statement.text) or "the formula"
        shapes = bool(why) and why[0][1] is Misshapen and all(kind is not Unfit for _, kind in why)
        raise (ShapeError if shapes else InputError)(f"{shown}: {why[0][0] if why else 'nothing in it is known'}")
    return found


def _of_all_records(model: Model) -> Model | None:
    try:
        return with_records(model)
    except InputError:
        return None


def _found(
    statement: Statement,
    setting: Setting,
    model: Model,
    symbols: tuple[Symbol, ...],
    lifted: bool,
    literal: bool = False,
) -> tuple[tuple[Reading, ...], list[tuple[str, type[Unfit]]]]:
    """The readings about one model; without any, why and in what way."""
    task = Task(statement, setting, model, symbols, lifted, literal)
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


def is_of_arrays(statement: Statement, model: Model) -> bool:
    """Whether a statement in NumPy computes with arrays of records: by a capital for data, else by axes and counts.

    A lower-case letter for data, as in ``np.outer(delta1, x)``, speaks of one record.
    """
    if not statement.is_numpy or roles_of(model).records is not None:
        return statement.is_numpy
    nodes = list(walk(*statement.sides))
    names = [node for node in nodes if isinstance(node, Name)]
    if any(name.stem in BATCHES and name.stem not in model.axes for name in names):
        return True
    counted = any(isinstance(node, (Reduce, Apply)) and _speaks_of_axes(node) for node in nodes)
    return counted and not any(_is_of_one_record(name, model) for name in names)


def _speaks_of_axes(node: Reduce | Apply) -> bool:
    return isinstance(node, Reduce) or node.head == Name("shape")


def _is_of_one_record(name: Name, model: Model) -> bool:
    if name.stem in model.axes:
        return name.stem not in model.parameters and bool(model.axes[name.stem])
    return name.stem[:1].islower() and STEMS.get(name.stem, ("W",))[0] not in ("W", "b")


__all__ = ["NOTATIONS", "Notation", "Reading", "Setting", "ShapeError", "guess", "readings"]
