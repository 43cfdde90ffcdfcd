"""``make_gradient`` for any depth: the lists of arrays of all layers, and the lines that write into them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from . import parts
from .depth_lines import Line, Region, dictionary, indented
from .fast.scaling import NOTE
from .trees import Tree, Ufunc, Value
from .workspace import Workspace

if TYPE_CHECKING:
    from .depth_writer import DepthWriter


def workspace_text(writer: DepthWriter) -> str:
    """``make_gradient``: the same lines with every array allocated once."""
    spaces = {id(region): Workspace(writer.names.fresh) for region in (writer.base, writer.step, writer.layer)}
    means = _means(writer)

    def written(region: Region, line: Line, indent: int) -> list[str]:
        space = spaces[id(region)]
        first, *rest = space.assign(means.get(line.target, line.tree), line.target, partial(region.shape, line))
        if means and line in writer.last and line.target == "Delta[L]":
            rest.append(f"np.divide(Delta[L], N, out=Delta[L])  # {NOTE}")
        if region.mark == "l":
            names = "|".join(space.temporaries) or "$^"
            first, *rest = (re.sub(rf"\b({names})\b", r"\1[l]", part) for part in (first, *rest))
        return [parts.commented(first, line.equation, indent + 4), *rest]

    body = writer.everything(written)
    made = [*_allocated(writer), *(t for r in spaces for t in _temporaries(writer, r, spaces[r]))]
    return _maker(writer, body, made)


def _means(writer: DepthWriter) -> dict[str, Tree]:
    """Derivatives without their 1/N, where that can be put into the error of the last layer: then it is in all."""
    errors = [line for line in writer.last if line.target == "Delta[L]"]
    found = {line.target: _without_mean(line.tree) for line in writer.slopes}
    if not errors or None in found.values():
        return {}
    return {target: tree for target, tree in found.items() if tree is not None}


def _without_mean(tree: Tree) -> Tree | None:
    """A mean over the records, perhaps with a penalty added to it, as a sum; None where it is something else."""
    match tree:
        case Ufunc("divide", (of, Value("N"))):
            return of
        case Ufunc("add", (first, second)):
            moved = _without_mean(first)
            return replace(tree, arguments=(moved, second)) if moved is not None else None
    return None


def _allocated(writer: DepthWriter) -> list[str]:
    """The arrays that the lines write into."""
    made: dict[str, str] = {}
    regions = ((writer.layer, writer.sums), (writer.step, [*writer.hidden, *writer.errors]), (writer.base, writer.last))
    for region, lines in regions:
        for line in lines:
            if line.assignment.axes:
                shape = region.shape(line, line.assignment.axes)
                stem = line.target.split("[")[0]
                layered = line.target.endswith("]")
                made.setdefault(stem, listed(stem, shape.replace("[L]", "[l]")) if layered else empty(stem, shape))
    made.setdefault("A", "A = [None] * (L + 1)")
    shapes = {line.target: writer.layer.shape(line, line.assignment.axes) for line in writer.slopes}
    filled = [f"{target} = np.empty({shape}, dtype)" for target, shape in shapes.items()]
    filled = ["for l in range(1, L + 1):", *indented(filled)]
    return [*made.values(), f"grads = dict.fromkeys({writer.wanted_names()})", *filled]


def _temporaries(writer: DepthWriter, region: int, space: Workspace) -> list[str]:
    if region == id(writer.base):
        return [empty(name, shape) for name, shape in space.temporaries.items()]
    last = "L" if region == id(writer.step) else "L + 1"
    return [listed(name, shape, last) for name, shape in space.temporaries.items()]


def _maker(writer: DepthWriter, body: list[str], made: list[str]) -> str:
    given = [writer.names[i.name] for i in writer.data]
    words = set(re.findall(r"\w+", "\n".join(body)))
    inner = [*_checked(writer), *writer.unpacked(words), "A[0] = X", *body, "return C, grads"]
    arrays = ", ".join(f'"{writer.names[i.name]}"' for i in writer.data if i.axes)
    lines = [
        '"""`gradient` with every array allocated once: what it returns is overwritten by its next call."""',
        "if not isinstance(batch, (int, np.integer)) or batch < 1:",
        '    raise ValueError(f"batch = {batch!r}: the number of records is a positive whole number")',
        "N, n = batch, checked_widths(widths)",
        "L = len(n) - 1",
        'sizes = {"N": N, "L": L, **{f"n{l}": size for l, size in enumerate(n)}}',
        *made,
        f"axes_of, arrays = shapes(L), (*parameters(L), {arrays})",
        "expected = [(np.dtype(dtype), tuple(sizes[axis] for axis in axes_of[name])) for name in arrays]",
        "",
        *parts.define(f"gradient(params, {', '.join(given)})", inner).rstrip("\n").split("\n"),
        "",
        "gradient.bind = lambda *given: functools.partial(gradient, *given)",
        "return gradient",
    ]
    return parts.define("make_gradient(batch, dtype=np.float64, widths=())", lines)


def _checked(writer: DepthWriter) -> list[str]:
    """The check of what came in: one comparison, and what is wrong where it fails."""
    given = [writer.names[i.name] for i in writer.data]
    numbers = "".join(f"type({writer.names[i.name]}) is float and " for i in writer.data if not i.axes)
    arrays = ", ".join(writer.names[i.name] for i in writer.data if i.axes)
    return [
        "try:",
        f"    given = [*(params[name] for name in parameters(L)), {arrays}]",
        f"    fits = {numbers}len(params) == len(parameters(L))",
        "    fits = fits and [(array.dtype, array.shape) for array in given] == expected",
        "except (AttributeError, IndexError, KeyError, TypeError):",
        "    fits = False",
        "if not fits:",
        f"    check(params, {dictionary(given)}, sizes, dtype)",
    ]


def empty(name: str, shape: str) -> str:
    return f"{name} = np.empty({shape}, dtype)".replace("[l]", "[L]")


def listed(name: str, shape: str, end: str = "L + 1") -> str:
    """An array of this shape in every layer before `end`."""
    return f"{name} = [None, *(np.empty({shape}, dtype) for l in range(1, {end}))]"
