"""The part of a generated module that compares its derivatives with numerical ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sympy import Expr, Integer, Symbol

from derive.records import Fact

from . import parts
from .interface import free_sizes

if TYPE_CHECKING:
    from .module_writer import ModuleWriter

FACTS: Mapping[str, str] = {
    "one-hot": "({0} == {0}.max(axis=-1, keepdims=True)).astype(float)",
    "binary": "({0} > 0).astype(float)",
    "unit": "1 / (1 + np.exp(-{0}))",
    "positive": "np.exp({0})",
    "sums-to-one": "np.exp({0}) / np.exp({0}).sum(axis=-1, keepdims=True)",
    "columns-sum-to-one": "np.exp({0}) / np.exp({0}).sum(axis=-2, keepdims=True)",
    "symmetric": "({0} + np.swapaxes({0}, -1, -2)) / 2",
}
"""How random numbers become an array of which a fact holds; of several facts the last of the table is put in last."""

COMPLEX = '''def slope(function):
    """The derivative of `function` at 0, by a complex step."""
    return function(1e-20j).imag / 1e-20
'''

CENTRAL = '''def slope(function):
    """The derivative of `function` at 0, by central differences of two widths; None where they disagree, at a kink."""
    wide, narrow = ((function(h) - function(-h)) / (2 * h) for h in (2e-4, 1e-4))
    if not abs(wide - narrow) <= 1e-5 * max(abs(wide), abs(narrow)) + 1e-9:
        return None
    return narrow + (narrow - wide) / 3
'''

AWAY = (
    "    arrays = {name: np.where(abs(array) < 2e-3, 2e-3, array) for name, array in arrays.items()}  # no kink at 0\n"
)
AGAIN = """            if wanted is None:  # a direction that leads over a kink is drawn again
                continue
"""
ENOUGH = """            if len(seen) == 3:
                break
