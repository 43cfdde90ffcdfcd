"""What a generated module says about its arrays: shapes, sizes, the check of both, first parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Symbol, solve

from derive.terms import is_dimension

from . import parts
from .program import Program

if TYPE_CHECKING:
    from .numpy_writer import Writer

CHECK = '''def check(params, data, sizes=SIZES, dtype=None):
    """The sizes by name; a ValueError of one line for an array of the wrong shape or type."""
    sizes = dict(sizes)
    if not isinstance(params, dict) or any(name not in params for name in PARAMETERS):
        raise ValueError(f"params is a dictionary of {', '.join(PARAMETERS)}")
    for name, array in {**{name: params[name] for name in PARAMETERS}, **data}.items():
        axes = SHAPES[name]
        if not axes and isinstance(array, (int, float, complex)):
            continue
        if not isinstance(array, (np.ndarray, np.generic)):
            raise ValueError(f"{name} is {type(array).__name__}, expected {_expected(axes, sizes)}")
        if array.dtype.kind not in "fc" or dtype is not None and array.dtype != dtype:
            raise ValueError(f"{name} has dtype {array.dtype}, expected {_expected(axes, sizes, dtype)}")
        if array.ndim != len(axes) or 0 in array.shape:
            raise ValueError(f"{name} has shape {array.shape}, expected {_expected(axes, sizes)}")
        for axis, size in zip(axes, array.shape):
            if sizes.get(axis, size) != size:
                raise ValueError(f"{name} has shape {array.shape}, expected {_expected(axes, sizes)}")
            sizes[axis] = size
    return sizes


def _expected(axes, sizes, dtype=None):
    """How a wanted array is described."""
    said = ", ".join(f"{axis} = {sizes[axis]}" if axis in sizes and axis != str(sizes[axis]) else axis for axis in axes)
    return f"an array of {np.dtype(dtype).name if dtype else 'floats'} of shape ({said})"
'''


def docstring(writer: Writer) -> str:
    """What the module is, in a few lines."""
    program = writer.program
    what = "cost" if program.cost else "outputs"
    lines = [f'"""{program.title or "A network"}: its {what} and their derivatives in NumPy.', ""]
    if program.records is not None:
        rows = ", ".join(writer.names[i.name] for i in program.inputs if i.axes and i.axes[0] == program.records)
        lines.append(f"Records are the rows of {rows}; the cost and its derivatives are means over them.")
        lines.append("The comments give every line for one record, as it was derived.")
    else:
        lines.append("The comments give every line as it was derived.")
    lines.append("Run this file to compare the derivatives with numerical ones.")
    return "\n".join([*lines, '"""', ""])


def axis_name(axis: Expr) -> str:
    """The name of a dimension in the tables of a module."""
    return str(axis)


def fixed_sizes(program: Program) -> dict[str, int]:
    """The dimensions that are known numbers, by name; a literal one by its digits."""
    literal = {axis_name(x): int(x) for i in program.inputs for x in i.axes if x.is_Integer}
    return {**{str(s): n for s, n in program.sizes.items()}, **literal}


def free_sizes(writer: Writer) -> list[str]:
    """The names of the dimensions whose numbers are only known when arrays are given, but for the records."""
    program = writer.program
    return [s.name for s in writer.dimensions() if s != program.records and s not in program.sizes]


def tables_text(writer: Writer) -> str:
    """SIZES, PARAMETERS and SHAPES."""
    program = writer.program
    parameters = program.of_kind("parameter")
    shapes = [(writer.key(i.name), parts.quoted(map(axis_name, i.axes))) for i in program.inputs]
    return "\n".join((
        parts.table("SIZES", [(name, str(n)) for name, n in fixed_sizes(program).items()]),
        f"PARAMETERS = {parts.quoted(i.name for i in parameters)}" if len(parameters) < 10 else
        "PARAMETERS = (\n" + "\n".join(f'    "{i.name}",' for i in parameters) + "\n)",
        parts.table("SHAPES", shapes),
    ))  # fmt: skip


