"""The equations of a chain of layers, one layer after the other, as one would write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..errors import InputError
from .choices import Activation
from .elements import Element, Width, sizes_of
from .layers import UNITS, Shape, defined, ends_in, shapes, states
from .rewriting import lifted, renamed, words
from .unrolling import unrolled

RECORDS = "p"
POSITIONS = ("t", "u", "v", "r", "s", "l", "m", "q")


@dataclass
class Chain:
    """What there is so far: arrays with their sizes, the `sizes` that are known, `numbers` with a name.

    `array` is the last output and `dims` are its sizes, names or numbers, "-" for one that follows
    from others. With `records` its first index counts the records. `taken` are names that users chose.
    `learnt` has the arrays of each layer, `widths` what was written as its width.
    """

    array: str
    dims: Shape
    sizes: dict[str, int]
    records: bool = False
    taken: frozenset[str] = frozenset()
    data: dict[str, Shape] = field(default_factory=dict)
    learnt: list[dict[str, Shape]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    functions: dict[str, str] = field(default_factory=dict)
    equations: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    inputs: Shape = ()
    widths: Shape = ()

    def add(self, layer: Element, mark: str, letters: Mapping[str, str], output: str) -> None:
        """One more layer: `mark` is its number behind the names of its arrays, `output` its output."""
        layer = self._stepped(layer)
        row, taken = layer.row, layer.row.takes.split(",")
        dims = dict(zip(taken, self.dims[-len(taken) :], strict=True)) | self._sizes(layer, mark)
        front, outer = self.dims[: -len(taken)], self.outer(len(taken), row.equations)
        own = _names(layer, mark, output)
        names = {**own, "a": self.array, **({} if "i" in words(row.equations) else letters)}
        if "f" in words(row.equations) and layer.activation:
            names["f"] = layer.activation.name
        moving = [name for name in own if name not in shapes(row.learnt)]
        self.equations += renamed(lifted(row.equations, [*moving, "a"], outer), names).split("\n")
        if own[ends_in(row)] != output:
            self.equations.append(_activated(self.equations[-1], layer.activation, output))
        self._declare(layer, own, dims, front)
        self.widths += (dims[UNITS],) if UNITS in dims else ()
        self.array, self.dims = output, (*front, *_shape(row.gives.split(","), dims))

    def outer(self, rank: int, used: str) -> tuple[str, ...]:
        """The letters of the indices before the last `rank` ones, none of them in the text `used`."""
        front = self.dims[: len(self.dims) - rank]
        lead = (RECORDS,) if self.records and front else ()
        free = [letter for letter in POSITIONS if letter not in words(used)]
        return (*lead, *free[: len(front) - len(lead)])

    def _stepped(self, layer: Element) -> Element:
        """The layer as it is, or unrolled. InputError where what it takes has fewer indices than it needs."""
        taken, given = layer.row.takes.split(","), self.dims[self.records :]
        if "records" in taken and len(self.dims) != len(taken) or len(taken) > len(given) + ("records" in taken):
            wanted = f"an array of {' and '.join(name for name in taken if name != 'records')}"
            raise InputError(f"{layer.text}: {layer.row.name} takes {wanted}, not one of {len(given)} indices")
        if not states(layer.row) or len(given) == len(taken):
            return layer
        if not given[-2].isdigit():
            raise InputError(f"{layer.text}: {layer.row.name} runs over a known number of steps; begin with 7*4")
        return replace(layer, row=unrolled(layer.row, int(given[-2])))

    def _sizes(self, layer: Element, mark: str) -> dict[str, str]:
        """The names in this chain of the sizes that the layer chooses."""
        names = {}
        for name in sizes_of(layer.row):
            size = layer.sizes.get(name)
            names[name] = size if isinstance(size, str) else self.named(name, mark)
            if isinstance(size, int):
                self.sizes[names[name]] = size
        return names

    def named(self, size: str, mark: str) -> str:
        """The name of a size that has none of its own: n1 for the width of layer 1."""
        return self.free(f"n{mark}" if size == UNITS and mark else f"{size}{mark}")

    def free(self, name: str) -> str:
        """This name, or one like it that no user chose."""
        while name in self.taken:
            name += "_"
        return name

    def _declare(self, layer: Element, own: Mapping[str, str], dims: Mapping[str, str], front: Shape) -> None:
        """Note what is learnt and given in the layer."""
        learnt = shapes(layer.row.learnt)
        self.learnt.append({own[name]: _shape(shape, dims) for name, shape in learnt.items()})
        for name, shape in shapes(layer.row.data).items():
            if shape:
                self.data[own[name]] = (*front, *_shape(shape, dims))
            elif name not in self.numbers:
                self.numbers.append(name)
        self.facts += [fact for fact in layer.row.assume if fact not in self.facts]
        if layer.activation and layer.activation.expression is not None:
            self.functions[layer.activation.name] = layer.activation.expression


def chain_from(
    array: str, widths: Sequence[Width], name: str = "n0", records: bool = False, taken: Iterable[str] = ()
) -> Chain:
    """The beginning of a chain: its input, whose last size is called `name` where it is a number."""
    chain = Chain(array, (), {}, records, frozenset(taken))
    *front, last = map(str, widths)
    name = last if isinstance(widths[-1], str) else chain.free(name)
    if isinstance(widths[-1], int):
        chain.sizes[name] = widths[-1]
    dims = (*front, name)
    chain.dims = chain.inputs = (*((chain.free("N"),) if records else ()), *dims)
    chain.widths = dims[-1:]
    return chain


def _names(layer: Element, mark: str, output: str) -> dict[str, str]:
    """What the arrays of a row are called in the chain."""
    row, last = layer.row, ends_in(layer.row)
    given = [name for name, shape in shapes(row.data).items() if shape]
    own = {name: _marked(name, mark) for name in (*defined(row), *given, *shapes(row.learnt))}
    follows = "f" not in words(row.equations) and (layer.activation or last == "z" and mark)
    own[last] = _marked(next(name for name in ("z", "r", "s") if name == last or name not in own), mark)
    return own if follows else {**own, last: output}


def _shape(sizes: Iterable[str], dims: Mapping[str, str]) -> Shape:
    """The sizes of an array by their names in the chain; a number stays one."""
    return tuple(size if size.isdigit() else dims.get(size, "-") for size in sizes)


def _marked(name: str, mark: str) -> str:
    """``W2``, ``h2_1`` for step 1, ``h0_2`` for what layer 2 is given."""
    stem, line, step = name.rpartition("_")
    if line and step.isdigit():
        return f"{stem}{mark}_{step}"
    return f"{name}_{mark}" if mark and name[-1].isdigit() else f"{name}{mark}"


def _activated(line: str, activation: Activation | None, output: str) -> str:
    """The equation that applies the activation to what the line before defines."""
    entry = line.partition(" = ")[0]
    array, bracket, indices = entry.partition("[")
    left = f"{output}{bracket}{indices}"
    if activation is None or activation.is_identity:
        return f"{left} = {entry}"
    if activation.is_vector:
        return f"{left} = {activation.name}({array}){bracket}{indices}"
    return f"{left} = {activation.name}({entry})"
