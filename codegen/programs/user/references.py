"""A network given in the plain language, evaluated record by record: inputs for somebody's code, and mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.errors import InputError
from derive.records import Equation, Model

from ..callable import lambdify
from ..checks.slopes import TINY
from ..compile import load
from ..identifiers import Names
from ..self_check import FACTS

Arrays = dict[str, np.ndarray]
RECORDS, SIZE = 6, 4
HOLDS = {
    kind: load(f"import numpy as np\n\n\ndef hold(array):\n    return {text.format('array')}\n", kind).hold
    for kind, text in FACTS.items()
}
"""How random numbers become an array of which a fact holds."""


@dataclass(frozen=True)
class Node:
    """One equation as a function of the arrays it names."""

    equation: Equation
    inputs: tuple[str, ...]
    function: Callable[..., Any]

    def value(self, arrays: Mapping[str, Any]) -> Any:
        return self.function(*(arrays[name] for name in self.inputs))

    def jacobian(self, arrays: Mapping[str, np.ndarray], name: str) -> np.ndarray:
        """The derivatives of all entries by all entries of one input: rows for the equation, columns for the input."""
        array = np.asarray(arrays[name], dtype=float)
        exact, rough = self._columns(arrays, name, array, _complex), self._columns(arrays, name, array, _central)
        if exact is None or np.any(np.abs(exact - rough) > 1e-2 * np.abs(rough) + 1e-7):
            return rough  # a complex step is wrong by far where the function is not analytic
        return exact

    def _columns(self, arrays: Mapping[str, Any], name: str, array: np.ndarray, slope: Callable[..., Any]) -> Any:
        def along(place: int) -> Callable[[complex], Any]:
            step = np.zeros(array.size)
            step[place] = 1.0
            return lambda t: np.asarray(self.value({**arrays, name: array + t * step.reshape(array.shape)}))

        try:
            return np.array([np.ravel(slope(along(place))) for place in range(array.size)]).T
        except (TypeError, ValueError):
            return None


def _complex(line: Callable[[complex], Any]) -> np.ndarray:
    return np.imag(line(1j * TINY)) / TINY


def _central(line: Callable[[complex], Any]) -> np.ndarray:
    wide, narrow = ((line(h) - line(-h)) / (2 * h) for h in (2e-4, 1e-4))
    return narrow + (narrow - wide) / 3


@dataclass(frozen=True)
class Reference:
    """A network with a cost, and its equations as functions."""

    model: Model
    nodes: tuple[Node, ...]

    @staticmethod
    def parse(text: str) -> Reference:
        """From the plain language. Raises InputError, also for a network without a cost."""
        return Reference.of(Model.parse(text))

    @staticmethod
    def of(model: Model) -> Reference:
        """The reference of a model. Raises InputError."""
        if model.cost is None:
            raise InputError("a network with a cost is needed to check a gradient; this one has outputs only")
        names = Names()
        known = {names[name]: name for name in model.axes}
        nodes = []
        for equation in model.equations:
            function: Any = lambdify(equation.right, equation.indices)
            nodes.append(Node(equation, tuple(known[name] for name in function.arguments), function))
        return Reference(model, tuple(nodes))

    def forward(self, arrays: Mapping[str, Any]) -> Arrays:
        """All arrays of one record, computed from the data and the parameters."""
        values: Arrays = {name: np.asarray(array, dtype=float) for name, array in arrays.items()}
        for node in self.nodes:
            values[node.equation.name] = np.asarray(node.value(values))
        return values

    def records(self, arrays: Mapping[str, np.ndarray]) -> list[Arrays]:
        """The given arrays for each record: data of the batch by row, the rest as it is."""
        if not self.model.batch:
            return [dict(arrays)]
        count = len(arrays[self.model.batch[0]])
        return [{n: a[k] if n in self.model.batch else a for n, a in arrays.items()} for k in range(count)]

    def cost(self, arrays: Mapping[str, np.ndarray]) -> float:
        """The mean cost of the records."""
        name = self.model.cost or ""
        return float(np.mean([self.forward(record)[name] for record in self.records(arrays)]))

    def shape(self, name: str, records: int = RECORDS) -> tuple[int, ...]:
        """The shape of an array; sizes that are open are small numbers, records come first."""
        open_sizes = sorted({s for axes in self.model.axes.values() for a in axes for s in a.free_symbols}, key=str)
        chosen = {s: self.model.sizes.get(s, SIZE + place) for place, s in enumerate(open_sizes)}
        shape = tuple(int(axis.subs(chosen)) for axis in self.model.axes[name])
        return (records, *shape) if name in self.model.batch else shape

    def draw(self, seed: int) -> Arrays:
        """Random data and parameters of which the facts that are assumed hold."""
        rng = np.random.default_rng(seed)
        drawn: Arrays = {}
        for name in (*self.model.parameters, *self.model.data):
            shape = self.shape(name)
            array = rng.standard_normal(shape) / np.sqrt(shape[-1] if shape else 1)
            for fact in (f for kind in FACTS for f in self.model.facts if f.kind == kind and f.array == name):
                array = HOLDS[fact.kind](array)
            drawn[name] = np.abs(array) if not shape else array
        if not np.isfinite(self.cost(drawn)):
            drawn = {name: np.abs(array) for name, array in drawn.items()}
        return drawn
