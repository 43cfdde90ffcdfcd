"""The table of layer kinds: one row each, the pre-activation z of an array a of the layer below."""

from __future__ import annotations

import re
from collections.abc import Mapping

LAYERS = {
    "dense": "z[k] = sum(j, W[k,j]*a[j]) + b[k]",
    "dense without bias": "z[k] = sum(j, W[k,j]*a[j])",
}

_WORD = re.compile(r"[^\W\d]\w*")


def words(row: str) -> set[str]:
    """The names and letters in a row."""
    return set(_WORD.findall(row))


def renamed(row: str, names: Mapping[str, str]) -> str:
    """A row with other names and letters in it, all put in at once."""
    return _WORD.sub(lambda word: names.get(word[0], word[0]), row)
