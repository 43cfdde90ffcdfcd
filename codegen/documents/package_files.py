"""Files that come with the package: styles, scripts and fonts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def text_file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def bytes_of(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()
