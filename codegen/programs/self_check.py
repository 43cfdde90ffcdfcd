"""The part of a generated module that compares its derivatives with numerical ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from . import parts
from .interface import free_sizes

if TYPE_CHECKING:
    from .numpy_writer import Writer

FACTS: Mapping[str, str] = {
    "sums-to-one": "np.exp({0}) / np.exp({0}).sum(axis=-1, keepdims=True)",
    "columns-sum-to-one": "np.exp({0}) / np.exp({0}).sum(axis=-2, keepdims=True)",
    "one-hot": "({0} == {0}.max(axis=-1, keepdims=True)).astype(float)",
    "binary": "({0} > 0).astype(float)",
    "unit": "1 / (1 + np.exp(-{0}))",
    "positive": "np.exp({0})",
    "symmetric": "({0} + np.swapaxes({0}, -1, -2)) / 2",
}
"""How random numbers become an array of which a fact holds."""

COMPLEX = '''def slope(function):
    """The derivative of `function` at 0, by a complex step."""
    return function(1e-20j).imag / 1e-20
'''

CENTRAL = '''def slope(function):
    """The derivative of `function` at 0, by central differences of two widths."""
    wide, narrow = ((function(h) - function(-h)) / (2 * h) for h in (2e-4, 1e-4))
    return narrow + (narrow - wide) / 3
'''

SELF_CHECK = '''def self_check(seed=0):
    """The error of each derivative, relative to its size, along random directions."""
    rng = np.random.default_rng(seed)
    sizes = {{{sizes}}}
    arrays = {{name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in SHAPES.items()}}
    arrays = {{name: array / math.sqrt(array.shape[-1] if array.ndim else 1) for name, array in arrays.items()}}
{facts}
    def value(changed):
        now = {{**arrays, **changed}}
        params = {{name: now[name] for name in PARAMETERS}}
        {value}

    with np.errstate(all="ignore"):
        if not np.isfinite(value({{}})):  # a cost of positive numbers only
            arrays = {{name: abs(array) for name, array in arrays.items()}}
    params = {{name: arrays[name] for name in PARAMETERS}}
    given = [{given}]
    found = [{derivative}(params, *given), make_{derivative}({batch}{free})(params, *given)]
    errors = {{}}
    for {grads} in found:
        for name, grad in grads.items():
            for _ in range(3):
                along = rng.standard_normal(np.shape(grad))
                wanted = {scale}slope(lambda t: value({{name: arrays[name] + t * along}}))
                size = max(np.linalg.norm(grad), abs(wanted)) or 1.0
                errors[name] = np.maximum(errors.get(name, 0.0), abs(np.sum(grad * along) - wanted) / size)
    return errors
'''

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


def self_check_text(writer: Writer) -> list[str]:
    """``slope``, ``self_check`` and ``main``."""
    program = writer.program
    smooth = writer.is_smooth()
    text = SELF_CHECK.format(
        sizes=_sizes(writer),
        facts=_facts(writer),
        value=_value(writer),
        given=", ".join(f'arrays["{writer.names[i.name]}"]' for i in writer.arguments()),
        derivative=writer.derivative,
        batch=f'sizes["{program.records}"]{", " if free_sizes(writer) else ""}' if program.records is not None else "",
        free=f"**{{n: sizes[n] for n in {parts.quoted(free_sizes(writer))}}}" if free_sizes(writer) else "",
        grads="_, grads" if program.cost else "grads",
        scale=_scale(writer),
    )
    main = MAIN.format(
        method="a complex step" if smooth else "central differences", tolerance="1e-10" if smooth else "1e-7"
    )
    return [COMPLEX if smooth else CENTRAL, text, main]


def _sizes(writer: Writer) -> str:
    program = writer.program
    chosen = [f'"{name}": {2 + n}' for n, name in enumerate(free_sizes(writer))]
    if program.records is not None:
        chosen.append(f'"{program.records}": 3')
    derived = [str(x) for i in program.inputs for x in i.axes if not x.is_Symbol and not x.is_Integer]
    numbers = {s: 2 + n for n, s in enumerate(free_sizes(writer))}
    for axis in dict.fromkeys(derived):
        value = next(x for i in program.inputs for x in i.axes if str(x) == axis)
        known = {s: numbers.get(s.name, program.sizes.get(s, 3)) for s in value.free_symbols}
        chosen.append(f'"{axis}": {value.xreplace(known)}')
    return ", ".join(["**SIZES", *chosen])


def _facts(writer: Writer) -> str:
    lines = []
    for fact in writer.program.facts:
        name = next((i.name for i in writer.program.inputs if i.array == fact.array), None)
        if name is not None and fact.kind in FACTS:
            entry = f'arrays["{writer.key(name)}"]'
            lines.append(f"    {entry} = {FACTS[fact.kind].format(entry)}\n")
    return "".join(lines)


def _value(writer: Writer) -> str:
    program = writer.program
    data = ", ".join(f'now["{writer.names[i.name]}"]' for i in writer.forward_data())
    if program.cost:
        everything = ", ".join(f'now["{writer.names[i.name]}"]' for i in program.of_kind("data"))
        return f"return cost(params, {everything})"
    outputs = [f'now["{writer.names[i.name]}"]' for i in program.of_kind("upstream")]
    mean = f' / sizes["{program.records}"]' if program.records is not None else ""
    if len(outputs) == 1:
        return f"return np.sum({outputs[0]} * forward(params, {data})){mean}"
    pairs = f"zip(({', '.join(outputs)}), forward(params, {data}))"
    return f"return sum(np.sum(given * output) for given, output in {pairs}){mean}"


def _scale(writer: Writer) -> str:
    """Derivatives by records are those of one record's cost, not of the mean."""
    program = writer.program
    by_record = [
        writer.key(i.name)
        for i in program.inputs
        if i.name in program.gradients and i.axes and i.axes[0] == program.records
    ]
    return f'(sizes["{program.records}"] if name in {parts.quoted(by_record)} else 1) * ' if by_record else ""
