"""The equations of a derivation at numbers, in ball arithmetic: values with proven digits, as many as they need.

Every number is an interval (`flint.arb`); where a result has fewer than 50 digits all is done again with more bits.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import sympy
from flint import arb, ctx
from sympy import Add, Indexed, KroneckerDelta, Mul, Pow, Product, Sum, Symbol

from derive.backward.batch import batch_names, batched_arrays
from derive.backward.calculus import partial
from derive.terms import Named, indices_of, is_dimension, maximum, minimum, name_of, range_of, step

FUNCTIONS = {
    sympy.exp: "{}.exp()",
    sympy.log: "{}.log()",
    sympy.sin: "{}.sin()",
    sympy.cos: "{}.cos()",
    sympy.tan: "{}.tan()",
    sympy.tanh: "{}.tanh()",
    sympy.erf: "{}.erf()",
    sympy.Abs: "abs({})",
    maximum: "{}.max({})",
    minimum: "{}.min({})",
    step: "positive({}, {}, decided)",
    sympy.sign: "sign({}, {}, decided)",
}

BITS = (256, 1024, 4096, 16384, 65536)
ENOUGH = arb(2) ** -167
"""50 digits, of the largest number of an array."""
NOTHING = arb(2) ** -1300
"""Far below the smallest number above 0 in floats."""


def positive(u, size, decided):
    """1 where u > 0, 0 where not, and both where an interval does not say; `decided` hears how clear it is."""
    decided.append((u, size))
    return arb(1) if u > 0 else arb(0) if u <= 0 else arb(0.5, 0.5)


def sign(u, size, decided):
    """1, 0 or -1, and all of them where an interval does not say."""
    decided.append((u, size))
    return arb(1) if u > 0 else arb(-1) if u < 0 else arb(0) if u.is_zero() else arb(0, 1)


class Tape:
    """Formulas at given indices as lines of Python, one operation each; what was computed before is not again."""

    def __init__(self, functions, width):
        self.functions, self.width = functions, width
        self.lines = []
        self.known = {}
        self.given = {}

    def name(self, text):
        """The variable that holds the value of `text`."""
        if text not in self.known:
            self.known[text] = f"v{len(self.known)}"
            self.lines.append(f"{self.known[text]} = {text}")
        return self.known[text]

    def input(self, key):
        """The variable of a number from outside."""
        return self.given.setdefault(key, f"x{len(self.given)}")

    def place(self, index, at):
        """The number an index or a width stands for."""
        sizes = {s: self.width[s.name] for s in index.free_symbols if is_dimension(s)}
        return int(index.xreplace({**at, **sizes}))

    def value(self, node, at, arrays):
        """The variable of a formula at indices `at`; `arrays` holds the variables of all entries."""
        if node in at or isinstance(node, Symbol) and is_dimension(node):
            return self.name(f"arb({self.place(node, at)})")
        if isinstance(node, Indexed):
            return arrays[name_of(node), tuple(self.place(i, at) for i in indices_of(node))]
        if isinstance(node, Symbol):
            return arrays[node.name, ()]
        if isinstance(node, KroneckerDelta):
            one, other = (self.place(i, at) for i in node.args)
            return self.name(f"arb({int(one == other)})")
        if isinstance(node, (Sum, Product)):
            letter, size = range_of(node)
            places = range(self.place(size, at))
            parts = [self.value(node.args[0], {**at, letter: sympy.Integer(i)}, arrays) for i in places]
            return self.name((" + " if isinstance(node, Sum) else " * ").join(parts))
        if node.is_Rational:
            return self.name(f"arb({node.p})" if node.q == 1 else f"arb({node.p}) / {node.q}")
        if node == sympy.pi:
            return self.name("arb.pi()")
        if isinstance(node, Pow) and node.exp.is_Integer and abs(node.exp) < 100:
            base = self.value(node.base, at, arrays)
            power = self.name(" * ".join([base] * abs(int(node.exp))))
            return self.name(f"1 / {power}") if node.exp < 0 else power
        parts = [self.value(argument, at, arrays) for argument in node.args]
        if isinstance(node, (Add, Mul)):
            return self.name((" + " if isinstance(node, Add) else " * ").join(parts))
        if isinstance(node, Pow):
            return self.name("{}.sqrt()".format(*parts) if node.exp == sympy.S.Half else "{} ** {}".format(*parts))
        if isinstance(node, Named):
            formula = self.functions[node.func.label]
            body = formula.expression
            for _ in range(node.func.order):
                body = partial(body, formula.variable)
            return self.value(body, {}, {(formula.variable.name, ()): parts[0]})
        if node.func in (step, sympy.sign):
            terms = [self.value(term, at, arrays) for term in Add.make_args(node.args[0])]
            parts.append(f"({', '.join(terms)},)")
        return self.name(FUNCTIONS[node.func].format(*parts))

    def compiled(self, results) -> Callable:
        """The function from the numbers given to the values of `results`."""
        body = "".join(f"    {line}\n" for line in self.lines)
        head = f"def run({', '.join(['decided', *self.given.values()])}):\n"
        space: dict = {"arb": arb, "positive": positive, "sign": sign}
        exec(f"{head}{body}    return [{', '.join(results)}]\n", space)
        return space["run"]


class Exact:
    """A derivation with proven digits: `width` is the size of every dimension by its name."""

    def __init__(self, derivation, width):
        self.model, self.width = derivation.model, width
        model = self.model
        self.batched = set(batched_arrays(model)) if model.batch else set()
        self.batched |= {f"dC/d{name}" for name in self.batched}
        self.names = batch_names(model) if model.batch else {}
        tape = Tape(model.functions, width)
        arrays = {}
        for name in (*model.parameters, *model.data):
            arrays |= {(name, here): tape.input((name, here)) for here in self.places(name)}
        for equation in model.equations:
            self._fill(tape, arrays, equation.name, equation.name, equation.indices, equation.right)
        for answer in derivation.results:
            self._fill(tape, arrays, answer.name, answer.array, indices_of(answer.left), answer.right)
        asked = {a.array: a.name for a in derivation.answers if a.kind == "gradient"}
        self.wanted = [("C", ()), *((n, here) for n in asked for here in self.places(n))]
        self.inputs = list(tape.given)
        self._run = tape.compiled([arrays[asked.get(name, model.cost), here] for name, here in self.wanted])

    def places(self, array):
        """Every index of an array."""
        axes = self.model.axes.get(array, ())
        return list(product(*(range(int(n.xreplace({s: self.width[s.name] for s in n.free_symbols}))) for n in axes)))

    def _fill(self, tape, arrays, name, array, letters, right):
        for here in self.places(array):
            arrays[name, here] = tape.value(right, dict(zip(letters, map(sympy.Integer, here), strict=True)), arrays)

    def run(self, given):
        """Cost and gradients of one record as floats, and how near the record is to a jump of a derivative.

        That is relative to the numbers whose difference decides. Gradients at a jump are not computed further.
        """
        for bits in BITS:
            ctx.prec = bits
            decided: list = []
            found = self._run(decided, *(arb(float(given[key])) for key in self.inputs))
            jump = min([1.0, *(distance(u, terms) for u, terms in decided)])
            if sharp(found[:1]) and (jump < 2.0**-60 or sharp(found[1:])):
                return [float(value.mid()) for value in found], jump
        raise AssertionError(f"no digits after {bits} bits: {given}")

    def mean(self, arrays, records):
        """Cost and gradients of many records, by name; arrays with records have these first, as in a module."""
        cost, grads = 0.0, {}
        for record in range(records):
            given = {}
            for name, here in self.inputs:
                array = np.asarray(arrays[self.names.get(name, name) if name in self.batched else name])
                given[name, here] = (array[record] if name in self.batched else array)[here]
            (first, *others), _ = self.run(given)
            cost += first / records
            for (name, here), value in zip(self.wanted[1:], others, strict=True):
                entries = grads.setdefault(name, {})
                entries[here] = entries.get(here, 0.0) + value / records
        return cost, grads


def sharp(values):
    """Whether 50 digits of the largest number are proven, of all of them; or that there is nothing but zeros."""
    if not all(value.is_finite() for value in values):
        return False
    largest = max((value.abs_lower() for value in values), default=arb(0))
    return all(value.rad() <= largest * ENOUGH or value.rad() <= NOTHING for value in values)


def distance(u, terms):
    """How far a number is from 0 at most, relative to the terms it is the sum of; 1 for a number that is no sum."""
    size = max(abs(term).mid() for term in terms)
    if u.contains(0) and not u.is_zero() and u.abs_upper() < NOTHING:
        return 0.0
    return 1.0 if len(terms) == 1 or size.is_zero() else float(u.abs_upper() / size)
