"""A program as a module that stands alone and reads like its derivation, whatever its array library."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sympy import Symbol

from derive.terms import dimensions_in

from . import parts
from .dialects import NUMPY, Dialect
from .functions import function_names
from .identifiers import Names
from .interface import CHECK, check_text, docstring, init_text, tables_text, widths_text
from .planning import Planner
from .program import Assignment, Input, Program
from .trees import Value, View
from .writing import definitions, text


class ModuleWriter:
    """Writes the functions of one program; `names` gives every array its identifier, none of them in `words`."""

    dialect: Dialect = NUMPY
    step = parts.STEP
    check = CHECK
    words: frozenset[str] = frozenset()

    def __init__(self, program: Program) -> None:
        self.program = program
        self.names = Names({*function_names(program.functions), *self.dialect.words, *self.words})
        for size in self.dimensions():
            self.names[size.name]
        for name in [*(i.name for i in program.inputs), *(a.name for a in program.assignments)]:
            self.names[name]
        self._parameters = {i.name for i in program.of_kind("parameter")}
        self.planner = self.planned_by()
        self.trees = {a.name: self.planner.plan(a) for a in program.assignments}
        self.derivative = "gradient" if program.cost else "backward"

    def usage(self) -> list[str]:
        """Lines that say how the module is used with its library."""
        return []

    def planned_by(self) -> Planner:
        """What turns assignments into trees."""
        return Planner(self.names.__getitem__, self.program.functions, self.program.slopes)

    def dimensions(self) -> list[Symbol]:
        """The names of widths, the number of records first."""
        axes = [axis for i in self.program.inputs for axis in i.axes]
        axes += [axis for a in self.program.assignments for axis in a.ranges.values()]
        found = sorted(dimensions_in(axes), key=lambda s: s.name)
        return sorted(found, key=lambda s: s != self.program.records)

    def module(self, command: str) -> str:
        """The whole text."""
        heading = f"# made by: {command}\n" if command else ""
        pieces = [
            check_text(self),
            widths_text(self),
            *self.helpers(),
            init_text(self),
            *self.functions(),
            self.step,
            *self.training(),
            *self.self_check(),
        ]
        body = "\n\n\n".join(piece.strip("\n") for piece in pieces) + "\n"
        return heading + docstring(self) + self.imports(body) + tables_text(self) + "\n\n\n" + body

    def imports(self, body: str) -> str:
        """The imports that `body` needs."""
        return parts.imports(body)

    def functions(self) -> list[str]:
        """The functions that compute something of the network."""
        return [self.forward(), *([self.cost()] if self.program.cost else []), self.gradient()]

    def training(self) -> list[str]:
        """The functions that train; nothing where the library has optimisers of its own."""
        return []

    def self_check(self) -> list[str]:
        """The functions that compare the derivatives with numerical ones."""
        raise NotImplementedError

    def helpers(self) -> list[str]:
        """The functions of one number that the lines call."""
        return definitions(self.trees.values(), self.planner.descriptions, self.dialect)

    def forward(self) -> str:
        """``forward(params, *data)``: the arrays the cost reads, or the outputs."""
        lines = self.program.needed(self.program.outputs)
        result = ", ".join(self._fresh_copy(name) for name in self.program.outputs)
        what = f"The outputs {self.spelled(self.program.outputs)}."
        return self.function("forward", self.forward_data(), lines, result, what)

    def forward_data(self) -> list[Input]:
        """The data that the outputs are computed from."""
        lines = self.program.needed(self.program.outputs)
        read = frozenset().union(*(a.uses for a in lines), self.program.outputs)
        return [i for i in self.program.of_kind("data") if i.name in read]

    def cost(self) -> str:
        """``cost(params, *data)``."""
        assert self.program.cost
        lines = self.program.needed([self.program.cost])
        what = "The mean cost of the records." if self.program.records else "The cost."
        return self.function("cost", self.program.of_kind("data"), lines, self.names[self.program.cost], what)

    def gradient(self) -> str:
        """``gradient(params, *data)``, or ``backward`` with the derivatives by the outputs."""
        lines = self.program.needed([*self._cost(), *self.program.gradients.values()])
        result = ", ".join([self.names[c] for c in self._cost()] + [self._dictionary()])
        return self.function(self.derivative, self.arguments(), lines, result, self.said())

    def arguments(self) -> tuple[Input, ...]:
        """Everything the derivatives are computed from besides the parameters."""
        return (*self.program.of_kind("data"), *self.program.of_kind("upstream"))

    def _cost(self) -> list[str]:
        return [self.program.cost] if self.program.cost else []

    def said(self) -> str:
        if self.program.cost:
            own = f"; by {', '.join(self.by_record())} those of each record's own cost" if self.by_record() else ""
            mean = ", means over the records" if self.program.records else ""
            return f"The cost and its derivatives by name{mean}{own}."
        given = ", ".join(self.names[i.name] for i in self.program.of_kind("upstream"))
        said = f"The derivatives by name from the derivatives {given} by the outputs"
        return f"{said}; for parameters, sums over the records." if self.program.records else f"{said}."

    def spelled(self, names: Iterable[str]) -> str:
        """The identifiers of some arrays."""
        return ", ".join(self.names[name] for name in names)

    def by_record(self) -> list[str]:
        """The derivatives that have an entry for every record, by name."""
        inputs = {i.name: i for i in self.program.inputs}
        found = [name for name in self.program.gradients if self.program.records in inputs[name].axes[:1]]
        return [self.key(name) for name in found] if self.program.records is not None else []

    def key(self, name: str) -> str:
        """The name of an array among the parameters or derivatives."""
        return name if name in self._parameters else self.names[name]

    def _dictionary(self, fresh: bool = True) -> str:
        entries = (
            f'"{self.key(key)}": {self._fresh_copy(name) if fresh else self.names[name]}'
            for key, name in self.program.gradients.items()
        )
        return "{" + ", ".join(entries) + "}"

    def _fresh_copy(self, name: str) -> str:
        """The array, copied where its name only stands for another array's memory."""
        tree = self.trees.get(name)
        if any(a.name == name and not a.axes for a in self.program.assignments):
            return self.zero_dimensional(name)
        shared = tree is None or isinstance(tree, (Value, View))
        return self.dialect.copied(self.names[name]) if shared else self.names[name]

    def zero_dimensional(self, name: str) -> str:
        """A number as an array without axes."""
        return f"np.array({self.names[name]}, dtype)"

    def function(self, name: str, data: Iterable[Input], lines: Iterable[Assignment], result: str, what: str) -> str:
        """A function that computes `lines` one after the other, each with its equation."""
        data, lines = list(data), list(lines)
        body = [parts.commented(f"{self.names[a.name]} = {self.text(a)}", a.equation) for a in lines]
        head = [f'"""{what}"""', *self.opening(data, lines, "\n".join([*body, result]))]
        signature = ", ".join(["params", *(self.names[i.name] for i in data)])
        return parts.define(f"{name}({signature})", [*head, *body, *parts.returned(result)])

    def text(self, assignment: Assignment) -> str:
        """The right side of an assignment."""
        return text(self.trees[assignment.name], dialect=self.dialect)

    def opening(self, data: list[Input], lines: Iterable[Assignment], body: str) -> list[str]:
        """The check of what came in, and local names for it."""
        words, unpacked = set(re.findall(r"\w+", body)), self.unpacked(data, lines)
        sizes = [s for s in self.dimensions() if self.names[s.name] in words]
        call = parts.check_call(self.given(data))
        result = [f"sizes = {call}" if sizes else call]
        result += [f'{self.names[s.name]} = sizes["{s.name}"]' for s in sizes]
        return [*result, *self.library(data, "\n".join([*unpacked, body])), *unpacked]

    def library(self, data: list[Input], body: str) -> list[str]:
        """What `body` needs to know of the arrays that came in."""
        if not re.search(r"\bdtype\b", body):
            return []
        given = "*params.values()" if self._parameters else ", ".join(self.names[i.name] for i in data)
        return [f"dtype = np.result_type({given})"]

    def given(self, data: Iterable[Input]) -> str:
        """The data by name, as a dictionary."""
        return "{" + ", ".join(f'"{self.names[i.name]}": {self.names[i.name]}' for i in data) + "}"

    def unpacked(self, data: Iterable[Input], lines: Iterable[Assignment]) -> list[str]:
        """Local names for the parameters that `lines` read, and plain numbers for scalar data."""
        uses = frozenset().union(*(a.uses for a in lines))
        scalars = [self.names[i.name] for i in data if not i.axes and i.name in uses - set(self.program.gradients)]
        read = [i for i in self.program.of_kind("parameter") if i.name in uses]
        return [f"{name} = {self.dialect.scalar(name)}" for name in scalars] + parts.unpacked(
            [self.names[i.name] for i in read], [i.name for i in read], len(self.program.of_kind("parameter"))
        )

    def shape(self, assignment: Assignment, axes: Iterable[Symbol]) -> str:
        """The shape of an array with these axes in this assignment, as text."""
        ranges = self.planner.ranges[assignment.name]
        return parts.shape_text(self.planner.size(ranges[axis]).text for axis in axes)

    def is_smooth(self) -> bool:
        """Whether every function accepts the complex numbers of a complex step."""
        return not set(self.dialect.special.values()) & set(self.helpers())
