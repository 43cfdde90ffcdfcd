"""The text of a whole model: what is declared, the equations of its chain, its cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .chain import Chain
from .costs import PENALTIES, Cost
from .layers import Shape
from .rewriting import lifted, renamed, words

OUTER = ("q", "m", "l", "s", "r")
"""Letters for what a penalty sums over besides the rows and columns of a matrix."""


def chain_letters(layer: int, depth: int) -> dict[str, str]:
    """The letters of a row of the table of layers, k out and j in, as they are in this layer."""
    return {"k": "k", "j": "j"} if layer == depth else {"k": "j", "j": "i"}


def network_text(chain: Chain, cost: Cost, rates: Mapping[str, str], facts: bool = True) -> str:
    """The text of a network from its input x to its cost."""
    labels = "y" in words(cost.formula)
    data = {"x": chain.inputs, **({"y": chain.dims} if labels else {}), **chain.data}
    numbers = [*chain.numbers, *cost.constants, *(rate for rate in rates.values() if rate.isidentifier())]
    outer = chain.outer(1, cost.formula)
    formula = renamed(lifted(cost.formula, ["a", "y"], outer), {"a": chain.array})
    for letter in reversed(outer):
        formula = f"1/size({letter})*sum({letter}, {formula})"
    assumed = [lifted(fact, ["y"], outer) for fact in cost.assume if facts or "y" not in words(fact)]
    cost_line = " + ".join([f"C = {formula}", *_penalties(chain, rates)])
    facts_lines = [f"assume {fact}" for fact in (*assumed, *chain.facts)]
    return "\n".join([*declared(chain, data, numbers), cost_line, *facts_lines])


def layer_text(chain: Chain, states: Iterable[str]) -> str:
    """The text of a chain of one layer with the output h, and its other `states` as further outputs."""
    outputs = ", ".join(dict.fromkeys(["h", *states]))
    lines = declared(chain, {"a": chain.inputs, **chain.data}, chain.numbers)
    return "\n".join([*lines, f"output {outputs}", *(f"assume {fact}" for fact in chain.facts)])


def declared(chain: Chain, data: Mapping[str, Shape], numbers: list[str]) -> list[str]:
    """The declarations and equations of a chain; `data` are the arrays that are given."""
    shown = [*(_shape(name, shape) for name, shape in data.items()), *dict.fromkeys(numbers)]
    lines = [f"data {', '.join(shown)}", *([] if chain.records else [f"batch {', '.join(data)}"])]
    for arrays in filter(None, chain.learnt):
        lines.append(f"param {', '.join(_shape(name, shape) for name, shape in arrays.items())}")
    lines += [f"size {', '.join(f'{name} = {size}' for name, size in chain.sizes.items())}"] if chain.sizes else []
    lines += [f"{name}(z) = {expression}" for name, expression in chain.functions.items()]
    return [*lines, *chain.equations]


def _shape(name: str, shape: Shape) -> str:
    """An array with its sizes, where all of them have names."""
    return f"{name}[{','.join(shape)}]" if shape and "-" not in shape else name


def _penalties(chain: Chain, rates: Mapping[str, str]) -> list[str]:
    """A penalty for everything learnt that has two indices or more."""
    found = []
    for key, rate in rates.items():
        for layer, arrays in enumerate(chain.learnt, 1):
            letters = chain_letters(layer, len(chain.learnt))
            for name, shape in arrays.items():
                if len(shape) > 1:
                    found.append(_penalty(key, len(shape), {**letters, "lambda": rate, "W": name}))
    return found


def _penalty(key: str, rank: int, names: Mapping[str, str]) -> str:
    outer = OUTER[: rank - 2]
    formula = renamed(lifted(PENALTIES[key], ["W"], outer), names)
    for letter in reversed(outer):
        formula = f"sum({letter}, {formula})"
    return formula
