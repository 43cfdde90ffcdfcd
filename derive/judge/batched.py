"""The same network with its records spelled out: an index of the record on every array that depends on the data."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, Indexed, Symbol

from ..backward.batch import batched_arrays, lift, mean_over_records, record_count, record_index
from ..backward.calculus import arrays_in
from ..errors import InputError
from ..forward.names import DATA
from ..forward.plain import plain_equation
from ..records import Equation, Fact, Model
from ..renaming import found_in, fresh, letters_in
from ..renaming import replace as replace_in
from ..terms import cotangent_name, name_of


def with_records(model: Model) -> Model:
    """`model` for N records at once, its cost the mean over them; names stay as they are.

    Every array that depends on the data that come as records gets a leading axis of the dimension N. Raises
    InputError for a model in which nothing comes as records. Without a cost, the derivatives by parameters are sums.
    """
    named = _of_records(model)
    batched = batched_arrays(named)
    if not batched:
        raise InputError("nothing in the model comes as records; a line such as  batch x, y  says what does")
    record, records = record_index(named), record_count(named)
    equations = tuple(_lifted(e, model.cost, batched, record, records) for e in model.equations)
    axes = {name: (records, *sizes) if name in batched else sizes for name, sizes in model.axes.items()}
    letters = {name: (record, *of) if name in batched else of for name, of in model.letters.items()}
    facts = tuple(_about_all(fact, records) if fact.array in batched else fact for fact in model.facts)
    text = "\n".join(map(plain_equation, equations))
    return replace(model, equations=equations, axes=axes, letters=letters, facts=facts, batch=(), text=text)


def result_with_records(result: Equation, model: Model) -> Equation | None:
    """A derivative of the cost of one record as that of the mean cost of ``with_records(model)``, right or wrong.

    The derivative by what belongs to one record is an N-th of it there. None where there is no such result.
    """
    arrays = {cotangent_name(name): name for name in model.axes if model.cost is not None}
    named = _of_records(model)
    batched, records = batched_arrays(named), record_count(named)
    spoken = arrays_in(result.right) & set(arrays)
    if result.name not in arrays or not batched or any(arrays[name] not in batched for name in spoken):
        return None
    record = fresh({*result.indices, *letters_in(result.right)}, prefer=(record_index(named).name,))
    entries = [entry for entry in found_in(result.right, (Indexed, Symbol)) if name_of(entry) in spoken]
    right = replace_in(result.right, {entry: records * entry for entry in entries})
    if arrays[result.name] not in batched:
        return replace(result, right=mean_over_records(right, batched | spoken, record, records, {}))
    right = lift(right, batched | spoken, record, {}) / records
    return replace(result, indices=(record, *result.indices), right=right, ranges={record: records, **result.ranges})


def _of_records(model: Model) -> Model:
    """The model with its data as records: those that are said to be, else those of the usual names."""
    return replace(model, batch=model.batch or tuple(name for name in model.data if DATA.fullmatch(name)))


def _lifted(equation: Equation, cost: str | None, batched: frozenset[str], record: Symbol, records: Expr) -> Equation:
    if equation.name == cost:
        return replace(equation, right=mean_over_records(equation.right, batched, record, records, {}), text="")
    if equation.name not in batched:
        return equation
    return replace(
        equation,
        indices=(record, *equation.indices),
        right=lift(equation.right, batched, record, {}),
        ranges={record: records, **equation.ranges},
        text="",
    )


def _about_all(fact: Fact, records: Expr) -> Fact:
    return replace(fact, axes=(records, *fact.axes))
