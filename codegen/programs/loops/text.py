"""The text of the compiled functions and of ``make_gradient``, which calls them."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from .. import parts
from ..fast.binding import SAID, check_line, defined, inputs, signature
from ..fast.checking import check_lines, expected_lines
from .functions import FUNCTIONS, needed, tables
from .kernels import Kernel, called_with

if TYPE_CHECKING:
    from .writer import NumbaWriter

COMPILED = """compiled = numba.njit(error_model="numpy", fastmath={"contract", "reassoc"})
elementary = numba.njit(error_model="numpy", fastmath={"contract"}, forceinline=True)
"""
POINTER = '''@numba.extending.intrinsic
def pointer(typing, address):
    """An address as what stands there."""
    kind = numba.types.voidptr
    return kind(address), lambda context, builder, sign, given: builder.inttoptr(given[0], context.get_value_type(kind))
'''
OPENING = """number = np.dtype(dtype).type
if number not in (np.float32, np.float64):
    raise ValueError(f"dtype = {np.dtype(dtype)}: the loops are compiled for float32 and float64")
"""
MADE = {"zero": "0", "one": "1", "two": "2", "half": "0.5"}


def factory_text(writer: NumbaWriter) -> str:
    """``loops_for``: the compiled functions for numbers of one type, and the tables before it."""
    own = writer.of_one_number()
    kernels = [_kernel_text(kernel) for kernel in writer.splitter.kernels]
    used = needed(writer.constants.used)
    functions = [FUNCTIONS[name][1] for name in used]
    if is_bound(writer):
        kernels.append(_bound_text(writer))
    text = "\n".join([*functions, *own, *kernels])
    constants = {name: written for written, name in writer.constants.names.items()} | MADE
    named = [name for name in constants if re.search(rf"\b{name}\b", text)]
    lines = [OPENING + "whole = np.int32 if number is np.float32 else np.int64\n" * bool(re.search(r"\bwhole\b", text))]
    lines[0] += "".join(f"{name} = number({constants[name]})\n" for name in named)
    names = [kernel.name for kernel in writer.splitter.kernels] + ["loops_at"] * is_bound(writer)
    body = [*lines, *functions, *own, *kernels, f"return {', '.join(names)}{',' * (len(names) == 1)}"]
    inside = textwrap.indent("\n".join(part.strip("\n") + "\n" for part in body).replace("\n\n\n", "\n\n"), "    ")
    head = (
        "@functools.cache\ndef loops_for(dtype):\n"
        '    """The loops for numbers of one type, compiled when they are first called.\n\n'
        '    The comments give the line that a loop begins with.\n    """\n'
    )
    return "\n\n".join([*tables(used), *([POINTER] if is_bound(writer) else []), head + inside])


def _kernel_text(kernel: Kernel) -> str:
    return "@compiled\n" + parts.define(called_with(kernel.name, kernel.given, 8), kernel.body)


def is_bound(writer: NumbaWriter) -> bool:
    """Whether one function computes everything from arrays whose sizes are known, but for the number of records."""
    kernels = writer.splitter.kernels
    return (
        writer.is_tiny
        and len(kernels) == 1
        and all(name in writer.made or name in writer.held for name in kernels[0].given)
        and writer.numbers() == [writer.names[c] for c in writer._cost()]
    )


def _bound_text(writer: NumbaWriter) -> str:
    """The same loops, called with addresses."""
    (kernel,) = writer.splitter.kernels
    records = str(writer.names[writer.program.records.name]) if writer.program.records is not None else None
    known = {writer.names[s.name]: str(n) for s, n in writer.program.sizes.items()}
    lines = ['"""The same on arrays at these addresses, which are told in less time; last the number of records."""']
    lines += [f"{records} = places[-1]"] if records else []
    for place, name in enumerate(kernel.given):
        sizes = (writer.made | writer.held)[name]
        shape = parts.shape_text(known.get(size, size) for size in sizes)
        lines.append(f"{name} = numba.carray(pointer(places[{place}]), {shape}, number)")
    lines.append(f"return {called_with(kernel.name, kernel.given, 12)}")
    return "@compiled\n" + parts.define("loops_at(places)", lines)


def workspace_text(writer: NumbaWriter) -> str:
    """``make_gradient``: every array allocated once, and the calls of products and loops."""
    return Workspace(writer).text()


