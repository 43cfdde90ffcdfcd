"""The table of optimisers: one row each, its equations; the code of a step is written from them.

In the equations w is an entry of a parameter, g the derivative of the cost by it, t the number of the
step (1, 2, ...) and r its rate; arrays that a row keeps from step to step begin as zeros.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import reduce

from derive.errors import InputError
from derive.forward.reading import parse_sides
from derive.forward.syntax import Call, Entry, Inverse, Minus, Node, Number, Plus, Power, Times
from derive.terms import index

from . import parts
from .dialects import Dialect
from .trees import Tree, Ufunc, Value
from .writing import text

DECAY = "r = rate/(1 + decay*(t - 1))"
"""The rate of a step, the same in every row."""


@dataclass(frozen=True)
class Optimiser:
    """A row: what is said of it, its equations in order, the arrays it keeps, its numbers with usual values."""

    name: str
    said: str
    equations: tuple[str, ...]
    states: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)


ROWS = (
    Optimiser("sgd", "Gradient descent", ("w = w - r*g",), numbers={"rate": 0.1}),
    Optimiser(
        "momentum",
        "Gradient descent with momentum",
        ("m = beta*m + g", "w = w - r*m"),
        states=("m",),
        numbers={"rate": 0.01, "beta": 0.9},
    ),
    Optimiser(
        "adam",
        "Adam, with bias correction",
        (
            "m = beta1*m + (1 - beta1)*g",
            "v = beta2*v + (1 - beta2)*g^2",
            "w = w - r*(m/(1 - beta1^t))/(sqrt(v/(1 - beta2^t)) + eps)",
        ),
        states=("m", "v"),
        numbers={"rate": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    ),
)
OPTIMISERS: Mapping[str, Optimiser] = {row.name: row for row in ROWS}


def optimiser_text(row: Optimiser) -> str:
    """The function of a row, ``adam(params, rate=0.001, ...)``. Raises InputError for equations it cannot write."""
    lines, temporaries = _Step(row).statements()
    arrays = [*row.states, *temporaries]
    numbers = {"rate": row.numbers["rate"], "decay": 0.0, **row.numbers}
    usual = [f"{name}={value!r}" for name, value in numbers.items()]
    update = parts.define(f"update({', '.join(['w', 'g', 'r', 't', *arrays])})", lines)
    result = f"return _moved(params, update, {len(arrays)}, rate, decay)"
    body = [f'"""{row.said}: `move = {row.name}(params)`, then `move(grads)` for each step in place."""']
    return parts.define(f"{row.name}({', '.join(['params', *usual])})", [*body, "", *update.splitlines(), "", result])


def decay_text() -> str:
    """The statement that computes the rate of a step."""
    left, right = parse_sides(DECAY, "the rate")
    assert isinstance(left, Entry)
    tree = tree_of(right, {"rate", "decay", "t"}, frozenset())
    return f"{left.name} = {text(tree, dialect=_Plain())}"


class _Plain(Dialect):
    """Numbers without arrays: powers as Python writes them."""

    powers = True


ENTRIES = (index("entry"),)
"""The axes of an array, all of which stand for one another here."""

FUNCTIONS = {"sqrt": "sqrt", "abs": "absolute", "exp": "exp", "log": "log", "max": "maximum", "min": "minimum"}


def tree_of(node: Node, known: Set[str], arrays: Set[str]) -> Tree:
    """A formula as a tree; a product has its plain numbers first. Raises InputError for a name not in `known`."""

    def inner(of: Node) -> Tree:
        return tree_of(of, known, arrays)

    match node:
        case Number(value):
            return Value(str(value) if value.denominator == 1 else repr(float(value)))
        case Entry(name, ()) if name in known:
            return Value(name, ENTRIES if name in arrays else ())
        case Minus(of):
            return _ufunc("negative", inner(of))
        case Plus((first, *others)):
            terms = [("subtract", inner(x.of)) if isinstance(x, Minus) else ("add", inner(x)) for x in others]
            return reduce(lambda left, term: _ufunc(term[0], left, term[1]), terms, inner(first))
        case Times():
            factors = [(sign, inner(of)) for sign, of in _factors(node)]
            factors.sort(key=lambda factor: (bool(factor[1].axes), factor[0] == "divide"))
            if factors[0][0] == "divide":
                factors.insert(0, ("multiply", Value("1")))
            return reduce(lambda left, factor: _ufunc(factor[0], left, factor[1]), factors[1:], factors[0][1])
        case Power(base, exponent):
            is_square = isinstance(exponent, Number) and exponent.value == 2
            return _ufunc("square", inner(base)) if is_square else _ufunc("power", inner(base), inner(exponent))
        case Call(name, arguments, 0, ()) if name in FUNCTIONS:
            return _ufunc(FUNCTIONS[name], *map(inner, arguments))
    raise InputError(f"{node.name} is not known" if isinstance(node, Entry | Call) else f"no code for {node}")


class _Step:
    """The statements of one step: each result goes into an array that is there already."""

    def __init__(self, row: Optimiser) -> None:
        self.row = row
        self.made: list[str] = []
        self.free: list[str] = []

    def statements(self) -> tuple[list[str], list[str]]:
        """The lines, and the names of the arrays they need besides those of the row."""
        written = {"w", *self.row.states}
        known = {"g", "r", "t", *self.row.numbers, *written} - {"rate"}
        lines = []
        for equation in self.row.equations:
            where = f"the optimiser {self.row.name}"
            left, right = parse_sides(equation, where)
            if not isinstance(left, Entry) or left.name not in written:
                raise InputError(f"{where}: the left side of {equation} is none of {', '.join(sorted(written))}")
            first, *others = self._into(tree_of(right, known, {"g", *written}), left.name)
            lines += [parts.commented(first, equation, 8), *others]
        return lines, self.made

    def _into(self, tree: Tree, out: str) -> list[str]:
        """The statements that compute a tree into the array `out`, which it may read."""
        if not isinstance(tree, Ufunc) or not tree.axes:
            return [f"np.copyto({out}, {text(tree, dialect=_Plain())})"]
        lines: list[str] = []
        used: list[str] = []
        for argument in tree.arguments:
            if not isinstance(argument, Ufunc) or not argument.axes:
                used.append(text(argument, dialect=_Plain()))
                continue
            others = [other for other in tree.arguments if other is not argument]
            is_lent = out in used or any(out in _read(other) for other in others)
            used.append(self._temporary() if is_lent else out)
            lines += self._into(argument, used[-1])
        self.free += [name for name in used if name in self.made and name != out]
        return [*lines, f"np.{tree.name}({', '.join(used)}, out={out})"]

    def _temporary(self) -> str:
        if self.free:
            return self.free.pop()
        self.made.append(f"T{len(self.made) + 1}")
        return self.made[-1]


def _ufunc(name: str, *arguments: Tree) -> Ufunc:
    return Ufunc(name, arguments, ENTRIES if any(argument.axes for argument in arguments) else ())


def _factors(node: Node, name: str = "multiply") -> Iterator[tuple[str, Node]]:
    """The factors of a product and of the products in it, each with what it is brought in by."""
    if isinstance(node, Times):
        for factor in node.factors:
            yield from _factors(factor, name)
    elif isinstance(node, Inverse):
        yield from _factors(node.of, "divide" if name == "multiply" else "multiply")
    else:
        yield name, node


def _read(tree: Tree) -> set[str]:
    """The names of the arrays that a tree reads."""
    if isinstance(tree, Ufunc):
        return set().union(*map(_read, tree.arguments))
    return {tree.text} if isinstance(tree, Value) and tree.axes else set()
