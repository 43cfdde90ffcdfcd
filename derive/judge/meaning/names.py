"""What a symbol means: an array at its indices, the cost, an error term, a Kronecker delta, a number."""

from __future__ import annotations

from collections.abc import Iterator

from ...forward.order import COST_NAMES
from ...forward.syntax import Call, Entry
from ..reading.sketch import Name
from .candidates import LATIN, by_role, candidates, stem_of
from .context import Context
from .places import Spot, at, placements
from .scripts import scripts
from .search import Misshapen, Missing, Option
from .values import ONE, UNIT, Value, negative, times

COSTS = {*COST_NAMES, "ell", "loss", "Loss", "Cost", "E_p"}
RATES = {"eta", "alpha", "epsilon", "gamma", "lr", "rate", "learning_rate"}
COUNTS = {"m", "N", "n", "M", "P", "B"}


def name_value(context: Context, name: Name) -> Value:
    """What a symbol stands for. Raises Unfit where it can stand for nothing."""
    if "d" in name.marks:
        plain = Name(name.stem, tuple(m for m in name.marks if m != "d"), name.below, name.above, name.order)
        known = next((n for n in context.model.axes if n == "d" + plain.stem), None)
        if known is None:
            return own_cost(context, context.gradient(name_value(context, plain)), plain)
        name = Name(known, plain.marks, name.below, name.above, name.order)
    if name.order:
        raise Missing(f"{shown(name)} stands for nothing in the model")
    found = _special(context, name)
    if found is not None:
        return found
    options = [] if context.literal and _is_width(context, name) else list(_spots(context, name))
    if not options:
        if _has_array(context, name):
            raise Misshapen(f"an index of {shown(name)} runs over other values elsewhere")
        return _scalar(context, name)
    spot = context.choose(("name", name, tuple(sorted(context.scope.items()))), options)
    return at(context, spot)


def own_cost(context: Context, value: Value, name: Name) -> Value:
    """A batch's differential, which may belong to each record's own cost."""
    records = context.roles.records
    node = value.node
    if records is None or not context.roles.mean:
        return value

    by = node.factors[1].of  # type: ignore[attr-defined]
    if by.name[1:] in context.model.parameters:
        return value
    asked = context.notation.per_record if context.notation else None
    own, mean = {"own": (0.0, 0.3), "mean": (0.3, 0.0)}.get(context.belongs, (0.0, 0.0))
    options = [
        Option(True, own, "error terms belong to each record's own cost"),
        Option(False, mean, "error terms belong to the mean cost"),
    ]
    options = [o for o in options if asked is None or o.value is asked]
    if context.everywhere("per record", options):
        return Value(times(Entry(str(records)), node), value.axes)
    return value


def _special(context: Context, name: Name) -> Value | None:
    """Costs, error terms, Kronecker deltas, vectors of ones."""
    stem = stem_of(name)
    role = context.notation.stems.get(stem) if context.notation else None
    arrays = context.model.axes
    if name.stem == "ones" or name.stem == "1" and {"bb", "bold"} & set(name.marks):
        return _ones(context, name)
    if role == "C" or role is None and stem in COSTS and (stem not in arrays or stem == context.model.cost):
        if context.model.cost is None or stem in arrays and stem != context.model.cost:
            return None
        return _cost(context, name)
    if (
        role == "delta"
        or role is None
        and stem in ("delta", "Delta")
        and not any(a.startswith(stem) or a == LATIN.get(stem) for a in arrays)
    ):
        letters = [part.stem for part in name.below if isinstance(part, Name) and len(part.stem) == 1]
        if len(letters) == 2 and len(name.below) == 2 and not name.above and set(letters).isdisjoint("oh"):
            return _kronecker(context, *letters)
        return error_term(context, name)
    return None


def _ones(context: Context, name: Name) -> Value:
    """A column of ones, as long as is written below it or as the shapes ask for; else the number."""
    records, model = context.roles.records, context.model
    sizes = dict.fromkeys(size for name in model.axes for size in model.axes[name])
    options = [Option(size, 0.0 if size == records else 0.2) for size in sizes]
    if name.below:
        said = name.below[0].stem if isinstance(name.below[0], Name) else ""
        options = [o for o in options if said in COUNTS and o.value == records or str(o.value) == said]
    else:
        options.append(Option(None, 0.1))
    size = context.choose(("ones", name), options, f"{shown(name)} is as long as nothing in the model")
    return Value(ONE) if size is None else Value(ONE, (context.fresh(size), UNIT))


