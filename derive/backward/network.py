"""Who feeds whom: the questions a backward pass asks of a model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Indexed, Symbol

from ..records import Equation, Model
from ..renaming import clear_of, found_in, fresh, letters_in, substitute
from ..terms import cotangent_name, element, indices_of, name_of
from .calculus import arrays_in


@dataclass(frozen=True)
class Graph:
    """The consumers of every array, and the arrays whose derivatives are wanted.

    `wanted` are the arrays asked for and everything between them and the cost; `order` lists
    them as a backward pass can compute them.
    """

    consumers: dict[str, list[Equation]]
    wanted: frozenset[str]
    order: tuple[str, ...]

    @cached_property
    def of_cotangent(self) -> dict[str, str]:
        """The array that each cotangent belongs to."""
        return {cotangent_name(name): name for name in self.order}


def graph(model: Model, targets: Iterable[str]) -> Graph:
    """The graph of `model` for the derivatives by `targets`."""
    targets = tuple(targets)
    consumers: dict[str, list[Equation]] = {}
    wanted = set(targets)
    for equation in model.equations:
        inputs = arrays_in(equation.right)
        for name in inputs:
            consumers.setdefault(name, []).append(equation)
        if inputs & wanted:
            wanted.add(equation.name)
    return Graph(consumers, frozenset(wanted), _order(model, consumers, wanted, targets))


def _order(
    model: Model, consumers: dict[str, list[Equation]], wanted: set[str], targets: tuple[str, ...]
) -> tuple[str, ...]:
    """Backwards through the equations; a target follows the first equation that uses it."""
    after: dict[str, list[str]] = {}
    defined = {equation.name for equation in model.equations}
    loose = [name for name in targets if name not in defined]
    for name in loose:
        if name in consumers:
            after.setdefault(consumers[name][0].name, []).append(name)
    order: list[str] = []
    for equation in reversed(model.equations):
        if equation.name in wanted and equation.name != model.cost:
            order.append(equation.name)
        order.extend(after.get(equation.name, ()))
    return (*order, *(name for name in loose if name not in consumers))


def letters_for(model: Model, name: str) -> tuple[Symbol, ...]:
    """The letters an array is written with, all different."""
    letters: list[Symbol] = []
    for letter in model.letters.get(name, ()):
        letters.append(fresh(letters, prefer=(letter.name,)) if letter in letters else letter)
    return tuple(letters)


def entry(model: Model, name: str) -> Expr:
    """The array's entry in its usual letters; a scalar without indices."""
    return element(name, *letters_for(model, name))


def tied_letters(equation: Equation, by: Expr) -> dict[Symbol, Expr]:
    """The left letters that the use of an array fixes: z1[j] uses b1[j], so j is b1's index."""
    uses = [e for e in found_in(equation.right, Indexed) if name_of(e) == name_of(by)]
    if not uses:
        return {}
    whole: dict[Symbol, Expr] = {}
    for axis, index in enumerate(indices_of(by)):
        here = {indices_of(use)[axis] for use in uses}
        letter = next(iter(here))
        if len(here) == 1 and letter in equation.indices and letter not in whole:
            whole[letter] = index
    return whole


def instance(equation: Equation, letters: dict[Symbol, Expr], taken: set[Symbol]) -> tuple[Expr, Expr, list]:
    """The equation at given left indices, the other letters renamed away from `taken`.

    Returns the left side, the right side, and the (letter, dimension) of each free letter.
    """
    mapping: dict[Expr, Expr] = {}
    used = set(taken) | letters_in(equation.right) - set(equation.indices)
    loose = []
    for letter in equation.indices:
        if letter in letters:
            mapping[letter] = letters[letter]
            continue
        new = fresh(used, prefer=(letter.name, "k", "m", "q", "r"))
        used.add(new)
        mapping[letter] = new
        loose.append((new, equation.ranges[letter]))
    moved = {old: new for old, new in mapping.items() if old != new}
    indices = [mapping[letter] for letter in equation.indices]
    right = clear_of(substitute(equation.right, moved), {*taken, *mapping.values()})
    return element(equation.name, *indices), right, loose
