"""The fonts of a page, within its styles: Latin Modern, for formulas and for text."""

from __future__ import annotations

from base64 import b64encode
from functools import cache

from .package_files import bytes_of

FACES = {
    "math": ("Backproof Math", "normal", "normal"),
    "big1": ("Backproof Big1", "normal", "normal"),
    "big2": ("Backproof Big2", "normal", "normal"),
    "big3": ("Backproof Big3", "normal", "normal"),
    "regular": ("Backproof Roman", "normal", "normal"),
    "italic": ("Backproof Roman", "italic", "normal"),
    "bold": ("Backproof Roman", "normal", "bold"),
}
"""For each file its family, style and weight."""


@cache
def font_faces() -> str:
    """The rules that declare the fonts, each with its file as base64."""
    return "\n".join(_face(name, *face) for name, face in FACES.items())


def _face(name: str, family: str, style: str, weight: str) -> str:
    data = b64encode(bytes_of(f"fonts/{name}.woff2")).decode("ascii")
    source = f'url("data:font/woff2;base64,{data}") format("woff2")'
    return f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weight}; src: {source}; }}'
