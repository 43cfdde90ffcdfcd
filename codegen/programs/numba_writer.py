"""A program as a NumPy module whose derivatives are computed by loops that Numba compiles."""

from __future__ import annotations

import re
import textwrap

from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation

from . import parts
from .dialects import Dialect
from .fast.checking import check_lines, expected_lines
from .identifiers import Names
from .library_writer import program_for
from .module_writer import ModuleWriter
from .numba_entries import LoopPlanner, Scalar
from .numba_loops import printed, texts_in
from .numba_lowering import Lowering
from .numba_unrolled import unrolled
from .program import Program
from .self_check import self_check_text
from .trees import Apply, Tree
from .writing import children

COMPILED = 'compiled = numba.njit(error_model="numpy", fastmath={"contract", "reassoc"})\n'
AT = "{}_at"
"""What a function of one number is called in loops."""


def numba_source(derivation: Derivation | Induction | Extension, command: str = "") -> str:
    """The text of the module of a derivation for Numba, with the interface of the NumPy module.

    Raises UnknownNode for a formula without a form in arrays, InputError for a network of any depth.
    """
    return NumbaWriter(program_for("numba", derivation)).module(command)


class Numba(Dialect):
    """NumPy's forms, with a few names more."""

    name = "NumPy and Numba"
    words = frozenset({"numba", "compiled", "loops", "values"})


