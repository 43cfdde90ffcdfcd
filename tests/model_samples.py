"""The models of `examples/models`: derived once, with random numbers to put in."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
from sympy import Symbol, sympify

from codegen import compile_numpy
from derive import Model, backpropagate
from derive.backward.steps import Derivation

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "models"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.eq")))
WIDTHS = (3, 4, 2, 5, 6, 7)
"""In the order in which the axes of the arrays come up."""

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Sample:
    """Numbers for a generated module: widths, parameters, data, and derivatives by the outputs (none with a cost).

    `data` and `upstream` go by the names of the module's arguments, records first; `inputs` are the data that the
    module gives derivatives by.
    """

    sizes: dict[str, int]
    params: Arrays
    data: Arrays
    upstream: Arrays
    inputs: tuple[str, ...]


def text(name: str) -> str:
    return (FOLDER / f"{name}.eq").read_text(encoding="utf-8")


def derive(name: str) -> Derivation:
    """The derivation by all parameters and, where there is no cost, by all data that are arrays."""
    model = Model.parse(text(name))
    return backpropagate(model, wrt=[*model.parameters, *inputs_of(model)])


def inputs_of(model: Model) -> list[str]:
    return [] if model.cost else [name for name in model.data if model.axes[name]]


@cache
def derivation(name: str) -> Derivation:
    return derive(name)


@cache
def module(name: str) -> ModuleType:
    return compile_numpy(derivation(name))


def workspace(name: str, given: Sample):
    """The module's `gradient` or `backward` with its arrays allocated once, at the widths of `given`."""
    made = module(name)
    return (made.make_backward if given.upstream else made.make_gradient)(**given.sizes)


def sample(name: str, seed: int = 0) -> Sample:
    """Random numbers for every array of the module, at widths that all differ."""
    made, model, rng = module(name), derivation(name).model, np.random.default_rng(seed)
    arguments = list(inspect.signature(made.gradient if model.cost else made.backward).parameters)[1:]
    told = dict(zip(arguments, model.data, strict=False))
    sizes = widths(made, model, told)
    records = {made.SHAPES[a][0]: sizes["batch"] for a, array in told.items() if array in model.batch}
    by_axis = {**made.SIZES, **sizes, **records}
    arrays = {n: rng.standard_normal([length(axis, by_axis) for axis in axes]) for n, axes in made.SHAPES.items()}
    data = {a: fitting(arrays[a], {f.kind for f in model.facts if f.array == array}) for a, array in told.items()}
    return Sample(
        sizes=sizes,
        params={n: arrays[n] for n in made.PARAMETERS},
        data={a: v if v.ndim else np.float64(rng.uniform(0.2, 0.8)) for a, v in data.items()},
        upstream={a: arrays[a] for a in arguments if a not in told},
        inputs=tuple(a for a, array in told.items() if array in inputs_of(model)),
    )


def widths(made: ModuleType, model: Model, told: dict[str, str]) -> dict[str, int]:
    """The sizes that `make_gradient` asks for, as its keywords: all different, the number of records the largest."""
    axes = [axis for axes in made.SHAPES.values() for axis in axes if axis.isidentifier() and axis not in made.SIZES]
    records = {made.SHAPES[a][0] for a, array in told.items() if array in model.batch}
    free = [axis for axis in dict.fromkeys(axes) if axis not in records]
    sizes = dict(zip(free, WIDTHS, strict=False))
    return {"batch": max(WIDTHS) + 1, **sizes} if records else sizes


def length(axis: str, sizes: dict[str, int]) -> int:
    """The number behind the name of an axis, such as ``n_s + n_t - 1``."""
    return int(sympify(axis, locals={n: Symbol(n) for n in sizes}).subs(sizes)) if not axis.isdigit() else int(axis)


def fitting(array: np.ndarray, facts: set[str]) -> np.ndarray:
    """`array` changed into one of which the declared facts hold."""
    if "one-hot" in facts:
        return (array == array.max(axis=-1, keepdims=True)).astype(float)
    if not facts:
        return array
    assert facts <= {"sums-to-one", "positive"}, facts
    return np.exp(array) / (np.exp(array).sum(axis=-1, keepdims=True) if "sums-to-one" in facts else 1)


def value(name: str, given: Sample, changed: Arrays):
    """The cost, or the outputs times the derivatives given for them, with some arrays changed."""
    params, data = ({n: changed.get(n, v) for n, v in arrays.items()} for arrays in (given.params, given.data))
    if not given.upstream:
        return module(name).cost(params, *data.values())
    outputs = module(name).forward(params, *data.values())
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    return sum(np.sum(u * o) for u, o in zip(given.upstream.values(), outputs, strict=True))


def gradient(name: str, given: Sample, function=None) -> Arrays:
    """What `function`, the module's `gradient` or `backward`, gives: derivatives by name."""
    return returned(name, given, function)[1]


def returned(name: str, given: Sample, function=None) -> tuple[float | None, Arrays]:
    """The cost, if there is one, and the derivatives by name."""
    made = module(name)
    function = function or (made.backward if given.upstream else made.gradient)
    found = function(given.params, *given.data.values(), *given.upstream.values())
    cost, grads = (None, found) if given.upstream else found
    return cost, {n: np.array(g) for n, g in grads.items()}


def error(found: np.ndarray, wanted: np.ndarray) -> float:
    """The largest error, relative to the largest entry."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert found.shape == wanted.shape, (found.shape, wanted.shape)
    return float(np.abs(found - wanted).max() / np.abs(wanted).max())
