"""A backward pass of which any part can be replaced by a wrong one: local derivatives at numbers, edge by edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .references import Arrays, Node, Reference

Edge = tuple[str, str]
"""The name of an equation, and of one of the arrays it is computed from."""
MOST_NUMBERS = 400_000
"""What the local derivatives of all records may hold together."""


@dataclass(frozen=True)
class Tape:
    """The records of a forward pass, and on each edge the derivatives, (record, output entry, input entry)."""

    reference: Reference
    records: list[Arrays]
    local: dict[Edge, np.ndarray]

    @staticmethod
    def of(reference: Reference, arrays: Mapping[str, np.ndarray]) -> Tape | None:
        """The tape of a network at some inputs; None where it would be too large."""
        records = [reference.forward(record) for record in reference.records(arrays)]
        edges = [(n, u) for n in reference.nodes for u in n.inputs if u not in reference.model.data]
        numbers = sum(records[0][n.equation.name].size * records[0][u].size for n, u in edges)
        if numbers * len(records) > MOST_NUMBERS:
            return None
        tape = Tape(reference, records, {})
        for node, name in edges:
            tape.local[node.equation.name, name] = tape.at((node.equation.name, name), {})
        return tape

    def node(self, name: str) -> Node:
        """The equation of an array."""
        return next(node for node in self.reference.nodes if node.equation.name == name)

    def at(self, edge: Edge, elsewhere: Mapping[str, list[np.ndarray]]) -> np.ndarray:
        """The derivatives on an edge where some arrays have other values, one for each record."""
        node = self.node(edge[0])
        found = []
        for place, record in enumerate(self.records):
            values = {name: record[name] for name in node.inputs}
            values.update({name: arrays[place] for name, arrays in elsewhere.items()})
            found.append(node.jacobian(values, edge[1]))
        return np.array(found)

    def backward(self, instead: Mapping[Edge, np.ndarray]) -> dict[str, np.ndarray]:
        """The derivatives of the cost by every array for each record, with other local derivatives on some edges."""
        cost = self.reference.model.cost or ""
        passed = {cost: np.ones((len(self.records), 1))}
        for node in reversed(self.reference.nodes):
            name = node.equation.name
            for source in (u for u in node.inputs if (name, u) in self.local and name in passed):
                along = instead.get((name, source), self.local[name, source])
                more = np.einsum("nv,nvu->nu", passed[name], along)
                passed[source] = passed[source] + more if source in passed else more
        return passed

    def gradients(self, instead: Mapping[Edge, np.ndarray]) -> Arrays:
        """The mean over the records of the derivatives by every parameter."""
        passed = self.backward(instead)
        shapes = {name: self.records[0][name].shape for name in self.reference.model.parameters}
        return {name: passed[name].mean(axis=0).reshape(s) for name, s in shapes.items() if name in passed}

    def values(self, name: str) -> list[np.ndarray]:
        """An array in every record."""
        return [record[name] for record in self.records]

    def functions(self) -> list[Edge]:
        """The edges along which a function is applied: one array gives another of its shape, not itself."""
        found = []
        for (name, source), local in self.local.items():
            node, first = self.node(name), self.records[0]
            inner = [u for u in node.inputs if u not in self.reference.model.data]
            if inner == [source] and first[name].shape == first[source].shape and first[name].ndim:
                if not np.array_equal(local, np.broadcast_to(np.eye(local.shape[1]), local.shape)):
                    found.append((name, source))
        return found

    def sums(self) -> list[Edge]:
        """The edges from an array that was computed to an equation with parameters in it, such as the next layer."""
        model, parameters = self.reference.model, set(self.reference.model.parameters)
        return [
            (name, source)
            for name, source in self.local
            if source not in parameters and name != model.cost and parameters & set(self.node(name).inputs)
        ]
