"""What generated modules should compute: the equations of a derivation, evaluated with many digits."""

from __future__ import annotations

from itertools import product

import numpy as np
import sympy
from mpmath import mp, mpf
from sympy import Add, Indexed, KroneckerDelta, Mul, Pow, Product, Sum, Symbol

from codegen import compile_numpy
from derive import MLP, backpropagate
from derive.backward.batch import batch_names, batched_arrays
from derive.backward.calculus import partial
from derive.errors import InputError
from derive.forward import ACTIVATIONS, COSTS
from derive.terms import Named, indices_of, is_dimension, maximum, minimum, name_of, range_of, step

FUNCTIONS = {
    Pow: mp.power,
    sympy.exp: mp.exp,
    sympy.log: mp.log,
    sympy.Abs: abs,
    sympy.sign: mp.sign,
    sympy.sin: mp.sin,
    sympy.cos: mp.cos,
    sympy.tan: mp.tan,
    sympy.tanh: mp.tanh,
    sympy.erf: lambda u: error_function(u),
    step: lambda u: mpf(u > 0),
    maximum: max,
    minimum: min,
}
CONSTANTS = {"kappa": 1.0, "gamma": 2.0, "epsilon": 0.125}

EDGES = (0.0, 1e-300, 1e-8, 0.5, 1.0, 20.0, 40.0, 88.75, 104.0, 709.0, 745.5, 1e4)


def error_function(u):
    """Enough digits for 1 - erf(u) wherever that is above the smallest float."""
    with mp.workdps(min(mp.dps, 450)):
        return mp.sign(u) if abs(u) > 33 else mp.erf(u)


class Exact:
    """A derivation with many digits: `width` is the size of every dimension by its name.

    `jump` says how near the last run came to a jump of a derivative, relative to the difference that decides.
    """

    def __init__(self, derivation, width):
        self.derivation, self.model = derivation, derivation.model
        self.width = width
        self.batched = set(batched_arrays(self.model)) if self.model.batch else set()
        self.batched |= {f"dC/d{name}" for name in self.batched}
        self.seen = {}

    def run(self, arrays, records):
        """Cost and gradients; arrays with records have these first, as in a module."""
        names = batch_names(self.model) if self.model.batch else {}
        result = {}
        cost, self.jump = mpf(0), mpf(1)
        for record in range(records):
            known = {}
            for name in (*self.model.parameters, *self.model.data):
                given = np.asarray(arrays[names.get(name, name) if name in self.batched else name])
                given = given[record] if name in self.batched else given
                known |= {(name, here): mpf(float(given[here])) for here in np.ndindex(given.shape)}
            for equation in self.model.equations:
                self.fill(known, equation.name, equation.name, equation.indices, equation.right)
            cost += known[self.model.cost, ()] / records
            for answer in self.derivation.results:
                self.fill(known, answer.name, answer.array, indices_of(answer.left), answer.right)
            for answer in self.derivation.answers:
                if answer.kind == "gradient":
                    places = product(*(range(self.size(n)) for n in self.model.axes.get(answer.array, ())))
                    entries = result.setdefault(answer.array, {})
                    for here in places:
                        entries[here] = entries.get(here, 0) + known[answer.name, here] / records
        return cost, result

    def size(self, dimension):
        return int(self.value(dimension, {}, {}))

    def fill(self, known, name, array, letters, right):
        axes = self.model.axes.get(array, ())
        for here in product(*(range(self.size(n)) for n in axes)):
            at = dict(zip(letters, here, strict=True))
            known[name, here] = self.value(right, at, known)

    def value(self, node, at, known):
        """The number a formula stands for, at indices `at`."""
        if node in at:
            return mpf(at[node])
        if isinstance(node, Indexed):
            return known[name_of(node), tuple(int(self.value(i, at, known)) for i in indices_of(node))]
        if isinstance(node, Symbol):
            return mpf(self.width[node.name]) if is_dimension(node) else known[node.name, ()]
        if isinstance(node, (Sum, Product)):
            letter, size = range_of(node)
            terms = [self.value(node.args[0], {**at, letter: i}, known) for i in range(self.size(size))]
            return mp.fsum(terms) if isinstance(node, Sum) else mp.fprod(terms)
        if not node.args:
            return mpf(node.p) / node.q if node.is_Rational else node._to_mpmath(mp.prec)
        if isinstance(node, KroneckerDelta):
            one, other = (self.value(i, at, known) for i in node.args)
            return mpf(one == other)
        arguments = tuple(self.value(argument, at, known) for argument in node.args)
        if node.func in (step, sympy.sign) and arguments[0] and isinstance(node.args[0], Add):
            size = max(abs(self.value(term, at, known)) for term in node.args[0].args)
            self.jump = min(self.jump, abs(arguments[0]) / size)
        if isinstance(node, Add):
            return mp.fsum(arguments)
        if isinstance(node, Mul):
            return mp.fprod(arguments)
        key = node.func, arguments, mp.prec
        if key not in self.seen:
            self.seen[key] = self.applied(node.func, arguments)
        return self.seen[key]

    def applied(self, function, arguments):
        if not issubclass(function, Named):
            return FUNCTIONS[function](*arguments)
        formula = self.model.functions[function.label]
        body = formula.expression
        for _ in range(function.order):
            body = partial(body, formula.variable)
        return self.value(body, {}, {(formula.variable.name, ()): arguments[0]})


