"""The same network with its records spelled out: an index of the record on every array that depends on the data."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, Symbol

from ..backward.batch import batched_arrays, lift, mean_over_records, record_count, record_index
from ..errors import InputError
from ..forward.names import DATA
from ..forward.plain import plain_equation
from ..records import Equation, Fact, Model


def with_records(model: Model) -> Model:
    """`model` for N records at once, its cost the mean over them; names stay as they are.

    Every array that depends on the data that come as records gets a leading axis of the dimension N. Raises
    InputError for a model in which nothing comes as records. Without a cost, the derivatives by parameters are sums.
    """
    named = replace(model, batch=model.batch or tuple(name for name in model.data if DATA.fullmatch(name)))
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
