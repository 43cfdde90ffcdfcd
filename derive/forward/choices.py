"""What a user chooses for a network: a name from a table, or an expression of one's own."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from numbers import Number

from sympy import Product, Sum

from ..errors import InputError
from ..records import Formula
from .activations import ACTIVATIONS, activation, table_formula, table_row, unknown_activation
from .building import exact, plain_name
from .costs import COSTS, Cost, cost_row
from .domains import accepted, require_inside
from .functions import Definition, builder_for, check_call, formula
from .names import GENERIC, Names
from .ranges import Ranges
from .reading import parse_tree, shortened
from .rewriting import renamed
from .settings import put_in, settings, split_settings
from .survey import Surveyor
from .syntax import Node

_NAME = re.compile(r"[^\W\d]\w*(-[^\W\d]\w*)*")


@dataclass(frozen=True)
class Activation:
    """A chosen activation: `name` as applied, its formula (none for a generic f) and, for an
    expression of one's own, the expression."""

    name: str
    formula: Formula | None
    expression: str | None = None

    @property
    def is_vector(self) -> bool:
        return self.formula is not None and self.formula.axis is not None

    @property
    def is_identity(self) -> bool:
        return self.formula is not None and self.formula.expression == self.formula.variable


def choose_activations(texts: Sequence[str]) -> tuple[Activation, ...]:
    """One activation for each text: of the table, a generic f, g, h, or an expression in z.

    Expressions become functions named f, or f1, f2, ... Raises InputError.
    """
    texts = [" ".join(str(text).split()) for text in texts]
    own = list(dict.fromkeys(text for text in texts if not _NAME.fullmatch(text) or text == "z"))
    free = [name for name in (f"f{n}" for n in range(1, len(own) + len(texts) + 1)) if name not in texts]
    names = ["f"] if len(own) == 1 and "f" not in texts else free
    label = dict(zip(own, names, strict=False))
    return tuple(_own(text, label[text]) if text in label else _known(plain_name(text)) for text in texts)


def _known(name: str) -> Activation:
    if name in ACTIVATIONS:
        return Activation(name, activation(name))
    if GENERIC.fullmatch(name):
        return Activation(name, None)
    raise unknown_activation(name)


@lru_cache(maxsize=64)
def _own(expression: str, name: str) -> Activation:
    where = f"activation {shortened(expression)}"
    row = Definition(name, "z", None, parse_tree(expression, where), where, f"{name}(z) = {expression}")
    found = formula(row, table_row, ACTIVATIONS, table_formula)
    if found.expression.free_symbols != {found.variable} or found.expression.has(Sum, Product):
        raise InputError(f"{where}: an activation is a formula in z, as in z*sigmoid(1.7*z)")
    return Activation(name, found, expression)


@lru_cache(maxsize=64)
def choose_cost(text: str) -> Cost:
    """A cost of the table by its name, with numbers as in ``focal gamma=2``, or an expression in a[k] and y[k].

    Raises InputError.
    """
    text = " ".join(text.split())
    name, given = split_settings(text)
    if name not in COSTS and not _NAME.fullmatch(name):
        return Cost(f"cost {shortened(text)}", text)
    row = cost_row(name)
    names = settings(given, row.constants, name)
    constants = tuple(names.get(c, c) for c in row.constants if names.get(c, c).isidentifier())
    return replace(row, formula=renamed(row.formula, names), assume=put_in(row.assume, names), constants=constants)


@lru_cache(maxsize=256)
def check_output(cost: Cost, output: Activation) -> None:
    """InputError where the cost is no formula in a and y, or takes a logarithm of what the output may be."""
    where = cost.name
    tree: Node = parse_tree(cost.formula, where)
    names = Names({}, closed=True)
    for name in ("a", "y", *cost.constants):
        names.add(name, "data", where)
    survey = Surveyor(names, Ranges({}), lambda node, place: check_call(node, place, table_row, ACTIVATIONS))
    survey.expression(tree, (), where)
    if survey.ranks.get("a", (0,))[0] != 1 or survey.ranks.get("y", (1,))[0] != 1:
        raise InputError(f"{where}: a cost is a number made of the outputs a[k] and the labels y[k]")
    survey.ranges.settle(lambda stem: f"n_{stem}")
    if output.formula is not None:
        require_inside(output.formula, accepted(builder_for(survey, where).build(tree), "a"), cost.name)


def choose_rate(rate: object, option: str) -> str:
    """The factor of a penalty as it is written in a formula: a number or a name. Raises InputError."""
    text = str(rate).strip()
    if isinstance(rate, str) and re.fullmatch(r"[^\W\d]\w*", text):
        return plain_name(text)
    try:
        fits = not isinstance(rate, bool) and isinstance(rate, (str, Number)) and 0 <= exact(text) < math.inf
    except ValueError:
        fits = False
    if not fits:
        raise InputError(f"{option}: {shortened(text)} is neither a number from 0 nor a name such as lambda")
    return text
