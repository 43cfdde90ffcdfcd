"""A drawing: discs, arrows and labels at places, before any writer has given it a form.

Lengths are in em of the running text; x grows to the right, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass

from .words import Words

TONES = ("plain", "input", "hidden", "output", "faint", "strong")
"""What a piece is to the eye: a unit of a kind of layer, the background, or what is spoken of."""


@dataclass(frozen=True)
class Disc:
    """A unit, with what is written in it."""

    x: float
    y: float
    radius: float
    words: Words = ()
    tone: str = "plain"


@dataclass(frozen=True)
class Arrow:
    """A line from one place to another, with a head unless `bare`; its words stand at `at`, a part of its length."""

    start: tuple[float, float]
    end: tuple[float, float]
    words: Words = ()
    at: float = 0.5
    tone: str = "plain"
    bare: bool = False


@dataclass(frozen=True)
class Label:
    """Words at a place: it is their "start", "middle" or "end"; in height always their middle."""

    x: float
    y: float
    words: Words
    anchor: str = "middle"
    tone: str = "plain"


Item = Disc | Arrow | Label


@dataclass(frozen=True)
class Drawing:
    """Its items in the order in which they are painted; all lie between 0 and `width`, 0 and `height`."""

    width: float
    height: float
    items: tuple[Item, ...]
