"""A program as a NumPy module whose derivatives are computed by loops that Numba compiles."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation

from .. import parts
from ..dialects import Dialect
from ..identifiers import Names
from ..library_writer import program_for
from ..module_writer import ModuleWriter
from ..program import Program
from ..self_check import self_check_text
from ..training import WORDS as WORDS_OF_TRAINING
from ..training import training_text, usage_text
from ..trees import Apply, Tree
from ..writing import children
from .entries import LoopPlanner, Scalar
from .functions import FUNCTIONS
from .fusing import Statement, printed
from .holding import held
from .kernels import Splitter, is_product
from .lowering import Lowering
from .mean import mean_at_the_start
from .memory import entries_as_numbers, in_memory, shared_memory, with_starts
from .slopes import slopes_early, steps_from_outputs
from .text import COMPILED, factory_text, workspace_text
from .typed import AT, WORDS, Constants, Typed
from .unrolled import unrolled


def numba_source(derivation: Derivation | Induction | Extension, command: str = "") -> str:
    """The text of the module of a derivation for Numba, with the interface of the NumPy module.

    Raises UnknownNode for a formula without a form in arrays, InputError for a network of any depth.
    """
    return NumbaWriter(program_for("numba", derivation)).module(command)


class Numba(Dialect):
    """NumPy's forms, with a few names more."""

    name = "NumPy and Numba"
    words = frozenset(
        {"numba", "functools", "compiled", "elementary", "number", "loops_for", "loops_at", "pointer", "whole"}
        | {*WORDS.values(), *map(AT.format, FUNCTIONS)}
    )


class NumbaWriter(ModuleWriter):
    """Writes the functions of a NumPy module, the derivatives as loops between products of matrices."""

    dialect = Numba()
    words = WORDS_OF_TRAINING

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.results = [*self._cost(), *program.gradients.values()]
        self.lines = slopes_early(steps_from_outputs(mean_at_the_start(program))).needed(self.results)
        self.entry_planner = LoopPlanner(self.names.__getitem__, program.functions, program.slopes)
        self.entrywise = {a.name: self.entry_planner.plan(a) for a in self.lines}
        self.constants = Constants(self.names.fresh)
        self.letters: dict[str, str] = {}
        self._held_names: dict[str, str] = {}
        self.held = {self.names[i.name]: self._sizes_of(i.axes) for i in program.inputs if i.axes}
        self.scalars = {self.names[i.name] for i in program.inputs if not i.axes}
        outputs = {self.names[name] for name in program.gradients.values()}
        self.lowering = self.lowered(dots=False)
        records = self.names[program.records.name] if program.records is not None else None
        taken = self.names.taken
        straight = unrolled(self.lowering.first, self.lowering.statements, sorted(outputs), records, taken)
        self.is_tiny = straight is not None
        if straight is None:
            self.lowering = self.lowered(dots=True)
            straight = with_starts(self.lowering.first, self.lowering.statements)
            straight = entries_as_numbers(straight, [n for n in self.made if n not in outputs], self._free)
        self.memory = {} if self.is_tiny else shared_memory(straight, self.made, outputs)
        straight = [s if is_product(s) else in_memory(s, self.memory) for s in straight]
        if not self.is_tiny:
            straight = held(straight, self._held_name)
        widths = [self.names[s.name] for s in self.dimensions()]
        self.splitter = Splitter({**self.made, **self.held}, widths, self._written, lambda n: self._free(f"loops{n}"))
        self.calls = self.splitter.split(straight, self.scalars, self.numbers())

    def lowered(self, dots: bool) -> Lowering:
        """The program as loops, products of matrices as calls or as loops as well."""
        planner = self.entry_planner
        lowering = Lowering(planner, self._scalar, Names(self.names.taken).fresh, self.program.sizes, dots)
        for a in self.lines:
            lowering.assign(self.names[a.name], self.entrywise[a.name], a.axes, planner.ranges[a.name], a.equation)
        return lowering

    def _scalar(self, typed: bool) -> Scalar:
        return Typed(self.called, self.constants) if typed else Scalar(self.called)

    def _written(self, statements: list[Statement]) -> list[str]:
        return [row[4:] for row in printed(statements, self.letter, 8)]

    def _free(self, wanted: str) -> str:
        """A name that nothing else has, as wanted where that is free."""
        return self.names.fresh(wanted) if wanted in self.names.taken else self.names[wanted]

    def _held_name(self, array: str) -> str:
        """What an entry of an array is called while it is held."""
        if array not in self._held_names:
            lower = array.lower()
            self._held_names[array] = self._free(lower if lower != array else f"{array}_")
        return self._held_names[array]

    def _sizes_of(self, axes: Iterable) -> tuple[str, ...]:
        return tuple(self.entry_planner.size(x).text for x in axes)

    @cached_property
    def made(self) -> dict[str, tuple[str, ...]]:
        """Every array that may be written, with its shape."""
        ranges = self.entry_planner.ranges
        made = {self.names[a.name]: self._sizes_of(ranges[a.name][x] for x in a.axes) for a in self.lines if a.axes}
        return made | self.lowering.temporaries

    def usage(self) -> list[str]:
        return ["The first call compiles the loops; later calls are fast.", *usage_text(self)]

    def training(self) -> list[str]:
        return training_text(self, threaded=False)

    def called(self, name: str) -> str:
        """What a function of one number is called in loops."""
        return f"math.{name}" if name in ("erf", "erfc") else AT.format(name)

    def functions(self) -> list[str]:
        found = super().functions()
        return [*found[:-1], factory_text(self), found[-1], workspace_text(self)]

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
            f'@elementary\ndef {AT.format(name)}(z):\n    """{self.entry_planner.descriptions[name]}"""\n'
            f"    return {self._scalar(True).text(body)}\n"
            for name, body in found.items()
        ]

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

    def numbers(self) -> list[str]:
        """The names of the numbers that are computed: the cost, and derivatives without axes."""
        plain = [a.name for a in self.lines if not a.axes]
        return [self.names[n] for n in dict.fromkeys(self.results) if n in plain]

    def gradient(self) -> str:
        """``gradient``: arrays made for one call."""
        data = self.arguments()
        signature = ", ".join(["params", *(self.names[i.name] for i in data)])
        free = [s.name for s in self.dimensions() if s != self.program.records and s not in self.program.sizes]
        given = [f'sizes["{self.program.records}"]'] if self.program.records is not None else []
        given += ["dtype"] + ([f"**{{name: sizes[name] for name in {parts.quoted(free)}}}"] if free else [])
        check = parts.check_call(self.given(data))
        lines = [
            f'"""{self.said()}"""',
            f"sizes = {check}" if given != ["dtype"] else check,
            f"dtype = np.result_type({'*params.values()' if self._parameters else self.names[data[0].name]})",
            f"return make_{self.derivative}({', '.join(given)})({signature})",
        ]
        return parts.define(f"{self.derivative}({signature})", lines)


def _functions_in(tree: Tree, found: dict[str, Tree]) -> None:
    """Collect the functions with a formula that a tree calls."""
    for child in children(tree):
        _functions_in(child, found)
    if isinstance(tree, Apply) and tree.body is not None:
        _functions_in(tree.body, found)
        found[tree.name] = tree.body
