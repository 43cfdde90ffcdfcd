"""What a generated module says about its arrays: shapes, sizes, the check of both, first parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sympy import Expr, Symbol, fraction, solve, together

from derive.errors import InputError
from derive.terms import is_dimension

from . import parts
from .program import Input, Program

if TYPE_CHECKING:
    from .module_writer import ModuleWriter

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


def docstring(writer: ModuleWriter) -> str:
    """What the module is, in a few lines."""
    program = writer.program
    what = "cost" if program.cost else "outputs"
    lines = [f'"""{program.title or "A network"}: its {what} and their derivatives in {writer.dialect.name}.', ""]
    if program.records is not None:
        rows = ", ".join(writer.names[i.name] for i in program.inputs if i.axes and i.axes[0] == program.records)
        said = "the cost and its derivatives are means" if program.cost else "derivatives by parameters are sums"
        lines.append(f"Records are the rows of {rows}; {said} over them.")
        if program.cost and (own := ", ".join(writer.by_record())):
            lines.append(f"Derivatives by {own} are rows as well: those of each record's own cost.")
        lines.append("The comments give every line for one record, as it was derived.")
    else:
        lines.append("The comments give every line as it was derived.")
    lines += [*(f"It is assumed that {fact}." for fact in program.assumed), *writer.usage()]
    lines.append("Run this file to compare the derivatives with numerical ones.")
    return "\n".join([*lines, '"""', ""])


def axis_name(axis: Expr) -> str:
    """The name of a dimension in the tables of a module."""
    return str(axis)


def fixed_sizes(program: Program) -> dict[str, int]:
    """The dimensions that are known numbers, by name; a literal one by its digits."""
    literal = {axis_name(x): int(x) for i in program.inputs for x in i.axes if x.is_Integer}
    return {**{str(s): n for s, n in program.sizes.items()}, **literal}


def free_sizes(writer: ModuleWriter) -> list[str]:
    """The names of the dimensions whose numbers are only known when arrays are given, but for the records."""
    program = writer.program
    return [s.name for s in writer.dimensions() if s != program.records and s not in program.sizes]


def tables_text(writer: ModuleWriter) -> str:
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


def check_text(writer: ModuleWriter) -> str:
    """The check of shapes and types, with what holds between sizes where they are sums."""
    lines, check = derived_sizes(writer), writer.check
    if not lines:
        return check
    return check.replace("    return sizes\n", "".join(f"    {line}\n" for line in lines) + "    return sizes\n", 1)


def derived_sizes(writer: ModuleWriter) -> list[str]:
    """Statements that find the sizes no axis has alone, and hold sums of sizes to their values.

    Sizes are found from what every function is given, the parameters and the data of the
    outputs, and where these leave them open from the rest. Raises InputError where the
    outputs have no size that the arrays tell.
    """
    program = writer.program
    given = (*program.of_kind("parameter"), *writer.forward_data())
    known = _names(given) | set(program.sizes)
    waiting = _sums(given)
    lines = [line for axis in _solvable(waiting, known) for line in _found(axis, known)]
    if waiting:
        if program.cost is None:
            raise InputError(f"no array tells the sizes in {waiting[0]}, so there is no program for it")
        known |= _names(program.inputs)
        lines += [line for axis in _solvable(waiting, known) for line in _found(axis, known)]
    done = _sums(given)
    return lines + [line for axis in _sums(program.inputs) if axis not in done for line in _held(axis)]


def _names(inputs: Iterable[Input]) -> set[Expr]:
    return {x for i in inputs for x in i.axes if is_dimension(x)}


def _sums(inputs: Iterable[Input]) -> list[Expr]:
    return list(dict.fromkeys(x for i in inputs for x in i.axes if not is_dimension(x) and not x.is_Integer))


