"""The words formulas are written in: SymPy nodes, made in one way only.

An *index* is an integer symbol, a *dimension* a positive integer symbol, a *scalar* a real
symbol, an *array* a real ``IndexedBase``. Indices count from 0. A sum carries its range as
explicit limits ``(k, 0, n - 1)``; the range of a free index is kept beside the expression,
in a mapping from index to dimension.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from sympy import Expr, Indexed, IndexedBase, KroneckerDelta, Product, S, Sum, Symbol, Tuple, sympify
from sympy import sign as sympy_sign
from sympy.core.function import ArgumentIndexError, Function


@cache
def index(name: str) -> Symbol:
    """An index letter such as ``j``."""
    return Symbol(name, integer=True)


@cache
def dimension(name: str) -> Symbol:
    """A width such as ``n1``: how many values an index takes."""
    return Symbol(name, integer=True, positive=True)


@cache
def scalar(name: str) -> Symbol:
    """A real number with a name, such as the cost ``C``."""
    return Symbol(name, real=True)


@cache
def array(name: str) -> IndexedBase:
    """A real array with a name, such as ``W1``."""
    return IndexedBase(name, real=True)


class Entry(Indexed):
    """An entry of a real array: SymPy's node, without working out the same assumptions each time."""

    def __new__(cls, base: IndexedBase, *indices: Expr) -> Entry:
        entry = Expr.__new__(cls, base, *map(sympify, indices))
        entry._assumptions = _facts_of_a_real_entry()
        return entry

    def _hashable_content(self) -> tuple:
        return self._args


@cache
def _facts_of_a_real_entry() -> object:
    return Indexed(IndexedBase("entry", real=True), 0)._assumptions


@cache
def element(name: str, *indices: Expr) -> Expr:
    """The entry ``name[indices]``; without indices, the scalar ``name``."""
    return Entry(array(name), *indices) if indices else scalar(name)


def is_index(symbol: object) -> bool:
    """Whether this is an index letter (an integer symbol that is not a dimension)."""
    return isinstance(symbol, Symbol) and bool(symbol.is_integer) and not symbol.is_positive


def is_dimension(symbol: object) -> bool:
    """Whether this is the name of a width."""
    return isinstance(symbol, Symbol) and bool(symbol.is_integer) and bool(symbol.is_positive)


@cache
def _label(base: IndexedBase) -> str:
    return str(base.label)


def name_of(term: Expr) -> str:
    """The name of an array entry or a scalar."""
    if isinstance(term, Indexed):
        return _label(term.base)
    return term.name if isinstance(term, Symbol) else str(term)


def indices_of(term: Expr) -> tuple[Expr, ...]:
    """The indices of an array entry; none for a scalar."""
    return tuple(term.indices) if isinstance(term, Indexed) else ()


def cotangent_name(array: str) -> str:
    """How the derivative of the cost by `array` is called: delta1 for z1, dC/dW1 for W1."""
    stem, digits = array.rstrip("0123456789"), array[len(array.rstrip("0123456789")) :]
    return f"delta{digits}" if stem == "z" else f"dC/d{array}"


@lru_cache(maxsize=100_000)
def _limits(letter: Symbol, size: Expr) -> Tuple:
    return Tuple(letter, S.Zero, size - 1)


def total(body: Expr, *ranges: tuple[Symbol, Expr]) -> Expr:
    """The sum of `body`, one nested ``Sum`` per (index, dimension), the first outermost.

    Built without SymPy's own processing of limits, which is slow and rewrites the body.
    """
    for letter, size in reversed(ranges):
        node = Expr.__new__(Sum, body, _limits(letter, size))
        node.is_commutative = body.is_commutative
        body = node
    return body


@lru_cache(maxsize=100_000)
def range_of(node: Sum) -> tuple[Symbol, Expr]:
    """The bound index of a ``Sum`` or ``Product`` made here, and its dimension."""
    (limit,) = node.limits
    letter, lower, upper = limit
    return letter, upper - lower + 1


def kron(left: Expr, right: Expr) -> Expr:
    """1 where the indices are equal, else 0."""
    return KroneckerDelta(left, right)


class Partial(Expr):
    """The partial derivative of an array entry's own equation by one array entry in it.

    ``Partial(z2[k], a1[j])``: the right side of the equation that defines z2, differentiated
    by a1[j] with everything else in that equation held fixed. Never evaluates by itself.
    """

    is_commutative = True
    is_real = True

    def __new__(cls, of: Expr, by: Expr) -> Partial:
        return Expr.__new__(cls, of, by)

    @property
    def of(self) -> Expr:
        return self.args[0]

    @property
    def by(self) -> Expr:
        return self.args[1]


class step(Function):
    """1 for a positive argument, else 0 (so step(0) = 0)."""

    nargs = 1
    is_real = True

    def fdiff(self, argindex: int = 1) -> Expr:
        return S.Zero


class maximum(Function):
    """The larger of two; where they are equal its slope is the second argument's."""

    nargs = 2
    is_real = True

    def fdiff(self, argindex: int = 1) -> Expr:
        first = step(self.args[0] - self.args[1])
        return first if argindex == 1 else 1 - first


class minimum(Function):
    """The smaller of two; where they are equal its slope is the first argument's."""

    nargs = 2
    is_real = True

    def fdiff(self, argindex: int = 1) -> Expr:
        second = step(self.args[0] - self.args[1])
        return 1 - second if argindex == 1 else second


class Named(Function):
    """A function of one number known by its name: ``f``, ``sigmoid``, ``sigmoid'``."""

    nargs = 1
    is_real = True
    label: str
    order: int

    def fdiff(self, argindex: int = 1) -> Expr:
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return named(self.label, self.order + 1)(self.args[0])


def named(label: str, order: int = 0) -> type[Named]:
    """The function class `label` differentiated `order` times; called to apply it."""
    return _named(label, order)


@cache
def _named(label: str, order: int) -> type[Named]:
    return type(label + "'" * order, (Named,), {"label": label, "order": order, "__module__": __name__})


def sign(argument: Expr) -> Expr:
    """-1, 0 or 1."""
    return sympy_sign(argument)


@lru_cache(maxsize=200_000)
def free_indices(expression: Expr) -> frozenset[Symbol]:
    """The index letters that no sum in `expression` binds."""
    if isinstance(expression, Symbol):
        return frozenset({expression}) if is_index(expression) else frozenset()
    inner = frozenset().union(*map(free_indices, expression.args))
    return inner - {expression.args[1][0]} if isinstance(expression, (Product, Sum)) else inner


def dimensions_in(expressions: Iterable[Expr]) -> set[Symbol]:
    """The names of widths that occur in `expressions`, the limits of sums included."""
    return set().union(*map(_dimensions, expressions))


@lru_cache(maxsize=200_000)
def _dimensions(expression: Expr) -> frozenset[Symbol]:
    if isinstance(expression, Symbol):
        return frozenset({expression}) if is_dimension(expression) else frozenset()
    return frozenset().union(*map(_dimensions, expression.args))
