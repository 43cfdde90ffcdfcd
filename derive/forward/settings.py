"""Numbers with a name in a layer or a cost, written behind it as in ``focal gamma=2``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from ..errors import InputError
from .building import exact, plain_name
from .names import suggestion
from .reading import shortened
from .rewriting import renamed, words

_SETTING = re.compile(r"\s+([^\W\d]\w*)=(\S+)$")


def split_settings(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the ``NAME=VALUE`` at the end of a text, and these, in order."""
    found: list[tuple[str, str]] = []
    while match := _SETTING.search(text):
        text = text[: match.start()]
        found.insert(0, (plain_name(match[1]), match[2]))
    return text, dict(found)


def settings(
    given: Mapping[str, str], known: Collection[str], where: str, offered: Collection[str] = ()
) -> dict[str, str]:
    """What to write in place of each name in formulas: a number or another name.

    Raises InputError for a name that is not in `known`, saying the `offered` ones, and for a value that is neither.
    """
    for name in given:
        if name not in known:
            names = ", ".join(offered or known)
            taken = f"takes {names}" if names else "takes none"
            raise InputError(f"{where} has no number {name}{suggestion(name, offered or known)} (it {taken})")
    return {name: number_or_name(value, f"{where}: {name}") for name, value in given.items()}


def number_or_name(value: str, where: str) -> str:
    """The value as it is written in a formula. Raises InputError."""
    if re.fullmatch(r"[^\W\d]\w*", value):
        return plain_name(value)
    try:
        exact(value)
    except (ValueError, ZeroDivisionError):
        raise InputError(f"{where}: {shortened(value)} is neither a number nor a name") from None
    return value if re.fullmatch(r"[\w.]+", value) else f"({value})"


def put_in(facts: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """The facts with other names in them, without those about what is a number by now."""
    changed = ((fact, renamed(fact, names)) for fact in facts)
    return tuple(new for old, new in changed if all(names.get(w, w).isidentifier() for w in words(old)))
