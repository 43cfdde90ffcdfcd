"""Importing somebody's file, and finding in it the functions to check."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from .calling import Caller
from .findings import Stopped

WORDS = {
    "cost": "cost loss objective compute_cost compute_loss cost_function loss_function cost_fn loss_fn total_cost "
    "total_loss forward_cost forward_loss calculate_cost calculate_loss get_cost get_loss mean_cost mean_loss "
    "objective_function energy error nll cross_entropy mse J L E f forward forward_pass forward_propagation",
    "gradient": "gradient gradients grad grads backward backprop backpropagation back_propagation backpropagate "
    "backward_pass backward_propagation back_prop compute_gradient compute_gradients compute_grad compute_grads "
    "calculate_gradient calculate_gradients get_gradient get_gradients get_grads gradient_fn grad_fn cost_gradient "
    "loss_gradient cost_grad loss_grad grad_cost grad_loss gradient_of_cost cost_prime objective_gradient dcost dloss "
    "df dJ dL",
    "both": "cost_and_gradient cost_and_gradients cost_and_grad cost_and_grads loss_and_gradient loss_and_gradients "
    "loss_and_grad loss_and_grads value_and_grad value_and_gradient forward_backward forward_and_backward "
    "cost_with_gradient loss_with_gradient fun step_gradient",
}
"""What people call them, the most usual first."""

SAMPLE = ("sample", "get_sample", "make_sample", "sample_inputs")


@dataclass(frozen=True)
class Target:
    """What is to be checked: a cost and its gradient, or a layer; and what gives the inputs, where the file says."""

    names: tuple[str, ...]
    cost: Callable[..., Any] | None
    gradient: Callable[..., Any] | None
    layer: type | None
    sample: Callable[[], Any] | None


def load(file: str, caller: Caller) -> ModuleType:
    """The file as a module, which is not ``__main__``. Raises Stopped."""
    stem = os.path.splitext(os.path.basename(file))[0]
    name = stem if stem not in sys.modules else f"checked_{stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise Stopped("raises", f"{file} is not a file of Python", "unreadable")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, os.path.dirname(file))
    caller.stage("import")
    try:
        spec.loader.exec_module(module)
    except SyntaxError as problem:
        where = f", line {problem.lineno}" if problem.lineno else ""
        raise Stopped("raises", f"{os.path.basename(file)}{where}: {problem.msg}", "unreadable") from None
    except BaseException as problem:  # whatever somebody's code may raise, SystemExit among it
        text = caller.told(f"importing {os.path.basename(file)}", problem)
        raise Stopped("raises", text, "unreadable") from None
    return module


def find(module: ModuleType, names: tuple[str, ...]) -> Target:
    """What was asked for by name, or what has a usual name. Raises Stopped with a list of what there is."""
    sample = next((getattr(module, name) for name in SAMPLE if callable(getattr(module, name, None))), None)
    if len(names) > 2:
        raise Stopped("names", f"{','.join(names)}: one class, or a cost and a gradient, are expected", "unreadable")
    for name in names:
        if not callable(getattr(module, name, None)):
            raise Stopped("names", f"{name} is no function or class of the file{_listing(module)}", "unreadable")
    found = [getattr(module, name) for name in names]
    if len(found) == 2:
        return Target(names, found[0], found[1], None, sample)
    if len(found) == 1:
        layer = found[0] if inspect.isclass(found[0]) else None
        return Target(names, None, None if layer else found[0], layer, sample)
    return _usual(module, sample)


def _usual(module: ModuleType, sample: Callable[[], Any] | None) -> Target:
    own = functions(module)
    cost, gradient, both = (next((n for n in words.split() if n in own), None) for words in WORDS.values())
    if cost and gradient:
        return Target((cost, gradient), own[cost], own[gradient], None, sample)
    if both:
        return Target((both,), None, own[both], None, sample)
    layers = {n: c for n, c in classes(module).items() if is_layer(c)}
    if len(layers) == 1:
        ((name, layer),) = layers.items()
        return Target((name,), None, None, layer, sample)
    what = "several layers were" if layers else f"no {'gradient' if cost else 'cost'} was"
    text = f"{what} found by a usual name{_listing(module)}; name them: FILE.py:cost,gradient"
    raise Stopped("names", text, "unreadable")


def functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions that the file defines itself."""
    return {
        name: value
        for name, value in vars(module).items()
        if callable(value) and not inspect.isclass(value) and getattr(value, "__module__", None) == module.__name__
    }


def classes(module: ModuleType) -> dict[str, type]:
    """The classes that the file defines itself."""
    return {n: v for n, v in vars(module).items() if inspect.isclass(v) and v.__module__ == module.__name__}


def is_layer(found: type) -> bool:
    """Whether a class has a forward and a backward pass."""
    return callable(getattr(found, "backward", None)) and (
        callable(getattr(found, "forward", None)) or "__call__" in vars(found)
    )


def _listing(module: ModuleType) -> str:
    names = [*functions(module), *classes(module)]
    return f"; it has {', '.join(names[:12])}{', ...' if len(names) > 12 else ''}" if names else "; it has none"
