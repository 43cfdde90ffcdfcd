"""What the commands do: from a network as typed to texts, and to files once every text is whole."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from codegen import numpy_source
from codegen.documents import document, latex_document, terminal_document
from derive import backpropagate
from derive.backward.depth import Induction, induction
from derive.backward.steps import Derivation
from derive.errors import InputError

from .files import write_all
from .networks import Options, read_any_depth, read_model, split_list
from .progress import progress

Writer = Callable[[Derivation | Induction, str], str]


def _tex(derivation: Derivation | Induction, command: str) -> str:
    return f"% made by: {command}\n{latex_document(document(derivation))}"


def _txt(derivation: Derivation | Induction, command: str) -> str:
    return terminal_document(document(derivation))


FORMATS: dict[str, tuple[str, Writer]] = {
    "tex": ("derivation.tex", _tex),
    "txt": ("derivation.txt", _txt),
    "py": ("gradient.py", numpy_source),
}
"""What can be written: the name of the file, and what writes it, given the command that is said to have made it."""

TARGETS: dict[str, Writer] = {"numpy": numpy_source}
"""What programs are written for."""


def derive_network(network: str, options: Options, *, out: Path | None = None, formats: str | None = None) -> str:
    """Derive, check, write what was asked for, and say what was found."""
    from .report import report

    if formats is not None and out is None:
        raise InputError("--formats needs a folder to write to: -o DIR")
    chosen = _known("--formats", split_list(formats) if formats is not None else FORMATS, FORMATS)
    with progress("deriving, checking and writing"):
        derivation = derived(network, options)
        command = command_of("derive", network, options)
        texts = compose(derivation, chosen, command, lenient=formats is None) if out else {}
        said = report(derivation)
    if out is not None:
        write_all({out / name: text for name, text in texts.items()})
    return "\n".join([said, *(f"wrote     {out / name}" for name in texts if out)])


def code_for(network: str, options: Options, *, target: str, out: Path | None) -> str:
    """The program for a network; where `out` is given, written there and only named."""
    (writer,) = _known("--target", (target,), TARGETS)
    command = command_of("code", network, options)
    with progress("deriving, checking and writing"):
        text = TARGETS[writer](derived(network, options), command)
    if out is None:
        return text
    write_all({out: text})
    return f"wrote     {out}\n"


def compose(
    derivation: Derivation | Induction, formats: Iterable[str], command: str, lenient: bool = False
) -> dict[str, str]:
    """The name of each file and what stands in it; `lenient` leaves out what cannot be written."""
    texts = {}
    for name, writer in (FORMATS[key] for key in formats):
        with suppress(*((InputError,) if lenient else ())):
            texts[name] = writer(derivation, command)
    return texts


def command_of(command: str, network: str, options: Options) -> str:
    """What is typed to get the same again."""
    return shlex.join(["backproof", command, network, *options.typed()])


def derived(network: str, options: Options) -> Derivation | Induction:
    """The checked derivation of a network as typed."""
    wrt = split_list(options.wrt) if options.wrt is not None else None
    model = read_any_depth(network, options)
    return backpropagate(read_model(network, options), wrt) if model is None else induction(model, wrt)


def _known(option: str, names: Iterable[str], table: Mapping[str, object]) -> list[str]:
    """The names, each once; raises InputError for one that is not in the table."""
    for name in names:
        if name not in table:
            raise InputError(f"{option}: {name!r} is not known; accepted are {', '.join(table)}")
    return list(dict.fromkeys(names))
