"""Rewritings that keep a program finite, and right, where the formula as written would overflow or lose its digits.

Each is found by its pattern, never by a name, and an identity over the reals, but for what `stable_rows` says of
exp(-60). Softmax and log-sum-exp are shifted by their largest exponent, which becomes an array of its own; any
shift leaves the value as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sympy import Add, Expr, Indexed, Mul, Pow, Sum, Symbol, log

from derive.records import Equation, Formula
from derive.renaming import factors_of, fresh, letters_in, nameless, rebuild, substitute
from derive.terms import Named, indices_of, name_of, range_of, total

from .clipping import clip, clipped, without_step
from .decaying import decaying_entries
from .helpers import Helper, Helpers
from .poles import times, times_rest
from .shifting import Shifts, is_sum_of_exp
from .stable_rows import LOGARITHMS, PRODUCTS, SUMS, at_least, exponential_quotient, log_softplus, sigmoid, softplus

__all__ = ["Helper", "Stabiliser", "sigmoid", "softplus", "stable_scalar"]


def stable_scalar(node: Expr) -> Expr:
    """A formula of numbers with the rows applied wherever their patterns occur."""
    return Stabiliser().rewrite(node, {}, "")[1]


class Stabiliser:
    """Rewrites the equations of one program in order; knows what earlier ones defined.

    `positive` are the names of positive numbers, `functions` the formulas of the functions in the equations,
    `sizes` the dimensions that are known numbers.
    """

    def __init__(
        self,
        taken: Iterable[str] = (),
        positive: Iterable[str] = (),
        functions: Mapping[str, Formula] = MappingProxyType({}),
        sizes: Mapping[Symbol, int] = MappingProxyType({}),
    ) -> None:
        self._declared = frozenset(positive)
        self._functions = functions
        self._definitions: dict[str, tuple[tuple[Symbol, ...], Expr]] = {}
        self._made = Helpers(taken)
        self._shifts = Shifts(self._made, sizes)

    def equation(self, equation: Equation) -> tuple[list[Helper], Expr]:
        """The helpers to compute first, and the right side in terms of them."""
        digits = equation.name[len(equation.name.rstrip("0123456789")) :]
        helpers, right = self.rewrite(equation.right, equation.ranges, digits or f"_{equation.name}")
        self._definitions[equation.name] = (equation.indices, right)
        return helpers, right

    def product(
        self, entry: Expr, formula: Expr, ranges: Mapping[Symbol, Expr], suffix: str
    ) -> tuple[list[Helper], Expr] | None:
        """entry*formula as an array of its own, where `formula` has a pole at 0 that cancels."""
        product = times(entry, formula)
        return None if product is None else self._weighted(entry, product, ranges, suffix)

    def _weighted(
        self, entry: Expr, product: Expr, ranges: Mapping[Symbol, Expr], suffix: str
    ) -> tuple[list[Helper], Expr]:
        helpers, right = self.rewrite(product, ranges, suffix)
        return helpers, self._made.array("weighted", indices_of(entry), right, ranges)

    def through_others(
        self, right: Expr, cotangent: str, entry: Expr, formula: Expr, ranges: Mapping[Symbol, Expr], suffix: str
    ) -> tuple[list[Helper], Expr] | None:
        """a_k*(g_k - Sum_q a_q*g_q) -> e_k - Sum_q e_q*s_kq, for shares a of a whole where g has a pole at a = 1.

        e is a*(1 - a)*g, without the pole; s_kq is what share k is of all but q, 0 where they are the same.
        """
        product = times_rest(entry, formula)
        share = self._unfolded(entry)
        found = self._shifts.share_of_few(share)
        if product is None or found is None:
            return None
        shifted, letters = found
        own, one = letters[shifted.letter], fresh({*letters_in(right), *indices_of(entry)})
        along = (one, ranges[own])
        for there in (e for e in right.atoms(Indexed) if name_of(e) == cotangent):
            here = dict(zip(indices_of(entry), indices_of(there), strict=True))
            a, other = substitute(entry, here), {here[own]: one}
            if nameless(right) == nameless(a * (there - total(substitute(a * there, other), along))):
                helpers, weighted = self._weighted(entry, product, ranges, suffix)
                e = substitute(weighted, here)
                beside = self._shifts.share_of_others(substitute(share, here), one)
                return helpers, e - total(substitute(e, other) * beside, along)
        return None

    def rewrite(self, expression: Expr, ranges: Mapping[Symbol, Expr], suffix: str) -> tuple[list[Helper], Expr]:
        """`expression` with every row applied; helpers are called max, exp and sum with `suffix`."""
        self._made.begin(suffix)
        right = decaying_entries(self._visit(expression, dict(ranges)))
        return self._made.new, right

    def _visit(self, node: Expr, scope: dict[Symbol, Expr]) -> Expr:
        if not node.args or isinstance(node, Indexed):
            return node
        if isinstance(node, (Mul, Pow, Add)):
            found = self._sum(node, scope) if isinstance(node, Add) else self._product(node, scope)
            if found is not None:
                return self._visit(found, scope)
        if isinstance(node, log):
            return self._logarithm(node, scope)
        if isinstance(node, Sum):
            letter, size = range_of(node)
            return total(self._visit(node.function, {**scope, letter: size}), (letter, size))
        new = [self._visit(a, scope) for a in node.args]
        return node if all(a is b for a, b in zip(new, node.args, strict=True)) else rebuild(node, new)

    def _sum(self, node: Expr, scope: dict[Symbol, Expr]) -> Expr | None:
        """Sums of which digits would be lost: 2*sigmoid(u) - 1, 1 + erf(u), what is beyond a bound taken off again."""
        found = next((r for rule in SUMS if (r := rule(node)) is not None), None)
        if found is None:
            terms = [less if (less := without_step(term)) is not None else term for term in node.args]
            found = clipped(Add(*terms), self._positive, lambda u, k: self._clip(u, k, scope))
        return found

    def _clip(self, u: Expr, k: Expr, scope: dict[Symbol, Expr]) -> tuple[Expr, Expr]:
        """The number u and the number clipped, as entries of arrays."""
        u = self._made.number("gap", u, scope) if isinstance(u, Add) else u
        return u, self._made.number("clip", clip(u, k), scope)

    def _positive(self, number: Expr) -> bool:
        return all(f.is_positive or isinstance(f, Symbol) and f.name in self._declared for f in factors_of(number))

    def _product(self, node: Expr, scope: dict[Symbol, Expr]) -> Expr | None:
        found = next((r for rule in (*PRODUCTS, self._kept_from_zero) if (r := rule(node)) is not None), None)
        return self._shifts.quotient(node, scope) if found is None else found

    def _kept_from_zero(self, node: Expr) -> Expr | None:
        """(1 - exp(-s))/s, with s = softplus(u) kept from being 0 in floats."""
        s = exponential_quotient(node)
        return node.xreplace({s: at_least(s)}) if s is not None and isinstance(self._unfolded(s), softplus) else None

    def _logarithm(self, node: Expr, scope: dict[Symbol, Expr]) -> Expr:
        (argument,) = node.args
        if is_sum_of_exp(argument):
            return self._shifts.log_of_sum(argument, scope)
        argument = self._visit(argument, scope)
        for candidate in (argument, self._unfolded(argument)):
            if isinstance(candidate, softplus):
                return log_softplus(argument, candidate.args[0])
            for rule in (*LOGARITHMS, self._shifts.log_of_share, self._shifts.log_of_others):
                if (found := rule(candidate)) is not None:
                    return found
        return log(argument)

    def _unfolded(self, argument: Expr) -> Expr:
        """Entries of arrays replaced by what defines them, so that a row can be recognised."""
        values = {}
        for entry in argument.atoms(Indexed):
            if name_of(entry) in self._definitions:
                letters, right = self._definitions[name_of(entry)]
                if isinstance(right, Named) or self._shifts.share(right) is not None:
                    values[entry] = substitute(right, dict(zip(letters, indices_of(entry), strict=True)))
        return argument.xreplace(values).replace(lambda node: isinstance(node, Named), self._usual)

    def _usual(self, call: Expr) -> Expr:
        """A function of one's own by its usual name, where its formula is that of sigmoid or softplus."""
        formula = self._functions.get(call.func.label)
        if formula is None or formula.axis is not None or call.func.order:
            return call
        usual = stable_scalar(formula.expression)
        return usual.xreplace({formula.variable: call.args[0]}) if isinstance(usual, (sigmoid, softplus)) else call