def digits_for(model, largest):
    """Enough for 1 - a wherever that is above the smallest float; for its logarithm wherever logits are."""
    right = model.equation(model.cost).right
    bases = [p.base for p in right.atoms(Pow) if not p.exp.is_Integer]
    logarithms = [node.args[0] for node in right.atoms(sympy.log) if node.has(Indexed)]
    deep = any(not isinstance(u, Indexed) for u in logarithms + [b for b in bases if b.has(Indexed)])
    deep = deep or logarithms and "softplus" in model.functions
    return max(450, 80 + int(largest / 1.1) if deep else 0)


def pairs():
    """Every activation at the output with every cost that accepts it."""
    for activation, cost in product(ACTIVATIONS, COSTS):
        try:
            MLP([2, 3], output=activation, cost=cost)
        except InputError:
            continue
        yield activation, cost


class Pair:
    """One layer of three outputs that gives its logits as they come: W holds them, X is the unit matrix."""

    def __init__(self, activation, cost):
        derivation = backpropagate(MLP([2, 3], output=activation, cost=cost))
        self.cost, self.module = cost, compile_numpy(derivation)
        self.makes = {dtype: self.module.make_gradient(2, dtype=dtype) for dtype in (np.float32, np.float64)}
        self.exact = Exact(derivation, {"n0": 2, "n1": 3})
        self.constants = {name: CONSTANTS[name] for name in CONSTANTS if name in self.exact.model.data}

    def errors(self, logits, targets, dtype):
        """What the module's numbers are wrong by, the one array after the other.

        The derivative by b1 adds those by W1 up over the records, whose size its error is measured against.
        """
        params = {"W1": np.ascontiguousarray(np.array(logits, dtype).T), "b1": np.zeros(3, dtype)}
        data = np.eye(2, dtype=dtype), np.array(targets, dtype)
        with mp.workdps(digits_for(self.exact.model, np.max(np.abs(params["W1"])))):
            cost, grads = self.exact.run({**params, "X": data[0], "Y": data[1], **self.constants}, 2)
            with np.errstate(all="ignore"):
                found = [self.module.gradient(params, *data, *self.constants.values())]
                again, others = self.makes[dtype](params, *data, *self.constants.values())
                found.append((again, {n: g.copy() for n, g in others.items()}))
                found.append((self.module.cost(params, *data, *self.constants.values()), {}))
            size = max(map(abs, grads["W1"].values()))
            for way, (number, arrays) in zip(("gradient", "make_gradient", "cost"), found, strict=True):
                yield f"{way} C", gap({(): cost}, np.asarray(number), dtype)
                for name, array in arrays.items() if self.exact.jump > 8 * np.finfo(dtype).eps else ():
                    yield f"{way} {name}", gap(grads[name], array, dtype, size)


def gap(exact, array, dtype, size=0):
    """The largest error: in terms of the largest entry or of `size`, and in terms of 1 where these are smaller."""
    top = max(size, *map(abs, exact.values()))
    if top > mpf(float(np.finfo(dtype).max)):
        return 0.0, 0.0
    if not np.isfinite(array).all():
        return float("inf"), float("inf")
    error = max(abs(mpf(float(array[here])) - value) for here, value in exact.items())
    return float(error / max(top, mpf(float(np.finfo(dtype).tiny)))), float(error / max(top, 1))


def logit_vectors(rng, count):
    """Vectors of three logits: every edge with every other, ties, mixtures, and ordinary ones."""
    signed = [*EDGES, *(-z for z in EDGES)]
    for _ in range(count):
        kind = rng.integers(4)
        if kind == 0:
            yield [float(rng.choice(signed))] * 3
        elif kind == 1:
            yield [float(z) for z in rng.choice(signed, 3)]
        elif kind == 2:
            yield [float(z) for z in np.round(rng.uniform(-40, 40, 3) * 16) / 16]
        else:
            yield [float(z) for z in (rng.choice(signed), rng.uniform(-3, 3), rng.standard_normal())]


def target_vectors(cost, rng, count):
    """Labels the cost is made for: exact ones and zeros, one-hot ones, and what lies between."""
    for _ in range(count):
        hot = [float(k == rng.integers(3)) for k in range(3)]
        if COSTS[cost].assume and any("sum(k" in fact for fact in COSTS[cost].assume):
            between = ([0.25, 0.25, 0.5], [0.125, 0.75, 0.125], [0.5, 0.0, 0.5], hot)
            hot = [float(k == n) for n in [rng.integers(3)] for k in range(3)]
            between = between[:3] + (hot,)
            positive = [b for b in between if min(b) > 0]
            choice = positive if any("> 0" in f and "y[k]" in f for f in COSTS[cost].assume) else between
            yield choice[rng.integers(len(choice))]
        elif "hinge" in cost:
            yield [float(t) for t in rng.choice([-1.0, 1.0], 3)]
        else:
            yield [float(t) for t in rng.choice([0.0, 1.0, 0.5, 0.125], 3)]
