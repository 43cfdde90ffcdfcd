"""Activations with costs at logits up to 1e4: what generated modules compute, against exact values."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from exact_values import Exact

from codegen import compile_numpy
from derive import MLP, backpropagate
from derive.errors import InputError
from derive.forward import ACTIVATIONS, COSTS
from derive.terms import dimension

CONSTANTS = {"kappa": 1.0, "gamma": 2.0, "epsilon": 0.125}

EDGES = (0.0, 1e-300, 1e-8, 0.5, 1.0, 20.0, 40.0, 88.75, 104.0, 709.0, 745.5, 1e4)
BATCH = 256


def pairs():
    """Every activation at the output with every cost that accepts it."""
    for activation, cost in product(ACTIVATIONS, COSTS):
        try:
            MLP([1, 3], output=activation, cost=cost)
        except InputError:
            continue
        yield activation, cost


class Pair:
    """One layer of three outputs that gives its logits as they come: W holds them, X is the unit matrix."""

    def __init__(self, activation, cost):
        derivation = backpropagate(MLP(["n0", 3], output=activation, cost=cost))
        self.cost, self.module = cost, compile_numpy(derivation)
        sizes = {**derivation.model.sizes, dimension("n0"): 1}
        self.tiny = compile_numpy(replace(derivation, model=replace(derivation.model, sizes=sizes)))
        self.exact = Exact(derivation, {"n0": 1, "n1": 3})
        self.constants = {name: CONSTANTS[name] for name in CONSTANTS if name in self.exact.model.data}
        self._known = {}

    def values(self, logits, targets):
        """The exact cost of a record, its derivatives by the logits, and how near these are to a jump."""
        key = *logits, *targets
        if key not in self._known:
            given = {("W1", (k, 0)): z for k, z in enumerate(logits)} | {("b1", (k,)): 0.0 for k in range(3)}
            given |= {("y", (k,)): y for k, y in enumerate(targets)} | {("x", (0,)): 1.0}
            found, jump = self.exact.run(given | {(name, ()): value for name, value in self.constants.items()})
            self._known[key] = found[0], *found[1:4], jump
        return self._known[key]

    def errors(self, logits, targets, dtype):
        """What the module's numbers are wrong by: for each array the errors of all records, as `gaps`."""
        logits, targets = np.array(logits, dtype), np.array(targets, dtype)
        rows = zip(logits.astype(float).tolist(), targets.astype(float).tolist(), strict=True)
        exact = np.array([self.values(*row) for row in rows])
        cost, slope, jump = exact[:, 0], exact[:, 1:4], exact[:, 4]
        finite = np.abs(slope).max(1) <= np.finfo(dtype).max
        smooth = finite & (jump > 8 * np.finfo(dtype).eps)
        with np.errstate(all="ignore"):
            for way, (costs, slopes) in self._one_by_one(logits, targets, dtype).items():
                yield f"{way} C", gaps(cost[:, None], costs[:, None], dtype)
                for name, found in slopes.items():
                    yield f"{way} {name}", gaps(slope, found, dtype) * smooth
            for way, name, found in self._together(logits, targets, dtype, finite):
                yield f"{way} {name} of {BATCH}", gaps(slope / BATCH, found, dtype) * smooth

    def _one_by_one(self, logits, targets, dtype):
        """What each function gives for batches of one record."""
        make, alone = self.module.make_gradient(1, dtype=dtype, n0=1), self.tiny.make_gradient(1, dtype=dtype)
        one, zero, constants = np.ones((1, 1), dtype), np.zeros(3, dtype), self.constants.values()
        found = {"gradient": [], "make_gradient": [], "one record": [], "cost": []}
        for z, y in zip(logits, targets, strict=True):
            params, data = {"W1": np.ascontiguousarray(z[:, None]), "b1": zero}, (one, y[None])
            ways = ("gradient", self.module.gradient), ("make_gradient", make), ("one record", alone)
            for way, function in ways:
                cost, grads = function(params, *data, *constants)
                found[way].append((cost, {name: grad.reshape(3).copy() for name, grad in grads.items()}))
            found["cost"].append((self.module.cost(params, *data, *constants), {}))
        return {
            way: (np.array([c for c, _ in all_]), {n: np.array([g[n] for _, g in all_]) for n in all_[0][1]})
            for way, all_ in found.items()
        }

    def _together(self, logits, targets, dtype, finite):
        """The derivatives from batches of many records, those without numbers left out."""
        make = self.module.make_gradient(BATCH, dtype=dtype, n0=BATCH)
        found = {"gradient": np.zeros(logits.shape, dtype), "make_gradient": np.zeros(logits.shape, dtype)}
        chosen = np.flatnonzero(finite)
        for start in range(0, len(chosen), BATCH):
            here = np.resize(chosen[start : start + BATCH], BATCH)
            params = {"W1": np.ascontiguousarray(logits[here].T), "b1": np.zeros(3, dtype)}
            for way, function in ("gradient", self.module.gradient), ("make_gradient", make):
                given = params, np.eye(BATCH, dtype=dtype), targets[here], *self.constants.values()
                found[way][here] = function(*given)[1]["W1"].T
        for way, slopes in found.items():
            yield way, "W1", slopes


def gaps(exact, found, dtype):
    """The largest error of each row: in terms of its largest entry, and in terms of 1 where that is smaller.

    What is beyond the largest float is not asked for.
    """
    top = np.abs(exact).max(1)
    error = np.abs(found - exact).max(1)
    error[~np.isfinite(found).all(1)] = np.inf
    error[top > np.finfo(dtype).max] = 0
    return np.array([error / np.maximum(top, np.finfo(dtype).tiny), error / np.maximum(top, 1)])


def logit_vectors(rng, count):
    """Vectors of three logits: every edge with every other, ties, mixtures, ordinary ones and those of any size.

    Numbers of float32 but for those below the smallest of these: both types of numbers are asked the same.
    """
    signed = [*EDGES, *(-z for z in EDGES)]
    for _ in range(count):
        kind = rng.integers(5)
        if kind == 0:
            logits = [rng.choice(signed)] * 3
        elif kind == 1:
            logits = rng.choice(signed, 3)
        elif kind == 2:
            logits = np.round(rng.uniform(-40, 40, 3) * 16) / 16
        elif kind == 3:
            logits = rng.choice(signed), rng.uniform(-3, 3), rng.standard_normal()
        else:
            logits = rng.choice([-1, 1], 3) * 10 ** rng.uniform(-8, 4, 3)
        yield [float(z) if z and abs(z) < 1e-38 else float(np.float32(z)) for z in logits]


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
