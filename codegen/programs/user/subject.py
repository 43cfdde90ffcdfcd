"""A cost, its gradient and their inputs, made callable with any numbers in the place of the parameters."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .calling import Caller, alike, changed, parameters_of, scalar
from .findings import Check, Stopped
from .leaves import Path, is_array, leaves, name_of, replaced
from .loading import Target
from .pairing import at, find_gradients

Arrays = dict[str, np.ndarray]
KEPT = r".*(cache|memory|tape|context|ctx|saved|stored|intermediate).*"
"""Names of what a cost keeps for its gradient."""


@dataclass
class Subject:
    """What is checked: functions, the inputs, and by the name of each parameter its place in them."""

    caller: Caller
    cost_name: str
    cost: Callable[..., Any]
    gradient_name: str
    gradient: Callable[..., Any]
    args: list[Any]
    names: list[str]
    places: dict[str, Path] = field(default_factory=dict)
    grads: Arrays = field(default_factory=dict)
    without: list[str] = field(default_factory=list)

    def value(self, args: list[Any]) -> Any:
        """The cost of some inputs, as a number. Raises Stopped."""
        found = number_of(result := self.caller.call(self.cost_name, self.cost, *self.suited(self.cost, args)))
        if found is None:
            what = f"an array of shape {np.shape(result)}" if is_array(result) else type(result).__name__
            raise Stopped("structure", f"{self.cost_name} gave {what}; a number is expected", "unreadable")
        return found

    def with_params(self, params: Mapping[str, np.ndarray]) -> list[Any]:
        """The inputs with these numbers for the parameters."""
        return list(replaced(tuple(self.args), {self.places[name]: _own(array) for name, array in params.items()}))

    def params(self) -> Arrays:
        """The parameters as arrays of floats."""
        return {name: np.array(at(self.args, path), dtype=float) for name, path in self.places.items()}

    def data(self) -> dict[str, Any]:
        """The arrays of the inputs that are no parameters."""
        taken = set(self.places.values())
        rest = ((path, value) for path, value in leaves(self.args) if path not in taken)
        return {name_of(path[1:], self._first(path)): value for path, value in rest}

    def suited(self, function: Callable[..., Any], args: list[Any]) -> list[Any]:
        """The inputs that a function takes: all, those of its names, or the first of them. Raises Stopped."""
        wanted = parameters_of(function)
        needed = [p for p in wanted if p.default is p.empty]
        many = any(p.kind is p.VAR_POSITIONAL for p in _all_of(function))
        known = dict(zip(self.names, args, strict=False))
        unknown = [p.name for p in needed if p.name not in known]
        fits = not wanted or many or len(needed) <= len(args) <= len(wanted)
        if fits and not any(re.fullmatch(KEPT, name) for name in unknown):
            return args
        if not unknown:
            return [known[p.name] for p in needed]
        extra = self._extra(args)
        if len(extra) >= len(unknown):
            waiting = iter(extra)
            return [known[p.name] if p.name in known else next(waiting) for p in needed]
        if fits or len(wanted) < len(args):
            return args[: len(wanted)] if wanted and not many else args
        takes = ", ".join(p.name for p in needed)
        raise Stopped("structure", f"{function.__name__} takes {takes}; {len(args)} inputs are there", "unreadable")

    def _extra(self, args: list[Any]) -> list[Any]:
        """What the cost gives besides the cost, such as a cache for the backward pass."""
        if len(parameters_of(self.cost)) > len(args):
            return []
        result = self.caller.call(self.cost_name, self.cost, *args)
        return list(result[1:]) if isinstance(result, tuple) else []

    def _first(self, path: Path) -> str:
        """The name of an input, where it is needed to tell arrays apart."""
        inner = path[1:]
        name = self.names[path[0]] if path[0] < len(self.names) else f"input {path[0] + 1}"
        return "" if inner and isinstance(inner[0], str) else name

    def read_gradients(self, result: Any) -> None:
        """Find the parameters by the derivatives that were given. Raises Stopped."""
        found, without = find_gradients(self.args, self.names, result)
        one = len({path[0] for path in found}) == 1
        for path, grad in found.items():
            name = name_of(path[1:], self._first(path) if one else (self.names + ["input"] * 99)[path[0]])
            self.places[name], self.grads[name] = path, grad
        self.without = [name_of(path[1:], self._first(path)) for path in without]


def number_of(result: Any) -> Any:
    """The cost in what a function gave: a number, the first or the last of a tuple."""
    found = scalar(result)
    if found is None and isinstance(result, tuple) and result:
        found = scalar(result[-1])
    return found


def subject_of(target: Target, args: list[Any], caller: Caller) -> Subject:
    """The subject of two functions, or of one that gives the cost as well."""
    gradient = target.gradient
    assert gradient is not None
    cost = target.cost or gradient
    names = [p.name for p in parameters_of(cost)]
    if len(names) < len(args):
        names = max(names, [p.name for p in parameters_of(gradient)], key=len)
    names += [f"input {place + 1}" for place in range(len(names), len(args))]
    return Subject(caller, target.names[0], cost, target.names[-1], gradient, args, names[: len(args)])


def behaviour(subject: Subject, check: Check) -> Any:
    """Notes on what the functions do besides computing; what the gradient gave, called after the cost."""
    caller, result = subject.caller, None
    calls = {subject.cost_name: subject.cost, subject.gradient_name: subject.gradient}
    for name, function in calls.items():
        caller.stage(name)
        given = subject.suited(function, subject.args)
        mine = list(caller.copied(name, given))
        result = _raw(caller, name, function, mine)
        kept = copy.deepcopy(result)
        for array in _changes(subject, function, given, mine):
            check.note("mutates", f"{name} changes its input {array}")
        again = caller.call(name, function, *given)
        if not alike(kept, again):
            text = f"{name} is random: two calls with the same inputs differ; draw the random numbers in sample()"
            raise Stopped("random", text, "undecided")
        result = kept
    return result


def state(subject: Subject, check: Check, result: Any, seed: int) -> None:
    """A note where the gradient depends on what the cost was called with before."""
    if subject.cost is subject.gradient:
        return
    rng = np.random.default_rng([seed, 7919])
    other = {n: a + rng.standard_normal(a.shape) for n, a in subject.params().items()}
    try:
        subject.value(subject.with_params(other))
        again = subject.caller.call(
            subject.gradient_name, subject.gradient, *subject.suited(subject.gradient, subject.args)
        )
    except Stopped:
        return
    if not alike(result, again):
        text = f"{subject.gradient_name} uses what the last call of {subject.cost_name} left behind: it is right only "
        check.note("state", text + "after a call with the same inputs")


def _raw(caller: Caller, name: str, function: Callable[..., Any], args: list[Any]) -> Any:
    """The result of a call on these very arrays."""
    try:
        return function(*args)
    except BaseException as problem:  # whatever somebody's code may raise, SystemExit among it
        raise Stopped("raises", caller.told(name, problem), caller.failed) from None


def _changes(subject: Subject, function: Callable[..., Any], before: list[Any], after: list[Any]) -> list[str]:
    names = [p.name for p in parameters_of(function)]
    said = []
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        first = names[place] if place < len(names) else f"input {place + 1}"
        if is_array(old):
            said += [first] * bool(changed(old, new))
        else:
            said += [f"{first}.{n}" if n[0].isalpha() or n[0] == "_" else f"{first}{n}" for n in changed(old, new)]
    return said


def _own(array: np.ndarray) -> Any:
    return array[()] if array.ndim == 0 else array


def _all_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []
