"""Equations made by rule: rewritten step by step, spoiled by one planted error, or true at small widths only.

Which are true is decided by how they were made and by floats (`floats.py`), never by the checker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from random import Random
from typing import NamedTuple

from floats import Floats
from identities import FUNCTIONS, z_
from identities_small import SMALL
from identity_errors import ERRORS
from identity_families import FAMILIES, grown
from identity_rules import INSERTIONS, RULES
from identity_words import AXES, DEFINITIONS, FACTS, FREE, Maker, n, p
from sympy import Abs, Expr, Indexed, KroneckerDelta, Sum, log, nan, oo, zoo
from sympy import sign as sympy_sign

from derive.proof.identity import decide
from derive.records import Formula, Proof
from derive.renaming import letters_in, nameless, rebuild
from derive.terms import Named, Partial, free_indices, maximum, minimum, range_of, step

TINY, SAME, DIFFERENT = 1e-8, 1e-6, 1e-3
"""Beside the size of the sides: rounding stays below the first two, an error that counts is above the third."""
WIDE = ({n: 5, p: 6}, {n: 6, p: 5})
SMALLEST = range(1, 9)
LARGEST, MOST_SUMS, MOST_FREE, MOST_KINKS = 45, 4, 2, 3
KINKS = (Abs, maximum, minimum, step, sympy_sign)
KINKED = ("relu", "leaky", "elu", "softsign")
FORMULAS = {**FUNCTIONS, "square": Formula("square", z_, z_**2)}


class Row(NamedTuple):
    """An equation that was made, and from which family."""

    family: str
    left: Expr
    right: Expr

    @property
    def ranges(self) -> dict:
        free = free_indices(self.left) | free_indices(self.right)
        return {letter: size for letter, size in FREE.items() if letter in free}

    def verdict(self) -> Proof:
        context = {"definitions": DEFINITIONS, "facts": FACTS, "functions": FORMULAS}
        return decide(self.left, self.right, ranges=self.ranges, cached=False, **context)

    def gap(self, widths: dict, seed: int) -> float | None:
        """How far the sides are apart at a random point; None outside the domain."""
        return Floats(AXES, widths, seed, DEFINITIONS, FACTS, FORMULAS).gap(self.left, self.right, self.ranges)

    def gaps(self) -> list[float]:
        """How far the sides are apart at some points, of different widths."""
        found = [self.gap(widths, seed) for seed in range(4) for widths in WIDE]
        return [gap for gap in found if gap is not None]


def outcome(row: Row, true: bool) -> str:
    """Whether the verdict is "right" or "wrong", or else why it is neither.

    Proved at the widths it lists is no wrong verdict where the sides are equal at these.
    """
    proof = row.verdict()
    if proof.status == "undecided":
        return proof.reason
    if proof.status == ("proved" if true else "refuted"):
        return "right"
    if proof.status == "refuted" or proof.widths == "all":
        return "wrong"
    listed = [{d: widths.get(str(d), 1) for d in (n, p)} for widths in proof.widths]
    equal = all((row.gap(widths, 1) or 0) < SAME for widths in listed)
    return f"proved at the widths {list(proof.widths)} only" if equal else "wrong"


def places(node: Expr, scope: dict, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Expr, dict]]:
    """Every node that stands for a number, with the letters around it."""
    yield path, node, scope
    if isinstance(node, (Indexed, KroneckerDelta, Partial)):
        return
    if isinstance(node, Sum):
        letter, size = range_of(node)
        yield from places(node.args[0], {**scope, letter: size}, (*path, 0))
        return
    for place, part in enumerate(node.args):
        yield from places(part, scope, (*path, place))


def put(node: Expr, path: tuple[int, ...], new: Expr) -> Expr:
    if not path:
        return new
    return rebuild(node, [put(q, path[1:], new) if at == path[0] else q for at, q in enumerate(node.args)])


def changed(whole: Expr, m: Maker, table: list) -> Expr:
    """`whole` with one row of the table applied at one place; as it is where none applies."""
    found, m.taken = list(places(whole, FREE)), set(letters_in(whole)) | set(FREE)
    for kind, rule in m.random.sample(table, len(table)):
        fitting = [place for place in found if isinstance(place[1], kind)]
        for path, node, scope in m.random.sample(fitting, min(len(fitting), 3)):
            m.scope = dict(scope)
            new = rule(node, m)
            m.scope = dict(FREE)
            if new is not None and new != node:
                return put(whole, path, new)
    return whole


def size(node: Expr) -> int:
    return 1 + sum(map(size, () if isinstance(node, Indexed) else node.args))


def sums(node: Expr) -> int:
    return isinstance(node, Sum) + sum(map(sums, node.args))


def kinks(node: Expr) -> int:
    """Signs that are asked for, more of them under sums: their patterns are tried one by one."""
    here = isinstance(node, KINKS) or isinstance(node, Named) and node.label in KINKED
    return here + sum(map(kinks, node.args)) * (3 if isinstance(node, Sum) else 1)


def sound(row: Row) -> bool:
    """Whether it is an equation between numbers, and small enough."""
    sides = row.left, row.right
    free = 1 if any(side.has(log, Named, *KINKS) for side in sides) else MOST_FREE
    large = max(map(size, sides)) > LARGEST or max(map(sums, sides)) > MOST_SUMS or len(row.ranges) > free
    return not large and sum(map(kinks, sides)) <= MOST_KINKS and not any(side.has(zoo, nan, oo) for side in sides)


def attempts(name: str) -> Iterator[Maker]:
    return (Maker(Random(f"{name} {number}")) for number in count())


def rewritten(family: str) -> Iterator[Row]:
    """True at every width: both sides come from one expression by sound rules."""
    for m in attempts(family):
        start = grown(m, FAMILIES[family], m.one([2, 2, 3]))
        row = Row(family, start, start)
        for table in [m.one([RULES, INSERTIONS]), *[RULES] * m.one([2, 3, 4])]:
            row = row._replace(right=changed(row.right, m, table))
        row = row._replace(left=changed(row.left, m, RULES))
        if sound(row) and nameless(row.left) != nameless(row.right):
            yield row


def spoiled(family: str) -> Iterator[Row]:
    """False: a true one with one planted error."""
    for m, row in zip(attempts(f"{family} spoiled"), rewritten(family), strict=False):
        row = row._replace(right=changed(row.right, m, ERRORS))
        if sound(row) and max([0, *row.gaps()]) > DIFFERENT:
            yield row


def small(family: str) -> Iterator[Row]:
    """False: it holds at some small widths and at no large ones."""
    for m in attempts(f"{family} small"):
        row = Row(family, *SMALL[family](m))
        for _ in range(m.one([0, 0, 1, 2])):
            row = row._replace(left=changed(row.left, m, RULES))
        gaps = [row.gap({n: width + m.one([0, 1]), p: width + m.one([0, 1])}, 1) for width in SMALLEST]
        found = [gap for gap in gaps if gap is not None]
        if not row.left.has(zoo, nan, oo) and found and min(found) < TINY and max(found) > DIFFERENT:
            yield row


KINDS: dict[str, tuple[Callable[[str], Iterator[Row]], dict, int, bool]] = {
    "rewritten": (rewritten, FAMILIES, 27, True),
    "spoiled": (spoiled, FAMILIES, 27, False),
    "small": (small, SMALL, 20, False),
}
"""How the rows of a kind are made, from which families, how many of each, and whether they are true."""


@cache
def rows(kind: str, family: str) -> tuple[Row, ...]:
    """The rows of one family, all different."""
    make, _, wanted, _ = KINDS[kind]
    found: dict[tuple, Row] = {}
    for row in make(family):
        found.setdefault(key(row), row)
        if len(found) == wanted:
            return tuple(found.values())
    raise AssertionError("unreachable: there is always another attempt")


def key(row: Row) -> tuple[Expr, Expr]:
    """The same for equations that differ in the names of bound indices only."""
    return nameless(row.left), nameless(row.right)


CASES = [(kind, family) for kind, (_, families, _, _) in KINDS.items() for family in families]
