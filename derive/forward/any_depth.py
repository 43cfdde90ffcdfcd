"""A network of any number of layers, as three models: its last layer, a hidden layer, the sum into a layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..errors import InputError
from ..records import Model
from .choices import Activation, check_output, choose_activations, choose_cost, choose_rate
from .costs import PENALTIES, Cost, cost_for
from .layers import LAYERS
from .model import parse_model
from .network import check_names
from .reading import shortened
from .rewriting import renamed, words

ELLIPSES = ("...", "…")
WRITTEN = re.compile(r"n0(-n1(-n2)?)?-(\.\.\.|…)-nL")
NAME = "n0-...-nL"


@dataclass(frozen=True)
class AnyDepth:
    """The models of a network z1, a1, ..., zL, aL; 1 stands for the layer l, 0 and 2 for its neighbours.

    `output`: z1 -> a1 -> C, in the last layer. `hidden`: z1 -> a1 -> z2, the derivatives by z2
    given. `affine`: a0, W1, b1 -> z1, with a cost that is linear in z1, its slopes u given, and
    the penalties of the layer. `cost` is the cost of the whole network as one would write it.
    """

    output: Model
    hidden: Model
    affine: Model
    title: str
    cost: str


def is_any_depth(text: str) -> bool:
    """Whether `text` is ``n0-...-nL``. InputError where it has dots in another place."""
    parts = [part.strip() for part in text.split("-")]
    if not any(part in ELLIPSES for part in parts):
        return False
    if not WRITTEN.fullmatch("-".join(parts)):
        raise InputError(f"{shortened(text)}: a network of any depth is written {NAME}")
    return True


def any_depth(
    hidden: str = "sigmoid",
    output: str | None = None,
    cost: str | None = None,
    l2: float | str | None = None,
    l1: float | str | None = None,
    bias: bool = True,
    facts: bool = True,
) -> AnyDepth:
    """The network of any depth with these choices, which are those of `MLP`. Raises InputError.

    A generic activation f is a function of its own in every layer.
    """
    if not isinstance(hidden, str):
        raise InputError(f"hidden: a network of any depth has one activation for all hidden layers, not {len(hidden)}")
    inner, last = _in_layers(choose_activations([hidden, output or "softmax"]))
    row = choose_cost(cost) if cost is not None else cost_for(last.name)
    check_output(row, last)
    rates = {key: choose_rate(rate, key) for key, rate in (("l2", l2), ("l1", l1)) if rate is not None}
    check_names([*rates.values(), *row.constants])
    chosen = dict.fromkeys((hidden, output or "softmax"))
    return AnyDepth(
        parse_model(_output(last, row, facts)),
        parse_model(_hidden(inner, bias)),
        parse_model(_affine(rates, bias)),
        f"{NAME}, {', '.join(chosen)}, {row.name}",
        " + ".join([renamed(row.formula, {"a": "aL"}), *_over_layers(rates)]),
    )


def _in_layers(chosen: tuple[Activation, ...]) -> list[Activation]:
    """The activations by the names they have in layer 1; two of one's own are called by two letters."""
    stems = {a.name.rstrip("0123456789") for a in chosen if a.formula is None}
    own = {a.expression: a for a in chosen if a.expression is not None}
    letters = dict(zip(own, (letter for letter in "fgh" if letter not in stems), strict=False))
    named = []
    for a in chosen:
        if a.expression is not None and a.formula is not None:
            name = letters[a.expression]
            named.append(replace(a, name=name, formula=replace(a.formula, name=name)))
        else:
            named.append(replace(a, name=f"{a.name.rstrip('0123456789')}1") if a.formula is None else a)
    return named


def _value(activation: Activation, letter: str) -> str:
    if activation.is_identity:
        return f"z1[{letter}]"
    return f"{activation.name}(z1)[{letter}]" if activation.is_vector else f"{activation.name}(z1[{letter}])"


def _definition(activation: Activation) -> list[str]:
    return [] if activation.expression is None else [f"{activation.name}(z) = {activation.expression}"]


def _output(activation: Activation, cost: Cost, facts: bool) -> str:
    """The last layer from its pre-activation to the cost."""
    names = ["z1", "y"] if "y" in words(cost.formula) else ["z1"]
    lines = [f"data {', '.join([*(f'{name}[n1]' for name in names), *cost.constants])}", f"batch {', '.join(names)}"]
    lines += [*_definition(activation), f"a1[k] = {_value(activation, 'k')}"]
    lines.append(f"C = {renamed(cost.formula, {'a': 'a1'})}")
    return "\n".join([*lines, *(f"assume {fact}" for fact in cost.assume if facts or "y" not in words(fact))])


def _hidden(activation: Activation, bias: bool) -> str:
    """A hidden layer from its pre-activation to that of the layer above."""
    biases = ", b2[n2]" if bias else ""
    above = renamed(_dense(bias), {"z": "z2", "W": "W2", "b": "b2", "a": "a1"})
    lines = ["data z1[n1]", "batch z1", f"param W2[n2,n1]{biases}", *_definition(activation)]
    return "\n".join([*lines, f"a1[j] = {_value(activation, 'j')}", above, "output z2"])


def _affine(rates: Mapping[str, str], bias: bool) -> str:
    """The sum that goes into a layer, and a cost linear in it besides the penalties."""
    letters = {"k": "j", "j": "i"}
    named = list(dict.fromkeys(rate for rate in rates.values() if rate.isidentifier()))
    slopes = next(letter for letter in "uvs" if letter not in named)
    penalties = [renamed(PENALTIES[key], {**letters, "lambda": rate, "W": "W1"}) for key, rate in rates.items()]
    return "\n".join((
        f"data {', '.join(['a0[n0]', f'{slopes}[n1]', *named])}",
        f"batch a0, {slopes}",
        f"param W1[n1,n0]{', b1[n1]' if bias else ''}",
        renamed(_dense(bias), {**letters, "z": "z1", "W": "W1", "b": "b1", "a": "a0"}),
        " + ".join([f"C = sum(j, {slopes}[j]*z1[j])", *penalties]),
    ))  # fmt: skip


def _dense(bias: bool) -> str:
    return LAYERS["dense" if bias else "dense without bias"].equations


def _over_layers(rates: Mapping[str, str]) -> list[str]:
    """The penalties of all layers."""
    rows = [renamed(PENALTIES[key], {"lambda": rate, "W": "Wl"}) for key, rate in rates.items()]
    return [f"sum(l, {row})" for row in rows]
