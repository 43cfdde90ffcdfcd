"""The part of a generated module that trains: the optimisers, and the loop over small batches of records."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sympy import Expr

from . import parts
from .fast.text import spread
from .identifiers import Names
from .interface import free_sizes
from .optimisers import OPTIMISERS, decay_text, optimiser_text
from .program import Input

if TYPE_CHECKING:
    from .depth_writer import DepthWriter
    from .module_writer import ModuleWriter

MOVED = '''def _moved(params, update, count, rate, decay):
    """The function of an optimiser: it moves `params` by `update`, with `count` arrays of zeros for each of them."""
    params.update({{name: np.asarray(params[name]) for name in PARAMETERS}})
    kept = {{name: [np.zeros_like(params[name]) for _ in range(count)] for name in PARAMETERS}}
    t = 0

    def optimiser(grads):
        nonlocal t
        t += 1
        {decay}
        for name in kept.keys() & grads.keys():
            update(params[name], grads[name], r, t, *kept[name])
        return params

    return optimiser
'''

TRAIN = '''{signature}
    """Move `params` in place by shuffled batches of records; the mean cost in each epoch, as a list.

    `optimiser` is made for these parameters, `adam(params)` unless given; `progress` shows a bar by tqdm or rich.
{threads}    """
    sizes = {check}
    {N} = sizes["{records}"]
    optimiser, batch, rng, costs = optimiser or adam(params), min(batch, {N}), np.random.default_rng(seed), []
{widths}{made}
    for _ in _epochs(epochs, progress):
        costs.append(0.0)
        for chosen in np.split(rng.permutation({N}), range(batch, {N}, batch)):
{call}
            if optimiser(grads) is not params:
                raise ValueError("the optimiser was made for other parameters")
            costs[-1] += len(chosen) / {N} * float(cost)
    return costs


def _epochs(count, progress):
    """The numbers of the epochs, with a bar where tqdm or rich is installed."""
    for library, bar in (("tqdm", "tqdm"), ("rich.progress", "track")) if progress else ():
        try:
            return getattr(__import__(library, fromlist=[bar]), bar)(range(count))
        except ImportError:
            pass
    return range(count)
'''

OPTIONS = ("optimiser=None", "epochs=10", "batch=64", "seed=0", "progress=False")

WORDS = frozenset(
    {*OPTIMISERS, "train", "_moved", "_epochs", "optimiser", "epochs", "progress", "rng", "costs", "made", "own"}
    | {"chosen"}
)
"""What the part uses itself; arrays have other names."""


def is_trained(writer: ModuleWriter) -> bool:
    """Whether there is a cost of records, with derivatives by parameters."""
    program = writer.program
    learnt = {i.name for i in program.of_kind("parameter")} & set(program.gradients)
    return program.cost is not None and program.records is not None and bool(learnt)


def usage_text(writer: ModuleWriter) -> list[str]:
    """How the module trains, in the words of its first lines."""
    given = ", ".join(["params", *(writer.names[i.name] for i in writer.arguments())])
    first = f"init({', '.join(f'{name}=...' for name in free_sizes(writer))})"
    line = f"To train: `params = {first}`, then `train({given})`."
    return textwrap.wrap(line, parts.LONGEST, break_long_words=False) if is_trained(writer) else []


def training_text(writer: ModuleWriter, threaded: bool = True) -> list[str]:
    """The optimisers and ``train``, where there is something to train; else nothing."""
    if not is_trained(writer):
        return []
    program = writer.program
    shaped = next((i.name for i in program.of_kind("parameter") if i.axes), None)
    dtype = f'params["{shaped}"].dtype' if shaped else "np.result_type(*params.values())"
    free = [f'"{name}"' for name in free_sizes(writer)]
    after = f"{',' * (len(free) == 1)})}}"
    own = spread("own = {axis: sizes[axis] for axis in (", free, after, 4) if free else []
    return [*_optimisers(), _train(writer.arguments(), writer.names, program.records, dtype, own, threaded)]


def depth_usage_text(writer: DepthWriter) -> list[str]:
    """The same for networks of any depth, whose widths are given."""
    given = ", ".join(["params", *(writer.names[i.name] for i in writer.data)])
    return [f"To train: `params = init([4, 3, 5])` with your widths, then `train({given})`."]


def depth_training_text(writer: DepthWriter) -> list[str]:
    """The same for networks of any depth, whose parameters are all that is in `params`."""
    own = ['own = {"widths": [sizes[f"n{l}"] for l in range(sizes["L"] + 1)]}']
    train = _train(writer.data, writer.names, writer.layer.program.records, 'params["W1"].dtype', own)
    return [*(text.replace("in PARAMETERS", "in params") for text in _optimisers()), train]


def _optimisers() -> list[str]:
    return [MOVED.format(decay=decay_text()), *map(optimiser_text, OPTIMISERS.values())]


def _train(
    data: Sequence[Input], names: Names, records: Expr | None, dtype: str, own: list[str], threaded: bool = False
) -> str:
    """``train``; `own` is the statement that collects what ``make_gradient`` is to know of the widths, if anything."""
    called = [names[i.name] for i in data]
    options = ["threads=1"] if threaded else []
    chosen = [f"{name}[chosen]" if records in i.axes[:1] else name for name, i in zip(called, data, strict=True)]
    given = "{" + ", ".join(f'"{name}": {name}' for name in called) + "}"
    N = names[str(records)]
    return TRAIN.format(
        signature="\n".join(spread("def train(params, ", [*called, *OPTIONS, *options], "):", 0)),
        threads="    Batches are dealt out to `threads`, as by `make_gradient`.\n" if options else "",
        check=parts.check_call(given).replace("\n", "\n    "),
        records=records,
        N=N,
        widths="".join(f"    {line}\n" for line in own),
        made=_made(f"make_gradient(size, {dtype}{', threads' if threaded else ''}{', **own' if own else ''})", N),
        call=textwrap.indent("\n".join(spread("cost, grads = made[len(chosen)](params, ", chosen, ")", 12)), 12 * " "),
    )


def _made(call: str, records: str) -> str:
    """The statement that makes the gradients of whole batches and of the last one, which may be smaller."""
    sizes = f"for size in {{batch, {records} % (batch or 1) or batch}}"
    line = f"    made = {{size: {call} {sizes}}}"
    if len(line) <= parts.LONGEST:
        return line
    return f"    made = {{\n        size: {call}\n        {sizes}\n    }}"
