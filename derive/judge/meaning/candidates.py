"""Which arrays of the model a symbol may stand for: by the notation, by its own name, by general conventions."""

from __future__ import annotations

from collections.abc import Iterator

from ..reading.sketch import Name
from .context import Context
from .roles import stem_and_number
from .scripts import LAYER_WORDS, Script
from .search import Option

# General conventions: the roles a stem may have where no array of the model is called so.
CONVENTIONS: dict[str, tuple[str, ...]] = {
    "z": ("z",),
    "net": ("z",),
    "s": ("z",),
    "u": ("z",),
    "h": ("a", "z"),
    "a": ("a",),
    "out": ("a",),
    "o": ("a",),
    "act": ("a",),
    "W": ("W",),
    "w": ("W",),
    "theta": ("W",),
    "Theta": ("W",),
    "b": ("b",),
    "bias": ("b",),
    "x": ("x",),
    "input": ("x",),
    "in": ("z", "x"),
    "y": ("y", "output"),
    "t": ("y",),
    "d": ("y",),
    "target": ("y",),
    "label": ("y",),
    "haty": ("output",),
    "p": ("output",),
    "output": ("output",),
    "f": ("output",),
    "pred": ("output",),
    "q": ("output",),
    "Z": ("z",),
    "A": ("a",),
    "H": ("a",),
    "X": ("x",),
    "Y": ("y",),
    "O": ("a",),
    "T": ("y",),
    "hatY": ("output",),
    "P": ("output",),
    "i": ("x",),
    "I": ("x",),
    "g": ("a",),
    "hato": ("output",),
    "hatt": ("output",),
}
LATIN = {
    "Gamma": "g",
    "mu": "m",
    "sigma": "s",
    "gamma": "g",
    "beta": "b",
    "Omega": "O",
    "omega": "o",
    "theta": "t",
    "lambda": "lam",
    "Delta": "D",
}
LOOKS = {"bold", "cal", "vec"}


def stem_of(name: Name) -> str:
    """The stem with the marks that tell symbols apart."""
    marks = [mark for mark in name.marks if mark not in LOOKS and mark != "d"]
    return "".join(marks) + name.stem


def candidates(context: Context, stem: str, script: Script) -> list[tuple[float, str]]:
    """The arrays a stem may stand for with these scripts, each with how far-fetched that is."""
    role = context.notation.stems.get(stem) if context.notation else None
    if role is not None and role not in ("f", "C", "delta"):
        return by_role(context, role, script)
    found = list(_by_name(context, stem, script))
    numbered = any(own == stem and n is not None for own, n in map(stem_and_number, context.model.axes))
    if not found and not (numbered and isinstance(script.layer, int)):
        for place, usual in enumerate(CONVENTIONS.get(stem, ())):
            usually = by_role(context, usual, script)
            found += [(cost + 0.2 + place, array) for cost, array in usually if array not in context.claimed]
    if not found and stem.startswith("hat"):
        found = _hatted(context, stem[3:])
    return found


def _by_name(context: Context, stem: str, script: Script) -> Iterator[tuple[float, str]]:
    """Arrays that are called so, but for the case of a letter."""
    words = [word for word in script.words if word != "?"]
    suffixes = [*words, *script.letters]
    for array in context.model.axes:
        own, number = stem_and_number(array)
        role = "W" if array in context.model.parameters else "z"
        same = (
            0.0
            if own == stem
            else 0.1
            if own.lower() == stem.lower() and len(own) == 1
            else (0.2 if own == LATIN.get(stem) else None)
        )
        if array == stem:
            yield (0.3 if script.layer is not None else 0.0) + 0.1 * len(words), array
        elif same is not None and number is not None:
            if script.layer is None:
                fits = _fits_word(context, array, words)
                if fits is not None:
                    yield same + fits + bool({stem, stem.lower()} & set(context.model.axes)), array
            elif number == layer_number(context, role, script.layer):
                yield same, array
        elif same is not None:
            yield same + (0.3 if script.layer is not None else 0.0) + 0.3 * len(words), array
        for word in suffixes:
            for first in dict.fromkeys((stem, LATIN.get(stem, stem), stem.lower())):
                whole = own.replace("_", "")
                if number is None and len(whole) > len(first) and whole == first + word[: len(whole) - len(first)]:
                    yield (0.0 if whole[len(first) :] == word else 0.3) + 0.1 * (first != stem), array


