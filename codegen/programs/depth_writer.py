"""The NumPy module of networks of any depth: loops over the layers, forwards and backwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from derive.backward.depth import Induction

from . import parts
from .depth_interface import Interface
from .depth_lines import Line, Region, dictionary, indented
from .depth_workspace import workspace_text
from .functions import function_names
from .identifiers import Names
from .special import SPECIAL
from .training import WORDS, depth_training_text
from .writing import definitions, text

OWN = frozenset(
    "l L n W b Z A Delta dA maxs exps sums maxL expL sumL parameters array arrays axes_of expected fits given".split()
)
"""What the program uses itself; arrays have other names."""
Written = Callable[[Region, Line, int], list[str]]
"""How a line of a region is written at an indentation."""


def depth_source(induction: Induction, command: str = "") -> str:
    """The text of the NumPy module; `command` is said to have made it.

    Raises UnknownNode for a formula NumPy has no form for, InputError for a function without one.
    """
    return DepthWriter(induction).module(command)


class DepthWriter:
    """Writes the functions of networks of any depth."""

    def __init__(self, induction: Induction) -> None:
        self.induction = induction
        functions = {**induction.base.model.functions, **induction.step.model.functions}
        self.names = names = Names({*function_names(functions), *OWN, *WORDS})
        self.base, self.step = Region(induction.base, "L", names), Region(induction.step, "l", names)
        self.layer = Region(induction.layer, "l", names)
        below = next(i for i in self.layer.program.inputs if i.name == "A0")
        self.data = [replace(below, name="X"), *(i for i in self.base.program.of_kind("data") if i.name != "Z1")]
        known = {i.name for i in self.data}
        self.data += [i for i in self.layer.program.of_kind("data") if not i.axes and i.name not in known]
        self.gradients = [*self.layer.program.gradients.values()]
        self._plan()

    def _plan(self) -> None:
        """The lines by what they are for."""
        step, layer = self.step, self.layer
        self.sums = layer.lines(["Z1"])
        self.hidden = step.lines(["A1"])
        self.outputs = self.base.lines(["A1"])
        self.cost = self.base.lines(["C"])
        self.last = self.base.lines(["C", *self._errors(self.base)])
        self.penalties = [layer.increased("C", term) for term in self.induction.penalties]
        made = {line.assignment.name for line in self.hidden}
        self.errors = step.lines(self._errors(step), without=made)
        self.slopes = layer.lines(self.gradients, without=["Z1", "Delta1"])

    def _errors(self, region: Region) -> list[str]:
        return ["Delta1"] if any(x.name == "Delta1" for x in region.program.assignments) else []

    def lines(self) -> list[Line]:
        """Every line there is."""
        return [*self.sums, *self.hidden, *self.outputs, *self.last, *self.penalties, *self.errors, *self.slopes]

    def module(self, command: str) -> str:
        """The whole text."""
        interface = Interface(self)
        pieces = [
            *interface.opening(),
            *self.helpers(),
            interface.init(),
            self.forward(),
            self.cost_function(),
            self.gradient(),
            workspace_text(self),
            parts.STEP.replace("PARAMETERS", "params"),
            *depth_training_text(self),
            *interface.self_check(),
        ]
        body = "\n\n\n".join(piece.strip("\n") for piece in pieces) + "\n"
        heading = f"# made by: {command}\n" if command else ""
        return heading + interface.docstring() + parts.imports(body).rstrip("\n") + "\n\n\n" + body

    def helpers(self) -> list[str]:
        """The functions of one number that the lines call."""
        descriptions: dict[str, str] = {}
        for region in (self.layer, self.step, self.base):
            descriptions.update(region.planner.descriptions)
        return definitions((line.tree for line in self.lines()), descriptions)

    def is_smooth(self) -> bool:
        """Whether every function accepts the complex numbers of a complex step."""
        return not set(SPECIAL.values()) & set(self.helpers())

    def forward(self) -> str:
        """``forward(params, X)``."""
        body = [*self._upwards(plainly), *self._at_last(self.outputs, plainly)]
        return parts.define("forward(params, X)", [*self._opening("The outputs A[L].", body, ["X"]), "return A[L]"])

    def cost_function(self) -> str:
        """``cost(params, *data)``."""
        body = [*self._upwards(plainly), *self._at_last(self.cost, plainly), *self._penalised(plainly)]
        given = [self.names[i.name] for i in self.data]
        head = self._opening("The mean cost of the records.", body, given)
        return parts.define(f"cost(params, {', '.join(given)})", [*head, "return C"])

    def gradient(self) -> str:
        """``gradient(params, *data)``."""
        body = [*self.everything(plainly)]
        given = [self.names[i.name] for i in self.data]
        head = self._opening("The cost and its derivatives by name, means over the records.", body, given)
        return parts.define(f"gradient(params, {', '.join(given)})", [*head, "return C, grads"])

    def everything(self, written: Written) -> list[str]:
        """Forwards, the cost, and backwards."""
        return [
            *self._upwards(written),
            *self._at_last(self.last, written),
            *self._penalised(written),
            *self._downwards(written),
        ]

    def _opening(self, what: str, body: list[str], given: list[str]) -> list[str]:
        """The check of what came in, the lists of the layers, and the body."""
        words = set(re.findall(r"\w+", "\n".join(body)))
        head = [f'"""{what}"""', f"sizes = check(params, {dictionary(given)})", *sizes_used(words)]
        if "dtype" in words:
            head.append("dtype = np.result_type(*params.values())")
        head += self.unpacked(words)
        written = re.findall(r"^ *(\w+)\[[lL](?: [+-] 1)?\] = ", "\n".join(body), flags=re.M)
        lists = sorted({*written} - {"A"}, key=words_order)
        head += [f"{name} = [None] * (L + 1)" for name in lists]
        head += ["A = [X] + [None] * L"]
        if "grads" in words:
            head.append(f"grads = dict.fromkeys({self.wanted_names()})")
        return [*head, *body]

    def unpacked(self, words: set[str]) -> list[str]:
        """Lists of the parameters, and plain numbers for scalar data."""
        stems = [stem for stem in ("W", "b") if stem in words]
        scalars = [self.names[i.name] for i in self.data if not i.axes and self.names[i.name] in words]
        lists = [f'{stem} = [None, *(params[f"{stem}{{l}}"] for l in range(1, L + 1))]' for stem in stems]
        return [f"{name} = float({name})" for name in scalars] + lists

    def wanted_names(self) -> str:
        """The names of the derivatives, as an expression in L."""
        stems = [name[len("dC/d") : -1] for name in self.gradients]
        return f"parameters(L, {parts.quoted(stems)})"

    def _upwards(self, written: Written) -> list[str]:
        """From the input to the last sum."""
        hidden = indented(self._written(self.step, self.hidden, written, 3))
        body = [*self._written(self.layer, self.sums, written, 2), "if l < L:", *hidden]
        return ["for l in range(1, L + 1):", *indented(body)]

    def _at_last(self, lines: Iterable[Line], written: Written) -> list[str]:
        return self._written(self.base, lines, written, 1)

    def _penalised(self, written: Written) -> list[str]:
        if not self.penalties:
            return []
        return ["for l in range(1, L + 1):", *indented(self._written(self.layer, self.penalties, written, 2))]

    def _downwards(self, written: Written) -> list[str]:
        """From the last layer to the first one."""
        errors = indented(self._written(self.step, self.errors, written, 3))
        body = ["if l < L:", *errors, *self._written(self.layer, self.slopes, written, 2)]
        return ["for l in range(L, 0, -1):", *indented(body)]

    def _written(self, region: Region, lines: Iterable[Line], written: Written, depth: int) -> list[str]:
        return [part for line in lines for part in written(region, line, 4 * depth)]


def plainly(region: Region, line: Line, indent: int) -> list[str]:
    """A line as one expression, with its equation."""
    return [parts.commented(f"{line.target} = {text(line.tree)}", line.equation, indent)]


def sizes_used(words: set[str]) -> list[str]:
    """The number of layers, and of what else a body reads the sizes."""
    used = ["L", *(["N"] if "N" in words else [])]
    lines = [f"{', '.join(used)} = {', '.join(f'sizes[{name!r}]' for name in used)}".replace("'", '"')]
    return lines + ['n = [sizes[f"n{l}"] for l in range(L + 1)]'] if "n" in words else lines


def words_order(name: str) -> tuple[int, str]:
    """Where a list of arrays stands among the others: in the order of the passes, others behind."""
    known = ("Z", "maxs", "exps", "sums", "Delta", "dA")
    return (known.index(name) if name in known else len(known), name)