def check_text(writer: Writer) -> str:
    """The check of shapes and types, with what holds between sizes where they are sums."""
    lines = derived_sizes(writer.program)
    if not lines:
        return CHECK
    return CHECK.replace("    return sizes\n", "".join(f"    {line}\n" for line in lines) + "    return sizes\n", 1)


def derived_sizes(program: Program) -> list[str]:
    """Statements that find the sizes no axis has alone, and hold sums of sizes to their values."""
    axes = dict.fromkeys(x for i in program.inputs for x in i.axes)
    known = {x for x in axes if is_dimension(x)} | set(program.sizes)
    lines = []
    for axis in axes:
        if is_dimension(axis) or axis.is_Integer:
            continue
        unknown = sorted(axis.free_symbols - known, key=str)
        name = axis_name(axis)
        if len(unknown) == 1:
            whole = Symbol("whole")
            (found,) = solve(axis - whole, unknown[0])
            lines.append(f'sizes["{unknown[0]}"] = {_by_name(found, {whole: name})}')
            known.add(unknown[0])
        else:
            value = _by_name(axis, {})
            lines.append(f'if sizes.setdefault("{name}", {value}) != {value}:')
            lines.append(f'    raise ValueError(f"the size {name} is {{sizes[{name!r}]}}, expected {{{value}}}")')
    return lines


def _by_name(expression: Expr, special: dict[Symbol, str]) -> str:
    return str(expression.xreplace({s: Symbol(f"sizes[{special.get(s, s.name)!r}]") for s in expression.free_symbols}))


def widths_text(writer: Writer) -> str:
    """``widths(given)``: all sizes, those that are names given by keyword."""
    names = free_sizes(writer)
    return f'''def widths(given):
    """All sizes; those that are names are given by keyword. A ValueError of one line otherwise."""
    names = {parts.quoted(names)}
    for name, size in given.items():
        if name not in names and SIZES.get(name) != size:
            raise ValueError(f"{{name}} = {{size!r}}: the sizes to give are {{', '.join(names) or 'none'}}")
        if not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"{{name}} = {{size!r}}: a size is a positive whole number")
    for name in names:
        if name not in given:
            raise ValueError(f"the size {{name}} is missing: give {{', '.join(f'{{n}}=...' for n in names)}}")
    return {{**SIZES, **given}}
'''


def init_text(writer: Writer) -> str:
    """``init(seed, dtype, **sizes)``: weights scaled by what they sum over, biases zero."""
    program = writer.program
    biases = _biases(program)
    lines = []
    used = set()
    for i in program.of_kind("parameter"):
        sizes = [writer.planner.size(axis) for axis in i.axes]
        used |= {s for axis in i.axes for s in axis.free_symbols}
        shape = parts.shape_text(s.text for s in sizes)
        if i.name in biases or not sizes:
            lines.append(f'    "{i.name}": np.zeros({shape}, dtype),')
        else:
            scale = f"math.sqrt({sizes[-1].text})"
            lines.append(f'    "{i.name}": (rng.standard_normal({shape}) / {scale}).astype(dtype),')
    head = [
        '"""Random parameters: weights scaled by the square root of their last axis, biases zero."""',
        "sizes = widths(sizes)",
        *(f'{writer.names[s.name]} = sizes["{s.name}"]' for s in writer.dimensions() if s in used),
        "rng = np.random.default_rng(seed)",
    ]
    return parts.define("init(seed=0, dtype=np.float64, **sizes)", [*head, "return {", *lines, "}"])


def _biases(program: Program) -> set[str]:
    """The parameters that some line adds as they stand."""
    names = {i.name for i in program.of_kind("parameter")}
    return {name for a in program.assignments if a.part == "forward" for name in a.added & names}
