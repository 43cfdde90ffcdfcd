"""The inputs of somebody's functions: what their file draws, or arrays of a network in the layout they take."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .calling import Caller, parameters_of
from .findings import Check, Stopped
from .leaves import leaves
from .loading import Target
from .references import Arrays, Reference
from .subject import subject_of


def sample_inputs(target: Target, caller: Caller) -> list[Any]:
    """What ``sample()`` gives: (params, *data), or a dictionary by the names of the arguments. Raises Stopped."""
    assert target.sample is not None
    caller.stage("sample")
    drawn = caller.call("sample", target.sample, status="unreadable")
    function = target.cost or target.gradient
    needed = [p.name for p in parameters_of(function) if p.default is p.empty] if function else []
    if isinstance(drawn, Mapping) and len(needed) > 1 and all(name in drawn for name in needed):
        return [drawn[name] for name in needed]
    args = list(drawn) if isinstance(drawn, tuple) and not hasattr(drawn, "_fields") else [drawn]
    if not any(True for _ in leaves(args)):
        text = f"sample() gave {type(drawn).__name__} without arrays; (params, *data) is expected"
        raise Stopped("inputs", text, "unreadable")
    return args


def drawn_inputs(check: Check, target: Target, caller: Caller, reference: Reference, seed: int) -> list[Any]:
    """Arrays of the network, in the first layout for which the code computes the network's cost. Raises Stopped.

    Where no layout does, in the first with which the functions run, and a note says so.
    """
    arrays, problem = reference.draw(seed), None
    runs: list[tuple[list[Any], float, float]] = []
    caller.failed = "undecided"
    for args, cost in _layouts(reference, arrays, target):
        subject = subject_of(target, args, caller)
        try:
            caller.stage(subject.cost_name)
            value = float(np.real(subject.value(args)))
            caller.stage(subject.gradient_name)
            given = subject.suited(subject.gradient, args)
            subject.read_gradients(caller.call(subject.gradient_name, subject.gradient, *given))
        except Stopped as stopped:
            problem = problem or stopped
            continue
        except (TypeError, ValueError):
            continue
        if abs(value - cost) <= 1e-9 * max(abs(cost), abs(value)):
            return args
        runs.append((args, value, cost))
    if not runs:
        shapes = ", ".join(f"{name} {np.shape(array)}" for name, array in arrays.items())
        text = f"arrays drawn from the network ({shapes}) do not go in; define sample() -> (params, *data)"
        raise Stopped("raises", f"{problem.note.text if problem else 'no layout fits'}; {text}", "undecided")
    args, value, cost = runs[0]
    check.note("cost", f"the cost is not that of the network: {value:.6g} where the network has {cost:.6g}")
    return args


def _layouts(reference: Reference, arrays: Arrays, target: Target) -> Iterator[tuple[list[Any], float]]:
    """Inputs as functions may take them, each with the network's cost: the plainest first."""
    model, whole = reference.model, reference.cost(arrays)
    function = target.cost or target.gradient
    wanted = parameters_of(function) if function else []
    fewest = len([p for p in wanted if p.default is p.empty])
    for columns, transposed, bias in itertools.product((False, True), (False, True), ((-1,), (1, -1), (-1, 1))):
        params = {n: _laid(arrays[n], transposed, bias) for n in model.parameters}
        data = [arrays[n].T if columns and arrays[n].ndim == 2 else arrays[n] for n in model.data]
        data = [d[()] if d.ndim == 0 else d for d in data]
        for held in _held(params):
            for args in ([*held, *data], [*held, *data[: max(fewest - len(held), 0)]]):
                if fewest <= len(args) <= max(len(wanted), fewest):
                    yield args, whole
    if model.batch:
        one = reference.records(arrays)[0]
        cost = float(reference.forward(one)[model.cost or ""])
        for held in _held({n: arrays[n] for n in model.parameters}):
            yield [*held, *(one[n] for n in model.data)], cost


def _laid(array: np.ndarray, transposed: bool, bias: tuple[int, ...]) -> np.ndarray:
    if array.ndim == 1:
        return array.reshape(bias)
    return array.T.copy() if transposed and array.ndim == 2 else array


def _held(params: Arrays) -> Iterator[list[Any]]:
    """The parameters as one dictionary, one list, a list of layers, or one argument each."""
    arrays = list(params.values())
    yield [params]
    yield [arrays]
    if len(arrays) % 2 == 0:
        yield [list(zip(arrays[::2], arrays[1::2], strict=True))]
    yield arrays
