"""The part of a module for another array library that compares its derivatives with numerical ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import parts
from .self_check import facts_text, scale_text, sizes_text

if TYPE_CHECKING:
    from .library_writer import LibraryWriter

SLOPE = '''def slope(function):
    """The derivative of `function` at 0, by central differences of two widths; None where they disagree, at a kink."""
    wide, narrow = ((function(h) - function(-h)) / (2 * h) for h in (2e-4, 1e-4))
    if not abs(wide - narrow) <= 1e-5 * max(abs(wide), abs(narrow)) + 1e-9:
        return None
    return narrow + (narrow - wide) / 3
'''

SELF_CHECK = '''def self_check({signature}):
    """The error of each derivative, relative to its size, along random directions, in float64."""
{opening}    rng = np.random.default_rng(seed)
    sizes = {{{sizes}}}
    arrays = {{name: rng.standard_normal([sizes[axis] for axis in axes]) for name, axes in SHAPES.items()}}
    arrays = {{name: array / math.sqrt(array.shape[-1] if array.ndim else 1) for name, array in arrays.items()}}
{facts}
    def given(changed):
        """The parameters and the rest, as arrays of the library."""
        now = {{name: {asarray}(np.asarray(array)) for name, array in {{**arrays, **changed}}.items()}}
        return {{name: now[name] for name in PARAMETERS}}, now

    def value(changed):
        params, now = given(changed)
        {value}

    with np.errstate(all="ignore"):
        if not math.isfinite(value({{}})):  # a cost of positive numbers only
            arrays = {{name: abs(array) for name, array in arrays.items()}}
    params, now = given({{}})
    {grads} = {derivative}({arguments})
    grads = {{name: {scale}np.asarray(grad) for name, grad in grads.items()}}
    largest = max(np.linalg.norm(grad) for grad in grads.values())
    errors = {{name: math.inf for name in {wanted} if name not in grads}}
    for name, grad in grads.items():
        found = []
        for _ in range(20):  # a direction that leads over a kink is drawn again
            along = rng.standard_normal(grad.shape)
            along = along / (np.linalg.norm(along) or 1.0)
            wanted = slope(lambda t: value({{name: arrays[name] + t * along}}))
            if wanted is not None and len(found) < 3:
                size = max(np.linalg.norm(grad), abs(wanted), 1e-3 * largest) or 1.0
                found.append(abs(np.sum(grad * along) - wanted) / size)
        errors[name] = np.max(found) if found else math.inf
{cost}    return errors
'''

COST = """    errors["cost"] = abs(float(returned) - value({})) / max(1.0, abs(value({})))
"""

MAIN = '''def main():
    """Print the table of errors; 1 where a derivative is wrong, else 0."""
    {errors}
    print(f"{{'derivative':12}} {{'error':>8}}   against central differences")
    for name, error in errors.items():
        print(f"{{name:12}} {{error:8.1e}}   {{'ok' if error < 1e-7 else 'WRONG'}}")
    return 0 if all(error < 1e-7 for error in errors.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
'''


def library_check(writer: LibraryWriter) -> list[str]:
    """``slope``, ``self_check`` and ``main``."""
    program = writer.program
    text = SELF_CHECK.format(
        signature=writer.check_signature,
        opening=writer.check_opening,
        sizes=sizes_text(writer),
        facts=facts_text(program.facts, {i.array: writer.key(i.name) for i in reversed(program.inputs)}),
        asarray=writer.asarray,
        value=_value(writer),
        grads="returned, grads" if program.cost else "grads",
        derivative=writer.derivative,
        arguments=", ".join(["params", *(f'now["{writer.names[i.name]}"]' for i in writer.arguments())]),
        scale=scale_text(writer),
        wanted=parts.quoted(map(writer.key, program.gradients)),
        cost=COST if program.cost else "",
    )
    return [SLOPE, text, MAIN.format(errors=writer.check_call)]


def _value(writer: LibraryWriter) -> str:
    """The cost, or the sum of the outputs times what is given for their derivatives."""
    program = writer.program
    if program.cost:
        data = ", ".join(f'now["{writer.names[i.name]}"]' for i in program.of_kind("data"))
        return f"return float(cost(params, {data}))"
    data = ", ".join(f'now["{writer.names[i.name]}"]' for i in writer.forward_data())
    outputs = [f'np.asarray(now["{writer.names[i.name]}"])' for i in program.of_kind("upstream")]
    if len(outputs) == 1:
        return f"return float(np.sum({outputs[0]} * np.asarray(forward(params, {data}))))"
    lines = [
        f"upstream, outputs = ({', '.join(outputs)}), forward(params, {data})",
        "return float(sum(np.sum(one * np.asarray(output)) for one, output in zip(upstream, outputs)))",
    ]
    return "\n        ".join(lines)
