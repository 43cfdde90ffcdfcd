"""Single symbols of a formula as MathML: letters, signs and brackets."""

from __future__ import annotations

from .display import GREEK, Operator, Symbol
from .markup import element, escaped

SIGNS = {":=": "≔", "*": "∗", "-": "−"}
CHARACTER_GREEK = frozenset(GREEK.values())
SPACED_BY_ITSELF = frozenset("+−=≔<>≤≥≠⊙·×∈←→")
"""Signs around which a browser leaves the space of a sum or a relation."""
THIN = "0.1667em"


def symbol(node: Symbol) -> str:
    """A letter, a number or a name."""
    text = GREEK.get(node.text, node.text)
    match node.style:
        case "indicator":
            return "<mn>𝟙</mn>"
        case "bold":
            return element("mi", escaped("".join(map(_bold, text))), mathvariant=_normal(text))
        case "italic" if len(text) > 1:
            return element("mi", escaped("".join(map(_italic, text))))
        case "italic" if not (text in CHARACTER_GREEK and text.isupper()) and not text.isdigit():
            return element("mi", escaped(text))
    if text[:1].isdigit():
        return element("mn", escaped(text))
    return element("mi", escaped(text), mathvariant=_normal(text))


def operator(node: Operator, script: bool = False, first: bool = False) -> str:
    """A sign; within scripts, and before what it belongs to, it has no space around it.

    `first`: it starts its row, where a browser takes it for a sign before its term.
    """
    text = SIGNS.get(node.text, node.text)
    if text == "∂":
        return "<mi>∂</mi>"
    space = "0"
    match node.kind:
        case "prefix":
            return element("mo", escaped(text), form="prefix", lspace="0", rspace="0", stretchy="false")
        case "punctuation":
            after = THIN if text in ",;" and not script else "0"
            return element("mo", escaped(text), lspace="0", rspace=after, stretchy="false")
        case "relation" if not script:
            space = "0.2778em"
        case "binary" if not script:
            space = "0.2222em"
    if not script and text in SPACED_BY_ITSELF:
        return element("mo", escaped(text), form="infix" if first and text in "+−" else None)
    return element("mo", escaped(text), form="infix", lspace=space, rspace=space, stretchy="false")


def delimiter(text: str, opens: bool, size: int) -> str:
    """One side of a bracket; the styles of the page have a font for each size."""
    form = "prefix" if opens else "postfix"
    tall = f"big{size}" if size else None
    return element("mo", escaped(text), form=form, class_=tall, stretchy="false", lspace="0", rspace="0")


def _normal(text: str) -> str | None:
    """What keeps a browser from slanting a single letter."""
    return "normal" if len(text) == 1 else None


def _bold(character: str) -> str:
    """The bold letter, slanted for small Greek ones as in print."""
    return _moved(character, 0x1D400, 0x1D41A, 0x1D6A8, 0x1D736, 0x1D7CE)


def _italic(character: str) -> str:
    return "ℎ" if character == "h" else _moved(character, 0x1D434, 0x1D44E, 0x1D6E2, 0x1D6FC, None)


def _moved(character: str, upper: int, lower: int, greek_upper: int, greek_lower: int, digit: int | None) -> str:
    """The same character in another alphabet, given where that starts; itself if it has no such character."""
    for first, last, start in (
        ("A", "Z", upper), ("a", "z", lower), ("Α", "Ω", greek_upper), ("α", "ω", greek_lower), ("0", "9", digit),
    ):  # fmt: skip
        if first <= character <= last and start is not None:
            return chr(start + ord(character) - ord(first))
    return character
