"""A program as straight-line code in plain Python floats, for one record of a tiny network."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation
from derive.errors import InputError

from . import parts
from .building import build_program, of_one_record
from .dialects import Dialect
from .fast.text import spread
from .identifiers import Names
from .interface import docstring
from .library_check import MAIN, SLOPE
from .loops.entries import LoopPlanner
from .loops.unrolled import LONGEST
from .module_writer import ModuleWriter
from .program import Assignment, Input, Program
from .python_entries import WrittenOut, at_every_place, entry_names, lengths_of, terms_in
from .python_gradient import gradient_text
from .python_module import CHECK, HELPERS, ROWS, SELF_CHECK, STEP, facts_text
from .python_sharing import Given, computed_once, given
from .python_text import MATH, bound, in_brackets, nested, statement_lines


def python_source(derivation: Derivation | Induction | Extension, command: str = "") -> str:
    """The text of the module of a derivation in plain Python, for one record given as lists of numbers.

    Raises InputError for a network that is not tiny, and for a formula that is written for arrays only.
    """
    if isinstance(derivation, Induction):
        raise InputError("--target python: a network of any depth is written for numpy only; give its widths")
    if isinstance(derivation, Extension):
        raise InputError("--target python: second order is written for numpy only")
    if derivation.model.cost is None:
        raise InputError("--target python: a network without a cost is written for --target numpy only")
    return PythonWriter(build_program(of_one_record(derivation))).module(command)


class Plain(Dialect):
    """Python and its `math`."""

    name = "plain Python"
    words = frozenset({*MATH, "random", "filled", "each", "numbers", "by_rows", "make_gradient"})


class PythonWriter(ModuleWriter):
    """Writes the functions of one program for one record; every entry of an array has a name."""

    dialect = Plain()

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._require_tiny()
        entries = [(array, place) for array in self.shapes() for place in self.places(array)]
        entries += [(array, place[:-1]) for array, place in entries if len(place) > 1]
        self.between = "_"
        while {self.entry(*e) for e in entries} & self.names.taken:
            self.between += "_"

    def planned_by(self) -> LoopPlanner:
        numbers = {symbol.name: str(size) for symbol, size in self.program.sizes.items()}
        return LoopPlanner(lambda n: numbers.get(n, self.names[n]), self.program.functions, self.program.slopes)

    def _require_tiny(self) -> None:
        """Raise InputError where an array's size is open, or the text would be long."""
        open_sizes = [s.name for s in self.dimensions() if s not in self.program.sizes]
        if open_sizes:
            said = f"give numbers for the widths {', '.join(open_sizes)}, or use --target numpy"
            raise InputError(f"--target python: every entry is written out; {said}")
        needed = self.program.needed([*self._cost(), *self.program.gradients.values()])
        count = sum(terms_in(self.trees[a.name], self._lengths(a)) for a in needed)
        if count > LONGEST:
            said = f"{count} terms are more than {LONGEST}; use --target numpy or numba"
            raise InputError(f"--target python: every entry is written out, and {said}")

    def _lengths(self, assignment: Assignment) -> dict:
        return lengths_of({**assignment.ranges, **self.planner.ranges[assignment.name]}, self.program.sizes)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The lengths of every array with axes, by identifier."""
        sizes = self.program.sizes
        found = {self.names[i.name]: tuple(lengths_of(dict(enumerate(i.axes)), sizes).values())
                 for i in self.program.inputs}  # fmt: skip
        found |= {self.names[a.name]: tuple(self._lengths(a)[x] for x in a.axes) for a in self.program.assignments}
        return {name: shape for name, shape in found.items() if shape}

    def places(self, array: str) -> list[tuple[int, ...]]:
        places: list[tuple[int, ...]] = [()]
        for length in self.shapes().get(array, ()):
            places = [(*place, n) for place in places for n in range(length)]
        return places

    def entry(self, array: str, place: tuple[int, ...]) -> str:
        """The name of an entry."""
        return self.between.join([array, *map(str, place)])

    def nested(self, array: str, brackets: str = "[]") -> str:
        """All entries of an array as nested lists, or as what they are unpacked into."""
        return nested(self.rows(array, brackets), brackets) if array in self.shapes() else array

    def rows(self, array: str, brackets: str, spared: int = 0) -> list[str]:
        """What stands between the outermost brackets of the entries of an array, or of its rows without last axes."""

        def row(place: tuple[int, ...], lengths: Sequence[int]) -> str:
            inner = [row((*place, n), lengths[1:]) for n in range(lengths[0])] if lengths else []
            return nested(inner, brackets) if lengths else self.entry(array, place)

        shape = self.shapes()[array]
        first, *others = shape[: len(shape) - spared]
        return [row((n,), others) for n in range(first)]

    def usage(self) -> list[str]:
        return [
            "It is for one record: arrays are nested lists of floats, as long as SHAPES says; tuples are taken too.",
            "`gradient` gives new lists; what `make_gradient()` returns fills the same ones each time, and is faster.",
            "Where NumPy gives inf or nan, Python raises OverflowError, ValueError or ZeroDivisionError.",
        ]

    def module(self, command: str) -> str:
        heading = f"# made by: {command}\n" if command else ""
        pieces = [CHECK, HELPERS, self.init(), *self.functions(), STEP, *self.self_check()]
        body = "\n\n\n".join(piece.strip("\n") for piece in pieces) + "\n"
        names = [f'"{i.name}"' for i in self.program.of_kind("parameter")]
        tables = spread("PARAMETERS = (", names, "," * (len(names) == 1) + ")", 0)
        shapes = self.shapes()
        tables.append(
            parts.table("SHAPES", [(self.key(i.name), str(shapes.get(self.names[i.name], ()))) for i in self.inputs()])
        )
        imports = "\nimport math\nimport random\nimport sys\n\n"
        return heading + docstring(self) + imports + "\n".join(tables) + "\n\n\n" + body

    def inputs(self) -> tuple[Input, ...]:
        """What comes in, parameters first."""
        return (*self.program.of_kind("parameter"), *self.arguments())

    def init(self) -> str:
        """``init(seed)``: weights scaled by what they sum over, biases zero."""
        biases = frozenset().union(*(a.added for a in self.program.assignments if a.part == "forward"))
        lines = [
            f'    "{i.name}": filled(SHAPES["{i.name}"], float),'
            if i.name in biases or not i.axes
            else f'    "{i.name}": filled(SHAPES["{i.name}"], lambda: gauss(0.0, 1 / math.sqrt({shape[-1]}))),'
            for i, shape in ((i, self.shapes().get(self.names[i.name], ())) for i in self.program.of_kind("parameter"))
        ]
        said = '"""Random parameters: weights scaled by the square root of their last axis, biases zero."""'
        return parts.define("init(seed=0)", [said, "gauss = random.Random(seed).gauss", "return {", *lines, "}"])

    def function(self, name: str, data: Iterable[Input], lines: Iterable[Assignment], result: str, what: str) -> str:
        data = list(data)
        body = self._statements(lines, 4)
        unpacked = self.unpacked_entries(data, "\n".join([*body, result]), 4)
        checked = parts.check_call(self.given(data))
        return parts.define(
            f"{name}({', '.join(['params', *(self.names[i.name] for i in data)])})",
            [f'"""{what}"""', checked, *bound(body), *unpacked, *body, *in_brackets("return ", result, 4)],
        )

    def forward(self) -> str:
        lines = self.program.needed(self.program.outputs)
        result = ", ".join(self.nested(self.names[name]) for name in self.program.outputs)
        what = f"The outputs {self.spelled(self.program.outputs)}."
        return self.function("forward", self.forward_data(), lines, result, what)

    def gradient(self) -> str:
        return gradient_text(self)

    def _statements(self, lines: Iterable[Assignment], indent: int) -> list[str]:
        """The entries of arrays, one after the other, the first of each array with its equation."""
        return self.rows_of(self.computed(lines), indent)

    def rows_of(self, statements: Iterable[Given], indent: int) -> list[str]:
        return [row for s in statements for row in statement_lines(s.name, ast.unparse(s.value), s.note, indent)]

    def computed(self, lines: Iterable[Assignment]) -> list[Given]:
        """The statements that compute them, nothing twice."""
        found: list[Given] = []
        for a in lines:
            lengths = self._lengths(a)
            written = at_every_place(WrittenOut(lengths).text(self.trees[a.name]), a.axes, lengths)
            for number, (place, text) in enumerate(written.items()):
                name = self.entry(self.names[a.name], place)
                found.append(given(name, entry_names(text, self.entry), "" if number else a.equation))
        temporary = Names({*self.names.taken, *(s.name for s in found)})
        return computed_once(found, lambda: temporary.fresh("t"))

    def unpacked_entries(self, data: Iterable[Input], body: str, indent: int) -> list[str]:
        """Names for the entries of what comes in, where `body` reads it."""
        words = set(re.findall(r"\w+", body))
        found = []
        for i in (*self.program.of_kind("parameter"), *data):
            name = self.names[i.name]
            value = f'params["{i.name}"]' if i.kind == "parameter" else name
            if not {self.entry(name, place) for place in self.places(name)} & words:
                continue
            if name not in self.shapes():
                found += [f"{name} = {value}"] if value != name else []
                continue
            found += self.given_names(self.rows(name, "()"), value, indent)
        return found

    def given_names(self, targets: Sequence[str], value: str, indent: int) -> list[str]:
        """The statement that gives names to the items of a list, over several lines where it is long."""
        line = f"{', '.join(targets)}{',' * (len(targets) == 1)} = {value}"
        return [line] if indent + len(line) <= parts.LONGEST else spread("(", targets, f") = {value}", indent)

    def self_check(self) -> list[str]:
        program = self.program
        facts = facts_text(program.facts, {i.array: self.key(i.name) for i in reversed(program.inputs)})
        wanted = parts.quoted(map(self.key, program.gradients))
        text = SELF_CHECK.format(facts=facts, wanted=wanted)
        return [SLOPE, *([ROWS] if facts else []), text, MAIN.format(errors="errors = self_check()")]
