"""From one record to a batch: records as rows, and means over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Add, Expr, Indexed, Mul, Symbol

from ..records import Model
from ..renaming import found_in, fresh, letters_in, replace, terms_of
from ..terms import dimension, element, indices_of, name_of, total
from .calculus import arrays_in


def record_index(model: Model) -> Symbol:
    """The index of a record: p, or another letter where the model uses p."""
    taken = {letter for equation in model.equations for letter in (*equation.indices, *letters_in(equation.right))}
    return fresh(taken, prefer=("p", "r", "s"))


def record_count(model: Model) -> Symbol:
    """The number of records: N, or another name where the model uses N."""
    taken = set(model.axes) | {str(size) for axes in model.axes.values() for size in axes}
    taken |= set(batch_names(model).values())
    names = ("N", "N_records", *(f"N_records{n}" for n in range(len(taken))))
    return dimension(next(name for name in names if name not in taken))


def batched_arrays(model: Model) -> frozenset[str]:
    """The data that come as records, and every array computed from them except the cost."""
    batched = set(model.batch)
    for equation in model.equations:
        if arrays_in(equation.right) & batched and equation.name != model.cost:
            batched.add(equation.name)
    return frozenset(batched)


def batch_names(model: Model, cotangents: Iterable[str] = ()) -> dict[str, str]:
    """The name a batch of each array goes by: X for x, Delta1 for delta1, dC/dA1 for dC/da1."""
    taken = set(model.axes)
    names: dict[str, str] = {}
    for name in sorted(batched_arrays(model)):
        capital = name[0].upper() + name[1:]
        names[name] = capital if capital == name or capital not in taken else f"{name}_batch"
        taken.add(names[name])
    for name in cotangents:
        prefix, slash, array = name.partition("/d")
        if slash:
            names[name] = f"{prefix}/d{names.get(array, array)}"
        else:
            capital = name[0].upper() + name[1:]
            names[name] = capital if capital == name or capital not in taken else f"{name}_batch"
            taken.add(names[name])
    return names


def lift(expression: Expr, batched: Iterable[str], record: Symbol, names: Mapping[str, str]) -> Expr:
    """`expression` for record number `record`: a leading index on every batched array."""
    batched = frozenset(batched)
    if not arrays_in(expression) & batched:
        return expression
    mapping = {
        entry: element(names.get(name_of(entry), name_of(entry)), record, *indices_of(entry))
        for entry in found_in(expression, (Indexed, Symbol))
        if name_of(entry) in batched and not entry.is_integer
    }
    return replace(expression, mapping)


def sum_over_records(
    expression: Expr, batched: Iterable[str], record: Symbol, records: Expr, names: Mapping[str, str]
) -> Expr:
    """The sum of a per-record expression; terms that depend on no record stay as they are."""
    batched = frozenset(batched)
    varying = [t for t in terms_of(expression) if arrays_in(t) & batched]
    fixed = [t for t in terms_of(expression) if not arrays_in(t) & batched]
    if not varying:
        return expression
    return Add(total(lift(Add(*varying), batched, record, names), (record, records)), *fixed)


def mean_over_records(
    expression: Expr, batched: Iterable[str], record: Symbol, records: Expr, names: Mapping[str, str]
) -> Expr:
    """The mean of a per-record expression; terms that depend on no record stay as they are."""
    batched = frozenset(batched)
    varying = [t for t in terms_of(expression) if arrays_in(t) & batched]
    fixed = [t for t in terms_of(expression) if not arrays_in(t) & batched]
    whole = sum_over_records(Add(*varying), batched, record, records, names)
    return Add(Mul(1 / records, whole), *fixed) if varying else expression
