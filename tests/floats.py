"""Index expressions evaluated with floats at one random point, all indices at once: an oracle of its own kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from zlib import crc32

import numpy as np
from sympy import Abs, Add, Expr, Indexed, KroneckerDelta, Mul, Pow, Sum, Symbol, cosh, erf, exp, log, sinh, tanh
from sympy import sign as sympy_sign

from derive.records import Equation, Fact, Formula
from derive.terms import Named, Partial, is_dimension, maximum, minimum, scalar, step

RANK = 16
"""At most so many letters stand around a node; each has an axis of its own."""
MOVE = 1e-5

LOUD = 1e3
"""An exponential above this drowns what stands beside it: it counts as outside the domain."""


def _quiet(function: Callable) -> Callable:
    def inside(u):
        found = function(u)
        return np.where(np.abs(found) > LOUD, np.nan, found)

    return inside


FUNCTIONS: dict[type, Callable] = {
    Add: lambda *v: sum(v),
    Mul: lambda *v: math.prod(v),
    Pow: lambda b, e: np.power(np.asarray(b, float), e),
    KroneckerDelta: lambda a, b: np.equal(a, b).astype(float),
    exp: _quiet(np.exp),
    log: np.log,
    erf: np.vectorize(math.erf, otypes=[float]),
    sinh: _quiet(np.sinh),
    cosh: _quiet(np.cosh),
    tanh: np.tanh,
    Abs: np.abs,
    maximum: np.maximum,
    minimum: np.minimum,
    step: lambda u: np.heaviside(u, 0.0),
    sympy_sign: np.sign,
}

DRAWS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "positive": lambda v, seed: np.abs(v),
    "sums-to-one": lambda v, seed: v / v.sum(-1, keepdims=True),
    "columns-sum-to-one": lambda v, seed: v / v.sum(0, keepdims=True),
    "one-hot": lambda v, seed: np.eye(len(v))[seed % len(v)],
    "binary": lambda v, seed: (v > 0).astype(float),
    "unit": lambda v, seed: 1 / (1 + np.exp(v)),
    "symmetric": lambda v, seed: v + v.T,
}


class Floats:
    """A point: numbers for every array of `axes`, drawn with `seed` at these widths, facts and definitions kept."""

    def __init__(
        self,
        axes: Mapping[str, tuple[Symbol, ...]],
        widths: Mapping[Symbol, int],
        seed: int,
        definitions: Mapping[str, Equation],
        facts: tuple[Fact, ...],
        functions: Mapping[str, Formula],
    ) -> None:
        self.axes, self.widths, self.seed, self.definitions, self.functions = axes, widths, seed, definitions, functions
        self.facts = {(fact.array, fact.kind) for fact in facts}
        self.arrays: dict[str, np.ndarray] = {}

    def gap(self, left: Expr, right: Expr, ranges: Mapping[Symbol, Expr]) -> float | None:
        """How far the sides are apart, beside their size; None where no entry has a value."""
        with np.errstate(all="ignore"):
            sides = [self._over(side, tuple(ranges), tuple(ranges.values())) for side in (left, right)]
            far = np.abs(sides[0] - sides[1]) / (1 + np.abs(sides[0]) + np.abs(sides[1]))
        return float(np.max(far[np.isfinite(far)])) if np.isfinite(far).any() else None

    def array(self, name: str) -> np.ndarray:
        """The numbers of an array; by its equation if it has one."""
        if name not in self.arrays:
            if name in self.definitions:
                equation = self.definitions[name]
                self.arrays[name] = self._over(equation.right, equation.indices, self.axes[name])
            else:
                random = np.random.default_rng([crc32(name.encode()), self.seed])
                shape = [self.widths[d] for d in self.axes[name]]
                drawn = np.array(random.uniform(0.3, 1.4, shape) * random.choice([-1, 1], shape))
                for kind, draw in DRAWS.items():
                    drawn = np.array(draw(drawn, self.seed)) if (name, kind) in self.facts else drawn
                self.arrays[name] = drawn
        return self.arrays[name]

    def _over(self, node: Expr, letters: tuple[Symbol, ...], dimensions: tuple[Symbol, ...]) -> np.ndarray:
        """All values of `node`, the letters being the axes."""
        sizes = [self.widths[d] for d in dimensions]
        scope = {letter: _places(axis, size) for axis, (letter, size) in enumerate(zip(letters, sizes, strict=True))}
        whole = np.broadcast_to(self.value(node, scope, len(sizes)), (*sizes, *[1] * (RANK - len(sizes))))
        return np.array(whole, float).reshape(sizes)

    def value(self, node: Expr, scope: Mapping[Symbol, np.ndarray], depth: int):
        """The values of `node`; each letter of `scope` runs along its own axis, `depth` of which are taken."""
        if node in scope:
            return scope[node]
        if isinstance(node, Symbol):
            return self.widths[node] if is_dimension(node) else self.array(node.name)
        if node.is_Integer:
            return int(node)
        if not node.args:
            return float(node)
        if isinstance(node, Sum):
            letter, _, last = node.args[1]
            places = _places(depth, int(self.value(last + 1, {}, 0)))
            body = self.value(node.args[0], {**scope, letter: places}, depth + 1)
            return (body + np.zeros(places.shape)).sum(depth, keepdims=True)
        if isinstance(node, Partial):
            slopes = self._slopes(*(str(getattr(part, "base", part)) for part in node.args))
            letters = [i for part in node.args if isinstance(part, Indexed) for i in part.indices]
            return slopes[tuple(self.value(i, scope, depth) for i in letters)]
        if isinstance(node, Indexed):
            return self.array(str(node.base))[tuple(self.value(i, scope, depth) for i in node.indices)]
        values = [self.value(a, scope, depth) for a in node.args]
        if isinstance(node, Named):
            formula = self.functions.get(node.label) or _stand_in(node.label)
            return self.value(_slope(formula, node.order), {formula.variable: values[0]}, depth)
        return FUNCTIONS[node.func](*values)

    def _slopes(self, of: str, by: str) -> np.ndarray:
        """The partial derivatives of one equation by the entries of one array in it, by small differences."""
        equation = self.definitions[of]
        here, sides = self.array(by), {}
        self._over(equation.right, equation.indices, self.axes[of])
        found = np.zeros((*(self.widths[d] for d in self.axes[of]), *here.shape))
        for place in np.ndindex(*here.shape):
            for move in (MOVE, -MOVE):
                near = Floats(self.axes, self.widths, self.seed, self.definitions, (), self.functions)
                near.arrays = {**self.arrays, by: here.copy()}
                near.arrays[by][place] += move
                sides[move] = near._over(equation.right, equation.indices, self.axes[of])
            found[(..., *place)] = (sides[MOVE] - sides[-MOVE]) / (2 * MOVE)
        return found


def _places(axis: int, size: int) -> np.ndarray:
    return np.arange(size).reshape([size if a == axis else 1 for a in range(RANK)])


@lru_cache
def _stand_in(label: str) -> Formula:
    """Some smooth function with no symmetry, another for each name."""
    v, number = scalar("v"), crc32(label.encode()) % 5 + 2
    return Formula(label, v, erf(v / number) + v**2 / (number + 3) + exp(v / 3) / number)


@lru_cache
def _slope(formula: Formula, order: int) -> Expr:
    return formula.expression.diff(formula.variable, order) if order else formula.expression
