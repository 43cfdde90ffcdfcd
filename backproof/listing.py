"""What can be used, read from the tables of the house."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap

import click

from derive.errors import InputError
from derive.forward import ACTIVATIONS, COSTS, LAYERS, PENALTIES, activation
from derive.forward.costs import cost_for
from derive.forward.facts import FORMS, read_fact
from derive.forward.functions import SPECIAL
from derive.forward.language import ELEMENTARY
from derive.forward.layers import Layer
from derive.forward.names import suggestion
from derive.forward.reading import parse_relation
from derive.forward.subscripts import CONCATENATION
from derive.forward.syntax import WINDOWED
from derive.terms import dimension

from .table import table

Rows = list[tuple[str, ...]]


def listing(name: str | None = None) -> str:
    """One table, or all of them one below the other. Raises InputError for an unknown one."""
    if name is not None and name not in TABLES:
        near = suggestion(name, TABLES)
        raise InputError(f"list {name}: there is no such table{near or ';'} there are {', '.join(TABLES)}")
    return "\n\n".join(_table(title) for title in ([name] if name else TABLES))


def _table(name: str) -> str:
    header, rows = TABLES[name]
    first, *rest = table(header, rows())
    return "\n".join((click.style(first, bold=True), *rest))


def _activations() -> Rows:
    return [(name, activation(name).text) for name in ACTIVATIONS]


def _costs() -> Rows:
    rest = cost_for("")
    rows = [
        (row.name, row.formula, ", ".join(row.usual_for) or ("other outputs" if row == rest else ""))
        for row in COSTS.values()
    ]
    return [*rows, *((f"--{name}", formula, "") for name, formula in PENALTIES.items())]


def _layers() -> Rows:
    return [line for row in LAYERS.values() for line in _layer(row)]


def _layer(row: Layer) -> Rows:
    """A line for each equation; what is learnt and what is given beside the first."""
    usual = f"f is {row.activation} unless given" if row.activation else ""
    numbers = [f"{name}={value}" for name, value in row.usual.items()]
    learnt = wrap(f"learnt {row.learnt}", 50, subsequent_indent="  ", break_on_hyphens=False) if row.learnt else []
    beside = [part for part in (*learnt, row.data and f"data {row.data}", usual, *numbers) if part]
    lines = row.equations.splitlines()
    return [
        (row.name if n == 0 else "", lines[n] if n < len(lines) else "", beside[n] if n < len(beside) else "")
        for n in range(max(len(lines), len(beside)))
    ]


def _functions() -> Rows:
    elementary = [(name, ("one number", "two numbers")[count - 1]) for name, (count, _) in ELEMENTARY.items()]
    elementary = [(name, f"{of}{WINDOW.format(name) * (name in WINDOWED)}") for name, of in elementary]
    every = [("every activation", "f(z[j]), and its derivative f'(z[j]); an array for softmax(z)[k]")]
    return [*((name, SPECIAL_MEANING[name]) for name in (*SPECIAL, CONCATENATION)), *elementary, *every]


def _facts() -> Rows:
    square = (dimension("n"), dimension("n"))
    axes = {"y": square, "A": square}
    return [(f"assume {form}", read_fact(parse_relation(form, form), form, axes, form).kind) for form in FORMS]


def _notations() -> Rows:
    from derive.judge.notations import NOTATIONS

    return [(row.name, row.delta, row.title) for row in NOTATIONS.values()]


def _mistakes() -> Rows:
    from derive.judge.mistakes.table import MISTAKES

    return [(row.name, row.kind, row.says.format(right="...", wrong="...")) for row in MISTAKES]


def _targets() -> Rows:
    from .runs import TARGETS

    return [(name, "backproof code 4-3-5 --target " + name) for name in TARGETS]


SPECIAL_MEANING = {
    "sum": "sum(i, ...) over every value of the index i; sum(s < 3, ...) over 0, 1, 2; sum(s < S, ...) up to a width",
    "prod": "prod(i, ...) likewise a product",
    "size": "size(i), how many values the index i has",
    "kron": "kron(i, j), 1 where i = j, else 0",
    CONCATENATION: "concat(a, b, ...)[m], all entries of a, then of b; concat(a, b)[p,m] along the last index",
}
WINDOW = "; or a window, as in {}(s < 2, x[2*t+s])"

TABLES: dict[str, tuple[tuple[str, ...], Callable[[], Rows]]] = {
    "activations": (("activation", "formula"), _activations),
    "costs": (("cost", "formula of one record", "the default for"), _costs),
    "layers": (("layer", "equations", "what is learnt and what is given"), _layers),
    "functions": (("function", "of"), _functions),
    "facts": (("fact, a line of the equations", "kind"), _facts),
    "notations": (("notation", "delta is", "whose"), _notations),
    "mistakes": (("mistake", "kind", "as it is told"), _mistakes),
    "targets": (("target", "used as"), _targets),
}