def _solvable(waiting: list[Expr], known: set[Expr]) -> Iterator[Expr]:
    """The sums of sizes, each when it has at most one size that is not in `known`, which may grow."""
    while waiting:
        axis = min(waiting, key=lambda x: len(x.free_symbols - known))
        if len(axis.free_symbols - known) > 1:
            return
        waiting.remove(axis)
        yield axis


def _found(axis: Expr, known: set[Expr]) -> list[str]:
    """Statements that find the one size in `axis` that is not known, which it is then; it is held to its value."""
    lines, name = [], axis_name(axis)
    for size in axis.free_symbols - known:
        whole = Symbol("whole")
        above, below = fraction(together(solve(axis - whole, size)[0]))
        value = _by_name(above, {whole: name})
        lines += [
            f"sizes.setdefault('{size}', {value if below == 1 else f'({value}) // {below}'})".replace("'", '"'),
            f'if sizes["{size}"] < 1:',
            f'    raise ValueError("the size {size} is not a positive number: {name} is too small")',
        ]
        known.add(size)
    return lines + _held(axis)


def _held(axis: Expr) -> list[str]:
    """Statements that hold a sum of sizes to its value, where an array has it."""
    name, value = axis_name(axis), _by_name(axis, {})
    return [
        f"if '{name}' in sizes and sizes['{name}'] != {value}:".replace("'", '"'),
        f'    raise ValueError(f"the size {name} is {{sizes[{name!r}]}}, expected {{{value}}}")',
    ]


def _by_name(expression: Expr, special: dict[Symbol, str]) -> str:
    return str(expression.xreplace({s: Symbol(f"sizes[{special.get(s, s.name)!r}]") for s in expression.free_symbols}))


FIXED_WIDTHS = '''def widths(given):
    """All sizes, which are fixed. A ValueError of one line where others are given."""
    for name, size in given.items():
        if SIZES.get(name) != size:
            raise ValueError(f"{name} = {size!r}: the sizes of this network are fixed")
    return dict(SIZES)
'''


def widths_text(writer: ModuleWriter) -> str:
    """``widths(given)``: all sizes, those that are names given by keyword."""
    names = free_sizes(writer)
    if not names:
        return FIXED_WIDTHS
    return f'''def widths(given):
    """All sizes; those that are names are given by keyword. A ValueError of one line otherwise."""
    names = {parts.quoted(names)}
    for name, size in given.items():
        if name not in names and SIZES.get(name) != size:
            raise ValueError(f"{{name}} = {{size!r}}: the sizes to give are {{', '.join(names)}}")
        if not isinstance(size, {writer.dialect.whole}) or size < 1:
            raise ValueError(f"{{name}} = {{size!r}}: a size is a positive whole number")
    for name in names:
        if name not in given:
            raise ValueError(f"the size {{name}} is missing: give {{', '.join(f'{{n}}=...' for n in names)}}")
    return {{**SIZES, **given}}
'''


def init_text(writer: ModuleWriter) -> str:
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
            lines.append(f'    "{i.name}": {writer.dialect.zeros(shape)},')
        else:
            scale = f"math.sqrt({sizes[-1].text})"
            lines.append(f'    "{i.name}": {writer.dialect.drawn(shape, scale)},')
    head = [
        '"""Random parameters: weights scaled by the square root of their last axis, biases zero."""',
        "sizes = widths(sizes)",
        *(f'{writer.names[s.name]} = sizes["{s.name}"]' for s in writer.dimensions() if s in used),
        writer.dialect.drawing,
    ]
    body = (
        [*head, "return {", *lines, "}"] if lines else ['"""There are no parameters."""', "widths(sizes)", "return {}"]
    )
    return parts.define(f"init(seed=0, dtype={writer.dialect.float_type}, **sizes)", body)


def _biases(program: Program) -> set[str]:
    """The parameters that some line adds as they stand."""
    names = {i.name for i in program.of_kind("parameter")}
    return {name for a in program.assignments if a.part == "forward" for name in a.added & names}
