"""Networks put together from layers of any kind, and the model of one layer alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import InputError
from ..records import Model
from ..terms import dimension
from .chain import Chain, chain_from
from .choices import Activation, check_output, choose_activations, choose_cost, choose_rate
from .costs import cost_for
from .elements import Element, read_elements, read_input, split_list
from .layers import states
from .model import parse_model
from .network import check_names, check_units
from .reading import shortened
from .rewriting import words
from .writing import chain_letters, layer_text, network_text


def Network(
    layers: str | Sequence[str | int],
    cost: str | None = None,
    l2: float | str | None = None,
    l1: float | str | None = None,
    facts: bool = True,
) -> Model:
    """The network of these layers, ``["4", "dense 6 relu", "layer norm", "dense 3 softmax"]`` or one text with commas.

    First the width of the input x, or ``7*4`` for a sequence of 7 vectors; then for each layer its
    kind, its width where it has one, its activation if any and numbers such as ``keep=0.8``. The
    other options are those of `MLP`; penalties are on everything learnt that has two indices.
    Where records are taken together, as in batch norm, the index p counts them. Raises InputError.
    """
    first, texts = _parts(layers)
    elements = read_elements(texts)
    last = _last(elements[-1])
    row = choose_cost(cost) if cost is not None else cost_for(last.name)
    check_output(row, last)
    rates = {key: choose_rate(rate, key) for key, rate in (("l2", l2), ("l1", l1)) if rate is not None}
    chain = _chain(first, elements)
    _check_chosen(chain, row.constants, tuple(dict.fromkeys(rates.values())))
    title = ", ".join([first, *(element.text for element in elements), row.name])
    found = parse_model(network_text(chain, row, rates, facts))
    return replace(found, widths=tuple(map(dimension, chain.widths)), title=title)


def layer_model(layer: str, inputs: str | int | None = None) -> Model:
    """The model of one layer, as in ``glu 5`` or ``multi-head attention``: from the input a to the output h.

    Widths that are not given are names, and hold for every width; `inputs` are those of a, ``4`` or
    ``7*4``. There is no cost: the derivatives by h are given from outside. Raises InputError.
    """
    (element,) = read_elements([layer], whole=False)
    chosen = [size for size in element.sizes.values() if isinstance(size, str)]
    names = tuple(f"{name}_" if name in chosen else name for name in element.row.takes.split(","))
    records = names[0] == "records"
    free = ["-" if element.row.usual and name != names[-1] else name for name in names[records:]]
    widths = read_input(str(inputs)) if inputs is not None else free
    chain = chain_from("a", widths, names[-1], records, chosen)
    chain.add(element, "", {}, "h")
    return replace(parse_model(layer_text(chain, states(element.row).values())), title=element.text)


def _parts(layers: str | Sequence[str | int]) -> tuple[str, list[str]]:
    """The input and the layers as written."""
    parts = split_list(layers) if isinstance(layers, str) else [str(part).strip() for part in layers]
    if len(parts) < 2:
        shown = shortened(", ".join(parts)) or "no text"
        raise InputError(f"{shown}: a network has an input and layers, as in 4, dense 6 relu, dense 3 softmax")
    return parts[0], parts[1:]


def _last(element: Element) -> Activation:
    """The activation whose values come out: the identity where the last layer ends in something else."""
    inner = "f" in words(element.row.equations)
    return element.activation if element.activation and not inner else choose_activations(["identity"])[0]


def _chain(first: str, elements: list[Element]) -> Chain:
    """The equations of the layers, as one would write them."""
    widths = read_input(first)
    named = [size for size in (*widths, *(s for e in elements for s in e.sizes.values())) if isinstance(size, str)]
    records = any("records" in element.row.takes.split(",") for element in elements)
    chain = chain_from("x", widths, records=records, taken=named)
    for layer, element in enumerate(elements, 1):
        chain.add(element, str(layer), chain_letters(layer, len(elements)), f"a{layer}")
        if element.activation:
            check_units(element.activation, chain.sizes.get(chain.dims[-1]), layer)
    return chain


def _check_chosen(chain: Chain, constants: Sequence[str], rates: Sequence[str]) -> None:
    """InputError where a name that was chosen means something else as well."""
    check_names([*chain.taken, *chain.numbers, *constants, *rates])
    used = words(" ".join(chain.equations))
    names = [*(name for name in chain.taken if name in used), *chain.numbers, *constants, *rates]
    for name in names:
        if name.isidentifier() and (name in chain.taken or names.count(name) > 1):
            raise InputError(f"{name}: this name has another meaning in the network; take another")