def _cost(context: Context, name: Name) -> Value:
    """The cost; with an index it is that of one record."""

    records = context.roles.records
    one = [
        p
        for p in (*name.below, *name.above)
        if isinstance(p, Name) and len(p.stem) == 1 and not p.marks and p.stem not in "L"
    ]
    cost = Entry(context.cost)
    if one and records is not None and context.roles.mean:
        context.path.note(f"the cost of one record is {records} times its part of the mean")
        return Value(times(Entry(str(records)), cost))
    return Value(cost)


def _kronecker(context: Context, one: str, other: str) -> Value:
    size = context.size_of(one) or context.size_of(other)
    if size is None:
        return Value(Call("kron", (Entry(context.letter(one)), Entry(context.letter(other)))))
    context.place(one, size)
    context.place(other, size)
    return Value(Call("kron", (Entry(context.letter(one)), Entry(context.letter(other)))))


def error_term(context: Context, name: Name) -> Value:
    """The derivative that a delta stands for, by the convention."""
    convention = context.convention
    role = convention[-1]
    options = []
    for script in scripts(name, context.marks, context.scope):
        for cost, array in by_role(context, role, script):
            for more, spot in placements(context, array, script):
                options.append(Option(spot, script.cost + cost + more))
    if not options:
        raise Missing(f"{shown(name)} is no error term here")
    spot = context.choose(("delta", name, tuple(sorted(context.scope.items()))), options)
    value = own_cost(context, context.gradient(at(context, spot)), name)
    context.path.note(f"{shown(name)} is {'-' if convention[0] == '-' else ''}dC/d{spot.array}")
    return negative(value) if convention.startswith("-") else value


def shown(name: Name) -> str:
    """The symbol in a message."""
    below = ",".join(p.stem if isinstance(p, Name) else str(getattr(p, "value", "..")) for p in name.below)
    above = ",".join(p.stem if isinstance(p, Name) else str(getattr(p, "value", "..")) for p in name.above)
    return stem_of(name) + (f"_{below}" if below else "") + (f"^{above}" if above else "") + "'" * name.order


def _spots(context: Context, name: Name) -> Iterator[Option[Spot]]:
    """The places in arrays that a symbol may stand for."""
    stem = stem_of(name)
    for script in scripts(name, context.marks, context.scope):
        for cost, array in candidates(context, stem, script):
            for more, spot in placements(context, array, script):
                note = "" if array.lower().startswith(stem.lower()) else f"{shown(name)} is {array}"
                yield Option(spot, script.cost + cost + more, note)


def _is_width(context: Context, name: Name) -> bool:
    """Whether this is a dimension of the model, and no array is called so."""
    sizes = {str(size) for axes in context.model.axes.values() for size in axes}
    return not name.below and name.stem in sizes and name.stem not in context.model.axes


def _has_array(context: Context, name: Name) -> bool:
    """Whether an array is called so that has as many indices."""
    found = (
        (array, script)
        for script in scripts(name, context.marks, context.scope)
        if script.indices
        for _, array in candidates(context, stem_of(name), script)
    )
    return any(len(context.model.axes[array]) == len(script.indices) for array, script in found)


def _scalar(context: Context, name: Name) -> Value:
    """A number with a name: one of the model's, a count of records, a learning rate."""
    stem = stem_of(name)
    scalars = [n for n, axes in context.model.axes.items() if not axes]
    for own in scalars:
        if (
            own.lower() == stem.lower()
            or own == LATIN.get(stem)
            or len(own) > 2
            and (stem.startswith(own) or own.startswith(stem) and len(stem) > 2)
        ):
            return Value(Entry(own))
    records = context.roles.records
    if stem in COUNTS and not name.below and records is not None:
        context.path.note(f"{shown(name)} is the number of records")
        return Value(Entry(str(records)))
    if stem == "pi":
        return Value(Entry("pi"))
    sizes = {str(size) for axes in context.model.axes.values() for size in axes if not size.is_number}
    widths = (stem, "_".join([stem, *(part.stem for part in name.below if isinstance(part, Name))]))
    if width := next((one for one in widths if one in sizes), None):
        return Value(Entry(width))
    if stem in RATES:
        context.scalars.add(stem)
        return Value(Entry(stem))
    if name.stem == "K" and context.roles.outputs and context.model.axes[context.roles.outputs[-1]]:
        size = context.model.axes[context.roles.outputs[-1]][-1]
        context.path.note(f"K is the number of outputs, {size}")
        return Value(Entry(str(size)))
    raise Missing(f"{shown(name)} stands for nothing in the model")
