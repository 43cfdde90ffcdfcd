"""The functions and methods of NumPy that are read, as tables."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from .sketch import (
    Apply,
    Cases,
    Condition,
    Diagonal,
    Divide,
    Indicator,
    Minus,
    Name,
    Norm,
    Number,
    Outer,
    Plus,
    Power,
    Product,
    Sketch,
    Transpose,
)

MODULES = {"np", "numpy", "jnp", "torch", "math", "xp", "cp", "F", "nn", "special", "scipy"}
CONTAINERS = {"self", "params", "cache", "grads", "gradients", "parameters", "model", "net", "ctx", "p", "g"}
REDUCTIONS = {"sum": "sum", "mean": "mean", "average": "mean", "max": "max", "min": "min", "amax": "max", "amin": "min"}
# Functions of one number, applied to each entry: NumPy's name and ours.
ELEMENTWISE = {
    name: name for name in "exp log tanh sinh cosh sin cos tan sqrt sign abs sigmoid relu softmax erf".split()
} | {"absolute": "abs", "fabs": "abs", "expit": "sigmoid", "arctan": "arctan", "log2": "log2", "log10": "log10"}
# What leaves every number as it is.
SAME_METHODS = set("astype copy float double clone detach numpy".split())
SAME_FUNCTIONS = set("float asarray array float64 float32 int int64 int32 asfarray ascontiguousarray".split())
METHODS = (
    set(REDUCTIONS) | SAME_METHODS | set("dot transpose reshape t matmul mm square exp log sqrt tanh abs pow".split())
)

Build = Callable[[tuple[Sketch, ...]], Sketch]
ONE = Number(Fraction(1))


def _choice(parts: tuple[Sketch, ...]) -> Sketch:
    condition = parts[0].condition if isinstance(parts[0], Indicator) else None
    if not isinstance(condition, Condition):
        raise ValueError("np.where needs a comparison such as z > 0 as its first argument")
    return Cases(((parts[1], condition), (parts[2], None)))


def _function(name: str) -> Build:
    return lambda parts: Apply(Name(name), parts)


# Functions by name: how many arguments they take, and what they make of them.
FUNCTIONS: dict[str, tuple[int, Build]] = {
    "dot": (2, lambda parts: Product(parts, ("@",))),
    "matmul": (2, lambda parts: Product(parts, ("@",))),
    "mm": (2, lambda parts: Product(parts, ("@",))),
    "outer": (2, lambda parts: Outer(*parts)),
    "multiply": (2, lambda parts: Product(parts, ("*",))),
    "mul": (2, lambda parts: Product(parts, ("*",))),
    "divide": (2, lambda parts: Divide(*parts)),
    "true_divide": (2, lambda parts: Divide(*parts)),
    "add": (2, lambda parts: Plus(parts)),
    "subtract": (2, lambda parts: Plus((parts[0], Minus(parts[1])))),
    "negative": (1, lambda parts: Minus(parts[0])),
    "square": (1, lambda parts: Power(parts[0], Number(Fraction(2)))),
    "reciprocal": (1, lambda parts: Divide(ONE, parts[0])),
    "power": (2, lambda parts: Power(*parts)),
    "pow": (2, lambda parts: Power(*parts)),
    "where": (3, _choice),
    "maximum": (2, _function("max")),
    "minimum": (2, _function("min")),
    "transpose": (1, lambda parts: Transpose(parts[0])),
    "t": (1, lambda parts: Transpose(parts[0])),
    "diag": (1, lambda parts: Diagonal(parts[0])),
    "diagflat": (1, lambda parts: Diagonal(parts[0])),
    "norm": (1, lambda parts: Norm(parts[0])),
    "log1p": (1, lambda parts: Apply(Name("log"), (Plus((ONE, parts[0])),))),
    "expm1": (1, lambda parts: Plus((Apply(Name("exp"), parts), Minus(ONE)))),
    "greater": (2, lambda parts: Indicator(Condition(parts, (">",)))),
    "less": (2, lambda parts: Indicator(Condition(parts, ("<",)))),
    **{name: (1, _function(ours)) for name, ours in ELEMENTWISE.items()},
}
