"""Rewritings that keep a program finite where the formula as written would overflow.

Each is a row found by its pattern, never by a name, and an identity over the reals. Softmax and
log-sum-exp are shifted by their largest exponent, which becomes an array of its own; any shift
leaves the value as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sympy import Expr, Indexed, Integer, Mul, Pow, S, Sum, Symbol, exp, log

from derive.records import Equation
from derive.renaming import factors_of, rebuild, substitute, terms_of
from derive.terms import Named, element, free_indices, indices_of, name_of, named, range_of, total

from .decaying import decaying_entries
from .poles import times

sigmoid, softplus = named("sigmoid"), named("softplus")


@dataclass(frozen=True)
class Helper:
    """An array computed on the way: name[indices] = right, or the largest of it along `over`."""

    name: str
    indices: tuple[Symbol, ...]
    right: Expr
    ranges: Mapping[Symbol, Expr]
    over: Symbol | None = None


@dataclass(frozen=True)
class _Shifted:
    """The arrays of one shifted sum of exponentials, as entries in the letters `free` and `letter`."""

    letter: Symbol
    free: tuple[Symbol, ...]
    exponent: Expr
    largest: Expr
    grown: Expr
    total: Expr


def one_plus_exp(expression: Expr) -> Expr | None:
    """The u of 1 + exp(u)."""
    terms = terms_of(expression)
    if len(terms) == 2 and S.One in terms:
        other = terms[1] if terms[0] == 1 else terms[0]
        return other.args[0] if isinstance(other, exp) else None
    return None


def logistic(node: Expr) -> Expr | None:
    """exp(c u)/(1 + exp(u))^n -> sigmoid(u)^c sigmoid(-u)^(n - c)."""
    factors = list(factors_of(node))
    for power in factors:
        u = one_plus_exp(power.base) if isinstance(power, Pow) else None
        if u is None or not (power.exp.is_Integer and power.exp < 0):
            continue
        grown = next((f for f in factors if isinstance(f, exp) and (f.args[0] / u).is_Integer), None)
        count = grown.args[0] / u if grown is not None else Integer(0)
        if not 0 <= count <= -power.exp:
            grown, count = None, Integer(0)
        rest = Mul(*(f for f in factors if f is not power and f is not grown))
        return rest * sigmoid(u) ** count * sigmoid(-u) ** (-power.exp - count)
    return None


def log_one_plus_exp(argument: Expr) -> Expr | None:
    """log(1 + exp(u)) -> softplus(u)."""
    u = one_plus_exp(argument)
    return None if u is None else softplus(u)


def log_sigmoid(argument: Expr) -> Expr | None:
    """log(sigmoid(u)) -> -softplus(-u)."""
    return -softplus(-argument.args[0]) if isinstance(argument, sigmoid) else None


def log_one_minus_sigmoid(argument: Expr) -> Expr | None:
    """log(1 - sigmoid(u)) -> -softplus(u)."""
    rest = 1 - argument
    return -softplus(rest.args[0]) if isinstance(rest, sigmoid) else None


QUOTIENTS = (logistic,)
LOGARITHMS = (log_one_plus_exp, log_sigmoid, log_one_minus_sigmoid)


def stable_scalar(node: Expr) -> Expr:
    """A formula of numbers with the rows applied wherever their patterns occur."""
    return Stabiliser().rewrite(node, {}, "")[1]


class Stabiliser:
    """Rewrites the equations of one program in order; knows what earlier ones defined."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._definitions: dict[str, tuple[tuple[Symbol, ...], Expr]] = {}
        self._shifted: list[_Shifted] = []
        self._helpers: list[Helper] = []
        self._suffix = ""

    def equation(self, equation: Equation) -> tuple[list[Helper], Expr]:
        """The helpers to compute first, and the right side in terms of them."""
        digits = equation.name[len(equation.name.rstrip("0123456789")) :]
        helpers, right = self.rewrite(equation.right, equation.ranges, digits or f"_{equation.name}")
        self._definitions[equation.name] = (equation.indices, right)
        return helpers, right

    def product(self, entry: Expr, formula: Expr, ranges: Mapping[Symbol, Expr], suffix: str) -> Helper | None:
        """entry*formula as an array of its own, where `formula` has a pole at 0 that cancels."""
        product = times(entry, formula)
        if product is None:
            return None
        helpers, right = self.rewrite(product, ranges, suffix)
        return None if helpers else Helper(self._name("weighted"), indices_of(entry), right, ranges)

    def rewrite(self, expression: Expr, ranges: Mapping[Symbol, Expr], suffix: str) -> tuple[list[Helper], Expr]:
        """`expression` with every row applied; helpers are called max, exp and sum with `suffix`."""
        self._helpers, self._suffix = [], suffix
        right = decaying_entries(self._visit(expression, dict(ranges)))
        return self._helpers, right

    def _visit(self, node: Expr, scope: dict[Symbol, Expr]) -> Expr:
        if not node.args or isinstance(node, Indexed):
            return node
        if isinstance(node, (Mul, Pow)):
            found = next((r for rule in QUOTIENTS if (r := rule(node)) is not None), None)
            found = self._softmax(node, scope) if found is None else found
            if found is not None:
                return self._visit(found, scope)
        if isinstance(node, log):
            return self._logarithm(node, scope)
        if isinstance(node, Sum):
            letter, size = range_of(node)
            return total(self._visit(node.function, {**scope, letter: size}), (letter, size))
        new = [self._visit(a, scope) for a in node.args]
        return node if all(a is b for a, b in zip(new, node.args, strict=True)) else rebuild(node, new)

    def _softmax(self, node: Expr, scope: dict[Symbol, Expr]) -> Expr | None:
        """exp(u_k)/Sum_m exp(u_m), the maximum of u taken off every exponent."""
        factors = list(factors_of(node))
        for inverse in factors:
            if not (isinstance(inverse, Pow) and inverse.exp == -1 and _is_sum_of_exp(inverse.base)):
                continue
            letter, _ = range_of(inverse.base)
            exponent = inverse.base.function.args[0]
            for grown in (f for f in factors if isinstance(f, exp)):
                for index in free_indices(grown.args[0]):
                    if substitute(exponent, {letter: index}) == grown.args[0]:
                        shifted = self._shift(inverse.base, scope)
                        rest = Mul(*(f for f in factors if f is not inverse and f is not grown))
                        return rest * substitute(shifted.grown, {letter: index}) / shifted.total
        return None

    def _logarithm(self, node: Expr, scope: dict[Symbol, Expr]) -> Expr:
        (argument,) = node.args
        if _is_sum_of_exp(argument):
            shifted = self._shift(argument, scope)
            return shifted.largest + log(shifted.total)
        argument = self._visit(argument, scope)
        for candidate in (argument, self._unfolded(argument)):
            found = next((r for rule in LOGARITHMS if (r := rule(candidate)) is not None), None)
            if found is None:
                found = self._log_softmax(candidate)
            if found is not None:
                return found
        return log(argument)

    def _unfolded(self, argument: Expr) -> Expr:
        """Entries of arrays replaced by what defines them, so that a row can be recognised."""
        values = {}
        for entry in argument.atoms(Indexed):
            if name_of(entry) in self._definitions:
                letters, right = self._definitions[name_of(entry)]
                if isinstance(right, Named) or self._log_softmax(right) is not None:
                    values[entry] = substitute(right, dict(zip(letters, indices_of(entry), strict=True)))
        return argument.xreplace(values)

    def _log_softmax(self, argument: Expr) -> Expr | None:
        """log of a shifted quotient: u_k - max u - log Sum_m exp(u_m - max u)."""
        factors = factors_of(argument)
        grown = next((f for f in factors if isinstance(f, Indexed)), None)
        for shifted in self._shifted:
            if len(factors) != 2 or grown is None or name_of(grown) != name_of(shifted.grown):
                continue
            letters = dict(zip(indices_of(shifted.grown), indices_of(grown), strict=True))
            sum_here = substitute(shifted.total, letters)
            if 1 / sum_here in factors:
                return substitute(shifted.exponent - shifted.largest, letters) - log(sum_here)
        return None

    def _shift(self, node: Sum, scope: dict[Symbol, Expr]) -> _Shifted:
        """The arrays for a sum of exponentials, made when first needed."""
        letter, size = range_of(node)
        exponent = node.function.args[0]
        free = tuple(sorted(free_indices(exponent) - {letter}, key=lambda s: (list(scope).index(s), s.name)))
        for known in self._shifted:
            if len(known.free) == len(free):
                letters = dict(zip((*known.free, known.letter), (*free, letter), strict=True))
                if substitute(known.exponent, letters) == exponent:
                    known_entries = (substitute(e, letters) for e in (known.largest, known.grown, known.total))
                    return _Shifted(letter, free, exponent, *known_entries)
        largest, grown, whole = (self._name(word) for word in ("max", "exp", "sum"))
        entries = element(largest, *free), element(grown, *free, letter), element(whole, *free)
        made = _Shifted(letter, free, exponent, *entries)
        outer = {s: scope[s] for s in free}
        inner = {**outer, letter: size}
        self._helpers += [
            Helper(name_of(made.largest), free, exponent, inner, letter),
            Helper(name_of(made.grown), (*free, letter), exp(exponent - made.largest), inner),
            Helper(name_of(made.total), free, total(made.grown, (letter, size)), outer),
        ]
        self._shifted.append(made)
        return made

    def _name(self, word: str) -> str:
        name = f"{word}{self._suffix}"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def _is_sum_of_exp(node: Expr) -> bool:
    return isinstance(node, Sum) and isinstance(node.function, exp) and range_of(node)[0] in free_indices(node.function)
