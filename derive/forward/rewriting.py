"""The text of a row of a table with other names, letters and indices in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")
_ARRAY = re.compile(r"(?<![\w.])([^\W\d]\w*)(\)\[|\[)?")


def words(row: str) -> set[str]:
    """The names and letters in a row."""
    return set(_WORD.findall(row))


def renamed(row: str, names: Mapping[str, str]) -> str:
    """A row with other names and letters in it, all put in at once."""
    return _WORD.sub(lambda word: names.get(word[0], word[0]), row)


def lifted(row: str, arrays: Iterable[str], letters: Iterable[str]) -> str:
    """A row in which each of these arrays has more indices in front: ``a[j]`` is ``a[t,j]``."""
    front, arrays = ",".join(letters), set(arrays)

    def put(match: re.Match[str]) -> str:
        name, bracket = match.groups(default="")
        if not front or name not in arrays:
            return match[0]
        return f"{name}{bracket}{front}," if bracket else f"{name}[{front}]"

    return _ARRAY.sub(put, row)
