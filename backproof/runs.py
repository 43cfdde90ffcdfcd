"""What the commands do: from a network as typed to texts, and to files once every text is whole."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from codegen.documents import DETAILS, LANGUAGES
from codegen.documents.notation import is_layered
from codegen.programs.fast.explaining import explain
from codegen.programs.targets import TARGETS
from derive import backpropagate
from derive.backward.depth import Induction, induction
from derive.backward.steps import Derivation
from derive.errors import InputError
from derive.forward.names import suggestion
from derive.judge.notations import NOTATIONS

from .files import write_all
from .formats import FORMATS, HOUSE, USUAL, Job, Style
from .networks import Options, read_any_depth, read_model, split_list
from .progress import progress


def derive_network(
    network: str,
    options: Options,
    *,
    out: Path | None = None,
    formats: str | None = None,
    style: Style = HOUSE,
) -> str:
    """Derive, check, write what was asked for, and say what was found."""
    from .report import report

    if out is None and (formats is not None or style != HOUSE):
        option = "--formats" if formats is not None else style.typed()[0]
        raise InputError(f"{option} needs a folder to write to: -o DIR")
    _known("--language", (style.language,), LANGUAGES)
    _known("--detail", (style.detail,), dict.fromkeys(DETAILS))
    _known("--notation", (style.notation,) if style.notation else (), NOTATIONS)
    chosen = _known("--formats", split_list(formats) if formats is not None else USUAL, FORMATS)
    if style.fragment and "tex" not in chosen:
        raise InputError(f"--fragment is about LaTeX; --formats {formats} leaves out tex")
    with progress("deriving, checking and writing"):
        derivation = derived(network, options)
        job = Job(derivation, command_of("derive", network, options, style), style, title_for(network, derivation))
        texts = compose(job, chosen, lenient=formats is None) if out else {}
        said = report(derivation)
    if out is not None:
        write_all({out / name: text for name, text in texts.items()})
    return "\n".join([said, *(f"wrote     {out / name}" for name in texts if out)])


def code_for(network: str, options: Options, *, target: str, out: Path | None, steps: bool = False) -> str:
    """The program for a network; where `out` is given, written there and only named.

    With `steps` not the program, but what each pass of its compiler makes of ``make_gradient``.
    """
    (writer,) = _known("--target", (target,), TARGETS)
    if steps and writer != "numpy":
        raise InputError("--explain tells how numpy's make_gradient is made; there is no such text for other targets")
    command = command_of("code", network, options)
    if target != "numpy":
        command += f" --target {target}"
    with progress("deriving, checking and writing"):
        derivation = derived(network, options)
        text = explain(derivation) if steps else TARGETS[writer](derivation, command)
    if out is None:
        return text
    write_all({out: text})
    return f"wrote     {out}\n"


def compose(job: Job, formats: Iterable[str], lenient: bool = False) -> dict[str, str | bytes]:
    """The name of each file and what stands in it; `lenient` leaves out a program that cannot be written."""
    texts = {}
    for key in formats:
        name, writer = FORMATS[key]
        with suppress(*((InputError,) if lenient and key == "py" else ())):
            texts[name] = writer(job)
    return texts


def command_of(command: str, network: str, options: Options, style: Style = HOUSE) -> str:
    """What is typed to get the same again."""
    return shlex.join(["backproof", command, network, *options.typed(), *style.typed()])


def title_for(network: str, derivation: Derivation | Induction) -> str | None:
    """The name of the file, for a model that is no chain of layers and has no title of its own."""
    if isinstance(derivation, Induction) or derivation.model.title or is_layered(derivation.model):
        return None
    return Path(network).stem.replace("_", " ") if network.endswith(".eq") else None


def derived(network: str, options: Options) -> Derivation | Induction:
    """The checked derivation of a network as typed."""
    wrt = split_list(options.wrt) if options.wrt is not None else None
    model = read_any_depth(network, options)
    return backpropagate(read_model(network, options), wrt) if model is None else induction(model, wrt)


def _known(option: str, names: Iterable[str], table: Mapping[str, object]) -> list[str]:
    """The names, each once; raises InputError for one that is not in the table."""
    for name in names:
        if name not in table:
            near = suggestion(name, table) or ";"
            raise InputError(f"{option}: {name!r} is not known{near} accepted are {', '.join(table)}")
    return list(dict.fromkeys(names))
