"""A graph in columns: the order within each column, and heights that keep arrows short and apart."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

SWEEPS = 12
ROUNDS = 60
STRAIGHT = 8.0
"""How much more the way through the graph is kept straight than what only begins or ends there."""
Node = Hashable
Room = tuple[float, float]


@dataclass(frozen=True)
class Graph:
    """Nodes in columns; a bend stands in each column that an arrow passes, and `edges` name theirs."""

    names: tuple[str, ...]
    column: Mapping[Node, int]
    columns: tuple[tuple[Node, ...], ...]
    edges: tuple[tuple[str, str, tuple[Node, ...]], ...]


def ordered(column: Mapping[str, int], reads: Mapping[str, Sequence[str]]) -> Graph:
    """The columns in an order in which arrows cross little: each node near the middle of its neighbours."""
    place: dict[Node, int] = {}
    place.update(column)
    edges = []
    for end, sources in reads.items():
        for start in sources:
            bends = tuple((start, end, between) for between in range(column[start] + 1, column[end]))
            place.update({bend: bend[2] for bend in bends})
            edges.append((start, end, bends))
    columns: list[list[Node]] = [[] for _ in range(max(place.values()) + 1)]
    for node, number in place.items():
        columns[number].append(node)
    near = _neighbours(edges)
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        for number in range(len(columns)) if forwards else reversed(range(len(columns))):
            beside = number - 1 if forwards else number + 1
            if 0 <= beside < len(columns):
                columns[number] = _sorted(columns[number], columns[beside], near)
    return Graph(tuple(column), place, tuple(map(tuple, columns)), tuple(edges))


def _neighbours(edges: Sequence[tuple[str, str, tuple[Node, ...]]]) -> dict[Node, list[Node]]:
    near: dict[Node, list[Node]] = {}
    for start, end, bends in edges:
        path = (start, *bends, end)
        for one, other in zip(path, path[1:], strict=False):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    return near


def _sorted(nodes: list[Node], beside: list[Node], near: Mapping[Node, list[Node]]) -> list[Node]:
    """By the mean place of the neighbours in the column beside; without any, where they stand."""
    places = {node: n / max(len(beside) - 1, 1) for n, node in enumerate(beside)}
    own = {node: n / max(len(nodes) - 1, 1) for n, node in enumerate(nodes)}

    def key(node: Node) -> float:
        around = [places[other] for other in near.get(node, ()) if other in places]
        return mean(around) if around else own[node]

    return sorted(nodes, key=key)


def rows_of(graph: Graph, room: Mapping[str, Room], bend: float) -> dict[Node, float]:
    """The height of each node, in the middle of its neighbours where there is room.

    `room` is what a node takes above and below its height, `bend` what a passing arrow takes.
    """
    near = _neighbours(graph.edges)
    taken: dict[Node, Room] = {node: (bend / 2, bend / 2) for nodes in graph.columns for node in nodes}
    taken.update(room)
    rows: dict[Node, float] = {}
    for nodes in graph.columns:
        rows.update(zip(nodes, _apart([0.0] * len(nodes), [taken[node] for node in nodes]), strict=True))
    read = {start for start, _, _ in graph.edges} & {end for _, end, _ in graph.edges}
    for _ in range(ROUNDS):
        for nodes in graph.columns:
            wanted = [_wanted(rows, node, near.get(node, []), read) for node in nodes]
            rows.update(zip(nodes, _apart(wanted, [taken[node] for node in nodes]), strict=True))
    return rows


def _wanted(rows: Mapping[Node, float], node: Node, near: Sequence[Node], read: set[str]) -> float:
    """The mean height of the neighbours, of which those that both read and are read weigh most."""
    weights = [STRAIGHT if node in read and other in read else 1.0 for other in near]
    return sum(w * rows[other] for w, other in zip(weights, near, strict=True)) / sum(weights) if near else rows[node]


def _apart(wanted: Sequence[float], taken: Sequence[Room]) -> list[float]:
    """Heights as wanted, in this order, pushed apart evenly where they are too near."""
    groups: list[tuple[float, list[int]]] = []
    for n, height in enumerate(wanted):
        groups.append((height - taken[n][0], [n]))
        while len(groups) > 1 and groups[-2][0] + _tall(groups[-2][1], taken) > groups[-1][0] + 1e-9:
            (one, first), (other, second) = groups[-2], groups[-1]
            shifted = other - _tall(first, taken)
            groups[-2:] = [((one * len(first) + shifted * len(second)) / (len(first) + len(second)), first + second)]
    rows = []
    for top, members in groups:
        for n in members:
            rows.append(top + taken[n][0])
            top += sum(taken[n])
    return rows


def _tall(members: Sequence[int], taken: Sequence[Room]) -> float:
    return sum(sum(taken[n]) for n in members)
