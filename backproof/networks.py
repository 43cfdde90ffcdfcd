"""From what was typed on the command line to a model."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from derive import MLP, Model, Network
from derive.errors import InputError
from derive.forward import any_depth, is_any_depth, parse_widths
from derive.forward.any_depth import AnyDepth
from derive.forward.elements import split_list


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
    """The model of ``4-3-5``, ``n0-n1-n2``, ``4, dense 6 relu, dense 3``, ``FILE.eq`` or ``-`` (standard input).

    Raises InputError, in one line, for anything that is none of these.
    """
    if network == "-":
        return _equations(sys.stdin.buffer.read(), "standard input", options)
    if "," in network and not os.path.isfile(network):
        return _blocks(network, options)
    if network.endswith(".eq") or os.sep in network or os.path.isfile(network):
        try:
            content = Path(network).read_bytes()
        except OSError as problem:
            raise InputError(f"{network}: cannot be read ({problem.strerror})") from None
        return _equations(content, network, options)
    try:
        return _layers(network, options)
    except InputError as problem:
        raise InputError(f"{problem}{missing(network, 'file')}") from None


def missing(text: str, kinds: str) -> str:
    """What is said beside an error where the text may be the name of a file: a path, or a single word."""
    if not re.fullmatch(r"[\w.~-]*[^\W\d][\w.~-]*(/[\w.~-]*)*", text) or "-" in text or os.path.exists(text):
        return ""
    return f", and there is no {kinds} of that name"


def _equations(content: bytes, name: str, options: Options) -> Model:
    alien = replace(options, wrt=None).typed()
    if alien:
        raise InputError(f"{alien[0]} goes with widths such as 4-3-5; {name} states its own equations")
    try:
        return Model.parse(content.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise InputError(f"{name}: not text in UTF-8 (byte {problem.start + 1})") from None


def _blocks(network: str, options: Options) -> Model:
    """The network of these layers, each with its own activation."""
    alien = replace(options, wrt=None, cost=None, l2=None, l1=None).typed()
    if alien:
        raise InputError(f"{alien[0]} goes with widths such as 4-3-5; a network of layers says it in each of them")
    return Network(network, options.cost, options.l2, options.l1)


def read_any_depth(network: str, options: Options) -> AnyDepth | None:
    """The network ``n0-...-nL``; None for one that is written otherwise. Raises InputError."""
    return any_depth(**_choices(options)) if is_any_depth(network) else None


def _layers(network: str, options: Options) -> Model:
    """The network with these widths."""
    return MLP(parse_widths(network), **_choices(options))


def _choices(options: Options) -> dict[str, Any]:
    """What was chosen; the rest is left to the defaults of `MLP`."""
    choices: dict[str, Any] = {name: getattr(options, name) for name in ("output", "cost", "l2", "l1")}
    if options.hidden is not None:
        hidden = split_list(options.hidden)
        choices["hidden"] = hidden[0] if len(hidden) == 1 else hidden
    return {**choices, "bias": not options.no_bias}
