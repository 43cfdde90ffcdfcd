"""From what was typed on the command line to a model."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from derive import MLP, Model
from derive.errors import InputError
from derive.forward import parse_widths


@dataclass(frozen=True)
class Options:
    """The options on a network; None where one was not given."""

    hidden: str | None = None
    output: str | None = None
    cost: str | None = None
    l2: str | None = None
    l1: str | None = None
    no_bias: bool | None = None
    wrt: str | None = None

    def typed(self) -> list[str]:
        """The options that were given, as they are typed."""
        words: list[str] = []
        for option in fields(self):
            value = getattr(self, option.name)
            if value is not None:
                words += [f"--{option.name.replace('_', '-')}", *((value,) if isinstance(value, str) else ())]
        return words


def read_model(network: str, options: Options) -> Model:
    """The model of ``4-3-5``, ``n0-n1-n2``, ``FILE.eq`` or ``-`` (standard input).

    Raises InputError, in one line, for anything that is none of these.
    """
    if network == "-":
        return _equations(sys.stdin.buffer.read(), "standard input", options)
    if network.endswith(".eq") or os.sep in network or os.path.isfile(network):
        try:
            content = Path(network).read_bytes()
        except OSError as problem:
            raise InputError(f"{network}: cannot be read ({problem.strerror})") from None
        return _equations(content, network, options)
    return _layers(network, options)


def _equations(content: bytes, name: str, options: Options) -> Model:
    alien = replace(options, wrt=None).typed()
    if alien:
        raise InputError(f"{alien[0]} goes with widths such as 4-3-5; {name} states its own equations")
    try:
        return Model.parse(content.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise InputError(f"{name}: not text in UTF-8 (byte {problem.start + 1})") from None


def _layers(network: str, options: Options) -> Model:
    """The network with these widths; what was not chosen is left to the defaults of `MLP`."""
    choices: dict[str, Any] = {name: getattr(options, name) for name in ("output", "cost", "l2", "l1")}
    if options.hidden is not None:
        hidden = split_list(options.hidden)
        choices["hidden"] = hidden[0] if len(hidden) == 1 else hidden
    return MLP(parse_widths(network), bias=not options.no_bias, **choices)


def split_list(text: str) -> list[str]:
    """The parts between commas that stand outside all brackets: ``f(z, 2),relu`` has two."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [part.strip() for part in (*parts, text[start:])]
