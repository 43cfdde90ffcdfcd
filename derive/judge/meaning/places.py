"""Where the indices of a symbol stand in an array: as written, unless dimensions or the notation say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from sympy import Expr

from ...forward.syntax import Entry, Number
from .context import Context
from .roles import stem_and_number
from .scripts import Script
from .values import Axis, Value

UNUSUAL = 0.02
TURNED = 1.0


@dataclass(frozen=True)
class Spot:
    """Where in an array: the letter or number at each axis, None for an axis left open.

    `is_turned`: the letters of a matrix of weights are not in the order they were written in, and nothing said so.
    """

    array: str
    places: tuple[str | int | None, ...]
    is_turned: bool = False


def at(context: Context, spot: Spot) -> Value:
    """The array at these places. Raises Unfit where a letter runs over something else."""
    if spot.is_turned:
        own = ",".join(map(str, context.model.letters.get(spot.array, ())))
        context.path.doubt(f"the two indices of {spot.array}[{own}] are written in the other order")
    subscripts: list[Entry | Number] = []
    axes: list[Axis] = []
    for place, size in zip(spot.places, context.model.axes[spot.array], strict=True):
        if place is None:
            axes.append(context.fresh(size))
            subscripts.append(Entry(axes[-1].letter))
        elif isinstance(place, int):
            subscripts.append(Number(Fraction(place)))
        else:
            subscripts.append(Entry(context.place(place, size)))
    lying = context.lie(tuple(axes), spot.array) if axes else ()
    return Value(Entry(spot.array, tuple(subscripts)), lying)


def placements(context: Context, array: str, script: Script) -> list[tuple[float, Spot]]:
    """The ways to put the indices of a symbol at the axes of an array."""
    sizes = context.model.axes[array]
    letters: tuple[str | int, ...] = script.indices
    if script.literal:
        letters = (*letters, *(n - 1 for n in script.literal))
        if len(letters) != len(sizes) or stem_and_number(array)[1] is not None:
            return []
    suffix = array[1:] if array[1:].isalpha() else ""
    if (
        suffix
        and not script.words
        and "".join(map(str, letters))[: len(suffix)] == suffix
        and len(letters) > len(sizes)
    ):
        letters = letters[len(suffix) :]
    extra = 0.0
    if len(letters) > len(sizes):
        dropped = [n for n in letters if n not in script.above] if script.above else list(letters)
        if len(dropped) != len(sizes) and len(sizes) < len(letters):
            dropped = list(letters)[-len(sizes) :] if sizes else []
            extra = 1.0
        letters = tuple(dropped)
    if len(letters) > len(sizes):
        return []
    found: dict[tuple, float] = {}
    may_turn = context.notation is None and array in context.model.parameters and None not in letters
    for cost, places in _orders(context, array, letters, sizes):
        prices = [_price(context, place, size) for place, size in zip(places, sizes, strict=True)]
        cost += UNUSUAL * _unusual(context, array, places) + TURNED * (
            may_turn and places != letters and len(set(sizes)) > 1
        )
        if all(price is not None for price in prices):
            found.setdefault(places, extra + cost + sum(price for price in prices if price is not None))
    return [
        (cost, Spot(array, places, may_turn and len(letters) == len(sizes) and places != letters))
        for places, cost in found.items()
    ]


def _unusual(context: Context, array: str, places: tuple[str | int | None, ...]) -> int:
    """How many letters of the model stand where it writes this array with another."""
    if context.notation is not None:
        return 0
    own = tuple(map(str, context.model.letters.get(array, ())))
    known = {str(letter) for letters in context.model.letters.values() for letter in letters}
    return sum(place in known and place != letter for place, letter in zip(places, own, strict=False))


def _price(context: Context, place: str | int | None, size: Expr) -> float | None:
    return context.preference(place, size) if isinstance(place, str) else 0.0


def _orders(
    context: Context, array: str, letters: tuple[str | int, ...], sizes: tuple[Expr, ...]
) -> Iterator[tuple[float, tuple[str | int | None, ...]]]:
    """The letters at the axes: in the order written, or in another where the dimensions tell it apart."""
    order = context.notation.order if context.notation and array in context.model.parameters else ""
    layer = next((n for n in context.roles.layers if n.W == array), None)
    if len(letters) == len(sizes) == 2 and order and layer is not None:
        to_first = sizes[0] == (context.model.axes[layer.z] or (None,))[-1]
        yield 0.0, letters if (order == "to from") == to_first else letters[::-1]
        return
    padded = (*letters, *(None,) * (len(sizes) - len(letters)))
    own = tuple(map(str, context.model.letters.get(array, ())))
    if len(set(sizes)) < len(sizes) and len(letters) == len(sizes) and set(letters) == set(own):
        yield 0.0, own
        return
    for places in dict.fromkeys(permutations(padded)):
        turned = [p for p in places if p is not None] != list(letters)
        if turned and len(letters) == len(sizes) and len(set(sizes)) < len(sizes):
            continue
        if turned and len(letters) < len(sizes):
            continue
        yield 0.0, places