"""

ONE_BY_ONE = """    found.append(make_{0}({1}, threads={1})(params, *given))  # each record alone
"""

SELF_CHECK = '''def self_check(seed=0):
    """The error of each derivative, relative to its size, along random directions."""
    rng = np.random.default_rng(seed)
    sizes = {{{sizes}}}
    arrays = {{name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in SHAPES.items()}}
    arrays = {{name: array / math.sqrt(array.shape[-1] if array.ndim else 1) for name, array in arrays.items()}}
{away}{facts}
    def value(changed):
        now = {{**arrays, **changed}}
        params = {{name: now[name] for name in PARAMETERS}}
        {value}

    with np.errstate(all="ignore"):
        if not np.isfinite(value({{}})):  # a cost of positive numbers only
            arrays = {{name: abs(array) for name, array in arrays.items()}}
    params = {{name: arrays[name] for name in PARAMETERS}}
    given = [{given}]
    make = make_{derivative}({batch}{free})
    found = [{derivative}(params, *given), make(params, *given)]
{singly}
    def error(grads, floor):
        """The error of some derivatives along random directions, in which they count alike."""
        norms = {{name: np.linalg.norm(grad) for name, grad in grads.items()}}
        least, seen = min(norms.values()), []
        for _ in range({draws}):
            along = {{n: (least / norms[n] if norms[n] else 1) * rng.standard_normal(grads[n].shape) for n in grads}}
            wanted = slope(lambda t: value({{name: arrays[name] + t * along[name] for name in grads}}))
{again}            size = max(least, floor, abs(wanted) / math.sqrt(len(grads))) or 1.0
            seen.append(abs(sum(np.sum(grads[n] * along[n]) for n in grads) - wanted) / size)
{enough}        return np.max(seen) if seen else math.inf

    at = value({{}})
    errors, small = {{}}, 1e-5 * abs(at)  # where all are far below, rounding is all one sees
    for {grads} in found:
        grads = {{name: {scale}np.asarray(grad) for name, grad in grads.items()}}
        norms = {{name: np.linalg.norm(grad) for name, grad in grads.items()}}
        largest = max(norms.values())
        moving = [name for name in grads if norms[name] > 1e-15 * largest]
        nearly = [name for name in grads if 0 < norms[name] <= 1e-15 * largest]  # zero but for rounding
        groups = [moving[n::8] for n in range(8)] + [nearly, [name for name in grads if not norms[name]]]
        for group in filter(None, groups):
            floor = small if largest < 1e-9 * small else 1e-4 * largest if group[0] in nearly else 0.0
            together = error({{name: grads[name] for name in group}}, floor)
            for name in group:  # one by one where they are not right together
                alone = together if together < {strict} or len(group) == 1 else error({{name: grads[name]}}, floor)
                errors[name] = np.maximum(errors.get(name, 0.0), alone)
        for name in {wanted}:
            if name not in grads:
                errors[name] = math.inf
{cost}    return errors
'''

COST = """        errors["cost"] = np.maximum(errors.get("cost", 0.0), abs(returned - at) / max(1.0, abs(at)))
"""

MAIN = '''def main():
    """Print the table of errors; 1 where a derivative is wrong, else 0."""
    errors = self_check()
    print(f"{{'derivative':12}} {{'error':>8}}   against {method}")
    for name, error in errors.items():
        print(f"{{name:12}} {{error:8.1e}}   {{'ok' if error < {tolerance} else 'WRONG'}}")
    return 0 if all(error < {tolerance} for error in errors.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
'''


def self_check_text(writer: ModuleWriter, one_by_one: bool = False) -> list[str]:
    """``slope``, ``self_check`` and ``main``; where records have a function for each alone, it is looked at too."""
    program = writer.program
    records = f'sizes["{program.records}"]'
    free = f"**{{n: sizes[n] for n in {parts.quoted(free_sizes(writer))}}}" if free_sizes(writer) else ""
    smooth = writer.is_smooth()
    tolerance = "1e-10" if smooth else "1e-7"
    text = SELF_CHECK.format(
        sizes=sizes_text(writer),
        facts=facts_text(program.facts, {i.array: writer.key(i.name) for i in reversed(program.inputs)}),
        value=_value(writer),
        given=", ".join(f'arrays["{writer.names[i.name]}"]' for i in writer.arguments()),
        derivative=writer.derivative,
        batch=f"{records}{', ' if free else ''}" if program.records is not None else "",
        free=free,
        singly=ONE_BY_ONE.format(writer.derivative, records) if one_by_one else "",
        grads="returned, grads" if program.cost else "grads",
        cost=COST if program.cost else "",
        wanted=parts.quoted(map(writer.key, program.gradients)),
        scale=scale_text(writer),
        **by_method(smooth),
    )
    main = MAIN.format(method="a complex step" if smooth else "central differences", tolerance=tolerance)
    return [COMPLEX if smooth else CENTRAL, text, main]


def by_method(smooth: bool) -> dict[str, object]:
    """What the check says for complex steps, or for differences, which have to keep away from kinks."""
    if smooth:
        return {"away": "", "draws": 3, "again": "", "enough": "", "strict": "1e-11"}
    return {"away": AWAY, "draws": 12, "again": AGAIN, "enough": ENOUGH, "strict": "1e-8"}


def sizes_text(writer: ModuleWriter) -> str:
    """The sizes that the check takes, as the entries of a dictionary."""
    program = writer.program
    derived = dict.fromkeys(x for i in program.inputs for x in i.axes if not x.is_Symbol and not x.is_Integer)
    numbers = _numbers(free_sizes(writer), derived, program.sizes)
    chosen = [f'"{name}": {numbers[name]}' for name in free_sizes(writer)]
    if program.records is not None:
        chosen.append(f'"{program.records}": 3')
    chosen += [f'"{axis}": {_value_of(axis, numbers, program.sizes)}' for axis in derived]
    return ", ".join(["**SIZES", *chosen])


def _numbers(names: Sequence[str], derived: Iterable[Expr], sizes: Mapping[Symbol, int]) -> dict[str, int]:
    """Different small widths, larger where another one made of them would have fewer than two values."""
    numbers = {name: 2 + n for n, name in enumerate(names)}
    for axis in derived:
        grown = [s.name for s in axis.free_symbols if axis.coeff(s) > 0 and s.name in numbers]
        while grown and _value_of(axis, numbers, sizes) < 2:
            numbers[grown[0]] += 1
    return numbers


def _value_of(axis: Expr, numbers: Mapping[str, int], sizes: Mapping[Symbol, int]) -> int:
    return int(axis.xreplace({s: Integer(numbers.get(s.name, sizes.get(s, 3))) for s in axis.free_symbols}))


def facts_text(facts: Iterable[Fact], names: Mapping[str, str]) -> str:
    """Statements that make facts true of the arrays that have a name in the program."""
    ordered = sorted(facts, key=lambda fact: list(FACTS).index(fact.kind) if fact.kind in FACTS else 0)
    entries = [(fact.kind, f'arrays["{names[fact.array]}"]') for fact in ordered if fact.array in names]
    return "".join(f"    {entry} = {FACTS[kind].format(entry)}\n" for kind, entry in entries if kind in FACTS)


def _value(writer: ModuleWriter) -> str:
    program = writer.program
    data = ", ".join(f'now["{writer.names[i.name]}"]' for i in writer.forward_data())
    if program.cost:
        everything = ", ".join(f'now["{writer.names[i.name]}"]' for i in program.of_kind("data"))
        return f"return cost(params, {everything})"
    outputs = [f'now["{writer.names[i.name]}"]' for i in program.of_kind("upstream")]
    if len(outputs) == 1:
        return f"return np.sum({outputs[0]} * forward(params, {data}))"
    lines = [
        f"given, outputs = ({', '.join(outputs)}), forward(params, {data})",
        "return sum(np.sum(one * output) for one, output in zip(given, outputs))",
    ]
    return "\n        ".join(lines)


def scale_text(writer: ModuleWriter) -> str:
    """A factor as text: derivatives by records are those of one record's cost, not of the mean."""
    program = writer.program
    if program.cost is None:
        return ""
    by_record = writer.by_record()
    return f'(1 / sizes["{program.records}"] if name in {parts.quoted(by_record)} else 1) * ' if by_record else ""
