"""What is written for one layer, as in ``dense 6 relu``: its kind, its width, its activation, its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..errors import InputError
from .activations import ACTIVATIONS
from .choices import Activation, choose_activations
from .layers import LAYERS, UNITS, Layer, shapes
from .names import GENERIC, suggestion
from .rewriting import renamed
from .settings import put_in, settings, split_settings
from .widths import check_width, read_width

Width = int | str


@dataclass(frozen=True)
class Element:
    """A layer as chosen: its row with its numbers put in, the sizes that are known by the row's
    names, and its activation where one was written."""

    row: Layer
    sizes: Mapping[str, Width]
    activation: Activation | None
    text: str


def split_list(text: str) -> list[str]:
    """The parts between commas that stand outside all brackets: ``f(z, 2),relu`` has two."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [part.strip() for part in (*parts, text[start:])]


def read_input(text: str) -> tuple[Width, ...]:
    """The sizes of the input, ``4`` or ``n0``, or ``7*4`` for 7 vectors of 4 numbers. Raises InputError."""
    return tuple(check_width(read_width(part.strip()), text) for part in text.split("*"))


def read_elements(texts: Iterable[str], whole: bool = True) -> list[Element]:
    """One element for each text; `whole` asks for every size. Raises InputError."""
    found = [_read(" ".join(text.split()), whole) for text in texts]
    chosen = iter(choose_activations([activation for _, _, activation in found if activation]))
    return [
        replace(element, activation=_fitting(next(chosen), element) if activation else _usual(element))
        for element, _, activation in found
    ]


def sizes_of(row: Layer) -> tuple[str, ...]:
    """The names of the sizes that a row leaves to be chosen, its width first."""
    declared = [name for text in (row.learnt, row.data) for shape in shapes(text).values() for name in shape]
    taken = row.takes.split(",")
    named = dict.fromkeys(name for name in (*declared, *row.gives.split(",")) if not _is_settled(name))
    return tuple(sorted(set(named) - {*taken, *row.usual}, key=lambda name: (name != UNITS, list(named).index(name))))


def _is_settled(size: str) -> bool:
    """Whether a size is a number, or follows from others."""
    return size == "-" or size.isdigit()


def _read(text: str, whole: bool) -> tuple[Element, str, str]:
    """An element, the text, and its activation as written, which may be none."""
    head, given = split_settings(text)
    row = _kind(head)
    rest = head[len(row.name) :].split()
    names = sizes_of(row)
    sizes: dict[str, Width] = {}
    if rest and _is_width(rest[0], row):
        if UNITS not in names:
            raise InputError(f"{text}: {row.name} takes no width")
        sizes[UNITS] = check_width(read_width(rest.pop(0)), text)
    sizes |= {name: check_width(read_width(given.pop(name)), text) for name in names if name in given}
    for name in names if whole else ():
        if name not in sizes:
            hint = f"{row.name} 6" if name == UNITS else f"{name}=2"
            raise InputError(f"{text}: {'the width' if name == UNITS else name} is missing; write {hint}")
    return Element(_with_settings(row, given, text), sizes, None, text), text, " ".join(rest)


def _kind(head: str) -> Layer:
    """The row with the longest name that `head` begins with. Raises InputError with the nearest."""
    found = [row for name, row in LAYERS.items() if f"{head} ".startswith(f"{name} ")]
    if found:
        return max(found, key=lambda row: len(row.name))
    kind = re.split(r"\s(?=\d)", head)[0].strip()
    near = suggestion(kind, LAYERS) or suggestion(kind.split(" ")[0], LAYERS)
    raise InputError(f"{kind or 'no text'} is not a known layer{near} (known: {', '.join(LAYERS)})")


def _is_width(text: str, row: Layer) -> bool:
    """Whether a word is meant as a width: a number, or a name that is no activation."""
    named = UNITS in sizes_of(row) and text not in ACTIVATIONS and not GENERIC.fullmatch(text)
    return re.fullmatch(r"-?[\d.]+", text) is not None or named and re.fullmatch(r"\w+", text) is not None


def _with_settings(row: Layer, given: Mapping[str, str], text: str) -> Layer:
    """The row with the numbers that were given, and the usual ones, put in."""
    numbers = {name: None for name, shape in shapes(row.data).items() if not shape}
    sizes = [name for name in sizes_of(row) if name != UNITS]
    names = settings(given, (*row.usual, *numbers), f"{text}: {row.name}", (*row.usual, *numbers, *sizes))
    known = {**row.usual, **names}
    open_data = (part for part in row.data.split(", ") if part and names.get(part, part).isidentifier() or "[" in part)
    return replace(
        row,
        equations=renamed(row.equations, known),
        learnt=renamed(row.learnt, known),
        data=renamed(", ".join(open_data), names),
        assume=put_in(row.assume, names),
    )


def _usual(element: Element) -> Activation | None:
    return choose_activations([element.row.activation])[0] if element.row.activation else None


def _fitting(activation: Activation, element: Element) -> Activation:
    if activation.is_vector and element.row.activation:
        raise InputError(f"{element.text}: {element.row.name} takes a function of one number, not {activation.name}")
    return activation