def _fits_word(context: Context, array: str, words: list[str]) -> float | None:
    """How far-fetched an array is for a word such as o or hidden; None where it cannot be meant."""
    kinds = [LAYER_WORDS[word] for word in words if LAYER_WORDS.get(word)]
    if not kinds:
        return 0.4 * len(words)
    return 0.0 if any(array in _of_units(context, kind) for kind in kinds) else None


def _of_units(context: Context, kind: str) -> list[str]:
    """The arrays of the input, hidden or output layers."""
    layers, last = context.roles.layers, context.roles.last
    chosen = [n for n in layers if (n.number == last) == (kind == "output")]
    if kind == "input":
        return [*context.roles.inputs, *(n.W for n in layers[:1])]
    return [name for n in chosen for name in (n.z, n.a, n.W, n.b) if name]


def layer_number(context: Context, role: str, layer: int | str) -> int:
    """The number of the model's layer that a mark stands for."""
    if isinstance(layer, str):
        return context.roles.last + int(layer[4:] or 0)
    if context.numbering == "model":
        return layer
    if context.numbering == "notation" and context.notation:
        first = context.notation.weights_first if role in "Wb" else context.notation.first
        return layer - first + 1
    is_doubtful = bool(context.marks) and not context.is_pinned
    weights, others = context.everywhere(
        "layers",
        [
            Option((0, 0)),
            Option((0, -1), 1.0, "the input is layer 1; the weights of a layer lead to the next", is_doubtful),
            Option((-1, -1), 1.0, "the input is layer 1", is_doubtful),
            Option((1, 0), 1.0, "the weights of a layer lead to the next", is_doubtful),
        ],
    )
    return layer + (weights if role in "Wb" else others)


def by_role(context: Context, role: str, script: Script) -> list[tuple[float, str]]:
    """The arrays with a role, in the layer that the scripts say or in any."""
    roles = context.roles
    if role in ("x", "y", "output") and not (role == "x" and script.layer is not None):
        names = {"x": roles.inputs, "y": roles.targets, "output": roles.outputs}[role]
        return [(0.0, name) for name in names]
    if role == "x":
        role = "a"
    kinds = [LAYER_WORDS[word] for word in script.words if LAYER_WORDS.get(word)]
    number = layer_number(context, role, script.layer) if script.layer is not None else None
    found: list[tuple[float, str]] = []
    for layer in roles.layers:
        name = {"z": layer.z, "a": layer.a, "W": layer.W, "b": layer.b}[role]
        if not name or number is not None and layer.number != number:
            continue
        if kinds and name not in [n for kind in kinds for n in _of_units(context, kind)]:
            continue
        found.append((0.0 if not script.words or kinds else 0.3, name))
    if role == "a" and (number == 0 or number is None and not kinds):
        found += [(0.0 if number == 0 else 0.3, name) for name in roles.inputs]
    if role == "z" and not found and not kinds and number is None:
        found += [(0.5, z) for z, _ in roles.slopes.values()]
    if role == "a" and not roles.layers and number is None:
        found += [(0.5, a) for a in roles.slopes]
    return list({name: (cost, name) for cost, name in reversed(found)}.values())[::-1]


def _hatted(context: Context, stem: str) -> list[tuple[float, str]]:
    """What a hat may mark: an array of the same shape that is computed, and is no output."""
    arrays = context.model.axes
    shapes = {arrays[name] for name in arrays if name.lower() == stem.lower()}
    computed = [e.name for e in context.model.equations if arrays[e.name] in shapes and e.name.lower() != stem.lower()]
    return [(1.0 + (name in context.roles.outputs), name) for name in computed]
