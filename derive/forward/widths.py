"""The widths of a network: numbers and names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import index as whole

from ..errors import InputError
from .building import plain_name
from .reading import shortened

Widths = tuple[int | str, ...]
_ACCEPTED = "a width is a positive whole number or a name, as in 4-3-5 or n0-n1-n2"


def parse_widths(text: str) -> Widths:
    """The widths in ``4-3-5`` or ``n0-n1-n2``. Raises InputError."""
    parts = [part.strip() for part in text.split("-")]
    return check_widths([read_width(part) for part in parts], text)


def check_widths(widths: Sequence[int | str], text: str | None = None) -> Widths:
    """Two or more positive whole numbers or names. Raises InputError that shows `text`."""
    shown = shortened(str(list(widths)) if text is None else text) or "no text"
    checked = tuple(check_width(width, shown) for width in widths)
    if len(checked) < 2:
        raise InputError(f"{shown}: a network has at least two widths, of its input and its output, as in 4-3-5")
    return checked


def read_width(text: str) -> int | str:
    """A number where the text is one, else the text."""
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else text


def check_width(width: object, shown: str) -> int | str:
    """A positive whole number or a name. Raises InputError that begins with `shown`."""
    if isinstance(width, str) and re.fullmatch(r"[^\W\d]\w*", width):
        return plain_name(width)
    try:
        number = whole(width)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if number < 1 or isinstance(width, bool):
        raise InputError(f"{shown}: {_ACCEPTED}")
    return number


def dimension_names(widths: Widths) -> tuple[str, ...]:
    """A name for every width: its own, or n0, n1, ... by its place where it is a number."""
    own = {width for width in widths if isinstance(width, str)}
    names: list[str] = []
    for place, width in enumerate(widths):
        name = width if isinstance(width, str) else f"n{place}"
        while isinstance(width, int) and name in own:
            name += "_"
        names.append(name)
    return tuple(names)
