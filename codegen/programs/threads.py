"""The part of a generated module that deals the records of a batch out to threads."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import parts
from .fast.text import spread

if TYPE_CHECKING:
    from .module_writer import ModuleWriter

CALL = ["if threads != 1:", "    return _in_threads(batch, threads, dtype, sizes)"]
"""What ``make_gradient`` begins with."""
WORDS = frozenset(
    {
        "_in_threads",
        "ThreadPoolExecutor",
        "threads",
        "shares",
        "made",
        "means",
        "settings",
        "copy_context",
        "pool",
        "share",
        "part",
    }
)
"""What the part uses itself; arrays have other names."""

TEXT = '''def _in_threads(batch, threads, dtype, sizes):
    """`gradient` with the records dealt out to threads, each with arrays of its own; the means are put together."""
    if not isinstance(threads, (int, np.integer)) or threads < 1:
        raise ValueError(f"threads = {{threads!r}}: the number of threads is a positive whole number")
    ends = [batch * n // threads for n in range(threads + 1)]
    shares = [slice(*ends) for ends in zip(ends, ends[1:]) if ends[0] < ends[1]]
    made = [make_gradient(share.stop - share.start, dtype, **sizes) for share in shares]
    means = {means}
    pool, sizes = ThreadPoolExecutor(len(shares)), {{**widths(sizes), "{records}": batch}}

    def gradient({arguments}):
        {check}

        def of(share, gradient):
            part = (share.stop - share.start) / batch
{call}
            for name in means:
                np.multiply(grads[name], part, out=grads[name])
            return part * cost, grads

        settings = [copy_context() for _ in shares]  # such as np.errstate
        costs, (grads, *others) = zip(*pool.map(lambda s, *given: s.run(of, *given), settings, shares, made))
        for name in means:
            for other in others:
                np.add(grads[name], other[name], out=grads[name])
{joined}        return sum(costs), grads

    gradient.nbytes = sum(each.nbytes for each in made)
    gradient.bind = lambda *given: functools.partial(gradient, *given)
    return gradient
'''
JOINED = """        for name in {names}:
            grads = {{**grads, name: np.concatenate([grads[name], *(other[name] for other in others)])}}
"""


def is_threaded(writer: ModuleWriter) -> bool:
    """Whether the derivatives are means over records, which means over their parts make up."""
    return bool(writer.program.cost) and writer.program.records is not None


def threads_text(writer: ModuleWriter) -> str:
    """``_in_threads``."""
    data = writer.arguments()
    called = [writer.names[i.name] for i in data]
    cut = [f"{n}[share]" if writer.program.records in i.axes[:1] else n for n, i in zip(called, data, strict=True)]
    joined = writer.by_record()
    means = [key for key in map(writer.key, writer.program.gradients) if key not in joined]
    return TEXT.format(
        records=writer.program.records,
        arguments=", ".join(["params", *called]),
        check="\n        ".join(f"{parts.check_call(writer.given(data))[:-1]}, sizes, dtype)".split("\n")),
        call=textwrap.indent("\n".join(spread("cost, grads = gradient(params, ", cut, ")", 12)), 12 * " "),
        means=_tuple(means),
        joined=JOINED.format(names=_tuple(joined)) if joined else "",
    )


def _tuple(names: Sequence[str]) -> str:
    return "\n    ".join(spread("(", [f'"{name}"' for name in names], f"{',' * (len(names) == 1)})", 24))