class NumbaWriter(ModuleWriter):
    """Writes the functions of a NumPy module, the derivatives as loops."""

    dialect = Numba()

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.lines = program.needed([*self._cost(), *program.gradients.values()])
        self.entry_planner = LoopPlanner(self.names.__getitem__, program.functions, program.slopes)
        self.entrywise = {a.name: self.entry_planner.plan(a) for a in self.lines}
        self.letters: dict[str, str] = {}
        self.lowering = self.lowered(dots=False)
        outputs = [self.names[name] for name in program.gradients.values()]
        records = self.names[program.records.name] if program.records is not None else None
        straight = unrolled(self.lowering.first, self.lowering.statements, outputs, records, self.names.taken)
        if straight is None:
            self.lowering = self.lowered(dots=True)
            straight = [*self.lowering.first, *self.lowering.statements]
        self.body = printed(straight, self.letter)
        self.used = {word for s in straight for text in texts_in(s) for word in re.findall(r"\w+", text)}

    def lowered(self, dots: bool) -> Lowering:
        """The program as loops, products of matrices as calls or as loops as well."""
        planner = self.entry_planner
        lowering = Lowering(planner, self.called, Names(self.names.taken).fresh, self.program.sizes, dots)
        for a in self.lines:
            lowering.assign(self.names[a.name], self.entrywise[a.name], a.axes, planner.ranges[a.name], a.equation)
        return lowering

    def usage(self) -> list[str]:
        return ["The first call compiles the loops; later calls are fast."]

    def called(self, name: str) -> str:
        """What a function of one number is called in loops."""
        return "math.erf" if name == "erf" else AT.format(name)

    def functions(self) -> list[str]:
        found = super().functions()
        return [*found[:-1], *self.of_one_number(), self.loops(), found[-1], self.workspace()]

    def self_check(self) -> list[str]:
        return self_check_text(self)

    def imports(self, body: str) -> str:
        return parts.imports(body).replace("import numpy as np\n", f"import numba\nimport numpy as np\n\n{COMPILED}")

    def of_one_number(self) -> list[str]:
        """The functions that the loops call; those they call come first."""
        found: dict[str, Tree] = {}
        for tree in self.entrywise.values():
            _functions_in(tree, found)
        return [
            f'@compiled\ndef {AT.format(name)}(z):\n    """{self.entry_planner.descriptions[name]}"""\n'
            f"    return {Scalar(self.called).text(body)}\n"
            for name, body in found.items()
        ]

    def loops(self) -> str:
        """The compiled function, into arrays made beforehand; it gives back the numbers."""
        said = '"""The derivatives, into arrays made beforehand; the comments give the line that a loop begins with."""'
        returned = [f"return {', '.join(self._numbers())}"] if self._numbers() else []
        return "@compiled\n" + parts.define(called_with("loops", self._given(), 4), [said, *self.body, *returned])

    def letter(self, letter: str) -> str:
        """The name of a letter in loops, which nothing else has."""
        if letter not in self.letters:
            self.letters[letter] = self.names[f"letter {letter}"].replace("letter_", "", 1)
            taken = {self.names[x.name] for x in self.program.inputs} | set(self.lowering.temporaries)
            taken |= {self.names[x.name] for x in self.lines}
            taken |= {self.names[s.name] for s in self.dimensions()} | self.dialect.words
            while self.letters[letter] in taken:
                self.letters[letter] += "_"
        return self.letters[letter]

    def _numbers(self) -> list[str]:
        """The names of the numbers that are computed: the cost, and derivatives without axes."""
        plain = [a.name for a in self.lines if not a.axes]
        return [self.names[n] for n in dict.fromkeys([*self._cost(), *self.program.gradients.values()]) if n in plain]

    def _arrays(self) -> dict[str, str]:
        """Every array that is written, with its shape."""
        made = {self.names[a.name]: self._shape_of(a.name, a.axes) for a in self.lines if a.axes}
        made |= {name: parts.shape_text(sizes) for name, sizes in self.lowering.temporaries.items()}
        return {name: shape for name, shape in made.items() if name in self.used}

    def _unused(self, wanted: str) -> str:
        """A name that nothing else has, as wanted where that is free."""
        return self.names.fresh(wanted) if wanted in self.names.taken else self.names[wanted]

    def _shape_of(self, name: str, axes: tuple) -> str:
        ranges = self.entry_planner.ranges[name]
        return parts.shape_text(self.entry_planner.size(ranges[x]).text for x in axes)

    def _given(self) -> list[str]:
        """What the loops are given: what comes in, the arrays they write, the sizes."""
        names = [self.names[i.name] for i in (*self.program.of_kind("parameter"), *self.arguments())]
        names += [*self._arrays(), *(self.names[s.name] for s in self.dimensions())]
        return [name for name in names if name in self.used]

    def gradient(self) -> str:
        """``gradient``: arrays made for one call."""
        data = self.arguments()
        signature = ", ".join(["params", *(self.names[i.name] for i in data)])
        free = [s.name for s in self.dimensions() if s != self.program.records and s not in self.program.sizes]
        given = [f'sizes["{self.program.records}"]'] if self.program.records is not None else []
        given += ["dtype"] + ([f"**{{name: sizes[name] for name in {parts.quoted(free)}}}"] if free else [])
        lines = [
            f'"""{self._said()}"""',
            f"sizes = {parts.check_call(self.given(data))}"
            if given != ["dtype"]
            else parts.check_call(self.given(data)),
            f"dtype = np.result_type({'*params.values()' if self._parameters else self.names[data[0].name]})",
            f"return make_{self.derivative}({', '.join(given)})({signature})",
        ]
        return parts.define(f"{self.derivative}({signature})", lines)

    def workspace(self) -> str:
        """``make_gradient``: every array allocated once, and the call of the loops."""
        data = self.arguments()
        used = [i for i in (*self.program.of_kind("parameter"), *data) if self.names[i.name] in self.used]
        made = [f"{name} = np.empty({shape}, dtype)" for name, shape in self._arrays().items()]
        zero = [n for n in self.program.gradients.values() if self.names[n] in self._numbers()]
        made += [f"{self.names[n]} = np.empty((), dtype)" for n in zero]
        made += parts.entries("grads = ", self._dictionary(fresh=False))
        fits, expected = map(self._unused, ("fits", "expected"))
        made += expected_lines(self, expected)
        body = check_lines(self, fits, expected)
        for i in used:
            name = self.names[i.name]
            if i.kind == "parameter" and not i.axes:
                body.append(f"{name} = float({name})")
            elif i.axes and self.lowering.dots:
                body.append(f"{name} = np.ascontiguousarray({name})")
        plain = {self.names[n]: self.names[f"value {n}"] for n in zero}
        numbers = [plain.get(n, n) for n in self._numbers()]
        body.append(f"{', '.join(numbers)} = " * bool(numbers) + called_with("loops", self._given(), 12))
        body += [f"{name}[...] = {value}" for name, value in plain.items()]
        words = set(re.findall(r"\w+", "\n".join([*made, *body])))
        sizes = [(self.names[s.name], s.name) for s in self.dimensions() if self.names[s.name] in words]
        return parts.make_workspace(
            self.derivative,
            ["params", *(self.names[i.name] for i in data)],
            str(self.program.records) if self.program.records is not None else None,
            sizes,
            made,
            body,
            ", ".join([*(self.names[c] for c in self._cost()), "grads"]),
        )


def called_with(name: str, arguments: list[str], indent: int) -> str:
    """A call, or the head of a definition, over several lines where it is long."""
    text = ", ".join(arguments)
    if len(name) + len(text) <= parts.WIDTH - indent:
        return f"{name}({text})"
    rows = textwrap.wrap(f"{text},", parts.WIDTH - indent, break_long_words=False)
    return "\n".join([f"{name}(", *(f"    {row}" for row in rows), ")"])


def _functions_in(tree: Tree, found: dict[str, Tree]) -> None:
    """Collect the functions with a formula that a tree calls."""
    for child in children(tree):
        _functions_in(child, found)
    if isinstance(tree, Apply) and tree.body is not None:
        _functions_in(tree.body, found)
        found[tree.name] = tree.body
