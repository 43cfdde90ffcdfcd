"""The tree of a formula as it was written, in whatever notation: symbols have no meaning here yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from fractions import Fraction


class Sketch:
    """A formula as it was written. Two sketches are equal if they were written alike."""


@dataclass(frozen=True)
class Number(Sketch):
    value: Fraction


@dataclass(frozen=True)
class Name(Sketch):
    """A symbol with everything that hangs on it: ``\\hat w^{(l)\\prime}_{jk}``.

    `stem` is a letter or word, Greek ones spelled out (``delta``, ``sigma``, ``net``, ``W``);
    `marks` what stands on it or changes its looks (``hat``, ``tilde``, ``bar``, ``bold``,
    ``cal``); `below` and `above` its scripts, one for each letter or group. `order` counts primes.
    """

    stem: str
    marks: tuple[str, ...] = ()
    below: tuple[Sketch, ...] = ()
    above: tuple[Sketch, ...] = ()
    order: int = 0


@dataclass(frozen=True)
class Plus(Sketch):
    terms: tuple[Sketch, ...]


@dataclass(frozen=True)
class Minus(Sketch):
    of: Sketch


@dataclass(frozen=True)
class Product(Sketch):
    """Factors side by side. `signs` stand between them, one fewer than there are factors:

    ``""`` nothing, ``"*"`` an asterisk, ``"."`` a centred dot, ``"x"`` a cross, ``"o"`` an elementwise product,
    ``"@"`` a matrix product.
    """

    factors: tuple[Sketch, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Divide(Sketch):
    above: Sketch
    below: Sketch


@dataclass(frozen=True)
class Power(Sketch):
    base: Sketch
    exponent: Sketch


@dataclass(frozen=True)
class Transpose(Sketch):
    of: Sketch


@dataclass(frozen=True)
class Apply(Sketch):
    """A name, or a power such as ``\\tanh^2``, before brackets: a function, or a product as in ``a(1 - a)``."""

    head: Name | Power
    arguments: tuple[Sketch, ...]


@dataclass(frozen=True)
class Sum(Sketch):
    """A sum over `letters` from `lower` to `upper`; `over` is what the letter is said to run in, as words."""

    letters: tuple[str, ...]
    body: Sketch
    lower: Sketch | None = None
    upper: Sketch | None = None
    over: str = ""


@dataclass(frozen=True)
class Multiply(Sketch):
    """``\\prod``: a product over `letters`, as in Sum."""

    letters: tuple[str, ...]
    body: Sketch
    lower: Sketch | None = None
    upper: Sketch | None = None
    over: str = ""


@dataclass(frozen=True)
class Reduce(Sketch):
    """``np.sum(of, axis=0)``: `kind` is sum, mean, max or min; without `axis` over all axes."""

    kind: str
    of: Sketch
    axis: int | None = None
    keepdims: bool = False


@dataclass(frozen=True)
class Outer(Sketch):
    left: Sketch
    right: Sketch


@dataclass(frozen=True)
class At(Sketch):
    """``A[p, k]``, ``A[:, None]``: each place a sketch, ``":"`` for a whole axis or ``"None"`` for a new one."""

    of: Sketch
    places: tuple[Sketch | str, ...]


@dataclass(frozen=True)
class Derivative(Sketch):
    """``\\partial C/\\partial w_{jk}``, ``dE/dw``; ``\\nabla_a C`` has the kind "nabla" (without a, `by` is None)."""

    of: Sketch
    by: Sketch | None
    kind: str = "partial"


@dataclass(frozen=True)
class Change(Sketch):
    """``\\Delta w``: by how much an update changes it."""

    of: Sketch


@dataclass(frozen=True)
class Norm(Sketch):
    of: Sketch


@dataclass(frozen=True)
class Diagonal(Sketch):
    of: Sketch


@dataclass(frozen=True)
class Condition(Sketch):
    """Sketches with ``=``, ``!=``, ``<``, ``>``, ``<=``, ``>=`` between them, or ``in`` before a set or a word."""

    sides: tuple[Sketch, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Indicator(Sketch):
    """1 where the condition holds, else 0; ``\\delta_{jk}`` is read as a Name."""

    condition: Condition


@dataclass(frozen=True)
class Cases(Sketch):
    """Values with their conditions, None for "otherwise"."""

    branches: tuple[tuple[Sketch, Condition | None], ...]


@dataclass(frozen=True)
class Statement:
    """``left = right = ...``: the sides, and the sign between each two.

    Signs are ``=`` (also := and ``\\equiv``), ``<-`` (assignment), ``+=``, ``-=``, ``~`` (proportional) and ``approx``.
    `text` is what was written, `condition` a case it is said to hold for; `is_numpy`: written as a NumPy expression.
    """

    sides: tuple[Sketch, ...]
    signs: tuple[str, ...]
    text: str = ""
    condition: Condition | None = None
    is_numpy: bool = False


def children(node: Sketch) -> tuple[Sketch, ...]:
    """The sketches right under this one, in the order in which they were written."""
    found: list[Sketch] = []

    def collect(value: object) -> None:
        if isinstance(value, Sketch):
            found.append(value)
        elif isinstance(value, tuple):
            for part in value:
                collect(part)

    for part in fields(node):  # type: ignore[arg-type]
        collect(getattr(node, part.name))
    return tuple(found)


def walk(*roots: Sketch) -> Iterator[Sketch]:
    """Every sketch in these trees, from above to below."""
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def rebuilt(node: Sketch, change: Callable[[Sketch], Sketch]) -> Sketch:
    """The same sketch with every sketch right under it changed."""

    def new(value: object) -> object:
        if isinstance(value, Sketch):
            return change(value)
        return tuple(map(new, value)) if isinstance(value, tuple) else value

    return type(node)(*(new(getattr(node, part.name)) for part in fields(node)))  # type: ignore[arg-type]