class Workspace:
    """Writes ``make_gradient`` of one module."""

    def __init__(self, writer: NumbaWriter) -> None:
        self.writer = writer
        self.data = writer.arguments()
        self.inputs = inputs(writer)
        self.fits, self.expected, self.places = map(writer._free, ("fits", "expected", "places"))
        self.compute, self.bind, self.call = map(writer._free, ("compute", "bind", "call"))

    def text(self) -> str:
        writer = self.writer
        kernels = [kernel.name for kernel in writer.splitter.kernels] + ["loops_at"] * is_bound(writer)
        made = self._made() + parts.entries("grads = ", writer._dictionary(fresh=False))
        made += [f"{parts.shape_text(kernels)[1:-1]} = loops_for(np.dtype(dtype))"] if kernels else []
        made += expected_lines(writer, self.expected)
        inner = [*made, "", *self._compute(), "", *self._gradient(), "", *self._bind()]
        words = set(re.findall(r"\w+", "\n".join(inner)))
        sizes = [(writer.names[s.name], s.name) for s in writer.dimensions() if writer.names[s.name] in words]
        records = writer.program.records
        if records is not None:
            check = [
                "if not isinstance(batch, (int, np.integer)) or batch < 1:",
                '    raise ValueError(f"batch = {batch!r}: the number of records is a positive whole number")',
                f'sizes = {{**widths(sizes), "{records}": batch}}',
            ]
        else:
            check = ["sizes = widths(sizes)"]
        name = writer.derivative
        said = [
            f'"""`{name}` with every array allocated once: what it returns is overwritten by its next call.',
            *(line.format(name=name) for line in SAID),
            '"""',
        ]
        lines = [*said, *check, *(f'{own} = sizes["{size}"]' for own, size in sizes), *inner, ""]
        lines += [f"{name}.bind = {self.bind}", f"return {name}"]
        batch = "batch, " if records is not None else ""
        return parts.define(f"make_{name}({batch}dtype=np.float64, **sizes)", lines)

    def _made(self) -> list[str]:
        """The statements that allocate everything."""
        writer = self.writer
        used = {word for kernel in writer.splitter.kernels for word in kernel.given}
        used |= {word for line in writer.calls for word in re.findall(r"\w+", line)}
        sharing: dict[str, list[str]] = {}
        for name in writer.made:
            place = writer.memory.get(name, name)
            if name in used or place in used:
                sharing.setdefault(place, []).append(name)
        lines = []
        for place, names in sharing.items():
            mine = [n for n in dict.fromkeys([place, *names]) if n in used]
            if mine:
                lines.append(f"{' = '.join(mine)} = np.empty({parts.shape_text(writer.made[place])}, dtype)")
        return lines + [f"{writer.names[n]} = np.empty((), dtype)" for n in self._plain()]

    def _plain(self) -> list[str]:
        """The derivatives without axes."""
        return [n for n in self.writer.program.gradients.values() if self.writer.names[n] in self.writer.numbers()]

    def _compute(self) -> list[str]:
        writer = self.writer
        body = [f"{name} = float({name})" for name in self.inputs if name in writer.scalars]
        renamed = {writer.names[n]: writer._free(f"{writer.names[n]}_value") for n in self._plain()}
        for line in writer.calls:
            call, note, equation = line.partition("# ")
            body.append(re.sub(r"\w+", lambda w: renamed.get(w.group(), w.group()), call) + note + equation)
        body += [f"{name}[...] = {value}" for name, value in renamed.items()]
        result = ", ".join([*(writer.names[c] for c in writer._cost()), "grads"])
        head = called_with(self.compute, self.inputs, 12)
        return parts.define(head, [*body, f"return {result}"]).rstrip("\n").split("\n")

    def _gradient(self) -> list[str]:
        writer = self.writer
        lines = check_lines(writer, self.fits, self.expected)
        call = f"return {called_with(self.compute, self.inputs, 16)}"
        return defined([f"def {writer.derivative}({signature(writer)}):"], [*lines, call])

    def _bind(self) -> list[str]:
        writer = self.writer
        given = [f'params["{i.name}"]' for i in writer.program.of_kind("parameter")]
        given += [writer.names[i.name] for i in self.data]
        check = check_line(writer)
        partial = called_with("functools.partial", [self.compute, *given], 16)
        lines = [check, f"return {partial}"]
        if is_bound(writer):
            (kernel,) = writer.splitter.kernels
            keys = {writer.names[i.name]: f'params["{i.name}"]' for i in writer.program.of_kind("parameter")}
            arrays = [keys.get(name, name) for name in kernel.given]
            records = [writer.names[writer.program.records.name]] if writer.program.records is not None else []
            result = ", ".join(["loops_at(places)", "grads"]) if writer._cost() else "grads"
            lines = [
                check,
                *called_with("arrays = ", arrays, 12).split("\n"),
                "if numba.config.DISABLE_JIT or not all(array.flags.c_contiguous for array in arrays):",
                *(f"    {row}" for row in f"return {partial}".split("\n")),
                f"places = np.array([{', '.join(['*(array.ctypes.data for array in arrays)', *records])}])",
                "",
                f"def {self.call}():",
                *(["    loops_at(places)"] if not writer._cost() else []),
                f"    return {result}",
                "",
                f"{self.call}.arrays = arrays  # they stay where they are as long as the function does",
                f"return {self.call}",
            ]
        return defined([f"def {self.bind}({signature(writer)}):"], lines)
