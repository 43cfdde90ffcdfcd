"""Updates as statements about gradients: a step of gradient descent is minus the rate times the gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ...errors import InputError
from ..reading.sketch import Change, Derivative, Minus, Name, Number, Plus, Product, Sketch, Statement, walk

RATES = ("eta", "alpha", "epsilon", "gamma", "lr", "rate", "learning_rate", "varepsilon", "rho")
NEW = {"new", "plus", "next", "+"}


@dataclass(frozen=True)
class GradientOf(Sketch):
    """The derivative of the cost by a symbol."""

    of: Sketch


@dataclass(frozen=True)
class Pair:
    """Two sides that are said to be equal, and what was decided to make them so."""

    left: Sketch
    right: Sketch
    notes: tuple[str, ...] = ()
    relation: str = "="


def pairs(
    statement: Statement, is_parameter: Callable[[Sketch], bool], is_array: Callable[[Name], bool]
) -> tuple[Pair, ...]:
    """The equations a statement makes: each two neighbours. Raises InputError for a statement that says nothing."""
    sides, signs = statement.sides, statement.signs
    if not signs:
        raise InputError(f"{statement.text or 'the formula'}: there is no equation in it; write ... = ...")
    found = []
    for left, sign, right in zip(sides, signs, sides[1:], strict=False):
        found.append(_pair(left, sign, right, statement, is_parameter, is_array))
    if len(found) > 1 and isinstance(sides[0], Name) and sides[0].order and isinstance(sides[1], Derivative):
        found = found[1:]
    return tuple(found)


def _pair(
    left: Sketch,
    sign: str,
    right: Sketch,
    statement: Statement,
    is_parameter: Callable[[Sketch], bool],
    is_array: Callable[[Name], bool],
) -> Pair:
    if isinstance(left, Change):
        return _step(left.of, right, is_array)
    if sign in ("+=", "-="):
        if sign == "+=" and (isinstance(left, Derivative) or isinstance(left, Name) and "d" in left.marks):
            if right == left:
                raise InputError(
                    f"{statement.text}: what is added is the sum itself, so nothing is said of the gradient"
                )
            return Pair(left, right, ("what is added is the gradient of one record",))
        if not is_parameter(left):
            if isinstance(left, Name) and sign == "+=":
                return Pair(left, right, ("what is added is that of one record",))
            raise InputError(f"{statement.text}: {sign} changes a parameter, or a gradient")
        return _step(left, right if sign == "+=" else Minus(right), is_array)
    rest = _change(left, right) if sign in ("=", "<-") and is_parameter(_old(left)) else None
    if rest is not None:
        return _step(_old(left), rest, is_array)
    if sign == "approx":
        return Pair(left, right, ("approximately equal is judged as equal",))
    if sign == "~":
        return Pair(left, right, relation="~")
    return Pair(left, right)


def _step(of: Sketch, step: Sketch, is_array: Callable[[Name], bool]) -> Pair:
    """``-eta*dC/dw = step``."""
    rate = next(_rates(step, is_array), None)
    gradient: Sketch = GradientOf(of)
    if rate is not None:
        return Pair(Minus(Product((rate, gradient), ("",))), step, ("a step of gradient descent",))
    return Pair(Minus(gradient), step, ("a step of gradient descent with the rate 1",))


def _rates(step: Sketch, is_array: Callable[[Name], bool]) -> Iterator[Name]:
    for node in walk(step):
        if isinstance(node, Name) and node.stem in RATES and not is_array(node) and "d" not in node.marks:
            yield node


def _old(name: Sketch) -> Sketch:
    """The parameter before the update: without the prime or the word that says new."""
    if not isinstance(name, Name):
        return name
    below = tuple(part for part in name.below if not _is_new(part))
    above = tuple(part for part in name.above if not _is_new(part))
    return replace(name, below=below, above=above, order=0)


def _is_new(part: Sketch) -> bool:
    if isinstance(part, Plus):
        return (
            len(part.terms) == 2
            and isinstance(part.terms[1], Number)
            and isinstance(part.terms[0], Name)
            and (part.terms[0].stem in ("t", "n", "k", "tau"))
        )
    return isinstance(part, Name) and part.stem in NEW


def _moment(part: Sketch) -> bool:
    return isinstance(part, Name) and part.stem in ("old", "t", "n", "tau")


def _same(term: Sketch, old: Sketch) -> bool:
    """Whether a term is the parameter before the update."""
    if term == old:
        return True
    if not isinstance(term, Name):
        return False
    bare = replace(
        term, below=tuple(p for p in term.below if not _moment(p)), above=tuple(p for p in term.above if not _moment(p))
    )
    return bare == old


def _change(left: Sketch, right: Sketch) -> Sketch | None:
    """What is added to a parameter; None where the right side does not begin with it."""
    old = _old(left)
    if not isinstance(right, Plus):
        return None
    rest = list(right.terms)
    for place, term in enumerate(rest):
        if _same(term, old):
            del rest[place]
            return rest[0] if len(rest) == 1 else Plus(tuple(rest))
    return None
